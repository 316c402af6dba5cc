"""Pictures drawn by matplotlib, which only this room imports.

From: a `Picture`, which is data. To: the bytes of a file. Promises: the same picture
gives the same bytes. It measures nothing.
"""
