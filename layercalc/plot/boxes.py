"""Points and boxes of a picture, in its own units."""

from __future__ import annotations

import math
from typing import NamedTuple


class Position(NamedTuple):
    """A place: x to the right, y up."""

    x: float
    y: float


class Rectangle(NamedTuple):
    """An upright rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, centre: Position, width: float, height: float) -> Rectangle:
        """Give the box of a size around its centre."""
        return cls(centre.x - width / 2, centre.y - height / 2, centre.x + width / 2, centre.y + height / 2)

    def nearest(self, point: Position) -> Position:
        """Give the place of the box nearest to a point."""
        return Position(min(max(point.x, self.left), self.right), min(max(point.y, self.bottom), self.top))


def distance(a: Position, b: Position) -> float:
    """Measure how far two points are from each other."""
    return math.hypot(a.x - b.x, a.y - b.y)
