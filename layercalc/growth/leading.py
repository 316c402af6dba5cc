"""The leading term of a closed form in one symbol x that goes to infinity.

From: a `Product` or a scalar, and the `Regime` of the other symbols. To: a `Growth`.
Promises: it raises `Open` for what it cannot read. It knows of each function by whom it is
read: `growth.reader` or, what comes from loops, `growth.series`.
"""

from __future__ import annotations

from layercalc.forms.product import Product
from layercalc.growth import reader, series
from layercalc.growth.growth import Growth
from layercalc.growth.regime import Open, Regime
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar

_FUNCTIONS = {**reader.FUNCTIONS, **series.FUNCTIONS}


class _Leading(reader.Leading):
    functions = _FUNCTIONS


def leading(value: Product | Scalar, x: sympy.Symbol, regime: Regime | None = None) -> Growth:
    """Give the leading term of a closed form as x goes to infinity.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> found = leading(Product.of(12 * n**2 + n) * Product.of(3) ** (n / 2), n)
    >>> found.told(n).to_sympy(), found.exact
    (12*3**(n/2)*n**2, False)

    Raises `Open` where it is not known.
    """
    reading = _Leading(x, regime or Regime())
    if reading.regime.is_bounded(x):
        raise Open(f"{x} is bounded, and has no limit")
    try:
        found = reading.of(value)
    except ValueError:
        raise Open("the sign of a part of it is not known") from None
    if found.sign < 0:
        raise Open(f"its closed form does not hold for large {x}")
    return found
