"""A measure's value as it is told: expression, number, logarithm, text."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy

from layercalc import loads
from layercalc.assumptions import Facts
from layercalc.closed import Closed
from layercalc.forms.product import ZERO, Product, add
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar
from layercalc.writing import forms
from layercalc.writing.forms import folded_parts

N = sympy.Symbol("n", integer=True, positive=True)
W = sympy.Symbol("w", integer=True, positive=True)
of = Product.of


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (Fraction(1, 3), Fraction(1, 3)),
        (of(Fraction(73, 125)), Fraction(73, 125)),
        (ZERO, 0),
        (of(log2(sympy.Integer(3))), math.log2(3)),
        (log2(sympy.Integer(3)) + 1, math.log2(6)),
    ],
)
def test_a_number_is_exact_where_it_is_rational(value: Product, number: Fraction | float) -> None:
    got = Closed(value).number
    assert got == pytest.approx(number, rel=1e-15)
    assert isinstance(got, float) is isinstance(number, float)


@pytest.mark.parametrize("power", [5000, 10**6, -5000, -(10**6)])
def test_what_no_double_holds_has_a_logarithm_and_no_number(power: int) -> None:
    closed = Closed(of(2) ** power * of(log2(sympy.Integer(3))))
    assert closed.number is None
    assert closed.log2 == pytest.approx(power + math.log2(math.log2(3)), rel=1e-15)
    assert "inf" not in closed.folded()
    assert len(closed.folded()) < 30


def test_a_whole_number_beyond_the_doubles_is_still_exact() -> None:
    assert Closed(2**2000).number == 2**2000
    assert Closed(2**2000).log2 == 2000


def test_the_logarithm_of_zero_is_minus_infinity() -> None:
    assert Closed(0).log2 == Closed(ZERO).log2 == -math.inf


@pytest.mark.parametrize("power", [10**400, -(10**400)])
def test_a_logarithm_beyond_the_doubles_is_none(power: int) -> None:
    assert Closed(of(2) ** power).log2 is None


@pytest.mark.parametrize("value", [of(2) ** N, 3 * N + W, of(W)])
def test_a_symbolic_value_has_neither_number_nor_logarithm(value: Product | sympy.Expr) -> None:
    closed = Closed(value)
    assert closed.number is None
    assert closed.log2 is None
    assert closed.symbols == tuple(sorted(map(str, value.free_symbols)))


@pytest.mark.parametrize(
    ("value", "given", "number"),
    [
        (of(3) ** N, {"n": 4}, 81),
        (N**2 - 3 * N, {"n": 8}, 40),
        (N - 5, {"n": Fraction(16, 3)}, Fraction(1, 3)),
        (add([of(W), of(1)]) ** 2, {"w": 2, "other": 7}, 9),
        (12, {"n": 4}, 12),
    ],
)
def test_substituting(value: Product, given: dict[str, Fraction], number: Fraction) -> None:
    assert Closed(value).substitute(given).number == number


def test_substituting_part_of_the_symbols_keeps_the_rest() -> None:
    assert Closed(N * W + 1).substitute({"w": 3}).expr == 3 * N + 1
    assert Closed(of(W) ** N).substitute({"n": 2}).symbols == ("w",)
    assert Closed(of(W)).substitute({"w": N + 1}).expr == N + 1


def test_substituting_what_is_not_there_changes_nothing() -> None:
    closed = Closed(of(W))
    assert closed.substitute({"n": 3}) == closed


@pytest.mark.parametrize("value", [of(N), N])
def test_private_symbols_are_put_back(value: Product | sympy.Expr) -> None:
    facts = Facts()
    depth = facts.symbol("depth")
    facts.assume(sympy.Eq(sympy.Mod(depth - 2, 6), 0))
    private = facts.canonical(depth)
    assert private.free_symbols != {depth}
    told = Closed.told(value.xreplace({N: private}) if value is N else of(private), facts)
    assert told.expr == depth


def test_without_facts_a_value_is_told_as_it_is() -> None:
    assert Closed.told(5, None).value == 5


def test_texts() -> None:
    closed = Closed(of(Fraction(1, 7)) * of(2) ** N)
    assert closed.exact().text == "1/7 * 2^n"
    assert closed.folded() == "0.14286 * 2^n"
    assert closed.folded(2) == "0.14 * 2^n"


@pytest.mark.parametrize(
    "value",
    [0, 1, 7, Fraction(1, 3), 10**15, log2(3), sympy.sqrt(2) / 3, 1 + log2(5), sympy.Integer(2) ** 9000],
)
def test_a_number_is_written_straight_from_its_logarithm(
    monkeypatch: pytest.MonkeyPatch, value: Scalar
) -> None:
    powers = [Product.of(value), Product.of(value) ** 900]
    expected = [str(folded_parts(power, 5)) for power in powers]
    monkeypatch.setattr(forms, "folded_parts", None)
    assert [Closed(power).folded(5) for power in powers] == expected


def test_rounds_that_sympy_does_not_add_up_are_told() -> None:
    """Over 20,000 rounds are kept as a sum, whose remainders sympy's approximation fails at."""
    spec = "input(3) for i in range(30000) { if i % 7 == 3 { dense(i % 11 + 1) } else { relu } }"
    params, before, wanted = loads(spec).measure("params"), 3, 0
    for i in range(3, 30000, 7):
        wanted, before = wanted + (i % 11 + 1) * (before + 1), i % 11 + 1
    assert (params.number, params.folded()) == (wanted, f"{wanted}")
