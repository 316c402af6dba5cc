"""What the params declare about their symbols, and what follows from it.

From names and `where` conditions; to symbols, and to answers about relations: true,
false, or open. Promises: an answer is a consequence of what was declared; what is
open is None. It does not simplify or solve: differences are expanded, each symbol
is written as its bound plus something not negative, and the signs are read off.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

import sympy

from layercalc.values.linear import Residue, half_line, joined, linear_in_one, next_integer
from layercalc.values.log2 import log2
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
from layercalc.values.scalar import Number, Scalar, plain, symbolic, whole

#: Expressions with more generators than this are not expanded when symbols are put back.
TIDY_OPERATIONS = 2000


class _Known(NamedTuple):
    """A polynomial that is not negative; `strict`: nor zero."""

    polynomial: Polynomial
    strict: bool


class Facts:
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
        self._symbols: dict[str, sympy.Symbol] = {}
        self._bounds: dict[sympy.Symbol, Bounds] = {}
        self._ranges: dict[sympy.Expr, Bounds] = {}
        self._residues: dict[sympy.Symbol, Residue] = {}
        self._stands_for: dict[sympy.Symbol, sympy.Expr] = {}
        self._known: list[_Known] = []
        self._unequal: list[Polynomial] = []
        self._verbatim: set[Any] = set()

    def symbol(self, name: str, integer: bool = True, positive: bool = True) -> sympy.Symbol:
        """Give the symbol of a name, the same one each time.

        >>> facts = Facts()
        >>> facts.symbol("n") is facts.symbol("n")
        True
        """
        if name not in self._symbols:
            assumptions = {key: True for key, on in (("integer", integer), ("positive", positive)) if on}
            made = sympy.Symbol(name, **(assumptions or {"real": True}))
            self._symbols[name] = made
            self._bounds[made] = Bounds((1 if integer else 0) if positive else None)
        return self._symbols[name]

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

    def canonical(self, expression: Any) -> Any:
        """Write symbols of known residue as multiples, so that rounding comes out exactly.

        >>> facts = Facts()
        >>> d = facts.symbol("d")
        >>> facts.assume(sympy.Eq(sympy.Mod(d - 2, 6), 0))
        >>> facts.canonical((d - 2) / 6)
        (d-2)/6
        """
        if isinstance(expression, int | Fraction):
            return expression
        found = expression.free_symbols & self._residues.keys()
        if not found:
            return _plain(expression)
        return _plain(expression.xreplace({symbol: self._multiple(symbol) for symbol in found}))

    def restore(self, expression: Any) -> Any:
        """Put the declared symbols back in place of what `canonical` wrote.

        >>> facts = Facts()
        >>> facts.restore(facts.canonical(facts.symbol("n") * 3))
        3*n
        """
        if isinstance(expression, int | Fraction):
            return expression
        found = expression.free_symbols & self._stands_for.keys()
        if not found:
            return _plain(expression)
        restored = expression.xreplace({symbol: self._stands_for[symbol] for symbol in found})
        if isinstance(restored, sympy.Expr) and restored.count_ops() <= TIDY_OPERATIONS:
            restored = sympy.expand_mul(restored)
        return _plain(restored)

    def bounds(self, symbol: sympy.Symbol) -> Bounds:
        """Give the least and the greatest value of a declared symbol, None where there is none.

        >>> facts = Facts()
        >>> facts.bounds(facts.symbol("n"))
        Bounds(low=1, high=None)
        """
        return self._bounds.get(symbol, Bounds())

    @property
    def stands_for(self) -> dict[sympy.Symbol, sympy.Expr]:
        """What each private symbol of `canonical` stands for, for `Product.substitute`."""
        return dict(self._stands_for)

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
        if relation in self._verbatim or self.restore(relation) in self._verbatim:
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

    def _assume_residue(self, relation: Any) -> None:
        """Read a * Mod(linear, m) + b == 0."""
        mods = list(relation.atoms(sympy.Mod))
        poly = polynomial(relation.lhs - relation.rhs)
        slope, constant = poly.pop(frozenset({(mods[0], 1)}), 0), poly.pop(ONE, 0)
        if len(mods) > 1 or poly or not slope:
            return
        inner, modulus = (polynomial(part) for part in mods[0].args)
        linear = linear_in_one(inner)
        if linear is None or set(modulus) != {ONE}:
            return
        symbol, a, b = linear
        rest = Fraction(-constant) / slope - b
        scale = math.lcm(Fraction(a).denominator, rest.denominator, Fraction(modulus[ONE]).denominator)
        self._congruent(symbol, int(a * scale), int(rest * scale), abs(int(modulus[ONE] * scale)))

    def _congruent(self, symbol: sympy.Symbol, a: int, b: int, m: int) -> None:
        """Record a * symbol = b modulo m, together with what is known of the symbol."""
        shared = math.gcd(a, m)
        if b % shared:
            raise ValueError("nothing satisfies these conditions")
        m //= shared
        new = Residue(m, (b // shared) * pow(a // shared, -1, m) % m)
        old = self._residues.get(symbol, Residue(1, 0))
        both = joined(old, new)
        if both.modulus > 1 and symbol.is_integer:
            self._residues[symbol] = both
            self._bound(symbol, self._bounds.get(symbol, Bounds()))

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
            self._known.append(_Known(primitive(self._canonical(poly), self._positive), strict))
            return
        symbol, slope, constant = linear
        edge = whole(Fraction(-constant) / slope)
        if symbol.is_integer:
            edge = next_integer(edge, slope > 0, strict)
        elif strict:
            self._known.append(_Known(poly, strict))
        low, high = self._bounds.get(symbol, Bounds())
        if slope > 0:
            self._bound(symbol, Bounds(edge if low is None else max(low, edge), high))
        else:
            self._bound(symbol, Bounds(low, edge if high is None else min(high, edge)))

    def _bound(self, symbol: sympy.Symbol, bounds: Bounds) -> None:
        low, high = bounds
        residue = self._residues.get(symbol)
        if residue:
            low = None if low is None else low + (residue.rest - math.ceil(low)) % residue.modulus
            high = None if high is None else high - (math.floor(high) - residue.rest) % residue.modulus
        if low is not None and high is not None and low > high:
            raise ValueError(f"nothing satisfies these conditions: {symbol} >= {low} and {symbol} <= {high}")
        self._set(symbol, Bounds(low, high))

    def _set(self, symbol: sympy.Symbol, bounds: Bounds) -> None:
        if self._bounds.get(symbol) != bounds:
            self._ranges.clear()
            self._bounds[symbol] = bounds

    def _multiple(self, symbol: sympy.Symbol) -> sympy.Expr:
        modulus, rest = self._residues[symbol]
        low, high = self._bounds.get(symbol, Bounds())
        over = [None if edge is None else whole(Fraction(edge - rest, modulus)) for edge in (low, high)]
        sign = {} if over[0] is None else {"positive": True} if over[0] > 0 else {"nonnegative": over[0] == 0}
        sign = {key: value for key, value in sign.items() if value}
        name = f"({symbol}-{rest})/{modulus}" if rest else f"{symbol}/{modulus}"
        factor = sympy.Symbol(name, integer=True, **sign)
        self._stands_for[factor] = (symbol - rest) / modulus
        self._set(factor, Bounds(*over))
        return modulus * factor + rest

    def _canonical(self, poly: Polynomial) -> Polynomial:
        if self._residues.keys().isdisjoint(generators(poly)):
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
        low: Number | None = 0 if generator.is_nonnegative else None
        inner = None
        if isinstance(generator, sympy.floor | sympy.ceiling | log2) or generator.is_Add:
            inner = least(polynomial(generator if generator.is_Add else generator.args[0]), self._range)
        if inner is None:
            return Bounds(1 if generator.is_positive and generator.is_integer else low)
        if isinstance(generator, log2):
            return Bounds(math.floor(inner).bit_length() - 1 if inner >= 1 else low)
        rounded = {sympy.floor: math.floor, sympy.ceiling: math.ceil}.get(generator.func, whole)
        return Bounds(rounded(inner))

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
            for factor in ratios(poly, known.polynomial):
                bound = least(combined([(poly, 1), (known.polynomial, -factor)]), self._range)
                if bound is not None and (bound > 0 or (bound == 0 and (known.strict or not strict))):
                    return True
        return False


def _plain(expression: Any) -> Any:
    return plain(expression) if isinstance(expression, sympy.Expr) else expression


def _is_order(relation: Any) -> bool:
    return isinstance(relation, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le)
