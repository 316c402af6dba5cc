"""Reports fitted to the width of a terminal, as lines that say what they are.

From: the pieces of sections, and a width. To: lines. Promises: no word is broken, and no line is
wider than the terminal where its words are not. A table that is too wide wraps its headers, then gives up
columns in the order that it states, and says which; then its texts are wrapped, or it is parted into
blocks of columns, each beside its `keys`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

from rich.cells import cell_len

from layercalc.errors import listing
from layercalc.printing.wrapping import wrapped
from layercalc.report.section import Section
from layercalc.report.table import GAP, Table

Kind: TypeAlias = Literal["", "head", "group", "none"]
#: What a cell says where there is no value, and how it begins where one was refused.
NONE, REFUSED = "-", ("refused", "not known")
#: A text beside keys is wrapped where it takes more than this share of the width.
KEY = 0.5
#: Columns of a text that is kept on one line.
SHORT = 16


class Line(NamedTuple):
    """A line of a report: text, a heading of columns or of rows, or a note that something is missing."""

    text: str
    kind: Kind = ""


def fitted(sections: Iterable[Section], width: int) -> Iterator[Line]:
    """Fit sections to a width, with an empty line between all parts.

    >>> [line.text for line in fitted([Section("a heading", Table(("a", "b"), [["x", "1"]]))], 8)]
    ['a', '  heading', '', 'a  b', 'x  1']
    """
    for place, piece in enumerate(piece for section in sections for piece in section.pieces()):
        if place:
            yield Line("")
        if isinstance(piece, Table):
            yield from fitted_table(piece, width)
        else:
            yield from (Line(part) for line in piece.split("\n") for part in broken(line, width))


def broken(line: str, width: int) -> list[str]:
    """Break a line between words; the lines after the first are indented further.

    >>> broken("  one two three", 9)
    ['  one two', '    three']
    """
    text = line.lstrip(" ")
    indent = line[: len(line) - len(text)]
    return [indent + part for part in wrapped(text, max(1, width - len(indent)))]


def fitted_table(table: Table, width: int) -> Iterator[Line]:
    """Fit a table and its notes.

    >>> wide = Table(("depth", "params", "MACs"), [["18", "11,689,512", "1,814,073,344"]], keys=1, gives=(2,))
    >>> for line in fitted_table(wide, 20): print(line.text)
    depth      params
       18  11,689,512
    <BLANKLINE>
    left out, for want
      of width: MACs
    """
    for gone in range(len(table.gives) + 1):
        shown = _without(table, table.gives[:gone])
        if _least(shown, width) <= width:
            break
    blocks = [shown] if _least(shown, width) <= width else [*_blocks(shown, width)]
    for place, block in enumerate(blocks):
        yield from [Line("")] if place else []
        yield from _lines(block, width)
    notes = [*table.notes]
    if gone:
        names = [table.headers[place] for place in sorted(table.gives[:gone])]
        notes += [*([] if notes else [""]), f"left out, for want of width: {listing(names, 'and')}"]
    yield from (Line(part) for note in notes for part in broken(note, width))


def _without(table: Table, places: Sequence[int]) -> Table:
    kept = [place for place in range(len(table.headers)) if place not in places]
    return _chosen(table, kept)


def _chosen(table: Table, places: Sequence[int]) -> Table:
    whole = len(table.headers)
    rows = [row if len(row) < whole else [row[place] for place in places] for row in table.rows]
    return replace(table, headers=[table.headers[place] for place in places], rows=rows, gives=())


def _blocks(table: Table, width: int) -> Iterator[Table]:
    """Part a table into blocks of columns that fit, each beside the keys."""
    keys = 1 if table.keys is None else table.keys
    left = [*range(keys, len(table.headers))]
    while left:
        count = 1
        while (
            count < len(left) and _least(_chosen(table, [*range(keys), *left[: count + 1]]), width) <= width
        ):
            count += 1
        yield _chosen(table, [*range(keys), *left[:count]])
        left = left[count:]


def _least(table: Table, width: int) -> int:
    """Give the least width of a table."""
    least = [low for low, _ in _bounds(table, width)]
    return sum(least) + len(GAP) * (len(least) - 1)


def _bounds(table: Table, width: int) -> list[tuple[int, int]]:
    """Give for each column the least width and that of its longest text, its header wrapped."""
    right = table.right()
    bounds = []
    for place, column in enumerate(_columns(table)):
        head = max(map(cell_len, table.headers[place].split(" ")), default=0)
        longest = max([head, *map(cell_len, column)])
        least = longest
        wraps = table.keys is None or longest > KEY * width
        if wraps and place not in right:
            least = max([head, *map(_least_of, column)])
        bounds.append((min(least, longest), longest))
    return bounds


def _least_of(cell: str) -> int:
    """Give the width that a cell takes where every word has a line; a short text keeps one."""
    return cell_len(cell) if cell_len(cell) <= SHORT else max(map(cell_len, broken(cell, 1)))


def _columns(table: Table) -> list[tuple[str, ...]]:
    whole = [row for row in table.rows if len(row) == len(table.headers)]
    return [*zip(*whole, strict=True)] if whole else [()] * len(table.headers)


def _widths(table: Table, width: int) -> list[int]:
    """Share the room among the columns: as wide as their texts, or else in proportion."""
    bounds = _bounds(table, width)
    gaps = len(GAP) * (len(bounds) - 1)
    natural = [max(longest, cell_len(head)) for (_, longest), head in zip(bounds, table.headers, strict=True)]
    if sum(natural) + gaps <= width:
        return natural
    room = max(0, width - gaps - sum(low for low, _ in bounds))
    wanted = sum(high - low for low, high in bounds)
    share = min(1.0, room / wanted) if wanted else 0.0
    return [low + int((high - low) * share) for low, high in bounds]


def _lines(table: Table, width: int) -> Iterator[Line]:
    widths, right = _widths(table, width), table.right()
    if any(table.headers):
        heads = [_words(head, room) for head, room in zip(table.headers, widths, strict=True)]
        yield from (Line(text, "head") for text in _row(heads, widths, right, below=True))
    for row in table.rows:
        if len(row) < len(table.headers):
            yield from (Line(part, "group") for part in broken(row[0], width))
            continue
        kind: Kind = "none" if any(cell.startswith(REFUSED) for cell in row) else ""
        cells = [[cell] if place in right else broken(cell, widths[place]) for place, cell in enumerate(row)]
        yield from (Line(text, kind) for text in _row(cells, widths, right))


def _words(head: str, room: int) -> list[str]:
    """Break a header between words, without an indentation."""
    lines = [""]
    for word in head.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        lines = [*lines[:-1], longer] if cell_len(longer) <= room or not lines[-1] else [*lines, word]
    return lines


def _row(
    cells: Sequence[Sequence[str]], widths: Sequence[int], right: set[int], below: bool = False
) -> Iterator[str]:
    """Write the lines of a row, set to its first line, or to its last one where they stand `below`."""
    height = max(map(len, cells))
    padded = [
        [*[""] * (height - len(cell)), *cell] if below else [*cell, *[""] * (height - len(cell))]
        for cell in cells
    ]
    for line in zip(*padded, strict=True):
        texts = (
            " " * (room - cell_len(text)) + text if place in right else text + " " * (room - cell_len(text))
            for place, (text, room) in enumerate(zip(line, widths, strict=True))
        )
        yield GAP.join(texts).rstrip()
