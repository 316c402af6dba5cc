"""Linear relations of one symbol, solved by hand.

From polynomials with one symbol; to edges, half lines and residues. It does not
solve anything else. Relations and remainders of a line are made here too: sympy searches each
difference for its sign at length, only to leave open what is open for a symbol without a bound.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from layercalc.lazy import sympy
from layercalc.numbers import polynomial
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, symbolic, times, total
from layercalc.numbers.sums import whole_line

if TYPE_CHECKING:
    from layercalc.numbers.polynomial import Polynomial


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
    return symbol, slope, poly.get(polynomial.ONE, 0)


def difference(left: sympy.Expr, right: sympy.Expr) -> Polynomial:
    """Expand left - right; what is the same on both sides is not multiplied out.

    >>> x = sympy.Symbol("x")
    >>> difference((x + 1) ** 100, (x + 1) ** 100 - 2 * x)
    {frozenset({(x, 1)}): 2}

    Raises:
        TooLarge: over `TERMS` terms.
    """
    if left.is_Rational or right.is_Rational:
        sides = (polynomial.polynomial(left), 1), (polynomial.polynomial(right), -1)
        return polynomial.combined(sides)
    return polynomial.polynomial(left - right)


def line_of(left: Scalar, right: Scalar = 0) -> tuple[sympy.Symbol, Number, Number] | None:
    """Read left - right as slope * symbol + constant, None where it is not that.

    >>> n = sympy.Symbol("n")
    >>> line_of(2 * (n - 1) / 3), line_of(n, 18), line_of(n * n)
    ((n, Fraction(2, 3), Fraction(-2, 3)), (n, 1, -18), None)
    """
    try:
        return linear_in_one(difference(symbolic(left), symbolic(right)))
    except polynomial.TooLarge:
        return None


def related(sign: Any, left: Scalar, right: Scalar) -> Any:
    """Make a relation; of a line in one whole symbol, without asking sympy what it cannot tell.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> related(sympy.Ge, n, 18), related(sympy.Ge, n, 1), related(sympy.Eq, 3 * n, 32)
    (n >= 18, True, False)
    """
    left, right = symbolic(left), symbolic(right)
    line = whole_line(left, right)
    if line is None:
        return sign(left, right)
    symbol, slope, constant = line
    edge = -constant / slope
    low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else None
    if sign in (sympy.Eq, sympy.Ne):
        if edge.denominator > 1 or (low is not None and edge < low):
            return sympy.S.false if sign is sympy.Eq else sympy.S.true
    elif low is not None and edge <= low:
        return sign(left, right)
    return sign(left, right, evaluate=False)  # true at one number, and false at another


def said_whole(value: sympy.Expr) -> Any:
    """Make the statement that a value is whole; of a line that is not by itself, without asking sympy.

    >>> said_whole(sympy.Symbol("n", integer=True) / 3 - sympy.Rational(35, 3))
    Eq(Mod(n/3 + 1/3, 1), 0)
    """
    line = whole_line(value)
    if line is None or line[1].denominator == 1:
        return sympy.Eq(sympy.Mod(value, 1), 0)
    symbol, slope, constant = line
    part = symbolic(total([times(slope, symbol), constant % 1]))
    return sympy.Eq(sympy.Mod(part, 1, evaluate=False), 0, evaluate=False)


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
