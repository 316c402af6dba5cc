"""Bounds proved by adding up: n >= m and m >= 5 give n >= 5.

From a polynomial and what bears on it; to a number that it is not below. Promises: what is
given follows, as the polynomial is that number plus positive multiples of what is not negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from layercalc.assumptions.lemmas import Lemmas
from layercalc.assumptions.ranges import Known
from layercalc.lazy import sympy
from layercalc.numbers.polynomial import (
    ONE,
    Bounds,
    Polynomial,
    PowerProduct,
    combined,
    generators,
    product,
    quotient,
    shifted,
)
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.simplex import greatest

#: Polynomials of more terms, and of higher degree, are not looked at.
TERMS = 24
DEGREE = 6
#: No more multiples of what is known are tried, with factors of at most this degree.
MULTIPLES = 40
FACTOR = 3


class Proved(NamedTuple):
    """A number that a polynomial is not below; `strict`: nor equal to."""

    bound: Number
    strict: bool


class Proofs(Lemmas):
    """Proofs by adding known inequalities."""

    def _proved(self, poly: Polynomial) -> Proved | None:
        """Find the greatest lower bound of a polynomial that the known inequalities prove."""
        if len(poly) > TERMS or not generators(poly):
            return None
        lemmas = self._about(poly)
        parts = list(dict.fromkeys(g for p in (poly, *(k.polynomial for k in lemmas)) for g in generators(p)))
        bounds = {part: self._range(part) for part in parts}
        lemmas += _two_sided(bounds)
        if not lemmas or _degree(poly) > DEGREE:
            return None
        corner = {part: _side(bounds[part]) for part in parts}
        free = {part for part in parts if bounds[part] == Bounds()}
        target = shifted(poly, corner)
        known = [k._replace(polynomial=s) for k in lemmas if (s := shifted(k.polynomial, corner))]
        if target is None or len(target) > 2 * TERMS:
            return None
        return _added(target, list(_multiples(target, known, free)), free)


def _side(bounds: Bounds) -> tuple[Number, int]:
    """Choose the end that a generator is counted from."""
    if bounds.low is not None:
        return bounds.low, 1
    return (bounds.high, -1) if bounds.high is not None else (0, 1)


def _two_sided(bounds: Mapping[sympy.Expr, Bounds]) -> Iterator[Known]:
    for part, (low, high) in bounds.items():
        if low is not None and high is not None:
            yield Known(combined([({ONE: high}, 1), ({frozenset({(part, 1)}): 1}, -1)]), False)


def _multiples(target: Polynomial, known: Sequence[Known], free: set[sympy.Expr]) -> Iterator[Known]:
    """List what is known, and multiples of it whose terms meet those of the target."""
    yield from known[:MULTIPLES]
    left = MULTIPLES - len(known)
    wanted, done = dict.fromkeys(target), {(place, ONE) for place in range(len(known))}
    for _ in range(2):
        tried = [
            (place, factor)
            for powers in wanted
            for place, one in enumerate(known)
            for part in one.polynomial
            if part and (factor := quotient(powers, part)) is not None and _is_factor(factor, free)
        ]
        for place, factor in tried:
            if (place, factor) in done or left <= 0:
                continue
            done.add((place, factor))
            left -= 1
            made = product([known[place].polynomial, {factor: 1}])
            wanted |= dict.fromkeys(made)
            yield Known(made, False)


def _is_factor(factor: PowerProduct, free: set[sympy.Expr]) -> bool:
    return sum(power for _, power in factor) <= FACTOR and not any(part in free for part, _ in factor)


def _added(target: Polynomial, known: Sequence[Known], free: set[sympy.Expr]) -> Proved | None:
    """Take away multiples until no term is negative; what is left of the constant is the bound."""
    terms = dict.fromkeys(powers for poly in (target, *(k.polynomial for k in known)) for powers in poly)
    rows = []
    for powers in terms:
        if powers:
            row = [target.get(powers, 0), *(-k.polynomial.get(powers, 0) for k in known)]
            rows.append(row)
            if any(part in free for part, _ in powers):
                rows.append([-value for value in row])
    goal = [target.get(ONE, 0), *(-k.polynomial.get(ONE, 0) for k in known)]
    found = greatest(goal, rows)
    if found is None:
        return None
    strict = [int(one.strict) for one in known]
    if any(strict):  # of all ways to the same bound, one that uses what is strict
        rows += [[goal[0] - found.value, *goal[1:]], [1, *(-one for one in strict)]]
        shares = greatest([0, *strict], rows)
        return Proved(whole(found.value), shares is not None and shares.value > 0)
    return Proved(whole(found.value), False)


def _degree(poly: Polynomial) -> int:
    return max(sum(abs(power) for _, power in powers) for powers in poly)
