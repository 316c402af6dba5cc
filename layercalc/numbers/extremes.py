"""The least value of a polynomial in one variable between two ends, exact.

From coefficients and bounds; to a number that the polynomial is not below. Promises: over the
whole numbers, and of a quadratic over all, it is the least value itself; else it is below that by
less than anyone would write. The places between the ends where it may be least are those where the
derivative is 0, and sympy isolates these roots in exact intervals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from layercalc.lazy import sympy
from layercalc.numbers.rational import Number, whole

#: Polynomials of higher degree are not looked at.
DEGREE = 8
#: Roots that are not looked for among whole numbers are isolated to such an interval.
WIDTH = Fraction(1, 2**40)


@lru_cache(maxsize=4096)
def least_value(
    coefficients: tuple[Number, ...], low: Number | None, high: Number | None, is_whole: bool
) -> Number | None:
    """Bound c0 + c1 x + c2 x^2 + ... from below for x from `low` to `high`; None where nothing does.

    >>> least_value((36, -18, 9), None, None, True), least_value((5, -6, 2), 0, None, False)
    (27, Fraction(1, 2))
    >>> least_value((2, -3, 1), 0, None, True), least_value((0, 0, -1), 0, None, True)
    (0, None)
    """
    leading, odd = coefficients[-1], len(coefficients) % 2 == 0
    if (high is None and leading < 0) or (low is None and (leading < 0) != odd):
        return None
    found = [_at(coefficients, end) for end in (low, high) if end is not None]
    for first, last in _turns(coefficients, Fraction(1, 2) if is_whole else WIDTH):
        if is_whole:
            places = range(math.floor(first), math.ceil(last) + 1)
            inside = [x for x in places if (low is None or x >= low) and (high is None or x <= high)]
            found += [_at(coefficients, place) for place in inside]
        elif (low is None or last >= low) and (high is None or first <= high):
            found.append(_below(coefficients, first, last))
    return min(found)


def _turns(coefficients: Sequence[Number], width: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    """Isolate the places where the derivative is 0."""
    slope = [power * c for power, c in enumerate(coefficients)][1:]
    if len(slope) == 2:
        vertex = Fraction(-slope[0]) / slope[1]
        yield vertex, vertex
        return
    rationals = [sympy.Rational(c.numerator, c.denominator) for c in reversed(slope)]
    for (first, last), _ in sympy.Poly(rationals, sympy.Symbol("x")).intervals(
        eps=sympy.Rational(*width.as_integer_ratio())
    ):
        yield Fraction(int(first.p), int(first.q)), Fraction(int(last.p), int(last.q))


def _at(coefficients: Sequence[Number], x: Number) -> Number:
    value: Number = 0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return whole(Fraction(value))


def _below(coefficients: Sequence[Number], first: Fraction, last: Fraction) -> Number:
    """Bound a polynomial from below between two numbers, by Horner's rule for intervals."""
    low: Number = 0
    high: Number = 0
    for coefficient in reversed(coefficients):
        ends = [low * first, low * last, high * first, high * last]
        low, high = min(ends) + coefficient, max(ends) + coefficient
    return whole(Fraction(low))
