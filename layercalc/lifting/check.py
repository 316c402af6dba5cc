"""Two networks compared layer by layer: the same layers in the same order, with the same laws and wires."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from layercalc import limits
from layercalc.laws import LAWS
from layercalc.network import Applied, Body, Inline, Layer, Merge, Network, Recursion, Repeat, Step
from layercalc.network import made as values_of


class _Placed(NamedTuple):
    """A step with the values that it takes, counted through the whole network."""

    step: Step
    sources: tuple[int, ...]


def difference(one: Network, other: Network) -> str:
    """Tell the first layer in which two networks differ; nothing if there is none.

    >>> from layercalc.model import load, loads
    >>> difference(load("mlp").network, load("mlp").network)
    ''
    >>> difference(loads("input(8) dense(4) relu").network, loads("input(8) dense(4) tanh").network)
    'relu to 4, which is tanh to 4 there'
    """
    if one.outputs != other.outputs or one.body.inputs != other.body.inputs:
        return "what enters or leaves it"
    return _difference(one.body, other.body, set())


def _difference(one: Body, other: Body, seen: set[tuple[int, int]]) -> str:
    """Compare bodies; `seen` are the layers known to be the same."""
    unrolled = max(_size(one, {}), _size(other, {})) <= limits.NETWORK_STEPS
    left, right = _Walk(one, unrolled), _Walk(other, unrolled)
    for mine, theirs in zip_longest(left.steps, right.steps):
        if mine is None or theirs is None:
            return f"{_name((mine or theirs).step)}, which is in one only"
        if mine.sources != theirs.sources or not _same(mine.step, theirs.step, seen):
            return f"{_name(mine.step)}, which is {_name(theirs.step)} there"
    return "" if left.outputs == right.outputs else "the values that leave it"


class _Walk:
    """The steps of a body in order, with blocks opened and runs unrolled, and what leaves it."""

    def __init__(self, body: Body, unrolled: bool) -> None:
        self.unrolled = unrolled
        self.outputs: tuple[int, ...] = ()
        self.made = len(body.inputs)
        self.steps = self._all(body)

    def _all(self, body: Body) -> Iterator[_Placed]:
        self.outputs = yield from self._walk(body, range(len(body.inputs)))

    def _walk(self, body: Body, entering: Sequence[int]) -> Generator[_Placed, None, tuple[int, ...]]:
        values = [*entering]
        for step in body.steps:
            sources = tuple(values[source] for source in step.sources)
            rounds = _rounds(step, self.unrolled)
            if isinstance(step, Inline | Repeat) and rounds is not None:
                for _ in range(rounds):
                    sources = yield from self._walk(step.body, sources)
                values += sources
                continue
            yield _Placed(step, sources)
            values += range(self.made, self.made + values_of(step))
            self.made += values_of(step)
        return tuple(values[output] for output in body.outputs)


def _rounds(step: Step, unrolled: bool) -> int | None:
    """Tell how often the body of a step is walked; nothing for a step that is compared as it is."""
    if isinstance(step, Inline) and step.weights is None:
        return 1
    if isinstance(step, Repeat) and step.index is None and isinstance(step.count, int):
        return step.count if unrolled or step.count < 2 else None
    return None


def _size(body: Body, known: dict[Body, int]) -> int:
    """Count the steps of a body with its runs unrolled."""
    if body not in known:
        size = 0
        for step in body.steps:
            within = _size(step.body, known) if isinstance(step, Inline | Repeat) else 1
            size += within * (step.count if isinstance(step, Repeat) and isinstance(step.count, int) else 1)
        known[body] = size
    return known[body]


def _same(one: Step, other: Step, seen: set[tuple[int, int]]) -> bool:
    """Compare steps, but for the values that they take."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Applied) and isinstance(other, Applied):
        return _same_layer(one.layer, other.layer, seen)
    if isinstance(one, Merge) and isinstance(other, Merge):
        return (one.kind, one.output) == (other.kind, other.output)
    if _facts(one) != _facts(other):
        return False
    bodies = [(getattr(one, name), getattr(other, name)) for name in ("body", "base") if hasattr(one, name)]
    return not any(_difference(mine, theirs, seen) for mine, theirs in bodies)


def _facts(step: Any) -> tuple[object, ...]:
    """Give what a step with a body says besides."""
    sharing = getattr(step, "weights", None) or getattr(step, "sharing", None)
    index, count = getattr(step, "index", None), getattr(step, "count", None)
    return index, count, getattr(step, "optional", False), sharing and sharing.name


def _same_layer(one: Layer, other: Layer, seen: set[tuple[int, int]]) -> bool:
    if (id(one), id(other)) in seen:
        return True
    mine, theirs = (
        (
            layer.name, layer.arguments, layer.inputs, layer.output, layer.constant,
            layer.weights and layer.weights.name, [layer.law(law) for law in LAWS],
        )
        for layer in (one, other)
    )  # fmt: skip
    if mine != theirs:
        return False
    seen.add((id(one), id(other)))
    return True


def _name(step: Step) -> str:
    if isinstance(step, Applied):
        return f"{step.layer.name} to {step.layer.output}"
    if isinstance(step, Merge):
        return f"{step.kind} to {step.output}"
    if isinstance(step, Inline | Recursion):
        return step.name
    return "a run" if isinstance(step, Repeat) else "shared weights"
