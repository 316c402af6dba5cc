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

from layercalc.searches.columns import Columns, values
from layercalc.searches.question import Question
from layercalc.sweeps.grid import Value

#: Values without a network that are passed over on the way to a neighbour.
STEPS = 12


@dataclass(frozen=True)
class Neighbour:
    """The next point along an axis from another one.

    Its columns have one row, or none where it is no network; then `reason` says why. `breaks` are the bounds
    that it does not keep.
    """

    param: str
    value: Value
    columns: Columns
    reason: str = ""
    breaks: Sequence[str] = ()

    def number(self, measure: str) -> int | float | None:
        """Give a measure, by its logarithm where it has only that; None where there is no network."""
        found: list[int | float] = values(self.columns, measure).tolist()
        return found[0] if found else None


def neighbours(question: Question, point: Mapping[str, Any]) -> list[Neighbour]:
    """Measure the next network along each axis from a point of the grid, downwards first.

    Points that are rows of a file have none. Values at which there is no network are passed over, at
    most `STEPS` of them.
    """
    if question.request.grid.paired:
        return []
    places = question.places(point)
    ways = ((name, way) for name in places for way in _ways(question.axes[name], places[name]))
    return [_first(question, places, name, way) for name, way in ways if way]


def _ways(values: Sequence[Value], place: int) -> Iterator[Sequence[int]]:
    """Give the places of the values next to one, downwards and upwards, the nearest first."""
    here = values[place]
    yield nlargest(STEPS, (at for at, other in enumerate(values) if other < here), key=values.__getitem__)
    yield nsmallest(STEPS, (at for at, other in enumerate(values) if other > here), key=values.__getitem__)


def _first(question: Question, places: Mapping[str, int], name: str, way: Sequence[int]) -> Neighbour:
    """Measure the first network on a way; where there is none, tell why the nearest value makes none."""
    found = (_at(question, {**places, name: place}, name) for place in way)
    nearest = next(found)
    return next((one for one in chain([nearest], found) if not one.reason), nearest)


def _at(question: Question, places: Mapping[str, int], name: str) -> Neighbour:
    chunk, value = question.measured_at(places), question.axes[name][places[name]]
    if not chunk.rows:
        return Neighbour(name, value, chunk.columns, next(iter(chunk.dropped.examples.values())).message)
    kept = zip(question.bounds, question.kept(chunk.columns), strict=True)
    return Neighbour(name, value, chunk.columns, breaks=[bound.text for bound, mask in kept if not mask[0]])
