"""What follows from the declarations: relations decided, or left open."""

from __future__ import annotations

import math
from copy import copy
from fractions import Fraction
from typing import Any, Self

import sympy

from layercalc.facts.ranges import Ranges
from layercalc.values.linear import half_line, linear_in_one, next_integer
from layercalc.values.opened import is_short
from layercalc.values.polynomial import (
    ONE,
    Bounds,
    Polynomial,
    TooLarge,
    combined,
    generators,
    indivisible,
    least,
    polynomial,
    primitive,
    proportional,
    ratios,
)
from layercalc.values.product import Product
from layercalc.values.scalar import Number, Scalar, plain, symbolic, whole


class Facts(Ranges):
    """What is declared of the symbols of a spec.

    >>> facts = Facts()
    >>> r = facts.symbol("r")
    >>> facts.assume(sympy.Eq(sympy.Mod(r, 32), 0))
    >>> facts.restore(facts.canonical(sympy.ceiling(r / 2)))
    r/2
    >>> facts.decide(r >= 32), facts.decide(r > 64)
    (True, None)
    """

    def __init__(self) -> None:
        super().__init__()
        self._unequal: list[Polynomial] = []
        self._verbatim: set[Any] = set()

    def assuming(self, relation: Any) -> Self:
        """Give the same facts with one more, these left as they are.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> facts.assuming(n >= 5).decide(n >= 4), facts.decide(n >= 4)
        (True, None)

        Raises:
            ValueError: if it contradicts what is declared.
        """
        fork = copy(self)
        for name, container in vars(self).items():
            setattr(fork, name, copy(container))
        fork.assume(relation)
        return fork

    def assume(self, relation: Any) -> None:
        """Take a relation as true: bounds and residues of a symbol are read off it.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> facts.assume(2 * n + 1 >= 18)
        >>> facts.decide(n >= 9)
        True

        Raises:
            ValueError: if it contradicts what is declared.
        """
        if isinstance(relation, sympy.And):
            for part in relation.args:
                self.assume(part)
            return
        if relation in (False, sympy.false):
            raise ValueError("nothing satisfies these conditions")
        if relation in (True, sympy.true):
            return
        self._verbatim.add(relation)
        try:
            if isinstance(relation, sympy.Eq) and relation.atoms(sympy.Mod):
                self._assume_residue(relation)
            elif isinstance(relation, sympy.core.relational.Relational):
                self._assume_relation(relation)
        except TooLarge:
            return  # it stands verbatim

    def decide(self, relation: Any) -> bool | None:
        """Tell whether a relation follows, or its contrary; None where it is open.

        >>> facts = Facts()
        >>> n, w = facts.symbol("n"), facts.symbol("w")
        >>> facts.decide(n * w + 1 > w), facts.decide(n > w)
        (True, None)
        """
        relation = self.canonical(relation) if isinstance(relation, sympy.Basic) else relation
        if relation in (True, False):
            return bool(relation)
        if isinstance(relation, sympy.Not):
            inner = self.decide(relation.args[0])
            return None if inner is None else not inner
        if isinstance(relation, sympy.And | sympy.Or):
            return self._decide_all(relation)
        if self._is_verbatim(relation):
            return True
        if not isinstance(relation, sympy.core.relational.Relational):
            return None
        try:
            return self._compare(relation)
        except TooLarge:
            return None

    def is_positive(self, expression: Scalar) -> bool | None:
        """Tell whether an expression is above zero.

        >>> Facts().is_positive(3)
        True
        """
        return self.decide(sympy.Gt(symbolic(expression), 0))

    def is_nonnegative(self, expression: Scalar) -> bool | None:
        """Tell whether an expression is zero or above.

        >>> Facts().is_nonnegative(-3)
        False
        """
        return self.decide(sympy.Ge(symbolic(expression), 0))

    def least(self, expression: Scalar) -> Number | None:
        """Give a number that an expression is not below, None where none is seen.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> facts.least(2 * n - n % 2), facts.least(-n)
        (1, None)
        """
        try:
            return least(polynomial(self.canonical(symbolic(expression))), self._range)
        except TooLarge:
            return None

    def explain(self, relation: Any) -> tuple[tuple[sympy.Symbol, ...], Any]:
        """Name the symbols that leave a relation open, and a condition that would decide it.

        The condition is the relation itself, solved where it is linear in one symbol;
        its contrary would decide it as well.

        >>> facts = Facts()
        >>> facts.explain(2 * facts.symbol("w") + 1 > 64)
        ((w,), w >= 32)
        """
        shown = self.restore(self.canonical(relation))
        symbols = tuple(sorted(shown.free_symbols, key=lambda symbol: symbol.name))
        try:
            linear = linear_in_one(polynomial(shown.lhs - shown.rhs)) if _is_order(shown) else None
        except TooLarge:
            linear = None
        if linear is None:
            return symbols, shown
        symbol, slope, constant = linear
        strict = isinstance(shown, sympy.Gt | sympy.Lt)
        upward = (slope > 0) == isinstance(shown, sympy.Gt | sympy.Ge)
        return symbols, half_line(symbol, Fraction(-constant) / slope, upward, strict)

    def is_whole(self, expression: Any) -> bool:
        """Tell whether an expression is surely a whole number.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> i = facts.index("i", n)
        >>> facts.is_whole(2 ** (n - i - 1) * n), facts.is_whole(2 ** (n - i - 2))
        (True, False)
        """
        if expression.is_integer:
            return True
        canonical = self.canonical(expression)
        if not is_short(symbolic(canonical)):
            return False
        opened = sympy.expand_mul(sympy.expand(canonical))
        return all(self._is_whole_term(term) for term in sympy.Add.make_args(opened))

    def _is_whole_term(self, term: Any) -> bool:
        """Look at the powers of each prime and each other factor of a product."""
        number, rest = term.as_coeff_Mul()
        if rest.is_integer and number.is_integer:
            return True
        if not all(part.as_base_exp()[0].is_positive for part in sympy.Mul.make_args(rest)):
            return False
        totals: dict[Any, list[sympy.Expr]] = {}
        for exponent, monomial in Product.of(abs(number) * rest).groups.items():
            for base, power in monomial.items():
                totals.setdefault(base, []).append(symbolic(exponent) * symbolic(power))
        exponents = {base: sympy.expand(sympy.Add(*parts)) for base, parts in totals.items()}
        return all(
            (isinstance(base, int) or base.is_integer)
            and exponent.is_integer
            and bool(self.is_nonnegative(plain(exponent)))
            for base, exponent in exponents.items()
        )

    def _assume_residue(self, relation: Any) -> None:
        """Read a * Mod(linear, m) + b == 0."""
        mods = list(relation.atoms(sympy.Mod))
        poly = polynomial(relation.lhs - relation.rhs)
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
        poly = polynomial(relation.lhs - relation.rhs)
        if isinstance(relation, sympy.Ne):
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
            poly = primitive(self._canonical(poly), self._positive)
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

    def _is_verbatim(self, relation: Any) -> bool:
        """Tell whether a relation was assumed, without restoring it: it may be very large."""
        alike = (known for known in self._verbatim if type(known) is type(relation))
        return relation in self._verbatim or any(self.canonical(known) == relation for known in alike)

    def _decide_all(self, relation: Any) -> bool | None:
        decided = [self.decide(part) for part in relation.args]
        absorbing = isinstance(relation, sympy.Or)
        if absorbing in decided:
            return absorbing
        return None if None in decided else not absorbing

    def _compare(self, relation: Any) -> bool | None:
        difference = relation.lhs - relation.rhs
        poly = primitive(polynomial(difference), self._positive)
        opposite = combined([(poly, -1)])
        if isinstance(relation, sympy.Eq | sympy.Ne):
            equal = self._is_zero(poly, opposite)
            return equal if equal is None or isinstance(relation, sympy.Eq) else not equal
        if isinstance(relation, sympy.Lt | sympy.Le):
            poly, opposite, difference = opposite, poly, -difference
        strict = isinstance(relation, sympy.Gt | sympy.Lt)
        if self._above(poly, strict):
            return True
        if self._above(opposite, not strict):
            return False
        decided = difference.is_positive if strict else difference.is_nonnegative
        return None if decided is None else bool(decided)

    def _is_zero(self, poly: Polynomial, opposite: Polynomial) -> bool | None:
        if not poly:
            return True
        if self._above(poly, True) or self._above(opposite, True) or indivisible(poly):
            return False
        if any(proportional(poly, other) for other in self._unequal):
            return False
        return True if self._above(poly, False) and self._above(opposite, False) else None

    def _above(self, poly: Polynomial, strict: bool) -> bool:
        """Tell whether a polynomial is seen to be above zero, or not below it."""
        bound = least(poly, self._range)
        if bound is not None and (bound > 0 or (bound == 0 and not strict)):
            return True
        for known in self._known:
            if known.round is not None and known.round not in generators(poly):
                continue
            for factor in ratios(poly, known.polynomial):
                bound = least(combined([(poly, 1), (known.polynomial, -factor)]), self._range)
                if bound is not None and (bound > 0 or (bound == 0 and (known.strict or not strict))):
                    return True
        return False


def _is_order(relation: Any) -> bool:
    return isinstance(relation, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le)
