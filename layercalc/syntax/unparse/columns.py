"""Alignment: in neighbouring lines, the text after marks of the same column is aligned.

From: lines with marks. To: the lines as text. Promises: only spaces are inserted; lines
that are not neighbours, or have different indents, do not influence each other.
"""

from __future__ import annotations

from layercalc.records import dataclass, field
from layercalc.syntax.unparse.layout import ColumnMark

#: Characters of a line; texts and comments at its end may pass them.
WIDTH = 110
#: Spaces that a column may put into a line: behind steps, branches and cells, which differ in length, more.
WIDEST, NARROW = 36, 8
#: The kinds of columns.
PARAM, LET, LAW, ARM, BRACE, BAR, CELL, ARROW, REMARK = range(9)
#: Those that go on behind a thing of several lines, and those as wide as they come.
_LASTING = {PARAM, LET, LAW}
_ENDLESS = {PARAM, REMARK}
_WIDE = {BAR, CELL, ARROW}
_CLOSERS = (")", "]", "}")
_LAST = (1_000_000, REMARK, 0)


@dataclass(slots=True)
class Stop:
    """A mark in a line, with its column and the place where the spaces before it begin."""

    mark: ColumnMark
    key: tuple[object, ...]
    rank: tuple[int, int, int]
    offset: int
    gap: int

    @property
    def column(self) -> int:
        """Where the characters that go before the column end."""
        return self.offset + self.gap + self.mark.lead


@dataclass(slots=True)
class OutputLine:
    """A line while it is written; only its `fixed` characters count for the width, if set."""

    text: str = ""
    start: int = 0
    stops: list[Stop] = field(default_factory=list)
    path: tuple[object, ...] = ()
    fixed: int | None = None
    lost: set[int] = field(default_factory=set)

    def mark(self, mark: ColumnMark) -> None:
        """Begin a column; a column that occurs twice in a line is not aligned."""
        gap = mark.gap if self.text.strip() else 0
        key = (*self.path, mark.kind, mark.name) if mark.kind != REMARK else (REMARK,)
        if not any(stop.key == key for stop in self.stops):
            rank = (len(self.path), mark.kind, mark.rank) if mark.kind != REMARK else _LAST
            self.stops.append(Stop(mark, key, rank, len(self.text), gap))
        else:
            self.lost.add(mark.kind)
        if mark.kind == ARROW:
            self.path = key
        self.text += " " * gap

    def fix(self) -> None:
        """Allow what follows to exceed the width."""
        if self.fixed is None:
            self.fixed = len(self.text)

    def close(self) -> None:
        """End the line: no space stands at its end."""
        self.text = self.text.rstrip(" ")
        kept = (stop for stop in self.stops if stop.offset < len(self.text))
        self.stops = [stop for stop in kept if stop.mark.kind not in self.lost]
        remark = next((stop.offset for stop in self.stops if stop.mark.kind == REMARK), None)
        code = self.text[:remark]
        self.start = len(code) - len(code.lstrip(" |"))

    def shift(self, stop: Stop, spaces: int) -> None:
        """Put spaces in before a column."""
        if spaces:
            self.text = f"{self.text[: stop.offset]}{' ' * spaces}{self.text[stop.offset :]}"
            for later in self.stops[self.stops.index(stop) + 1 :]:
                later.offset += spaces
            if self.fixed is not None:
                self.fixed += spaces if stop.offset < self.fixed else 0
            stop.gap += spaces

    @property
    def length(self) -> int:
        """The characters that have to fit."""
        return len(self.text) if self.fixed is None else self.fixed


@dataclass(slots=True)
class _Run:
    """Neighbouring lines that form a column; `most` is the farthest place it can be moved to."""

    rows: list[tuple[OutputLine, Stop]] = field(default_factory=list)
    left: int = 0
    right: int = 0
    most: int = 0

    def takes(self, row: OutputLine, stop: Stop) -> bool:
        """Add a line to the column, if it can be aligned with those before."""
        column = stop.column
        most = column + max(0, WIDTH - row.length)
        if self.rows:
            if not self._continues(row, stop):
                return False
            left, right, most = min(self.left, column), max(self.right, column), min(self.most, most)
            widest = WIDEST if stop.mark.kind in _WIDE else NARROW
            if right > most or (right - left > widest and stop.mark.kind not in _ENDLESS):
                return False
        else:
            left = right = column
        self.left, self.right, self.most = left, right, most
        self.rows.append((row, stop))
        return True

    def _continues(self, row: OutputLine, stop: Stop) -> bool:
        """Tell whether a line continues the column, rather than beginning another."""
        first, begun = self.rows[0]
        level = row.start == first.start or stop.mark.kind == PARAM
        return level and stop.key == begun.key and not stop.mark.begins

    def passes(self, row: OutputLine) -> bool:
        """Tell whether the column may continue below a line without it."""
        if not self.rows or not row.text:
            return False
        first, stop = self.rows[0]
        within = row.start > first.start or row.text[first.start : first.start + 1] in _CLOSERS
        params = stop.mark.kind == PARAM and any(stop.mark.kind == PARAM for stop in row.stops)
        return params or (within and stop.mark.kind in _LASTING)


def align(rows: list[OutputLine]) -> None:
    """Align the columns of lines, from the left to the right."""
    for rank in sorted({stop.rank for row in rows for stop in row.stops}):
        for run in _runs(rows, rank):
            for row, stop in run.rows:
                row.shift(stop, run.right - stop.column)


def _runs(rows: list[OutputLine], rank: tuple[int, int, int]) -> list[_Run]:
    """Find the columns of a rank, each over as many neighbouring lines as fit."""
    runs = [_Run()]
    for row in rows:
        stop = next((stop for stop in row.stops if stop.rank == rank), None)
        if stop is None and not runs[-1].passes(row):
            runs.append(_Run())
        elif stop is not None and not runs[-1].takes(row, stop):
            runs.append(_Run())
            runs[-1].takes(row, stop)
    return runs
