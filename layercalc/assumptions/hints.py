"""A condition that would decide an open relation, written as an author would.

From a relation and what is known; to a relation whose terms are positive on both sides,
without fractions and common powers, and solved where it is about one symbol. It decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers.linear import half_line, linear_in_one, next_integer
from layercalc.numbers.polynomial import (
    Polynomial,
    denominator,
    generators,
    polynomial,
    primitive,
    product,
)
from layercalc.numbers.rational import whole
from layercalc.numbers.scalar import symbolic


def solved(relation: Any, positive: Callable[[sympy.Expr], bool], first: bool = False) -> Any:
    """Write an order, or an inequality, for a reader: `positive` tells of generators.

    `first` names the first whole number of an order rather than the edge before it.

    >>> n, r = sympy.symbols("n r", integer=True, positive=True)
    >>> solved(r**2 / 4**n > 1, lambda generator: True), solved(2 * r**2 > 18, lambda generator: True)
    (r > 2**n, r > 3)
    """
    kind = type(relation)
    poly = polynomial(relation.lhs - relation.rhs)
    scale = denominator(poly)
    if not all(map(positive, generators(scale))):
        return relation
    poly = _rooted(_even(primitive(product([poly, scale]), positive)), positive)
    linear = linear_in_one(poly)
    if linear is None:
        return _two_sided(kind, poly)
    symbol, slope, constant = linear
    edge = Fraction(-constant) / slope
    if kind is sympy.Ne:
        return sympy.Ne(symbol, symbolic(whole(edge)))
    strict, upward = kind in (sympy.Gt, sympy.Lt), (slope > 0) == (kind in (sympy.Gt, sympy.Ge))
    if first and symbol.is_integer:
        edge, strict = Fraction(next_integer(edge, upward, strict)), False
    return half_line(symbol, edge, upward, strict)


def _even(poly: Polynomial) -> Polynomial:
    """Divide by what all coefficients share."""
    shared = math.gcd(*(int(c) for c in poly.values())) if poly else 1
    return {powers: c // shared for powers, c in poly.items()}


def _rooted(poly: Polynomial, positive: Callable[[sympy.Expr], bool]) -> Polynomial:
    """Take the root of both sides of a^k > b^k."""
    degree = math.gcd(*(power for powers in poly for _, power in powers))
    if degree < 2 or len(poly) != 2 or not all(map(positive, generators(poly))):
        return poly
    rooted: Polynomial = {}
    for powers, coefficient in poly.items():
        root, exact = sympy.integer_nthroot(abs(int(coefficient)), degree)
        if not exact:
            return poly
        part = frozenset((generator, power // degree) for generator, power in powers)
        rooted[part] = root if coefficient > 0 else -root
    return rooted


def _mirrored(kind: Any) -> Any:
    kinds = {
        sympy.Gt: sympy.Lt, sympy.Ge: sympy.Le, sympy.Lt: sympy.Gt, sympy.Le: sympy.Ge, sympy.Ne: sympy.Ne,
    }  # fmt: skip
    return kinds[kind]


def _two_sided(kind: Any, poly: Polynomial) -> Any:
    """Put the negative terms on the other side; what is less than more is told as more than less."""
    sides = [
        sympy.Add(*(symbolic(sign * c) * sympy.Mul(*(g**p for g, p in powers)) for powers, c in part))
        for sign, part in (
            (1, [item for item in poly.items() if item[1] > 0]),
            (-1, [item for item in poly.items() if item[1] < 0]),
        )
    ]
    return kind(*sides) if sides[0].free_symbols else _mirrored(kind)(*reversed(sides))
