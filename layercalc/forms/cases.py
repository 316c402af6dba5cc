"""Cases of undecided maxima in one symbol: the ranges in which each term is the maximum.

From a closed form with maxima whose terms depend on one and the same symbol; to the
ranges of that symbol, as conditions of the language, and the form in each, without these
maxima. A scalar in a whole symbol is told at the first numbers one by one, and in one form
from there on. Promises: the edges are all the places where terms cross, found exactly or as
roots of polynomials, so that one term is the greatest throughout a range; a condition on a
whole number holds for exactly the whole numbers of its range. Where a maximum has terms of
other kinds, or the ranges are many, there are no cases. Differences are taken to be
positive, as everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product
from layercalc.lazy import mpmath, sympy
from layercalc.numbers import precision
from layercalc.numbers.log2 import log2
from layercalc.numbers.opened import is_within
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.printing.expression_tree import scalar_text

#: More ranges than this are no help to a reader.
MOST = 6
#: Terms of a higher degree are not compared.
DEGREE = 40
#: Nor are ratios of more terms, multiplied out, or the values of scalars.
OPENED = 500
#: Digits to which an edge is known.
DIGITS = 30
#: Digits in which an edge is told, more where a whole number needs them.
SHOWN = 3
#: Edges of whole numbers beyond this are told as whole numbers.
WHOLE = 10_000
#: A scalar is told at so many numbers one by one.
FIRST = 4


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from one edge on and below another; `high` None means all that follow.

    >>> Range(1, None).sample(), Range(1, 2).sample()
    (3, Fraction(3, 2))
    """

    low: Number
    high: Number | None

    def sample(self) -> Number:
        """Give a number between the edges."""
        low = Fraction(self.low)
        return whole(2 * abs(low) + 1 if self.high is None else (low + self.high) / 2)

    def parted(self, edges: Iterable[Number]) -> Iterator[Range]:
        """Cut the range at the edges within it.

        >>> list(Range(1, None).parted([0, 5]))
        [Range(low=1, high=5), Range(low=5, high=None)]
        """
        inside = {edge for edge in edges if edge > self.low and (self.high is None or edge < self.high)}
        lows = [self.low, *sorted(inside)]
        yield from (Range(low, high) for low, high in zip(lows, [*lows[1:], self.high], strict=True))

    def whole(self) -> tuple[int, int | None] | None:
        """Give the first and the last whole number, None where there is no number.

        >>> Range(Fraction(5, 2), 5).whole(), Range(Fraction(5, 2), Fraction(14, 5)).whole()
        ((3, 4), None)
        """
        first = math.ceil(self.low)
        last = None if self.high is None else math.ceil(self.high) - 1
        return (first, last) if last is None or first <= last else None


@dataclass(frozen=True, slots=True)
class Case:
    """A range of a symbol with the closed form there; `start` is the least value the symbol can have."""

    symbol: sympy.Symbol
    within: Range
    start: Range
    value: Product

    @property
    def when(self) -> str:
        """The condition of the case, in the language."""
        return _condition(self.symbol, self.within, self.start)


def _condition(symbol: sympy.Symbol, part: Range, start: Range) -> str:
    """Say that a symbol is in a part of a range, the ends of the range left out.

    >>> w = sympy.Symbol("w", integer=True)
    >>> _condition(w, Range(1, Fraction(177, 15)), Range(1, None))
    'w < 11.8'
    >>> _condition(w, Range(12, 30), Range(1, None))
    '12 <= w < 30'
    """
    below = "" if part.low == start.low else _edge(symbol, part.low)
    above = "" if part.high is None or part.high == start.high else _edge(symbol, part.high)
    if below and above:
        return f"{below} <= {symbol} < {above}"
    if above:
        return f"{symbol} < {above}"
    return f"{symbol} >= {below or _edge(symbol, part.low)}"


def _edge(symbol: sympy.Symbol, edge: Number) -> str:
    if not symbol.is_integer:
        return scalar_text(edge, SHOWN + 2)
    if edge.denominator == 1 or not 0 < edge < WHOLE:
        return str(math.ceil(edge))
    for digits in range(SHOWN, 12):
        text = scalar_text(edge, digits)
        if math.ceil(Fraction(text)) == math.ceil(edge) and "." in text:
            return text
    return str(math.ceil(edge))


