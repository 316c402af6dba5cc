"""On which side of another quantity a closed form lies, at every whole number of a range.

From: two positive closed forms in one symbol. To: stretches of whole numbers with the
sign of their difference. Promises: a stretch is told by bounds that hold at each of its
numbers, by the roots of a polynomial, or number by number, exactly; the work is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from layercalc import limits
from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.growth.enclosure import log_bounds, settled
from layercalc.growth.regime import Open, Regime
from layercalc.growth.scaling import UNDEFINED, free_symbols
from layercalc.lazy import sympy
from layercalc.numbers.scalar import symbolic

#: What one comparison at a number costs, in bounds taken.
COMPARED = 4
#: Logarithms further apart than this, in parts of them, are told apart by doubles.
APART = 1e-9


class Stretch(NamedTuple):
    """Whole numbers from `first` to `last` on one side: above, 1, below, -1, equal, 0; None: no value."""

    first: int
    last: int
    sign: int | None


class Exhausted(Exception):  # noqa: N818  (not an error of anyone: what was found before stands)
    """The work of a command is done."""


@dataclass
class Work:
    """Counts the comparisons of a command.

    >>> Work(5).spend(3)
    """

    left: int = limits.COMPARISONS

    def spend(self, steps: int) -> None:
        """Take steps; raises `Exhausted` where none are left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


def compare(a: Closed, b: Closed) -> int | None:
    """Tell which of two numbers is greater, exactly: 1, 0 or -1; None where one is none.

    >>> compare(Closed(10**40 + 1), Closed(10**40))
    1
    """
    numbers = a.number, b.number
    if all(isinstance(number, int | Fraction) for number in numbers):
        gap = symbolic(numbers[0]) - symbolic(numbers[1])
        return int(sympy.sign(gap))
    try:
        logs = a.log2, b.log2
        if logs[0] is None or logs[1] is None:
            return None
        if abs(logs[0] - logs[1]) > APART * max(1.0, abs(logs[0]), abs(logs[1])):
            return 1 if logs[0] > logs[1] else -1
        return Regime().compare(a.product, b.product)
    except (Open, *UNDEFINED):
        return None


@dataclass
class Sides:
    """Two closed forms in the param `name`, whose sides are looked for.

    >>> n = sympy.Symbol("n", positive=True)
    >>> sides = Sides(Closed(n**2 + 12), Closed(7 * n), "n")
    >>> [*sides.stretches(1, 1000)]
    [Stretch(first=1, last=2, sign=1), Stretch(first=3, last=4, sign=0), Stretch(first=5, last=1000, sign=1)]
    """

    a: Closed
    b: Closed
    name: str
    work: Work = field(default_factory=Work)

    def stretches(self, first: int, last: int) -> Iterator[Stretch]:
        """Give the stretches of a range in turn; raises `Exhausted` where the work is done before its end."""
        held: Stretch | None = None
        for found in self._split(first, last):
            if held is not None and held.sign == found.sign:
                held = held._replace(last=found.last)
                continue
            if held is not None:
                yield held
            held = found
        if held is not None:
            yield held

    def _split(self, first: int, last: int) -> Iterator[Stretch]:
        ranges = [(first, last)]
        while ranges:
            low, high = ranges.pop()
            if low > high:
                continue
            side = self.sign(low) if low == high else self._side(low, high)
            if side is not None or low == high:
                yield Stretch(low, high, side)
                continue
            middle = (low + high) // 2
            ranges += [(middle + 1, high), (low, middle)]

    def sign(self, number: int) -> int | None:
        """Compare at one number."""
        self.work.spend(COMPARED + (number if self._written else 0))
        try:
            ends = [closed.substitute({self.name: number}) for closed in (self.a, self.b)]
        except UNDEFINED:
            return None
        return compare(*ends)

    def _side(self, low: int, high: int) -> int | None:
        """Tell the side that a whole range is on, None where it may be on both."""
        self.work.spend(1)
        x = self._both[2]
        if x is None:
            return self.sign(low)
        if (gap := self._gap_over(low, high)) is not None:
            if gap.is_zero:
                return 0
            return None if gap.count_roots(low, high) else int(sympy.sign(gap(low)))
        try:
            bounds = log_bounds(self._ratio, x, low, high)
        except (Open, ValueError):
            return None
        return 1 if bounds.low > APART else -1 if bounds.high < -APART else None

    @cached_property
    def _both(self) -> tuple[Closed, Closed, sympy.Symbol | None]:
        """Give both in one symbol: two specs may assume different things of theirs."""
        found = [s for closed in (self.a, self.b) for s in free_symbols(closed) if str(s) == self.name]
        if not found:
            return self.a, self.b, None
        return self.a, self.b.substitute({self.name: found[0]}), found[0]

    def _gap_over(self, low: int, high: int) -> sympy.Poly | None:
        """Give the difference where it is a polynomial with rational coefficients over a range."""
        x = self._both[2]
        if self._gap is None or x is None:
            return None
        polynomial = settled(self._gap, x, low, high).as_poly(x)
        if polynomial is None or not all(c.is_Rational for c in polynomial.all_coeffs()):
            return None
        return polynomial

    @cached_property
    def _written(self) -> bool:
        """Whether a sum or a product is written out at each number."""
        return any(closed.has(sympy.Sum, sympy.Product) for closed in (self.a, self.b))

    @cached_property
    def _gap(self) -> sympy.Expr | None:
        a, b, _ = self._both
        if isinstance(a.value, Product) or isinstance(b.value, Product):
            return None
        return symbolic(a.value) - symbolic(b.value)

    @cached_property
    def _ratio(self) -> Product:
        a, b, _ = self._both
        return a.product / b.product
