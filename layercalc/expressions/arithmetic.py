"""Exact arithmetic: integers and fractions natively, everything else through sympy.

Promises: the size of a result is bounded before it is computed, a fraction that
is whole becomes an integer, and sympy is imported only where a value needs it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from layercalc import limits
from layercalc.errors import Span, fail
from layercalc.expressions.costs import bits, magnitude
from layercalc.expressions.scope import Value, describe, is_number, is_scalar
from layercalc.lazy import sympy
from layercalc.network import Scalar
from layercalc.numbers.logs import Constant, Logs
from layercalc.numbers.scalar import logarithms
from layercalc.numbers.sums import added, multiplied


def whole(value: Fraction | int) -> int | Fraction:
    """Give a fraction that is whole as an integer."""
    return value.numerator if value.denominator == 1 else value


def plain(expression: sympy.Expr) -> Scalar:
    """Give a number that is rational, or a sum of logarithms, without sympy, anything else as it is."""
    if expression.is_Rational:
        return whole(Fraction(int(expression.p), int(expression.q)))
    return logarithms(expression) or expression


def symbolic(value: Scalar) -> Any:
    """Give any scalar as a sympy expression."""
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, Logs):
        return value.expression
    return sympy.Integer(int(value)) if isinstance(value, int) else value


def scalar(value: Value, span: Span, what: str = "this") -> Scalar:
    """Refuse what cannot be calculated with."""
    if not is_scalar(value):
        raise fail(f"{what} is {describe(value)}, not a number", span)
    return int(value) if isinstance(value, bool) else value


def integer(value: Value, span: Span, what: str, show: Callable[[Value], str] = describe) -> int:
    """Refuse what is not a whole number that is known."""
    if isinstance(value, int):
        return int(value)
    if is_number(value):
        raise fail(f"{what} is {describe(value)}, not a whole number", span)
    raise fail(f"{what} must be a number here, and it is {show(value)}", span)


def add(a: Value, b: Value, span: Span) -> Value:
    """Add two scalars, or join two lists."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) + len(b) > limits.LIST_ENTRIES:
            raise fail(f"this list has over {limits.LIST_ENTRIES:,} entries, the limit", span)
        return a + b
    return _exact(lambda x, y: x + y, added, a, b, span)


def subtract(a: Value, b: Value, span: Span) -> Value:
    """Subtract two scalars."""
    return _exact(lambda x, y: x - y, lambda x, y: added(x, multiplied(sympy.S.NegativeOne, y)), a, b, span)


def multiply(a: Value, b: Value, span: Span) -> Value:
    """Multiply two scalars."""
    return _exact(lambda x, y: x * y, multiplied, a, b, span)


def divide(a: Value, b: Value, span: Span) -> Value:
    """Divide exactly: 7 / 2 is the fraction 7/2."""
    not_zero(b, span)
    return _exact(
        lambda x, y: Fraction(x) / y if is_number(x) and is_number(y) else x / y, _divided, a, b, span
    )


def power(a: Value, b: Value, span: Span) -> Value:
    """Raise to a power, refusing results over the limit before they are computed."""
    base, exponent = scalar(a, span), scalar(b, span)
    if base == 0 and is_number(exponent) and exponent < 0:
        raise fail("division by zero: 0 to a negative power", span)
    if isinstance(base, int | Fraction):
        size: Any = abs(exponent) if is_number(exponent) else magnitude(exponent)
        if base not in (-1, 0, 1):
            limits.check_number(_length(base, min(size, limits.NUMBER_BITS + 1)), span)
        if isinstance(exponent, int):
            return whole(Fraction(base) ** exponent)
        if base < 0:
            raise fail(f"the negative number {describe(base)} to the power {describe(exponent)}", span)
        check_root(base, span)
    elif isinstance(exponent, int):
        limits.check_number(abs(exponent), span)
    return plain(symbolic(base) ** symbolic(exponent))


def _length(base: int | Fraction, exponent: Any) -> int:
    """Estimate the bits of a power, those above and below the line together."""
    parts = abs(base.numerator), base.denominator
    return sum(int(math.log2(part) * float(exponent)) + 1 for part in parts if part > 1)


def check_root(value: int | Fraction, span: Span) -> None:
    """Refuse a root that would take long to be brought to its simplest form."""
    if bits(value) > limits.ROOT_BITS:
        raise fail(f"a root of a number of over {limits.ROOT_BITS:,} bits, the limit", span)


def _divided(x: sympy.Expr, y: sympy.Expr) -> sympy.Expr:
    return multiplied(x, 1 / y) if x.is_Add and y.is_Rational else x / y


def _exact(
    numbers: Callable[[Any, Any], Any], symbols: Callable[[Any, Any], Any], a: Value, b: Value, span: Span
) -> Value:
    """Calculate by one operation where both are numbers, by the other one where there are symbols."""
    x, y = scalar(a, span), scalar(b, span)
    if is_number(x) and is_number(y):
        limits.check_number(max(bits(x), bits(y)), span)
        return whole(numbers(x, y))
    if isinstance(x, Constant) and isinstance(y, Constant):
        found = numbers(x, y)
        return found if isinstance(found, Constant) else plain(found)
    return plain(symbols(symbolic(x), symbolic(y)))


def not_zero(value: Value, span: Span) -> None:
    """Refuse to divide by zero."""
    if is_number(value) and value == 0:
        raise fail("division by zero", span)
