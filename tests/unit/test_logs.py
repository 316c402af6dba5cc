"""Numbers without sympy against what sympy makes of them, their naive twin."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.forms.product import Product
from layercalc.numbers import real
from layercalc.numbers.factor import FACTORED, perfect_power, prime_powers
from layercalc.numbers.log2 import log2
from layercalc.numbers.logs import Constant, Logs
from layercalc.numbers.scalar import plain, symbolic, times, total
from layercalc.printing.expression_tree import scalar_text

rationals = st.fractions(-20, 20, max_denominator=12)
above = st.fractions(Fraction(1, 50), 500, max_denominator=50)


@st.composite
def sums(draw: st.DrawFn) -> Constant:
    """Add a few logarithms and a number."""
    pairs = draw(st.lists(st.tuples(rationals, above), max_size=4))
    found = total([draw(rationals), *(times(Logs.log2(of), coefficient) for coefficient, of in pairs)])
    assert isinstance(found, Constant)
    return found


@given(above)
def test_a_logarithm_is_that_of_sympy(value: Fraction) -> None:
    assert symbolic(Logs.log2(value)) == log2(symbolic(value))


@given(sums(), sums(), rationals)
def test_sums_are_those_of_sympy(a: Constant, b: Constant, factor: Fraction) -> None:
    assert symbolic(a + b) == symbolic(a) + symbolic(b)
    assert symbolic(a - b) == symbolic(a) - symbolic(b)
    assert symbolic(times(a, plain(factor))) == sympy.expand(symbolic(a) * symbolic(factor))
    assert plain(symbolic(a)) == a
    assert hash(plain(symbolic(a))) == hash(a)


@given(sums())
def test_what_else_is_asked_is_asked_of_sympy(a: Constant) -> None:
    n = sympy.Symbol("n")
    assert a * n == symbolic(a) * n
    assert a - n == symbolic(a) - n
    assert sympy.sympify(a, strict=True) == symbolic(a)
    if isinstance(a, Logs):
        assert a.atoms(log2) == symbolic(a).atoms(log2)


@given(sums())
def test_the_sign_and_the_digits_are_those_of_sympy(a: Constant) -> None:
    assert real.sign(a) == sympy.sign(symbolic(a))
    if isinstance(a, Logs):
        assert math.isclose(real.approximation(a), symbolic(a).evalf(30), rel_tol=1e-15)
        assert Product.of(abs(real.approximation(a))).to_float() == pytest.approx(float(abs(symbolic(a))))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Logs.log2(3) * 2, "2*log2(3)"),
        (Logs.log2(12) * Fraction(-1, 3), "-log2(12)/3"),
        (Logs.log2(12) + Logs.log2(3) * 5 + 4, "5*log2(3) + log2(12) + 4"),
        (Logs.log2(12) / 4 - Logs.log2(3) - Fraction(1, 6), "(3*log2(12) - 12*log2(3) - 2)/12"),
        (Logs.log2(Fraction(7, 3)) + Fraction(1, 2), "(2*log2(7/3) + 1)/2"),
    ],
)
def test_it_is_written_as_any_sum(value: Any, text: str) -> None:
    assert scalar_text(value) == text


def test_sums_that_vanish_have_no_sign() -> None:
    assert real.sign(Logs.log2(12) - Logs.log2(3) - 2) is None
    assert real.sign(Logs.log2(2**400 + 1) - 400) == 1


def test_the_primes_are_those_of_sympy() -> None:
    choose = random.Random(0)
    primes = [*sympy.primerange(1009, 20_000), 16_777_213, 281_474_976_710_597]
    for _ in range(300):
        n = math.prod(choose.choice(primes) for _ in range(choose.randint(1, 4)))
        if n < FACTORED:
            assert dict(prime_powers(n)) == sympy.factorint(n)


def test_powers_are_those_of_sympy() -> None:
    choose = random.Random(1)
    for _ in range(200):
        n = choose.randint(2, 10 ** choose.randint(1, 12)) ** choose.randint(1, 7) * choose.choice((1, 1, 3))
        assert perfect_power(n) == (sympy.perfect_power(n, factor=False) or (n, 1))
