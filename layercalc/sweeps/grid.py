"""The points of a sweep: a grid of axes, or rows one by one, cut into chunks.

From the values of each param; to blocks of consecutive points whose columns broadcast.
Promises: points have an order, in which the last axis runs fastest, and a block is a
stretch of it. It measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import TypeAlias

Value: TypeAlias = int | Fraction
"""A value of a param: a number, true or false."""

#: Points of one chunk, about.
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the points: for each axis the first place and the one behind the last.

    In a block of rows one by one, all axes have the same places.
    """

    start: int
    spans: tuple[tuple[int, int], ...]
    size: int


@dataclass(frozen=True)
class Grid:
    """The values of each param that is swept: every combination, or `paired`, row by row.

    >>> grid = Grid({"depth": range(20, 40, 6), "width": [16, 32]})
    >>> grid.size, grid.point(3)
    (8, {'depth': 26, 'width': 32})
    >>> [block.spans for block in grid.blocks(4)]
    [((0, 2), (0, 2)), ((2, 4), (0, 2))]
    """

    axes: Mapping[str, Sequence[Value]]
    paired: bool = False
    _lengths: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lengths", tuple(map(len, self.axes.values())))

    @property
    def size(self) -> int:
        """The number of points."""
        return self._lengths[0] if self.paired and self._lengths else prod(self._lengths)

    def places(self, number: int) -> tuple[int, ...]:
        """Give the place on each axis of a point by its number."""
        if self.paired:
            return (number,) * len(self._lengths)
        places: list[int] = []
        for length in reversed(self._lengths):
            number, place = divmod(number, length)
            places.append(place)
        return tuple(reversed(places))

    def point(self, number: int) -> dict[str, Value]:
        """Give the values of a point by its number."""
        return {
            name: values[place]
            for (name, values), place in zip(self.axes.items(), self.places(number), strict=True)
        }

    def count_blocks(self, most: int = CHUNK) -> int:
        """Count the blocks without making them.

        >>> Grid({"depth": range(20, 40, 6), "width": [16, 32]}).count_blocks(3)
        4
        """
        if self.paired or not self._lengths:
            return -(-self.size // most)
        cut, _, parts = self._cut(most)
        return prod(self._lengths[:cut]) * parts

    def _cut(self, most: int) -> tuple[int, int, int]:
        """Find the axis that is cut, the points behind one value of it, and the parts it is cut into."""
        cut, inner = len(self._lengths) - 1, 1
        while cut and inner * self._lengths[cut] <= most:
            inner *= self._lengths[cut]
            cut -= 1
        return cut, inner, -(-self._lengths[cut] // max(1, most // inner))

    def blocks(self, most: int = CHUNK) -> Iterator[Block]:
        """Cut the points into blocks of at most so many."""
        if self.paired or not self._lengths:
            for start in range(0, self.size, most):
                end = min(start + most, self.size)
                yield Block(start, ((start, end),) * len(self._lengths), end - start)
            return
        cut, inner, parts = self._cut(most)
        length = self._lengths[cut]
        ends = [length * part // parts for part in range(parts + 1)]
        whole = tuple((0, length) for length in self._lengths[cut + 1 :])
        start = 0
        for number in range(prod(self._lengths[:cut])):
            fixed = Grid(dict(list(self.axes.items())[:cut])).places(number)
            for first, last in pairwise(ends):
                size = (last - first) * inner
                yield Block(start, (*((p, p + 1) for p in fixed), (first, last), *whole), size)
                start += size
