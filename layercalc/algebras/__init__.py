"""The algebras that measure a network: one protocol, and one file for each algebra.

From the values of layers; to the value of series, merges and repeats. A measure
chooses an algebra, the fold of a network needs nothing but this protocol.

The laws, each a property test of that name in `tests/unit/test_algebras.py`:

- times is associative, and `one` is its unit on both sides;
- plus is associative and commutative, and of one value it is that value;
- times distributes over plus on both sides;
- power(a, n) is the n-fold times, power(a, 0) is `one`, and
  power(a, m + n) = times(power(a, m), power(a, n)) for symbolic m and n as well;
- series(a, i, n) is the times of a at i = 0, ..., n - 1, and power(a, n) where a is free of i.

There is no zero: a path that is absent is simply absent, and `plus` takes at least
one value. Closed forms are equal by content, where content is not canonical (a sum
taken out in another order) by their number at every point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from layercalc.lazy import Lazy, sympy
from layercalc.numbers.scalar import Scalar

if not TYPE_CHECKING:
    greatest = Lazy("layercalc.algebras.greatest")
    marks = Lazy("layercalc.algebras.marks")
    max_plus = Lazy("layercalc.algebras.max_plus")
    max_times = Lazy("layercalc.algebras.max_times")
    plus_times = Lazy("layercalc.algebras.plus_times")
    receptive = Lazy("layercalc.algebras.receptive")

V = TypeVar("V")


class Algebra(Protocol[V]):
    """What the fold of a network needs of values.

    >>> from layercalc.algebras.total import Total
    >>> algebra: Algebra[Scalar] = Total()
    >>> algebra.times(algebra.of(2), algebra.power(3, 10))
    32
    """

    @property
    def one(self) -> V:
        """The value of a body that does nothing."""

    def of(self, law: Any) -> V:
        """Take in what a layer says of itself: a number, or what else the algebra is made for."""

    def times(self, a: V, b: V) -> V:
        """Put two values in series."""

    def plus(self, values: Sequence[V]) -> V:
        """Combine the values of one or more paths at a merge."""

    def power(self, a: V, n: Scalar) -> V:
        """Put a value in series with itself n times."""


@runtime_checkable
class VaryingRounds(Protocol[V]):
    """What is asked of an algebra where the rounds of a loop differ."""

    def series(self, a: V, index: sympy.Symbol, n: Scalar) -> V:
        """Put the values of n rounds in series; `index` counts them from 0."""


@runtime_checkable
class Maps(Protocol[V]):
    """What is asked of an algebra where a loop carries several values for a symbolic number of rounds."""

    def map_power(self, rows: Sequence[Mapping[int, V]], n: Scalar) -> list[dict[int, V]]:
        """Raise a linear map, each output a sum over the inputs, to the n-th power."""

    def indicated(self, indicator: sympy.Expr) -> V:
        """Give one where a number is 1, and zero where it is 0."""

    def convolution(self, a: V, b: V, index: sympy.Symbol, n: Scalar) -> V:
        """Let b enter in each of n rounds, and go through a in all that follow."""
