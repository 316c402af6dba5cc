"""A sweep on the terminal: its rows where they are few, else where each measure is least and greatest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from layercalc.display import visible
from layercalc.measures import label_of
from layercalc.network import Network
from layercalc.report.cells import param
from layercalc.report.columns import measured
from layercalc.report.evaluation import title
from layercalc.report.section import Section
from layercalc.report.table import Table
from layercalc.resolve.points import place, setting

Row = Mapping[str, Any]


def heading(network: Network, swept: Collection[str]) -> str:
    """Name a family, and below it the params that all its points share with this one, and the law set."""
    fixed = {name: value for name, value in network.params.items() if name not in swept}
    told = ", ".join(f"{name} = {param(network, value)}" for name, value in fixed.items())
    return f"{title(network)}\n{visible('; '.join(filter(None, [told, f'laws {network.laws}'])))}"


def rows_section(head: str, rows: Sequence[Row], swept: Collection[str], notes: Sequence[str]) -> Section:
    """Show rows.

    >>> row = {"alpha": 1.000001, "log2_gcc": 10.5, "params": 12345}
    >>> print(rows_section("MLP", [row], ["alpha"], []).table.plain())
       alpha  log2(GCC)  params
    1.000001     10.500  12,345
    """
    headers = [name if name in swept else _heading(name) for name in rows[0]]
    columns = [_column(name, [row[name] for row in rows], name in swept) for name in rows[0]]
    return Section(head, Table(headers, [*zip(*columns, strict=True)]), notes=notes)


def ends_section(head: str, ends: Mapping[str, Sequence[tuple[Any, Row]]], notes: Sequence[str]) -> Section:
    """Show the least and the greatest value of each measure, with the first point that has it."""
    lines = []
    for name, ((least, low), (greatest, high)) in ends.items():
        first, last = _column(name, [least, greatest])
        lines.append([_heading(name), first, place(low), last, place(high)])
    return Section(head, Table(("measure", "least", "at", "greatest", "at"), lines), notes=notes)


def _heading(column: str) -> str:
    return label_of(column.removesuffix("_measured"))


def _column(name: str, values: Sequence[Any], is_param: bool = False) -> list[str]:
    return [*map(setting, values)] if is_param else measured(values, name.startswith("log2_"))


def counted(points: int, rows: int, dropped: Iterable[tuple[int, str, str]]) -> list[str]:
    """Say how many points are rows, and why the others are not: so many, at such a point, and the reason.

    >>> counted(3, 1, [(2, "as at depth = 9", "depth mod 6 = 2 is false")])
    ['1 of 3 points has a row.', 'dropped: 2, as at depth = 9: depth mod 6 = 2 is false']
    """
    told = f"{rows:,} of {points:,} {'point has a row' if points == 1 else 'points have a row'}."
    if rows == 1 and points > 1:
        told = f"1 of {points:,} points has a row."
    return [told, *(f"dropped: {count:,}, {at}: {message}" for count, at, message in dropped)]
