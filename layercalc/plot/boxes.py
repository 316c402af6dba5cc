"""Boxes and lines between points of a picture, in its own units."""

from __future__ import annotations

import math
from typing import NamedTuple


class Point(NamedTuple):
    """A place: x to the right, y up."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, centre: Point, width: float, height: float) -> Box:
        """Give the box of a size around its centre."""
        return cls(centre.x - width / 2, centre.y - height / 2, centre.x + width / 2, centre.y + height / 2)

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share more than an edge.

        >>> Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3)), Box(0, 0, 2, 2).meets(Box(2, 0, 4, 2))
        (True, False)
        """
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: Box) -> bool:
        """Tell whether another box lies in this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top

    def nearest(self, point: Point) -> Point:
        """Give the place of the box nearest to a point."""
        return Point(min(max(point.x, self.left), self.right), min(max(point.y, self.bottom), self.top))

    def crossed(self, start: Point, end: Point) -> bool:
        """Tell whether a straight line passes through the box.

        >>> Box(0, 0, 2, 2).crossed(Point(-1, -1), Point(3, 3))
        True
        >>> Box(0, 0, 2, 2).crossed(Point(-1, 1), Point(1, 4))
        False
        """
        first, last = 0.0, 1.0
        sides = ((start.x, end.x, self.left, self.right), (start.y, end.y, self.bottom, self.top))
        for a, b, low, high in sides:
            if a == b:
                if not low < a < high:
                    return False
                continue
            near, far = sorted(((low - a) / (b - a), (high - a) / (b - a)))
            first, last = max(first, near), min(last, far)
        return first < last


def distance(a: Point, b: Point) -> float:
    """Measure how far two points are from each other."""
    return math.hypot(a.x - b.x, a.y - b.y)
