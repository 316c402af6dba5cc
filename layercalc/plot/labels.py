"""Where the names of points stand, so that each can be read.

From: points, the sizes of their names, what must stay free. To: a box for each name.
Promises: no box meets another, a mark, or what must stay free, and none leaves the
frame. A name for which there is no room has no box.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from layercalc.plot.boxes import Box, Point, distance

#: Rings around a point, the directions tried on each, and how much wider each ring is.
RINGS = 60
DIRECTIONS = 24
STEP = 5.0
#: The distance for which a mark under the line to a name counts.
DETOUR = 40.0
#: How often all names are placed anew, and how many points as near as a line of text make a crowd.
TRIES, CROWD = 6, 4


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be placed: its point and the size of its text."""

    point: Point
    width: float
    height: float


@dataclass(slots=True)
class _Placing:
    frame: Box
    marks: Sequence[Box]
    names: list[Box] = field(default_factory=list)
    leaders: list[tuple[Point, Point]] = field(default_factory=list)

    def place(self, name: Name, gap: float, first: int) -> Box | None:
        """Take the free box that is nearest, where a mark on the way to it counts as a distance."""
        best, least = None, math.inf
        for box in _around(name, gap, first):
            away = distance(name.point, box.nearest(name.point))
            if away >= least:
                break
            if self._free(box, name.point):
                cost = away + DETOUR * self._detours(box, name.point)
                best, least = (box, cost) if cost < least else (best, least)
        if best is not None:
            self.names.append(best)
            if led(name.point, best, gap):
                self.leaders.append((name.point, best.nearest(name.point)))
        return best

    def _free(self, box: Box, point: Point) -> bool:
        """Tell whether a name may stand there, and no other be on the way."""
        if not self.frame.holds(box) or any(map(box.meets, self.names)) or any(map(box.meets, self.marks)):
            return False
        return not _passed(point, box, self.names)

    def _detours(self, box: Box, point: Point) -> int:
        """Count what makes a place worse: lines to other names under it, marks on the way to it."""
        return sum(box.crossed(*leader) for leader in self.leaders) + _passed(point, box, self.marks)


def led(point: Point, box: Box, gap: float) -> bool:
    """Tell whether a name stands so far from its point that a line leads there."""
    return distance(point, box.nearest(point)) > gap + STEP / 2


def _passed(point: Point, box: Box, others: Iterable[Box]) -> int:
    """Count the boxes on the line from a point to its name, but for that of its own mark."""
    end, own = box.nearest(point), Box.around(point, 1.0, 1.0)
    return sum(other.crossed(point, end) and not other.meets(own) for other in others)


def _around(name: Name, gap: float, first: int) -> Iterator[Box]:
    """Give boxes ever farther from a point: beside it first, then above and below, then around."""
    for ring in range(first, RINGS):
        for turn in _turns(ring):
            angle = 2 * math.pi * turn / DIRECTIONS
            dx, dy = math.cos(angle), math.sin(angle)
            reach = gap + STEP * ring
            centre = Point(
                name.point.x + dx * (reach + name.width / 2), name.point.y + dy * (reach + name.height / 2)
            )
            yield Box.around(centre, name.width, name.height)


def _turns(ring: int) -> Sequence[int]:
    half, quarter = DIRECTIONS // 2, DIRECTIONS // 4
    first = [0, half, quarter, 3 * quarter, quarter // 2, half - quarter // 2]
    return first if ring == 0 else sorted(range(DIRECTIONS), key=lambda turn: (turn not in first, turn))


def placed(names: Sequence[Name], marks: Sequence[Box], frame: Box, gap: float) -> list[Box | None]:
    """Find a box for each name, those in the densest places first.

    Where some have no room, all are placed anew: these first, and those in a crowd farther from it.

    >>> first, second = placed([Name(Point(50, 50), 30, 8)] * 2, [], Box(0, 0, 100, 100), 5)
    >>> first, second
    (Box(left=55.0, bottom=46.0, right=85.0, top=54.0), Box(left=15.0, bottom=46.0, right=45.0, top=54.0))
    """
    order = sorted(range(len(names)), key=lambda number: -_near(names, names[number], names[number].width))
    crowded = [_near(names, name, name.height) > CROWD for name in names]
    best: dict[int, Box] = {}
    for ring in range(TRIES):
        placing, found = _Placing(frame, marks), dict[int, Box]()
        for number in order:
            box = placing.place(names[number], gap, ring * crowded[number])
            if box is not None:
                found[number] = box
        best = max(best, found, key=len)
        if len(found) == len(names):
            break
        order.sort(key=found.__contains__)
    return [best.get(number) for number in range(len(names))]


def _near(names: Sequence[Name], name: Name, reach: float) -> int:
    """Count the points in reach of that of a name."""
    return sum(distance(other.point, name.point) < reach for other in names)
