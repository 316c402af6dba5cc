"""Places in a text in an editor's coordinates: lines from 0, columns in units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_right

from layercalc.errors import Span

_END = re.compile(r"\r\n|\n|\r")

LineColumn = tuple[int, int]
"""A line and a column, both from 0."""


class TextLines:
    r"""The lines of a text, with columns in code units of "utf-16", "utf-8" or "utf-32".

    >>> lines = TextLines('"\N{GRINNING FACE}"\nrelu')
    >>> lines.place(2), lines.offset((0, 3)), lines.place(5)
    ((0, 3), 2, (1, 1))
    """

    __slots__ = ("_encoding", "_starts", "_text")

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self._text = text
        self._encoding = encoding
        self._starts = [0, *(end.end() for end in _END.finditer(text))]

    def place(self, offset: int) -> LineColumn:
        """Give the line and the column of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self._text[self._starts[line] : offset])

    def offset(self, place: LineColumn) -> int:
        """Give the offset of a place; a place outside the text is moved to the nearest one in it."""
        line, column = place
        if line >= len(self._starts):
            return len(self._text)
        start = self._starts[line]
        text = _END.split(self._text[start : self._end(line)])[0]
        if self._units(text) == len(text):
            return start + min(column, len(text))
        passed = 0
        for index, char in enumerate(text):
            if passed >= column:
                return start + index
            passed += self._units(char)
        return start + len(text)

    def range(self, span: Span) -> tuple[LineColumn, LineColumn]:
        """Give both ends of a span of this text."""
        return self.place(span.start), self.place(span.end)

    def _end(self, line: int) -> int:
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)

    def _units(self, text: str) -> int:
        if self._encoding == "utf-32" or text.isascii():
            return len(text)
        if self._encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
