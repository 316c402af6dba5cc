"""What multiplying out gives is told before it is done, and no value asks for more than the limits."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from layercalc import limits
from layercalc.errors import LimitError, Source, SpecError
from layercalc.measures import measure_all
from layercalc.numbers.expansion import expanded
from layercalc.numbers.opened import is_short, opened
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.points import read_points

SYMBOLS = sympy.symbols("a b c", integer=True, positive=True)
ATOMS = st.one_of(st.sampled_from(SYMBOLS), st.integers(1, 5).map(sympy.Integer))
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: sympy.Add(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: sympy.Mul(*parts)),
        st.tuples(inner, st.integers(-2, 3)).map(lambda pair: pair[0] ** pair[1]),
    ),
    max_leaves=8,
)


def longest(value: sympy.Expr) -> int:
    """Count the terms of the longest sum in a value."""
    return max((len(part.args) for part in value.atoms(sympy.Add)), default=1)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_no_more_terms_come_of_it_than_were_told(value: sympy.Expr) -> None:
    if opened(value).longest <= limits.OPENED:
        assert longest(sympy.expand(value)) <= opened(value).longest


@pytest.mark.parametrize(
    ("value", "terms"),
    [
        ((SYMBOLS[0] + 1) ** 40, 41),
        ((SYMBOLS[0] + 1) ** 100 * (SYMBOLS[0] + 2) ** 100, 201),
        (sympy.Mul(*(sympy.Symbol(f"p{k}") + 1 for k in range(12))), 4096),
        (1 / sympy.Mul(*(sympy.Symbol(f"p{k}") + 1 for k in range(12))), 4096),
        (sympy.Add(*(1 / (SYMBOLS[0] + k) for k in range(50))), 50),
    ],
)
def test_terms_are_told(value: sympy.Expr, terms: int) -> None:
    assert opened(value).longest == terms


def test_a_value_of_too_many_terms_stays_in_its_factors() -> None:
    value = sympy.Mul(*(sympy.Symbol(f"p{k}") + 1 for k in range(60)))
    short = sympy.Mul(*value.args[:3])
    assert expanded(value) is value
    assert expanded(short) == sympy.expand(short)


def test_work_is_counted_over_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, _ = SYMBOLS
    monkeypatch.setattr(limits, "WORK", 100)
    with limits.metered() as meter:
        while meter.left > 20:
            is_short((a + 1) * (b + 1))
        with pytest.raises(LimitError, match="over 100 terms"):
            is_short((a + 1) ** 5 * (b + 1) ** 5)
    with limits.metered():
        is_short((a + 1) * (b + 1))


P = [f"p{k}" for k in range(12)]
FACTORS = " * ".join(f"({name} + 1)" for name in P)
HOSTILE = {
    "factors": f"dense({FACTORS}) dense(4)",
    "factors below the line": f"dense(4) dense(p0 / ({FACTORS}))",
    "a power": "dense((p0 + p1 + p2 + 1)^40) dense(4)",
    "powers": "dense((p0 + 1)^40) dense((p0 + 3)^40) dense(4)",
    "products of rounds": "dense(product([p0 * i + p1 + 1 for i in range(40)])) dense(3)",
    "a remainder": f"dense(({FACTORS}) % 7 + 1) dense(3)",
    "a rounding": f"dense(ceil({FACTORS} / 7)) dense(3)",
    "a maximum": f"dense(max({', '.join(P)}, {FACTORS}))",
    "a comparison": f"if {FACTORS} >= 1 {{ dense(3) }}",
    "branches": f"add {{ {' | '.join(f'dense({name}) -> dense(8)' for name in P)} }}",
    "residuals": f"dense(4) {' '.join(f'add {{ dense({FACTORS} + {k}) -> dense(4) | }}' for k in range(20))}",
    "polynomials": " ".join(f"dense(({' + '.join(P[:6])} + {k})^4)" for k in range(30)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_symbols_are_answered_or_meet_a_limit(text: str) -> None:
    params = "".join(f"param {name}\n" for name in P)
    program = assemble(Source("t.arch", f"{params}input(3)\n{text}"), Path("t.arch"))
    given_ = {name: read_points(name, name)[0] for name in P}
    try:
        found = measure_all(resolve(program, given_))
    except SpecError as error:
        found, told = {}, str(error)
    else:
        told = "an answer, within each limit"
    assert "limit" in told
    assert all(len(closed.expr.args) <= limits.OPENED for closed in found.values())
