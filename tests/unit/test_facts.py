"""What follows from declarations: nothing but what holds at every lawful point."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import And, Eq, Mod, Ne, Not, Or, ceiling, floor

from layercalc.assumptions import Facts
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import symbolic
from tests.examples import examples

RANGE = range(1, 40)
coefficients = st.integers(-6, 6)


def declared(*conditions: Any) -> Facts:
    """Make facts about n and w, which stand for themselves in the conditions."""
    facts = Facts()
    facts.symbol("n")
    facts.symbol("w")
    for condition in conditions:
        facts.assume(condition)
    return facts


n, w = (Facts().symbol(name) for name in ("n", "w"))


@given(
    a=coefficients, b=coefficients, c=coefficients, low=st.integers(-5, 12), x=coefficients, y=coefficients
)
@examples(40)
def test_an_answer_holds_at_every_point(a: int, b: int, c: int, low: int, x: int, y: int) -> None:
    known = a * n + b >= c
    facts = Facts()
    facts.symbol("n")
    lawful = [i for i in RANGE if a * i + b >= c and i >= low]
    assume(len(lawful) > 3)
    facts.assume(known)
    facts.assume(n >= low)
    asked = sympy.Ge(x * n**2 + y * n + a, b * n)
    decided = facts.decide(asked)
    if decided is not None:
        assert {x * i * i + y * i + a >= b * i for i in lawful} == {decided}


@given(m=st.integers(2, 9), a=st.integers(1, 5), r=st.integers(0, 8), low=st.integers(1, 30))
@examples(30)
def test_canonical_and_restore_change_no_value(m: int, a: int, r: int, low: int) -> None:
    lawful = [i for i in range(low, low + 200) if (a * i) % m == r % m]
    assume(lawful)
    facts = declared(n >= low, Eq(Mod(a * n, m), r % m))
    for expression in (ceiling(n / m), floor((n + 3) / 2), n * (n - 1) / 2, Mod(n, m)):
        there = facts.canonical(expression)
        back = facts.restore(there)
        for i in lawful[:5]:
            wanted = expression.subs(n, i)
            assert symbolic(back).subs(n, i) == wanted


def test_rounding_comes_out_down_to_the_last_halving() -> None:
    facts = declared(Eq(Mod(n, 32), 0))
    size = facts.canonical(n)
    for halvings in range(1, 6):
        size = ceiling(size / 2)
        assert facts.restore(size) == n / 2**halvings
    assert facts.canonical(n).has(ceiling) is False
    assert facts.restore(ceiling(size / 2)).has(ceiling)


def test_residues_shift_and_carry_bounds_over() -> None:
    facts = declared(Eq(Mod(n - 2, 6), 0), n >= 8)
    count = facts.canonical((n - 2) / 6)
    assert count.is_Symbol
    assert count.is_positive
    assert facts.restore(count) == n / 6 - sympy.Rational(1, 3)
    assert facts.decide(n < 8) is False
    assert facts.decide(Eq(n, 9)) is False


def test_two_residues_meet() -> None:
    facts = declared(Eq(Mod(n, 4), 1), Eq(Mod(n, 6), 3))
    assert facts.restore(facts.canonical(Mod(n, 12))) == 9
    with pytest.raises(ValueError, match="nothing satisfies these conditions"):
        facts.assume(Eq(Mod(n, 2), 0))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (And(n >= 5, n <= 4, evaluate=False), "n >= 5 and n <= 4"),
        (sympy.false, "nothing satisfies these conditions"),
        (Eq(Mod(2 * n, 4), 1, evaluate=False), "nothing satisfies these conditions"),
    ],
)
def test_a_contradiction_is_refused(condition: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declared(condition)


@pytest.mark.parametrize(
    ("relation", "decided"),
    [
        (n >= 9, True),
        (n > 100, None),
        (n * w >= 9 * w, True),
        (n / w < 9 / w, False),
        (Eq(w, 4 * w), False),
        (Ne(w, 4 * w), True),
        (Eq(2 * n, 2 * w + 1), False),
        (Eq(n, w), None),
        (log2(n) >= 3, True),
        (log2(n) < 0, False),
        (log2(sympy.Min(1, w - 2)) <= 0, True),
        (log2(sympy.Min(2, w - 2)) <= 0, None),
        (ceiling(n / 3) >= 3, True),
        (floor(n / 3) >= 4, None),
        (Mod(n, 5) < 5, True),
        (And(n > 8, w > 0), True),
        (Or(n > 100, w >= 1), True),
        (Not(n > 8), False),
        (1 / n <= sympy.Rational(1, 9), True),
        ((n + w) ** 5000 > 1, None),
        ((n + w) ** 3 > 1000, None),
        ((n + w) ** 3 >= 1000, True),
        (True, True),
        (sympy.Symbol("p") >= 0, None),
    ],
)
def test_bounds_decide(relation: Any, decided: bool | None) -> None:
    assert declared(2 * n + 1 >= 18).decide(relation) is decided


def test_a_known_relation_decides_its_multiples() -> None:
    facts = declared(n > 2 * w)
    assert facts.decide(3 * n >= 6 * w) is True
    assert facts.decide(n * w > 2 * w**2) is True
    assert facts.decide(n + 1 > 2 * w) is True
    assert facts.decide(n <= 2 * w) is False
    assert facts.decide(n > 3 * w) is None


def test_an_inequality_is_remembered() -> None:
    facts = declared(Ne(n, 3 * w), Ne(n, 1))
    assert facts.decide(Eq(2 * n, 6 * w)) is False
    assert facts.decide(Ne(n, 1)) is True


def test_an_upper_bound_decides() -> None:
    facts = declared(n <= 10, w < 4)
    assert facts.decide(n * w <= 30) is True
    assert facts.decide(n - w > 9) is False
    assert facts.decide(n - w > 8) is None
    assert facts.decide(10 - n >= 0) is True


def test_a_symbol_without_signs_decides_nothing() -> None:
    facts = Facts()
    x = facts.symbol("x", integer=False, positive=False)
    y = facts.symbol("y", integer=False)
    assert facts.decide(x > -1) is None
    assert facts.is_positive(y) is True
    facts.assume(y > 3)
    assert facts.decide(y > 3) is True
    assert facts.is_nonnegative(y - 3) is True
    assert facts.decide(2 * y > 6) is True


def test_what_is_not_understood_is_kept_as_it_is() -> None:
    odd = Or(n > 3, Eq(w, 2))
    facts = declared(odd, Eq(Mod(n * w, 3), 0), Eq(Mod(n, w), 0), True)
    assert facts.decide(Eq(Mod(n * w, 3), 0)) is True
    assert facts.decide(sympy.Xor(n > 3, w > 3)) is None


@pytest.mark.parametrize(
    ("relation", "symbols", "condition"),
    [
        (2 * w + 1 > 64, (w,), w >= 32),
        (w < 64, (w,), w < 64),
        (3 * w <= 64, (w,), w <= 21),
        (n > w, (n, w), n > w),
        (Eq(n, 5), (n,), Ne(n, 5)),
        (Eq(n**2, 1), (n,), n >= 2),
        (Eq(2 * n, 2 * w), (n, w), Ne(n, w)),
        (4 * n**2 > 9 * w**2, (n, w), 2 * n > 3 * w),
        (n / 2**w > 1, (n, w), n > 2**w),
        (n**2 / 4**w >= 1, (n, w), n >= 2**w),
        (2 * w < 2 * floor(n**2 / 3), (n, w), w < floor(n**2 / 3)),
        (n**3 <= 2 * w**3, (n, w), n**3 <= 2 * w**3),
    ],
)
def test_an_open_relation_is_explained(relation: Any, symbols: Any, condition: Any) -> None:
    assert declared().explain(relation) == (symbols, condition)


def test_an_explanation_speaks_of_the_declared_symbols() -> None:
    facts = declared(Eq(Mod(n, 32), 0))
    assert facts.explain(facts.canonical(n) > 64) == ((n,), n > 64)
    assert list(facts.stands_for.values()) == [n / 32]


def test_a_bound_beside_a_residue_stays() -> None:
    facts = declared(Eq(Mod(n, 8), 0), And(n < 4096, Eq(Mod(4096, n), 0)))
    assert facts.decide(Eq(4096 / n, 1)) is False
    assert facts.decide(n <= 4088) is True
    assert facts.decide(n <= 4080) is None


def test_a_quotient_and_its_remainder_make_the_number() -> None:
    facts = declared(n >= 3)
    assert facts.decide(18 * Mod(n, 2) + 38 * floor(n / 2) >= 55) is True
    assert facts.decide(Mod(n, 2) + 2 * floor(n / 2) > w) is None
    assert facts.decide(Eq(Mod(n, w) + w * floor(n / w), n)) is True


@given(st.lists(coefficients, min_size=2, max_size=4), st.integers(1, 4), st.integers(-3, 6))
@examples(30)
def test_a_polynomial_in_one_number_is_decided(lower: list[int], leading: int, low: int) -> None:
    facts = declared(n >= low)
    poly = sum(c * n**power for power, c in enumerate([*lower, leading]))
    values = [
        int(symbolic(poly).subs(n, place)) for place in range(max(low, 1), 60)
    ]  # it grows from there on
    assert facts.decide(sympy.Ge(poly, 0)) is (True if min(values) >= 0 else None)
    assert facts.decide(sympy.Gt(poly, 0)) is (True if min(values) > 0 else None)


def test_a_real_number_may_lie_between_whole_ones() -> None:
    facts = Facts()
    x = facts.symbol("x", integer=False)
    assert facts.decide(2 * x**2 - 6 * x + 5 > 0) is True
    assert facts.decide(4 * x**2 - 12 * x + 9 > 0) is None
    assert facts.decide(4 * x**2 - 12 * x + 9 >= 0) is True
    assert facts.decide(x**4 - 8 * x**3 + 2 * x**2 + 500 > 0) is True
