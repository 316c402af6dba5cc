"""The laws of the algebra of numbered layers, on any ways; and a symbolic power at numbers."""

from __future__ import annotations

from functools import reduce

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from layercalc.algebras.stages import Stages, Way
from layercalc.numbers.scalar import Scalar, symbolic

ALGEBRA = Stages()
NUMBERS = st.integers(0, 4)
WAYS = st.builds(Way, NUMBERS, st.none() | st.integers(-1, 4), NUMBERS)


@given(WAYS, WAYS, WAYS)
def test_times_is_associative_and_distributes_over_plus(a: Way, b: Way, c: Way) -> None:
    times, plus = ALGEBRA.times, ALGEBRA.plus
    assert times(times(a, b), c) == times(a, times(b, c))
    assert times(a, plus([b, c])) == plus([times(a, b), times(a, c)])
    assert times(plus([a, b]), c) == plus([times(a, c), times(b, c)])


@given(WAYS, WAYS)
def test_one_is_a_unit_and_plus_is_idempotent(a: Way, b: Way) -> None:
    assert ALGEBRA.times(a, ALGEBRA.one) == a == ALGEBRA.times(ALGEBRA.one, a)
    assert ALGEBRA.plus([a, b]) == ALGEBRA.plus([b, a]) == ALGEBRA.plus([a, a, b])


@settings(max_examples=25)
@given(WAYS, WAYS)
def test_a_power_is_the_way_so_often(start: Way, a: Way) -> None:
    n = sympy.Symbol("n", integer=True, nonnegative=True)
    behind = ALGEBRA.times(start, ALGEBRA.power(a, n))
    for count in range(4):
        gone = reduce(ALGEBRA.times, [a] * count, start)
        assert ALGEBRA.times(start, ALGEBRA.power(a, count)) == gone
        assert _at(ALGEBRA.layer(behind), n, count) == ALGEBRA.layer(gone)
        assert _at(ALGEBRA.weighing(behind), n, count) == ALGEBRA.weighing(gone)


def _at(value: Scalar, n: sympy.Symbol, count: int) -> sympy.Expr:
    return symbolic(value).subs(n, count)
