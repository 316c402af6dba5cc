"""The laws of the algebras, one test a law, on random values.

Closed forms are compared by their numbers at a point: two ways of taking factors out
of a sum give the same quantity, not always the same content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.algebras import Algebra
from layercalc.algebras.max_plus import MaxPlus
from layercalc.algebras.max_times import MaxTimes
from layercalc.algebras.plus_times import PlusTimes
from layercalc.algebras.total import Total
from layercalc.assumptions import Facts
from layercalc.forms.product import Product
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, plain, symbolic
from tests.examples import examples

FACTS = Facts()
N, W = FACTS.symbol("n"), FACTS.symbol("w")
POINTS: list[dict[sympy.Symbol, Scalar]] = [{N: 1, W: 5}, {N: 3, W: 2}]

numbers = st.fractions(Fraction(1, 12), 50, max_denominator=12)
factors = st.sampled_from([symbolic(1), N, W, W + 8, 2 * N + 3 * W])
scalars = st.builds(lambda number, factor: plain(symbolic(number) * factor), numbers, factors)
counts = st.one_of(st.integers(0, 6), st.sampled_from([N, N + 2, (N + 5) / 2, 3 * N]))


@dataclass(frozen=True)
class Case:
    """An algebra and what its merge and its series are on plain fractions."""

    algebra: Algebra[Any]
    series: Callable[[Fraction, Fraction], Fraction]
    merge: Callable[[Sequence[Fraction]], Fraction]


CASES = {
    "max_times": Case(MaxTimes(FACTS), lambda a, b: a * b, max),
    "plus_times": Case(PlusTimes(), lambda a, b: a * b, lambda values: sum(values, Fraction(0))),
    "max_plus": Case(MaxPlus(FACTS), lambda a, b: a + b, max),
    "total": Case(Total(), lambda a, b: a + b, lambda values: sum(values, Fraction(0))),
}
every_algebra = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
DISTRIBUTIVE = ("max_times", "plus_times", "max_plus")
distributive = pytest.mark.parametrize("case", [CASES[name] for name in DISTRIBUTIVE], ids=DISTRIBUTIVE)


def at(value: Any, point: dict[sympy.Symbol, Scalar]) -> Fraction:
    """Give the number of a value at a point."""
    if isinstance(value, Product):
        number = value.substitute(point).rational()
        assert number is not None
        return Fraction(number)
    result = plain(symbolic(value).subs({key: symbolic(number) for key, number in point.items()}))
    assert isinstance(result, int | Fraction)
    return Fraction(result)


def same(a: Any, b: Any) -> bool:
    """Equal as numbers at every point."""
    return all(at(a, point) == at(b, point) for point in POINTS)


@every_algebra
@given(a=scalars, b=scalars, c=scalars)
@examples(12)
def test_times_is_associative(case: Case, a: Scalar, b: Scalar, c: Scalar) -> None:
    x, y, z = map(case.algebra.of, (a, b, c))
    times = case.algebra.times
    assert same(times(times(x, y), z), times(x, times(y, z)))


@every_algebra
@given(a=scalars)
@examples(12)
def test_one_is_the_unit_of_times(case: Case, a: Scalar) -> None:
    x = case.algebra.of(a)
    assert case.algebra.times(case.algebra.one, x) == x == case.algebra.times(x, case.algebra.one)


@every_algebra
@given(values=st.lists(scalars, min_size=3, max_size=4))
@examples(25)
def test_plus_is_associative(case: Case, values: list[Scalar]) -> None:
    plus = case.algebra.plus
    first, *rest = map(case.algebra.of, values)
    assert same(plus([first, plus(rest)]), plus([first, *rest]))


@every_algebra
@given(values=st.lists(scalars, min_size=1, max_size=4), data=st.data())
@examples(25)
def test_plus_is_commutative(case: Case, values: list[Scalar], data: st.DataObject) -> None:
    made = [case.algebra.of(value) for value in values]
    assert case.algebra.plus(made) == case.algebra.plus(data.draw(st.permutations(made)))


@every_algebra
@given(a=scalars)
@examples(8)
def test_plus_of_one_value_is_that_value(case: Case, a: Scalar) -> None:
    assert case.algebra.plus([case.algebra.of(a)]) == case.algebra.of(a)


@distributive
@given(a=scalars, b=scalars, c=scalars)
@examples(12)
def test_times_distributes_over_plus(case: Case, a: Scalar, b: Scalar, c: Scalar) -> None:
    x, y, z = map(case.algebra.of, (a, b, c))
    times, plus = case.algebra.times, case.algebra.plus
    assert same(times(x, plus([y, z])), plus([times(x, y), times(x, z)]))
    assert same(times(plus([y, z]), x), plus([times(y, x), times(z, x)]))


@every_algebra
@given(a=scalars, b=scalars)
@examples(12)
def test_times_is_commutative(case: Case, a: Scalar, b: Scalar) -> None:
    x, y = case.algebra.of(a), case.algebra.of(b)
    assert case.algebra.times(x, y) == case.algebra.times(y, x)


@every_algebra
@given(a=scalars, n=st.integers(0, 6))
@examples(12)
def test_power_is_the_n_fold_times(case: Case, a: Scalar, n: int) -> None:
    x = case.algebra.of(a)
    folded = case.algebra.one
    for _ in range(n):
        folded = case.algebra.times(folded, x)
    assert case.algebra.power(x, n) == folded


@every_algebra
@given(a=numbers, m=counts, n=counts)
@examples(12)
def test_power_of_a_sum_is_the_times_of_powers(case: Case, a: Fraction, m: Scalar, n: Scalar) -> None:
    algebra, x = case.algebra, case.algebra.of(a)
    assert same(
        algebra.power(x, plain(symbolic(m) + symbolic(n))),
        algebra.times(algebra.power(x, m), algebra.power(x, n)),
    )


@every_algebra
@given(values=st.lists(scalars, min_size=2, max_size=4))
@examples(12)
def test_series_and_merge_are_those_of_plain_fractions(case: Case, values: list[Scalar]) -> None:
    made = [case.algebra.of(value) for value in values]
    for point in POINTS:
        plainly = [at(value, point) for value in made]
        assert at(case.algebra.plus(made), point) == case.merge(plainly)
        assert at(case.algebra.times(made[0], made[1]), point) == case.series(plainly[0], plainly[1])


def test_a_maximum_is_decided_by_the_facts() -> None:
    facts = Facts()
    n = facts.symbol("n")
    facts.assume(n >= 18)
    assert MaxTimes(facts).plus([Product.of(n), Product.of(17)]) == Product.of(n)
    assert MaxPlus(facts).plus([n, 17]) == n
    assert MaxPlus(facts).plus([n, 19]) == sympy.Max(n, 19)
    assert MaxPlus(facts).plus([sympy.Max(n, 19), 20]) == sympy.Max(n, 20)


@pytest.mark.parametrize("open_", [(a, b) for a in (0, 1, 3) for b in (-1, 0, 1)])
@pytest.mark.parametrize("other", [(a, b) for a in (0, 1, 2) for b in (-1, 0, 1)])
def test_a_way_that_no_rounds_shut_is_right_at_every_count(
    open_: tuple[int, int], other: tuple[int, int]
) -> None:
    m = sympy.Symbol("m", integer=True, nonnegative=True)
    algebra = MaxPlus()
    shut = algebra.times(plain(open_[0] * m + open_[1]), algebra.indicated(sympy.Min(1, m)))
    longest = symbolic(algebra.plus([shut, plain(other[0] * m + other[1])]))
    for count in range(4):
        lengths = [other[0] * count + other[1], *([open_[0] * count + open_[1]] if count else [])]
        assert longest.subs(m, count) == max(lengths)


def test_a_logarithm_is_no_count() -> None:
    m = sympy.Symbol("m", integer=True, positive=True)
    assert MaxPlus().plus([log2(m), 0]) == log2(m)
    assert MaxPlus().plus([2 + log2(m), 3]).subs(m, 8) == 5  # type: ignore[union-attr]
