"""The one fold: a network read in an algebra.

From: a body, an algebra and a law of its layers. To: a value of the algebra.
Promises: every body is read once however often it is used (memoised by node
identity), and a stretch with one way in and one way out is taken as a factor of
what enters it, once: the meeting point of paths is anchored at the nearest value
that all of them pass, so a network of n residual blocks costs n sums.

The fold knows nodes, the algebra knows values, and neither the other's inside.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from layercalc.algebras import Algebra
from layercalc.algebras.maps import Linear, optional, repeated
from layercalc.algebras.powers import NoClosedForm
from layercalc.errors import fail
from layercalc.expressions.scope import describe
from layercalc.network import Applied, Body, Inline, Layer, Merge, Recursion, Repeat, Step, Weights
from layercalc.records import dataclass, field, replace

V = TypeVar("V")


class _Anchored(NamedTuple, Generic[V]):
    """A value of a body: `factor` times the value `anchor`.

    Where the paths to it pass no common value it is a sum over the inputs instead.
    """

    depth: int
    anchor: int | None
    factor: V
    linear: Linear[V]


@dataclass(slots=True)
class Reading(Generic[V]):
    """One reading of a network: along its paths, or over its layers.

    >>> from layercalc.algebras.max_plus import MaxPlus
    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> body = resolve(load_program("lenet")).body
    >>> Reading(MaxPlus(), lambda layer: 1).along_paths(body)
    [{0: 11}]
    """

    algebra: Algebra[V]
    leaf: Callable[[Layer], Any]
    _points: dict[Body, list[_Anchored[V]]] = field(default_factory=dict)
    _totals: dict[Body, V] = field(default_factory=dict)

    def along_paths(self, body: Body) -> list[Linear[V]]:
        """Read the topology (eq. 17 to 20): give each output as a sum over the inputs."""
        points = self._read(body)
        return [self._from_top(points, number) for number in body.outputs]

    def at_outputs(self, body: Body) -> list[V]:
        """Give the value at each output of a body whose inputs are one."""
        return [self._met([*row.values()]) for row in self.along_paths(body)]

    def meeting(self, body: Body) -> V:
        """Give the value where all outputs of a body meet, eq. (19) and (20)."""
        return self._met(self.at_outputs(body))

    def over_layers(self, body: Body) -> V:
        """Read every layer once, without the topology (eq. 3)."""
        if body not in self._totals:
            one = self.algebra.one
            self._totals[body] = self.algebra.plus([one, *map(self._total, body.steps)])
        return self._totals[body]

    def cumulative(self, body: Body, entering: Sequence[V]) -> list[V]:
        """Give the value at every point of a body, from the values that enter it."""
        values: list[V] = []
        for point in self._read(body):
            if point.anchor is not None:
                values.append(self.algebra.times(values[point.anchor], point.factor))
            else:
                values.append(self._sum((entering[i], c) for i, c in point.linear.items()))
        return values

    def reached(self, step: Repeat, entering: Sequence[V]) -> list[V]:
        """Give the values that enter round `step.index`, from those that enter the first."""
        rows = self.along_paths(step.body)
        if step.index is None:
            return list(entering)
        rows = self._repeated(replace(step, count=step.index), rows, step.sources)
        return [self._sum((entering[i], c) for i, c in row.items()) for row in rows]

    def _total(self, step: Step) -> V:
        if isinstance(step, Applied):
            return self._law(step.layer)
        if isinstance(step, Inline | Weights):
            return self.over_layers(step.body)
        if isinstance(step, Recursion):
            levels = self._repeated(step, [{0: self.over_layers(step.body)}])
            return self.algebra.times(levels[0][0], self.over_layers(step.base))
        if isinstance(step, Repeat):
            ((total,),) = (row.values() for row in self._repeated(step, [{0: self.over_layers(step.body)}]))
            return total
        return self.algebra.one

    def _read(self, body: Body) -> list[_Anchored[V]]:
        if body not in self._points:
            one = self.algebra.one
            points = [_Anchored(0, None, one, {i: one}) for i in range(len(body.inputs))]
            for step in body.steps:
                try:
                    met = [self._meet(points, terms) for terms in self._terms(step, points)]
                except NoClosedForm as none:
                    span = step.layer.span if isinstance(step, Applied) else step.span
                    raise fail(f"here no closed form is known: {none}", span) from None
                points.extend([self._behind(met[0], step.layer)] if isinstance(step, Applied) else met)
            self._points[body] = points
        return self._points[body]

    def _terms(self, step: Step, points: list[_Anchored[V]]) -> list[list[tuple[int, V]]]:
        """Give each value that a step makes as a sum of coefficients times earlier values."""
        if isinstance(step, Applied | Merge):
            return [[(source, self.algebra.one) for source in step.sources]]
        if isinstance(step, Weights):
            return []
        if isinstance(step, Recursion):
            return [[(step.sources[0], self._nested(step))]]
        rows = self.along_paths(step.body)
        rows = self._repeated(step, rows, _alike(points, step.sources)) if isinstance(step, Repeat) else rows
        return [[(step.sources[i], c) for i, c in row.items()] for row in rows]

    def _nested(self, step: Recursion) -> V:
        """Go from the innermost level out: each adds its ways past the one within to those through it."""
        leaving, entering = self.along_paths(step.body)
        if 1 not in leaving:
            message = f"no closed form is known for {step.name}: what it gives within itself leads nowhere"
            raise fail(message, step.span, "a number for its levels works")
        through = self.algebra.times(entering[0], leaving[1])
        past = {1: leaving[0]} if 0 in leaving else {}
        (level, *_) = self._repeated(step, [{0: through, **past}, {1: self.algebra.one}])
        ((base,),) = (row.values() for row in self.along_paths(step.base))
        return self._sum(
            (level[number], value) for number, value in ((0, base), (1, self.algebra.one)) if number in level
        )

    def _repeated(
        self, step: Repeat | Recursion, rows: list[Linear[V]], sources: Sequence[Hashable] = ()
    ) -> list[Linear[V]]:
        try:
            if isinstance(step, Repeat) and step.optional:
                return optional(self.algebra, rows, step.count)
            return repeated(self.algebra, rows, step.count, step.index, sources)
        except NoClosedForm as none:
            message = f"no closed form is known for the rounds of this loop: {none}"
            raise fail(message, step.span, "a number for the count works") from None

    def _law(self, layer: Layer) -> V:
        value = self.leaf(layer)
        try:
            return self.algebra.one if value is None else self.algebra.of(value)
        except ValueError:
            message = f"{layer.name}: a law is {describe(value)}, and a symbol in it may be below 0"
            hint = "give the param a symbol of its own: n in place of -n"
            raise fail(message, layer.span, hint) from None

    def _meet(self, points: list[_Anchored[V]], terms: list[tuple[int, V]]) -> _Anchored[V]:
        anchor = _nearest(points, [source for source, _ in terms])
        if anchor is not None:
            paths = [(self._between(points, source, anchor), c) for source, c in terms]
            return _Anchored(points[anchor].depth + 1, anchor, self._sum(paths), {})
        linear: dict[int, list[V]] = {}
        for source, coefficient in terms:
            for number, value in self._from_top(points, source).items():
                linear.setdefault(number, []).append(self.algebra.times(value, coefficient))
        return _Anchored(0, None, self.algebra.one, {i: self.algebra.plus(vs) for i, vs in linear.items()})

    def _met(self, values: list[V]) -> V:
        return values[0] if len(values) == 1 else self.algebra.plus(values)

    def _behind(self, met: _Anchored[V], layer: Layer) -> _Anchored[V]:
        """Go on through a layer from the point where its values meet."""
        law, times = self._law(layer), self.algebra.times
        if met.anchor is not None:
            return _Anchored(met.depth, met.anchor, times(met.factor, law), met.linear)
        linear = {i: times(value, law) for i, value in met.linear.items()}
        return _Anchored(met.depth, None, met.factor, linear)

    def _sum(self, terms: Iterable[tuple[V, V]]) -> V:
        products = [self.algebra.times(a, b) for a, b in terms]
        return self._met(products)

    def _between(self, points: list[_Anchored[V]], number: int, anchor: int | None) -> V:
        """Multiply the factors on the way from an anchor to a value."""
        factor = self.algebra.one
        while number != anchor and (above := points[number].anchor) is not None:
            factor, number = self.algebra.times(points[number].factor, factor), above
        return factor

    def _from_top(self, points: list[_Anchored[V]], number: int) -> Linear[V]:
        factor, top = self._between(points, number, None), number
        while (above := points[top].anchor) is not None:
            top = above
        return {i: self.algebra.times(c, factor) for i, c in points[top].linear.items()}


def _alike(points: list[_Anchored[V]], numbers: Sequence[int]) -> list[Hashable]:
    """Mark values so that two of one mark are equal: the same factor times the same anchor."""
    found = [(number, points[number]) for number in numbers]
    return [number if point.anchor is None else (point.anchor, point.factor) for number, point in found]


def _nearest(points: list[_Anchored[V]], numbers: Iterable[int]) -> int | None:
    """Find the nearest value that all paths to some values pass, if there is one."""
    nearest, *others = numbers
    for other in others:
        pair = {nearest, other}
        while len(pair) > 1:
            deepest = max(pair, key=lambda number: (points[number].depth, number))
            above = points[deepest].anchor
            if above is None:
                return None
            pair = pair - {deepest} | {above}
        (nearest,) = pair
    return nearest
