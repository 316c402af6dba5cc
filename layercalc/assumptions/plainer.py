"""Conditions in their plainest form: r^2 > 1 as r > 1, 1 - n <= m as m + n >= 1.

From a condition on numbers that may be symbols; to one that holds at the same numbers.
Promises: no term stands with a minus sign on both its sides, and common roots are taken
only of what is positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers import special
from layercalc.numbers.linear import related
from layercalc.numbers.scalar import symbolic

#: Powers of larger numbers are left as they are.
LARGEST = 10**30


def plainer(condition: Any) -> Any:
    """Write a condition with terms above zero on both sides, and without a power where a root is plain.

    >>> n, m, r = sympy.symbols("n m r", integer=True, positive=True)
    >>> plainer(1 - n <= m), plainer(r**2 > 8), plainer(sympy.Gt(r**2 * 2 ** (-2 * n), 1))
    (m + n >= 1, r >= 3, r > 2**n)
    """
    if isinstance(condition, sympy.And | sympy.Or):
        return condition.func(*map(plainer, condition.args))
    if not isinstance(condition, sympy.Rel):
        return condition
    if isinstance(condition.lhs, sympy.Mod):
        return _divided(condition)
    if (
        isinstance(condition.lhs, special.log2)
        and condition.rhs.is_Integer
        and abs(condition.rhs) < LARGEST.bit_length()
    ):
        return plainer(condition.func(condition.lhs.args[0], 2**condition.rhs))
    if condition.lhs.is_Symbol and condition.rhs.is_Integer and condition.rhs > 0:
        return related(condition.func, *condition.args)
    left, right = _sides(condition.lhs - condition.rhs)
    sign = condition.func
    if not left.free_symbols:
        left, right, sign = right, left, condition.reversed.func
    products = not (0 in (left, right) or left.is_Add or right.is_Add)
    return _rooted(sign, left, right) if products else sign(left, right)


def _divided(condition: Any) -> Any:
    """Write that a number over a symbol is whole as 512 mod n = 0; leave out what is whole anyway."""
    inner, modulus = condition.lhs.args
    above, below = sympy.fraction(inner)
    if not (isinstance(condition, sympy.Eq) and condition.rhs == 0 and modulus == 1):
        return condition
    if above.is_Integer and below.is_Symbol and below.is_integer:
        return sympy.Eq(sympy.Mod(above, below), 0, evaluate=False)
    parts = shares(condition)
    left = sympy.Add(*(number % 1 * rest for rest, number in parts.items()))
    return sympy.Eq(sympy.Mod(left, 1), 0) if parts else condition


def shares(condition: Any) -> dict[Any, Any]:
    """Give the terms of what a condition says to be whole, each with its coefficient.

    >>> n, k = sympy.symbols("n k", integer=True, positive=True)
    >>> shares(sympy.Eq(sympy.Mod(3 * k * n / 4 + n / 2, 1), 0))
    {n: 1/2, k*n: 3/4}

    Nothing where a term is not a fraction of a whole number.
    """
    if not (isinstance(condition, sympy.Eq) and isinstance(condition.lhs, sympy.Mod) and condition.rhs == 0):
        return {}
    inner, modulus = condition.lhs.args
    terms = [term.as_coeff_Mul() for term in sympy.Add.make_args(sympy.expand(inner))]
    plain = modulus == 1 and all(number.is_Rational and rest.is_integer for number, rest in terms)
    return {rest: number for number, rest in terms} if plain else {}


def divisor(condition: Any) -> tuple[Any, Any] | None:
    """Give the number and the symbol of a condition that the symbol divides it.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> divisor(plainer(sympy.Eq(sympy.Mod(512 / n, 1), 0))), divisor(n > 3)
    ((512, n), None)
    """
    if isinstance(condition, sympy.Eq) and isinstance(condition.lhs, sympy.Mod) and condition.rhs == 0:
        number, symbol = condition.lhs.args
        return (number, symbol) if number.is_Integer and symbol.is_Symbol else None
    return None


def _sides(difference: Any) -> tuple[Any, Any]:
    """Split a difference into its positive and its negative terms, with integer coefficients."""
    factors = sympy.Mul.make_args(sympy.factor_terms(difference))
    open_ = sympy.Mul(*(factor for factor in factors if not factor.is_positive))
    terms = [term.as_coeff_Mul() for term in sympy.Add.make_args(open_)]
    if not all(number.is_Rational for number, _ in terms):
        return difference, sympy.S.Zero
    below = math.lcm(*(int(number.q) for number, _ in terms))
    return (
        sympy.Add(*(number * below * rest for number, rest in terms if number > 0)),
        sympy.Add(*(-number * below * rest for number, rest in terms if number < 0)),
    )


def _rooted(sign: Any, left: Any, right: Any) -> Any:
    """Take the root of two products, what has an exponent below zero on the other side."""
    number, rest = (left / right).as_coeff_Mul()
    powers = [_power(factor) for factor in sympy.Mul.make_args(rest) if factor != 1]
    if not powers or not all(base.is_positive for base, _ in powers) or number <= 0:
        return sign(left, right)
    edge = Fraction(int(number.q), int(number.p))
    if len(powers) == 1 and (solved := _solved(sign, *powers[0], edge)) is not None:
        return solved
    root = math.gcd(*(_content(exponent) for _, exponent in powers))
    taken = _root(edge, root)
    root, edge = (1, edge) if taken is None else (root, taken)
    above, below = sympy.Integer(edge.denominator), sympy.Integer(edge.numerator)
    for base, exponent in powers:
        if exponent.could_extract_minus_sign():
            below *= base ** sympy.expand(-exponent / root)
        else:
            above *= base ** sympy.expand(exponent / root)
    return sign(sympy.powsimp(above), sympy.powsimp(below))


def _power(factor: Any) -> tuple[Any, Any]:
    """Give base and exponent as they are written; sympy's own way tells 2^(-n) as (1/2)^n."""
    base, exponent = factor.args if factor.is_Pow else (factor, sympy.S.One)
    root = sympy.perfect_power(base) if base.is_Integer else None
    return (sympy.Integer(root[0]), root[1] * exponent) if isinstance(root, tuple) else (base, exponent)


