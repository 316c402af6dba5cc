"""The critical path of a network, which carries GCIP: the branch with the maximum at each merge.

From: a network. To: the path, a tuple of steps from input to output, found backwards from the
output; equal rounds of a repeat are one step. Promises: the powers along the path multiply to
GCIP; where two branches give the same maximum, the first is taken and the others are named;
where symbols leave the maximum open, the branches that may give it are named with the conditions
that decide between them, and the path continues before their fork.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from layercalc import limits
from layercalc.errors import SpecError
from layercalc.forms.product import Product
from layercalc.inspect.explain.dominators import nearest_dominator
from layercalc.inspect.explain.merges import Winner, branch_label, since_fork, winner
from layercalc.lazy import sympy
from layercalc.measures.measure import Readings
from layercalc.network import (
    Applied,
    Body,
    Inline,
    Layer,
    Merge,
    Network,
    Recursion,
    Repeat,
    Scalar,
    Weights,
    made,
)

#: Up to so many rounds of a repeat with several values are followed one by one.
ROUNDS = 2_000


@dataclass(frozen=True, slots=True)
class PathLayer:
    """A layer on the path; `label` names the loop rounds and branches around it."""

    layer: Layer
    label: str = ""


@dataclass(frozen=True, slots=True)
class PathMerge:
    """A merge, or a layer of several values, on the path: the branch that gives the maximum, and its path."""

    merge: Applied | Merge
    winner: Winner
    way: tuple[PathStep, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class PathPart:
    """A block, or `rounds` rounds of a repeat, and the path through it; None where symbols leave it open."""

    name: str
    rounds: Scalar | None
    way: tuple[PathStep, ...] | None
    label: str = ""
    first: int | None = None


PathStep: TypeAlias = PathLayer | PathMerge | PathPart


def critical_path(network: Network) -> tuple[PathStep, ...]:
    """Find the path that carries GCIP.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> [link.layer.name for link in critical_path(resolve(load_program("mlp")))[:2]]
    ['dense', 'relu']
    """
    body = network.met
    with limits.deep_recursion():
        walk = _Backtrace(Readings(network))
        _, way = walk.back(body, [Product.of(1)] * len(body.inputs), body.outputs[0])
    if body is network.body:
        return way
    *inside, met = way
    return (replace(met, way=tuple(inside)),) if isinstance(met, PathMerge) else way


@dataclass(slots=True)
class _Backtrace:
    readings: Readings

    def back(
        self, body: Body, entering: Sequence[Product], end: int | None
    ) -> tuple[int | None, tuple[PathStep, ...]]:
        """Follow the path back from a value of a body; give its input, if known, and its steps."""
        values = self.readings.power.cumulative(body, entering)
        origins = {
            number + place: (number, step) for number, step in body.numbered() for place in range(made(step))
        }
        links: list[PathStep] = []
        while end is not None and end in origins:
            number, step = origins[end]
            if isinstance(step, Applied):
                links.append(PathLayer(step.layer, step.label))
            if isinstance(step, Applied) and len(step.sources) == 1:
                (end,) = step.sources
            elif isinstance(step, Applied | Merge):
                link, end = self._merge(body, step, values)
                links.append(link)
            elif not isinstance(step, Weights):
                found, end = self._through(body, step, values, end - number)
                links += reversed(found)
        return end, _nested(reversed(links))

    def _merge(
        self, body: Body, step: Applied | Merge, values: Sequence[Product]
    ) -> tuple[PathMerge, int | None]:
        won = winner(since_fork(body, step, values), self.readings.facts)
        after = nearest_dominator(body, step.sources) if won.branch is None else step.sources[won.branch]
        return PathMerge(step, won, label=step.label), after

    def _through(
        self, body: Body, step: Inline | Repeat | Recursion, values: Sequence[Product], output: int
    ) -> tuple[list[PathStep], int | None]:
        """Follow the path back through a block or a loop; give its steps, and the value before them."""
        inner = [values[source] for source in step.sources]
        if isinstance(step, Inline):
            came, way = self.back(step.body, inner, step.body.outputs[output])
            return [PathPart(step.name, None, way, step.label)], self._before(body, step, came)
        if isinstance(step, Repeat) and len(step.sources) == 1:
            _, way = self.back(step.body, self.readings.power.reached(step, inner), step.body.outputs[0])
            return [PathPart("", step.count, way, step.label)], step.sources[0]
        if isinstance(step, Repeat) and isinstance(step.count, int) and step.count <= ROUNDS:
            found, came = self._rounds(step, step.count, inner, output)
            return found, self._before(body, step, came)
        if isinstance(step, Recursion):
            return [PathPart(step.name, step.count, None, step.label)], self._before(body, step, None)
        steady = self._steady(step, inner, output)
        came = output if steady is not None else None
        return [PathPart("", step.count, steady, step.label)], self._before(body, step, came)

    def _steady(self, step: Repeat, inner: list[Product], output: int) -> tuple[PathStep, ...] | None:
        """Follow one round of a symbolic number; None where the next round could take another path."""
        index = step.index or sympy.Dummy("i", integer=True, nonnegative=True)
        alike = tuple(map(inner.index, inner))  # values that are equal go round as one
        before = Body(step.body.inputs, (replace(step, count=index, sources=alike),), (), step.body.inputs)
        try:
            state = self.readings.power.cumulative(before, inner)[len(inner) :]
        except SpecError:  # no closed form is known for its rounds
            return None
        came, way = self.back(step.body, state, step.body.outputs[output])
        return way if came == output and _is_settled(way) else None

    def _before(self, body: Body, step: Inline | Repeat | Recursion, came: int | None) -> int | None:
        return nearest_dominator(body, step.sources) if came is None else step.sources[came]

    def _rounds(
        self, step: Repeat, count: int, inner: list[Product], output: int
    ) -> tuple[list[PathStep], int | None]:
        """Follow the rounds of a loop with several values backwards; equal ones become one step."""
        states = [inner]
        for _ in range(count - 1):
            after = self.readings.power.cumulative(step.body, states[-1])
            states.append([after[number] for number in step.body.outputs])
        ways: list[tuple[PathStep, ...]] = []
        came: int | None = output
        while states and came is not None:
            came, way = self.back(step.body, states.pop(), step.body.outputs[came])
            ways.insert(0, way)
        links: list[PathStep] = []
        for way, alike in groupby(enumerate(ways), key=lambda pair: pair[1]):
            rounds = [number for number, _ in alike]
            first = None if len(rounds) == count else count - len(ways) + rounds[0] + 1
            links.append(PathPart("", len(rounds), way, step.label, first))
        return links, came


def _is_settled(way: Sequence[PathStep]) -> bool:
    """Tell whether no step of a path is open."""
    within = [link.way for link in way if not isinstance(link, PathLayer)]
    winners = [link.winner for link in way if isinstance(link, PathMerge)]
    return all(found.branch is not None for found in winners) and all(
        further is not None and _is_settled(further) for further in within
    )


def _nested(links: Iterator[PathStep]) -> tuple[PathStep, ...]:
    """Put the steps of a branch into the merge after it."""
    found: list[PathStep] = []
    for link in links:
        start = len(found)
        if isinstance(link, PathMerge) and link.winner.branch is not None:
            inside = branch_label(link.merge, link.winner.branch)
            while start and _within(found[start - 1].label, inside):
                start -= 1
            way = tuple(_shortened(one, inside) for one in found[start:])
            found[start:] = [replace(link, way=way)]
        else:
            found.append(link)
    return tuple(found)


def _within(label: str, outer: str) -> bool:
    return label == outer or label.startswith(f"{outer} ")


def _shortened(link: PathStep, outer: str) -> PathStep:
    return replace(link, label=link.label.removeprefix(outer).strip())
