"""The algebra of intrinsic power, eq. (18) and (19): products in series, the maximum at a merge.

From local powers; to closed forms. What the facts leave open stays a maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from layercalc.algebras import marks
from layercalc.algebras.powers import NoClosedForm, is_sure
from layercalc.algebras.products import Products
from layercalc.forms import series
from layercalc.forms.base import is_expression
from layercalc.forms.join import MaxNode, maximum
from layercalc.forms.product import ONE, Product
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.numbers.undefined import UndefinedError
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


@dataclass(frozen=True, slots=True)
class MaxTimes(Products):
    """Intrinsic power: times is the product, plus the maximum decided by `facts`.

    >>> algebra = MaxTimes()
    >>> algebra.plus([algebra.of(2), algebra.of(3)]).rational()
    3
    """

    facts: Facts | None = None

    def plus(self, values: Sequence[Product]) -> Product:
        """Take the maximum, eq. (19)."""
        parts = [part for value in values for part in _parts(value)]
        if any(part.free_symbols for part in parts):
            parts = marks.without_marks(parts, _marks, _exceeded, self.facts)
        return maximum(parts, self.facts)

    def convolution(self, a: Product, b: Product, index: sympy.Symbol, n: Scalar) -> Product:
        """Take the greatest b(j) a(j + 1) ... a(n - 1) over the rounds j, the first or the last of them.

        Raises:
            NoClosedForm: where it is open which of two rounds after each other gives more.
        """
        following = {index: symbolic(index) + 1}
        earlier, later = b * a.substitute(following), b.substitute(following)
        sure = is_sure(sympy.Ge(symbolic(n), 1), self.facts)
        some = ONE if sure else self.indicated(sympy.Min(1, symbolic(n)))
        if self.plus([earlier, later]) == later:
            return some * b.substitute({index: symbolic(n) - 1})
        if self.plus([earlier, later]) == earlier:
            rest = series.product_over(a.substitute(following), index, symbolic(n) - 1)
            return some * b.substitute({index: 0}) * rest
        raise NoClosedForm("its rounds differ, and it is open which of them gives the maximum")

    def map_power(self, rows: Sequence[Mapping[int, Product]], n: Scalar) -> list[dict[int, Product]]:
        """Raise a map to the n-th power.

        Raises:
            NoClosedForm: where none is known for all n.
        """
        from layercalc.algebras.powers_max import closed_power

        present = [{i: value for i, value in row.items() if not value.is_zero} for row in rows]
        return closed_power(present, n, self)


def _parts(value: Product) -> list[Product]:
    """Take the arguments of a maximum with marks, with what multiplies it."""
    for base, power in value.groups.get(1, {}).items():
        if isinstance(base, MaxNode) and power == 1 and any(map(_marked, base.terms)):
            around = value / Product({1: {base: 1}})
            return [part for term in base.terms for part in _parts(around * term)]
    return [value]


def _marked(value: Product) -> bool:
    """Tell whether a value has marks, or a maximum in it."""
    return bool(_marks(value)) or len(_parts(value)) > 1


def _marks(value: Product) -> dict[sympy.Expr, Product]:
    """Give the factors that may be marks, and what is left without each."""
    factors = value.groups.get(1, {}).items()
    found = [base for base, power in factors if power == 1 and is_expression(base)]
    found = [base for base in found if isinstance(base, sympy.Min | sympy.Add)]
    return {mark: value / Product.of(mark) for mark in found}


def _exceeded(others: Sequence[Product], value: Product, put_in: marks.PutIn, facts: Facts | None) -> bool:
    try:
        there = value.substitute(put_in)
        met = [other.substitute(put_in) for other in others]
    except UndefinedError:
        return False
    return any(maximum([other, there], facts) == other for other in met)
