"""The block diagram of a sheet, with the place of each box in the text, and what a box tells.

From: a sheet, and an offset in its text. To: SVG, and HTML. Promises: it is the picture of
`layercalc draw`; what a box tells is what `layercalc explain` tells of its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layercalc.draw.build import diagram
from layercalc.draw.svg import svg
from layercalc.errors import Span, fail
from layercalc.inspect.explain.places import UsesAtSpan, on_line
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.playground.editing import offset_of, units
from layercalc.playground.sheet import Sheet
from layercalc.report.html import parts
from layercalc.report.line import place_text, use_tables
from layercalc.report.section import Section
from layercalc.report.table import Table

#: Measures that the values of a layer come from.
TOTALS = ("gcip", "gcc", "params")
#: The laws that a box does not tell.
COUNTS = ("params", "macs")


def drawn(sheet: Sheet) -> dict[str, Any]:
    """Draw the network at the values given; each box that is written in the text knows where."""
    source = sheet.program.source

    def marks(span: Span) -> str:
        if span.source is not source:
            return ""
        start, end = units(sheet.text, span.start), units(sheet.text, span.end)
        return f'data-from="{start}" data-to="{end}" tabindex="0" role="button"'

    head, _, rest = svg(diagram(sheet.network), marks).partition("<style>")
    style, _, tail = rest.partition("</style>\n")
    return {
        "svg": head + tail,
        "style": style,
    }  # a page whose policy forbids styles in its text takes them apart


def explained(sheet: Sheet, count: int) -> dict[str, Any]:
    """Work out the laws of the layer that is written at an offset, or the branches of a merge.

    >>> told = explained(Sheet("input(3, 8, 8) -> conv(4, 3)"), 18)
    >>> "eq. (8), (10)" in told["html"]
    True
    """
    start = offset_of(sheet.text, count)
    totals = MeasuredNetwork.of(sheet.network, TOTALS)
    line = Span(sheet.program.source, start, start).line
    found = on_line(sheet.program, sheet.network, line, totals.refused)
    here = [one for one in found if one.uses[0].site.step.span.start == start]
    if not here:
        raise fail("no layer and no merge of this network is written here")
    return {"html": _told(totals, here[0])}


def _told(totals: MeasuredNetwork, found: UsesAtSpan) -> str:
    first, *others = map(_short, use_tables(totals, found.uses[0]))
    sections = [Section(text=place_text(totals.network, found), table=first)]
    sections += [Section(table=table) for table in others]
    return "".join(part for section in sections for part in parts(section))


def _short(table: Table) -> Table:
    """Leave out the laws of counts, with the lines below them: a card beside a box has room for two laws."""
    rows, kept = [], True
    for row in table.rows:
        kept = not row[0].startswith(COUNTS) if row[0] else kept
        rows += [row] if kept else []
    return replace(table, rows=rows)
