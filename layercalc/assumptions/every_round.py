"""Eliminates the index of a loop from a condition: the result implies it in all rounds."""

from __future__ import annotations

from typing import Any

from layercalc.assumptions.decisions import Facts
from layercalc.lazy import sympy


def for_all_rounds(statement: Any, facts: Facts) -> Any | None:
    """Give a condition without the innermost round in it, under which it holds in every round.

    A side that grows with the rounds is least in the first one, a side that shrinks in
    the last. None where it is not seen to do either.

    >>> facts = Facts()
    >>> n, r = facts.symbol("n"), facts.symbol("r")
    >>> i = facts.index("i", n)
    >>> for_all_rounds(r - 2 * i >= 3, facts), for_all_rounds(i >= 1, facts)
    (-2*n + r + 2 >= 3, False)
    """
    present = [index for index in facts.rounds if index in statement.free_symbols]
    if not present:
        return statement
    index = present[-1]
    if isinstance(statement, sympy.Eq) and statement.lhs.func is sympy.Mod and statement.rhs == 0:
        inner, modulus = statement.lhs.args
        step = sympy.expand(inner.xreplace({index: index + 1}) - inner)
        same = index not in modulus.free_symbols and facts.is_whole(step / modulus)
        return statement.xreplace({index: sympy.S.Zero}) if same else None
    if isinstance(statement, sympy.Ne):  # above zero, if in all rounds
        statement = sympy.Gt(statement.lhs, statement.rhs)
    if not isinstance(statement, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
        return None
    statement = _without_floor(statement)
    difference = statement.gts - statement.lts
    step = difference.xreplace({index: index + 1}) - difference
    if facts.decide(sympy.Ge(step, 0)):
        return statement.xreplace({index: sympy.S.Zero})
    if facts.decide(sympy.Le(step, 0)):
        return statement.xreplace({index: facts.rounds[index] - 1})
    return None


def _without_floor(statement: Any) -> Any:
    """Write floor(x) + m >= 0 as x + m >= 0, which is the same for whole m."""
    difference = sympy.expand(statement.gts - statement.lts)
    rounded = [term for term in sympy.Add.make_args(difference) if isinstance(term, sympy.floor)]
    rest = difference - sympy.Add(*rounded)
    if len(rounded) != 1 or not rest.is_integer:
        return statement
    strict = isinstance(statement, sympy.Gt | sympy.Lt)
    return sympy.Ge(rounded[0].args[0] + rest, int(strict))
