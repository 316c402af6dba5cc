"""The placement of names beside points, so that each can be read.

From: points, the sizes of their names, what must stay free. To: a box for each name.
Promises: no box meets another, a mark or a line, and none leaves the frame. A name for
which there is no room has no box. It is the nearest place that counts, and that the line
from a point to its name passes no mark, no name and no other such line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from layercalc.plot.boxes import Position, Rectangle, distance

Array: TypeAlias = "NDArray[np.float64]"

#: Rings around a point, the directions tried on each, and how much wider each ring is.
RINGS, DIRECTIONS, STEP = 60, 24, 5.0
#: Free places that are weighed, the nearest ones.
MOST = 80
#: The distance for which a mark or such a line in the way counts, a piece of a curve, and a name.
DETOUR, CURVE, BLOCK = 30.0, 6.0, 150.0
#: How often every name may move, now that it is seen where the others are.
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class PointName:
    """A name to be placed: its point and the size of its text."""

    point: Position
    width: float
    height: float


def placed(
    names: Sequence[PointName],
    marks: Sequence[Rectangle],
    lines: Sequence[Rectangle],
    frame: Rectangle,
    gap: float,
) -> list[Rectangle | None]:
    """Find a box for each name, in the densest places first; `lines` are given as small pieces.

    >>> first, second = placed([PointName(Position(50, 50), 30, 8)] * 2, [], [], Rectangle(0, 0, 100, 100), 5)
    >>> first
    Rectangle(left=55.0, bottom=46.0, right=85.0, top=54.0)
    >>> second
    Rectangle(left=15.0, bottom=46.0, right=45.0, top=54.0)
    """
    placing = _Placing(names, _array(marks), _array(lines), frame, gap)
    order = sorted(range(len(names)), key=lambda number: -_crowd(names, names[number]))
    for _ in range(SWEEPS):
        before = placing.boxes.copy()
        for number in order:
            placing.place(number)
        if np.array_equal(before, placing.boxes, equal_nan=True):
            break
    return [None if np.isnan(box[0]) else Rectangle(*map(float, box)) for box in placing.boxes]


def led(point: Position, box: Rectangle, gap: float) -> bool:
    """Tell whether a name is so far from its point that it needs a line to it."""
    return distance(point, box.nearest(point)) > gap + STEP / 2


def _array(boxes: Sequence[Rectangle]) -> Array:
    return np.array(boxes, dtype=float).reshape(-1, 4)


def _crowd(names: Sequence[PointName], name: PointName) -> int:
    """Count the points near a name."""
    return sum(distance(other.point, name.point) < name.width for other in names)


class _Placing:
    """The boxes and lines of the names so far; NaN for a name that is not yet placed."""

    def __init__(
        self, names: Sequence[PointName], marks: Array, lines: Array, frame: Rectangle, gap: float
    ) -> None:
        self.names, self.marks, self.lines, self.frame, self.gap = names, marks, lines, frame, gap
        self.boxes = np.full((len(names), 4), np.nan)
        self.ends = np.full((len(names), 2), np.nan)
        self.points = np.array([name.point for name in names], dtype=float).reshape(-1, 2)

    def place(self, number: int) -> None:
        """Place a name where it costs least, among the nearest free places."""
        self.boxes[number] = self.ends[number] = np.nan
        boxes = self._free(_around(self.names[number], self.gap))
        if not len(boxes):
            return
        point = self.points[number]
        ends = np.clip(point, boxes[:, :2], boxes[:, 2:])
        away = np.hypot(*(ends - point).T)
        under = _crossed(self.points, self.ends, boxes).sum(0)
        cost = np.maximum(away, self.gap) + self._in_the_way(point, ends) + DETOUR * under
        best = int(cost.argmin())
        self.boxes[number] = boxes[best]
        if away[best] > self.gap + STEP / 2:
            self.ends[number] = ends[best]

    def _free(self, boxes: Array) -> Array:
        left, bottom, right, top = boxes.T
        free = (left >= self.frame.left) & (right <= self.frame.right)
        free &= (bottom >= self.frame.bottom) & (top <= self.frame.top)
        for others in (self.boxes, self.marks, self.lines):
            boxes, free = boxes[free], ~_meet(boxes[free], others).any(1)
        found: Array = boxes[free][:MOST]
        return found

    def _in_the_way(self, point: Array, ends: Array) -> Array:
        """Give the cost of what the lines from a point to its possible boxes pass."""
        starts = np.broadcast_to(point, ends.shape)
        marks, lines = (self._apart(point, others) for others in (self.marks, self.lines))
        weight: Array = DETOUR * _crossed(starts, ends, marks).sum(1)
        weight += DETOUR * _crossing(starts, ends, self.points, self.ends).sum(1)
        weight += CURVE * _crossed(starts, ends, lines).sum(1)
        weight += BLOCK * _crossed(starts, ends, self.boxes).sum(1)
        return weight

    def _apart(self, point: Array, others: Array) -> Array:
        """Leave out the point's own mark and line."""
        own = _meet(np.concatenate([point - self.gap, point + self.gap])[None], others)[0]
        apart: Array = others[~own]
        return apart


def _around(name: PointName, gap: float) -> Array:
    """List boxes in rings around a point; on each ring first those beside it, then above and below."""
    quarter = DIRECTIONS // 4
    turns = sorted(range(DIRECTIONS), key=lambda turn: (turn % quarter != 0, turn % (2 * quarter) != 0, turn))
    angles = 2 * math.pi * np.array(turns) / DIRECTIONS
    reach = gap + STEP * np.arange(RINGS)[:, None]
    x = name.point.x + np.round(np.cos(angles), 9) * (reach + name.width / 2)
    y = name.point.y + np.round(np.sin(angles), 9) * (reach + name.height / 2)
    half = np.array([name.width / 2, name.height / 2])
    centres = np.stack([x.ravel(), y.ravel()], axis=1)
    return np.concatenate([centres - half, centres + half], axis=1)


def _meet(boxes: Array, others: Array) -> NDArray[np.bool_]:
    """Tell which boxes overlap, with a row for each of the first."""
    a, b = boxes[:, None, :], others[None, :, :]
    across = (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
    met: NDArray[np.bool_] = across & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    return met


def _crossed(starts: Array, ends: Array, boxes: Array) -> NDArray[np.bool_]:
    """Tell which lines pass which boxes, with a row for each line."""
    way = ends - starts
    way = np.where(way == 0, 1e-9, way)[:, None, :]
    one = (boxes[None, :, :2] - starts[:, None, :]) / way
    other = (boxes[None, :, 2:] - starts[:, None, :]) / way
    first = np.maximum(np.minimum(one, other).max(2), 0)
    passed: NDArray[np.bool_] = first < np.minimum(np.maximum(one, other).min(2), 1)
    return passed


def _crossing(starts: Array, ends: Array, others: Array, their_ends: Array) -> NDArray[np.bool_]:
    """Tell which lines cross which others, with a row for each of the first."""
    a, b = starts[:, None, :], ends[:, None, :]
    c, d = others[None, :, :], their_ends[None, :, :]
    return (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)


def _side(start: Array, end: Array, point: Array) -> Array:
    """Tell on which side of a line a point lies, by a sign."""
    way, there = end - start, point - start
    return way[..., 0] * there[..., 1] - way[..., 1] * there[..., 0]
