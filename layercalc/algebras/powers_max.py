"""The n-th power of a linear map in (max, x) and (max, +), for a symbolic n: eq. (18) and (19).

From the map of a loop's body, its count and its algebra; to the map of the loop.
The entry ij of M^n is the best walk of n edges from i to j: a simple path, cycles that
lead on to others, and the rest filled with cycles at hand. For a given one of these to
have the best mean, all but a bounded filling is made of it, so that the best walk is a
power, up to the remainder of the division by its length (`walks.fillings`). The
maximum over all choices needs no decision; where the facts decide, choices are dropped.
Promises: right at every count that the facts allow; the counts below the edges of a
choice are told apart where it would exceed the best walk.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, Protocol, TypeAlias, TypeVar

from layercalc.algebras.powers import NoClosedForm, Rows, at_count, between, from_count, least_count
from layercalc.algebras.walks import cycles, fillings, paths
from layercalc.assumptions import Facts
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, symbolic

#: Counts above this are not told apart.
COUNTED = 24
#: Longer maxima are of no use to anyone.
TERMS = 24

K = TypeVar("K")
V = TypeVar("V")
#: The values a walk has met, its edges, and whether it has cycles at hand that were not before.
_State: TypeAlias = tuple[frozenset[int], int, bool]


class Maxima(Protocol[V]):
    """What is needed of (max, x) and (max, +); `power` takes negative numbers as well."""

    @property
    def facts(self) -> Facts | None:
        """What is known of the symbols."""

    @property
    def one(self) -> V:
        """The value of a walk without edges."""

    def times(self, a: V, b: V) -> V:
        """Join two walks."""

    def plus(self, values: Sequence[V]) -> V:
        """Take the best walk."""

    def power(self, a: V, n: Scalar) -> V:
        """Walk a cycle n times."""

    def indicated(self, indicator: sympy.Expr) -> V:
        """Give the unit where a number is 1, and zero where it is 0."""


@dataclass(frozen=True)
class _Term(Generic[V]):
    """The walks of start + r + period k edges whose best is filling[r] cycle^k.

    There are none for a remainder r that is not in `filling`; the others exist from
    `valid` edges on.
    """

    cycle: V
    period: int
    filling: Mapping[int, V]
    start: int
    valid: int


def closed_power(rows: Rows[V], count: Scalar, algebra: Maxima[V]) -> list[dict[int, V]]:
    """Raise a map to a whole power that is not negative.

    Raises:
        NoClosedForm: where it is the greatest of very many terms that the facts leave open.
    """
    power, size = _Power(rows, symbolic(count), algebra), range(len(rows))
    entries = [{j: power.entry(i, j) for j in size} for i in size]
    return [{j: value for j, value in row.items() if value is not None} for row in entries]


class _Power(Generic[V]):
    """The entries of one power."""

    def __init__(self, rows: Rows[V], count: sympy.Expr, algebra: Maxima[V]) -> None:
        self._rows, self._count, self._algebra = rows, count, algebra
        self._known = least_count(count, algebra.facts, COUNTED)
        self._compared: dict[tuple[V, V], bool] = {}
        self._iterated: list[list[dict[int, V]]] = [[{i: algebra.one} for i in range(len(rows))]]

    def entry(self, i: int, j: int) -> V | None:
        """Give entry ij, None where it is zero."""
        among = between(self._rows, i, j)
        found, settled = self._terms(among, i, j) if among else ([], 0)
        terms = self._best(found, max(self._known, settled))
        value = self._maximum([self._written(term) for term in terms])
        wrong = [count for count in range(self._known, settled) if not self._holds(terms, i, j, count)]
        return self._told_apart(value, i, j, wrong[-1] + 1) if wrong else value

    def _told_apart(self, value: V | None, i: int, j: int, least: int) -> V | None:
        """Give a value from some count on, and the exact entries before."""
        values = [None if value is None else self._only(value, from_count(self._count, least))]
        for count in range(self._known, least):
            exact = self._exact(count)[i].get(j)
            if exact is not None:
                values.append(self._only(exact, at_count(self._count, count)))
        return self._maximum(values)

    def _maximum(self, values: Iterable[V | None]) -> V | None:
        present = [value for value in values if value is not None]
        return self._algebra.plus(present) if present else None

    def _only(self, value: V, indicator: sympy.Expr) -> V:
        return self._algebra.times(value, self._algebra.indicated(indicator))

    def _terms(self, among: Sequence[int], i: int, j: int) -> tuple[list[_Term[V]], int]:
        """List the choices of a path and of what leads on; and from which count on all are valid."""
        rings = self._rings(among)
        found: list[_Term[V]] = []
        settled = 0
        states = self._starts(among, i, j)
        while states:
            key = min(states, key=lambda state: len(state[0]))
            (met, length, is_new), value = key, states.pop(key)
            touched = {ring: weight for ring, weight in rings.items() if ring & met}
            if is_new:
                made = self._filled(touched, length, value)
                found += made
                settled = max([settled, length + (not made), *(term.valid for term in made)])
            for ring, weight in touched.items():
                ahead = {other: w for other, w in rings.items() if other & ring and other not in touched}
                if ahead:
                    new = met | ring, length + len(ring), not self._covers(touched, ahead)
                    self._add(states, new, self._algebra.times(value, weight))
        return found, settled

    def _starts(self, among: Sequence[int], i: int, j: int) -> dict[_State, V]:
        states: dict[_State, V] = {}
        for path in paths(self._rows, among, i, j):
            self._add(states, (frozenset(path), len(path) - 1, True), self._along(path))
        return states

    def _rings(self, among: Sequence[int]) -> dict[frozenset[int], V]:
        """Give the best cycle through all of some values, for each such set."""
        rings: dict[frozenset[int], V] = {}
        for cycle in cycles(self._rows, among):
            self._add(rings, frozenset(cycle), self._along((*cycle, cycle[0])))
        return rings

    def _along(self, path: Sequence[int]) -> V:
        edges = (self._rows[a][b] for a, b in itertools.pairwise(path))
        return reduce(self._algebra.times, edges, self._algebra.one)

    def _add(self, values: dict[K, V], key: K, value: V) -> None:
        values[key] = self._algebra.plus([values[key], value]) if key in values else value

    def _covers(self, touched: Mapping[frozenset[int], V], ahead: Mapping[frozenset[int], V]) -> bool:
        """Tell whether for every cycle ahead one already met is as long and at least as heavy."""
        return all(
            any(len(ring) == len(other) and self._at_least(w, weight) for ring, w in touched.items())
            for other, weight in ahead.items()
        )

    def _filled(self, touched: Mapping[frozenset[int], V], start: int, value: V) -> list[_Term[V]]:
        """Fill up with cycles at hand, each length in turn taken to have the best mean."""
        best: dict[int, V] = {}
        for ring, weight in touched.items():
            self._add(best, len(ring), weight)
        terms: list[_Term[V]] = []
        for period, cycle in best.items():
            filling: dict[int, V] = {}
            valid = start
            for lengths in fillings(sorted(best.keys() - {period}), period):
                rounds, rest = divmod(sum(lengths), period)
                beside = reduce(self._algebra.times, (best[length] for length in lengths), value)
                self._add(filling, rest, self._algebra.times(beside, self._algebra.power(cycle, -rounds)))
                valid = max(valid, start + sum(lengths) - period + 1)
            terms.append(_Term(cycle, period, filling, start, valid))
        return terms

    def _best(self, terms: Sequence[_Term[V]], least: int) -> list[_Term[V]]:
        """Drop the terms that another is known to dominate from a count on."""
        kept: list[_Term[V]] = []
        for term in terms:
            if not any(self._dominates(other, term, least) for other in kept):
                kept = [other for other in kept if not self._dominates(term, other, least)]
                kept.append(term)
        if len(kept) > TERMS:
            raise NoClosedForm(f"it is the greatest of {len(kept)} terms, which the facts leave open")
        return kept

    def _dominates(self, a: _Term[V], b: _Term[V], least: int) -> bool:
        """Tell whether a >= b from a count on: for one of each remainder, and from that to the next."""
        period = math.lcm(a.period, b.period)
        steps = (self._algebra.power(term.cycle, period // term.period) for term in (a, b))
        if not self._at_least(*steps):
            return False
        for count in range(least, least + period):
            x, y = self._at(a, count), self._at(b, count)
            if y is not None and (x is None or not self._at_least(x, y)):
                return False
        return True

    def _at_least(self, a: V, b: V) -> bool:
        """Tell whether a >= b is known, asking once."""
        if (a, b) not in self._compared:
            self._compared[a, b] = a == b or self._algebra.plus([a, b]) == a
        return self._compared[a, b]

    def _at(self, term: _Term[V], count: int) -> V | None:
        rounds, rest = divmod(count - term.start, term.period)
        if rest not in term.filling:
            return None
        return self._algebra.times(term.filling[rest], self._algebra.power(term.cycle, rounds))

    def _holds(self, terms: Sequence[_Term[V]], i: int, j: int, count: int) -> bool:
        """Tell whether the maximum of terms is entry ij at a small count."""
        values = [value for term in terms if (value := self._at(term, count)) is not None]
        exact = self._exact(count)[i].get(j)
        if not values or exact is None:
            return not values and exact is None
        made = self._algebra.plus(values)
        return self._at_least(made, exact) and self._at_least(exact, made)

    def _exact(self, count: int) -> list[dict[int, V]]:
        """Give the power for a number, by multiplying."""
        while len(self._iterated) <= count:
            last = self._iterated[-1]
            made: list[dict[int, V]] = []
            for row in self._rows:
                made.append({})
                for middle, outer in row.items():
                    for number, inner in last[middle].items():
                        self._add(made[-1], number, self._algebra.times(outer, inner))
            self._iterated.append(made)
        return self._iterated[count]

    def _written(self, term: _Term[V]) -> V | None:
        """Write a term at the symbolic count, None where it is zero.

        All terms are written through the same quotient and remainder, those of the count without
        its number, so that they compare: floor((n - 1)/2) is floor(n/2) - 1 + n % 2.
        """
        left, period, times = self._count - term.start, term.period, self._algebra.times
        rest = sympy.Mod(left, period)
        if rest.is_Integer or len(term.filling) < period:
            rests = [int(rest)] if rest.is_Integer else sorted(term.filling)
            return self._some(term, left, [rest for rest in rests if rest in term.filling])
        shift, core = left.as_coeff_Add()
        if not shift.is_Integer:
            shift, core = sympy.S.Zero, left
        first = term.start + int(shift)
        values = [value for k in range(period) if (value := self._at(term, first + k)) is not None]
        value = times(values[0], self._algebra.power(term.cycle, sympy.floor(core / period)))
        for k in range(1, period):
            step = times(values[k], self._algebra.power(values[k - 1], -1))
            value = times(value, self._algebra.power(step, _reaches(core, k, period)))
        return value

    def _some(self, term: _Term[V], left: sympy.Expr, rests: Sequence[int]) -> V | None:
        """Write a term that is there for some remainders only."""
        values = []
        for rest in rests:
            rounds = (left - rest) / term.period
            value = self._algebra.times(term.filling[rest], self._algebra.power(term.cycle, rounds))
            if not rounds.is_integer:
                value = self._only(value, sympy.floor(rounds) - sympy.ceiling(rounds) + 1)
            values.append(value)
        return self._maximum(values)


def _reaches(left: sympy.Expr, rest: int, period: int) -> sympy.Expr:
    """Give 1 where the remainder of a division is so large, else 0."""
    if period == 2:
        return sympy.Mod(left, 2)
    return sympy.floor((left + period - rest) / period) - sympy.floor(left / period)
