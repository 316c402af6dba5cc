"""A sweep on the terminal: its rows where they are few, else where each measure is least and greatest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from layercalc.display import visible
from layercalc.network import Network
from layercalc.report.cells import param
from layercalc.report.evaluation import title
from layercalc.report.section import Section
from layercalc.report.table import Table

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
       alpha  log2 GCC  params
    1.000001     10.50  12,345
    """
    headers = [_heading(name) for name in rows[0]]
    lines = [[_cell(name, value, name in swept) for name, value in row.items()] for row in rows]
    return Section(head, Table(headers, lines), notes=notes)


def ends_section(head: str, ends: Mapping[str, Sequence[tuple[Any, Row]]], notes: Sequence[str]) -> Section:
    """Show the least and the greatest value of each measure, with the first point that has it."""
    lines = []
    for name, ((least, low), (greatest, high)) in ends.items():
        lines.append([_heading(name), _cell(name, least), place(low), _cell(name, greatest), place(high)])
    return Section(head, Table(("measure", "least", "at", "greatest", "at"), lines), notes=notes)


def _heading(name: str) -> str:
    measure = name.removeprefix("log2_")
    return name if measure == name else f"log2 {measure.upper()}"


def _cell(name: str, value: Any, is_param: bool = False) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if is_param:
        return setting(value)
    return f"{value:.2f}" if name.startswith("log2_") else f"{value:.5g}"


def setting(value: Any) -> str:
    """Write the value of a param.

    >>> setting(True), setting(0.25), setting(64), setting(2.0)
    ('true', '0.25', '64', '2')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def place(point: Mapping[str, Any]) -> str:
    """Name a point by its params.

    >>> place({"depth": 32, "width": 0.5})
    'depth = 32, width = 0.5'
    """
    return ", ".join(f"{name} = {setting(value)}" for name, value in point.items())


def counted(points: int, rows: int, dropped: Mapping[str, int]) -> list[str]:
    """Say how many points are rows, and why the others are not.

    >>> counted(3, 1, {"depth mod 6 = 2 is false": 2})
    ['1 of 3 points has a row.', 'dropped: 2, where depth mod 6 = 2 is false']
    """
    told = f"{rows:,} of {points:,} {'point has a row' if points == 1 else 'points have a row'}."
    if rows == 1 and points > 1:
        told = f"1 of {points:,} points has a row."
    most = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    return [told, *(f"dropped: {count:,}, where {reason}" for reason, count in most)]
