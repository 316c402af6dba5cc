"""Linear relations of one symbol, solved by hand.

From polynomials with one symbol; to edges, half lines and residues. It does not
solve anything else.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

from layercalc.lazy import sympy
from layercalc.numbers.polynomial import ONE, Polynomial, TooLarge, polynomial
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import symbolic


class Residue(NamedTuple):
    """A residue class: the numbers `modulus` * k + `rest`.

    >>> Residue(6, 2).rest
    2
    """

    modulus: int
    rest: int


def linear_in_one(poly: Polynomial) -> tuple[sympy.Symbol, Number, Number] | None:
    """Read a polynomial as slope * symbol + constant, None where it is not that.

    >>> n = sympy.Symbol("n")
    >>> from layercalc.numbers.polynomial import polynomial
    >>> linear_in_one(polynomial(2 * n - 7))
    (n, 2, -7)
    """
    rest = {powers: coefficient for powers, coefficient in poly.items() if powers}
    if len(rest) != 1:
        return None
    ((powers, slope),) = rest.items()
    ((symbol, power), *others) = powers
    if others or power != 1 or not symbol.is_Symbol:
        return None
    return symbol, slope, poly.get(ONE, 0)


def line_of(expression: Any) -> tuple[sympy.Symbol, Number, Number] | None:
    """Read an expression as slope * symbol + constant, None where it is not that.

    >>> n = sympy.Symbol("n")
    >>> line_of(2 * (n - 1) / 3), line_of(n * n)
    ((n, Fraction(2, 3), Fraction(-2, 3)), None)
    """
    try:
        return linear_in_one(polynomial(expression))
    except TooLarge:
        return None


def next_integer(edge: Number, upward: bool, strict: bool) -> int:
    """Give the first integer above an edge, or below it; `strict`: not the edge itself.

    >>> next_integer(Fraction(7, 2), True, False), next_integer(4, True, True)
    (4, 5)
    """
    if upward:
        return math.floor(edge) + 1 if strict else math.ceil(edge)
    return math.ceil(edge) - 1 if strict else math.floor(edge)


def half_line(symbol: sympy.Symbol, edge: Fraction, upward: bool, strict: bool) -> Any:
    """Write the relation of a symbol to an edge, in whole numbers for an integer.

    >>> half_line(sympy.Symbol("n", integer=True), Fraction(17, 2), True, False)
    n >= 9
    """
    if symbol.is_integer and edge.denominator != 1:
        edge, strict = Fraction(next_integer(edge, upward, strict)), False
    value = symbolic(whole(edge))
    if upward:
        return sympy.Gt(symbol, value) if strict else sympy.Ge(symbol, value)
    return sympy.Lt(symbol, value) if strict else sympy.Le(symbol, value)


def joined(a: Residue, b: Residue) -> Residue:
    """Join two residues of one number, by the Chinese remainder theorem.

    >>> joined(Residue(4, 1), Residue(6, 3))
    Residue(modulus=12, rest=9)

    Raises:
        ValueError: if no number has both.
    """
    shared = math.gcd(a.modulus, b.modulus)
    if (b.rest - a.rest) % shared:
        raise ValueError("nothing satisfies these conditions")
    step = b.modulus // shared
    turns = (b.rest - a.rest) // shared * pow(a.modulus // shared, -1, step) % step
    modulus = a.modulus * step
    return Residue(modulus, (a.rest + a.modulus * turns) % modulus)
