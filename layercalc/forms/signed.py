"""Products with a sign, which occur while symbols are replaced by numbers.

From a product and a sign; to their products and powers, and back to a product that is not
negative. It does not add: `forms.product` does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, symbolic


class Signed(NamedTuple):
    """A product, and whether it is taken with a minus sign.

    >>> from layercalc.forms.product import Product
    >>> minus = Signed(True, Product.of(2))
    >>> minus.times(minus).positive(), minus.power(3).to_sympy()
    (Product({1: {2: 2}}), -8)
    """

    is_negative: bool
    size: Any

    def times(self, other: Signed) -> Signed:
        """Multiply."""
        return Signed(self.is_negative != other.is_negative, self.size * other.size)

    def power(self, n: Scalar) -> Signed:
        """Raise to a power, which is whole where the sign is negative.

        Raises:
            ValueError: where it is not known to be even or odd.
        """
        odd = self.is_negative and symbolic(n).is_odd
        if odd is None or (self.is_negative and not symbolic(n).is_integer):
            raise ValueError(f"a number below 0 is raised to {n}")
        return Signed(bool(odd), self.size**n)

    def to_sympy(self) -> sympy.Expr:
        """Write it in sympy."""
        return -self.size.to_sympy() if self.is_negative else self.size.to_sympy()

    def positive(self) -> Any:
        """Give the product without a sign.

        Raises:
            ValueError: below 0.
        """
        if self.is_negative and not self.size.is_zero:
            raise ValueError(f"a closed form is never negative, and this is {self.to_sympy()}")
        return self.size
