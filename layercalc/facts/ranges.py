"""What bounds an expression: by its own kind, by its symbols, by what is known not to be negative.

From symbols and polynomials that are known not to be negative; to least and greatest
values. Promises: a bound holds for every value that the declarations allow.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

import sympy

from layercalc.facts.symbols import Symbols
from layercalc.values.log2 import log2
from layercalc.values.polynomial import Bounds, Polynomial, combined, generators, least, polynomial, ratios
from layercalc.values.scalar import Number, Scalar, plain, symbolic, whole


class Known(NamedTuple):
    """A polynomial that is not negative; `strict`: nor zero. `round`: only in the loop of this index."""

    polynomial: Polynomial
    strict: bool
    round: sympy.Symbol | None = None


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

        >>> from layercalc.facts import Facts
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

        >>> from layercalc.facts import Facts
        >>> facts = Facts()
        >>> i = facts.index("i", facts.symbol("n"))
        >>> facts.rounds
        {i: n}
        """
        return {index: symbolic(count) for index, count in self._rounds.items()}

    def hold_in_rounds(self, relation: Any) -> None:
        """Take a relation as true in every round of the innermost loop whose index stands in it.

        >>> from layercalc.facts import Facts
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

        >>> from layercalc.facts import Facts
        >>> facts = Facts()
        >>> facts.forget_index(facts.index("i", facts.symbol("n")))
        >>> facts.index("i", 3)
        i
        """
        del self._indices[index.name], self._rounds[index]
        self._known = [known for known in self._known if known.round != index]
        self._ranges.clear()

    def _know(self, poly: Polynomial, strict: bool, index: sympy.Symbol | None = None) -> None:
        """Take a polynomial as not negative."""
        self._known.append(Known(poly, strict, index))
        self._ranges.clear()

    def _canonical(self, poly: Polynomial) -> Polynomial:
        if (self._residues.keys() | self._multiples.keys()).isdisjoint(generators(poly)):
            return poly
        terms = (c * sympy.Mul(*(g**p for g, p in powers)) for powers, c in poly.items())
        return polynomial(self.canonical(sympy.Add(*(symbolic(plain(term)) for term in terms))))

    def _positive(self, generator: sympy.Expr) -> bool:
        if generator.is_positive:
            return True
        low = self._range(generator).low
        return low is not None and low > 0

    def _range(self, generator: sympy.Expr) -> Bounds:
        """Bound whatever does not come apart; once, since a rounding is asked for on all sides."""
        if generator in self._bounds:
            return self._bounds[generator]
        if generator not in self._ranges:
            self._ranges[generator] = self._derived_range(generator)
        return self._ranges[generator]

    def _derived_range(self, generator: sympy.Expr) -> Bounds:
        if isinstance(generator, sympy.Mod) and generator.args[1].is_Integer and generator.args[1] > 0:
            return Bounds(0, int(generator.args[1]) - (1 if generator.args[0].is_integer else 0))
        if generator.is_Pow and generator.base.is_Integer and generator.base > 1:
            exponent = self._least(polynomial(generator.exp))
            return Bounds(0 if exponent is None else Fraction(int(generator.base)) ** math.floor(exponent))
        low: Number | None = 0 if generator.is_nonnegative else None
        if isinstance(generator, log2) and isinstance(generator.args[0], sympy.Min):
            return Bounds(low, 0 if sympy.S.One in generator.args[0].args else None)
        inner = None
        if isinstance(generator, sympy.floor | sympy.ceiling | log2) or generator.is_Add:
            inner = least(polynomial(generator if generator.is_Add else generator.args[0]), self._range)
        if inner is None:
            return Bounds(1 if generator.is_positive and generator.is_integer else low)
        if isinstance(generator, log2):
            return Bounds(math.floor(inner).bit_length() - 1 if inner >= 1 else low)
        rounded = {sympy.floor: math.floor, sympy.ceiling: math.ceil}.get(generator.func, whole)
        return Bounds(rounded(inner))

    def _least(self, poly: Polynomial) -> Number | None:
        """Bound a polynomial from below, by itself or by what is known not to be negative."""
        found = [least(poly, self._range)]
        for known in self._known:
            if known.round is None or known.round in generators(poly):
                found += [
                    least(combined([(poly, 1), (known.polynomial, -factor)]), self._range)
                    for factor in ratios(poly, known.polynomial)
                ]
        return max((bound for bound in found if bound is not None), default=None)
