"""Sums of sympy's, put together term by term.

From expressions; to the very sums that sympy makes of them, as tests/unit/test_sums.py holds.
sympy loads sixteen modules of tensors and permutation groups when it first adds two terms, which
takes a good part of the time in which a network is measured. Rational multiples of symbols,
products and functions are added here; any other sum is left to sympy.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cmp_to_key, lru_cache

from layercalc.lazy import sympy


@lru_cache(maxsize=1 << 10)
def added(*terms: sympy.Expr) -> sympy.Expr:
    """Add terms.

    >>> n, w = sympy.symbols("n w")
    >>> added(n, 3 * w, sympy.S(2), -3 * w)
    n + 2
    """
    if len(terms) == 1:
        return terms[0]
    numbers: dict[sympy.Expr, sympy.Rational] = {sympy.S.One: sympy.S.Zero}
    for term in terms:
        for part in sympy.Add.make_args(term):
            number, rest = part.as_coeff_Mul()
            if not (number.is_Rational and (rest is sympy.S.One or _is_plain(rest))):
                return sympy.Add(*terms)
            numbers[rest] = numbers.get(rest, sympy.S.Zero) + number
    constant = numbers.pop(sympy.S.One)
    found = [_multiple(number, rest) for rest, number in numbers.items() if number]
    found.sort(key=cmp_to_key(sympy.Basic.compare))
    return sympy.Add._from_args([constant, *found] if constant or not found else found, True)


def _multiple(number: sympy.Rational, rest: sympy.Expr) -> sympy.Expr:
    if number is sympy.S.One:
        return rest
    return rest._new_rawargs(number, *rest.args) if rest.is_Mul else number * rest


def _is_plain(rest: sympy.Expr) -> bool:
    """Tell what sympy adds up by its coefficient and looks at no further."""
    power_of_number = rest.is_Pow and rest.base.is_Number and rest.exp.is_Rational
    kinds = rest.is_Symbol or rest.is_Mul or rest.is_Pow or rest.is_Function
    return bool(kinds and rest.is_commutative and not power_of_number)


def multiplied(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    """Multiply two values; a number times a sum is multiplied out, as it is by sympy.

    >>> multiplied(sympy.Symbol("n") - 32, sympy.Rational(1, 3))
    n/3 - 32/3
    """
    number, rest = (b, a) if b.is_Rational else (a, b)
    if number is sympy.S.One:
        return rest
    if number.is_Rational and rest.is_Add:
        return added(*(number * part for part in rest.args))
    return a * b


def put_in(expression: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """Put values in place of symbols.

    >>> n, k = sympy.symbols("n k")
    >>> put_in(n / 3 - 2, {n: 3 * k + 1})
    k - 5/3
    """
    terms = []
    for part in sympy.Add.make_args(expression):
        number, rest = part.as_coeff_Mul()
        terms.append(multiplied(number, values[rest]) if rest in values else part.xreplace(values))
    return added(*terms)


def whole_line(
    left: sympy.Expr, right: sympy.Expr | None = None
) -> tuple[sympy.Symbol, Fraction, Fraction] | None:
    """Read left - right as slope * symbol + constant, where it is written so and the symbol is whole.

    >>> n, x = sympy.Symbol("n", integer=True), sympy.Symbol("x")
    >>> whole_line(n / 3, n + 2), whole_line(x), whole_line(n * n)
    ((n, Fraction(-2, 3), Fraction(-2, 1)), None, None)
    """
    symbol, slope, constant = None, Fraction(0), Fraction(0)
    for side, sign in ((left, 1), (sympy.S.Zero if right is None else right, -1)):
        for term in sympy.Add.make_args(side):
            number, rest = term.as_coeff_Mul()
            if not number.is_Rational:
                return None
            amount = sign * Fraction(int(number.p), int(number.q))
            if rest is sympy.S.One:
                constant += amount
            elif rest.is_Symbol and rest.is_integer and symbol in (None, rest):
                symbol, slope = rest, slope + amount
            else:
                return None
    return (symbol, slope, constant) if slope else None


def surely_whole(value: sympy.Expr) -> bool:
    """Tell whether a value is surely a whole number; of a line, by its coefficients.

    >>> n = sympy.Symbol("n", integer=True)
    >>> surely_whole(2 * n + 1), surely_whole(n / 3 + 1), surely_whole(n**2)
    (True, False, True)
    """
    if isinstance(value, sympy.Mod):
        return all(map(surely_whole, value.args))
    line = whole_line(value) if value.is_Add or value.is_Mul else None
    return bool(value.is_integer) if line is None else line[1].denominator == line[2].denominator == 1
