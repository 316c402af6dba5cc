"""A search: every point of a grid measured, held against the bounds, and put onto the front or left out.

From: a `Question`. To: a `Found`. Promises: the front is exact, and every point is counted: as no
network, as outside a bound, as beaten, or as on the front. That no point
keeps all bounds is a mistake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from layercalc import limits
from layercalc.errors import SpecError, fail, limit, listing
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.search.bounds import Bound
from layercalc.search.columns import Array, Columns, Mask, rows, values
from layercalc.search.front import front
from layercalc.search.gathering import Gathering, Kept, Thinned, costs_of, joined
from layercalc.search.knee import knee
from layercalc.search.question import Question
from layercalc.sweep.points import given
from layercalc.sweep.run import Chunk

Watch: TypeAlias = Callable[[Iterable[Chunk], int], Iterable[Chunk]]


@dataclass(frozen=True)
class Binding:
    """What a bound does: how many points it leaves out, and how many of them it alone.

    Without it `joins` further points would be on the front, and `goes` of those that are there would
    be beaten: it binds where one would join.
    """

    bound: Bound
    outside: int
    alone: int
    joins: int
    goes: int


@dataclass(frozen=True)
class Sample:
    """What a search that was no exhaustion drew: so many trials, of so many points, by this seed."""

    trials: int
    seed: int
    different: int


@dataclass(frozen=True)
class Found:
    """The front of a search, with the counts of what was looked at.

    `ground` are feasible points, a few thousand of them at most, evenly taken, to draw the front over.
    `points` are all of the grid, or all that were drawn; `valid` are those that are networks, `dropped`
    counts the others by the reason; `feasible` keep all bounds. The columns of the front are ordered by
    the first objective, from its best value on; `alike` counts the points that each stands for.
    """

    question: Question
    columns: Columns
    alike: Array
    points: int
    valid: int
    feasible: int
    dropped: Mapping[str, int]
    bounds: Sequence[Binding] = ()
    sample: Sample | None = None
    ground: Columns = field(default_factory=dict)

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
        request, exact = self.question.request, self.question.exact(self.point(0))
        return resolve(request.program, {**request.given, **given(exact)}, request.assume)

    def point(self, place: int) -> dict[str, Any]:
        """Give the params of a point of the front."""
        return {name: self.columns[name][place].item() for name in self.question.axes}

    def at_ends(self) -> dict[str, tuple[int, int]]:
        """Count for each param the points of the front at its first and at its last value."""
        found = {}
        for name, several in self.question.axes.items():
            column = self.columns[name].astype(np.float64)
            first, last = float(min(several)), float(max(several))
            if first != last:
                found[name] = int((column == first).sum()), int((column == last).sum())
        return found


def unwatched(chunks: Iterable[Chunk], count: int) -> Iterable[Chunk]:
    """Pass chunks on."""
    return chunks


def search(question: Question, watch: Watch = unwatched) -> Found:
    """Search a grid by exhaustion; `watch` can report progress, and is told the number of points.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.search.objective import read_objectives
    >>> from layercalc.sweep.grid import Grid
    >>> from layercalc.sweep.request import Request
    >>> request = Request(load_program("mlp"), Grid({"depth": [2, 3], "width": [16, 32]}), ())
    >>> found = search(Question.of(request, read_objectives(["gcc"], ["params"], [], ["gcc", "params"])))
    >>> found.points, found.valid, found.count, found.columns["depth"].tolist()
    (4, 4, 3, [3, 3, 2])

    Raises `SpecError` where no point keeps all bounds, and over `limits.SEARCHED` points.
    """
    grid = question.request.grid
    if grid.size > limits.SEARCHED:
        message = f"{grid.size:,} points are searched; the limit of an exhaustion is {limits.SEARCHED:,}"
        raise limit(message, hint="--trials 1000 draws a sample of them")
    tally = Tally(question)
    for chunk in watch(question.measured(), grid.size):
        tally.add(chunk)
    return tally.found()


class Tally:
    """The counts and the fronts of a search under way."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._front, self._ground = Gathering(question.objectives), Thinned()
        self._alone = [Gathering(question.objectives) for _ in question.bounds]
        self._outside = [0] * len(question.bounds)
        self._reach = [(np.inf, -np.inf)] * len(question.bounds)
        self._dropped = Counter[str]()
        self._points = self._valid = 0

    def add(self, chunk: Chunk) -> None:
        """Take the points of a chunk."""
        self._dropped.update(chunk.dropped)
        self._points += chunk.points
        columns = chunk.columns
        count = rows(columns)
        if not count:
            return
        self._valid += count
        kept = self._question.kept(columns)
        broken = count_broken(kept, count)
        feasible = _where(columns, broken == 0)
        self._front.add(feasible)
        self._ground.add(feasible)
        for place, mask in enumerate(kept):
            self._outside[place] += count - int(mask.sum())
            self._alone[place].add(_where(columns, ~mask & (broken == 1)))
            reached = values(columns, self._question.bounds[place].measure)
            low, high = self._reach[place]
            self._reach[place] = min(low, reached.min()), max(high, reached.max())

    def found(self, sample: Sample | None = None) -> Found:
        """Make the answer.

        Raises `SpecError` where no point is feasible.
        """
        best = self._front.front()
        if best is None:
            raise self._empty()
        best = best.take(_order(self._question, best.columns))
        return Found(
            self._question, best.columns, best.alike, self._points, self._valid, self._front.seen,
            dict(self._dropped), [self._binding(place, best) for place in range(len(self._alone))], sample,
            self._ground.columns,
        )  # fmt: skip

    def _binding(self, place: int, best: Kept) -> Binding:
        bound, alone = self._question.bounds[place], self._alone[place]
        joins = goes = 0
        if (others := alone.front()) is not None:
            both = joined([best, others])
            costs = costs_of(self._question.objectives, both.columns)
            goes = int((~front(costs)[: best.count]).sum())
            outside = (
                np.arange(both.count) >= best.count
            )  # one that only equals a point of the front joins nothing
            joins = int(front([*costs, outside.astype(np.int64)])[best.count :].sum())
        return Binding(bound, self._outside[place], alone.seen, joins, goes)

    def _empty(self) -> SpecError:
        """Tell why the front is empty."""
        if not self._valid:
            most = max(self._dropped, key=lambda reason: self._dropped[reason], default="the grid is empty")
            return fail(f"none of {self._points:,} points is a network", hint=f"most often {most}")
        outside = [*zip(self._question.bounds, self._outside, strict=True)]
        for (bound, out), (low, high) in zip(outside, self._reach, strict=True):
            if out == self._valid:
                message = f"no point is feasible: none of {out:,} networks keeps '{bound.text}'"
                return fail(message, hint=f"{bound.heading} is from {low:.6g} to {high:.6g}")
        counts = [f"'{bound.text}' leaves out {out:,}" for bound, out in outside]
        message = f"no point is feasible: each of {self._valid:,} networks breaks a bound"
        return fail(message, hint=listing(counts, "and"))


def count_broken(kept: Sequence[Mask], count: int) -> Array:
    """Count for each point the bounds that it breaks."""
    return sum((~mask for mask in kept), start=np.zeros(count, dtype=np.int64))


def _where(columns: Columns, mask: Mask) -> Columns:
    return {name: column[mask] for name, column in columns.items()}


def _order(question: Question, columns: Columns) -> Array:
    """Order points by the objectives in turn, from the best on."""
    return np.lexsort([*reversed(costs_of(question.objectives, columns, exact=True))])
