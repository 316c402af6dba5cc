"""Numbers as trees: whole, as short decimals, as fractions, as powers.

From exact numbers and logarithms; to expressions. Promises: an exact one has the same
value. It writes no symbols.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from layercalc.numbers import real
from layercalc.numbers.factor import prime_powers
from layercalc.numbers.rational import Number, whole
from layercalc.printing.formula import group, negative, numeral, quotient, raised
from layercalc.syntax.tree import Expression

#: Longer integers are written as factored powers where exactness is asked for.
EXACT_DIGITS = 20
#: Longer integers are folded where it is not.
WHOLE_DIGITS = 12
#: Beyond 10^±15 a constant is written with a power of ten.
PLAIN_TENS = 15
#: A power of ten whose exponent has more bits is folded in turn: of such a number no digits are told.
EXPONENT_BITS = 256


def exact_number(value: Number) -> Expression:
    """Write a non-negative number exactly.

    >>> from layercalc.printing.text import text
    >>> [text(exact_number(value)) for value in (Fraction(73, 125), Fraction(1, 3), 2**70)]
    ['0.584', '1/3', '2^70']
    """
    if isinstance(value, int):
        return _integer(value)
    decimal = _short_decimal(value)
    if decimal and value.denominator > 10:
        return numeral(decimal)
    return quotient([_integer(value.numerator)], [_integer(value.denominator)], loose=False)


def folded_number(value: Number, digits: int) -> Expression:
    """Write a non-negative number to some significant digits, whole where it is whole and short.

    >>> from layercalc.printing.text import text
    >>> text(folded_number(4089184256, 5)), text(folded_number(Fraction(1, 3), 5))
    ('4089184256', '0.33333')
    """
    if value == 0 or (value.denominator == 1 and value < 10**WHOLE_DIGITS):
        return numeral(str(value))
    return _decimal(*_leading(Fraction(value), digits))


def folded_log2(log: real.Real, digits: int) -> Expression:
    """Write two to a logarithm to some significant digits; where it is vast, ten to a power to as many.

    >>> from layercalc.printing.text import text
    >>> text(folded_log2(real.log2_integer(10**40, 256), 5))
    '1 * 10^40'
    >>> text(folded_log2(real.times(real.log2_integer(10, 64), -(10**100), 64), 5))
    '10^(-1 * 10^100)'
    """
    if real.size(log) <= EXPONENT_BITS:
        shown, tens = real.decimal(log, digits)
        return _decimal(str(shown), tens)
    sign, log2_of_tens = real.log2_of_tens(log)
    exponent = folded_log2(log2_of_tens, digits)
    return raised(numeral("10"), group(negative(exponent) if sign else exponent))


def _decimal(figures: str, tens: int) -> Expression:
    """Write the first digits of a number and its power of ten."""
    if -5 <= tens < 0:
        return numeral(_trimmed("0." + "0" * (-tens - 1) + figures))
    if 0 <= tens < len(figures):
        return numeral(_trimmed(f"{figures[: tens + 1]}.{figures[tens + 1 :]}"))
    first = _trimmed(f"{figures[0]}.{figures[1:]}")
    if abs(tens) <= PLAIN_TENS:
        return numeral(f"{first}e{tens}")
    return quotient([numeral(first), raised(numeral("10"), numeral(str(tens)))])


def _integer(value: int) -> Expression:
    if value < 10**EXACT_DIGITS:
        return numeral(str(value))
    # of any length: `str` of an int stops at 4,300 digits, that of a Decimal does not
    powers = [raised(numeral(str(Decimal(base))), numeral(str(power))) for base, power in prime_powers(value)]
    return quotient(powers)


def _short_decimal(value: Fraction) -> str | None:
    """Write a fraction as a finite decimal; None where it has none or it is long."""
    for places in range(1, 9):
        scaled = value * 10**places
        if scaled.denominator == 1 and scaled < 10**WHOLE_DIGITS:
            figures = f"{scaled.numerator:0{places + 1}}"
            return f"{figures[:-places]}.{figures[-places:]}"
    return None


def _leading(value: Fraction, digits: int) -> tuple[str, int]:
    """Round to the first digits and the power of ten."""
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX)
    rounded = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return "".join(map(str, rounded.as_tuple().digits)).ljust(digits, "0"), rounded.adjusted()


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def is_short(value: Number) -> bool:
    """Tell whether a number is written out, not as factored powers.

    >>> is_short(Fraction(1, 10**30))
    False
    """
    number = whole(value)
    return bool(max(number.numerator, number.denominator) < 10**EXACT_DIGITS)
