"""What a step along an axis would cost: the neighbours of a point in the grid.

From: a question, and a point of its grid. To: the point and its neighbours, measured, each with the bounds
that it breaks or the reason why it is no network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import chain
from typing import Any

from layercalc.search.question import Question
from layercalc.sweep.grid import Value

#: Values without a network that are passed over on the way to a neighbour.
STEPS = 12


@dataclass(frozen=True)
class Neighbour:
    """The next point along an axis from another one.

    `values` has its columns by name, nothing where it is no network; then `reason` says why. `breaks` are the
    bounds that it does not keep.
    """

    param: str
    value: Value
    values: Mapping[str, Any]
    reason: str = ""
    breaks: Sequence[str] = ()


def neighbours(question: Question, point: Mapping[str, Any]) -> list[Neighbour]:
    """Measure the next network along each axis from a point of the grid, downwards first.

    Values at which there is no network are passed over, at most `STEPS` of them.
    """
    exact = question.exact(point)
    ways = ((name, way) for name, value in exact.items() for way in _ways(question.axes[name], value))
    return [_first(question, exact, name, way) for name, way in ways if way]


def _ways(values: Sequence[Value], value: Value) -> Iterator[Sequence[Value]]:
    """Give the values next to one, downwards and upwards, the nearest first."""
    yield nlargest(STEPS, {other for other in values if other < value})
    yield nsmallest(STEPS, {other for other in values if other > value})


def _first(question: Question, point: Mapping[str, Value], name: str, way: Sequence[Value]) -> Neighbour:
    """Measure the first network on a way; where there is none, tell why the nearest value makes none."""
    found = (_at(question, {**point, name: value}, name, value) for value in way)
    nearest = next(found)
    return next((one for one in chain([nearest], found) if not one.reason), nearest)


def _at(question: Question, point: Mapping[str, Value], name: str, value: Value) -> Neighbour:
    chunk = question.measured_at(point)
    values = {column: one[0].item() for column, one in chunk.columns.items() if len(one)}
    if not values:
        return Neighbour(name, value, values, next(iter(chunk.dropped)))
    kept = zip(question.bounds, question.kept(chunk.columns), strict=True)
    return Neighbour(name, value, values, breaks=[bound.text for bound, mask in kept if not mask[0]])
