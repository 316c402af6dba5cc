"""Maxima of marked parts against the maximum at numbers, their naive twin."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.algebras.marks import places
from layercalc.algebras.max_plus import MaxPlus
from layercalc.algebras.max_times import MaxTimes
from layercalc.algebras.powers import at_count, from_count
from layercalc.assumptions import Facts
from layercalc.forms.product import Product
from layercalc.numbers.scalar import plain, symbolic
from tests.examples import examples

FACTS = Facts()
M, K = FACTS.symbol("m"), FACTS.symbol("k")
PLUS, TIMES = MaxPlus(FACTS), MaxTimes(FACTS)
BASES = (Fraction(1, 2), Fraction(1, 3), 1, 2, 3)

counts = st.sampled_from([M, K, M - 1, K + 1, 2 * M])
marks = st.one_of(
    st.just(sympy.S.One),
    st.builds(from_count, counts, st.integers(1, 3)),
    st.builds(at_count, counts, st.integers(1, 2)),
)
numbers = st.integers(0, 6)
lengths = st.builds(lambda a, b, c: a * M + b * K + c + sympy.Mod(M, 2), numbers, numbers, numbers)
bases = st.sampled_from(BASES)
products = st.builds(
    lambda a, b, c: Product.of(a) ** M * Product.of(b) ** K * Product.of(c), bases, bases, st.integers(1, 6)
)


@given(st.lists(st.tuples(lengths, marks), min_size=1, max_size=3), st.tuples(lengths, marks))
@examples(15)
def test_a_longest_way_without_marks_is_the_same(
    inner: list[tuple[Any, Any]], outer: tuple[Any, Any]
) -> None:
    first = PLUS.plus([PLUS.times(plain(value), PLUS.indicated(mark)) for value, mark in inner])
    closed = PLUS.plus([PLUS.times(first, 2), PLUS.times(plain(outer[0]), PLUS.indicated(outer[1]))])
    for point in _points():
        parts = [(value + 2, mark) for value, mark in inner] + [outer]
        exact = max(
            (value.xreplace(point) for value, mark in parts if symbolic(mark).xreplace(point) == 1),
            default=-sympy.oo,
        )
        assert symbolic(closed).xreplace(point) == exact, point


@given(st.lists(st.tuples(products, marks), min_size=1, max_size=3), st.tuples(products, marks))
@examples(15)
def test_a_greatest_power_without_marks_is_the_same(
    inner: list[tuple[Product, Any]], outer: tuple[Product, Any]
) -> None:
    first = TIMES.plus([value * Product.of(mark) for value, mark in inner])
    closed = TIMES.plus([first * Product.of(2), outer[0] * Product.of(outer[1])])
    for point in _points():
        parts = [(value * Product.of(2), mark) for value, mark in inner] + [outer]
        exact = max(
            (
                value.substitute(point).rational() or 0
                for value, mark in parts
                if symbolic(mark).xreplace(point) == 1
            ),
            default=0,
        )
        assert closed.substitute(point).rational() == exact, point


def _points() -> list[dict[sympy.Symbol, sympy.Expr]]:
    return [
        dict(zip((M, K), map(sympy.Integer, pair), strict=True))
        for pair in itertools.product(range(1, 6), repeat=2)
    ]


def test_two_parts_do_not_vanish_for_each_other() -> None:
    mark = from_count(M, 2)
    assert TIMES.plus([Product.of(mark), Product.of(mark) * Product.of(1)]) == Product.of(mark)
    either = PLUS.plus([PLUS.indicated(mark), PLUS.indicated(at_count(M, 1))])
    assert either == 0


@pytest.mark.parametrize(
    "factor", [sympy.Min(2, M), sympy.Min(1, M * K), 3 * sympy.Min(1, sympy.floor(M / 2)), M]
)
def test_what_is_not_1_or_0_is_no_mark(factor: sympy.Expr) -> None:
    assert places(factor, FACTS) is None
