"""Decides relations from the assumptions, or leaves them open."""

from __future__ import annotations

import math
from copy import copy
from typing import Any, Self

from layercalc.assumptions.declarations import Declarations
from layercalc.assumptions.hints import solved
from layercalc.lazy import sympy
from layercalc.numbers.linear import difference, related
from layercalc.numbers.opened import is_short
from layercalc.numbers.polynomial import (
    ONE,
    Polynomial,
    TooLarge,
    combined,
    denominator,
    generators,
    gives_integers,
    indivisible,
    is_whole,
    least,
    polynomial,
    primitive,
    product,
    proportional,
    tightened,
)
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, prime_bases, symbolic
from layercalc.numbers.sums import surely_whole, whole_line

#: Cases are told apart so many times within each other, with so many of each kind.
CASES = 3
ARMS = 4
#: Larger questions are not asked in cases.
CASE_OPERATIONS = 60


class Facts(Declarations):
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
        self._cases = CASES

    def assuming(self, relation: Any) -> Self:
        """Give the same facts with one more, these left as they are.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> facts.assuming(n >= 5).decide(n >= 4), facts.decide(n >= 4)
        (True, None)

        Raises:
            ValueError: if it contradicts what is declared.
        """
        fork = self.copied()
        fork.assume(relation)
        return fork

    def copied(self) -> Self:
        """Give the same facts, to go on with apart.

        >>> facts = Facts()
        >>> facts.copied().symbol("n") in facts.symbols
        False
        """
        fork = copy(self)
        for name, container in vars(self).items():
            setattr(fork, name, copy(container))
        return fork

    def go_back(self, earlier: Self) -> None:
        """Return to the state of an earlier copy.

        >>> facts = Facts()
        >>> before, n = facts.copied(), facts.symbol("n")
        >>> facts.go_back(before)
        >>> facts.symbols
        []
        """
        vars(self).update(vars(earlier.copied()))

    def _by_residues(self) -> Self | None:
        """Give the facts in which multiples of a symbolic number are written as residues, too."""
        both = self._residues.keys() & self._multiples.keys()
        if not both:
            return None
        fork = self.copied()
        for symbol in both:
            fork._outdated |= fork._multiples.pop(symbol).free_symbols & self._stands_for.keys()
            fork._outdated -= fork._multiple(symbol).free_symbols
        fork._rewrite()
        return fork

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
        if self._is_verbatim(relation):
            return True
        if isinstance(relation, sympy.And | sympy.Or):
            return self._decide_all(relation)
        if not isinstance(relation, sympy.Rel):
            return None
        try:
            decided = self._compare(relation)
        except TooLarge:
            return None
        if decided is None:
            decided = self._by_cases(relation)
        other = self._by_residues() if decided is None else None
        return other.decide(relation) if other is not None else decided

    def is_positive(self, expression: Scalar) -> bool | None:
        """Tell whether an expression is above zero.

        >>> Facts().is_positive(3)
        True
        """
        return self.decide(related(sympy.Gt, expression, 0))

    def is_nonnegative(self, expression: Scalar) -> bool | None:
        """Tell whether an expression is zero or above.

        >>> Facts().is_nonnegative(-3)
        False
        """
        return self.decide(related(sympy.Ge, expression, 0))

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

    def floor(self, expression: Any) -> int | None:
        """Round down what stays between two whole numbers, None where it does not, as far as is seen.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> facts.floor((n % 3) / 3), facts.floor(1 / (n + 1)), facts.floor(1 / n)
        (0, 0, None)
        """
        low = self.least(expression)
        if low is None and not self.is_nonnegative(expression):
            return None
        rounded = math.floor(low or 0)
        return rounded if self.decide(expression < rounded + 1) is True else None

    def explain(self, relation: Any) -> tuple[tuple[sympy.Symbol, ...], Any]:
        """Name the symbols that leave a relation open, and a condition that would decide it.

        The condition is the relation itself, solved where it can be; its contrary would
        decide it as well. Of an equality it is the side that all but some sizes are on.

        >>> facts = Facts()
        >>> w = facts.symbol("w")
        >>> facts.explain(2 * w + 1 > 64), facts.explain(sympy.Eq(w**2, 1))
        (((w,), w >= 32), ((w,), w >= 2))
        """
        shown = self.shown(relation)
        symbols = tuple(sorted(shown.free_symbols, key=lambda symbol: symbol.name))
        is_order = isinstance(relation, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le)
        if relation.has(sympy.Mod):  # that it divides is no exception
            return symbols, shown
        try:
            side = relation if is_order else self.usual_side(relation)
            side = sympy.Ne(*relation.args) if side is None else side
            return symbols, solved(self.shown(side), self._positive, not is_order)
        except TooLarge:
            return symbols, shown

    def usual_side(self, relation: Any) -> Any | None:
        """Give the side of an open relation that only an extreme value leaves, None where neither is one.

        >>> facts = Facts()
        >>> r = facts.symbol("r")
        >>> facts.usual_side(sympy.Eq(r**2, 1)), facts.usual_side(r <= 1), facts.usual_side(r > 8)
        (r**2 > 1, r > 1, None)
        """
        if relation.has(sympy.Mod):  # that it divides is no exception
            return None
        a, b = relation.lhs, relation.rhs
        if isinstance(relation, sympy.Eq | sympy.Ne | sympy.Gt | sympy.Le) and self.decide(sympy.Ge(a, b)):
            return sympy.Gt(a, b)
        if isinstance(relation, sympy.Eq | sympy.Ne | sympy.Lt | sympy.Ge) and self.decide(sympy.Le(a, b)):
            return sympy.Lt(a, b)
        return None

    def is_whole(self, expression: Any) -> bool:
        """Tell whether an expression is surely a whole number.

        >>> facts = Facts()
        >>> n = facts.symbol("n")
        >>> i = facts.index("i", n)
        >>> facts.is_whole(2 ** (n - i - 1) * n), facts.is_whole(2 ** (n - i - 2))
        (True, False)
        """
        canonical = self.canonical(expression)
        if whole_line(canonical):
            return surely_whole(canonical)
        # sympy is asked last: to say whether a sum is whole it looks for all of its signs.
        return (is_short(symbolic(canonical)) and self._opens_whole(canonical)) or bool(expression.is_integer)

    def _opens_whole(self, canonical: Any) -> bool:
        opened = sympy.expand_mul(sympy.expand(canonical))
        if all(self._is_whole_term(term) for term in sympy.Add.make_args(opened)):
            return True
        try:
            return gives_integers(polynomial(opened))
        except TooLarge:
            return False

    def _is_whole_term(self, term: Any) -> bool:
        """Look at the powers of each prime and each other factor of a product."""
        number, rest = term.as_coeff_Mul()
        if rest.is_integer and number.is_integer:
            return True
        if not all(part.as_base_exp()[0].is_positive for part in sympy.Mul.make_args(rest)):
            return False
        totals: dict[sympy.Expr, list[sympy.Expr]] = {}
        for base, exponent in prime_bases(abs(number) * rest):
            totals.setdefault(base, []).append(exponent)
        exponents = {base: sympy.expand(sympy.Add(*parts)) for base, parts in totals.items()}
        return all(
            base.is_integer and exponent.is_integer and bool(self.is_nonnegative(plain(exponent)))
            for base, exponent in exponents.items()
        )

    def _is_verbatim(self, relation: Any) -> bool:
        """Tell whether a relation was assumed, without restoring it: it may be very large."""
        alike = (known for known in self._verbatim if type(known) is type(relation))
        return relation in self._verbatim or any(self.canonical(known) == relation for known in alike)

    def _decide_all(self, relation: Any) -> bool | None:
        decided = [self.decide(part) for part in relation.args]
        absorbing = isinstance(relation, sympy.Or)
        if absorbing in decided:
            return absorbing
        if None not in decided:
            return not absorbing
        first, *others = (part for part, known in zip(relation.args, decided, strict=True) if known is None)
        fork = self._case(sympy.Not(first) if absorbing else first) if others else None
        rest = fork.decide(relation.func(*others)) if fork is not None else None
        return absorbing if rest is absorbing else None

    def _by_cases(self, relation: Any) -> bool | None:
        """Decide by cases: each part of a maximum, each side of an assumed `or`."""
        found: set[bool | None] = set()
        for case, asked in self._cases_of(relation):
            fork = self._case(case)
            found |= {fork.decide(asked)} if fork is not None else set()
            if len(found) != 1 or None in found:
                return None
        return found.pop() if found else None

    def _cases_of(self, relation: Any) -> list[tuple[Any, Any]]:
        extremes = relation.atoms(sympy.Max, sympy.Min) if self._cases else set()
        if not (extremes or (self._cases and self._choices)) or relation.count_ops() > CASE_OPERATIONS:
            return []
        for extreme in sorted(extremes, key=sympy.default_sort_key)[:1]:
            above = sympy.Ge if isinstance(extreme, sympy.Max) else sympy.Le
            return [
                (
                    sympy.And(*(above(part, other) for other in extreme.args)),
                    relation.xreplace({extreme: part}),
                )
                for part in extreme.args[:ARMS]
                if len(extreme.args) <= ARMS
            ]
        for choice in self._choices:
            if len(choice.args) <= ARMS and choice.free_symbols & self.restore(relation).free_symbols:
                return [(part, relation) for part in choice.args]
        return []

    def _case(self, relation: Any) -> Self | None:
        """Give the facts of one case, None where it cannot be."""
        if not self._cases:
            return None
        alone = copy(self)
        alone._cases = 0
        if alone.decide(relation) is False:
            return None
        try:
            fork = self.assuming(relation)
        except ValueError:
            return None
        fork._cases -= 1
        fork._choices = [choice for choice in self._choices if relation not in choice.args]
        return fork

    def _compare(self, relation: Any) -> bool | None:
        left, right = relation.args
        poly = primitive(difference(left, right), self._positive)
        opposite = combined([(poly, -1)])
        if isinstance(relation, sympy.Eq | sympy.Ne):
            equal = self._is_zero(poly, opposite)
            return equal if equal is None or isinstance(relation, sympy.Eq) else not equal
        if isinstance(relation, sympy.Lt | sympy.Le):
            poly, opposite, left, right = opposite, poly, right, left
        strict = isinstance(relation, sympy.Gt | sympy.Lt)
        if self._above(poly, strict):
            return True
        if self._above(opposite, not strict):
            return False
        if whole_line(left, right):
            return None  # sympy knows no more of it
        decided = (left - right).is_positive if strict else (left - right).is_nonnegative
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
        scale = denominator(poly)
        if not all(map(self._positive, generators(scale))):
            return False
        poly, strict = tightened(*self._reduced(product([poly, scale]), strict))
        proved = self._proved(poly)
        if proved is not None:
            bound = math.ceil(proved.bound) if is_whole(poly) else proved.bound
            if bound > 0 or (bound == 0 and (proved.strict or not strict)):
                return True
        return is_whole(poly) and not strict and self._next_above(poly)

    def _next_above(self, poly: Polynomial) -> bool:
        """Tell whether a whole number is not -1, which is known, and not below that."""
        lower = combined([(poly, 1), ({ONE: 1}, 1)])
        return any(proportional(lower, other) for other in self._unequal) and self._above(lower, False)
