"""Where a constant that is no rational stands among the whole numbers, with roots and logarithms in it.

From a sympy expression without symbols; to its floor, or to the whole number that it is.
Promises: the answer is exact, or there is none. It never takes a number that is near for
one that is equal.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from layercalc import limits
from layercalc.lazy import sympy

#: Digits behind the point that are looked at; what agrees to the last of them is proved equal, or is open.
BEHIND = (30, limits.PLACES)
#: Digits that are calculated on the way there: those of the longest number, and as many behind the point.
MOST = limits.NUMBER_BITS * 2 // 3


class Located(NamedTuple):
    """A constant among the whole numbers: the last one that is not above it, and whether that is it."""

    floor: int
    whole: bool


def locate(value: sympy.Expr) -> Located | None:
    """Find a constant among the whole numbers; None where its digits leave that open.

    >>> root = sympy.sqrt(2)
    >>> locate(10**150 / root).whole, locate(-root).floor, locate((root + 1) * (root - 1))
    (False, -2, Located(floor=1, whole=True))
    """
    for behind in BEHIND:
        near = _near(value, behind)
        if near is None:
            return Located(0, True) if _is_zero(value) else None
        floor, closest = math.floor(near), round(near)
        if abs(near - closest) > Fraction(1, 10 ** (behind - 5)):
            return Located(floor, False)
        if _is_zero(value - closest):
            return Located(closest, True)
    return None


def _near(value: sympy.Expr, behind: int) -> Fraction | None:
    """Give a number with so many digits behind the point; None where it may be zero."""
    try:
        size = value.evalf(3, maxn=MOST, strict=True)
        before = max(0, int((size._mpf_[2] + size._mpf_[3]) * math.log10(2)) + 1)
        near = value.evalf(before + behind, maxn=MOST, strict=True)
    except sympy.core.evalf.PrecisionExhausted:
        return None
    sign, mantissa, exponent, _ = near._mpf_
    size = int(mantissa) * Fraction(2) ** int(exponent)
    return -size if sign else size


def _is_zero(value: sympy.Expr) -> bool:
    """Tell whether a constant is surely zero."""
    opened = sympy.expand(value.rewrite(sympy.log))
    if opened == 0:
        return True
    return bool(sympy.radsimp(sympy.sqrtdenest(sympy.expand_log(opened, force=True))) == 0)
