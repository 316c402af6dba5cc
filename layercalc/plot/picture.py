"""A picture as data: panels of curves and of named points.

From: numbers. To: `plot`, which draws them. It knows no drawing library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from layercalc.display import Shown
from layercalc.records import dataclass

Scale: TypeAlias = Literal["linear", "log"]
Ticks: TypeAlias = Sequence[tuple[float, str]]
Format: TypeAlias = Literal["svg", "png", "pdf"]
#: What a picture can be drawn as.
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y) in order, drawn as a line, as marks, or as both.

    `names` labels the points; `shades` gives each a value to be coloured by; `low` and
    `high` are the ends of a band around the curve; `marked` tells which points of a line
    bear a mark, by their numbers, else some do. A `faint` line is the ground of another one with
    its label; faint marks are small and grey, and names may cover them.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    kind: Literal["line", "marks", "both"] = "line"
    names: Sequence[str] = ()
    shades: Sequence[float] = ()
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    marked: Sequence[int] = ()
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves in one pair of axes; labels include the units. `shade` says what colours mean.

    `x_ticks` and `y_ticks` put texts at places of an axis, instead of numbers; `x_spans`
    part the x axis into stretches, each from one place to another under its text. A `low` panel
    has half the height, and the axes of the low one above it.
    """

    x: str
    y: str
    curves: Sequence[Curve]
    title: str = ""
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    shade: str = ""
    x_ticks: Ticks = ()
    y_ticks: Ticks = ()
    x_spans: Sequence[tuple[float, float, str]] = ()
    low: bool = False


@dataclass(frozen=True, slots=True)
class Picture(Shown):
    """Panels, with `columns` of them in a row; `name` is that of the file."""

    name: str
    title: str
    panels: Sequence[Panel]
    columns: int = 2


#: Bits that the values of an axis span at most, and that a double holds; beyond, their logarithms are shown.
WIDE, LARGEST = 6, 1000


def on_axis(
    label: str, logs: Sequence[Sequence[float]], *, as_logs: bool = False
) -> tuple[str, list[Sequence[float]]]:
    """Label an axis and give its values, which are given as logarithms to base two.

    They are shown themselves, or their logarithms where a linear axis would hide the small ones.

    >>> on_axis("MACs", [[10, 12]])
    ('MACs', [[1024, 4096]])
    >>> on_axis("GCC", [[10, 400]])
    ('log2 of GCC, bits', [[10, 400]])
    """
    known = [log for curve in logs for log in curve if not math.isnan(log)] or [0.0]
    if as_logs or max(known) - min(known) > WIDE or max(map(abs, known)) > LARGEST:
        return f"log2 of {label}, bits", [*logs]
    return label, [[2**log for log in curve] for curve in logs]
