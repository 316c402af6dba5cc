"""A report before it has a format: sections with tables for people, a record and rows for programs.

From: the tables of the other files here. To: `text`, `markdown`, `latex`, `html`, `csv` and
JSON, each written by one small file from the same `Report`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from layercalc.display import LAYOUT, visible
from layercalc.records import dataclass
from layercalc.report.table import Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of one or more lines; below it a paragraph, a table, a listing, notes, each optional.

    The lines of a `nested` listing stand below each other as they are indented.
    """

    heading: str = ""
    table: Table | None = None
    text: str = ""
    listing: str = ""
    notes: Sequence[str] = ()
    nested: bool = False

    def __post_init__(self) -> None:
        """Show what its texts would have obeyed."""
        for name in ("heading", "text", "listing"):
            object.__setattr__(self, name, visible(getattr(self, name), LAYOUT))
        object.__setattr__(self, "notes", [*map(visible, self.notes)])

    def pieces(self) -> list[str | Table]:
        """Give its parts from top to bottom."""
        pieces = (self.heading, self.text, self.table, self.listing, "\n".join(self.notes))
        return [piece for piece in pieces if piece]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: sections for people, and one record or rows of data for programs.

    Each is made when its format is asked for; the first section names what is told of.
    """

    sections: Callable[[], Sequence[Section]]
    record: Callable[[], Any]
    rows: Callable[[], Table]


def text_page(sections: Sequence[Section]) -> str:
    r"""Write sections as plain text, with an empty line between all parts.

    >>> text_page([Section("one"), Section("two", Table(("a", "b"), [["x", "1"]]))])
    'one\n\ntwo\n\na  b\nx  1\n'
    """
    pieces = [piece for section in sections for piece in section.pieces()]
    return "\n\n".join(piece if isinstance(piece, str) else piece.plain() for piece in pieces) + "\n"


def flat_table(records: Iterable[Mapping[str, Any]]) -> Table:
    """Make a table of records, with a column for each path of keys, joined by dots.

    >>> print(flat_table([{"at": {"n": 1}, "value": 2.5}, {"at": {"n": 2}, "known": True}]).plain())
    at.n  value  known
       1    2.5
       2         true
    """
    lines = [dict(_flat(record, "")) for record in records]
    headers = [*dict.fromkeys(name for line in lines for name in line)]
    return Table(headers, [[line.get(name, "") for name in headers] for line in lines])


def _flat(value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    else:
        yield path, _cell_text(value)


def _cell_text(value: Any) -> str:
    """Write a value of JSON in one cell: nothing for null, a text without quotes."""
    import json

    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
