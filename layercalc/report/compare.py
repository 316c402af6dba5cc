"""A comparison of families, as tables, as JSON and as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from layercalc.assumptions.domain import Domain, joined
from layercalc.closed import Closed
from layercalc.errors import SpecError, fail, listing
from layercalc.inspect.comparison import ComparedFamily, FamilyComparison, PointResult, values
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import LOGS, label_of
from layercalc.plot.picture import Curve, Panel, Picture, on_axis
from layercalc.printing.formula import numeral, raised
from layercalc.report import cells, evaluation
from layercalc.report.columns import column, grouped, logarithm
from layercalc.report.domains import domain_lines, of_measures
from layercalc.report.records import closed_record, point_record
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.table import Formula, Table

#: A ratio whose logarithm to base two is not between these is told by it; the decimals of one that is.
LEAST, MOST, DECIMALS = -6, 10, 4


def comparison_report(lineup: FamilyComparison) -> Report:
    """Make the report of a comparison."""
    return Report(
        lambda: [*_sections(lineup)],
        lambda: {"over": lineup.over, "families": [*_records(lineup)]},
        lambda: flat_table(_rows(lineup)),
    )


def _sections(lineup: FamilyComparison) -> Iterator[Section]:
    yield Section("\n".join([_title(lineup), *_settings(lineup)]))
    if lineup.symbolic:
        yield Section("", symbolic_table(lineup))
    elif lineup.over is None:
        yield Section("", measures_table(lineup))
    else:
        yield from (Section(label_of(name), points_table(lineup, name)) for name in lineup.measures)
    if notes := [*_refusals(lineup), *_remarks(lineup)]:
        yield Section(text="\n".join(notes))


def _remarks(lineup: FamilyComparison) -> list[str]:
    """Say what the values of some measures do not, of each spec that is measured."""
    points = [
        point for member in lineup.members for point in member.points if isinstance(point, MeasuredNetwork)
    ]
    told = (line for point in points for line in evaluation.remarks(point.network, point.measures))
    return [*dict.fromkeys(told)]


def _title(lineup: FamilyComparison) -> str:
    names = listing([member.name for member in lineup.members], "and")
    told = f"{lineup.specs[0]}: {names}" if len(lineup.specs) == 1 else names
    return f"{told}, over {lineup.over}" if lineup.over else told


def _settings(lineup: FamilyComparison) -> Iterator[str]:
    """List the params that all points of a family share, or all families of one spec."""
    networks = [[point.network for point in member.measured] for member in lineup.members]
    if len(lineup.specs) == 1:
        yield evaluation.settings([network for own in networks for network in own])
        return
    for member, own in zip(lineup.members, networks, strict=True):
        yield f"{member.name}: {evaluation.settings(own)}"


def measures_table(lineup: FamilyComparison) -> Table:
    """Make a table with a row for each measure and a column for each family."""
    rows = [(label_of(name), *_line(lineup, 0, name)) for name in lineup.measures]
    return Table(("", *_headers(lineup)), rows, keys=1, gives=_ratios(lineup))


def points_table(lineup: FamilyComparison, measure: str) -> Table:
    """Make a table of one measure with a row for each value of the param and a column for each family."""
    places = range(len(lineup.values))
    families = [column([_told(member.points[at], measure) for at in places]) for member in lineup.members]
    ratios = [[_ratio(lineup, member, at, measure) for at in places] for member in lineup.members[1:]]
    rows = [*zip(lineup.values, *families, *ratios, strict=True)]
    return Table((lineup.over or "", *_headers(lineup)), rows, keys=1, gives=_ratios(lineup))


def _ratios(lineup: FamilyComparison) -> list[int]:
    """Give the columns of ratios, the last first: they follow from the others."""
    families = len(lineup.members)
    return [*range(2 * families - 1, families, -1)]


def _headers(lineup: FamilyComparison) -> Iterator[str]:
    yield from (member.name for member in lineup.members)
    first, *others = lineup.members
    yield from ("ratio" if len(others) == 1 else _quotient(other, first) for other in others)


def _quotient(member: ComparedFamily, first: ComparedFamily) -> str:
    return f"{member.name} / {first.name}"


def _line(lineup: FamilyComparison, place: int, measure: str) -> Iterator[str]:
    for member in lineup.members:
        yield _value(member.points[place], measure)
    for member in lineup.members[1:]:
        yield _ratio(lineup, member, place, measure)


def _value(point: PointResult, measure: str) -> str:
    told = _told(point, measure)
    return told if isinstance(told, str) else grouped(told)


def _told(point: PointResult, measure: str) -> Closed | str:
    if isinstance(point, SpecError):
        return "-"
    return cells.REFUSED if measure in point.refused else point.measures[measure]


def _ratio(lineup: FamilyComparison, member: ComparedFamily, place: int, measure: str) -> str:
    ratio = lineup.ratio(member, place, measure)
    return "-" if ratio is None else ratio_text(ratio)


def ratio_text(ratio: Closed) -> str:
    """Write a ratio as a number where that is readable, else as a power of two.

    >>> from fractions import Fraction
    >>> ratio_text(Closed(Fraction(9, 4))), ratio_text(Closed(3**500))
    ('2.2500', '2^792.481')
    """
    log = ratio.log2
    if log is None:
        return "-"
    return (
        f"{2**log:.{DECIMALS}f}"
        if LEAST <= log <= MOST
        else Formula(raised(numeral("2"), numeral(logarithm(log).replace(",", ""))))
    )


def symbolic_table(lineup: FamilyComparison) -> Table:
    """Make a table of closed forms, grouped by measure and value, with a row for each family."""
    rows: list[tuple[str, ...]] = []
    for name in lineup.measures:
        for place, value in enumerate(lineup.values):
            before = (label_of(name), *([value] if lineup.over else []))
            for who, text in _forms(lineup, place, name):
                rows.append((*before, who, text))
                before = ("",) * len(before)
    told = [*domain_lines(_domains(lineup)), *_apart(lineup)]
    return Table(("",) * len(rows[0]), rows, ["", *told] if told else ())


def _apart(lineup: FamilyComparison) -> Iterator[str]:
    """Say which families have no network at the same numbers."""
    first, *others = lineup.members
    for member in others:
        for place in range(len(lineup.values)):
            points = first.points[place], member.points[place]
            domains = [of_measures(point.measures) for point in points if not isinstance(point, SpecError)]
            if len(domains) == len(points) and joined(domains).conditions == ("false",):
                yield f"{_quotient(member, first)}: of the forms alone, which hold at no number in common"
                break


def _domains(lineup: FamilyComparison) -> Iterator[tuple[str, Domain]]:
    """Give where each family holds, at each value of the param."""
    for member in lineup.members:
        for value, point in zip(lineup.values, member.points, strict=True):
            if not isinstance(point, SpecError):
                at = f" at {lineup.over} = {value}" if lineup.over else ""
                yield f"{member.name}{at}", of_measures(point.measures)


def _forms(lineup: FamilyComparison, place: int, measure: str) -> Iterator[tuple[str, str]]:
    for member in lineup.members:
        point = member.points[place]
        if isinstance(point, SpecError):
            yield member.name, "-"
        elif measure in point.refused:
            yield member.name, point.why(measure)
        else:
            yield member.name, Formula.of(point.measures[measure].folded_parts(cells.DIGITS))
    for member in lineup.members[1:]:
        if (ratio := lineup.ratio(member, place, measure)) is not None:
            text = Formula.of(ratio.folded_parts(cells.DIGITS)) if ratio.symbols else ratio_text(ratio)
            yield _quotient(member, lineup.members[0]), text


def _refusals(lineup: FamilyComparison) -> Iterator[str]:
    for member in lineup.members:
        for value, point in zip(lineup.values, member.points, strict=True):
            where = f"{lineup.over} = {value}" if lineup.over else ""
            if isinstance(point, SpecError):
                told = [point.diagnostics[0].message]
            else:
                told = [] if lineup.symbolic else point.refusals  # a row of closed forms says it itself
            for message in told:
                yield f"{member.name}{'' if where in message else f' at {where}'}: {message}"


def _records(lineup: FamilyComparison) -> Iterator[dict[str, Any]]:
    for member in lineup.members:
        points = [{"at": _at(value), **_record(lineup, member, n)} for n, value in enumerate(lineup.values)]
        yield {"name": member.name, "spec": member.spec, "points": points}


def _at(value: str) -> int | str | None:
    return int(value) if value.isdecimal() else value or None


def _record(lineup: FamilyComparison, member: ComparedFamily, place: int) -> dict[str, Any]:
    point = member.points[place]
    if isinstance(point, SpecError):
        return {"mistakes": [mistake.message for mistake in point.diagnostics]}
    ratios = {name: lineup.ratio(member, place, name) for name in lineup.measures}
    told = {name: None if ratio is None else closed_record(ratio) for name, ratio in ratios.items()}
    return {
        **point_record(point, member.spec),
        "ratios": told,
        "mistakes": [],
    }


def _rows(lineup: FamilyComparison) -> Iterator[dict[str, Any]]:
    for family in _records(lineup):
        yield from ({"name": family["name"], **point} for point in family["points"])


def picture(lineup: FamilyComparison) -> Picture:
    """Draw the measures as curves over the param, one for each family (Fig. 8 and 10).

    Raises `SpecError` where there is no param with numbers, or a value has symbols.
    """
    if lineup.over is None:
        raise fail("a picture needs a param for its axis", hint="--over PARAM=VALUES gives it one")
    if lineup.symbolic:
        raise fail("a picture shows numbers, and some of the values have symbols")
    panels = [_panel(lineup, lineup.over, measure) for measure in lineup.measures]
    return Picture("compare", _title(lineup), panels)


def _panel(lineup: FamilyComparison, over: str, measure: str) -> Panel:
    label = label_of(measure)
    found = [_points(member, over, measure) for member in lineup.members]
    logs = [[log for _, log in points] for points in found]
    axis, values = on_axis(label, logs, as_logs=measure in LOGS)
    curves = [
        Curve(member.name, [x for x, _ in points], y, "both")
        for member, points, y in zip(lineup.members, found, values, strict=True)
    ]
    return Panel(over, axis, curves)


def _points(member: ComparedFamily, over: str, measure: str) -> list[tuple[float, float]]:
    """Give the logarithms of a measure at the points of a family at which it has one."""
    found: list[tuple[float, float]] = []
    for point in member.measured:
        where, closed = point.network.params[over], values(point).get(measure)
        if isinstance(where, bool) or not isinstance(where, int | Fraction):
            raise fail(f"a picture shows numbers, and {over} is {cells.param(point.network, where)}")
        log = None if closed is None else closed.log2
        if log is not None and math.isfinite(log):
            found.append((float(where), log))
    return sorted(found)
