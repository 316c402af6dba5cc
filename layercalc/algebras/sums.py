"""What the algebras of counts share, eq. (3): sums in series.

From counts of layers; to exact scalars. It does not say what a merge is.
"""

from __future__ import annotations

from layercalc.forms import series
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, plain, times, total


class Sums:
    """Values are exact scalars, and times is their sum.

    >>> algebra = Sums()
    >>> algebra.times(2, algebra.power(4, 3))
    14
    """

    __slots__ = ()

    @property
    def one(self) -> Scalar:
        """The count of a body without layers."""
        return 0

    def of(self, scalar: Scalar) -> Scalar:
        """Take in the count of one layer."""
        return plain(scalar)

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        """Add the counts of two parts in series."""
        return total([a, b])

    def power(self, a: Scalar, n: Scalar) -> Scalar:
        """Multiply the count by n."""
        return times(a, n)

    def series(self, a: Scalar, index: sympy.Symbol, n: Scalar) -> Scalar:
        """Add over the rounds 0 to n - 1."""
        return series.sum_over(a, index, n)
