"""Polynomials with exact coefficients, and the bounds that follow from the coefficients.

From sympy expressions; to dictionaries of monomials, whose generators are symbols and
whatever else does not come apart. Promises: nothing over `TERMS` terms is expanded.
It does not know what is true of a generator: the caller gives its bounds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from layercalc.lazy import sympy
from layercalc.numbers import extremes
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.numbers.sums import added, surely_whole

#: Larger polynomials are left undecided.
TERMS = 2000
#: Powers above this are not expanded.
DEGREE = 64
#: Boxes with more two-sided sides than this are seen from their low corner only.
SIDES = 6
#: A polynomial is tried at so many points, at the most, to see whether it is whole.
GRID = 64

PowerProduct: TypeAlias = "frozenset[tuple[sympy.Expr, int]]"
Polynomial: TypeAlias = dict[PowerProduct, Number]

ONE: PowerProduct = frozenset()


class Bounds(NamedTuple):
    """The least and the greatest value of a generator, None where there is none."""

    low: Number | None = None
    high: Number | None = None


class TooLarge(Exception):  # noqa: N818  (not an error of anyone: the question stays open)
    """An expansion would have over `TERMS` terms."""


def polynomial(expression: Scalar) -> Polynomial:
    """Expand an expression.

    >>> x = sympy.Symbol("x")
    >>> polynomial((x + 1) ** 2) == {ONE: 1, frozenset({(x, 1)}): 2, frozenset({(x, 2)}): 1}
    True

    Raises:
        TooLarge: over `TERMS` terms.
    """
    value = plain(expression)
    if isinstance(value, int | Fraction):
        return {ONE: value} if value else {}
    if value.is_Add:
        return combined((polynomial(term), 1) for term in value.args)
    if value.is_Mul:
        return product(polynomial(part) for part in value.args)
    base, exponent = value.as_base_exp()
    if exponent.is_Integer and exponent > 1 and base.is_Add:
        if exponent > DEGREE:
            raise TooLarge
        return product([polynomial(base)] * int(exponent))
    if exponent.is_Integer:
        return {frozenset({(base, int(exponent))}): 1}
    if exponent.is_Rational or not base.is_positive:
        return {frozenset({(value, 1)}): 1}
    return _powers(base, exponent)


def _powers(base: sympy.Expr, exponent: sympy.Expr) -> Polynomial:
    """Split the power of a sum, so that 2^(n + 1) and 2 * 2^n are the same, as are 4^n and 2^n * 2^n."""
    if base.is_Integer and base > 1 and (root := sympy.perfect_power(base)):
        base, exponent = sympy.Integer(root[0]), root[1] * exponent
    powers: PowerProduct = ONE
    coefficient: Number = 1
    for term in sympy.Add.make_args(sympy.expand(exponent)):
        number, rest = term.as_coeff_Mul()
        if not number.is_Integer:
            return {frozenset({(base**exponent, 1)}): 1}
        if rest == 1 and base.is_Rational:
            coefficient = Fraction(int(base.p), int(base.q)) ** int(number)
        else:
            powers = times(powers, frozenset({(base**rest if rest != 1 else base, int(number))}))
    return {powers: whole(Fraction(coefficient))}


def expression(poly: Polynomial) -> sympy.Expr:
    """Write a polynomial as a sum.

    >>> x = sympy.Symbol("x")
    >>> expression(polynomial((x + 1) * (x - 1)))
    x**2 - 1
    """
    terms = (symbolic(c) * sympy.Mul(*(g**power for g, power in powers)) for powers, c in poly.items())
    return added(sympy.S.Zero, *terms)


def combined(parts: Iterable[tuple[Polynomial, Number]]) -> Polynomial:
    """Add multiples of polynomials.

    >>> combined([({ONE: 2}, 3), ({ONE: 6}, -1)])
    {}
    """
    result: Polynomial = {}
    for part, factor in parts:
        for powers, coefficient in part.items():
            result[powers] = result.get(powers, 0) + coefficient * factor
    return {powers: coefficient for powers, coefficient in result.items() if coefficient}


def product(parts: Iterable[Polynomial]) -> Polynomial:
    """Multiply polynomials.

    >>> x = sympy.Symbol("x")
    >>> product([polynomial(x + 1), polynomial(x - 1)]) == polynomial(x**2 - 1)
    True

    Raises:
        TooLarge: over `TERMS` terms.
    """
    result: Polynomial = {ONE: 1}
    for part in parts:
        if len(result) * len(part) > TERMS:
            raise TooLarge
        made: Polynomial = {}
        for (a, x), (b, y) in itertools.product(result.items(), part.items()):
            powers = times(a, b)
            made[powers] = made.get(powers, 0) + x * y
        result = made
    return {powers: coefficient for powers, coefficient in result.items() if coefficient}


def times(a: PowerProduct, b: PowerProduct) -> PowerProduct:
    """Multiply two monomials.

    >>> x = sympy.Symbol("x")
    >>> times(frozenset({(x, 1)}), frozenset({(x, -1)})) == ONE
    True
    """
    if not a or not b:
        return a or b
    exponents = dict(a)
    for generator, power in b:
        exponents[generator] = exponents.get(generator, 0) + power
    return frozenset((generator, power) for generator, power in exponents.items() if power)


def generators(poly: Polynomial) -> list[sympy.Expr]:
    """List the generators, in an order that does not depend on hashing."""
    return sorted({generator for powers in poly for generator, _ in powers}, key=sympy.default_sort_key)


def primitive(poly: Polynomial, positive: Callable[[sympy.Expr], bool]) -> Polynomial:
    """Divide by the powers of positive generators that all terms share; the sign stays.

    >>> x, w = sympy.symbols("x w", positive=True)
    >>> primitive(polynomial(x * w - 3 * w), lambda g: True) == polynomial(x - 3)
    True
    """
    shared = {}
    for generator in generators(poly):
        least = min(dict(powers).get(generator, 0) for powers in poly)
        if least and positive(generator) and not (least < 0 and _is_power(generator)):
            shared[generator] = -least
    inverse = frozenset(shared.items())
    return {times(powers, inverse): coefficient for powers, coefficient in poly.items()}


def least(poly: Polynomial, bounds: Callable[[sympy.Expr], Bounds]) -> Number | None:
    """Bound a polynomial from below, None where its coefficients show no bound.

    Each generator is written as its least value plus, or its greatest minus, some
    t >= 0; without a negative coefficient the constant is a bound. So is the sum
    of the least values of the terms. With one generator it is the least value itself.

    >>> x = sympy.Symbol("x")
    >>> least(polynomial(x**2 - 2 * x), lambda generator: Bounds(3))
    3
    """
    poly = _regrouped(poly)
    found: list[Number] = []
    for corner in _corners(poly, bounds):
        moved = shifted(poly, corner)
        if moved is not None and all(c > 0 for powers, c in moved.items() if powers):
            found.append(moved.get(ONE, 0))
    found += [
        bound for bound in (_least_of_terms(poly, bounds), _least_of_one(poly, bounds)) if bound is not None
    ]
    return max(found, default=None)


def _least_of_one(poly: Polynomial, bounds: Callable[[sympy.Expr], Bounds]) -> Number | None:
    """Give the least value of a polynomial in one generator that turns."""
    signs = {c > 0 for powers, c in poly.items() if powers}
    if len(signs) < 2 or len({generator for powers in poly for generator, _ in powers}) != 1:
        return None
    by_power = {sum(power for _, power in powers): c for powers, c in poly.items()}
    degree = max(by_power)
    if min(by_power) < 0 or degree > extremes.DEGREE:
        return None
    (generator,) = generators(poly)
    coefficients = tuple(by_power.get(power, 0) for power in range(degree + 1))
    return extremes.least_value(coefficients, *bounds(generator), bool(generator.is_integer))


def _regrouped(poly: Polynomial) -> Polynomial:
    """Write 2^n / 2^i as the one generator 2^(n - i), whose bound may be known."""
    if not any(power < 0 for powers in poly for _, power in powers):
        return poly
    result: Polynomial = {}
    for powers, coefficient in poly.items():
        exponents: dict[sympy.Expr, list[sympy.Expr]] = {}
        rest: PowerProduct = ONE
        for generator, power in powers:
            if _is_power(generator):
                exponents.setdefault(generator.base, []).append(power * generator.exp)
            else:
                rest = times(rest, frozenset({(generator, power)}))
        for base, parts in exponents.items():
            rest = times(rest, frozenset({(base ** sympy.Add(*parts), 1)}))
        result[rest] = result.get(rest, 0) + coefficient
    return result


def _is_power(generator: sympy.Expr) -> bool:
    """Tell whether a generator is a symbolic power of a whole number."""
    return bool(generator.is_Pow and generator.base.is_Integer and generator.base > 1)


def _least_of_terms(poly: Polynomial, bounds: Callable[[sympy.Expr], Bounds]) -> Number | None:
    """Add the least values of the terms, for generators that are not negative."""
    total: Number = 0
    for powers, coefficient in poly.items():
        value = coefficient
        for generator, power in powers:
            low, high = bounds(generator)
            edge = low if coefficient > 0 else high
            if low is None or low < 0 or edge is None or power < 0:
                return None
            value *= edge**power
        total += value
    return total


def _corners(
    poly: Polynomial, bounds: Callable[[sympy.Expr], Bounds]
) -> Iterable[Mapping[sympy.Expr, tuple[Number, int]]]:
    sides: dict[sympy.Expr, list[tuple[Number, int]]] = {}
    for generator in generators(poly):
        low, high = bounds(generator)
        sides[generator] = [(value, sign) for value, sign in ((low, 1), (high, -1)) if value is not None]
    if sum(len(choices) > 1 for choices in sides.values()) > SIDES:
        sides = {generator: choices[:1] for generator, choices in sides.items()}
    for corner in itertools.product(*sides.values()):
        yield dict(zip(sides, corner, strict=True))


def shifted(poly: Polynomial, corner: Mapping[sympy.Expr, tuple[Number, int]]) -> Polynomial | None:
    """Write every generator as value + sign * t, None where its powers do not allow that.

    >>> x = sympy.Symbol("x")
    >>> shifted(polynomial(x**2), {x: (3, 1)}) == polynomial(x**2 + 6 * x + 9)
    True
    """
    parts: list[tuple[Polynomial, Number]] = []
    for powers, coefficient in poly.items():
        if any(power < 0 or power > DEGREE for _, power in powers):
            return None
        try:
            parts.append((product(_binomial(g, power, *corner[g]) for g, power in powers), coefficient))
        except TooLarge:
            return None
    return combined(parts)


def _binomial(generator: Any, power: int, value: Number, sign: int) -> Polynomial:
    result: Polynomial = {}
    for k in range(power + 1):
        coefficient = math.comb(power, k) * value ** (power - k) * sign**k
        if coefficient:
            result[frozenset({(generator, k)}) if k else ONE] = coefficient
    return result


def indivisible(poly: Polynomial) -> bool:
    """Tell whether an integer polynomial misses zero by its residue alone.

    >>> indivisible(polynomial(2 * sympy.Symbol("n", integer=True) + 1))
    True
    """
    rest = [c for powers, c in poly.items() if powers]
    if not is_whole(poly):
        return False
    scale = math.lcm(*(Fraction(c).denominator for c in poly.values()))
    return bool(rest) and (poly.get(ONE, 0) * scale) % math.gcd(*(int(c * scale) for c in rest)) != 0


def gives_integers(poly: Polynomial) -> bool:
    """Tell whether a polynomial is whole at all whole numbers: it is on a grid of its degrees.

    >>> n = sympy.Symbol("n", integer=True)
    >>> gives_integers(polynomial(n * (n + 1) / 2)), gives_integers(polynomial(n / 2))
    (True, False)
    """
    if not is_whole(poly):
        return False
    degrees = dict.fromkeys(generators(poly), 0)
    for generator, power in (pair for powers in poly for pair in powers):
        degrees[generator] = max(degrees[generator], power)
    if math.prod(degree + 1 for degree in degrees.values()) > GRID:
        return False
    places = itertools.product(*(range(degree + 1) for degree in degrees.values()))
    grid = (dict(zip(degrees, place, strict=True)) for place in places)
    return all(Fraction(_at(poly, place)).denominator == 1 for place in grid)


def _at(poly: Polynomial, place: Mapping[sympy.Expr, int]) -> Number:
    terms = (c * math.prod(place[g] ** p for g, p in powers) for powers, c in poly.items())
    return sum(terms, start=Fraction(0))


def quotient(above: PowerProduct, below: PowerProduct) -> PowerProduct | None:
    """Divide a monomial by another, None where that leaves a negative power.

    >>> x = sympy.Symbol("x")
    >>> quotient(frozenset({(x, 3)}), frozenset({(x, 1)}))
    frozenset({(x, 2)})
    """
    left = times(above, frozenset((generator, -power) for generator, power in below))
    return None if any(power < 0 for _, power in left) else left


def denominator(poly: Polynomial) -> Polynomial:
    """Give the least that makes coefficients and powers whole when multiplied by it.

    >>> x = sympy.Symbol("x")
    >>> denominator(polynomial(x / 2 + 1 / x)) == polynomial(2 * x)
    True
    """
    below: dict[sympy.Expr, int] = {}
    for generator, power in (pair for powers in poly for pair in powers):
        below[generator] = max(below.get(generator, 0), -power)
    scale = math.lcm(*(Fraction(c).denominator for c in poly.values()))
    return {frozenset((generator, power) for generator, power in below.items() if power): scale}


def tightened(poly: Polynomial, strict: bool) -> tuple[Polynomial, bool]:
    """Move an edge to the next whole number where a polynomial has whole values but for it.

    >>> n = sympy.Symbol("n", integer=True)
    >>> tightened(polynomial(4 * n - 7), True) == (polynomial(n - 2), False)
    True
    """
    rest = {powers: c for powers, c in poly.items() if powers}
    if not rest or not is_whole(rest):
        return poly, strict
    scale = Fraction(math.lcm(*(Fraction(c).denominator for c in rest.values())))
    scale /= math.gcd(*(int(c * scale) for c in rest.values()))
    edge = -poly.get(ONE, 0) * scale
    first = math.floor(edge) + 1 if strict else math.ceil(edge)
    return combined([(rest, scale), ({ONE: 1}, -first)]), False


def is_whole(poly: Polynomial) -> bool:
    """Tell whether a polynomial is one of whole numbers, whatever its coefficients.

    >>> is_whole(polynomial(sympy.Symbol("n", integer=True) / 2)), is_whole(polynomial(sympy.Symbol("x")))
    (True, False)
    """
    return all(power > 0 and surely_whole(generator) for powers in poly for generator, power in powers)


def ratios(poly: Polynomial, known: Polynomial) -> Sequence[Number]:
    """List the positive factors by which a known polynomial can cancel a term.

    >>> n = sympy.Symbol("n")
    >>> ratios(polynomial(4 * n - 1), polynomial(2 * n))
    [Fraction(2, 1)]
    """
    found = {Fraction(poly[powers]) / c for powers, c in known.items() if powers and powers in poly}
    return sorted(factor for factor in found if factor > 0)


def proportional(poly: Polynomial, other: Polynomial) -> bool:
    """Tell whether two polynomials differ by a factor only.

    >>> n = sympy.Symbol("n")
    >>> proportional(polynomial(4 * n - 2), polynomial(2 * n - 1))
    True
    """
    ratios = {Fraction(poly[powers]) / c for powers, c in other.items() if powers in poly}
    return len(ratios) == 1 and poly.keys() == other.keys()
