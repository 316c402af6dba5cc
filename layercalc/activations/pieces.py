"""Piecewise functions of one variable: sums of c x^n e^(k x + a) between rational cuts.

From: nothing (plain data). To: `formula` builds one, `derivation` integrates it. Promises:
arithmetic is exact; what leaves the kind, or would be long, raises `UnreadError`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Generic, TypeAlias, TypeVar

#: Powers, pieces and terms beyond which a closed form would be no help, and the sizes of exponents.
MOST_POWER = 16
MOST_PIECES = 16
MOST_TERMS = 32
MOST_RATE = 64
MOST_BITS = 512

#: The n, k and a of x^n e^(k x + a).
Exponents: TypeAlias = tuple[int, Fraction, Fraction]
TermSum: TypeAlias = Mapping[Exponents, Fraction]
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

ONE: Exponents = (0, Fraction(0), Fraction(0))


class UnreadError(Exception):
    """Raised for a formula that is not piecewise of this kind, or too long."""


@dataclass(frozen=True, slots=True)
class Pieces(Generic[A]):
    """A value for each interval between cuts and at each cut, in order: 2n + 1 parts for n cuts."""

    cuts: tuple[Fraction, ...]
    parts: tuple[A, ...]

    @property
    def between(self) -> tuple[A, ...]:
        """The parts on intervals, without those at single numbers."""
        return self.parts[::2]

    def mapped(self, change: Callable[[A], B]) -> Pieces[B]:
        """Apply a function to every part."""
        return joined(self.cuts, [change(part) for part in self.parts])

    def met(self, other: Pieces[B], meet: Callable[[A, B], C]) -> Pieces[C]:
        """Combine the parts of two wherever they overlap."""
        cuts = sorted({*self.cuts, *other.cuts})
        return joined(cuts, [meet(self.on(x), other.on(x)) for x in numbers(cuts)])

    def on(self, x: Fraction) -> A:
        """Give the part that holds at a number."""
        place = bisect_left(self.cuts, x)
        return self.parts[2 * place + (x in self.cuts[place : place + 1])]


def numbers(cuts: Sequence[Fraction]) -> list[Fraction]:
    """Give a number before, at and after each cut."""
    if not cuts:
        return [Fraction(0)]
    middles = [(low + high) / 2 for low, high in pairwise(cuts)]
    behind = zip(cuts, [*middles, cuts[-1] + 1], strict=True)
    return [cuts[0] - 1, *(x for pair in behind for x in pair)]


def joined(cuts: Sequence[Fraction], parts: Sequence[A]) -> Pieces[A]:
    """Make pieces of cuts and parts, leaving out the cuts at which nothing changes."""
    around = [parts[2 * place : 2 * place + 3] for place in range(len(cuts))]
    kept = [place for place, (before, at, behind) in enumerate(around) if not before == at == behind]
    if len(kept) >= MOST_PIECES:
        raise UnreadError
    behind = [part for place in kept for part in around[place][1:]]
    return Pieces(tuple(cuts[place] for place in kept), (parts[0], *behind))


def constant(value: Fraction | int) -> Pieces[TermSum]:
    """Give a function that is the same everywhere."""
    return Pieces((), (_part({ONE: Fraction(value)}),))


def variable() -> Pieces[TermSum]:
    """Give x itself."""
    return Pieces((), ({(1, Fraction(0), Fraction(0)): Fraction(1)},))


def add(a: TermSum, b: TermSum) -> TermSum:
    """Add two parts."""
    total = dict(a)
    for term, factor in b.items():
        total[term] = total.get(term, Fraction(0)) + factor
    return _part(total)


def multiply(a: TermSum, b: TermSum) -> TermSum:
    """Multiply two parts."""
    product: dict[Exponents, Fraction] = {}
    for (n, k, s), factor in a.items():
        for (m, j, t), other in b.items():
            term = (n + m, k + j, s + t)
            product[term] = product.get(term, Fraction(0)) + factor * other
    return _part(product)


def scaled(part: TermSum, factor: Fraction) -> TermSum:
    """Multiply a part by a number."""
    return multiply(part, {ONE: factor})


def _part(terms: Mapping[Exponents, Fraction]) -> TermSum:
    """Leave out terms that are 0, and refuse long parts."""
    kept = {term: factor for term, factor in terms.items() if factor}
    if len(kept) > MOST_TERMS or not all(map(_short, kept, kept.values())):
        raise UnreadError
    return kept


def _short(term: Exponents, factor: Fraction) -> bool:
    power, rate, shift = term
    numbers = (rate, shift, factor)
    bits = max(max(n.numerator.bit_length(), n.denominator.bit_length()) for n in numbers)
    return power <= MOST_POWER and abs(rate) <= MOST_RATE and abs(shift) <= MOST_RATE and bits <= MOST_BITS


def exponential(part: TermSum) -> TermSum:
    """Give e to the power of a part, which must be linear."""
    linear = _coefficients(part, 1)
    return _part({(0, linear[1], linear[0]): Fraction(1)})


def positive(function: Pieces[TermSum]) -> Pieces[bool]:
    """Tell where a function is positive, if it changes its sign only at rational numbers."""
    cuts = sorted({*function.cuts, *(root for part in function.parts for root in _roots(part))})
    return joined(cuts, [value(function.on(x), x) > 0 for x in numbers(cuts)])


def _roots(part: TermSum) -> list[Fraction]:
    """Give the roots of a polynomial of degree up to 2, or of a single term."""
    if len(part) == 1:
        return [Fraction(0)]
    c, b, a = _coefficients(part, 2)
    if a == 0:
        return [-c / b] if b else []
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    up, down = math.isqrt(inside.numerator), math.isqrt(inside.denominator)
    if up * up != inside.numerator or down * down != inside.denominator:
        raise UnreadError
    return [(-b + sign * Fraction(up, down)) / (2 * a) for sign in (-1, 1)]


def _coefficients(part: TermSum, degree: int) -> list[Fraction]:
    """List the coefficients of a polynomial, the constant first."""
    found = [Fraction(0)] * (degree + 1)
    for (power, rate, shift), factor in part.items():
        if power > degree or rate or shift:
            raise UnreadError
        found[power] = factor
    return found


def value(part: TermSum, x: Fraction) -> Fraction:
    """Give the value of a part at x without its exponential factor, which does not change the sign."""
    return sum((factor * x**power for (power, _, _), factor in part.items()), Fraction(0))
