"""Positions and rectangles in a picture, in its own units."""

from __future__ import annotations

import math
from typing import NamedTuple


class Position(NamedTuple):
    """A position: x to the right, y up."""

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
        """Make the rectangle of a size around a centre."""
        return cls(centre.x - width / 2, centre.y - height / 2, centre.x + width / 2, centre.y + height / 2)

    def nearest(self, point: Position) -> Position:
        """Give the position in the rectangle that is nearest to a point."""
        return Position(min(max(point.x, self.left), self.right), min(max(point.y, self.bottom), self.top))


def distance(a: Position, b: Position) -> float:
    """Give the distance of two positions."""
    return math.hypot(a.x - b.x, a.y - b.y)
