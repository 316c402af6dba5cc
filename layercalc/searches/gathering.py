"""The front of points that come chunk by chunk.

From: objectives and columns of points. To: the columns of those on the front, in the order of the
points. Promises: how the points are cut into chunks plays no part. With tolerances, points whose costs are
equal in all objectives stand for one: the best of them by the objectives in turn, then the first;
how many there are is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layercalc import limits
from layercalc.errors import limit
from layercalc.searches.columns import Array, Columns, rows
from layercalc.searches.front import front
from layercalc.searches.objective import Objective

#: Points that wait before they are held against the front.
WAITING = 1 << 18
#: Points below a front that are drawn, at most.
GROUND = 2000


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns of points, and for each of them the number of points that it stands for."""

    columns: Columns
    alike: Array

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.alike)

    def take(self, places: Array) -> Kept:
        """Give the points at some places."""
        return Kept({name: column[places] for name, column in self.columns.items()}, self.alike[places])

    @classmethod
    def every(cls, columns: Columns) -> Kept:
        """Let each point stand for itself."""
        return cls(columns, np.ones(rows(columns), dtype=np.int64))


def joined(parts: Sequence[Kept]) -> Kept:
    """Put points behind each other."""
    if len(parts) == 1:
        return parts[0]
    names = [*parts[0].columns]
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in names}
    return Kept(columns, np.concatenate([part.alike for part in parts]))


def costs_of(objectives: Sequence[Objective], columns: Columns, *, exact: bool = False) -> list[Array]:
    """Make the cost of each point in each objective, without the tolerances where it is to be exact."""
    return [(one.exactly() if exact else one).cost(columns) for one in objectives]


def best(objectives: Sequence[Objective], points: Kept) -> Kept:
    """Keep the points on the front.

    >>> logs, counts = np.array([20.0, 30.0, 30.0, 25.0]), np.array([5, 7, 7, 9])
    >>> points = Kept.every({"params": counts, "log2_gcc": logs})
    >>> wanted = [Objective("gcc", "maximize"), Objective("params", "minimize")]
    >>> best(wanted, points).columns["params"]
    array([5, 7, 7])
    """
    costs = costs_of(objectives, points.columns)
    places = np.flatnonzero(front(costs))
    if all(objective.tolerance is None for objective in objectives):
        return points.take(places)
    costs = [cost[places] for cost in costs]
    exact = costs_of(objectives, points.take(places).columns, exact=True)
    order = np.lexsort([*reversed(exact), *reversed(costs)])  # stable: the first stays first
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.logical_or.reduce([cost[order][1:] != cost[order][:-1] for cost in costs])
    starts = np.flatnonzero(new)
    alike = np.add.reduceat(points.alike[places][order], starts) if len(starts) else points.alike[:0]
    chosen = places[order][starts]
    back = np.argsort(chosen)
    return Kept(points.take(chosen[back]).columns, alike[back])


class Gathering:
    """The front of the points so far."""

    def __init__(self, objectives: Sequence[Objective]) -> None:
        self._objectives = objectives
        self._front: Kept | None = None
        self._waiting: list[Kept] = []
        self.seen = 0

    def add(self, columns: Columns) -> None:
        """Take further points, which come behind all others."""
        points = Kept.every(columns)
        self.seen += points.count
        if points.count:
            self._waiting.append(best(self._objectives, points))
        known = 0 if self._front is None else self._front.count
        if sum(part.count for part in self._waiting) > max(WAITING, known):
            self._settle()

    def front(self) -> Kept | None:
        """Give the points on the front, None where there are no points."""
        self._settle()
        return self._front

    def _settle(self) -> None:
        parts = [*([self._front] if self._front is not None else []), *self._waiting]
        if self._waiting:
            self._front = best(self._objectives, joined(parts)) if len(parts) > 1 else parts[0]
            self._waiting = []
        if self._front is not None and self._front.count > limits.FRONT:
            message = f"a front of over {limits.FRONT:,} points, the limit"
            raise limit(message, hint="--tolerance lets points that hardly differ stand for one")


class Thinned:
    """Every n-th of many points, so that a few thousand of them are left."""

    def __init__(self, most: int = GROUND) -> None:
        self._most, self._step, self._seen = most, 1, 0
        self.columns: Columns = {}

    def add(self, columns: Columns) -> None:
        """Take further points.

        >>> thinned = Thinned(most=3)
        >>> for start in (0, 5):
        ...     thinned.add({"n": np.arange(start, start + 5)})
        >>> thinned.columns["n"]
        array([0, 4, 8])
        """
        taken = {name: column[-self._seen % self._step :: self._step] for name, column in columns.items()}
        known, self._seen = self.columns, self._seen + rows(columns)
        self.columns = {n: np.concatenate([known[n], new]) if known else new for n, new in taken.items()}
        while rows(self.columns) > self._most:
            self.columns = {name: column[::2] for name, column in self.columns.items()}
            self._step *= 2
