"""Undecided maxima in one symbol, told apart by its size.

From a closed form with maxima whose terms depend on one and the same symbol; to the
ranges of that symbol and the form in each, without these maxima. Promises: the edges
are all the places where terms cross, found exactly or as roots of polynomials, so
that one term is the greatest throughout a range. Where a maximum has terms of other
kinds, or the ranges are many, there are no cases. Differences are taken to be
positive, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations

import mpmath
import sympy

from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product
from layercalc.forms.ranges import Range, condition
from layercalc.numbers.opened import is_within
from layercalc.numbers.scalar import Number, symbolic, whole

#: More ranges than this are no help to a reader.
MOST = 6
#: Terms of a higher degree are not compared.
DEGREE = 40
#: Nor are ratios of more terms, multiplied out.
OPENED = 500
#: Digits to which an edge is known.
DIGITS = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A range of a symbol, and the closed form there; `start` is where the symbol can be at all."""

    symbol: sympy.Symbol
    within: Range
    start: Range
    value: Product

    @property
    def when(self) -> str:
        """The condition of the case, in the language."""
        return condition(self.symbol, self.within, self.start)


class _OpenError(Exception):
    """Two terms of a maximum cannot be compared."""


def cases(value: Product, low: Number | None = None, high: Number | None = None) -> list[Case]:
    """Tell the ranges of the one symbol in the maxima of a value; none where that cannot be.

    `low` and `high` bound the symbol.

    >>> from layercalc.forms.join import maximum
    >>> w = sympy.Symbol("w", positive=True)
    >>> open_ = maximum([Product.of(w**2), Product.of(36)])
    >>> [(case.when, case.value.to_sympy()) for case in cases(open_)]
    [('w < 6', 36), ('w >= 6', w**2)]
    """
    symbols = open_symbols(value)
    if len(symbols) != 1:
        return []
    (symbol,) = symbols
    beyond = high + 1 if high is not None and symbol.is_integer else high
    start = _valid(value, symbol, Range(0 if low is None else low, beyond))
    parts: list[tuple[Range, Product]] = []
    try:
        for part, form in _resolved(value, symbol, start):
            joined = bool(parts) and parts[-1][1] == form
            parts.append((Range(parts.pop()[0].low, part.high) if joined else part, form))
            if len(parts) > MOST:
                return []
    except _OpenError:
        return []
    if parts:  # a last part without whole numbers was left out
        parts[-1] = Range(parts[-1][0].low, start.high), parts[-1][1]
    return [Case(symbol, part, start, form) for part, form in parts]


def open_symbols(value: Product) -> set[sympy.Symbol]:
    """Give the symbols in the maxima of a value.

    >>> open_symbols(Product.of(sympy.Symbol("w")))
    set()
    """
    return {symbol for node in _maxima(value) for symbol in node.free_symbols}


def _maxima(value: Product) -> list[Join[Product]]:
    return [node for node in postorder(value.joins, lambda node: True) if node.kind == "max"]


def _valid(value: Product, symbol: sympy.Symbol, within: Range) -> Range:
    """Narrow a range to where the differences in a value are positive."""
    low, high = within.low, within.high
    for base in _differences(value):
        line = _polynomial(base, symbol)
        if line is None or line.degree() != 1:
            continue
        slope, constant = (Fraction(int(c.p), int(c.q)) for c in line.all_coeffs())
        edge = whole(-constant / slope)
        if symbol.is_integer and edge.denominator == 1 and slope > 0:
            edge += 1
        low = max(low, edge) if slope > 0 else low
        high = edge if slope < 0 and (high is None or edge < high) else high
    return Range(low, high)


def _differences(value: Product) -> Iterator[sympy.Expr]:
    nodes = postorder(value.joins, lambda node: True)
    for term in (value, *(term for node in nodes for term in node.terms)):
        for monomial in term.groups.values():
            yield from (base for base in monomial if isinstance(base, sympy.Add))


def _resolved(value: Product, symbol: sympy.Symbol, within: Range) -> Iterator[tuple[Range, Product]]:
    """Decide the innermost maximum range by range, then the others in what is left."""
    node = next(iter(_maxima(value)), None)
    if node is None:
        yield within, value
        return
    edges = [edge for a, b in combinations(node.terms, 2) for edge in _edges(a.over(b), symbol)]
    for part in within.parted(edges):
        if symbol.is_integer and part.whole() is None:
            continue
        greatest = _greatest(node.terms, symbol, part.sample())
        yield from _resolved(with_nodes(value, {node: greatest}), symbol, part)


