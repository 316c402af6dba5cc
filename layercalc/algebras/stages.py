"""The algebra that numbers layers as a theorem on VC dimension does: it finds the layer of a value.

A value has a degree, the layers of weights that it was multiplied by, and comes after some
layers that decide. Its own layer is the greater of its degree and of one more than the last
that decided: weights raise the degree, a decision takes the layer. Both numbers are sums and
maxima of those that came in, so what lies between two values is a matrix in (max, +).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from fractions import Fraction

from layercalc.algebras.maps import repeated
from layercalc.algebras.max_plus import MaxPlus
from layercalc.algebras.powers import NoClosedForm
from layercalc.assumptions import Facts
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, plain, symbolic


class Role(IntFlag):
    """What a layer does: it multiplies by weights, or decides between lines, or first this and then that."""

    WEIGHS = 1
    DECIDES = 2


@dataclass(frozen=True, slots=True)
class Way:
    """From (degree, decided) to (degree + weighed, max(degree + taken, decided + passed)).

    `taken` is None where nothing decides on the way.
    """

    weighed: Scalar
    taken: Scalar | None
    passed: Scalar

    @property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""
        parts = [self.weighed, self.passed, *([] if self.taken is None else [self.taken])]
        return frozenset().union(*(symbolic(part).free_symbols for part in parts))


@dataclass(frozen=True, slots=True)
class Stages:
    """Ways between values: times joins two, plus takes the greater of each number.

    >>> algebra = Stages()
    >>> hidden = algebra.times(algebra.of(Role.WEIGHS), algebra.of(Role.DECIDES))
    >>> algebra.power(hidden, 3), algebra.layer(algebra.power(hidden, 3))
    (Way(weighed=3, taken=3, passed=3), 4)
    """

    facts: Facts | None = None

    @property
    def one(self) -> Way:
        """The way of a value to itself."""
        return Way(0, None, 0)

    def of(self, scalar: Scalar) -> Way:
        """Take in a layer of some `Role`."""
        kind = Role(int(scalar))
        decides = Role.DECIDES in kind
        return Way(int(Role.WEIGHS in kind), 0 if decides else None, int(decides))

    def times(self, a: Way, b: Way) -> Way:
        """Go one way and then another."""
        add = self._numbers.times
        taken = [] if b.taken is None else [add(a.weighed, b.taken)]
        taken += [] if a.taken is None else [add(a.taken, b.passed)]
        return Way(add(a.weighed, b.weighed), self._most(taken), add(a.passed, b.passed))

    def plus(self, values: Sequence[Way]) -> Way:
        """Let ways meet."""
        most = self._numbers.plus
        return Way(
            most([way.weighed for way in values]),
            self._most([way.taken for way in values if way.taken is not None]),
            most([way.passed for way in values]),
        )

    def power(self, a: Way, n: Scalar) -> Way:
        """Go a way n times."""
        return self.map_power([{0: a}], n)[0][0]

    def series(self, a: Way, index: sympy.Symbol, n: Scalar) -> Way:
        """Go ways that differ from round to round.

        Raises:
            NoClosedForm: always; how many layers each round has is not compared.
        """
        raise NoClosedForm("its rounds have different numbers of layers")

    def map_power(self, rows: Sequence[Mapping[int, Way]], n: Scalar) -> list[dict[int, Way]]:
        """Raise a map to the n-th power: each value is two numbers, its degree and what decided.

        Raises:
            NoClosedForm: where none is known for all n.
        """
        numbers: list[dict[int, Scalar]] = []
        for row in rows:
            numbers.append({2 * i: way.weighed for i, way in row.items()})
            taken = {2 * i: way.taken for i, way in row.items() if way.taken is not None}
            numbers.append({**taken, **{2 * i + 1: way.passed for i, way in row.items()}})
        whole, n = self._whole(n), symbolic(n)
        powers = [
            {i: plain(symbolic(value).xreplace({whole: n})) for i, value in row.items()}
            for row in repeated(self._numbers, numbers, whole)
        ]
        pairs = [*zip(powers[::2], powers[1::2], strict=True)]
        return [{i // 2: Way(above[i], below.get(i), below[i + 1]) for i in above} for above, below in pairs]

    def _whole(self, n: Scalar) -> Scalar:
        """Let a symbol stand for a count that is not seen to be whole, as (n - 1)/3 is not."""
        if isinstance(n, int | Fraction) or n.is_integer:
            return n
        some = self.facts is not None and self.facts.decide(sympy.Ge(symbolic(n), 1)) is True
        return sympy.Dummy(integer=True, **{"positive" if some else "nonnegative": True})

    def layer(self, way: Way) -> Scalar:
        """Give the layer in which a decision on the value behind a way is taken."""
        return self._numbers.plus([way.weighed, self._numbers.times(self._decided(way), 1)])

    def weighing(self, way: Way) -> Scalar:
        """Give the layer of weights that the value behind a way is multiplied by."""
        return self._numbers.times(self._numbers.plus([way.weighed, self._decided(way)]), 1)

    def since(self, way: Way, layer: Scalar) -> Way:
        """Count what is behind a way from a layer on."""
        back = plain(-symbolic(layer))
        add = self._numbers.times
        return Way(add(way.weighed, back), None, add(self._decided(way), back))

    def _decided(self, way: Way) -> Scalar:
        return self._numbers.plus([way.passed, *([] if way.taken is None else [way.taken])])

    def _most(self, values: Sequence[Scalar]) -> Scalar | None:
        return self._numbers.plus(values) if values else None

    @property
    def _numbers(self) -> MaxPlus:
        return MaxPlus(self.facts)
