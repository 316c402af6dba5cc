"""The rows of the wider zoo as a table for people or for programs, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from layercalc.measures import LOGS, MEASURES, label_of
from layercalc.paper.pages.zoo import DECIMALS, GIVEN_UP, PRINTED, SHOWN
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.wider import WiderRow
from layercalc.report.section import Report, Section
from layercalc.report.table import Table

#: The first columns of the table.
NAMED = ("model", "tag", "size")
#: The measures by their columns, for programs.
COLUMNS = {name: f"log2_{name}" if name in LOGS else name for name in MEASURES}


def wider_report(rows: Sequence[WiderRow], total: int, laws: str) -> Report:
    """Make the report of rows under a law set."""
    return Report(
        lambda: [Section(_heading(rows, total, laws), _table(rows, laws))],
        lambda: {"laws": laws, "made": [*wider.head()], "rows": [row_record(row, laws) for row in rows]},
        lambda: _full_table(rows, laws),
    )


def _heading(rows: Sequence[WiderRow], total: int, laws: str) -> str:
    count = f"{len(rows)} of " if len(rows) != total else ""
    labels = ", ".join(label_of(name) for name in SHOWN if name in LOGS)
    return f"{count}{total} rows of the wider zoo; {labels} as logarithms to base two; laws {laws}"


def _table(rows: Sequence[WiderRow], laws: str) -> Table:
    lines = [
        [
            row.model, row.tag, str(row.image_size), *(_cell(row, laws, name) for name in SHOWN),
            f"{row.top1:.{PRINTED}f}",
        ]
        for row in rows
    ]  # fmt: skip
    headers = (*NAMED, *map(label_of, SHOWN), "Top-1")
    return Table(headers, lines, keys=len(NAMED), gives=[headers.index(label_of(name)) for name in GIVEN_UP])


def _cell(row: WiderRow, laws: str, name: str) -> str:
    value = row.measures[laws][name]
    if not math.isfinite(value):
        return "-"
    return f"{value:.{DECIMALS}f}" if name in LOGS else f"{value:,}"


def _full_table(rows: Sequence[WiderRow], laws: str) -> Table:
    """Make a table of all columns under one law set."""
    lines = [[*map(str, (*_facts(row).values(), *_measures(row, laws).values()))] for row in rows]
    return Table((*wider.FACTS, *COLUMNS.values()), lines)


def _facts(row: WiderRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in wider.FACTS}
    return {**told, "attention": "yes" if row.attention else "no"}


def _measures(row: WiderRow, laws: str) -> dict[str, float]:
    return {column: row.measures[laws][name] for name, column in COLUMNS.items()}


def row_record(row: WiderRow, laws: str) -> dict[str, Any]:
    """Write a row as JSON; the logarithm of 0 is null.

    >>> found = row_record(wider.find("resnet50.tv_in1k")[0], "paper")
    >>> found["era"], found["attention"], found["measures"]["params"]
    ('first', 'no', 25557032)
    """
    told = _measures(row, laws)
    finite = {name: value if math.isfinite(value) else None for name, value in told.items()}
    return {**_facts(row), "measures": finite}