def _greatest(terms: tuple[Product, ...], symbol: sympy.Symbol, number: Number) -> Product:
    logs = {term: term.substitute({symbol: number}).log2(DIGITS) for term in terms}
    return max(terms, key=lambda term: logs[term])


def with_nodes(value: Product, chosen: Mapping[Join[Product], Product]) -> Product:
    """Put products in place of nodes, wherever they stand.

    >>> from layercalc.forms.product import add
    >>> w = sympy.Symbol("w", positive=True)
    >>> total = add([Product.of(w), ONE])
    >>> with_nodes(total.power(3), {total.joins[0]: Product.of(w)})
    Product({1: {w: 3}})
    """
    done = dict(chosen)
    for node in postorder(value.joins, lambda node: node not in chosen):
        done[node] = node.rejoined([_put_in(term, done) for term in node.terms])
    return _put_in(value, done)


def _put_in(term: Product, done: Mapping[Join[Product], Product]) -> Product:
    made = ONE if term.joins else term
    for exponent, monomial in term.groups.items() if term.joins else ():
        powers = [
            (done[base] if isinstance(base, Join) else Product({1: {base: 1}})).power(power)
            for base, power in monomial.items()
        ]
        made = made.times(reduce(Product.times, powers, ONE).power(exponent))
    return made


def _edges(ratio: Product, symbol: sympy.Symbol) -> list[Number]:
    """Find where a ratio is 1.

    Raises `_OpenError` where that is not known.
    """
    moving = {
        (exponent, base)
        for exponent, monomial in ratio.groups.items()
        for base in monomial
        if symbol in symbolic(exponent).free_symbols or symbol in Product({1: {base: 1}}).free_symbols
    }
    if moving and all(isinstance(base, int) or not base.free_symbols for _, base in moving):
        return _exponential_edge(ratio, symbol)
    if moving == {(1, symbol)}:
        power = ratio.groups[1][symbol]
        constant = ratio.over(Product.of(symbol).power(power)).log2(DIGITS)
        with mpmath.workdps(2 * DIGITS):
            return [_number(2 ** (-constant * power.denominator / power.numerator))]
    return _roots(ratio, symbol)


def _exponential_edge(ratio: Product, symbol: sympy.Symbol) -> list[Number]:
    """Solve for a symbol in the exponents of numbers; these must be linear in it."""
    for exponent in ratio.groups:
        shape = symbolic(exponent)
        if not shape.is_polynomial(symbol) or (shape.free_symbols and sympy.degree(shape, symbol) > 1):
            raise _OpenError
    start, after = (ratio.substitute({symbol: k}).log2(DIGITS) for k in (0, 1))
    with mpmath.workdps(2 * DIGITS):
        return [_number(start / (start - after))] if start != after else []


def _roots(ratio: Product, symbol: sympy.Symbol) -> list[Number]:
    """Find the roots of numerator minus denominator, all of them."""
    if set(ratio.groups) != {1} or ratio.vast:
        raise _OpenError
    written = ratio.to_sympy()
    if not is_within(written, OPENED):
        raise _OpenError
    above, below = sympy.fraction(sympy.together(written))
    difference = _polynomial(above - below, symbol)
    if difference is None or difference.degree() > DEGREE:
        raise _OpenError
    free = difference.sqf_part()
    return [_middle(free, *interval) for interval, _ in free.intervals()]


def _polynomial(expression: sympy.Expr, symbol: sympy.Symbol) -> sympy.Poly | None:
    """Read a polynomial with rational coefficients in one symbol."""
    if expression.free_symbols - {symbol} or not expression.is_polynomial(symbol):
        return None
    made = sympy.Poly(expression, symbol)
    return made if made.domain.is_ZZ or made.domain.is_QQ else None


def _middle(polynomial: sympy.Poly, low: sympy.Rational, high: sympy.Rational) -> Number:
    if low != high:
        size = max(abs(low), abs(high), sympy.Rational(1, 10**6))
        low, high = polynomial.refine_root(low, high, eps=size / 10**DIGITS)
    middle = sympy.Rational(low + high) / 2
    return whole(Fraction(int(middle.p), int(middle.q)))


def _number(value: mpmath.mpf) -> Number:
    """Give a number as a fraction; a whole number where it is one to nearly all digits."""
    nearest = int(mpmath.nint(value))
    if abs(value - nearest) < abs(value) * mpmath.mpf(10) ** (5 - DIGITS):
        return nearest
    return Fraction(mpmath.nstr(value, DIGITS))
