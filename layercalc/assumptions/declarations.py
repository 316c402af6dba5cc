"""Records assumed relations as bounds, residues and polynomials.

From conditions; to what `assumptions.proofs` adds up. Promises: the order of declarations does not
matter, and what is not understood stands as it is.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from layercalc.assumptions.proofs import Proofs
from layercalc.lazy import sympy
from layercalc.numbers.linear import difference, linear_in_one, next_integer
from layercalc.numbers.polynomial import (
    ONE,
    Bounds,
    Polynomial,
    TooLarge,
    combined,
    is_whole,
    polynomial,
    primitive,
)
from layercalc.numbers.rational import whole
from layercalc.numbers.scalar import plain, symbolic


class Declarations(Proofs):
    """What is declared of symbols."""

    def __init__(self) -> None:
        super().__init__()
        self._unequal: list[Polynomial] = []
        self._verbatim: set[Any] = set()
        self._choices: list[Any] = []

    def assume(self, relation: Any) -> None:
        """Take a relation as true: bounds and residues of a symbol are read off it.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> facts.assume(2 * n + 1 >= 18)
        >>> facts.decide(n >= 9)
        True

        Raises:
            ValueError: if it contradicts what is declared.
        """
        if isinstance(relation, sympy.Not):
            relation = sympy.to_nnf(relation, simplify=False)
        if relation in (False, sympy.false):
            raise ValueError("nothing satisfies these conditions")
        if relation in (True, sympy.true):
            return
        self._verbatim.add(relation)
        if isinstance(relation, sympy.And):
            for part in relation.args:
                self.assume(part)
        elif isinstance(relation, sympy.Or):
            self._choices.append(relation)
        elif isinstance(relation, sympy.Rel):
            self._read(relation)

    def _read(self, relation: Any) -> None:
        before = dict(self._residues), dict(self._multiples)
        try:
            if isinstance(relation, sympy.Eq) and relation.atoms(sympy.Mod):
                self._assume_residue(relation)
            else:
                self._assume_relation(relation)
        except TooLarge:
            return  # it stands verbatim
        if before != (self._residues, self._multiples):
            self._rewrite()

    def _assume_residue(self, relation: Any) -> None:
        """Read a * Mod(linear, m) + b == 0."""
        mods = list(relation.atoms(sympy.Mod))
        poly = difference(relation.lhs, relation.rhs)
        slope, constant = poly.pop(frozenset({(mods[0], 1)}), 0), poly.pop(ONE, 0)
        if len(mods) > 1 or poly or not slope:
            return
        inner, modulus = (polynomial(part) for part in mods[0].args)
        linear = linear_in_one(inner)
        if linear is None:
            self._assume_divides(inner, mods[0].args[1], Fraction(-constant) / slope)
            return
        symbol, a, b = linear
        rest = Fraction(-constant) / slope - b
        if set(modulus) != {ONE}:
            if a == 1 and rest.denominator == 1 and symbol.is_integer:
                self._divisible(symbol, -int(rest), mods[0].args[1])
            return
        scale = math.lcm(Fraction(a).denominator, rest.denominator, Fraction(modulus[ONE]).denominator)
        self._congruent(symbol, int(a * scale), int(rest * scale), abs(int(modulus[ONE] * scale)))

    def _assume_divides(self, inner: Polynomial, modulus: Any, rest: Fraction) -> None:
        """Read a number that a power of a prime divides: the power has a bound."""
        base, exponent = modulus.as_base_exp()
        number = plain(symbolic(inner.get(ONE, 0)) - symbolic(whole(rest)))
        prime = isinstance(number, int) and number and base.is_Integer and base.is_prime
        if set(inner) <= {ONE} and prime and exponent.is_integer:
            self.assume(exponent <= sympy.multiplicity(base, symbolic(number)))

    def _assume_relation(self, relation: Any) -> None:
        poly = difference(relation.lhs, relation.rhs)
        if isinstance(relation, sympy.Ne):
            poly = self._canonical(poly)
            self._unequal += [poly, combined([(poly, -1)])]
            return
        strict = isinstance(relation, sympy.Gt | sympy.Lt)
        if isinstance(relation, sympy.Gt | sympy.Ge | sympy.Eq):
            self._not_negative(poly, strict)
        if isinstance(relation, sympy.Lt | sympy.Le | sympy.Eq):
            self._not_negative(combined([(poly, -1)]), strict)

    def _not_negative(self, poly: Polynomial, strict: bool) -> None:
        linear = linear_in_one(poly)
        if linear is None:
            poly, strict = self._reduced(self._canonical(poly), strict)
            linear = linear_in_one(poly)
        if linear is None:
            self._know(poly, strict)
            return
        symbol, slope, constant = linear
        edge = whole(Fraction(-constant) / slope)
        if symbol.is_integer:
            edge = next_integer(edge, slope > 0, strict)
        elif strict:
            self._know(poly, strict)
        low, high = self._bounds.get(symbol, Bounds())
        if slope > 0:
            self._bound(symbol, Bounds(edge if low is None else max(low, edge), high))
        else:
            self._bound(symbol, Bounds(low, edge if high is None else min(high, edge)))
        if symbol in self._multiples:
            self._bounded_multiple(symbol)

    def _rewrite(self) -> None:
        """Say again what is known, of the multiples that symbols now stand for."""
        known, self._known = self._known, []
        for poly, strict, index in known:
            if index is None:
                self._not_negative(self._canonical(poly), strict)
            else:
                self._know(self._canonical(poly), strict, index)
        for symbol in self._multiples:
            self._bounded_multiple(symbol)
        self._unequal = [self._canonical(poly) for poly in self._unequal]

    def _bounded_multiple(self, symbol: sympy.Symbol) -> None:
        """Say of the multiple of a symbolic number what bounds its symbol."""
        multiple = polynomial(self._multiples[symbol])
        for edge, sign in zip(self.bounds(symbol), (1, -1), strict=True):
            if edge is not None:
                self._not_negative(combined([(multiple, sign), ({ONE: edge}, -sign)]), False)

    def _reduced(self, poly: Polynomial, strict: bool) -> tuple[Polynomial, bool]:
        """Divide by what is positive; a product of whole numbers that is 1 or more is above zero."""
        rest = {powers: c for powers, c in poly.items() if powers}
        whole_values = is_whole(rest) and all(c.denominator == 1 for c in rest.values())
        if whole_values and not strict and poly.get(ONE) == -1:
            divided = primitive(rest, self._positive)
            if divided != rest:
                return divided, True
        return primitive(poly, self._positive), strict
