"""Rates and elasticities, held to differences of the measures; limits, held to large arguments."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.closed import Closed
from layercalc.errors import Source, SpecError
from layercalc.forms.join import maximum
from layercalc.forms.product import Product, add
from layercalc.growth import Open, slope
from layercalc.growth.family import Family
from layercalc.growth.leading import leading
from layercalc.growth.regime import Regime
from layercalc.growth.scaling import GrowthLaw, log2_at, scalings
from layercalc.growth.slope_limits import leading_elasticity
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.numbers.special import geometric, recurrence, rising
from layercalc.report.elasticities import formula_text, signed
from layercalc.resolve.loading import assemble, load_program
from layercalc.resolve.points import read_points
from tests.unit.test_text import read_all

n, w = sympy.symbols("n w", positive=True)
STEP = Fraction(1, 2**20)


def laws(spec: str, param: str, *measures: str, **given: str) -> dict[str, GrowthLaw]:
    values = {name: read_points(name, text)[0] for name, text in given.items()}
    (found,) = scalings(Family(load_program(spec), values, [param]), measures or None)
    return {law.measure: law for law in found.laws}


def number(value: Scalar | None) -> float:
    assert value is not None
    return float(symbolic(value).evalf(30))


def difference(value: Any, at: int) -> float:
    """Give d log2 f / d n by a difference of logarithms of 40 digits."""
    product = Closed(value).product
    high, low = (product.substitute({n: at + sign * STEP, w: 3}).log2(40) for sign in (1, -1))
    return float((high - low) / (2 * STEP.numerator) * STEP.denominator)


SMOOTH = {
    "power": Product.of(n**3),
    "exponential": Product.of(12) ** (n / 3),
    "falling": Product.of(Fraction(73, 125)) ** n,
    "both": Product.of(n + 3) ** n,
    "square": Product.of(2) ** (n**2),
    "logarithm": Product.of(log2(784 * n)) ** 2,
    "sum": add([Product.of(n), Product.of(2) ** n, Product.of(log2(sympy.Integer(3)))]),
    "nested": add([Product.of(n), add([Product.of(w), Product.of(n**2)]) ** n]),
    "difference": 3 * n**2 - 2 * n + 10 / n,
    "brackets": (n - 1) / (n + 1) ** 2 + 5,
    "factorial": Product.of(rising(3, n)),
    "geometric": Product.of(geometric(w, n)),
    "roots": Product.of(sympy.sqrt(n + 1)),
    "factorial from what falls": Product.of(rising(16 / n, 5 * w)),
    "logarithm of a factorial": Product.of(log2(rising(2, n) * n)),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("at", [1, 7, 200])
def test_a_rate_is_the_limit_of_differences(name: str, at: int) -> None:
    value = SMOOTH[name]
    rate, elasticity = slope.rate(value, n), slope.elasticity(value, n)
    expected = difference(value, at)
    assert rate.at({n: at, w: 3}) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert elasticity.at({n: at, w: 3}) == pytest.approx(expected * at * math.log(2), rel=1e-9, abs=1e-12)
    written = rate.expr.xreplace({n: sympy.Integer(at), w: sympy.Integer(3)})
    assert float(written.evalf(30)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(-2, 3), st.sampled_from([1, 2, 3])), min_size=1))
def test_rates_of_random_sums(parts: list[tuple[int, int, int]]) -> None:
    value = add(Product.of(c * n**d) * Product.of(b) ** n for c, d, b in parts)
    assert slope.rate(value, n).at({n: 5}) == pytest.approx(difference(value, 5), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "value",
    [
        maximum([Product.of(n), Product.of(w)]),
        Product.of(sympy.ceiling(n / 2)),
        Product.of(recurrence(n, 1, 1)),
    ],
    ids=["max", "ceil", "recurrence"],
)
def test_what_has_no_derivative(value: Product) -> None:
    with pytest.raises(Open, match="no derivative in closed form"):
        slope.rate(value, n)


def test_a_geometric_sum_at_ratio_1_has_slopes() -> None:
    value = Product.of(geometric(w, 40))
    assert slope.elasticity(value, w).at({w: 1}) == pytest.approx(39 / 2)


def test_the_derivative_of_a_factorial_is_written_in_the_language() -> None:
    found = laws_of("for i in range(n) { conv(w*(i + 1), 3) -> relu }")["gcc"]
    assert found.elasticity.formula is not None
    text = formula_text(found.elasticity.formula)
    assert "digamma(n + 1)" in text
    assert found.elasticity.usual == pytest.approx(13.003, rel=1e-4)


def test_rounds_that_alternate_in_sign_are_told_by_differences() -> None:
    found = laws("pnasnet", "cells", "gcc")["gcc"]
    assert found.elasticity.formula is None
    assert found.rate.usual == pytest.approx(number(found.rate.limit), rel=1e-6)


PLAINER = [
    ("wavenet", "layers", 9, "25.498 * layers + 25.498 * layers / (1.1849e11^layers - 1)"),
    ("alexnet", "resolution", 320, ""),
    ("densenet", "depth", 169, ""),
    ("gru", "length", 9, ""),
]


@pytest.mark.parametrize(("spec", "param", "at", "text"), PLAINER)
def test_a_plainer_text_has_the_value_of_the_formula(spec: str, param: str, at: int, text: str) -> None:
    for law in laws(spec, param, "gcc", "gsc", "params").values():
        assert law.elasticity.formula is not None
        plainer = signed(law.elasticity.formula, plainer=True)
        expected = law.elasticity.formula.at({law.x: at})
        assert read_all(plainer, {param: float(at)}) == pytest.approx(expected, rel=1e-3)
        assert law.measure != "gcc" or text in ("", str(plainer))


@pytest.mark.parametrize("name", ["exponential", "falling", "both", "square", "factorial"])
def test_a_leading_elasticity_is_what_the_elasticity_tends_to(name: str) -> None:
    growth = leading(SMOOTH[name], n)
    told = leading_elasticity(growth, n, Regime()).at({n: 10**60})
    assert told == pytest.approx(slope.elasticity(SMOOTH[name], n).at({n: 10**60, w: 3}), rel=2e-2)


def test_a_base_of_shared_sums_is_no_formula_and_has_its_limit() -> None:
    law = laws("gru", "layers", "gcc")["gcc"]
    assert law.elasticity.formula is None
    assert law.rate.usual == pytest.approx(number(law.rate.limit), rel=1e-6)
    leads = law.elasticity.leading
    assert leads is not None
    assert leads.at({law.x: 7}) == pytest.approx(7 * math.log(2) * number(law.rate.limit), rel=1e-12)


def test_what_has_too_many_terms_is_told_by_differences() -> None:
    found = laws("unet", "resolution", "gsip")["gsip"]
    assert (found.rate.formula, found.rate.usual is None) == (None, False)
    assert "terms" in refusal(found)


def test_all_measures_of_unet_have_classes_in_its_levels() -> None:
    assert all(law.growth is not None for law in laws("unet", "levels").values())


def laws_of(body: str) -> dict[str, GrowthLaw]:
    text = f"param n = 3\nparam w = 4\ninput(3, 8, 8)\n{body}\n"
    (found,) = scalings(Family(assemble(Source("<text>", text), Path.cwd() / "-"), {}, ["n"]))
    return {law.measure: law for law in found.laws}


def refusal(law: GrowthLaw) -> str:
    with pytest.raises(Open) as caught:
        slope.rate(law.closed.value, law.x)
    return str(caught.value)


# -- families


@pytest.mark.parametrize(
    ("spec", "param"),
    [
        ("resnet", "depth"),
        ("resnet", "width"),
        ("mlp", "width"),
        ("unet", "width"),
        ("transformer", "length"),
    ],
)
def test_the_slopes_of_families_are_those_of_their_numbers(spec: str, param: str) -> None:
    for law in laws(spec, param).values():
        at = Family(load_program(spec), {}, [param]).usual[param]
        low, high = (log2_at(law.closed, {param: at * (1 + sign * STEP)}) for sign in (-1, 1))
        assert low is not None
        assert high is not None
        assert law.rate.usual == pytest.approx((high - low) / float(2 * at * STEP), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("spec", "param"), [("resnet", "depth"), ("resnet", "width"), ("mlp", "depth")])
def test_limits_are_approached(spec: str, param: str) -> None:
    for law in laws(spec, param).values():
        for slopes in (law.rate, law.elasticity):
            assert slopes.formula is not None
            assert slopes.limit is not None
            if slopes.limit in (sympy.oo, -sympy.oo):
                assert abs(slopes.formula.at({law.x: 10**12})) > 10**9
            else:
                far = slopes.formula.at({law.x: 10**40})
                assert far == pytest.approx(number(slopes.limit), rel=0.02, abs=1e-9)


def test_resnet_in_depth() -> None:
    found = laws("resnet", "depth")
    assert found["gcc"].rate.usual == pytest.approx(math.log2(4080.8) / 3, rel=1e-5)
    assert number(found["gcip"].rate.limit) == pytest.approx(math.log2(0.584) / 3, rel=1e-12)
    assert found["params"].elasticity.limit == 1


def test_the_degree_of_gcc_in_width_is_the_number_of_convolutions_that_are_multiplied() -> None:
    found = laws("resnet", "width", "gcc", depth="n")["gcc"]
    assert found.elasticity.limit == (sympy.Symbol("n", integer=True, positive=True) + 1) / 3
    both = laws("resnet", "width", "gcc", "params")
    assert (both["gcc"].elasticity.limit, both["params"].elasticity.limit) == (17, 2)


def test_a_bounded_param_has_no_limit() -> None:
    law = laws("transformer", "heads", "gcc")["gcc"]
    assert law.growth is None
    assert "bounded" in law.reason


# -- what cannot grow


@pytest.mark.parametrize(
    ("spec", "param", "message"),
    [
        ("resnet", "shortcuts", "shortcuts is true or false"),
        ("resnet", "dept", "no param 'dept'"),
    ],
)
def test_what_does_not_grow(spec: str, param: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        laws(spec, param)
