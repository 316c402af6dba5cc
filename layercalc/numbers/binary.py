"""Floats of any precision in whole numbers: what logarithms of numbers need, and no more.

From: whole numbers, fractions and such floats, in the raw form of mpmath, which reads them. To: floats
rounded to the nearest, ties to even. Promises: sums, products and quotients are rounded correctly,
exponentials and logarithms to within two units of the last bit. mpmath itself takes 15 ms to import, as
long as most networks take to measure; it is the twin of this module in the tests.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

#: A float: 1 if negative, the odd mantissa, its exponent, and its bits.
Real: TypeAlias = tuple[int, int, int, int]

ZERO: Real = (0, 0, 0, 0)
ONE: Real = (0, 1, 0, 1)
#: Bits beyond those asked for.
GUARD = 16
#: The bits of a logarithm of the machine that are surely right.
FIRST = 40
#: The constants as sums of a coefficient times the inverse hyperbolic cotangent of a number.
_LN2 = ((18, 26), (-2, 4801), (8, 8749))
_LN10 = ((46, 31), (34, 49), (20, 161))


def rounded(mantissa: int, exponent: int, bits: int) -> Real:
    """Round `mantissa * 2^exponent` to so many bits.

    >>> rounded(-12, 0, 53), rounded(0b10101, 0, 3)
    ((1, 3, 2, 2), (0, 5, 2, 3))
    """
    if not mantissa:
        return ZERO
    sign, mantissa = int(mantissa < 0), abs(mantissa)
    over = mantissa.bit_length() - bits
    if over > 0:
        kept, half = mantissa >> over, 1 << (over - 1)
        below = mantissa - (kept << over)
        mantissa = kept + (below > half or (below == half and kept & 1))
        exponent += over
    zeros = (mantissa & -mantissa).bit_length() - 1
    mantissa >>= zeros
    return sign, mantissa, exponent + zeros, mantissa.bit_length()


def from_int(n: int) -> Real:
    """Write a whole number exactly.

    >>> from_int(-12)
    (1, 3, 2, 2)
    """
    return rounded(n, 0, n.bit_length())


def from_ratio(above: int, below: int, bits: int) -> Real:
    """Divide two whole numbers, the second positive.

    >>> from_ratio(3, 4, 53)
    (0, 3, -2, 2)
    """
    shift = max(0, bits - above.bit_length() + below.bit_length() + 2)
    quotient, rest = divmod(abs(above) << shift, below)
    quotient = quotient << 1 | (rest != 0)
    return rounded(-quotient if above < 0 else quotient, -shift - 1, bits)


def signed(a: Real) -> int:
    """Give the mantissa with its sign."""
    return -a[1] if a[0] else a[1]


def negative(a: Real) -> Real:
    """Turn the sign."""
    return (1 - a[0], *a[1:]) if a[1] else a


def multiply(a: Real, b: Real, bits: int) -> Real:
    """Multiply.

    >>> multiply(from_int(3), from_int(-5), 53) == from_int(-15)
    True
    """
    return rounded(signed(a) * signed(b), a[2] + b[2], bits)


def divide(a: Real, b: Real, bits: int) -> Real:
    """Divide by what is not 0.

    >>> divide(from_int(15), from_int(-5), 53) == from_int(-3)
    True
    """
    sign, mantissa, exponent, size = from_ratio(-signed(a) if b[0] else signed(a), b[1], bits)
    return (sign, mantissa, exponent + a[2] - b[2], size) if mantissa else ZERO


def add(a: Real, b: Real, bits: int) -> Real:
    """Add.

    >>> add(from_int(3), from_int(-5), 53) == from_int(-2)
    True
    """
    if not a[1] or not b[1]:
        return rounded(signed(a) or signed(b), a[2] or b[2], bits)
    if a[2] + a[3] < b[2] + b[3]:
        a, b = b, a
    if a[2] + a[3] - b[2] - b[3] > max(bits + 4, a[3] + 2):  # b only tells on which side of a the sum lies
        shift = max(2, bits + 4 - a[3])
        return rounded((signed(a) << shift) + (-1 if b[0] else 1), a[2] - shift, bits)
    low = min(a[2], b[2])
    return rounded((signed(a) << (a[2] - low)) + (signed(b) << (b[2] - low)), low, bits)


def less(a: Real, b: Real) -> bool:
    """Tell whether one is less than another.

    >>> less(from_int(-5), from_int(3)), less(from_int(3), from_int(3))
    (True, False)
    """
    difference = add(a, negative(b), 2)
    return bool(difference[1] and difference[0])


def whole(a: Real) -> int:
    """Round down to a whole number.

    >>> whole(from_ratio(-7, 2, 53))
    -4
    """
    return fixed(a, 0)


def fixed(a: Real, bits: int) -> int:
    """Give `a * 2^bits`, rounded down to a whole number."""
    shift = a[2] + bits
    return signed(a) << shift if shift >= 0 else signed(a) >> -shift


def to_float(a: Real) -> float:
    """Round to a double, or to an infinite one.

    >>> to_float(from_ratio(1, 3, 200)), to_float((1, 1, 2000, 1))
    (0.3333333333333333, -inf)
    """
    _, mantissa, exponent, _ = rounded(a[1], a[2], 53)
    try:
        value = math.ldexp(mantissa, exponent)
    except OverflowError:
        value = math.inf
    return -value if a[0] else value


@lru_cache(maxsize=64)
def ln2(bits: int) -> Real:
    """Give the natural logarithm of 2.

    >>> to_float(ln2(64)) == math.log(2)
    True
    """
    return rounded(_constant(_LN2, bits + GUARD), -bits - GUARD, bits)


@lru_cache(maxsize=64)
def ln10(bits: int) -> Real:
    """Give the natural logarithm of 10.

    >>> to_float(ln10(64)) == math.log(10)
    True
    """
    return rounded(_constant(_LN10, bits + GUARD), -bits - GUARD, bits)


@lru_cache(maxsize=64)
def _constant(terms: tuple[tuple[int, int], ...], bits: int) -> int:
    guarded = bits + GUARD
    return sum(times * _arcoth(n, guarded) for times, n in terms) >> GUARD


def _arcoth(n: int, bits: int) -> int:
    """Sum 1/n + 1/(3 n^3) + 1/(5 n^5) + ..."""
    power = total = (1 << bits) // n
    odd = 1
    while power:
        power //= n * n
        odd += 2
        total += power // odd
    return total


def exp(a: Real, bits: int) -> Real:
    """Take the exponential.

    >>> to_float(exp(from_int(1), 64)) == math.e
    True
    """
    working, size = bits + GUARD, max(a[2] + a[3], 0)
    turns, rest = divmod(fixed(a, working + size), _constant(_LN2, working + size))
    return rounded(_exp(rest >> size, working), turns - working, bits)


def _exp(x: int, bits: int) -> int:
    """Take the exponential of a small number in units of 2^-bits: of a part of it, squared often."""
    halvings = math.isqrt(bits)
    guarded = bits + 2 * halvings + GUARD
    x = x << (guarded - bits) >> halvings
    term = total = 1 << guarded
    number = 0
    while term not in {0, -1}:  # a negative one is rounded down
        number += 1
        term = (term * x >> guarded) // number
        total += term
    for _ in range(halvings):
        total = total * total >> guarded
    return total >> (guarded - bits)


def log(a: Real, bits: int) -> Real:
    """Take the natural logarithm of a positive number.

    >>> to_float(log(from_int(10), 64)) == math.log(10)
    True
    """
    if a == ONE:
        return ZERO
    turns = a[2] + a[3] - (2 * a[1] < 3 << (a[3] - 1))  # what is left lies from 3/4 to 3/2
    near = add(a, (1, 1, 0, 1), 8)  # the logarithm of what is near 1 is small
    working = bits + GUARD + max(0, -near[2] - near[3])
    found = _log(fixed((0, a[1], a[2] - turns, a[3]), working), working) + turns * _constant(_LN2, working)
    return rounded(found, -working, bits)


def _log(x: int, bits: int) -> int:
    """Take the logarithm of a number near 1 in units of 2^-bits, by Halley's method from the machine's."""
    one = 1 << bits
    found = int(math.log(x / one) * 2**53) << bits >> 53
    known = FIRST
    while known < bits:
        power = _exp(found, bits)
        found += ((x - power) << (bits + 1)) // (x + power)
        known *= 3
    return found
