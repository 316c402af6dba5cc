"""Plans for dividing the rounds of a loop: first and last rounds apart, the others in groups.

From conditions and sizes that a trial at a symbolic round could not tell; to the ways that
would tell them. A condition that turns at a round asks for the rounds before it apart, or
for two loops; a remainder or a rounded quotient of the round asks for as many rounds as
one as it takes to come back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from layercalc.lazy import sympy

#: At most so many first or last rounds stand apart, and are one.
MOST_APART, MOST_TOGETHER = 64, 24


class Plan(NamedTuple):
    """How many first and last rounds are done apart, and how many of the others are done as one.

    >>> Plan().further(Plan(1, 0, 2)).further(Plan(0, 2, 3))
    Plan(first=1, last=2, together=6)
    """

    first: int = 0
    last: int = 0
    together: int = 1

    @property
    def apart(self) -> int:
        """The rounds that stand apart."""
        return self.first + self.last

    @property
    def is_short(self) -> bool:
        """Whether it stays within the limits."""
        return max(self.first, self.last) <= MOST_APART and self.together <= MOST_TOGETHER

    def further(self, other: Plan) -> Plan:
        """Give the plan that does what both do."""
        together = math.lcm(self.together, other.together)
        return Plan(self.first + other.first, self.last + other.last, together)


#: Plans that are tried where nothing asks for others, in this order.
USUAL = tuple(Plan(*pair) for pair in ((1, 0), (0, 1), (1, 1), (2, 0), (2, 1), (0, 2), (1, 2), (3, 0)))


def better(plan: Plan, index: sympy.Symbol, count: sympy.Expr, told: Iterable[Any]) -> Iterator[Plan]:
    """Give the plans that expressions and conditions in a round ask for, which `plan` left open.

    `index` counts the rounds between those apart, `together` of them at a time, to `count`.

    >>> import sympy
    >>> i, n = sympy.symbols("i n", integer=True)
    >>> [*better(Plan(), i, n, [i >= 3, sympy.Eq(i % 4, 0), sympy.Eq(i, n - 1)])]
    [Plan(first=3, last=0, together=1), Plan(first=0, last=0, together=4), Plan(first=0, last=1, together=1)]
    """
    for expression in told:
        if (turns := period([expression], index)) > 1:
            yield plan._replace(together=plan.together * turns)
            continue
        for turn, beyond in _turns(expression, index):
            before, behind = turn + beyond, sympy.expand(count - turn)
            if before.is_Integer and before > 0:
                yield plan._replace(first=plan.first + plan.together * int(before))
            elif behind.is_Integer and behind - beyond > 0:
                yield plan._replace(last=plan.last + plan.together * int(behind - beyond))


def splits(plan: Plan, index: sympy.Symbol, count: sympy.Expr, told: Iterable[Any]) -> Iterator[sympy.Expr]:
    """Give the symbolic rounds, counted from the first one of all, at which conditions turn.

    >>> import sympy
    >>> i, m, n = sympy.symbols("i m n", integer=True)
    >>> [*splits(Plan(), i, n, [i < m, i > 2 * m, i < n - 1])]
    [m, 2*m + 1]
    """
    for expression in told:
        for turn, beyond in _turns(expression, index):
            if turn.free_symbols and sympy.expand(count - turn).free_symbols:
                yield sympy.expand(plan.first + plan.together * (turn + beyond))


def _turns(condition: Any, index: sympy.Symbol) -> Iterator[tuple[sympy.Expr, int]]:
    """Give the rounds at which a condition that is linear in the round turns, and 1 where it does behind."""
    if not isinstance(condition, sympy.core.relational.Relational):
        return
    difference = sympy.expand(condition.lhs - condition.rhs)
    slope = difference.diff(index) if difference.is_polynomial(index) else sympy.S.Zero
    if not slope.is_Rational or slope == 0:
        return
    root = sympy.expand(index - difference / slope)
    if isinstance(condition, sympy.Eq | sympy.Ne):
        yield from ((root, 0), (root, 1))
    elif isinstance(condition, sympy.Ge | sympy.Lt) == bool(slope > 0):
        yield sympy.ceiling(root), 0
    else:
        yield sympy.floor(root), 1


def period(expressions: Iterable[Any], index: sympy.Symbol) -> int:
    """Give how many rounds it takes until all remainders and rounded quotients of the round come back.

    >>> import sympy
    >>> i = sympy.Symbol("i", integer=True)
    >>> period([sympy.floor(i / 2), i % 3], i)
    6
    """
    found, kinds = [1], (sympy.Mod, sympy.floor, sympy.ceiling)
    for part in {part for e in expressions if isinstance(e, sympy.Basic) for part in e.atoms(*kinds)}:
        inner, modulus = part.args if isinstance(part, sympy.Mod) else (part.args[0], sympy.S.One)
        if not inner.is_polynomial(index) or sympy.degree(inner, index) != 1:
            continue
        slope = sympy.expand(inner).coeff(index, 1) / modulus
        if slope.is_Rational:
            found.append(int(slope.q))
    return math.lcm(*found)
