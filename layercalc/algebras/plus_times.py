"""The algebra of complexity, eq. (17) and (20): products in series, the sum at a merge.

From local complexities; to closed forms, common factors taken out of every sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy

from layercalc.assumptions import Facts
from layercalc.forms.join import to_power
from layercalc.forms.product import ONE, Product, add
from layercalc.forms.series import convolved, product_over
from layercalc.numbers.scalar import Scalar


@dataclass(frozen=True, slots=True)
class PlusTimes:
    """Complexity: times is the product, plus the sum; `facts` order eigenvalues.

    >>> algebra = PlusTimes()
    >>> algebra.plus([algebra.of(2), algebra.of(3)]).rational()
    5
    """

    facts: Facts | None = None
    idempotent: bool = False

    @property
    def one(self) -> Product:
        """The complexity that changes nothing."""
        return ONE

    def of(self, scalar: Scalar) -> Product:
        """Take in the complexity of one layer."""
        return Product.of(scalar)

    def times(self, a: Product, b: Product) -> Product:
        """Multiply, eq. (17)."""
        return a.times(b)

    def plus(self, values: Sequence[Product]) -> Product:
        """Add, eq. (20)."""
        return add(values)

    def power(self, a: Product, n: Scalar) -> Product:
        """Raise to the n-th power."""
        return to_power(a, n)

    def series(self, a: Product, index: sympy.Symbol, n: Scalar) -> Product:
        """Multiply over the rounds 0 to n - 1."""
        return product_over(a, index, n)

    def convolution(self, a: Product, b: Product, index: sympy.Symbol, n: Scalar) -> Product:
        """Add b(j) a(j + 1) ... a(n - 1) over the rounds j."""
        return convolved(a, b, index, n)

    def map_power(self, rows: Sequence[Mapping[int, Product]], n: Scalar) -> list[dict[int, Product]]:
        """Raise a map to the n-th power.

        Raises:
            NoClosedForm: where none is known for all n.
        """
        from layercalc.algebras.powers_plus import closed_power

        return closed_power(rows, n, self.facts)

    def indicated(self, indicator: sympy.Expr) -> Product:
        """Give 1 where a number is 1, and 0 where it is 0."""
        return Product.of(indicator)
