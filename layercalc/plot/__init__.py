"""Pictures drawn by matplotlib, which only this room imports.

From: a `Picture`, which is data. To: the bytes of a file. Promises: the same picture
gives the same bytes, whatever a user's settings of matplotlib are; names cover neither
each other nor a mark. It measures nothing.
"""

from layercalc.plot.drawing import drawn

__all__ = ["drawn"]
