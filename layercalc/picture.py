"""What a picture shows, as data: panels of curves and points with their names.

From: numbers. To: `plot`, which draws them. It knows no drawing library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from layercalc.shown import Shown

Scale: TypeAlias = Literal["linear", "log"]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y) in order: joined by a line, or each a mark, or both.

    `names` labels the points; `shades` gives each a value to be coloured by; `low` and
    `high` are the ends of a band around the curve.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    kind: Literal["line", "marks", "both"] = "line"
    names: Sequence[str] = ()
    shades: Sequence[float] = ()
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves in one pair of axes; labels bear the units. `shade` says what colours mean.

    `x_ticks` and `y_ticks` put texts at places of an axis, instead of numbers.
    """

    x: str
    y: str
    curves: Sequence[Curve]
    title: str = ""
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    shade: str = ""
    x_ticks: Sequence[tuple[float, str]] = ()
    y_ticks: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True, slots=True)
class Picture(Shown):
    """Panels side by side, as many in a row as `columns`; `name` is that of its file."""

    name: str
    title: str
    panels: Sequence[Panel]
    columns: int = 2
