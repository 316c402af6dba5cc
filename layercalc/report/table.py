"""The table of every report, and its plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from layercalc.display import Shown, visible
from layercalc.printing.text import text
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.syntax.tree import Expression
    from layercalc.writing.written import Written

GAP = "  "
#: What a text of an outline begins with, once for each level.
INDENT = "  "
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?|-|")
_POWER = re.compile(r"2\^-?[\d.,]+|[\d.]+ [kMGTPEZY]")


def _harmless(texts: Sequence[str]) -> Sequence[str]:
    return texts if all(map(str.isprintable, texts)) else [*map(visible, texts)]


def is_number(cell: str) -> bool:
    """Tell whether a cell may stand in a column of numbers: a decimal, `-` for none, or nothing."""
    return _NUMBER.fullmatch(cell) is not None


def _is_right(cell: str) -> bool:
    return is_number(cell) or _POWER.fullmatch(cell) is not None


#: An expression, as a tree or as a text of the language that is still to be read, or words.
FormulaPiece: TypeAlias = "str | Expression"


def piece_text(piece: FormulaPiece) -> str:
    """Write a piece as text."""
    return piece if isinstance(piece, str) else text(piece)


class Formula(str):
    """A text made of expressions of the language and words, in turn.

    >>> case = Formula("n < 3", ": ", "2*n")
    >>> case, case.pieces
    ('n < 3: 2*n', ('n < 3', ': ', '2*n'))
    """

    pieces: tuple[FormulaPiece, ...]

    def __new__(cls, *pieces: FormulaPiece) -> Formula:
        """Make the text of its pieces; the first is an expression, or empty."""
        return cls.worded("".join(map(piece_text, pieces)), pieces)

    @classmethod
    def worded(cls, text: str, pieces: Sequence[FormulaPiece]) -> Formula:
        """Make a text that says in words what its pieces say in the language.

        >>> Formula.worded("n mod 3 = 2", ["n % 3 == 2"]).pieces
        ('n % 3 == 2',)
        """
        made = super().__new__(cls, text)
        flat = (part.pieces if isinstance(part, Formula) else (part,) for part in pieces)
        made.pieces = tuple(chain.from_iterable(flat))
        return made

    @classmethod
    def of(cls, written: Written, *before: FormulaPiece) -> Formula:
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
    for a terminal gives up the columns `gives`, in that order; then it is parted into blocks of
    columns, each beside the first `keys`; where that is None, its long texts are wrapped.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    keys: int | None = None
    gives: Sequence[int] = ()

    def __post_init__(self) -> None:
        """Show what its texts would have obeyed."""
        for name in ("headers", "notes"):
            object.__setattr__(self, name, _harmless(getattr(self, name)))
        object.__setattr__(self, "rows", [*map(_harmless, self.rows)])

    def plain(self) -> str:
        """Write the table with aligned columns, then the notes."""
        return "\n".join([*self._lines(), *self.notes])

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
