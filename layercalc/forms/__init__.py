"""Closed forms kept factored, so that no depth makes them overflow: products, sums, maxima, series.

Start with `product.Product`; `join` is where terms meet.

The modules here are loaded when they are first used, as sympy is: at numbers nothing is left to them.
"""

from typing import TYPE_CHECKING

from layercalc.lazy import Lazy

if not TYPE_CHECKING:
    factorials = Lazy("layercalc.forms.factorials")
    product = Lazy("layercalc.forms.product")
    series = Lazy("layercalc.forms.series")
