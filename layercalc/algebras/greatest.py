"""The algebra of the largest: everything a network has is compared, in series and at a merge alike.

From numbers of layers, none below 0; to exact scalars. What the facts leave open stays a `Max`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layercalc.algebras.max_plus import MaxPlus
from layercalc.algebras.powers import NoClosedForm, is_sure
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


@dataclass(frozen=True, slots=True)
class Greatest:
    """The largest: times and plus both take it.

    >>> algebra = Greatest()
    >>> algebra.plus([algebra.times(2, 3), algebra.power(4, 2)])
    4
    """

    facts: Facts | None = None

    @property
    def one(self) -> Scalar:
        """The largest of no layers."""
        return 0

    def of(self, scalar: Scalar) -> Scalar:
        """Take in the number of one layer."""
        return plain(scalar)

    def times(self, a: Scalar, b: Scalar) -> Scalar:
        """Take the larger of two values in series."""
        return self.plus([a, b])

    def plus(self, values: Sequence[Scalar]) -> Scalar:
        """Take the largest, as far as the facts decide; a way that may be shut counts as open."""
        order = MaxPlus(self.facts)
        kept = [value for value in values if value != 0] or [0]
        for value in [value for value in kept if value != _opened(value)]:
            others = [other for other in kept if other is not value]
            if others and order.plus([*others, _opened(value)]) == order.plus(others):
                kept = others
        return order.plus(kept)

    def power(self, a: Scalar, n: Scalar) -> Scalar:
        """Take a value some number of times, perhaps not once."""
        return plain(symbolic(a) * self._some(n))

    def series(self, a: Scalar, index: sympy.Symbol, n: Scalar) -> Scalar:
        """Take the largest of the rounds 0 to n - 1: the first or the last, or one of the two.

        Raises:
            NoClosedForm: where it is open which of three rounds after each other gives most.
        """
        now, ahead = symbolic(a), symbolic(index) + 1
        after = now.xreplace({index: ahead})
        first, last = now.xreplace({index: sympy.S.Zero}), now.xreplace({index: symbolic(n) - 1})
        if self._never_less(after, now):
            found: Scalar = plain(last)
        elif self._never_less(now, after):
            found = plain(first)
        elif self._never_less(now + after.xreplace({index: ahead}), 2 * after):
            found = self.plus([plain(first), plain(last)])
        else:
            raise NoClosedForm("its rounds differ, and it is open which of them gives the maximum")
        return self.power(found, n)

    def _never_less(self, a: sympy.Expr, b: sympy.Expr) -> bool:
        difference = sympy.expand(a - b)
        if difference.is_nonnegative:
            return True
        return is_sure(sympy.Ge(a, b), self.facts) or is_sure(sympy.Ge(difference, 0), self.facts)

    def _some(self, n: Scalar) -> sympy.Expr:
        """Give 1 from a count of 1 on, and 0 where it is 0."""
        count = symbolic(n)
        return sympy.S.One if is_sure(sympy.Ge(count, 1), self.facts) else sympy.Min(1, count)


def _opened(value: Scalar) -> Scalar:
    """Let a count be 1 or more, wherever it may be 0."""
    shut = [part for part in symbolic(value).atoms(sympy.Min) if sympy.S.One in part.args]
    return plain(symbolic(value).xreplace(dict.fromkeys(shut, sympy.S.One)))
