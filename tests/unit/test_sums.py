"""Sums, products and substitutions put together by hand are the very expressions that sympy makes."""

from __future__ import annotations

from typing import Any

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from layercalc.numbers import expansion
from layercalc.numbers.log2 import log2
from layercalc.numbers.sums import added, multiplied, put_in, surely_whole

n, k = sympy.symbols("n k", integer=True, positive=True)
x, z, w = sympy.Symbol("x", real=True), sympy.Symbol("z"), sympy.Symbol("w", commutative=False)
rationals = st.fractions(-4, 4, max_denominator=6).map(lambda f: sympy.Rational(f.numerator, f.denominator))
atoms = st.sampled_from([n, k, x, z, log2(3), log2(sympy.Rational(5, 7)), sympy.pi, sympy.sqrt(2), 2**n])
strange = st.sampled_from([
    sympy.oo, sympy.zoo, sympy.nan, sympy.Float(2.5), w, sympy.I, sympy.Order(x), sympy.Sum(k, (k, 1, n)),
    sympy.Mul(2, n + 1, evaluate=False), sympy.Add(n, 2, n, evaluate=False),
    sympy.Pow(2, 3, evaluate=False), sympy.Mul(2, 3, n, evaluate=False),
])  # fmt: skip
plain = st.recursive(
    rationals | atoms,
    lambda parts: st.one_of(
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a * b, parts, parts),
        st.builds(lambda a: a**2, parts),
        st.builds(sympy.floor, parts),
    ),
    max_leaves=4,
)
terms = plain | plain | plain | strange


def same(ours: sympy.Basic, theirs: sympy.Basic) -> bool:
    """Compare in everything that the rest of the house can see."""
    written = sympy.srepr(ours) == sympy.srepr(theirs) and ours.args == theirs.args
    return written and type(ours) is type(theirs) and hash(ours) == hash(theirs)


@settings(max_examples=120, deadline=None)
@given(st.lists(terms, min_size=1, max_size=5))
def test_a_sum_is_that_of_sympy(parts: list[Any]) -> None:
    ours, theirs = added(*parts), sympy.Add(*parts)
    assert same(ours, theirs)
    assert ours.is_commutative == theirs.is_commutative


@settings(max_examples=60, deadline=None)
@given(terms, terms)
def test_a_product_is_that_of_sympy(a: Any, b: Any) -> None:
    assert same(multiplied(a, b), a * b)


@settings(max_examples=60, deadline=None)
@given(plain, plain, plain)
def test_what_is_put_in_is_put_in_as_by_sympy(value: Any, a: Any, b: Any) -> None:
    assert same(put_in(value, {n: a, x: b}), value.xreplace({n: a, x: b}))


polynomials = st.recursive(
    rationals | st.sampled_from([n, x, log2(3), log2(7)]),
    lambda parts: st.one_of(
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a * b, parts, parts),
        st.builds(lambda a: a**3, parts),
    ),
    max_leaves=6,
)


@settings(max_examples=50, deadline=None)
@given(polynomials)
def test_a_polynomial_is_multiplied_out_as_by_sympy(value: Any) -> None:
    assert expansion._is_polynomial(value)
    assert same(
        expansion._opened_sum(value), sympy.expand(value, log=False, power_base=False, power_exp=False)
    )


@settings(max_examples=50, deadline=None)
@given(polynomials)
def test_what_is_surely_whole_is_what_sympy_says_where_it_is_a_line(value: Any) -> None:
    assert surely_whole(value) or not value.is_integer
    remainder = sympy.Mod(value, 3, evaluate=False)
    assert surely_whole(remainder) == bool(remainder.is_integer)
