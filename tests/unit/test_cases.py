"""Maxima told apart by the size of their symbol: right at every number, or not told."""

from __future__ import annotations

from fractions import Fraction
from operator import mul

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import layercalc
from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.forms.cases import cases, small_counts
from layercalc.forms.join import maximum
from layercalc.forms.product import Product, add
from layercalc.numbers.log2 import log2
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.writing.forms import folded_parts

N, W = (sympy.Symbol(name, integer=True, positive=True) for name in ("n", "w"))
REAL = sympy.Symbol("x", positive=True)
of = Product.of
numbers = st.fractions(Fraction(1, 50), 50, max_denominator=50)
monomials = st.builds(lambda c, k: of(c) * of(W) ** k, numbers, st.integers(-2, 3))
trees = st.recursive(
    monomials,
    lambda inner: st.one_of(
        st.builds(mul, inner, inner),
        st.lists(inner, min_size=2, max_size=3).map(add),
        st.lists(inner, min_size=2, max_size=3).map(maximum),
    ),
    max_leaves=7,
)


def holds(when: str, symbol: sympy.Symbol, number: int) -> bool:
    [node] = parse_values(Source("when", when))
    assert not isinstance(node, tree.Interval)
    return bool(evaluate(node, Context(Scope(None, {str(symbol): number}))))


@given(trees)
def test_at_every_whole_number_one_case_holds_and_is_the_value(value: Product) -> None:
    told = cases(value)
    for number in (*range(1, 40), 101, 5000) if told else ():
        found = [case for case in told if holds(case.when, W, number)]
        assert len(found) == 1
        expected = value.substitute({W: number}).log2(20)
        assert found[0].value.substitute({W: number}).log2(20) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ([of(W), of(Fraction(71, 6))], {"w < 11.8": "11.833", "w >= 11.8": "w"}),
        ([of(W**2), of(36)], {"w < 6": "36", "w >= 6": "w^2"}),
        ([of(W**2), of(7 * W), of(30)], {"w < 4.29": "30", "4.29 <= w < 7": "7 * w", "w >= 7": "w^2"}),
        ([of(sympy.sqrt(W)), of(log2(sympy.Integer(1000)))], {"w < 99.3": "9.9658", "w >= 99.3": "w^(1/2)"}),
        (
            [of(Fraction(1, 2)) ** N, of(Fraction(1, 100))],
            {"n < 6.64": "0.5^n", "n >= 6.64": "0.01"},
        ),
        ([of(2) ** N, of(3) ** (N - 4)], {"n < 10.8": "2^n", "n >= 10.8": "3^(n - 4)"}),
        ([of(REAL), of(Fraction(1, 3))], {"x < 0.33333": "0.33333", "x >= 0.33333": "x"}),
        ([of(W), of(10**9 + Fraction(1, 3))], {"w < 1000000001": "1e9", "w >= 1000000001": "w"}),
        ([of((W - 12) ** 2), of(W)], {"w < 16": "w", "w >= 16": "(w - 12)^2"}),
        ([of((W - 12) ** 2), of(W**2)], {"w >= 13": "w^2"}),
        ([of(W), of(N)], {}),
        ([of(W), of(log2(W + 5))], {}),
        ([of(W) ** W, of(50)], {}),
    ],
)
def test_cases(terms: list[Product], told: dict[str, str]) -> None:
    assert {case.when: str(folded_parts(case.value)) for case in cases(maximum(terms))} == told


def test_the_declared_bounds_leave_cases_out() -> None:
    value = maximum([of(W**2), of(7 * W), of(30)])
    assert [case.when for case in cases(value, 5)] == ["w < 7", "w >= 7"]
    assert [case.when for case in cases(value, 5, 6)] == ["w >= 5"]


def test_many_ranges_are_not_told() -> None:
    terms = [of(W**k) / of(10) ** (k * (k - 1) // 2) for k in range(9)]
    assert cases(maximum(terms)) == []


def test_what_is_decided_has_no_cases() -> None:
    assert Closed(of(W)).cases == Closed(maximum([of(3), of(5)])).cases == Closed(7).cases == ()


def test_the_image_of_a_unet_decides_which_path_carries_the_power() -> None:
    closed = layercalc.load("unet", resolution="r").measure("gcip")
    assert closed.cases == ()
    assert "max" not in closed.folded()
    for size in (188, 572, 100_012):
        assert layercalc.load("unet", resolution=size).measure("gcip").log2 == pytest.approx(
            closed.substitute({"r": size}).log2, rel=1e-12
        )


@pytest.mark.parametrize(
    ("value", "low", "told"),
    [
        (W + sympy.Max(2 * N, 5), 2, {"n == 2": "w + 5", "n >= 3": "2*n + w"}),
        (sympy.Max(2 * N, 5), 3, {"n >= 3": "2*n"}),
        (sympy.Min(1, N - 2) * W, 2, {"n == 2": "0", "n >= 3": "w"}),
        (sympy.Max(3 * N, 7 + log2(sympy.Min(1, N - 2))), 2, {"n >= 2": "3*n"}),
        (sympy.Max(2 * N, 9), 1, {**{f"n == {k}": "9" for k in range(1, 5)}, "n >= 5": "2*n"}),
        (sympy.Max(2 * N, 11), 1, {}),
        (sympy.Max(N, 50), 1, {}),
        (sympy.Max(N, W), 1, {}),
        (2 * N, 1, {}),
    ],
)
def test_small_counts(value: sympy.Expr, low: int, told: dict[str, str]) -> None:
    assert {when: str(folded_parts(form)) for when, form in small_counts(value, low)} == told


def test_the_longest_path_of_nasnet_is_that_of_the_unrolled_network() -> None:
    told = layercalc.load("nasnet", cells="n").measure("longest_path")
    for cells in (4, 5, 8, 11):
        assert told.substitute({"n": cells}).number == layercalc.load("nasnet", cells=cells).longest_path
