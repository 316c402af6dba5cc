"""Pictures: first as data, then drawn by matplotlib, which only this room imports.

From: a `picture.Picture`. To: the bytes of a file, by `drawing.drawn`. Promises: the same picture
gives the same bytes, whatever a user's settings of matplotlib are; names cover neither each other
nor a mark. It measures nothing.
"""
