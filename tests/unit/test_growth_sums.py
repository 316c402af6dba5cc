"""Sums of i^m q^i are closed, and right at every ratio."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.forms.series import sum_over, weighted_sum
from layercalc.numbers.scalar import plain, symbolic
from layercalc.resolve.points import read_points
from layercalc.writing.forms import exact_text

i, n = sympy.symbols("i n", integer=True, nonnegative=True)
w = sympy.Symbol("w", positive=True)


@given(st.integers(1, 8), st.integers(0, 25), st.fractions(0, 4, max_denominator=9) | st.just(Fraction(1)))
def test_a_weighted_sum_is_the_sum_of_its_terms(degree: int, count: int, ratio: Fraction) -> None:
    form = weighted_sum(w, degree, n)
    q = sympy.Rational(ratio.numerator, ratio.denominator)
    found = form.xreplace({n: sympy.Integer(count)}).xreplace({w: q})
    wanted = sum((sympy.Integer(k) ** degree * q**k for k in range(1, count)), sympy.S.Zero)
    assert abs(sympy.Rational(found.evalf(60)) - wanted) <= abs(wanted) * sympy.Rational(1, 10**40)


def test_a_sum_with_a_symbolic_ratio_is_closed_and_reads_back() -> None:
    form = symbolic(sum_over(3 * i**2 * w**i + i, i, n))
    assert not form.has(sympy.Sum)
    (point,) = read_points("x", str(exact_text(form)))
    value = evaluate(point.expression, Context(Scope(names={"n": 7, "w": Fraction(1, 2)})))
    assert value == plain(sum(3 * Fraction(k) ** 2 * Fraction(1, 2) ** k + k for k in range(7)))


@pytest.mark.parametrize("degree", [9, 20])
def test_a_high_degree_stays_a_sum(degree: int) -> None:
    assert symbolic(sum_over(i**degree * w**i, i, n)).has(sympy.Sum)
