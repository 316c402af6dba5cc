"""The n-th power of a linear map in (+, x), for a symbolic n: eq. (17) and (20) over a loop.

From the map of a loop's body over closed forms, and its count; to the map of the loop.
The entry ij of M^n is the coefficient of z^n in N(z) / D(z), the resolvent's entry, hence
sum_k N_k h(n - k) with h of the eigenvalues that D has (`homogeneous`). Promises: right at
equal eigenvalues and at eigenvalue 1 (the identity skip); powers stay factored. Small counts
at which an entry has another form (those of values that are dropped) are told apart, unless
the facts exclude them.
"""

from __future__ import annotations

from collections.abc import Sequence

from layercalc.algebras.homogeneous import Eigenvalue, eigenvalues, homogeneous
from layercalc.algebras.powers import Rows, at_count, from_count, least_count
from layercalc.algebras.resolvent import (
    Difference,
    Factor,
    Poly,
    PowerSeries,
    Quotient,
    Resolvent,
    multiplied,
)
from layercalc.assumptions import Facts
from layercalc.forms.product import ZERO, Product, add
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.numbers.special import geometric

#: So many rounds are taken off the count to get rid of negative terms.
TAKEN_OFF = 3


def closed_power(rows: Rows[Product], count: Scalar, facts: Facts | None = None) -> list[dict[int, Product]]:
    """Raise a map to a whole power that is not negative.

    >>> n, a, b = sympy.symbols("n a b", positive=True)
    >>> skip = closed_power([{0: Product.of(a), 1: Product.of(b)}, {1: Product.of(1)}], n)
    >>> [{i: entry.to_sympy() for i, entry in row.items()} for row in skip]
    [{0: a**n, 1: b*geometric(a, n)}, {1: 1}]

    Raises:
        NoClosedForm: where an entry depends on very many values that depend on each other.
    """
    resolvent, n = Resolvent(rows), symbolic(count)
    known = least_count(n, facts, len(rows))
    powers: list[dict[int, Product]] = []
    for i in range(len(rows)):
        row = {j: _entry(resolvent, resolvent.entry(i, j, known), n, facts) for j in range(len(rows))}
        kept = {j: value for j, value in row.items() if not value.is_zero}
        powers.append(kept or {0: row[0]})  # a value that is zero is still one
    return powers


def _entry(
    resolvent: Resolvent, terms: Sequence[Quotient], count: sympy.Expr, facts: Facts | None
) -> Product:
    """Add up the coefficients of z^count, those that have another form for small counts told apart."""
    found: list[Product] = []
    for term in terms:
        degree = sum(len(factor.series) - 1 for factor in term.factors)
        least = max(len(term.numerator) - degree, 0)
        known = least_count(count, facts, max(least, TAKEN_OFF))
        if known < least:
            found += _told_apart(resolvent, term, count, least, facts)
        else:
            found.append(_coefficient(resolvent, term, count, known, facts))
    return add(found)


def _coefficient(
    resolvent: Resolvent, quotient: Quotient, count: sympy.Expr, known: int, facts: Facts | None
) -> Product:
    """Give the coefficient of z^count in N(z) / D(z) for a count that is at least `known`."""
    if not quotient.factors:
        return ZERO
    positive = _positive(resolvent, quotient, known)
    if positive is None and (two := _of_two(resolvent, quotient, count)) is not None:
        return two
    numerator, off = positive or (quotient.numerator, 0)
    h = homogeneous(resolvent, quotient.factors, facts)
    total = Difference([], [])
    for k, poly in enumerate(numerator):
        if poly:
            total = total.joined(resolvent.signed(poly).times(h(count - off - k)))
    return total.total()


def _told_apart(
    resolvent: Resolvent, quotient: Quotient, count: sympy.Expr, least: int, facts: Facts | None
) -> list[Product]:
    """Give the coefficient from some count on, and those at the counts before."""
    later = _coefficient(resolvent, quotient, sympy.Max(count, least), least, facts)
    terms = [later * Product.of(from_count(count, least))]
    denominator = multiplied(factor.series for factor in quotient.factors)
    numerator = quotient.numerator
    for number in range(least):
        terms.append(resolvent.signed(numerator[0]).total() * Product.of(at_count(count, number)))
        numerator = _next([*numerator, 0], denominator)
    return terms


def _positive(resolvent: Resolvent, quotient: Quotient, known: int) -> tuple[PowerSeries, int] | None:
    """Write the numerator without negative terms, and the rounds that are taken off for it."""
    denominator = multiplied(factor.series for factor in quotient.factors)
    numerator = quotient.numerator
    for off in range(min(known, TAKEN_OFF) + 1):
        if not any(resolvent.signed(poly).minus for poly in numerator if poly):
            return numerator, off
        numerator = _next(numerator, denominator)
    return None


def _next(numerator: PowerSeries, denominator: PowerSeries) -> PowerSeries:
    """Give the generating function of the coefficients from the next one on: (N - N(0) D) / z."""
    length = max(len(numerator), len(denominator))
    padded = numerator + [0] * (length - len(numerator))
    taken = [numerator[0] * poly for poly in denominator] + [0] * (length - len(denominator))
    return [a - b for a, b in zip(padded[1:], taken[1:], strict=True)]


def _of_two(resolvent: Resolvent, quotient: Quotient, count: sympy.Expr) -> Product | None:
    """Write N0 h(n) + N1 h(n - 1) for two eigenvalues a and b, a being positive and never 0.

    It is a^(n - 1) (N0 a + (N0 b + N1) g), since h(n) = a^n + b h(n - 1) and h(n - 1) is
    a^(n - 1) g, with g the geometric sum of n terms in b / a.
    """
    values, factors = eigenvalues(resolvent, quotient.factors), quotient.factors
    if values is None or len(values) != 2:
        return None
    if not _divides(values[0]):
        values, factors = values[::-1], factors[::-1]
    a, b = values
    if a.product is None or not _divides(a):
        return None
    numerator, n = quotient.numerator, count
    while len(numerator) > 2:
        numerator, n = _next(numerator, multiplied(factor.series for factor in factors)), n - 1
    first, second, *_ = [*numerator, 0]
    g = Product.of(geometric(b.over(a), n))
    mean, other, half = _middle(factors, a)
    above = resolvent.signed(first * mean).joined(resolvent.signed(first).times(half))
    below = resolvent.signed(first * other + second).joined(resolvent.signed(-first).times(half))
    before: Product = a.product ** (n - 1)
    return before * above.joined(below.times(g)).total()


def _divides(value: Eigenvalue) -> bool:
    """Tell whether an eigenvalue is known to be positive."""
    return value.product is not None and not value.product.can_be_zero


def _middle(factors: Sequence[Factor], greater: Eigenvalue) -> tuple[Poly, Poly, Product]:
    """Write two eigenvalues as polynomials plus, and minus, half the root of a quadratic factor."""
    if greater.root is None:
        return -factors[0].series[1], -factors[1].series[1], ZERO
    mean = -factors[0].series[1].quo_ground(2)
    return mean, mean, greater.root / Product.of(2)
