"""Sums of powers of numbers in a folded text against the closed forms they come from."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.algebras.powers_plus import closed_power
from layercalc.forms.join import maximum
from layercalc.forms.product import ONE, Product, add
from layercalc.numbers.log2 import log2
from layercalc.numbers.special import geometric
from layercalc.writing.forms import exact_text, folded_parts
from tests.examples import examples
from tests.unit.test_text import read_all

N, W, K = (sympy.Symbol(name, integer=True, positive=True) for name in ("n", "w", "k"))
of = Product.of
LOG = log2(sympy.Integer(3))
numbers = st.sampled_from([1, 2, 5, Fraction(1, 3), Fraction(398, 25), 10**6, LOG, 3 * LOG])


def loop(entries: Sequence[Sequence[sympy.Expr]], count: sympy.Expr) -> Product:
    """Add up the entries of a power of a matrix."""
    rows = [{i: of(value) for i, value in enumerate(row)} for row in entries]
    return add(value for row in closed_power(rows, count) for value in row.values())


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=2), st.integers(1, 12))
@examples(5)
def test_a_folded_power_of_a_map_is_that_power(rows: list[tuple[sympy.Expr, ...]], count: int) -> None:
    first, second = loop(rows, N), loop([*rows[1:], *rows[:1]], N + 1)
    for value in (first, add([first * of(7), second]), add([first * second, ONE])):
        read = read_all(folded_parts(value, 12), {"n": count})
        assert read == pytest.approx(float(2 ** value.substitute({N: count}).log2()), rel=1e-6)


TEXTS = [
    (of(3 * geometric(sympy.Rational(398, 25), N)), "0.20107 * (15.92^n - 1)"),
    (add([of(geometric(3, N)), of(3) ** N]), "1.5*3^n - 0.5"),
    (add([of(geometric(3, N)), of(3) ** N]) * of(W), "1.5 * (3^n - 0.33333) * w"),
    (of(4 - geometric(sympy.Rational(-1, 2), N)), "3.3333 * (1 + 0.2*(-0.5)^n)"),
    (of(geometric(sympy.Rational(-1, 10**7), N)), "1 * (1 - (-1e-7)^n)"),
    (of(10**4 - 9999 * geometric(-1, N)), "5000.5 * (1 + 0.9998*(-1)^n)"),
    (of(10**4 - geometric(sympy.Rational(9999, 10000), N)), "10000 * 0.9999^n"),
    (of(geometric(W, N)), "geometric(w, n)"),
    (add([of(2 * geometric(3, N)), ONE]), "3^n"),
    (maximum([of(geometric(3, N)), of(W)]), "max(0.5*(3^n - 1), w)"),
    (add([of(geometric(2, N)), of(geometric(3, K))]), "0.5*3^k + 2^n - 1.5"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_a_folded_text_shows_powers(value: Product, text: str) -> None:
    assert str(folded_parts(value)) == text
    names = {"n": 6.0, "w": 3.0, "k": 4.0}
    assert read_all(folded_parts(value), names) == pytest.approx(read_all(exact_text(value), names), rel=1e-4)


def test_long_sums_stay_in_factors() -> None:
    value = ONE
    for base in (2, 3, 5, 7, 11):
        value = add([value * of(geometric(base, N)), of(base + 3)])
    assert str(folded_parts(value)).count("^n") <= 12
