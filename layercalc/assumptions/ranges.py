"""Bounds of expressions: from their kind, from their symbols, from what is known to be nonnegative.

From symbols and polynomials that are known not to be negative; to least and greatest
values. Promises: a bound holds for every value that the declarations allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from layercalc.assumptions.symbols import Symbols
from layercalc.lazy import sympy
from layercalc.numbers import special
from layercalc.numbers.polynomial import (
    Bounds,
    Polynomial,
    combined,
    expression,
    generators,
    least,
    polynomial,
    ratios,
    tightened,
)
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.numbers.sums import surely_whole

#: Powers are not bounded by numbers of higher powers.
EXPONENT = 512


class Known(NamedTuple):
    """A polynomial that is not negative; `strict`: nor zero. `round`: only in the loop of this index."""

    polynomial: Polynomial
    strict: bool
    round: sympy.Symbol | None = None

    @property
    def symbols(self) -> set[sympy.Basic]:
        """The symbols it speaks of."""
        return {symbol for generator in generators(self.polynomial) for symbol in generator.free_symbols}


class Ranges(Symbols):
    """The symbols that are declared, and the bounds that follow for expressions of them."""

    def __init__(self) -> None:
        super().__init__()
        self._known: list[Known] = []
        self._rounds: dict[sympy.Symbol, Scalar] = {}

    def index(self, name: str, count: Scalar) -> sympy.Symbol:
        """Give the symbol of the round of a loop, from 0 to count - 1, named so if that is free.

        What follows from `count > index` is used only where the index itself stands:
        it says nothing of a loop without rounds.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> i = facts.index("i", n - 1)
        >>> facts.decide(n >= i + 2), facts.decide(n >= 2)
        (True, None)
        """
        made = self._new_index(name)
        self._rounds[made] = count
        left = polynomial(self.canonical(symbolic(count) - 1 - made))
        self._know(left, False, made)
        return made

    @property
    def rounds(self) -> dict[sympy.Symbol, sympy.Expr]:
        """The symbols of rounds, each with the number of rounds of its loop, the outer loops first.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> i = facts.index("i", facts.symbol("n"))
        >>> facts.rounds
        {i: n}
        """
        return {index: symbolic(count) for index, count in self._rounds.items()}

    def hold_in_rounds(self, relation: Any) -> None:
        """Take a relation as true in every round of the innermost loop whose index stands in it.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> i, r = facts.index("i", facts.symbol("n")), facts.symbol("r")
        >>> facts.hold_in_rounds(r - 2 * i >= 3)
        >>> facts.decide(r - 2 * i > 0), facts.decide(r >= 3)
        (True, None)
        """
        index = [index for index in self._rounds if index in relation.free_symbols][-1]
        if isinstance(relation, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
            left = polynomial(self.canonical(relation.gts - relation.lts))
            self._know(left, isinstance(relation, sympy.Gt | sympy.Lt), index)

    def forget_index(self, index: sympy.Symbol) -> None:
        """Take back the symbol of a round that was tried.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> facts.forget_index(facts.index("i", facts.symbol("n")))
        >>> facts.index("i", 3)
        i
        """
        del self._indices[index.name], self._rounds[index]
        self._known = [known for known in self._known if known.round != index]
        self._changed()

    def _know(self, poly: Polynomial, strict: bool, index: sympy.Symbol | None = None) -> None:
        """Take a polynomial as not negative."""
        self._known.append(Known(*tightened(poly, strict), index))
        self._changed()

    def _canonical(self, poly: Polynomial) -> Polynomial:
        written = self._residues.keys() | self._multiples.keys() | self._outdated
        if not any(generator.free_symbols & written for generator in generators(poly)):
            return poly
        return polynomial(self.canonical(expression(poly)))

    def _positive(self, generator: sympy.Expr) -> bool:
        if not isinstance(generator, sympy.Mod) and generator.is_positive:  # a remainder may be 0
            return True
        low = self._range(generator).low
        return low is not None and low > 0

    def _range(self, generator: sympy.Expr) -> Bounds:
        """Bound whatever does not come apart; once, since a rounding is asked for on all sides."""
        if generator in self._bounds:
            return self._bounds[generator]
        if generator not in self._ranges:
            self._ranges[generator] = Bounds()  # while it is looked at
            self._ranges[generator] = self._derived_range(generator)
        return self._ranges[generator]

    def _derived_range(self, generator: sympy.Expr) -> Bounds:
        if isinstance(generator, sympy.Mod) and generator.args[1].is_Integer and generator.args[1] > 0:
            inner, modulus = generator.args
            return Bounds(0, int(modulus) - surely_whole(inner))
        if generator.is_Pow and generator.base.is_Integer and generator.base > 1:
            return self._power_range(int(generator.base), self._both_ends(generator.exp))
        low: Number | None = 0 if generator.is_nonnegative else None
        if isinstance(generator, special.log2) and isinstance(generator.args[0], sympy.Min):
            return Bounds(low, 0 if sympy.S.One in generator.args[0].args else None)
        if isinstance(generator, sympy.Max | sympy.Min):
            return _extreme([self._both_ends(part) for part in generator.args], generator.func is sympy.Max)
        if not (isinstance(generator, sympy.floor | sympy.ceiling | special.log2) or generator.is_Add):
            return Bounds(1 if generator.is_positive and generator.is_integer else low)
        if isinstance(generator, special.log2):
            inner = least(polynomial(generator.args[0]), self._range)
            return Bounds(low if inner is None or inner < 1 else math.floor(inner).bit_length() - 1)
        rounded = {sympy.floor: math.floor, sympy.ceiling: math.ceil}.get(generator.func, whole)
        ends = self._both_ends(generator if generator.is_Add else generator.args[0])
        low, high = (None if end is None else rounded(end) for end in ends)
        return Bounds(
            (1 if generator.is_positive and generator.is_integer else 0 if generator.is_nonnegative else None)
            if low is None
            else low,
            high,
        )

    def _both_ends(self, expression: Scalar) -> Bounds:
        """Bound an expression from both sides."""
        poly = polynomial(expression)
        high = self._least(combined([(poly, -1)]))
        return Bounds(self._least(poly), None if high is None else -high)

    @staticmethod
    def _power_range(base: int, exponent: Bounds) -> Bounds:
        low, high = exponent
        return Bounds(
            0 if low is None or low < -EXPONENT else Fraction(base) ** min(math.floor(low), EXPONENT),
            None if high is None or high > EXPONENT else Fraction(base) ** max(math.ceil(high), -EXPONENT),
        )

    def _least(self, poly: Polynomial) -> Number | None:
        """Bound a polynomial from below, by itself or by what is known not to be negative."""
        found = [least(poly, self._range)]
        for known in self._known:
            if known.round is None or any(known.round in g.free_symbols for g in generators(poly)):
                found += [
                    least(combined([(poly, 1), (known.polynomial, -factor)]), self._range)
                    for factor in ratios(poly, known.polynomial)
                ]
        return max((bound for bound in found if bound is not None), default=None)


def _extreme(parts: Sequence[Bounds], greatest: bool) -> Bounds:
    """Bound a maximum, or a minimum, by the bounds of its parts."""
    choose, sure = (max, "low") if greatest else (min, "high")
    ends = {}
    for name in Bounds._fields:
        known = [end for part in parts if (end := getattr(part, name)) is not None]
        ends[name] = choose(known) if known and (name == sure or len(known) == len(parts)) else None
    return Bounds(**ends)
