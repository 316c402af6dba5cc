"""What a sweep comes to: its first rows, and where each measure is least and greatest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy

from layercalc.sweeps.chunk import Array, Chunk, Dropped
from layercalc.sweeps.layout import double_of

#: Rows that are shown one by one.
FIRST = 40


@dataclass
class Summary:
    """The first rows of a sweep, the ends of each measure with the points there, and what was dropped.

    >>> summary = Summary(("n",))
    >>> columns = {"n": numpy.array([1, 2]), "log2_gcc": numpy.array([3.5, -1.0])}
    >>> summary.add(Chunk(columns, points=3))
    >>> summary.ends
    {'log2_gcc': [(-1.0, {'n': 2}), (3.5, {'n': 1})]}
    >>> summary.rows, summary.points
    (2, 3)
    """

    params: tuple[str, ...]
    first: list[dict[str, Any]] = field(default_factory=list)
    ends: dict[str, list[tuple[Any, dict[str, Any]]]] = field(default_factory=dict)
    dropped: Dropped = field(default_factory=Dropped)
    rows: int = 0
    points: int = 0
    built: int = 0
    seconds: float = 0.0

    def add(self, chunk: Chunk) -> None:
        """Look at a chunk."""
        self.dropped.join(chunk.dropped)
        self.rows, self.points, self.built = (
            self.rows + chunk.rows, self.points + chunk.points, self.built + chunk.built,
        )  # fmt: skip
        self.seconds += chunk.seconds
        columns = {name: _together(name, chunk.columns) for name in chunk.columns}
        told = {name: column for name, column in columns.items() if column is not None}
        for row in range(min(chunk.rows, FIRST + 1 - len(self.first))):
            self.first.append({name: column[row].item() for name, column in told.items()})
        for name, column in told.items() if chunk.rows else ():
            if name not in self.params:
                self._extend(name, column, told)

    def _extend(self, name: str, column: Array, columns: dict[str, Array]) -> None:
        found = []
        for row in (int(numpy.argmin(column)), int(numpy.argmax(column))):
            found.append((column[row].item(), {param: columns[param][row].item() for param in self.params}))
        known = self.ends.get(name, found)
        least = min(known[0], found[0], key=lambda end: end[0])
        greatest = max(known[1], found[1], key=lambda end: end[0])
        self.ends[name] = [least, greatest]


def _together(name: str, columns: dict[str, Array]) -> Array | None:
    """Put flagged numbers among the others, as doubles; of the column of doubles there is nothing."""
    if name.endswith(double_of("")) and name.removesuffix(double_of("")) in columns:
        return None
    doubles = columns.get(double_of(name))
    if doubles is None or numpy.isnan(doubles).all():
        return columns[name]
    return numpy.where(numpy.isnan(doubles), columns[name].astype(numpy.float64), doubles)
