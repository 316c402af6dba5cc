"""A front as a picture: the points on it over those that are beaten, its ends and its knee named."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from layercalc.errors import fail
from layercalc.plot.picture import Curve, Panel, Picture, Scale
from layercalc.resolve.points import place
from layercalc.searches import cells
from layercalc.searches.columns import Columns, rows, values
from layercalc.searches.found import Found
from layercalc.searches.knee import ends
from layercalc.searches.objective import ACCURACIES, Objective
from layercalc.sweeps.points import LOGS

#: Points of a front that are drawn, and those that all have names.
DRAWN, NAMED = 5_000, 12
#: Times the least number of an axis beyond which its scale is logarithmic.
WIDE = 8
#: Letters of a line of the title, for each panel below it.
LINE = 52


def picture(found: Found, title: str) -> Picture:
    """Draw each objective but the last over the last, a panel for each.

    Raises `SpecError` where there is one objective.
    """
    *others, last = found.question.objectives
    if not others:
        raise fail(
            "a picture shows two objectives or more, and there is one",
            hint="--maximize gcc --minimize params",
        )
    panels = [_panel(found, last, objective) for objective in others]
    return Picture("search", textwrap.fill(title, LINE * min(2, len(panels))), panels)


def _panel(found: Found, across: Objective, up: Objective) -> Panel:
    names = _names(found)
    x, y = (objective.measure for objective in (across, up))
    spread = range(0, found.count, 1 + found.count // DRAWN)
    drawn = sorted({*spread, *names})
    curves = [Curve("front", *_at(found.columns, x, y, drawn), "marks", [names.get(at, "") for at in drawn])]
    if found.knee is not None:
        curves.append(Curve("knee", *_at(found.columns, x, y, [found.knee]), "marks"))
    if found.count < found.feasible:
        beaten = range(rows(found.ground))  # those on the front lie below their own marks
        curves.append(Curve("beaten", *_at(found.ground, x, y, beaten), "marks", faint=True))
    scales = [_scale(name, found) for name in (x, y)]
    return Panel(_axis(across), _axis(up), curves, x_scale=scales[0], y_scale=scales[1])


def _names(found: Found) -> dict[int, str]:
    """Name all points of a short front, the ends and the knee of a longer one."""
    every = range(found.count) if found.count <= NAMED else ends(found.question.objectives, found.columns)
    named = {*map(int, every), *([] if found.knee is None else [found.knee])}
    return {at: place(found.point(at)) for at in named}


def _axis(objective: Objective) -> str:
    unit = ", bits" if objective.measure in LOGS else ", %" if objective.measure in ACCURACIES else ""
    return f"{cells.header(objective.measure)}{unit}, to {objective.side}"


def _scale(measure: str, found: Found) -> Scale:
    drawn = np.concatenate([values(columns, measure) for columns in (found.ground, found.columns)])
    low, high = float(drawn.min()), float(drawn.max())
    return "log" if measure not in LOGS and 0 < WIDE * low < high else "linear"


def _at(columns: Columns, x: str, y: str, places: Sequence[int]) -> tuple[list[float], list[float]]:
    return values(columns, x)[places].tolist(), values(columns, y)[places].tolist()