def _content(exponent: Any) -> int:
    """Give the whole number that divides an exponent; 1 where there is none."""
    numbers = [term.as_coeff_Mul()[0] for term in sympy.Add.make_args(exponent)]
    return math.gcd(*map(int, numbers)) if all(number.is_Integer for number in numbers) else 1


def _root(number: Fraction, degree: int) -> Fraction | None:
    parts = [sympy.integer_nthroot(part, degree) for part in (number.numerator, number.denominator)]
    return Fraction(*(int(root) for root, _ in parts)) if all(exact for _, exact in parts) else None


def _solved(sign: Any, base: Any, exponent: Any, edge: Fraction) -> Any | None:
    """Solve a power of a whole symbol, or of a number to a symbol, against a number."""
    if sign in (sympy.Eq, sympy.Ne) or not 1 / LARGEST < edge < LARGEST:
        return None
    count = int(exponent) if exponent.is_Integer else 0
    if base.is_Symbol and base.is_integer and count > 1:
        inner, low = base, 0
    elif base.is_Integer and base > 1 and exponent.is_integer and exponent.free_symbols:
        inner, low = exponent, -LARGEST.bit_length()
    else:
        return None
    upward = sign in (sympy.Gt, sympy.Ge)

    def still(x: int) -> bool:
        value = Fraction(int(base)) ** x if base.is_Integer else x**count
        return bool(sign(symbolic(value), symbolic(edge))) != upward

    last = _last(still, low)
    return plainer(sympy.Ge(inner, last + 1) if upward else sympy.Le(inner, last))


def _last(holds: Callable[[int], bool], low: int) -> int:
    """Find the last whole number from a low one on up to which something holds."""
    step = 1
    while holds(low + step):
        step *= 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
