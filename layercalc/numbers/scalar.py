"""Numbers and symbols, and the way between Python's numbers and sympy's.

From anything exact; to `int`, `Fraction` or a sympy expression that is no number.
Promises: at the borders of this room a rational number is never a sympy one, and
a fraction that is whole is an `int`. It does not take floats: they are not exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TypeAlias

from layercalc.lazy import at_load, sympy
from layercalc.numbers import log2, sums
from layercalc.numbers.factor import rational_powers
from layercalc.numbers.logs import Constant, Logs
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.signed_sums import bound_signs

Scalar: TypeAlias = "Constant | sympy.Expr"

at_load("sympy", bound_signs)


def is_number(value: object) -> bool:
    """Tell whether a value is one of Python's exact numbers.

    >>> is_number(3), is_number(sympy.Symbol("n"))
    (True, False)
    """
    return isinstance(value, int | Fraction)


def plain(value: Scalar) -> Scalar:
    """Give a rational as `int` or `Fraction`, anything else as it is.

    >>> plain(sympy.Rational(6, 4)), plain(sympy.Symbol("n"))
    (Fraction(3, 2), n)

    Raises:
        TypeError: for a float, which is not exact.
    """
    if isinstance(value, int | Fraction):
        return whole(value) if not isinstance(value, bool) else int(value)
    if isinstance(value, Logs):
        return value
    if not isinstance(value, sympy.Expr) or value.has(sympy.Float):
        raise TypeError(f"{value!r} is not exact: give an int, a Fraction or a sympy expression")
    if value.is_Rational:
        return whole(Fraction(int(value.p), int(value.q)))
    return logarithms(value) or value


def rational(value: Scalar) -> Number:
    """Give a rational number of sympy as one of Python's.

    >>> rational(sympy.Rational(6, 4))
    Fraction(3, 2)

    Raises:
        TypeError: for anything else.
    """
    number = plain(value)
    if not isinstance(number, int | Fraction):
        raise TypeError(f"{value} is not a rational number")
    return number


def logarithms(value: sympy.Expr) -> Scalar | None:
    """Read a sum of multiples of logarithms of numbers; None for anything else.

    >>> logarithms(2 * sympy.Symbol("n")), type(logarithms(3 * log2.log2(5)))
    (None, <class 'layercalc.numbers.logs.Logs'>)
    """
    found: Scalar = 0
    for term in value.args if value.is_Add else (value,):
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_Rational:
            return None
        if rest is sympy.S.One:
            found += rational(coefficient)
            continue
        if not (isinstance(rest, log2.log2) and rest.args[0].is_Rational and rest.args[0].is_positive):
            return None
        found += Logs.log2(rational(rest.args[0])) * rational(coefficient)
    return found


def symbolic(value: Scalar) -> sympy.Expr:
    """Give any scalar as a sympy expression.

    >>> symbolic(Fraction(1, 3)) + sympy.Symbol("n")
    n + 1/3
    """
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, Logs):
        return value.expression
    return sympy.Integer(value) if isinstance(value, int) else value


def total(values: Iterable[Scalar]) -> Scalar:
    """Add scalars: the numbers exactly, the rest in one n-ary sympy sum.

    >>> total([1, Fraction(1, 2), sympy.Symbol("n")])
    n + 3/2
    """
    constant: Constant = 0
    rest = []
    for value in values:
        if isinstance(value, Constant):
            constant += value
        else:
            rest.append(value)
    return plain(sums.added(symbolic(constant), *rest) if rest else constant)


def times(a: Scalar, b: Scalar) -> Scalar:
    """Multiply scalars: numbers exactly, the rest in sympy.

    >>> times(6, Fraction(1, 2)), times(Fraction(1, 2), sympy.Symbol("n"))
    (3, n/2)
    """
    if isinstance(a, Constant) and isinstance(b, int | Fraction):
        return plain(a * b)
    return times(b, a) if isinstance(a, int | Fraction) else plain(sums.multiplied(symbolic(a), symbolic(b)))


def prime_bases(product: sympy.Expr) -> Iterator[tuple[sympy.Expr, sympy.Expr]]:
    """Give the bases of a product of powers with their exponents, numbers by their primes.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> list(prime_bases(12 * w / 2**n)), list(prime_bases((2 * w + 2) ** n))
    ([(2, 2), (3, 1), (w, 1), (2, -n)], [(2, n), (w + 1, n)])
    """
    for part in sympy.Mul.make_args(product):
        base, exponent = part.as_base_exp()
        base = sympy.factor_terms(base, clear=True) if base.is_Add else base
        if base.is_Rational:
            powers = rational_powers(whole(Fraction(int(base.p), int(base.q))))
            yield from ((sympy.Integer(prime), symbolic(power) * exponent) for prime, power in powers.items())
        elif base.is_Mul or base.is_Pow:
            yield from ((inner, power * exponent) for inner, power in prime_bases(base))
        else:
            yield base, exponent
