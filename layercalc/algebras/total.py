"""The algebra of sums, eq. (3): everything a network has is added up.

From counts of layers (parameters, multiply-accumulates, S_i); to exact scalars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from layercalc.forms.series import sum_over
from layercalc.numbers.scalar import Scalar, plain, symbolic, total


@dataclass(frozen=True, slots=True)
class Total:
    """Sums: times and plus both add, in series and at a merge alike.

    Here times does not distribute over plus: what stands before a fork is counted
    once, so the fold must not carry it into the branches.

    >>> algebra = Total()
    >>> algebra.plus([algebra.times(2, 3), algebra.power(4, 2)])
    13
    """

    idempotent: bool = False

    @property
    def one(self) -> Scalar:
        """The count of a body without layers."""
        return 0

    def of(self, scalar: Scalar) -> Scalar:
        """Take in the count of one layer."""
        return plain(scalar)

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        """Add two counts in series."""
        return total([a, b])

    def plus(self, values: Sequence[Scalar]) -> Scalar:
        """Add the counts of all branches."""
        return total(values)

    def power(self, a: Scalar, n: Scalar) -> Scalar:
        """Multiply the count by n."""
        return plain(symbolic(a) * symbolic(n))

    def series(self, a: Scalar, index: sympy.Symbol, n: Scalar) -> Scalar:
        """Add over the rounds 0 to n - 1."""
        return sum_over(a, index, n)
