"""What a search found, as sections for people and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from layercalc.errors import listing
from layercalc.network import Network
from layercalc.report import cells as values
from layercalc.report.columns import floats
from layercalc.report.evaluation import title
from layercalc.report.records import param_record
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.table import Table
from layercalc.search import cells
from layercalc.search.neighbours import Neighbour, neighbours
from layercalc.search.objective import ACCURACIES, Objective
from layercalc.search.run import Binding, Found

#: Rows of the front that are shown to people unless more are asked for.
ROWS = 20
#: A front with this share of the feasible points, and at least so many, says little.
MOST, FEW = 0.5, 8
#: Reasons why points are no networks that are told.
REASONS = 3


def search_report(found: Found, network: Network, spec: str, rows: int = ROWS) -> Report:
    """Make the report of a search; people see at most so many rows of the front, programs all.

    `network` is one of those searched, of which name, law set and fixed params are told.
    """
    return Report(
        lambda: [*_sections(found, network, rows)],
        lambda: record(found, network, spec),
        lambda: flat_table(front_records(found)),
    )


def _sections(found: Found, network: Network, rows: int) -> Iterator[Section]:
    yield Section("\n".join([title(network), settings(found, network), *_asked(found)]))
    yield Section(text="\n".join(_counts(found)))
    yield Section("", front_table(found, rows), text="\n".join(_hidden(found, rows)))
    if found.bounds:
        yield Section("", bounds_table(found))
    yield Section(text="\n".join([*_at_ends(found), *_crowded(found)]))
    if found.knee is None:
        yield Section(text="No knee: where all objectives together lose least, the front ends in one of them.")
    else:
        point = found.point(found.knee)
        around = neighbours(found.question, point)
        yield Section(f"One step from the knee, {cells.place(point)}", steps_table(found, around))


def settings(found: Found, network: Network) -> str:
    """Write the params that all points share, and the law set."""
    fixed = {name: value for name, value in network.params.items() if name not in found.question.axes}
    told = ", ".join(f"{name} = {values.param(network, value)}" for name, value in fixed.items())
    return "; ".join(filter(None, [told, f"laws {network.laws}"]))


def _asked(found: Found) -> Iterator[str]:
    axes = [f"{name} = {_axis(several)}" for name, several in found.question.axes.items()]
    yield f"over {listing(axes, 'and')}"
    sides: dict[str, list[str]] = {}
    for objective in found.question.objectives:
        within = f" (steps of {objective.tolerance})" if objective.tolerance is not None else ""
        sides.setdefault(objective.side, []).append(objective.label + within)
    told = ", ".join(f"{side} {listing(labels, 'and')}" for side, labels in sides.items())
    bounds = listing([bound.text for bound in found.question.bounds], "and")
    yield f"{told}; subject to {bounds}" if bounds else told


def _axis(several: Sequence[Any]) -> str:
    first, *_, last = several if len(several) > 1 else (several[0], several[0])
    if len(several) <= 2:
        return listing([cells.setting(_plain(value)) for value in several], "and")
    return f"{cells.setting(_plain(first))} to {cells.setting(_plain(last))} ({len(several):,} values)"


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else float(value)


def _counts(found: Found) -> Iterator[str]:
    sample = found.sample
    if sample is not None:
        yield (
            f"A sample, not all {found.question.request.grid.size:,} points: {sample.trials:,} trials of Optuna's NSGA-II "
            f"with seed {sample.seed} drew {found.points:,} of them; better ones may lie elsewhere."
        )
    feasible = f"{found.feasible:,} feasible, " if found.bounds else ""
    yield f"{found.points:,} points: {found.valid:,} networks, {feasible}{found.count:,} on the front."
    ordered = sorted(found.dropped.items(), key=lambda item: (-item[1], item[0]))
    for reason, count in ordered[:REASONS]:
        yield f"No network at {count:,}: {reason}"
    if rest := sum(count for _, count in ordered[REASONS:]):
        yield f"No network at {rest:,} others, for {len(ordered) - REASONS:,} further reasons."


def front_table(found: Found, rows: int) -> Table:
    """Make the table of the front, of at most so many rows, spread evenly over it."""
    places = chosen(found, rows)
    names = [*found.question.axes, *cells.shown(found.question)]
    table = [[cells.setting(found.columns[name][at].item()) for at in places] for name in found.question.axes]
    table += [
        cells.texts(name, [found.columns[name][at].item() for at in places]) for name in cells.shown(found.question)
    ]
    headers = [*found.question.axes, *map(cells.header, names[len(found.question.axes) :])]
    if _tolerant(found):
        headers.append("alike")
        table.append([f"{found.alike[at]:,}" for at in places])
    if found.knee is not None:
        headers.append("")
        table.append(["knee" if at == found.knee else "" for at in places])
    return Table(headers, [*zip(*table, strict=True)], keys=len(found.question.axes))


def chosen(found: Found, rows: int) -> list[int]:
    """Choose rows of the front: all, or so many spread evenly, with both ends and the knee."""
    count = found.count
    if count <= rows:
        return [*range(count)]
    spread = {round(step * (count - 1) / max(1, rows - 1)) for step in range(rows)}
    if found.knee is not None and found.knee not in spread:
        spread.discard(min(spread - {0, count - 1}, key=lambda at: abs(at - found.knee), default=-1))
        spread.add(found.knee)
    return sorted(spread)


def _hidden(found: Found, rows: int) -> Iterator[str]:
    if found.count > rows:
        yield f"{rows:,} of the {found.count:,} on the front, in the order of {found.question.objectives[0].label}; --rows and CSV give more."


def _tolerant(found: Found) -> bool:
    return any(objective.tolerance is not None for objective in found.question.objectives)


def bounds_table(found: Found) -> Table:
    """Make the table of the bounds: what each leaves out, and whether it binds."""
    rows = []
    for one in found.bounds:
        binds = f"binds: without it {one.joins:,} would join the front" if one.joins else "does not bind"
        goes = f", and {one.goes:,} leave it" if one.goes else ""
        rows.append((one.bound.text, f"{one.outside:,}", f"{one.alone:,}", binds + goes))
    return Table(("bound", "leaves out", "it alone", ""), rows)


def _at_ends(found: Found) -> Iterator[str]:
    told = []
    for name, (first, last) in found.at_ends().items():
        several = found.question.axes[name]
        for count, value in ((first, min(several)), (last, max(several))):
            if count:
                told.append(f"{count:,} at {name} = {cells.setting(_plain(value))}")
    if told:
        yield f"On the front {listing(told, 'and')} stand at the end of a range: beyond it there may be better ones."


def _crowded(found: Found) -> Iterator[str]:
    """Warn of a front that leaves out hardly anything, and say what helps."""
    if found.feasible >= FEW and found.count >= MOST * found.feasible:
        yield f"warning: {found.count:,} of {found.feasible:,} are on the front: hardly one is better than another in everything asked."
        without = [one.measure for one in found.question.objectives if one.tolerance is None]
        example = ",".join(f"{name}={_step(name)}" for name in without)
        helps = [f"--tolerance {example} lets small differences not count"] if without else []
        helps += ["--subject-to bounds what only has to be good enough", "fewer objectives leave fewer trade-offs"]
        yield f"What helps: {'; '.join(helps)}."


def _step(measure: str) -> str:
    if measure in ACCURACIES:
        return "0.5"
    return "20%" if cells.column_of(measure) == measure else "16bits"


def steps_table(found: Found, around: Sequence[Neighbour]) -> Table:
    """Make the table of the neighbours of the knee: the objectives there, and by how much they change."""
    objectives, knee = found.question.objectives, found.knee or 0
    table: list[Sequence[str]] = [[f"{one.param} = {cells.setting(_plain(one.value))}" for one in around]]
    headers = [""]
    for objective in objectives:
        name = cells.column_of(objective.measure)
        before = found.columns[name][knee].item()
        after = [one.values.get(name) for one in around]
        changes = [None if value is None else cells.changed(objective, before, value) for value in after]
        headers += [cells.header(name), cells.change_header(objective)]
        table += [cells.texts(name, after), floats(changes, cells.DIGITS)]
    if any(one.reason or one.breaks for one in around):
        headers.append("")
        table.append([_why(one) for one in around])
    return Table(headers, [*zip(*table, strict=True)], keys=1)


def _why(one: Neighbour) -> str:
    return f"no network: {one.reason}" if one.reason else f"breaks {listing(one.breaks, 'and')}" if one.breaks else ""


def front_records(found: Found) -> Iterator[dict[str, Any]]:
    """Write the points of the front, each with its params, its measures and whether it is the knee."""
    names = [*found.question.axes, *(name for name in found.columns if name not in found.question.axes)]
    columns = [found.columns[name].tolist() for name in names]
    for place, row in enumerate(zip(*columns, strict=True)):
        yield {**dict(zip(names, map(_json, row), strict=True)), "alike": int(found.alike[place]), "knee": place == found.knee}


def _json(value: Any) -> Any:
    """Give a number as JSON can have it."""
    return value if not isinstance(value, float) or math.isfinite(value) else None


def record(found: Found, network: Network, spec: str) -> dict[str, Any]:
    """Write a search as JSON."""
    question, sample = found.question, found.sample
    return {
        "network": network.name,
        "spec": spec,
        "laws": network.laws,
        "params": {n: param_record(network, v) for n, v in network.params.items() if n not in question.axes},
        "over": {name: _axis_record(several) for name, several in question.axes.items()},
        "objectives": [_objective_record(objective) for objective in question.objectives],
        "points": found.points,
        "valid": found.valid,
        "feasible": found.feasible,
        "dropped": dict(found.dropped),
        "bounds": [_bound_record(one) for one in found.bounds],
        "sample": None if sample is None else {"trials": sample.trials, "seed": sample.seed},
        "ends": {name: [*counts] for name, counts in found.at_ends().items()},
        "front": [*front_records(found)],
        "neighbours": [] if found.knee is None else [*map(_neighbour_record, neighbours(question, found.point(found.knee)))],
    }


def _axis_record(several: Sequence[Any]) -> dict[str, Any]:
    return {"first": _plain(min(several)), "last": _plain(max(several)), "values": len(several)}


def _objective_record(objective: Objective) -> dict[str, Any]:
    tolerance = objective.tolerance
    told = None if tolerance is None else {"amount": tolerance.amount, "unit": tolerance.unit}
    return {"measure": objective.measure, "side": objective.side, "tolerance": told}


def _bound_record(one: Binding) -> dict[str, Any]:
    counts = {"outside": one.outside, "alone": one.alone, "joins": one.joins, "goes": one.goes}
    return {"bound": one.bound.text, **counts, "binds": one.joins > 0}


def _neighbour_record(one: Neighbour) -> dict[str, Any]:
    told = {name: _json(value) for name, value in one.values.items()} or None
    return {
        "param": one.param, "value": _plain(one.value), "measures": told,
        "reason": one.reason or None, "breaks": [*one.breaks],
    }  # fmt: skip
