"""Leading terms, held to the numbers they speak of, at large arguments."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from layercalc import load
from layercalc.closed import Closed
from layercalc.forms.join import maximum
from layercalc.forms.product import ONE, Product, add
from layercalc.forms.series import sum_over, weighted_sum
from layercalc.growth import Growth, Kind, Open, Order, Regime, leading
from layercalc.numbers.log2 import log2
from layercalc.numbers.special import geometric, recurrence, rising
from tests.examples import long_run

n, w, i = sympy.symbols("n w i", positive=True, integer=True)
half = sympy.Rational(1, 2)


def log2_at(value: Any, number: int) -> float:
    log = Closed(value).substitute({"n": number, "w": 3}).log2
    assert log is not None
    return log


def gap(value: Any, number: int) -> float:
    """Give how far the leading term is from the value at a number, in bits."""
    told = leading(value, n, Regime(at={w: 3})).told(n)
    return abs(log2_at(value, number) - log2_at(told, number))


# -- with an exact constant: the gap closes

EXACT = {
    "factorial": Product.of(rising(3, n)),
    "factorial of a fraction": Product.of(rising(5 * half, n)) * Product.of(2) ** n,
    "central binomial": Product.of(rising(n, n)),
    "factorial of a half": Product.of(rising(5 + n / 2, n)),
    "symbol to a symbol": Product.of(n + 3) ** n,
    "quadratic to a symbol": Product.of(2 * n**2 + n + 1) ** n,
    "linear to a square": Product.of(n + 3) ** (n**2),
    "sum that grows": geometric(3, n),
    "sum that converges": geometric(sympy.Rational(1, 3), n),
    "sum at a symbol": Product.of(geometric(w, n)),
    "sum at ratio n": Product.of(geometric(n, 25)),
    "sum of n at n": Product.of(geometric(n, n)),
    "fibonacci": recurrence(n, 1, 1),
    "an eigenvalue 1": recurrence(n, 3, -2),
    "a double eigenvalue 1": recurrence(n, 2, -1),
    "order 3": recurrence(n, 1, 2, 3),
    "irrational": recurrence(2 * n + 1, log2(sympy.Integer(3)), 2),
    "rising from nothing": Product.of(rising(3 / n, 27)),
    "two powers of two": Product.of(2) ** (n**2 / 2 - n / 2) * Product.of(n) ** n,
    "rounded": 5 * sympy.ceiling(n / 3),
    "sum of exponentials": sympy.Sum(i * 2**i, (i, 0, 2 * n)),
    "remainder": 18 * sympy.Mod(n, 3) + 38 * sympy.floor(n / 3) - 2 * sympy.Mod(n + 1, 2) + w,
    "triangle": n * (n + 1) / 2 + w,
    "weighted sum": sum_over(i * 3**i, i, n),
    "falling": Product.of(1 / n + 3 / n**2),
    "maximum": maximum([Product.of(n**9), Product.of(2) ** n]),
    "other symbol": Product.of(w + 1) ** n * Product.of(n + w),
}


@pytest.mark.parametrize("name", EXACT)
def test_the_gap_closes(name: str) -> None:
    value = EXACT[name]
    near, far = gap(value, 50), gap(value, 2000)
    assert far < 0.01
    assert far <= near / 20 or far < 1e-12


ENDS = {
    "first term": sympy.Sum(2 ** (i**2 - 3 * n * i), (i, 0, n - 1)),
    "both terms": sympy.Sum(2 ** (i**2 - n * i + 3 * n), (i, 0, n - 1)),
}


@pytest.mark.parametrize("name", ENDS)
def test_of_a_sum_whose_terms_and_length_both_grow_the_ends_count(name: str) -> None:
    assert gap(ENDS[name], 30) < 1e-6


def test_a_sum_with_its_greatest_term_inside_stays_open() -> None:
    with pytest.raises(Open, match="terms and length both grow"):
        leading(sympy.Sum(2 ** (n * i - i**2), (i, 0, n - 1)), n)


def test_a_power_to_a_remainder_is_bounded() -> None:
    value = Product.of(7) ** (2 * sympy.Mod(n, 3) + 1) * Product.of(2) ** n
    growth = leading(value, n)
    assert growth.floor == Order(0, Kind.BASE)
    assert growth.told(n) == Product.of(2) ** n
    assert max(abs(log2_at(value, number) - number) for number in range(2, 40)) <= math.log2(7**5)


def test_a_remainder_alone_or_before_what_grows_stays_open() -> None:
    for value in (sympy.Mod(n, 3) + 2, n * sympy.Mod(n, 3) + n, n + sympy.Mod(n**2, n + 1)):
        with pytest.raises(Open):
            leading(value, n)


def test_a_weighted_sum_at_a_symbol_has_a_leading_term() -> None:
    value = Product.of(weighted_sum(w, 2, n))
    assert gap(value, 400) < gap(value, 40) / 5 < 0.1


# -- with logarithms, the gap closes as 1 / log2 n

SLOW = {
    "log2 of a multiple": log2(12 * n),
    "linear and log": Product.of(log2(5 * n) * n + 3),
    "harmonic": Product.of(sympy.Sum(1 / (i + 1), (i, 0, n - 1))),
}


@pytest.mark.parametrize("name", SLOW)
def test_the_gap_closes_slowly(name: str) -> None:
    numbers = [16, 16**2] if name == "harmonic" else [2**32, 2**128, 2**512]
    gaps = [gap(SLOW[name], number) for number in numbers]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] * math.log2(numbers[-1]) < 8


# -- with a floor, the leading part of the logarithm

FLOORED = {
    "product of logarithms": Product.of(sympy.Product(log2(i + 2), (i, 0, n - 1))),
    "product of sums": Product.of(sympy.Product(1 + 3**i, (i, 0, n - 1))),
    "product of squares": Product.of(sympy.Product(i**2 + 3, (i, 0, n - 1))),
    "logarithm to a symbol": Product.of(1 + log2(n)) ** n,
}


@pytest.mark.parametrize("name", FLOORED)
def test_a_floor_leaves_the_leading_part_of_the_logarithm(name: str) -> None:
    growth = leading(FLOORED[name], n)
    assert growth.floor is not None
    assert growth.constant == ONE
    shares = [log2_at(FLOORED[name], k) / log2_at(growth.told(n), k) for k in (40, 400)]
    assert abs(shares[1] - 1) < min(0.25, abs(shares[0] - 1))


def test_a_sum_that_converges_is_known_to_be_bounded_only() -> None:
    growth = leading(sympy.Sum(1 / (i + 1) ** 2, (i, 0, n - 1)), n)
    assert (growth.factors, growth.floor) == ({}, Order(0, Kind.BASE))


# -- what cancels, what is open


def test_leading_terms_cancel_exactly() -> None:
    assert leading(sympy.expand((n + 1) ** 2 - n**2), n).told(n) == Product.of(2 * n)
    assert leading(n * log2(12 * n) - n * log2(3 * n), n).told(n) == Product.of(2 * n)


def test_what_cancels_and_leaves_something_unknown_is_open() -> None:
    with pytest.raises(Open, match="cancel"):
        leading(n * log2(3 * n + 1) - n * log2(n) - n * log2(sympy.Integer(3)), n)


def test_other_symbols_decide_at_their_usual_values() -> None:
    value = Product.of(w) ** n * ONE
    total = add([value, Product.of(5) ** n])
    small, large = Regime(at={w: 3}), Regime(at={w: 7})
    assert leading(total, n, small).rate() == Product.of(5)
    assert leading(total, n, large).rate() == Product.of(w)
    assert [str(relation) for relation in large.assumed] == ["w > 5"]
    with pytest.raises(Open, match="depends on w"):
        leading(total, n)


def test_a_symbolic_degree() -> None:
    growth = leading(Product.of(3 * n + w) ** w, n)
    assert growth.exponent(Kind.POWER) == w
    assert growth.constant == Product.of(3) ** w


# -- random closed forms

factors = st.builds(
    lambda base, degree, a, b: Product.of(base) ** n * Product.of(n) ** degree * Product.of(a * n + b),
    st.sampled_from([1, Fraction(1, 2), Fraction(3, 2), 2, 3]),
    st.sampled_from([-1, 0, Fraction(1, 2), 2]),
    st.integers(1, 9),
    st.integers(0, 9),
)


@given(st.lists(factors, min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 4))
def test_random_sums_of_products(terms: list[Product], order: int, power: int) -> None:
    value = add(terms) ** power * Product.of(rising(1, n)) ** order
    assert gap(value, 10**5) < 1e-2


@given(st.lists(factors, min_size=2, max_size=4))
def test_random_maxima(terms: list[Product]) -> None:
    best = max(log2_at(term, 10**5) for term in terms)
    told = leading(maximum(terms), n).told(n)
    assert abs(log2_at(told, 10**5) - best) < 1e-2


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 4)), min_size=1, max_size=6))
def test_random_polynomials(parts: list[tuple[int, int]]) -> None:
    value = sympy.Add(*(c * n**d for c, d in parts)) + n**5
    growth: Growth = leading(value, n)
    assert growth.told(n) == Product.of(sympy.LT(value, n))


# -- shipped families


@pytest.mark.parametrize(
    ("spec", "param"),
    [("resnet", "depth"), ("resnet", "width"), ("mlp", "depth"), ("vgg", "depth"), ("unet", "width"),
     ("resnet_cifar", "depth"), ("densenet", "growth"), ("alexnet", "classes")],
)  # fmt: skip
def test_shipped_families(spec: str, param: str) -> None:
    model = load(spec, {param: param})
    for name in ("gcip", "gcc", "gsip", "gsc", "gwc", "params", "macs", "layers"):
        closed = model.measure(name)
        (x,) = closed.product.free_symbols or (n,)
        growth = leading(closed.value, x, Regime(model.network.facts))
        told = Closed(growth.told(x))
        logs = [
            (closed.freely().substitute({param: k}).log2, told.substitute({param: k}).log2)
            for k in (10**12, 10**24)
        ]
        near, far = (abs(a - b) for a, b in logs if a is not None and b is not None)
        assert far <= near
        assert far < 1e-6 or growth.exponent(Kind.LOG)


def test_resnet_in_depth() -> None:
    model = load("resnet", depth="n")
    growth = leading(model.measure("gcc").value, n)
    assert (growth.rate() ** 3).to_float() == pytest.approx(4080.8, rel=1e-5)
    assert (leading(model.measure("gcip").value, n).rate() ** 3).rational() == Fraction(73, 125)
    assert leading(model.measure("params").value, n).told(n) == Product.of(Fraction(1117184, 3) * n)


def test_what_nearly_cancels_is_not_nothing() -> None:
    near = n * log2(sympy.Integer(10**6 + 3)) - n * log2(sympy.Integer(10**6))
    assert leading(near + log2(n), n, Regime()).told(n).free_symbols == {n}
    assert gap(near + log2(n), 10**12) < 0.01


def test_what_cancels_though_it_is_not_seen_is_nothing() -> None:
    root = sympy.sqrt(5 + 2 * sympy.sqrt(6))  # the sum of two roots
    value = n * (root - sympy.sqrt(2) - sympy.sqrt(3)) + log2(n)
    assert leading(value, n, Regime()).told(n) == Product.of(log2(n))


parts = st.builds(
    lambda c, power, base, logs: c * n**power * base**n * log2(n) ** logs,
    st.integers(1, 9),
    st.fractions(-2, 3, max_denominator=2).map(lambda f: sympy.Rational(f.numerator, f.denominator)),
    st.sampled_from([sympy.Integer(1), half, sympy.Integer(2), sympy.Integer(3)]),
    st.integers(0, 2),
)


@pytest.mark.skipif(not long_run(), reason="the limits of sympy take minutes: HYPOTHESIS_PROFILE=search")
@settings(max_examples=200)
@given(st.lists(parts, min_size=1, max_size=4).map(sum))
def test_the_limit_that_sympy_finds_is_one(value: sympy.Expr) -> None:
    ratio = value / leading(value, n, Regime()).told(n).to_sympy()
    assert sympy.limit(ratio.replace(log2, lambda of: sympy.log(of) / sympy.log(2)), n, sympy.oo) == 1
