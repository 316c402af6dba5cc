"""The names of a panel's points, with a thin line to the point where a name is far from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.text import Text

from layercalc.plot.boxes import Position, Rectangle, distance
from layercalc.plot.labels import PointName, led, placed
from layercalc.plot.picture import Panel

#: Points (1/72 inch): the size of a name, what is kept free around it, half of a mark.
_SIZE, _ROOM, _MARK = 7.0, 1.5, 3.0


def name_points(ax: Axes, panel: Panel) -> None:
    """Write the names of the points; the picture's layout must be settled."""
    unit = ax.figure.dpi / 72
    named = _named(ax, panel, 2 * _MARK * unit)
    sizes = _sizes(ax, [text for _, text in named])
    names = [
        PointName(point, width + 2 * _ROOM * unit, height + 2 * _ROOM * unit)
        for (point, _), (width, height) in zip(named, sizes, strict=True)
    ]
    gap, window = (_MARK + 1) * unit, ax.get_window_extent()
    frame = Rectangle(window.x0, window.y0, window.x1, window.y1)
    marks, lines = _marks(ax, panel, 2 * _MARK * unit), _lines(ax, panel, _MARK * unit)
    boxes = placed(names, marks, lines, frame, gap)
    for (point, text), box in zip(named, boxes, strict=True):
        if box is not None:
            _write(ax, text, point, box, unit)
            if led(point, box, gap):
                _lead(ax, point, box, unit)
    if left_out := boxes.count(None):
        ax.text(1, 0, f"names without room: {left_out}", transform=ax.transAxes, ha="right", va="bottom")


def _named(ax: Axes, panel: Panel, near: float) -> list[tuple[Position, str]]:
    """List the points with names; touching marks of one name share it."""
    found: list[tuple[Position, str]] = []
    for curve in panel.curves:
        for point, text in zip(_places(ax, curve.x, curve.y), curve.names, strict=False):
            if (
                text
                and _is_drawn(point)
                and not any(text == name and distance(point, other) < near for other, name in found)
            ):
                found.append((point, text))
    return found


def _places(ax: Axes, x: Sequence[float], y: Sequence[float]) -> Iterator[Position]:
    for place in ax.transData.transform([*zip(x, y, strict=True)]):
        yield Position(float(place[0]), float(place[1]))


def _is_drawn(place: Position) -> bool:
    """Tell whether a place is one; a value without a number has none."""
    return math.isfinite(place.x) and math.isfinite(place.y)


def _sizes(ax: Axes, texts: Sequence[str]) -> Iterator[tuple[float, float]]:
    """Measure texts in pixels."""
    for text in texts:
        extent = Text(0, 0, text, fontsize=_SIZE, figure=ax.figure).get_window_extent()
        yield extent.width, extent.height


def _marks(ax: Axes, panel: Panel, size: float) -> list[Rectangle]:
    """List the marks that names must not cover."""
    curves = [curve for curve in panel.curves if curve.kind != "line" and not curve.faint]
    return _boxes((place for curve in curves for place in _places(ax, curve.x, curve.y)), size)


def _lines(ax: Axes, panel: Panel, size: float) -> list[Rectangle]:
    """List the lines that names must not cover, in small pieces."""
    found: list[Position] = []
    for curve in panel.curves:
        if curve.kind != "marks":
            places = [*_places(ax, curve.x, curve.y)]
            found += places
            pairs = (ends for ends in pairwise(places) if all(map(_is_drawn, ends)))
            found += [place for ends in pairs for place in _between(*ends, size)]
    return _boxes(found, size)


def _boxes(places: Iterable[Position], size: float) -> list[Rectangle]:
    """Put a box around each place; places that nearly coincide share one."""
    found = {
        (round(place.x / 3), round(place.y / 3)): Rectangle.around(place, size, size)
        for place in places
        if _is_drawn(place)
    }
    return [*found.values()]


def _between(start: Position, end: Position, step: float) -> Iterator[Position]:
    """List points along a line."""
    count = int(distance(start, end) / step)
    for number in range(1, count + 1):
        part = number / (count + 1)
        yield Position(start.x + part * (end.x - start.x), start.y + part * (end.y - start.y))


def _write(ax: Axes, text: str, point: Position, box: Rectangle, unit: float) -> None:
    """Write a name into its box, placed relative to its mark, so that it fits at any resolution."""
    place = tuple(ax.transData.inverted().transform(point))
    away = ((box.left + box.right) / 2 - point.x, (box.bottom + box.top) / 2 - point.y)
    ax.annotate(
        text, place, _scaled(away, unit), textcoords="offset points", fontsize=_SIZE, ha="center", va="center"
    )


def _lead(ax: Axes, point: Position, box: Rectangle, unit: float) -> None:
    """Draw a thin line from a mark to its name."""
    place, end = tuple(ax.transData.inverted().transform(point)), box.nearest(point)
    line = {"arrowstyle": "-", "linewidth": 0.5, "color": "0.5", "shrinkA": 0, "shrinkB": _MARK}
    away = _scaled((end.x - point.x, end.y - point.y), unit)
    ax.annotate("", place, away, textcoords="offset points", arrowprops=line)


def _scaled(away: tuple[float, float], unit: float) -> tuple[float, float]:
    return away[0] / unit, away[1] / unit