class _OpenError(Exception):
    """Two terms of a maximum cannot be compared."""


def cases(value: Product, low: Number | None = None, high: Number | None = None) -> list[Case]:
    """Divide the range of the only symbol in the maxima of a value into cases; empty if that is impossible.

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
    """Decide the innermost maximum in each range, then the outer ones in the remaining ranges."""
    node = next(iter(_maxima(value)), None)
    if node is None:
        yield within, value
        return
    edges = [edge for a, b in combinations(node.terms, 2) for edge in _edges(a / b, symbol)]
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
    >>> total = Product.of(w) + ONE
    >>> with_nodes(total ** 3, {total.joins[0]: Product.of(w)})
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
            (done[base] if isinstance(base, Join) else Product({1: {base: 1}})) ** power
            for base, power in monomial.items()
        ]
        made *= math.prod(powers, start=ONE) ** exponent
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
        constant = (ratio / Product.of(symbol) ** power).log2(DIGITS)
        with precision.digits(2 * DIGITS):
            return [_number(2 ** (-constant * power.denominator / power.numerator))]
    return _roots(ratio, symbol)


def _exponential_edge(ratio: Product, symbol: sympy.Symbol) -> list[Number]:
    """Solve for a symbol in the exponents of numbers; these must be linear in it."""
    for exponent in ratio.groups:
        shape = symbolic(exponent)
        if not shape.is_polynomial(symbol) or (shape.free_symbols and sympy.degree(shape, symbol) > 1):
            raise _OpenError
    start, after = (ratio.substitute({symbol: k}).log2(DIGITS) for k in (0, 1))
    with precision.digits(2 * DIGITS):
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


def open_in(value: sympy.Expr) -> set[sympy.Symbol]:
    """Give the symbols in the maxima and minima of a value.

    >>> open_in(sympy.Max(3, sympy.Symbol("n")))
    {n}
    """
    return {symbol for part in value.atoms(sympy.Max, sympy.Min) for symbol in part.free_symbols}


def small_counts(value: sympy.Expr, low: int) -> list[tuple[str, Scalar]]:
    """Tell a value by conditions; none where it has no such form.

    `low` is the least number that its symbol can be.

    >>> n, w = sympy.symbols("n w", integer=True, positive=True)
    >>> small_counts(w + sympy.Max(2 * n, 5), 2)
    [('n == 2', w + 5), ('n >= 3', 2*n + w)]
    """
    symbols = open_in(value)
    if len(symbols) != 1 or not symbols <= value.free_symbols or not is_within(value, OPENED):
        return []
    (symbol,) = symbols
    if not symbol.is_integer:
        return []
    for start in (low + FIRST, low + FIRST - 1):  # a form in n // 2 is seen from an even or an odd number on
        form = _from(value, symbol, start)
        if form is None:
            continue
        small = {k: _at(value, {symbol: sympy.Integer(k)}, {}) for k in range(low, start)}
        apart = [k for k in small if sympy.expand(form.xreplace({symbol: sympy.Integer(k)}) - small[k]) != 0]
        first = max(apart, default=low - 1) + 1
        told = [(f"{symbol} == {k}", plain(small[k])) for k in range(low, first)]
        return [*told, (f"{symbol} >= {first}", plain(form))]
    return []


def _from(value: sympy.Expr, symbol: sympy.Symbol, start: int) -> sympy.Expr | None:
    """Give the form from a number on, None where it still has maxima."""
    more = sympy.Symbol(f"{symbol} - {start}", integer=True, nonnegative=True)
    form = _at(value, {symbol: more + start}, {})
    if form.has(sympy.Max, sympy.Min, sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return None
    return sympy.expand(form.xreplace({more: symbol - start}), log=False)


def _at(
    value: sympy.Expr, values: dict[sympy.Symbol, sympy.Expr], done: dict[sympy.Expr, sympy.Expr]
) -> sympy.Expr:
    """Put expressions in place of symbols; the logarithm of 0 is minus infinity, the zero of maxima."""
    if value not in done:
        if value.is_Atom:
            done[value] = values.get(value, value)
        else:
            arguments = [_at(argument, values, done) for argument in value.args]
            nothing = isinstance(value, log2) and arguments[0].is_zero
            done[value] = sympy.S.NegativeInfinity if nothing else value.func(*arguments)
    return done[value]
