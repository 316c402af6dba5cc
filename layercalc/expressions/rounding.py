"""Rounding: to whole numbers, and remainders, of numbers and of symbols.

Promises: what is surely whole is not rounded, and what is rounded already is rounded
once: ceil((ceil(x) + k) / m) is ceil((x + k) / m) for whole k and m. What stays between
two whole numbers is one of them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from layercalc import limits
from layercalc.errors import Span, fail
from layercalc.expressions.arithmetic import add, divide, not_zero, plain, scalar, symbolic, whole
from layercalc.expressions.costs import terms
from layercalc.expressions.scope import Value, describe, is_number
from layercalc.lazy import sympy
from layercalc.network import Scalar

if TYPE_CHECKING:
    from layercalc.assumptions import Facts
    from layercalc.numbers.constants import Located


def floor(a: Value, span: Span, facts: Facts | None = None) -> Value:
    """Round down to a whole number; what the facts know to be whole is left as it is."""
    x = scalar(a, span)
    if isinstance(x, int | Fraction):
        return math.floor(x)
    if x.is_number:
        return located(x, span).floor
    sure, rest = _parted(sympy.expand_power_exp(_small(x, span)), facts)
    if rest.is_zero:
        return plain(sure)
    within = facts.floor(rest) if facts is not None else None
    if within is not None:
        return plain(sure + within)
    above, below = _fraction(rest)
    if above.atoms(sympy.ceiling) and above.is_integer:
        return add(plain(sure), ceil(plain((above - below + 1) / below), span, facts), span)
    return plain(sure + _nested(sympy.floor, above, below))


def ceil(a: Value, span: Span, facts: Facts | None = None) -> Value:
    """Round up to a whole number; what the facts know to be whole is left as it is."""
    x = scalar(a, span)
    if isinstance(x, int | Fraction):
        return math.ceil(x)
    if x.is_number:
        return -located(-x, span).floor
    sure, rest = _parted(sympy.expand_power_exp(_small(x, span)), facts)
    if rest.is_zero:
        return plain(sure)
    within = facts.floor(-rest) if facts is not None else None
    if within is not None:
        return plain(sure - within)
    above, below = _fraction(rest)
    if above.atoms(sympy.floor) and not above.atoms(sympy.ceiling) and above.is_integer:
        return add(plain(sure), floor(plain((above + below - 1) / below), span, facts), span)
    return plain(sure + _nested(sympy.ceiling, above, below))


def located(constant: Any, span: Span) -> Located:
    """Find a constant without symbols among the whole numbers.

    Raises `SpecError` where that cannot be told.
    """
    from layercalc.numbers.constants import BEHIND, Located, locate

    if constant.is_Float:
        below = int(constant // 1)
        return Located(below, constant == below)
    found = locate(_small(constant, span))
    if found is None:
        shown = describe(constant)
        raise fail(f"{shown} is too near a whole number: {BEHIND[-1]} digits tell no difference", span)
    return found


def floor_divide(a: Value, b: Value, span: Span, facts: Facts | None = None) -> Value:
    """Divide and round down."""
    return floor(divide(a, b, span), span, facts)


def modulo(a: Value, b: Value, span: Span, facts: Facts | None = None) -> Value:
    """Give the remainder of the division that rounds down."""
    not_zero(b, span)
    x, y = scalar(a, span), scalar(b, span)
    if is_number(x) and is_number(y):
        return whole(x % y)
    inner, modulus = _small(x, span), _small(y, span)
    if inner.is_number and modulus.is_number:
        return plain(sympy.expand(inner - modulus * located(inner / modulus, span).floor))
    if inner == modulus or _is_whole(inner / modulus, facts):
        return 0
    try:
        return plain(sympy.Mod(inner, modulus))
    except RecursionError:  # sympy adds moduli to n - 2, and takes them off again, without end
        message = f"no closed form is known for the remainder of {describe(x)} by {describe(y)}"
        raise fail(message, span, "a number in place of a symbol works") from None


def _parted(expression: Any, facts: Facts | None) -> tuple[Any, Any]:
    """Split into what is surely whole, which needs no rounding, and the rest."""
    if _is_whole(expression, facts):
        return expression, sympy.S.Zero
    terms = sympy.Add.make_args(expression if facts is None else sympy.expand(expression))
    sure = [term for term in terms if _is_whole(term, facts)]
    if facts is None or not any(term.free_symbols for term in sure):
        return sympy.S.Zero, expression
    return sympy.Add(*sure), sympy.Add(*(term for term in terms if term not in sure))


def _is_whole(expression: Any, facts: Facts | None) -> bool:
    return bool(expression.is_integer) or (facts is not None and facts.is_whole(expression))


def _fraction(expression: Any) -> tuple[Any, Any]:
    """Split into a numerator and the least common denominator of its coefficients."""
    opened = sympy.expand(expression)
    below = math.lcm(*(int(term.as_coeff_Mul()[0].q) for term in sympy.Add.make_args(opened)))
    return sympy.expand(opened * below), sympy.Integer(below)


def _nested(rounding: Any, above: Any, below: Any) -> Any:
    """Round only once: ceil((ceil(x) + k) / m) is ceil((x + k) / m) for whole k and m."""
    inner = [term for term in sympy.Add.make_args(above) if isinstance(term, rounding)]
    others = [term for term in sympy.Add.make_args(above) if not isinstance(term, rounding)]
    if len(inner) != 1 or not all(term.is_integer for term in others):
        return rounding(above / below)
    return rounding(sympy.expand(sympy.Add(inner[0].args[0], *others) / below))


def _small(value: Scalar, span: Span) -> Any:
    """Refuse to round what sympy would take long to look through."""
    from layercalc.numbers.opened import is_short

    expression = symbolic(value)
    if terms(expression, limits.ROUNDED_TERMS) > limits.ROUNDED_TERMS:
        raise fail(f"this rounds a value of over {limits.ROUNDED_TERMS} terms and factors, the limit", span)
    if not is_short(expression):
        raise fail(f"this rounds a value of over {limits.OPENED} terms multiplied out, the limit", span)
    return expression
