"""Shared by the figures of accuracy: panels of points and fitted curves, and the formula of a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from layercalc.errors import listing
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind, KnownAccuracy, measured
from layercalc.paper.accuracy.study import CONFIDENT, HELD, Study, study
from layercalc.paper.experiments.shared import LAWS
from layercalc.plot.picture import Curve, Panel

#: Bits of GWC that are marked where its logarithm has a logarithmic axis.
TICKS = (100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 4000, 6000)
#: Points of a curve that is drawn.
POINTS = 160
#: Rows of one network within so many points of percentage bear one name.
CLOSE = 0.6


def alike(laws: str) -> list[str]:
    """List the law sets under which every row has the complexities that it has under one of them."""
    known = _complexities(laws)
    return [other for other in LAWS if other == laws or _complexities(other) == known]


def different() -> list[str]:
    """List the law sets that differ in complexities: the first of those that are alike."""
    return [laws for laws in LAWS if alike(laws)[0] == laws]


def _complexities(laws: str) -> list[tuple[float, ...]]:
    return [tuple(result.logs[name] for name in ("gcc", "gsc")) for result in measured(laws)]


def shaded_panel(laws: str, target: AccuracyKind) -> Panel:
    """Show accuracy against GCC, with points coloured by GSC."""
    known = study(laws, "gcc", target).known
    shades = [each.result.logs["gsc"] for each in known]
    marks = Curve("", *_places(known), "marks", shades=shades)
    title = f"{len(known)} rows, laws {listing(alike(laws), 'and')}"
    return Panel(_bits("gcc"), _percent(target), [marks], title, shade=_bits("gsc"))


def fitted_panel(laws: str, target: AccuracyKind) -> Panel:
    """Show accuracy against GWC with the fitted curve, its confidence band and prediction interval."""
    found = study(laws, "gwc", target)
    logs = steps(found)
    band, ends = found.confidence(logs), [found.interval(log) for log in logs]
    lines = [
        Curve("rows of the tables", *_places(found.known), "marks"),
        Curve(
            f"a x^b + c with {CONFIDENT} % band of the bootstrap", logs, [found.law.at(log) for log in logs],
            low=[end.low for end in band], high=[end.high for end in band],
        ),
        Curve(f"low end of {HELD} % interval", logs, [end.low for end in ends]),
        Curve(f"high end of {HELD} % interval", logs, [end.high for end in ends]),
    ]  # fmt: skip
    laws = listing(alike(laws), "and")
    title = f"{len(found.known)} rows, laws {laws}: R^2 = {found.r_squared:.3f}"
    return Panel(_bits("gwc"), _percent(target), lines, title)


def named_panel(laws: str, target: AccuracyKind) -> Panel:
    """Show accuracy against GWC with the name of every row; a logarithmic axis separates small networks."""
    found, panel = study(laws, "gwc", target), fitted_panel(laws, target)
    marks, *lines = panel.curves
    low, high = found.range
    return replace(
        panel,
        x=f"{panel.x}, on a logarithmic axis",
        curves=[replace(marks, names=_names(found.known)), *lines],
        x_scale="log",
        x_ticks=[(tick, str(tick)) for tick in TICKS if low <= tick <= high],
    )


def steps(found: Study) -> list[float]:
    """Give evenly spaced logarithms over the range of the fitted networks."""
    low, high = found.range
    return [low + (high - low) * step / (POINTS - 1) for step in range(POINTS)]


def _bits(predictor: str) -> str:
    return f"log2 of {PREDICTORS[predictor].label}, bits"


def _percent(target: AccuracyKind) -> str:
    return f"{TARGETS[target]} accuracy on ImageNet, %"


def _places(known: Sequence[KnownAccuracy]) -> tuple[list[float], list[float]]:
    return [each.log for each in known], [each.accuracy for each in known]


def _names(known: Sequence[KnownAccuracy]) -> list[str]:
    """Name all rows; rows of one network that nearly coincide share a name with their tables."""
    heads: list[int] = []
    for place, each in enumerate(known):
        heads.append(next((head for head in heads if _coincide(known[head], each)), place))
    names = []
    for place, each in enumerate(known):
        alike = [other.result.row.table for other, head in zip(known, heads, strict=True) if head == place]
        names.append(f"{each.result.row.model} ({', '.join(map(str, alike))})" if alike else "")
    return names


def _coincide(one: KnownAccuracy, other: KnownAccuracy) -> bool:
    return (
        one.log == other.log and one.network == other.network and abs(one.accuracy - other.accuracy) < CLOSE
    )
