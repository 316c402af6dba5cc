"""What a step along an axis would cost: the neighbours of a point in the grid.

From: a question, and a point of its grid. To: the point and its neighbours, measured, each with the bounds
that it breaks or the reason why it is no network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layercalc.search.question import Question
from layercalc.sweep.grid import Value


@dataclass(frozen=True)
class Neighbour:
    """A point one step along an axis from another one.

    `values` has its columns by name, nothing where it is no network; then `reason` says why. `breaks` are the
    bounds that it does not keep.
    """

    param: str
    value: Value
    values: Mapping[str, Any]
    reason: str = ""
    breaks: Sequence[str] = ()


def neighbours(question: Question, point: Mapping[str, Any]) -> list[Neighbour]:
    """Measure the points one step along each axis from a point of the grid, downwards first."""
    found = []
    exact = {name: _of_axis(values, point[name]) for name, values in question.axes.items()}
    for name, value in _steps(question.axes, exact):
        chunk = question.measured_at({**exact, name: value})
        values = {column: one[0].item() for column, one in chunk.columns.items() if len(one)}
        reason = "" if values else next(iter(chunk.dropped), "no network")
        kept = question.kept(chunk.columns) if values else []
        broken = [bound.text for bound, mask in zip(question.bounds, kept, strict=False) if not mask[0]]
        found.append(Neighbour(name, value, values, reason, broken))
    return found


def _steps(axes: Mapping[str, Sequence[Value]], point: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for name, values in axes.items():
        ordered = sorted({*values})
        place = ordered.index(point[name])
        yield from ((name, ordered[at]) for at in (place - 1, place + 1) if 0 <= at < len(ordered))


def _of_axis(values: Sequence[Value], number: float) -> Value:
    """Find the exact value of an axis that a column has as a double."""
    return next(value for value in values if float(value) == float(number))
