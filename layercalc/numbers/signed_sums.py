"""Limits how much work sympy does to find the sign of a sum.

From a sum in one symbol; to what sympy says of it, or nothing. Promises: what is said is what
sympy says; of a polynomial of high degree, whose derivatives it would search for roots one
after the other, nothing is said, and its sign stays open.

It replaces one function of sympy in the whole process. sympy asks for signs by itself, while it
multiplies, raises, substitutes and compares, so that no rule on how our sums are built keeps it
from asking, and it has neither a setting nor a method of symbols for it. The price: another user
of sympy in this process is told nothing either of the sign of a polynomial over `DEGREE`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers.opened import opened

#: Degrees of which sympy is asked: at 12 it takes some tenths of a second, at 40 eight seconds.
DEGREE = 12


def _within_degree(searched: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def sign(expression: Any) -> Any:
        if expression.is_Add and len(expression.free_symbols) == 1:
            powers = opened(expression).powers.values()
            if max((high - low for low, high in powers), default=0) > DEGREE:
                return None
        return searched(expression)

    return sign


def bound_signs() -> None:
    """Let sympy say nothing of the sign of a polynomial over the degree; it is called once.

    >>> n = sympy.Symbol("n", positive=True)
    >>> (n**3 - n**2 + 1).is_positive, (n**30 - n**29 + 1).is_positive
    (None, None)
    """
    exprtools = sympy.core.exprtools
    exprtools._monotonic_sign = _within_degree(exprtools._monotonic_sign)
