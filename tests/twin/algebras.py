"""Algebras of the twin's own, for reading a network by the calculator's fold.

Nothing here is a closed form: rationals with the operations of Python, and the free
semiring, whose values are lists of paths. Two ways of reading a network that agree in
the free semiring agree in every algebra in which times distributes over plus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from layercalc.numbers.scalar import Scalar
from tests.twin.naive import Rule, rational

#: Sequences of layers, each layer a number, with how often each occurs.
Words = Counter[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Free:
    """The free semiring: times puts paths behind each other, plus puts them side by side.

    >>> free = Free()
    >>> sorted(free.power(free.plus([free.of(1), free.of(2)]), 2))
    [(1, 1), (1, 2), (2, 1), (2, 2)]
    """

    @property
    def one(self) -> Words:
        """The path without layers."""
        return Counter({(): 1})

    def of(self, scalar: Scalar) -> Words:
        """Take in a layer by its number."""
        return Counter({(int(scalar),): 1})

    def times(self, a: Words, b: Words) -> Words:
        """Go every path of `a`, then every path of `b`."""
        paths: Words = Counter()
        for first, many in a.items():
            for second, times in b.items():
                paths[first + second] += many * times
        return paths

    def plus(self, values: Sequence[Words]) -> Words:
        """Go any of the paths."""
        return sum(values, Counter())

    def power(self, a: Words, n: Scalar) -> Words:
        """Go n paths of `a`."""
        paths = self.one
        for _ in range(int(n)):
            paths = self.times(paths, a)
        return paths


@dataclass(frozen=True, slots=True)
class Plain:
    """Rationals with the operations of a twin's rule; a power is round after round.

    >>> from tests.twin.naive import POWER
    >>> Plain(POWER).power(Fraction(2), 10)
    Fraction(1024, 1)
    """

    rule: Rule

    @property
    def one(self) -> Fraction:
        """The value of a path without layers."""
        return self.rule.chain(())

    def of(self, scalar: Scalar) -> Fraction:
        """Take in the value of one layer."""
        return rational(scalar)

    def times(self, a: Fraction, b: Fraction) -> Fraction:
        """Put two values in series."""
        return self.rule.chain((a, b))

    def plus(self, values: Sequence[Fraction]) -> Fraction:
        """Let values meet."""
        return self.rule.join(values)

    def power(self, a: Fraction, n: Scalar) -> Fraction:
        """Put a value in series with itself."""
        return self.rule.chain([a] * int(n))
