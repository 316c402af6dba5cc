"""What is decided, held to all points: declarations and relations are drawn, and the points listed."""

from __future__ import annotations

import itertools
import math
import operator
import os
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import And, Eq, Max, Min, Mod, Ne, Not, Or, ceiling, floor

from layercalc.assumptions import Facts

n, m, w = (Facts().symbol(name) for name in "nmw")
SYMBOLS = (n, m, w)
POINTS = [dict(zip(SYMBOLS, point, strict=True)) for point in itertools.product((1, 2, 3, 4, 6, 9), repeat=3)]
RELATIONS = (sympy.Ge, sympy.Gt, sympy.Le, sympy.Lt, Eq, Ne)

EXAMPLES = int(os.environ.get("FACTS_EXAMPLES", "40"))
small = st.integers(-3, 6)
counts = st.integers(1, 4)
atoms = st.sampled_from(SYMBOLS)


def built(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Combine expressions by everything that sizes are made of."""
    return st.one_of(
        st.builds(lambda a, k, c: k * a + c, parts, small, small),
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a - b, parts, parts),
        st.builds(lambda a, b: a * b, parts, atoms),
        st.builds(lambda a, k: floor(a / k), parts, counts),
        st.builds(lambda a, k: ceiling(a / k), parts, counts),
        st.builds(lambda a, b: floor(a / b), parts, atoms),
        st.builds(Mod, parts, counts),
        st.builds(Mod, parts, atoms),
        st.builds(Max, parts, parts),
        st.builds(Min, parts, parts),
        st.builds(lambda k, a: sympy.Integer(k) ** a, st.integers(2, 4), atoms),
        st.builds(lambda a, b: a / 2**b, parts, atoms),
        st.builds(lambda a, k: 2 ** (a - k), atoms, st.integers(0, 2)),
        st.builds(lambda a, b: a**b, atoms, atoms),
    )


expressions = st.recursive(atoms, built, max_leaves=4)
relations = st.builds(lambda kind, a, b: kind(a, b), st.sampled_from(RELATIONS), expressions, expressions)
edges = st.builds(lambda kind, a, c: kind(a, c), st.sampled_from(RELATIONS[:4]), atoms, st.integers(1, 9))
ordered = st.builds(
    lambda kind, a, b, k, c: kind(a, k * b + c), st.sampled_from(RELATIONS), atoms, atoms, counts, small
)
residues = st.builds(lambda a, k, r: Eq(Mod(a, k), r), atoms, counts, st.integers(0, 2))
multiples = st.builds(lambda a, b: Eq(Mod(a, 2**b), 0), atoms, atoms)
statements = st.recursive(
    st.one_of(edges, ordered, residues, multiples, relations),
    lambda parts: st.one_of(st.builds(Or, parts, parts), st.builds(And, parts, parts), st.builds(Not, parts)),
    max_leaves=3,
)


WORTH: dict[Any, Callable[..., Any]] = {
    sympy.Add: lambda *parts: sum(parts), sympy.Mul: lambda *parts: math.prod(parts),
    sympy.Pow: pow, Mod: lambda a, b: a % b, floor: math.floor, ceiling: math.ceil, Max: max, Min: min,
    And: lambda *parts: all(parts), Or: lambda *parts: any(parts), Not: lambda part: not part,
    Eq: operator.eq, Ne: operator.ne, sympy.Ge: operator.ge, sympy.Gt: operator.gt,
    sympy.Le: operator.le, sympy.Lt: operator.lt,
}  # fmt: skip


def worth(expression: Any, point: Mapping[Any, int]) -> Any:
    """Put numbers into an expression or a condition, by Python's own arithmetic."""
    if expression in (True, False):
        return bool(expression)
    if expression.is_Symbol:
        return Fraction(point[expression])
    if expression.is_Rational:
        return Fraction(int(expression.p), int(expression.q))
    return WORTH[expression.func](*(worth(part, point) for part in expression.args))


def lawful(conditions: list[Any]) -> list[dict[Any, int]]:
    return [point for point in POINTS if all(worth(condition, point) for condition in conditions)]


def declared(conditions: list[Any]) -> Facts:
    facts = Facts()
    for symbol in SYMBOLS:
        facts.symbol(symbol.name)
    for condition in conditions:
        facts.assume(condition)
    return facts


def told(conditions: list[Any]) -> tuple[Facts, list[dict[Any, int]]]:
    """Declare conditions that something satisfies."""
    points = lawful(conditions)
    assume(points)
    return declared(conditions), points


@given(st.lists(statements, max_size=3), st.one_of(relations, statements))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_decided_holds_at_every_point(conditions: list[Any], asked: Any) -> None:
    facts, points = told(conditions)
    decided = facts.decide(asked)
    if decided is not None:
        assert {worth(asked, point) for point in points} == {decided}


@given(st.lists(statements, max_size=3), expressions)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_value_is_below_the_least(conditions: list[Any], expression: Any) -> None:
    facts, points = told(conditions)
    least = facts.least(expression)
    if least is not None:
        assert min(worth(expression, point) for point in points) >= least
