"""Powers to irrational exponents, `2^sqrt(3)`, count in logarithms, in sums and in networks."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy

from layercalc.forms.product import Product, add
from layercalc.measures import measure_all
from tests.twin.holding import network_of


@pytest.mark.parametrize("base", [Fraction(3, 2), 5, Fraction(1, 7)])
@pytest.mark.parametrize("exponent", [sympy.sqrt(3), 1 + 5 * sympy.root(7, 3), -sympy.sqrt(2) / 3, sympy.pi])
def test_an_irrational_exponent_counts(base: Fraction, exponent: sympy.Expr) -> None:
    value = Product.of(base) ** exponent * Product.of(3)
    expected = float(exponent) * math.log2(base) + math.log2(3)
    assert float(value.log2()) == pytest.approx(expected, rel=1e-14)
    assert value.to_float() == pytest.approx(2**expected, rel=1e-13)
    assert float(add([value, Product.of(1)]).log2()) == pytest.approx(math.log2(2**expected + 1), rel=1e-13)
    assert value.rational() is None


def test_networks_with_roots_in_exponents_are_measured() -> None:
    text = (
        "param n = 3 layer odd { power = 2^sqrt(n)  complexity = 3^(1 + sqrt(n)/2) }"
        "layer even { power = 7/2  complexity = 20/3 }"
        "input(3, 8, 8) repeat n { add { odd | even | max { even | odd -> even } } }"
    )
    odd, even = 2 ** math.sqrt(3), 3 ** (1 + math.sqrt(3) / 2)
    expected = {"gcip": (odd * 3.5) ** 3, "gcc": (even * (1 + 20 / 3) + 40 / 3) ** 3}
    for values in ({}, {"n": "m"}):
        for name, closed in measure_all(network_of(text, "paper", **values), expected).items():
            known = closed.substitute({"m": 3}) if values else closed
            assert known.number == pytest.approx(expected[name], rel=1e-13)
