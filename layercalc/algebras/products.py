"""What the algebras of closed forms share, eq. (17) and (18): products in series.

From local powers and complexities; to closed forms. It does not say what a merge is.
"""

from __future__ import annotations

from layercalc.forms import series
from layercalc.forms.join import to_power
from layercalc.forms.product import ONE, Product
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar


class Products:
    """Values are closed forms, and times is their product.

    >>> algebra = Products()
    >>> algebra.times(algebra.of(2), algebra.power(algebra.of(3), 2)).rational()
    18
    """

    __slots__ = ()

    @property
    def one(self) -> Product:
        """The value that changes nothing."""
        return ONE

    def of(self, scalar: Scalar) -> Product:
        """Take in the value of one layer."""
        return Product.of(scalar)

    def times(self, a: Product, b: Product) -> Product:
        """Multiply, eq. (17) and (18)."""
        return a * b

    def power(self, a: Product, n: Scalar) -> Product:
        """Raise to the n-th power."""
        return to_power(a, n)

    def series(self, a: Product, index: sympy.Symbol, n: Scalar) -> Product:
        """Multiply over the rounds 0 to n - 1."""
        return series.product_over(a, index, n)

    def indicated(self, indicator: sympy.Expr) -> Product:
        """Give 1 where a number is 1, and 0 where it is 0."""
        return Product.of(indicator)
