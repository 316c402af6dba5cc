"""The algebra of complexity, eq. (17) and (20): products in series, the sum at a merge.

From local complexities; to closed forms, common factors taken out of every sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from layercalc.algebras.products import Products
from layercalc.forms import series
from layercalc.forms.product import Product, add
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar
from layercalc.records import dataclass

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


@dataclass(frozen=True, slots=True)
class PlusTimes(Products):
    """Complexity: times is the product, plus the sum; `facts` order eigenvalues.

    >>> algebra = PlusTimes()
    >>> algebra.plus([algebra.of(2), algebra.of(3)]).rational()
    5
    """

    facts: Facts | None = None

    def plus(self, values: Sequence[Product]) -> Product:
        """Add, eq. (20)."""
        return add(values)

    def convolution(self, a: Product, b: Product, index: sympy.Symbol, n: Scalar) -> Product:
        """Add b(j) a(j + 1) ... a(n - 1) over the rounds j."""
        return series.convolved(a, b, index, n)

    def map_power(self, rows: Sequence[Mapping[int, Product]], n: Scalar) -> list[dict[int, Product]]:
        """Raise a map to the n-th power.

        Raises:
            NoClosedForm: where none is known for all n.
        """
        from layercalc.algebras.powers_plus import closed_power

        return closed_power(rows, n, self.facts)
