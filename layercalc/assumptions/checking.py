"""Checks conditions at numbers: exactly where possible, else numerically."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layercalc.lazy import sympy
from layercalc.limits import NUMBER_BITS, check_number
from layercalc.numbers.scalar import Scalar, symbolic

#: Digits to which the two sides of a condition on irrational numbers are compared.
DIGITS = 40


def holds_at(condition: Any, values: Mapping[sympy.Symbol, Scalar]) -> Any:
    """Put values into a condition: true, false, or what is left of it.

    >>> n, w = sympy.symbols("n w", integer=True, positive=True)
    >>> holds_at(2**n < 100, {n: 7}), holds_at(n < w, {n: 7})
    (False, 7 < w)

    Raises `SpecError` where a power in it would be too long a number.
    """
    put_in = {symbol: symbolic(value) for symbol, value in values.items()}
    for power in condition.atoms(sympy.Pow):
        exponent = power.exp.xreplace(put_in)
        if exponent.is_Rational and power.base.xreplace(put_in) not in (0, 1, -1):
            check_number(int(abs(exponent)) if abs(exponent) > NUMBER_BITS else 0, None)
    try:
        found = condition.xreplace(put_in)
    except TypeError:  # a side is not a real number there
        return False
    if found in (True, False):
        return bool(found)
    if found.free_symbols or found.has(sympy.nan, sympy.zoo):
        return found if found.free_symbols else False
    sides = [side.evalf(DIGITS) for side in (found.lhs, found.rhs)]
    return bool(found.func(*sides)) if abs(sides[0] - sides[1]) > 10 ** (8 - DIGITS) else False
