"""Numbers as text of the language: whole, as short decimals, as fractions, as powers.

From exact numbers and logarithms; to pieces of text that know how tightly they bind.
Promises: an exact text reads back as the same number. It writes no symbols.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from layercalc.numbers import real
from layercalc.numbers.factor import prime_powers
from layercalc.numbers.scalar import Number, whole

SUM, PRODUCT, POWER, ATOM = range(4)

#: Longer integers are written as factored powers where exactness is asked for.
EXACT_DIGITS = 20
#: Longer integers are folded where it is not.
WHOLE_DIGITS = 12
#: Beyond 10^±15 a constant is written with a power of ten.
PLAIN_TENS = 15
#: A power of ten whose exponent has more bits is folded in turn: of such a number no digits are told.
EXPONENT_BITS = 256


class Piece(NamedTuple):
    """A text, and the loosest operator in it.

    >>> Piece("a + b", SUM).within(PRODUCT)
    '(a + b)'
    """

    text: str
    level: int

    def within(self, level: int) -> str:
        """Write the piece where only `level` and tighter may stand."""
        return self.text if self.level >= level else f"({self.text})"


def exact_number(value: Number) -> Piece:
    """Write a non-negative number exactly.

    >>> exact_number(Fraction(73, 125)), exact_number(Fraction(1, 3)), exact_number(2**70)
    (Piece(text='0.584', level=3), Piece(text='1/3', level=1), Piece(text='2^70', level=2))
    """
    if isinstance(value, int):
        return _integer(value)
    decimal = _short_decimal(value)
    if decimal and value.denominator > 10:
        return Piece(decimal, ATOM)
    below = _integer(value.denominator).within(POWER)
    return Piece(f"{_integer(value.numerator).within(PRODUCT)}/{below}", PRODUCT)


def folded_number(value: Number, digits: int) -> Piece:
    """Write a non-negative number to some significant digits, whole where it is whole and short.

    >>> folded_number(4089184256, 5).text, folded_number(Fraction(1, 3), 5).text
    ('4089184256', '0.33333')
    """
    if value == 0 or (value.denominator == 1 and value < 10**WHOLE_DIGITS):
        return Piece(str(value), ATOM)
    return decimal_text(*_leading(Fraction(value), digits))


def folded_log2(log: real.Real, digits: int) -> Piece:
    """Write two to a logarithm to some significant digits; where it is vast, ten to a power to as many.

    >>> folded_log2(real.log2_integer(10**40, 256), 5).text
    '1 * 10^40'
    >>> folded_log2(real.times(real.log2_integer(10, 64), -(10**100), 64), 5).text
    '10^(-1 * 10^100)'
    """
    if real.size(log) <= EXPONENT_BITS:
        return decimal_text(*real.decimal(log, digits))
    sign, tens = real.log2_of_tens(log)
    return Piece(f"10^({sign}{folded_log2(tens, digits).text})", POWER)


def decimal_text(shown: int, tens: int) -> Piece:
    """Write the first digits of a number and its power of ten.

    >>> decimal_text(20813, -9).text, decimal_text(58400, -1).text, decimal_text(12345, 1505).text
    ('2.0813e-9', '0.584', '1.2345 * 10^1505')
    """
    figures = str(shown)
    if -5 <= tens < 0:
        return Piece(_trimmed("0." + "0" * (-tens - 1) + figures), ATOM)
    if 0 <= tens < len(figures):
        return Piece(_trimmed(f"{figures[: tens + 1]}.{figures[tens + 1 :]}"), ATOM)
    first = _trimmed(f"{figures[0]}.{figures[1:]}")
    if abs(tens) <= PLAIN_TENS:
        return Piece(f"{first}e{tens}", ATOM)
    return Piece(f"{first} * 10^{tens}", PRODUCT)


def _integer(value: int) -> Piece:
    if value < 10**EXACT_DIGITS:
        return Piece(str(value), ATOM)
    factors = prime_powers(value)
    powers = [_figures(base) + (f"^{power}" if power > 1 else "") for base, power in factors]
    return Piece(" * ".join(powers), _level(factors))


def _level(factors: tuple[tuple[int, int], ...]) -> int:
    if len(factors) > 1:
        return PRODUCT
    return POWER if factors[0][1] > 1 else ATOM


def _figures(value: int) -> str:
    """Write an integer of any length; Python itself stops at 4,300 digits."""
    if value.bit_length() < 4 * 3000:
        return str(value)
    high, low = divmod(value, 10**3000)
    return f"{_figures(high)}{low:03000}"


def _short_decimal(value: Fraction) -> str | None:
    """Write a fraction with only twos and fives below, None where that is long."""
    for places in range(1, 9):
        scaled = value * 10**places
        if scaled.denominator == 1 and scaled < 10**WHOLE_DIGITS:
            figures = f"{scaled.numerator:0{places + 1}}"
            return f"{figures[:-places]}.{figures[-places:]}"
    return None


def _leading(value: Fraction, digits: int) -> tuple[int, int]:
    """Round to the first digits and the power of ten."""
    tens = _tens(value)
    shown = round(value * Fraction(10) ** (digits - 1 - tens))
    return (shown // 10, tens + 1) if shown == 10**digits else (shown, tens)


def _tens(value: Fraction) -> int:
    twos = value.numerator.bit_length() - value.denominator.bit_length() - 1
    guess = math.floor(twos * 0.30103) - 1
    while Fraction(10) ** (guess + 1) <= value:
        guess += 1
    return guess


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def negative(piece: Piece) -> Piece:
    """Put a minus sign before a piece.

    >>> negative(Piece("a + b", SUM)).text
    '-(a + b)'
    """
    return Piece(f"-{piece.within(PRODUCT)}", SUM)


def joined_terms(terms: list[tuple[bool, Piece]]) -> Piece:
    """Join terms, each with whether it is taken off.

    >>> joined_terms([(False, Piece("n", ATOM)), (True, Piece("35", ATOM))]).text
    'n - 35'
    """
    (off, first), *rest = terms
    if off:
        first = negative(first)
    if not rest:
        return first
    text = first.text + "".join(f" {'-' if off else '+'} {piece.within(PRODUCT)}" for off, piece in rest)
    return Piece(text, SUM)


def quotient(above: list[Piece], below: list[Piece], sign: str = " * ") -> Piece:
    """Write a product of pieces over another; `sign` stands between the factors.

    >>> quotient([Piece("a", ATOM)], [Piece("b", ATOM), Piece("c", ATOM)], "*").text
    'a/(b*c)'
    """
    if not below and len(above) == 1:
        return above[0]
    top = sign.join(piece.within(PRODUCT) for piece in above) or "1"
    if not below:
        return Piece(top, PRODUCT)
    bottom = sign.join(piece.within(POWER) for piece in below)
    slash = " / " if " " in sign else "/"
    return Piece(f"{top}{slash}{bottom if len(below) == 1 else f'({bottom})'}", PRODUCT)


def raised_piece(base: Piece, exponent: Piece) -> Piece:
    """Write a power; an exponent that is 1 is left out.

    >>> raised_piece(Piece("w", ATOM), Piece("n - 1", SUM)).text
    'w^(n - 1)'
    """
    return base if exponent.text == "1" else Piece(f"{base.within(ATOM)}^{exponent.within(ATOM)}", POWER)


def is_short(value: Number) -> bool:
    """Tell whether a number is written out, not as factored powers.

    >>> is_short(Fraction(1, 10**30))
    False
    """
    number = whole(value)
    return bool(max(number.numerator, number.denominator) < 10**EXACT_DIGITS)
