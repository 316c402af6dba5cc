"""Reports as Markdown, and a table as comma-separated values.

From: sections, or a `Table`. To: text. Promises: special characters of Markdown and CSV are
escaped; a heading across the columns is a row
whose other cells are empty.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from layercalc.report.section import Section
from layercalc.report.table import INDENT, Table, aligned

_SIGN = re.compile(r"[\\`*_~<>&$|\[\]]")


def markdown_page(sections: Sequence[Section]) -> str:
    """Write sections in Markdown: each line of a heading is a paragraph, a listing a block of code."""
    return "\n\n".join(piece for section in sections for piece in _marked(section)) + "\n"


def _marked(section: Section) -> Iterator[str]:
    yield from (_escaped(line) for line in f"{section.heading}\n{section.text}".splitlines() if line)
    if section.table is not None:
        yield markdown(section.table)
    if section.listing:
        fence = "`" * max(3, *(len(run) + 1 for run in ("", *re.findall("`+", section.listing))))
        yield f"{fence}\n{section.listing}\n{fence}"
    yield from map(_escaped, section.notes)


def markdown(table: Table) -> str:
    r"""Write a table in the Markdown of GitHub, with each note as a paragraph below.

    >>> print(markdown(Table(("layer", "params"), [["conv | dense", "12"], ["relu", "0"]], ["exact"])))
    | layer         | params |
    | ------------- | -----: |
    | conv \| dense |     12 |
    | relu          |      0 |
    <BLANKLINE>
    exact
    """
    headers, *rows = [[_cell(cell) for cell in line] for line in _filled(table)]
    widths = [max(3, *map(len, column)) for column in zip(headers, *rows, strict=True)]
    right = table.right()
    rule = ["-" * (width - 1) + (":" if place in right else "-") for place, width in enumerate(widths)]
    lines = [f"| {' | '.join(aligned(line, widths, right))} |" for line in (headers, rule, *rows)]
    return "\n".join([*lines, *(f"\n{_cell(note)}" for note in table.notes if note)])


def _cell(cell: str) -> str:
    """Write a cell; spaces before it would be dropped."""
    text = cell.lstrip(" ")
    return "&emsp;" * ((len(cell) - len(text)) // len(INDENT)) + _escaped(text)


def _escaped(text: str) -> str:
    return _SIGN.sub(r"\\\g<0>", text)


def comma_separated(table: Table) -> str:
    r"""Write a table as comma-separated values, after RFC 4180 but for its line ends; notes are left out.

    >>> comma_separated(Table(("layer", "input"), [["conv", "3, 224, 224"]]))
    'layer,input\nconv,"3, 224, 224"\n'
    """
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(_filled(table))
    return written.getvalue()


def _filled(table: Table) -> Iterator[Sequence[str]]:
    """Give the headers and the rows, filled up to one length."""
    for line in (table.headers, *table.rows):
        yield [*line, *[""] * (len(table.headers) - len(line))]
