"""The measures of one network, or of several points of a family, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from layercalc.closed import Closed
from layercalc.display import visible
from layercalc.errors import listing
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import LOGS, MEASURES, find_measure, label_of, measure_outputs
from layercalc.network import Network
from layercalc.report import cells
from layercalc.report.columns import column, logarithms, shortened, with_commas
from layercalc.report.domains import domain_lines, of_measures
from layercalc.report.table import Formula, Table

#: A maximum that is longer than this is written by its cases only.
LONG = 120
#: The measures that a table of points gives up where there is no room, in order, unless they were asked for.
GIVEN_UP = ("longest_path", "layers", "gwc", "gsip")
MEETING = "The network's own values are those where its outputs meet, eq. (19) and (20):"


def heading(points: Sequence[MeasuredNetwork]) -> str:
    """Name a network on one line, and its params and its law set on another."""
    return f"{title(points[0].network)}\n{settings([point.network for point in points])}"


def title(network: Network) -> str:
    """Write the name and the title of a network."""
    return visible(f"{network.name}: {network.title}") if network.title else network.name


def settings(networks: Sequence[Network]) -> str:
    """Write the params that some networks of a family share, and their law set."""
    told = [{n: cells.param(network, value) for n, value in network.params.items()} for network in networks]
    shared = [f"{name} = {text}" for name, text in told[0].items() if all(t[name] == text for t in told)]
    return visible("; ".join(filter(None, [", ".join(shared), f"laws {networks[0].laws}"])))


def measures_table(point: MeasuredNetwork, exact: bool = False, si: bool = False) -> Table:
    """Make a table with a row for each measure: its value, and its logarithm if all are numbers.

    With `si` whole numbers are shortened, as 25.557 M.
    """
    table = _values_table(point, exact, si)
    rows, wide = [*table.rows], len(table.headers) - 1
    for name in reversed(point.names):
        if name in point.refused:
            before = {label_of(other) for other in point.names[: point.names.index(name)]}
            place = max((i + 1 for i, row in enumerate(rows) if row[0] in before), default=0)
            while place < len(rows) and not rows[place][0]:
                place += 1
            rows.insert(place, (label_of(name), *[""] * (wide - 1), point.why(name)))
    return replace(table, rows=rows)


def _values_table(point: MeasuredNetwork, exact: bool, si: bool) -> Table:
    below, labelled = notes([point]), _labelled(point)
    if any(closed.symbols for closed in labelled.values()) and not exact:
        told: set[tuple[str, str]] = set()
        rows = [row for label, closed in labelled.items() for row in _folded_rows(label, closed, told)]
        return Table(("", ""), rows, below)
    labels = [*labelled]
    texts, parts = _texts(labelled, exact)
    if si:
        texts = [shortened(c) or text for c, text in zip(labelled.values(), texts, strict=True)]
    below = [*below, *parts]
    if any(closed.symbols for closed in labelled.values()):
        return Table(("", ""), [*zip(labels, texts, strict=True)], below)
    logged = {label_of(name) for name in LOGS}
    with_logs = [
        closed if label.partition(" of ")[0] in logged else None for label, closed in labelled.items()
    ]
    if not any(with_logs):
        return Table(("", "value"), [*zip(labels, texts, strict=True)], below)
    if exact:  # the longest texts stand last
        exactly = ["" if closed is None else cells.logarithm(closed, exact=True) for closed in with_logs]
        return Table(("", "log2", "value"), [*zip(labels, exactly, texts, strict=True)], below)
    return Table(("", "value", "log2"), [*zip(labels, texts, logarithms(with_logs), strict=True)], below)


def _labelled(point: MeasuredNetwork) -> dict[str, Closed]:
    """Give the measures with their labels, those of each output by itself last."""
    labelled = {label_of(name): closed for name, closed in point.measures.items()}
    for output, measures in measure_outputs(point.network, point.measures).items():
        for name, closed in measures.items():
            labelled[f"{label_of(name)} of {output}"] = closed
    return labelled


def _folded_rows(label: str, closed: Closed, told: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Write a measure, and below it what the names in it stand for, and its cases.

    A long maximum is left out where its cases say all of it; what a name stands for
    is left out where the measures above have `told` it.
    """
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


def _text(closed: Closed) -> str:
    """Write a value in a column of values of several kinds."""
    return with_commas(Formula.of(closed.folded_parts(cells.DIGITS)))


def _texts(labelled: Mapping[str, Closed], exact: bool) -> tuple[list[str], list[str]]:
    """Write the values, and what the names in them stand for."""
    if not exact:
        return [_text(closed) for closed in labelled.values()], []
    texts, notes = list[str](), list[str]()
    for label, closed in labelled.items():
        written = closed.exact()
        texts.append(Formula(written.tree))
        if written.definitions:
            notes += ["", f"In {label}:"]
            notes += [Formula("", "    ", key, " = ", meaning) for key, meaning in written.parts]
    return texts, notes


def points_table(
    points: Sequence[MeasuredNetwork], varied: Sequence[str], exact: bool = False, si: bool = False
) -> Table:
    """Make a table with a row for each point of a family: the params that vary, then the measures."""
    names = points[0].names
    headers = [*varied, *(label_of(name) for name in names)]
    values = [_column([point.measures.get(name) for point in points], exact, si) for name in names]
    rows = []
    for point, told in zip(points, zip(*values, strict=True), strict=True):
        rows.append([*(cells.param(point.network, point.network.params[name]) for name in varied), *told])
    asked = names != [*MEASURES]
    gives = () if asked else [len(varied) + names.index(name) for name in GIVEN_UP]
    return Table(headers, rows, notes(points, varied), keys=len(varied), gives=gives)


def _column(values: Sequence[Closed | None], exact: bool, si: bool) -> list[str]:
    if exact:
        return [cells.REFUSED if closed is None else Formula.of(closed.exact()) for closed in values]
    return column([cells.REFUSED if closed is None else closed for closed in values], si=si)


def _refusals(points: Sequence[MeasuredNetwork], varied: Sequence[str]) -> Iterator[str]:
    """Tell below a table of several points why measures are refused, each reason once."""
    if varied:
        yield from dict.fromkeys(line for point in points for line in point.refusals)


def notes(points: Sequence[MeasuredNetwork], varied: Sequence[str] = ()) -> list[str]:
    """Write the domains of the closed forms, and the remarks on some measures."""
    several = {point.network.outputs for point in points if len(point.network.outputs) > 1}
    meeting = [f"{MEETING} {listing(outputs, 'and')}." for outputs in several]
    told = [*domains(points, varied), *remarks(points[0].network, points[0].measures), *meeting]
    told += _refusals(points, varied)
    return ["", *told] if told else []


def domains(points: Sequence[MeasuredNetwork], varied: Sequence[str]) -> list[str]:
    """Write the domains of the closed forms of some points, named by the params that vary."""
    named = (
        ", ".join(f"{name} = {cells.param(point.network, point.network.params[name])}" for name in varied)
        for point in points
    )
    return domain_lines(zip(named, (of_measures(point.measures) for point in points), strict=True))


def remarks(network: Network, names: Iterable[str]) -> list[str]:
    """Write the remarks on some measures."""
    found = [(label_of(name), find_measure(name, network).remark) for name in names]
    return [f"{label}: {remark}" for label, remark in found if remark]
