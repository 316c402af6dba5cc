"""The algebra of the longest path: sums in series, the maximum at a merge.

From the lengths of layers; to exact scalars. What the facts leave open stays a `Max`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy

from layercalc.algebras.powers import NoClosedForm
from layercalc.values.join import Decider
from layercalc.values.log2 import log2
from layercalc.values.scalar import Scalar, is_number, plain, symbolic, total
from layercalc.values.series import sum_over


@dataclass(frozen=True, slots=True)
class MaxPlus:
    """Longest path: times is the sum, plus the maximum decided by `facts`.

    >>> algebra = MaxPlus()
    >>> algebra.plus([algebra.times(2, 3), algebra.power(4, 2)])
    8
    """

    facts: Decider | None = None
    idempotent: bool = True

    @property
    def one(self) -> Scalar:
        """The length of a path without layers."""
        return 0

    def of(self, scalar: Scalar) -> Scalar:
        """Take in the length of one layer."""
        return plain(scalar)

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        """Add the lengths of two paths in series."""
        return total([a, b])

    def plus(self, values: Sequence[Scalar]) -> Scalar:
        """Take the longest, as far as the facts decide."""
        kept: list[Scalar] = []
        for value in _parts(values):
            if not any(self._at_least(other, value) for other in kept):
                kept = [other for other in kept if not self._at_least(value, other)]
                kept.append(value)
        return kept[0] if len(kept) == 1 else sympy.Max(*map(symbolic, kept), evaluate=False)

    def power(self, a: Scalar, n: Scalar) -> Scalar:
        """Multiply the length by n."""
        return plain(symbolic(a) * symbolic(n))

    def series(self, a: Scalar, index: sympy.Symbol, n: Scalar) -> Scalar:
        """Add over the rounds 0 to n - 1."""
        return sum_over(a, index, n)

    def convolution(self, a: Scalar, b: Scalar, index: sympy.Symbol, n: Scalar) -> Scalar:
        """Take the longest way that enters by b and goes on by a.

        Raises:
            NoClosedForm: always; the lengths of rounds that differ are not compared.
        """
        raise NoClosedForm("its rounds differ in length, and carry values that meet")

    def map_power(self, rows: Sequence[Mapping[int, Scalar]], n: Scalar) -> list[dict[int, Scalar]]:
        """Raise a map to the n-th power.

        Raises:
            NoClosedForm: where none is known for all n.
        """
        from layercalc.algebras.powers_max import closed_power

        return closed_power(rows, n, self)

    def indicated(self, indicator: sympy.Expr) -> Scalar:
        """Give 0 where a number is 1, and minus infinity where it is 0."""
        return log2(indicator)

    def _at_least(self, a: Scalar, b: Scalar) -> bool:
        if is_number(a) and is_number(b):
            return bool(a >= b)
        relation = sympy.Ge(symbolic(a), symbolic(b))
        if relation in (True, False):
            return bool(relation)
        return self.facts is not None and self.facts.decide(relation) is True


def _parts(values: Sequence[Scalar]) -> list[Scalar]:
    """Take the arguments of a maximum within a maximum."""
    parts: list[Scalar] = []
    for value in values:
        parts += map(plain, value.args) if isinstance(value, sympy.Max) else [value]
    return list(dict.fromkeys(parts))
