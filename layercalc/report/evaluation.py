"""The measures of one network, or of several points of a family, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import find_measure
from layercalc.network import Network
from layercalc.report import cells
from layercalc.report.domains import domain_lines, of_measures
from layercalc.report.table import Formula, Table

#: A maximum that is longer than this is written by its cases only.
LONG = 120


def heading(points: Sequence[MeasuredNetwork]) -> str:
    """Name a network on one line, and its params and its law set on another."""
    return f"{title(points[0].network)}\n{settings([point.network for point in points])}"


def title(network: Network) -> str:
    """Write the name and the title of a network."""
    return f"{network.name}: {network.title}" if network.title else network.name


def settings(networks: Sequence[Network]) -> str:
    """Write the params that some networks of a family share, and their law set."""
    told = [{n: cells.param(network, value) for n, value in network.params.items()} for network in networks]
    shared = [f"{name} = {text}" for name, text in told[0].items() if all(t[name] == text for t in told)]
    return "; ".join(filter(None, [", ".join(shared), f"laws {networks[0].laws}"]))


def measures_table(point: MeasuredNetwork, exact: bool = False) -> Table:
    """Make a table with a row for each measure: its value, and its logarithm if all are numbers."""
    below = notes([point])
    if any(closed.symbols for closed in point.measures.values()) and not exact:
        told: set[tuple[str, str]] = set()
        rows = [row for name in point.measures for row in _folded_rows(point, name, told)]
        return Table(("", ""), rows, below)
    labels = [find_measure(name).label for name in point.measures]
    texts, parts = _texts(point, exact)
    below = [*below, *parts]
    if any(closed.symbols for closed in point.measures.values()):
        return Table(("", ""), [*zip(labels, texts, strict=True)], below)
    logs = [cells.logarithm(closed, exact) for closed in point.measures.values()]
    if exact:  # the longest texts stand last
        return Table(("", "log2", "value"), [*zip(labels, logs, texts, strict=True)], below)
    return Table(("", "value", "log2"), [*zip(labels, texts, logs, strict=True)], below)


def _folded_rows(point: MeasuredNetwork, name: str, told: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Write a measure, and below it what the names in it stand for, and its cases.

    A long maximum is left out where its cases say all of it; what a name stands for
    is left out where the measures above have `told` it.
    """
    closed, label = point.measures[name], find_measure(name).label
    written, cases = closed.folded_parts(cells.DIGITS), closed.cases
    if not cases or (len(cases) > 1 and len(str(written)) <= LONG):
        yield label, Formula(written.tree)
        news = [part for part in zip(written.definitions, written.parts, strict=True) if part[0] not in told]
        yield from (("", Formula(key, " = ", meaning)) for _, (key, meaning) in reversed(news))
        told.update(named for named, _ in news)
        label = ""
    for when, value in cases:
        yield label, Formula.of(value.folded_parts(cells.DIGITS), when, ": ")
        label = ""


def _texts(point: MeasuredNetwork, exact: bool) -> tuple[list[str], list[str]]:
    """Write the values, and what the names in them stand for."""
    if not exact:
        return [Formula.of(c.folded_parts(cells.DIGITS)) for c in point.measures.values()], []
    texts, notes = list[str](), list[str]()
    for name, closed in point.measures.items():
        written = closed.exact()
        texts.append(Formula(written.tree))
        if written.definitions:
            notes += ["", f"In {find_measure(name).label}:"]
            notes += [Formula("", "    ", key, " = ", meaning) for key, meaning in written.parts]
    return texts, notes


def points_table(points: Sequence[MeasuredNetwork], varied: Sequence[str], exact: bool = False) -> Table:
    """Make a table with a row for each point of a family: the params that vary, then the measures."""
    headers = [*varied, *(find_measure(name).label for name in points[0].measures)]
    rows = []
    for point in points:
        values = [Formula.of(c.exact()) if exact else cells.number(c) for c in point.measures.values()]
        rows.append([*(cells.param(point.network, point.network.params[name]) for name in varied), *values])
    return Table(headers, rows, notes(points, varied), keys=len(varied))


def notes(points: Sequence[MeasuredNetwork], varied: Sequence[str] = ()) -> list[str]:
    """Write the domains of the closed forms, and the remarks on some measures."""
    told = [*domains(points, varied), *remarks(points[0].measures)]
    return ["", *told] if told else []


def domains(points: Sequence[MeasuredNetwork], varied: Sequence[str]) -> list[str]:
    """Write the domains of the closed forms of some points, named by the params that vary."""
    named = (
        ", ".join(f"{name} = {cells.param(point.network, point.network.params[name])}" for name in varied)
        for point in points
    )
    return domain_lines(zip(named, (of_measures(point.measures) for point in points), strict=True))


def remarks(names: Iterable[str]) -> list[str]:
    """Write the remarks on some measures."""
    found = [(find_measure(name).label, find_measure(name).remark) for name in names]
    return [f"{label}: {remark}" for label, remark in found if remark]
