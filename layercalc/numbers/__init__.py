"""Exact numbers, polynomials and the special functions of sums and products over rounds.

The modules here are loaded when they are first used, as sympy is, whose classes they derive:
they are imported as a whole, `from layercalc.numbers import special`.
"""

from typing import TYPE_CHECKING

from layercalc.lazy import Lazy

if not TYPE_CHECKING:
    finite_sums = Lazy("layercalc.numbers.finite_sums")
    log2 = Lazy("layercalc.numbers.log2")
    polynomial = Lazy("layercalc.numbers.polynomial")
    signs = Lazy("layercalc.numbers.signs")
    special = Lazy("layercalc.numbers.special")
