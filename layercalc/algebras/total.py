"""The algebra of sums, eq. (3): everything a network has is added up.

From counts of layers (parameters, multiply-accumulates, S_i); to exact scalars.
"""

from __future__ import annotations

from collections.abc import Sequence

from layercalc.algebras.sums import Sums
from layercalc.numbers.scalar import Scalar, total
from layercalc.records import dataclass


@dataclass(frozen=True, slots=True)
class Total(Sums):
    """Sums: times and plus both add, in series and at a merge alike.

    Here times does not distribute over plus: what stands before a fork is counted
    once, so the fold must not carry it into the branches.

    >>> algebra = Total()
    >>> algebra.plus([algebra.times(2, 3), algebra.power(4, 2)])
    13
    """

    def plus(self, values: Sequence[Scalar]) -> Scalar:
        """Add the counts of all branches."""
        return total(values)
