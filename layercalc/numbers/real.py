"""Logarithms of positive numbers to any precision, without any global state.

From integers, sympy constants and logarithms of terms; to floats in the raw form of mpmath.
Promises: no number is ever computed whose logarithm would do, so nothing
overflows. It does not choose the precision: the caller gives it in bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import TypeAlias

from layercalc.lazy import mpmath, sympy
from layercalc.numbers import binary
from layercalc.numbers.logs import Constant, Logs
from layercalc.numbers.rational import Number

#: A float: sign, mantissa, exponent, bits of the mantissa.
Real: TypeAlias = binary.Real

ZERO: Real = binary.ZERO
#: Bits beyond those asked for, and the most in which numbers are told apart from 0.
GUARD, MOST = 16, 4096


@lru_cache(maxsize=1 << 14)
def log2_integer(n: int, bits: int) -> Real:
    """Take the logarithm to base two of a positive integer.

    >>> to_mpf(log2_integer(8, 64))
    mpf('3.0')
    """
    if n & (n - 1) == 0:
        return binary.from_int(n.bit_length() - 1)
    return _over_ln2(binary.log(binary.from_int(n), bits + 8), bits)


@lru_cache(maxsize=1 << 14)
def fixed_log2(n: int, bits: int) -> int:
    """Take the logarithm to base two of a positive integer in units of 2^-bits, rounded down.

    >>> fixed_log2(8, 64) == 3 << 64
    True
    """
    return binary.fixed(log2_integer(n, bits), bits)


@lru_cache(maxsize=1 << 12)
def log2_constant(expression: Logs | sympy.Expr, bits: int) -> Real:
    """Take the logarithm to base two of a positive constant.

    Raises:
        ValueError: if it is not a positive number.
    """
    if isinstance(expression, Logs):
        return _over_ln2(binary.log(of_logs(expression, bits + 8), bits + 8), bits)
    value = _evaluated(expression, bits)
    if value is None or value[0] or not value[1]:
        raise ValueError(f"a closed form is never negative, and this is {expression}")
    return _over_ln2(binary.log(value, bits + 8), bits)


def _evaluated(constant: sympy.Expr, bits: int) -> Real | None:
    """Take a number in so many bits, None where it is no real one."""
    value = constant.evalf(math.ceil(bits * 0.302) + 5)
    if value.is_zero:
        return ZERO
    if not value.is_Float:
        return None
    sign, mantissa, exponent, size = value._mpf_  # sympy has no public way to it
    return sign, int(mantissa), exponent, size


def of_logs(value: Logs, bits: int) -> Real:
    """Add logarithms up; where they nearly cancel, with more bits.

    >>> to_mpf(of_logs(Logs.log2(12) + 1, 64)), approximation(Logs.log2(12) - Logs.log2(3))
    (mpf('4.5849625007211562'), Fraction(2, 1))
    """
    working = bits + GUARD
    while True:
        parts = [binary.from_ratio(value.number.numerator, value.number.denominator, working)]
        for argument, coefficient in value.logs.items():
            parts.append(times(log2_integer(argument.numerator, working), coefficient, working))
            parts.append(times(log2_integer(argument.denominator, working), -coefficient, working))
        total = reduce(lambda a, b: plus(a, b, working), parts)
        lost = max(map(size, parts)) - size(total) + len(parts).bit_length() if total[1] else working
        if lost <= working - bits or working > MOST:
            return total
        working = bits + GUARD + min(max(lost, working), MOST)


def sign(value: Constant) -> int | None:
    """Tell whether a number is below 0, 0, or above it; None where that is open.

    >>> sign(Logs.log2(12) - 4), sign(Logs.log2(12) - Logs.log2(3) - 2)
    (-1, None)
    """
    if isinstance(value, Logs):
        log = of_logs(value, GUARD)
        return None if size(log) < -MOST // 2 or not log[1] else -1 if log[0] else 1
    return (value > 0) - (value < 0)


def approximation(value: Logs) -> Fraction:
    """Give a sum of logarithms to 40 digits."""
    sign, mantissa, exponent, _ = of_logs(value, 136)
    return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent


def times(a: Real, number: Number, bits: int) -> Real:
    """Multiply by an exact number.

    >>> to_mpf(times(log2_integer(4, 64), Fraction(1, 2), 64))
    mpf('1.0')
    """
    above, below = number.numerator, number.denominator
    product = binary.rounded(binary.signed(a) * above, a[2], bits)
    return product if below == 1 else binary.divide(product, binary.from_int(below), bits)


def times_constant(a: Real, constant: int | sympy.Expr, bits: int) -> Real:
    """Multiply by a number that may be irrational.

    >>> to_mpf(times_constant(log2_integer(4, 64), sympy.sqrt(9), 64))
    mpf('6.0')

    Raises:
        ValueError: if it is not a real number.
    """
    if isinstance(constant, int):
        return times(a, constant, bits)
    value = _evaluated(constant, bits)
    if value is None:
        raise ValueError(f"{constant} is no real number")
    return binary.multiply(a, value, bits)


def ceiling(constant: int | sympy.Expr) -> int:
    """Bound the size of a number, 1 for what has symbols.

    >>> ceiling(2 * sympy.sqrt(3)), ceiling(sympy.Symbol("n"))
    (4, 1)
    """
    if isinstance(constant, int) or constant.free_symbols:
        return 1
    return int(abs(constant.evalf(15))) + 1


def plus(a: Real, b: Real, bits: int) -> Real:
    """Add.

    >>> to_mpf(plus(log2_integer(4, 64), log2_integer(2, 64), 64))
    mpf('3.0')
    """
    return binary.add(a, b, bits)


def largest(logs: Sequence[Real]) -> Real:
    """Give the greatest.

    >>> to_mpf(largest([log2_integer(4, 64), log2_integer(2, 64)]))
    mpf('2.0')
    """
    best = logs[0]
    for log in logs[1:]:
        if binary.less(best, log):
            best = log
    return best


def log2_sum(logs: Sequence[Real], bits: int) -> Real:
    """Take the logarithm of a sum from the logarithms of its terms.

    >>> to_mpf(log2_sum([log2_integer(3, 64), log2_integer(5, 64)], 64))
    mpf('3.0')
    """
    top = largest(logs)
    ln2, total = binary.ln2(bits + 8), ZERO
    for log in logs:
        gap = binary.add(log, binary.negative(top), bits + 8)
        if binary.to_float(gap) > -bits - 16:
            total = plus(total, binary.exp(binary.multiply(gap, ln2, bits + 8), bits + 8), bits + 8)
    return plus(top, _over_ln2(binary.log(total, bits + 8), bits), bits)


def close(a: Real, b: Real, bits: int) -> bool:
    """Tell whether two logarithms differ by less than two to the minus `bits`.

    >>> close(log2_integer(8, 64), log2_integer(9, 64), 40)
    False
    """
    gap = binary.add(a, binary.negative(b), bits + 64)
    return not gap[1] or size(gap) <= -bits


def to_mpf(a: Real) -> mpmath.mpf:
    """Wrap a raw float as an `mpmath.mpf`.

    >>> to_mpf(ZERO)
    mpf('0.0')
    """
    return mpmath.mp.make_mpf(a)


def power_of_two(a: Real) -> float | None:
    """Raise two to a logarithm, rounded correctly; None beyond the doubles.

    >>> power_of_two(log2_integer(3, 128)), power_of_two(log2_integer(2**2000, 128))
    (3.0, None)
    """
    if not -1080 < binary.to_float(a) < 1025:
        return None
    _, mantissa, exponent, _ = binary.exp(binary.multiply(a, binary.ln2(200), 200), 180)
    return to_double(Fraction(mantissa) * Fraction(2) ** exponent)


def decimal(a: Real, digits: int) -> tuple[int, int]:
    """Raise two to a logarithm in decimals: the first digits as an integer, and the power of ten.

    >>> decimal(log2_integer(12345678, 128), 3)
    (123, 7)
    """
    bits = 192 + max(size(a), 0)
    ln10 = binary.ln10(bits)
    tens = binary.divide(binary.multiply(a, binary.ln2(bits), bits), ln10, bits)
    whole = binary.whole(tens)
    part = plus(tens, binary.from_int(-whole), bits)
    first = binary.exp(binary.multiply(part, ln10, bits), bits)
    shown = round(Fraction(first[1] * 10 ** (digits - 1)) * Fraction(2) ** first[2])
    return (shown // 10, whole + 1) if shown == 10**digits else (shown, whole)


def size(a: Real) -> int:
    """Count the bits before the point.

    >>> size(log2_integer(2**1000, 64))
    10
    """
    return a[2] + a[3]


def log2_of_tens(a: Real, bits: int = 128) -> tuple[str, Real]:
    """Write two to a logarithm as ten to a power: the sign of that power, and its logarithm to base two.

    >>> sign, log = log2_of_tens(times(log2_integer(10, 64), -8, 64))
    >>> sign, decimal(log, 3)
    ('-', (800, 0))
    """
    ratio = binary.divide(binary.ln2(bits), binary.ln10(bits), bits)
    tens = binary.multiply((0, *a[1:]), ratio, bits)
    return "-" if a[0] else "", _over_ln2(binary.log(tens, bits), bits)


def to_double(value: Number) -> float | None:
    """Round a positive exact number to a double, None beyond the doubles.

    >>> to_double(Fraction(1, 4)), to_double(10**400)
    (0.25, None)
    """
    try:
        return value.numerator / value.denominator or None
    except OverflowError:
        return None


def _over_ln2(a: Real, bits: int) -> Real:
    return binary.divide(a, binary.ln2(bits + 8), bits)
