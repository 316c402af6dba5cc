"""The resolvent of a non-negative matrix: the generating functions of the entries of its powers.

From a sparse matrix of closed forms M; to sum_n [M^n]_ij z^n = N(z) / D(z), the entry ij of
(I - z M)^-1, as a sum of such quotients, each cancelled and with D in factors.
The entries enter as unknowns, so these are polynomials of few short terms; equal entries
are one unknown, short rational numbers stay numbers. It does not know what n is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from layercalc.algebras.powers import Rows, between, components
from layercalc.forms import base as bases
from layercalc.forms.product import ONE, Product, add
from layercalc.lazy import sympy
from layercalc.numbers.rational import bits

#: Longer rational numbers enter as unknowns.
NUMBER_BITS = 128

#: A polynomial in the unknowns, and one in z: its coefficients from z^0 on.
Poly: TypeAlias = Any
PowerSeries: TypeAlias = list[Poly]
#: A strongly connected part, by its values; the parts a way meets and its numerator.
Members: TypeAlias = tuple[int, ...]
_Way: TypeAlias = tuple[tuple[Members, ...], Poly]


class Factor(NamedTuple):
    """A factor of the determinant of a strongly connected part: 1 at z = 0, of degree 1 or more."""

    series: PowerSeries
    order: int


class Quotient(NamedTuple):
    """A numerator, and the factors of its denominator."""

    numerator: PowerSeries
    factors: list[Factor]


class Difference(NamedTuple):
    """A sum of closed forms, those that are taken off apart."""

    plus: list[Product]
    minus: list[Product]

    def times(self, other: Product) -> Difference:
        """Multiply every term."""
        return Difference([term * other for term in self.plus], [term * other for term in self.minus])

    def joined(self, other: Difference) -> Difference:
        """Add another sum."""
        return Difference(self.plus + other.plus, self.minus + other.minus)

    def expression(self) -> sympy.Expr:
        """Write the sum in sympy."""
        return add(self.plus).to_sympy() - add(self.minus).to_sympy()

    def total(self) -> Product:
        """Add up what is known not to be negative; a difference stays whole."""
        return Product.of(self.expression()) if self.minus else add(self.plus)


def multiplied(factors: Iterable[PowerSeries]) -> PowerSeries:
    """Multiply polynomials in z.

    >>> multiplied([[1, -2], [1, -3]])
    [1, -5, 6]
    """
    result: PowerSeries = [1]
    for factor in factors:
        made = [0] * (len(result) + len(factor) - 1)
        for a, x in enumerate(result):
            for b, y in enumerate(factor):
                made[a + b] += x * y
        result = made
    return result


class Resolvent:
    """The entries of (I - z M)^-1.

    >>> w = sympy.Symbol("w", positive=True)
    >>> resolvent = Resolvent([{0: ONE}, {0: Product.of(3), 1: Product.of(w)}])
    >>> resolvent.entry(1, 0)
    [Quotient(numerator=[0, 3], factors=[Factor(series=[1, -x0], order=1), Factor(series=[1, -1], order=1)])]
    """

    def __init__(self, rows: Rows[Product]) -> None:
        self._rows = [{i: value for i, value in row.items() if not value.is_zero} for row in rows]
        parts = {value: _taken_apart(value) for row in self._rows for value in row.values()}
        self._unknowns = list(dict.fromkeys(rest for _, rest in parts.values() if not rest.is_one))
        names = [f"x{place}" for place in range(len(self._unknowns))]
        self._ring, self._z, *generators = sympy.ring(["z", *names], sympy.QQ)
        known = {ONE: self._ring.one, **dict(zip(self._unknowns, generators, strict=True))}
        self._entries = {
            value: known[rest] * sympy.QQ(number.numerator, number.denominator)
            for value, (number, rest) in parts.items()
        }
        self._factored: dict[Members, list[Poly]] = {}

    def entry(self, i: int, j: int, known: int = 0) -> list[Quotient]:
        """Give the generating function of entry ij as a sum, which is empty where it is zero.

        A term is a way from part to part through the strongly connected parts: as far as
        can be it has no negative coefficient, and no more eigenvalues than the way meets.
        Terms of counts that are `known` to be exceeded may come in.
        """
        ways = self._ways(i, j, apart=True)
        if any(not met and numerator.degree(self._z) >= known for met, numerator in ways.items()):
            ways = self._ways(i, j, apart=False)
        return [self._cancelled(numerator, met) for met, numerator in ways.items()]

    def _ways(self, i: int, j: int, apart: bool) -> dict[tuple[Members, ...], Poly]:
        """Add up the ways from a value to another, by the parts whose cycles they meet."""
        among = between(self._rows, i, j)
        parts = {number: tuple(part) for part in components(self._rows, among) for number in part}
        ways: dict[tuple[Members, ...], Poly] = {}
        todo: list[tuple[int, _Way]] = [(i, ((), self._ring.one))] if among else []
        while todo:
            here, (met, numerator) = todo.pop()
            for leaving in parts[here]:
                for more, factor in self._through(parts[here], here, leaving, apart):
                    way = (*met, *more), numerator * factor
                    if leaving == j:
                        ways[way[0]] = ways.get(way[0], self._ring.zero) + way[1]
                    ahead = [n for n in self._rows[leaving] if n in parts and n not in parts[here]]
                    for number in ahead:
                        edge = self._entries[self._rows[leaving][number]]
                        todo.append((number, (way[0], way[1] * edge * self._z)))
        return ways

    def signed(self, poly: Poly) -> Difference:
        """Write a polynomial in the unknowns as closed forms."""
        sides = Difference([], [])
        for powers, number in self._ring(poly).terms():
            size = Product.of(Fraction(abs(int(number.numerator)), int(number.denominator)))
            for unknown, power in zip(self._unknowns, powers[1:], strict=True):
                size *= unknown**power
            sides[0 if number > 0 else 1].append(size)
        return sides

    def _through(self, part: Members, i: int, j: int, apart: bool) -> list[_Way]:
        """Give the numerators of entry ij within a part, over 1 or over the part's determinant.

        A walk without edges is told apart where that leaves no negative coefficient.
        """
        minor = self._cofactor(part, i, j)
        if apart and i == j and _is_mixed(minor):
            rest = minor - self._determinant(part, part)
            if not _is_mixed(rest):
                return [((), self._ring.one), ((part,), rest)]
        return [((part,), minor)]

    def _cancelled(self, numerator: Poly, parts: Sequence[Members]) -> Quotient:
        kept = []
        for part in parts:
            for factor in self._factors(part):
                quotient, rest = numerator.div(factor)
                if rest:
                    kept.append(Factor(self._series(factor), len(part)))
                else:
                    numerator = quotient
        return Quotient(self._series(numerator), kept)

    def _factors(self, part: Members) -> list[Poly]:
        """Factor the determinant of a strongly connected part, once."""
        if part not in self._factored:
            _, found = self._determinant(part, part).factor_list()
            moving = [(factor, times) for factor, times in found if factor.degree(self._z) > 0]
            # A factor is a constant at z = 0, since the determinant is 1 there.
            unit = [factor.quo_ground(factor.coeff(1)) for factor, times in moving for _ in range(times)]
            self._factored[part] = sorted(unit, key=lambda factor: (factor.degree(self._z), str(factor)))
        return self._factored[part]

    def _cofactor(self, part: Members, i: int, j: int) -> Poly:
        sign = -1 if (part.index(i) + part.index(j)) % 2 else 1
        rows, columns = [n for n in part if n != j], [n for n in part if n != i]
        return self._determinant(rows, columns) * sign

    def _determinant(self, rows: Sequence[int], columns: Sequence[int]) -> Poly:
        """Expand the minor of I - z M along its first row."""
        if not rows:
            return self._ring.one
        total = self._ring.zero
        for place, column in enumerate(columns):
            entry = self._identity_minus(rows[0], column)
            if entry:
                minor = self._determinant(rows[1:], [*columns[:place], *columns[place + 1 :]])
                total += entry * minor * (-1 if place % 2 else 1)
        return total

    def _identity_minus(self, row: int, column: int) -> Poly:
        value = self._rows[row].get(column)
        entry = self._entries[value] * self._z if value is not None else self._ring.zero
        return (self._ring.one if row == column else self._ring.zero) - entry

    def _series(self, poly: Poly) -> PowerSeries:
        series = [self._ring.zero] * (max(poly.degree(self._z), 0) + 1)
        for (degree, *powers), number in poly.terms():
            series[degree] += self._ring.from_dict({(0, *powers): number})
        return series


def _is_mixed(poly: Poly) -> bool:
    return any(number < 0 for number in poly.coeffs())


def _taken_apart(value: Product) -> tuple[Fraction, Product]:
    number, _ = bases.coefficient(value.groups.get(1, {}))
    if bits(number) > NUMBER_BITS:
        return Fraction(1), value
    return Fraction(number), value / Product.of(number)
