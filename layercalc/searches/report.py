"""What a search found, as sections for people and as JSON."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterator, Sequence
from typing import Any

from layercalc.errors import listing
from layercalc.report.columns import floats
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.sweep import heading
from layercalc.report.table import Table
from layercalc.resolve.points import place, setting
from layercalc.searches import cells
from layercalc.searches.accuracy import predictors
from layercalc.searches.columns import Columns, values
from layercalc.searches.found import Found
from layercalc.searches.knee import scale
from layercalc.searches.neighbours import Neighbour, neighbours
from layercalc.searches.objective import ACCURACIES, Objective
from layercalc.searches.records import front_records, record
from layercalc.sweeps.points import LOGS

#: Rows of the front that are shown to people unless more are asked for.
ROWS = 20
#: A front with this share of the feasible points, and at least so many, says little.
MOST, FEW = 0.5, 8
#: Steps of a tolerance that is proposed, over the range of the front.
STEPS = 10
#: Reasons why points are no networks that are told.
REASONS = 3


def search_report(found: Found, spec: str, rows: int = ROWS) -> Report:
    """Make the report of a search; people see at most so many rows of the front, programs all."""
    return Report(
        lambda: [*_sections(found, rows)],
        lambda: record(found, spec),
        lambda: flat_table(front_records(found)),
    )


def headline(found: Found) -> str:
    """Name the network and what is asked, for a picture."""
    return f"{found.network.name}: {found.question.wanted}"


def _sections(found: Found, rows: int) -> Iterator[Section]:
    network = found.network
    yield Section("\n".join([heading(network, found.question.axes), _over(found), found.question.wanted]))
    yield Section(text="\n".join(_counts(found)))
    told = [*_hidden(found, rows), *_expected(found)]
    yield Section("", front_table(found, rows), text="\n".join(told))
    if found.bounds:
        yield Section("", bounds_table(found))
    yield Section(text="\n".join([*_at_ends(found), *_crowded(found)]))
    if found.knee is None:
        yield Section(text="No knee: every point of the front is the worst of it in some objective.")
    else:
        point = found.point(found.knee)
        if around := neighbours(found.question, point):
            yield Section(f"One step from the knee, {place(point)}", steps_table(found, around))


def _over(found: Found) -> str:
    if found.question.request.grid.paired:
        return f"over {listing([*found.question.axes], 'and')}, the points of a file"
    axes = [f"{name} = {_axis(several)}" for name, several in found.question.axes.items()]
    return f"over {listing(axes, 'and')}"


def _axis(several: Sequence[Any]) -> str:
    first, *_, last = several if len(several) > 1 else (several[0], several[0])
    if len(several) <= 2:
        return listing([setting(cells.plain(value)) for value in several], "and")
    return f"{setting(cells.plain(first))} to {setting(cells.plain(last))} ({len(several):,} values)"


def _counts(found: Found) -> Iterator[str]:
    sample = found.sample
    if sample is not None:
        every = found.question.request.grid.size
        how = f"{sample.trials:,} trials of Optuna's NSGA-II with seed {sample.seed}"
        yield f"A sample by {how}: {found.points:,} of {every:,} points; better ones may lie elsewhere."
    feasible = f"{found.feasible:,} feasible, " if found.bounds else ""
    counts = f"{_several(found.points, 'point')}: {_several(found.valid, 'network')}"
    yield f"{counts}, {feasible}{found.count:,} on the front."
    dropped = [*found.dropped.told()]
    for count, at, message in dropped[:REASONS]:
        several = f"at {count:,} points, " if count > 1 else ""
        yield f"No network {several}{at}: {message}"
    if rest := sum(count for count, *_ in dropped[REASONS:]):
        others, reasons = _several(rest, "other point"), _several(len(dropped) - REASONS, "further reason")
        yield f"No network at {others}, for {reasons}."


def _several(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def front_table(found: Found, rows: int) -> Table:
    """Make the table of the front, of at most so many rows, spread evenly over it."""
    places = chosen(found, rows)
    measures = cells.shown(found.question)
    table = [[setting(found.columns[name][at].item()) for at in places] for name in found.question.axes]
    table += [cells.texts(name, values(found.columns, name)[places].tolist()) for name in measures]
    headers = [*found.question.axes, *map(cells.header, measures)]
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
        inner = sorted(spread - {0, count - 1})
        spread -= {*inner[bisect(inner, found.knee) - 1 :][:1]}
        spread.add(found.knee)
    return sorted(spread)


def _hidden(found: Found, rows: int) -> Iterator[str]:
    shown = len(chosen(found, rows))
    if found.count > shown:
        first = found.question.objectives[0].label
        counts = f"{shown:,} of {found.count:,} on the front"
        yield f"{counts}, in the order of {first}; --rows and CSV give more."


def _tolerant(found: Found) -> bool:
    return any(objective.tolerance is not None for objective in found.question.objectives)


def _expected(found: Found) -> Iterator[str]:
    """Say what accuracies are expected from, and for how many points the curve is extrapolated."""
    if (basis := found.question.basis) is not None:
        told = basis.predictor.label if basis.domain is None else basis.domain.formula
        yield f"Accuracies are those that the curve of `layercalc predict` expects from {told}."
        logs = predictors(found.columns, basis).tolist()
        if outside := sum(basis.outside(log) != 0 for log in logs):
            yield f"warning: {outside:,} of the front lie outside the networks that it is fitted to."


def bounds_table(found: Found) -> Table:
    """Make the table of the bounds: what each leaves out, and whether it binds."""
    rows = []
    for one in found.bounds:
        binds = f"binds: without it {one.joins:,} would join the front" if one.joins else "does not bind"
        binds += f", and {one.goes:,} leave it" if one.goes else ""
        told = binds if one.binds is not None else "leaves out too many to tell whether it binds"
        rows.append((one.bound.text, f"{one.outside:,}", f"{one.alone:,}", told))
    return Table(("bound", "leaves out", "it alone", ""), rows)


def _at_ends(found: Found) -> Iterator[str]:
    told = []
    for name, (first, last) in found.at_ends().items():
        several = found.question.axes[name]
        for count, value in ((first, min(several)), (last, max(several))):
            if count:
                told.append(f"{count:,} at {name} = {setting(cells.plain(value))}")
    if told:
        yield f"At an end of a range: {listing(told, 'and')} of the front; better ones may lie beyond."


def _crowded(found: Found) -> Iterator[str]:
    """Warn of a front that leaves out hardly anything, and say what helps."""
    if found.feasible >= FEW and found.count >= MOST * found.feasible:
        counts = f"{found.count:,} of {found.feasible:,} feasible points are on the front"
        yield f"warning: {counts}: hardly one is better than another in everything that is asked."
        steps = [_step(one, found.columns) for one in found.question.objectives if one.tolerance is None]
        example = ",".join(filter(None, steps))
        helps = [f"--tolerance {example} lets small differences not count"] if example else []
        helps += [
            "--subject-to bounds what only has to be good enough",
            "fewer objectives leave fewer trade-offs",
        ]
        yield f"What helps: {'; '.join(helps)}."


def _step(objective: Objective, columns: Columns) -> str:
    """Propose a tolerance that parts the range of an objective on the front into ten steps."""
    reached = scale(objective, columns)
    step = float(f"{(reached.max() - reached.min()) / STEPS:.1g}")
    if not 0 < step < math.inf:
        return ""
    if objective.measure in LOGS or objective.measure in ACCURACIES:
        return f"{objective.measure}={step:g}{'bits' if objective.measure in LOGS else ''}"
    return f"{objective.measure}={float(f'{100 * (2**step - 1):.1g}'):.6g}%"


def steps_table(found: Found, around: Sequence[Neighbour]) -> Table:
    """Make the table of the neighbours of the knee: the objectives there, and by how much they change."""
    objectives, knee = found.question.objectives, found.knee or 0
    table: list[Sequence[str]] = [[f"{one.param} = {setting(cells.plain(one.value))}" for one in around]]
    headers = [""]
    for objective in objectives:
        name = objective.measure
        before, after = values(found.columns, name)[knee].item(), [one.number(name) for one in around]
        changes = [None if value is None else cells.changed(objective, before, value) for value in after]
        headers += [cells.header(name), cells.change_header(objective)]
        table += [cells.texts(name, after), floats(changes, cells.DIGITS)]
    if any(one.reason or one.breaks for one in around):
        headers.append("")
        table.append([_why(one) for one in around])
    return Table(headers, [*zip(*table, strict=True)], keys=1)


def _why(one: Neighbour) -> str:
    if one.reason:
        return f"no network: {one.reason}"
    return f"breaks {listing(one.breaks, 'and')}" if one.breaks else ""
