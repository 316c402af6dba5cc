"""The table of every report: plain text in pipes, fitted to the width of a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from layercalc.display import Shown, visible
from layercalc.printing.text import text
from layercalc.printing.wrapping import wrapped

if TYPE_CHECKING:
    from rich.console import RenderableType

    from layercalc.syntax.tree import Expression
    from layercalc.writing.exact import Written

GAP = "  "
#: What a text of an outline begins with, once for each level.
INDENT = "  "
_NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?|-|")
_POWER = re.compile(r"2\^-?[\d.]+")


def is_number(cell: str) -> bool:
    """Tell whether a cell may stand in a column of numbers: a decimal, `-` for none, or nothing."""
    return _NUMBER.fullmatch(cell) is not None


def _is_right(cell: str) -> bool:
    return is_number(cell) or _POWER.fullmatch(cell) is not None


#: An expression, as a tree or as a text of the language that is still to be read, or words.
Piece: TypeAlias = "str | Expression"


def piece_text(piece: Piece) -> str:
    """Write a piece as text."""
    return piece if isinstance(piece, str) else text(piece)


class Formula(str):
    """A text made of expressions of the language and words, in turn.

    >>> case = Formula("n < 3", ": ", "2*n")
    >>> case, case.pieces
    ('n < 3: 2*n', ('n < 3', ': ', '2*n'))
    """

    pieces: tuple[Piece, ...]

    def __new__(cls, *pieces: Piece) -> Formula:
        """Make the text of its pieces; the first is an expression, or empty."""
        return cls.worded("".join(map(piece_text, pieces)), pieces)

    @classmethod
    def worded(cls, text: str, pieces: Sequence[Piece]) -> Formula:
        """Make a text that says in words what its pieces say in the language.

        >>> Formula.worded("n mod 3 = 2", ["n % 3 == 2"]).pieces
        ('n % 3 == 2',)
        """
        made = super().__new__(cls, text)
        flat = (part.pieces if isinstance(part, Formula) else (part,) for part in pieces)
        made.pieces = tuple(chain.from_iterable(flat))
        return made

    @classmethod
    def of(cls, written: Written, *before: Piece) -> Formula:
        """Write an expression, behind other pieces, and what the names in it stand for."""
        pieces = [*before, written.tree]
        for place, (name, meaning) in enumerate(written.parts):
            pieces += [", " if place else " where ", name, " = ", meaning]
        return cls(*pieces)


@dataclass(frozen=True, slots=True)
class Table(Shown):
    """Rows of texts under headers; a row with a single text is a heading across the columns.

    >>> print(Table(("layer", "params"), [["block 1"], ["  conv", "12"], ["  dense", "8"]]).plain())
    layer    params
    block 1
      conv       12
      dense       8

    A column of numbers is set to the right, any other to the left. A table too wide
    for a terminal is parted into blocks of columns, each beside the first `keys`;
    where that is None, its long texts are wrapped.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    keys: int | None = None

    def __post_init__(self) -> None:
        """Show what its texts would have obeyed."""
        object.__setattr__(self, "headers", (*map(visible, self.headers),))
        object.__setattr__(self, "rows", [[*map(visible, row)] for row in self.rows])
        object.__setattr__(self, "notes", [*map(visible, self.notes)])

    def plain(self) -> str:
        """Write the table with aligned columns, then the notes."""
        return "\n".join([*self._lines(), *self.notes])

    def blocks(self, width: int) -> Iterator[Table]:
        """Split the table into blocks of columns that fit, if that helps.

        >>> wide = Table(("depth", "params", "MACs"), [["18", "11689512", "1814073344"]], keys=1)
        >>> [list(block.headers) for block in wide.blocks(20)]
        [['depth', 'params'], ['depth', 'MACs']]
        """
        keys = len(self.headers) if self.keys is None else self.keys
        left = [*range(keys, len(self.headers))]
        if not left or self._width() <= width:
            yield replace(self, notes=())
            return
        while left:
            block, count = self._block([*range(keys), left[0]]), 1
            while count < len(left):
                wider = self._block([*range(keys), *left[: count + 1]])
                if wider._width() > width:
                    break
                block, count = wider, count + 1
            yield block
            left = left[count:]

    def rich(self, width: int) -> RenderableType:
        """Make what rich prints on a terminal of this width, where long texts are wrapped."""
        from rich.table import Table as RichTable
        from rich.text import Text

        if self.keys is None and (narrow := self._narrow(width))._width() <= width:
            return narrow.rich(width) if narrow is not self else self._text()
        shown, right = any(self.headers), self.right()
        bold = self._bold()
        if self._width() <= width:
            return self._text()
        table = RichTable(box=None, padding=(0, len(GAP), 0, 0), pad_edge=False, show_header=shown)
        for place, header in enumerate(self.headers):
            number = place in right
            table.add_column(
                Text(header), justify="right" if number else "left", no_wrap=number, overflow="fold"
            )
        for row, heavy in zip(self.rows, bold, strict=True):
            table.add_row(*map(Text, row), style="bold" if heavy else "")
        return table

    def _text(self) -> RenderableType:
        from rich.text import Text

        heavy = ([True] if any(self.headers) else []) + self._bold()
        return Text("\n").join(map(Text, self._lines(), ("bold" if bold else "" for bold in heavy)))

    def _bold(self) -> list[bool]:
        return [len(row) < len(self.headers) for row in self.rows]

    def _narrow(self, width: int) -> Table:
        """Break the texts of the last column into several rows, kept together by measure."""
        columns = [*self._columns([self.headers, *self.rows])][:-1]
        room = width - sum(max(map(len, column)) + len(GAP) for column in columns)
        if self._width() <= width or room <= 0:
            return self
        empty = [""] * len(columns)
        rows: list[Sequence[str]] = []
        for row in self.rows:
            first, *more = wrapped(row[-1], room) if len(row) == len(self.headers) else [row[-1]]
            rows += [[*row[:-1], first], *([*empty, line] for line in more)]
        return replace(self, rows=rows)

    def _block(self, places: Sequence[int]) -> Table:
        whole = len(self.headers)
        rows = [row if len(row) < whole else [row[place] for place in places] for row in self.rows]
        return Table([self.headers[place] for place in places], rows)

    def _width(self) -> int:
        return max(map(len, self._lines()), default=0)

    def _lines(self) -> Iterator[str]:
        lines = [self.headers, *self.rows] if any(self.headers) else [*self.rows]
        right = self.right()
        widths = [max(map(len, column)) for column in self._columns(lines)]
        for line in lines:
            texts = line if len(line) < len(self.headers) else aligned(line, widths, right)
            yield GAP.join(texts).rstrip()

    def _columns(self, lines: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
        return zip(*(line for line in lines if len(line) == len(self.headers)), strict=True)

    def right(self) -> set[int]:
        """Find the columns of numbers, which are aligned right."""
        columns = enumerate(self._columns(self.rows))
        return {place for place, cells in columns if all(map(_is_right, cells)) and any(cells)}


def aligned(line: Sequence[str], widths: Sequence[int], right: set[int]) -> Iterator[str]:
    """Pad the cells of a line to their widths, on the left in some columns."""
    for place, (cell, width) in enumerate(zip(line, widths, strict=True)):
        yield cell.rjust(width) if place in right else cell.ljust(width)
