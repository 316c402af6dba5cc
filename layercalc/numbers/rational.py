"""Rational numbers: Python's whole numbers and fractions, of any length.

From them; to themselves and their text. Promises: what is whole is an `int`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | Fraction


def whole(value: Number) -> Number:
    """Give a fraction that is whole as an `int`.

    >>> whole(Fraction(6, 3)), whole(Fraction(1, 3))
    (2, Fraction(1, 3))
    """
    return value.numerator if value.denominator == 1 else value


def bits(value: Number) -> int:
    """Count the bits of a number, numerator and denominator together.

    >>> bits(Fraction(1, 8))
    5
    """
    return value.numerator.bit_length() + value.denominator.bit_length()


def numerals(value: Number) -> str:
    """Write a number of any length: `str` of an int stops at 4,300 digits, that of a `Decimal` does not.

    >>> numerals(-12), numerals(Fraction(1, 8)), len(numerals(10**5000))
    ('-12', '1/8', 5001)
    """
    above = str(Decimal(value.numerator))
    return above if value.denominator == 1 else f"{above}/{Decimal(value.denominator)}"
