"""A network as layers of units, for theorems on VC dimension: how many, and their sums.

From: a network of piecewise-linear units. To: L, and the sums over layers that the bounds are
made of. A layer with weights is a layer of the theorem. An activation decides in the layer of the
weights before it, and in one of its own, of fixed weights, where others have decided since: behind
a pooling, behind a merge of a value that has been decided. A unit is counted where it decides (a
linear one has one piece, and decides nothing), and at the output; a pooling of the largest of K is
a layer of K (K - 1) / 2 comparisons an element. Promises: what a unit decides on is a polynomial
of at most its layer's degree in the weights of layers up to its own, as the proof of theorem 7 asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from layercalc.algebras.stages import Role, Stages, Way
from layercalc.assumptions import Facts
from layercalc.errors import fail
from layercalc.evaluate import Reading
from layercalc.forms.series import sum_over
from layercalc.lazy import sympy
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
    Step,
    made,
)
from layercalc.numbers.scalar import plain, symbolic, total

#: Up to so many rounds are gone through one by one.
WRITTEN = 64
#: Merges that add, subtract or line up what comes in.
LINEAR = ("add", "sub", "concat")
_COVERED = "the theorem covers networks of weighted sums and piecewise-linear units"


def kind(layer: Layer) -> Role:
    """Tell what a layer does.

    Raises `SpecError` for one that is not piecewise linear, or whose weights are not its own.
    """
    if layer.weights is not None:
        message = f"{layer.name} has its weights in common with others, as {layer.weights.name}"
        raise fail(message, layer.span, f"{_COVERED}, each layer with its own weights")
    comparisons, params = layer.law("comparisons"), layer.law("params")
    if comparisons is None:
        raise fail(f"{layer.name} is not piecewise linear", layer.span, _COVERED)
    if layer.law("macs") is not None and params in (None, 0):
        message = f"{layer.name} has no weights of its own to multiply by, and whose they are is open"
        raise fail(message, layer.span, f"{_COVERED}, each layer with its own weights")
    found = Role(0) if params in (None, 0) else Role.WEIGHS
    return found if comparisons == 0 else found | Role.DECIDES


@dataclass(frozen=True, slots=True)
class LayerSums:
    """Over layers i: their own weights w_i, so many unrolled, units k_i; and i times each."""

    weights: Scalar = 0
    unrolled: Scalar = 0
    units: Scalar = 0
    placed_weights: Scalar = 0
    placed_unrolled: Scalar = 0
    placed_units: Scalar = 0

    @classmethod
    def at(cls, layer: Scalar, weights: Scalar = 0, unrolled: Scalar = 0, units: Scalar = 0) -> LayerSums:
        """Give those of one layer."""
        return cls(weights, unrolled, units).later(layer)

    def later(self, layers: Scalar) -> LayerSums:
        """Put some layers before."""
        counts = (self.weights, self.unrolled, self.units)
        moved = [plain(symbolic(count) * symbolic(layers)) for count in counts]
        return LayerSums.of([self, LayerSums(0, 0, 0, *moved)])

    @classmethod
    def of(cls, parts: Sequence[LayerSums]) -> LayerSums:
        """Add up."""
        return cls(*(total(getattr(part, name) for part in parts) for name in cls.__slots__))

    def over(self, index: sympy.Symbol, count: Scalar, some: bool) -> LayerSums:
        """Add over the rounds of a loop, of which there are `some`, or perhaps none."""
        return LayerSums(*(_added(getattr(self, name), index, count, some) for name in self.__slots__))


def _added(term: Scalar, index: sympy.Symbol, count: Scalar, some: bool) -> Scalar:
    """Add over the rounds; the first by itself where a maximum is decided from the second on."""
    value = symbolic(term)
    if some and value.has(sympy.Max):
        rest = plain(value.xreplace({index: index + 1}))
        if not symbolic(rest).has(sympy.Max):
            return total([plain(value.xreplace({index: 0})), sum_over(rest, index, count - 1)])
    return sum_over(term, index, count)


@dataclass(frozen=True, slots=True)
class Layering:
    """What the bounds are made of: L, the sums over layers, p, and the degree of the units."""

    layers: Scalar
    sums: LayerSums
    breaks: int
    degree: int


def layering(network: Network, facts: Facts) -> Layering:
    """Read the layers of a network.

    Raises `SpecError` for what the theorem does not cover, at its place.
    """
    body = network.body
    for step in _steps(body, loops=True):
        _check(step)
    walk = _Walk(_with_rounds(body, facts))
    entering = [walk.stages.one] * len(body.inputs)
    sums, (last, *_) = walk.body(body, entering), walk.leaving(body, entering)
    layers = walk.stages.layer(last)
    end = LayerSums.at(layers, units=body.shapes[body.outputs[0]].volume)
    degree = 0 if walk.degrees == {0} and _alternates(body) else 1
    return Layering(layers, LayerSums.of([sums, end]), max(walk.breaks, default=1), degree)


def _with_rounds(body: Body, facts: Facts) -> Facts:
    """Assume what every network has: no count of a loop is negative."""
    counts = [step.count for step in _steps(body, loops=False) if isinstance(step, Repeat)]
    for count in dict.fromkeys(counts):
        if not isinstance(count, int | Fraction):
            facts = facts.assuming(sympy.Ge(count, 0))
    return facts


def _steps(body: Body, loops: bool) -> Iterator[Step]:
    """List the steps of a body and of those in it, with those in loops or without."""
    seen, todo = {body}, [body]
    while todo:
        for step in todo.pop().steps:
            yield step
            if isinstance(step, Inline | Repeat if loops else Inline) and step.body not in seen:
                seen.add(step.body)
                todo.append(step.body)


def _check(step: Step) -> None:
    """Refuse what is no weighted sum, and what has no numbered layers."""
    if isinstance(step, Merge) and step.kind not in LINEAR:
        raise fail(f"{step.kind} is no weighted sum of what meets in it", step.span, _COVERED)
    if isinstance(step, Recursion):
        message = f"the layers of {step.name} within itself have no numbers while its levels are a symbol"
        raise fail(message, step.span, "a number for its levels works")
    if isinstance(step, Applied):
        kind(step.layer)


@dataclass(slots=True)
class _Walk:
    """Sums over bodies; one that is met again some layers later is not gone through again."""

    facts: Facts
    stages: Stages = field(init=False)
    reading: Reading[Way] = field(init=False)
    breaks: set[int] = field(default_factory=set)
    degrees: set[int] = field(default_factory=set)
    _known: dict[tuple[Body, tuple[Way, ...]], LayerSums] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stages = Stages(self.facts)
        self.reading = Reading(self.stages, kind)

    def leaving(self, body: Body, entering: Sequence[Way]) -> list[Way]:
        values = self.reading.cumulative(body, entering)
        return [values[number] for number in body.outputs]

    def body(self, body: Body, entering: Sequence[Way]) -> LayerSums:
        """Sum over the layers of a body behind what enters it."""
        start = self.stages.layer(entering[0])
        start = 0 if symbolic(start).has(sympy.Max) else start
        key = body, tuple(self.stages.since(way, start) for way in entering)
        if key not in self._known:
            self._known[key] = self._sums(body, key[1])
        return self._known[key].later(start)

    def _sums(self, body: Body, entering: Sequence[Way]) -> LayerSums:
        values = self.reading.cumulative(body, entering)
        live = _live(body)
        parts = []
        for number, step in body.numbered():
            if live.isdisjoint(range(number, number + made(step))):
                continue
            if isinstance(step, Applied):
                before = self.stages.plus([values[source] for source in step.sources])
                parts.append(self._layer(step.layer, before))
            elif isinstance(step, Inline):
                parts.append(self.body(step.body, [values[source] for source in step.sources]))
            elif isinstance(step, Repeat):
                parts.append(self._rounds(step, [values[source] for source in step.sources]))
        return LayerSums.of(parts)

    def _layer(self, layer: Layer, before: Way) -> LayerSums:
        does, parts = kind(layer), []
        if Role.DECIDES in does:
            parts.append(LayerSums.at(self.stages.layer(before), units=self._units(layer)))
        if Role.WEIGHS in does:
            params = layer.law("params") or 0
            parts.append(LayerSums.at(self.stages.weighing(before), params, params * layer.output.size))
        return LayerSums.of(parts)

    def _units(self, layer: Layer) -> Scalar:
        """Count those of an activation, one an element, and the comparisons of another layer."""
        comparisons, degree = layer.law("comparisons") or 0, layer.law("degree")
        self.degrees.add(0 if degree == 0 else 1)
        if degree is None:
            return comparisons * layer.output.volume
        self.breaks.add(int(comparisons))
        return layer.output.volume

    def _rounds(self, step: Repeat, entering: Sequence[Way]) -> LayerSums:
        """Sum over the rounds: few one by one, else as a sum over their number."""
        if step.index is None and isinstance(step.count, int) and step.count <= WRITTEN:
            parts = []
            for _ in range(step.count):
                parts.append(self.body(step.body, entering))
                entering = self.leaving(step.body, entering)
            return LayerSums.of(parts)
        index = step.index or self.facts.index("i", step.count)
        inner = self.reading.reached(replace(step, index=index), entering)
        some = self.facts.decide(sympy.Ge(step.count, 1)) is True
        sums = self.body(step.body, inner).over(index, step.count, some)
        if step.index is None:
            self.facts.forget_index(index)
        return sums


def _live(body: Body) -> set[int]:
    """Find the values that something leaving the body depends on."""
    live = set(body.outputs)
    for number, step in reversed([*body.numbered()]):
        if not live.isdisjoint(range(number, number + made(step))):
            live.update(step.sources)
    return live


class _Row(NamedTuple):
    """Layers in a row: the first and the last, and whether one of each two neighbours decides."""

    ends: tuple[Role, ...] = ()
    alternates: bool = True

    def then(self, other: _Row) -> _Row:
        """Let another row follow."""
        meet = not self.ends or not other.ends or Role.DECIDES in self.ends[-1] | other.ends[0]
        ends = self.ends + other.ends
        return _Row((*ends[:1], *ends[-1:]), self.alternates and other.alternates and meet)


def _alternates(body: Body) -> bool:
    """Tell whether the layers are one row in which no weights follow weights.

    A step function then decides on a sum that has degree 1 in the weights of its own layer alone.
    """
    row = _row(body, {})
    return row is not None and row.alternates


def _row(body: Body, known: dict[Body, _Row | None]) -> _Row | None:
    """Read what leaves a body as one row, None where values meet."""
    if body not in known:
        live = _live(body)
        rows = [_row_of(step, known) for number, step in body.numbered() if number in live]
        alone = len(body.inputs) == len(body.outputs) == 1
        found = [row for row in rows if row is not None]
        known[body] = reduce(_Row.then, found, _Row()) if alone and len(found) == len(rows) else None
    return known[body]


def _row_of(step: Step, known: dict[Body, _Row | None]) -> _Row | None:
    if isinstance(step, Applied):
        does = kind(step.layer)
        return _Row((does,) if does else ())
    if isinstance(step, Inline):
        return _row(step.body, known)
    inner = _row(step.body, known) if isinstance(step, Repeat) else None
    return None if inner is None else inner.then(inner)
