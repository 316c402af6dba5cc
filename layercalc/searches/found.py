"""The answer of a search: the front, and counts of what was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from layercalc.network import Network
from layercalc.searches.bounds import Bound
from layercalc.searches.columns import Array, Columns
from layercalc.searches.knee import knee
from layercalc.searches.question import Question
from layercalc.sweeps.chunk import Dropped
from layercalc.sweeps.points import network

#: A param with fewer values has no range.
RANGE = 3


@dataclass(frozen=True)
class Binding:
    """What a bound does: how many points it leaves out, and how many of them it alone.

    Without it `joins` further points would be on the front, and `goes` of those that are there would
    be beaten: it binds where one would join.
    """

    bound: Bound
    outside: int
    alone: int
    joins: int | None
    goes: int | None

    @property
    def binds(self) -> bool | None:
        """Whether a point would join, None where that is not known."""
        return None if self.joins is None else self.joins > 0


@dataclass(frozen=True)
class Sample:
    """What a search that was no exhaustion drew: so many trials, of so many points, by this seed."""

    trials: int
    seed: int
    different: int


@dataclass(frozen=True, repr=False)
class Found:
    """The front of a search, with the counts of what was looked at.

    `ground` are feasible points, a few thousand of them at most, evenly taken, to draw the front over.
    `points` are all of the grid, or all that were drawn; `valid` are those that are networks, `dropped`
    counts the others by the reason; `built` were built one by one, where no closed form holds; `feasible`
    keep all bounds. The columns of the front are ordered by
    the first objective, from its best value on; `alike` counts the points that each stands for.
    """

    question: Question
    columns: Columns
    alike: Array
    points: int
    valid: int
    feasible: int
    dropped: Dropped
    bounds: Sequence[Binding] = ()
    sample: Sample | None = None
    ground: Columns = field(default_factory=dict)
    built: int = 0

    def __repr__(self) -> str:
        counts = f"{self.count:,} of {self.feasible:,} points on the front"
        return f"<{self.network.name}: {self.question.wanted}; {counts}>"

    @property
    def count(self) -> int:
        """The number of points on the front."""
        return len(self.alike)

    @cached_property
    def knee(self) -> int | None:
        """The place of the knee in the columns, None where the front has none."""
        return knee(self.question.objectives, self.columns)

    @cached_property
    def network(self) -> Network:
        """A network of the front, for its name and for the params that all of them share."""
        return network(self.question.request, self.question.exact(self.point(0)))

    def point(self, place: int) -> dict[str, Any]:
        """Give the params of a point of the front."""
        return {name: self.columns[name][place].item() for name in self.question.axes}

    def at_ends(self) -> dict[str, tuple[int, int]]:
        """Count the points of the front at the least and at the greatest value of each param with a range."""
        found = {}
        for name, several in self.question.axes.items():
            if len(several) >= RANGE and not self.question.request.grid.paired:
                column = self.columns[name].astype(np.float64)
                ends = float(min(several)), float(max(several))
                found[name] = int((column == ends[0]).sum()), int((column == ends[1]).sum())
        return found
