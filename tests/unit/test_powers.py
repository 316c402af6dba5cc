"""Powers of maps for a symbolic count against the iterated product, their naive twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc import limits
from layercalc.algebras.maps import after, repeated
from layercalc.algebras.max_plus import MaxPlus
from layercalc.algebras.max_times import MaxTimes
from layercalc.algebras.plus_times import PlusTimes
from layercalc.algebras.powers import NoClosedForm
from layercalc.assumptions import Facts
from layercalc.errors import LimitError
from layercalc.forms.product import Product
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, plain, symbolic
from tests.examples import examples, long_run

FACTS = Facts()
N, A, B = (FACTS.symbol(name) for name in ("n", "a", "b"))
POINT: dict[sympy.Symbol, Scalar] = {A: 3, B: 2}
COUNTS = (*range(13), 50) if long_run() else (*range(4), 6, 50)
LOG = log2(sympy.Integer(3))
HALF = Fraction(1, 2)

Matrix = list[dict[int, Any]]
ALGEBRAS: dict[str, Any] = {
    "plus_times": PlusTimes(FACTS),
    "max_times": MaxTimes(FACTS),
    "max_plus": MaxPlus(FACTS),
}
every_algebra = pytest.mark.parametrize("algebra", ALGEBRAS.values(), ids=ALGEBRAS.keys())


def taken_in(algebra: Any, rows: Sequence[Mapping[int, Scalar]]) -> Matrix:
    """Take the entries of a matrix into an algebra."""
    return [{i: algebra.of(value) for i, value in row.items()} for row in rows]


def at(value: Any, point: Mapping[sympy.Symbol, Scalar]) -> Any:
    """Put numbers in place of symbols; None for what is zero then."""
    if isinstance(value, Product):
        made = value.substitute(point)
        return None if made.is_zero else made
    number = plain(symbolic(value).xreplace({key: symbolic(to) for key, to in point.items()}))
    return None if number == -sympy.oo else number


def same(a: Any, b: Any) -> bool:
    """Equal exactly where both are exact, else in forty digits of the logarithm."""
    if a is None or b is None or not isinstance(a, Product):
        return bool(a == b)
    exact = a.rational(), b.rational()
    if None not in exact:
        return bool(exact[0] == exact[1])
    return bool(abs(a.log2(40) - b.log2(40)) < 1e-30 * (1 + abs(b.log2(40))))


def hold(algebra: Any, rows: Sequence[Mapping[int, Scalar]], least: int = 0) -> Matrix:
    """Compare a closed power, for counts from `least` on, with the iterated product at numbers."""
    entries, size = taken_in(algebra, rows), range(len(rows))
    closed: Matrix = algebra.map_power(entries, N + least - 1)
    numbers = [{i: at(value, POINT) for i, value in row.items()} for row in entries]
    power: Matrix = [{i: algebra.one} for i in size]
    for count in range(COUNTS[-1] + 1):
        if count in COUNTS and count >= least:
            point = {**POINT, N: count - least + 1}
            for i in size:
                for j in size:
                    found = at(closed[i][j], point) if j in closed[i] else None
                    assert same(found, power[i].get(j)), (
                        count,
                        i,
                        j,
                        found,
                        power[i].get(j),
                        closed[i].get(j),
                    )
        power = after(algebra, numbers, power)
    return closed


#: Values that pass to each other: maxima over four take seconds each.
LARGEST = 4 if long_run() else 3
entries = st.sampled_from(
    [1, 1, 2, 3, HALF, Fraction(3, 2), A, B, A * B, 2 * A, A + B, plain(A / B), LOG, 3 * LOG]
)


@st.composite
def matrices(draw: st.DrawFn, largest: int) -> list[dict[int, Scalar]]:
    """Draw sparse square matrices."""
    size = draw(st.integers(1, largest))
    places = st.integers(0, size - 1)
    return [draw(st.dictionaries(places, entries, max_size=min(size, 3))) for _ in range(size)]


@given(matrices(4), st.integers(0, 4))
@examples(12)
def test_sums_are_those_of_the_iterated_product(rows: list[dict[int, Scalar]], least: int) -> None:
    hold(ALGEBRAS["plus_times"], rows, least)


@given(matrices(LARGEST), st.integers(0, 4))
@examples(5)
def test_maxima_are_those_of_the_iterated_product(rows: list[dict[int, Scalar]], least: int) -> None:
    hold(ALGEBRAS["max_times"], rows, least)


@given(matrices(LARGEST), st.integers(0, 4))
@examples(5)
def test_longest_paths_are_those_of_the_iterated_product(rows: list[dict[int, Scalar]], least: int) -> None:
    hold(ALGEBRAS["max_plus"], rows, least)


NAMED: dict[str, list[dict[int, Scalar]]] = {
    "equal eigenvalues": [{0: A, 1: B}, {1: A}],
    "three equal eigenvalues": [{0: 2, 1: 1}, {1: 2, 2: A}, {2: 2}],
    "an identity skip": [{0: A, 1: B}, {1: 1}],
    "two values that meet a skip": [{1: 1}, {0: A, 1: B}, {0: 2, 1: 3, 2: 1}],
    "distinct numbers and a skip": [{0: 1}, {0: A, 1: 2}, {0: B, 1: 1, 2: 3}],
    "symbols that facts do not order": [{0: 1}, {0: 2, 1: A}, {0: 3, 1: 1, 2: B}],
    "an eigenvalue zero": [{1: 1}, {1: 2}],
    "a value not read again": [{1: A, 2: A}, {2: 1}, {1: A, 2: A}],
    "nothing comes back": [{1: A}, {2: B}, {}],
    "a companion of order two": [{1: 1}, {0: A, 1: B}],
    "a companion of order three": [{1: 1}, {2: 1}, {0: A, 2: B}],
    "below one": [{1: 1}, {0: HALF, 1: Fraction(1, 3)}],
    "all of two": [{0: A, 1: 2}, {0: B, 1: HALF}],
    "symmetric": [{0: A, 1: B}, {0: B, 1: A}],
    "two that change places": [{1: 1}, {0: 1}],
    "three in turn": [{1: 1}, {2: 1}, {0: 1}],
    "logarithms": [{0: LOG, 1: 1}, {0: A, 1: 3 * LOG}],
}
if long_run():  # its maxima take half a minute
    NAMED["three cycles in one another"] = [{1: 1}, {2: 1}, {0: A, 1: HALF, 2: B}]


@every_algebra
@pytest.mark.parametrize(("at", "name"), [*enumerate(NAMED)])
def test_a_named_case_is_the_iterated_product(algebra: Any, at: int, name: str) -> None:
    """In the long run from each number of rounds on; else from one of them, in turn."""
    leasts = (0, 1, 3)
    for least in leasts if long_run() else (leasts[at % 3],):
        hold(algebra, NAMED[name], least)


def test_a_single_power_stays_factored() -> None:
    ((entry, _), _) = (row.values() for row in hold(PlusTimes(FACTS), [{0: A, 1: B}, {1: 1}], 1))
    assert entry == Product.of(A) ** N
    chain = hold(MaxTimes(FACTS), [{0: A, 1: B}, {1: A}], 1)
    assert chain[0][1] == Product.of(B) * Product.of(A) ** (N - 1)


@every_algebra
def test_a_vast_count_costs_nothing(algebra: Any) -> None:
    rows = taken_in(algebra, [{1: 1}, {0: A, 1: B}, {0: 2, 1: 3, 2: 1}])
    closed = algebra.map_power(rows, N + 3)
    for value in closed[2].values():
        found = at(value, {**POINT, N: 10**9})
        assert found is not None
        assert not isinstance(found, Product) or found.is_one or found.log2() > 10**8


@every_algebra
def test_facts_make_an_answer_short(algebra: Any) -> None:
    facts = Facts()
    n = facts.symbol("n")
    facts.assume(n >= 2)
    rows = taken_in(algebra, [{1: 1}, {0: HALF, 1: 3}])
    told = type(algebra)(facts).map_power(rows, n)
    assert not any("Min" in str(value) for row in told for value in row.values())


@every_algebra
def test_three_values_close_with_a_logarithm(algebra: Any) -> None:
    hold(algebra, [{1: A, 2: A}, {2: 1}, {1: A, 2: 7 * LOG * B}], 3)


def test_what_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ring: list[dict[int, Scalar]] = [{(i + 1) % 11: A} for i in range(11)]
    ring[0][0] = B
    with pytest.raises(NoClosedForm, match="11 values at once"):
        ALGEBRAS["plus_times"].map_power(taken_in(ALGEBRAS["plus_times"], ring), N)
    monkeypatch.setattr("layercalc.algebras.powers_max.TERMS", 2)
    full: list[dict[int, Scalar]] = [{0: A, 1: B}, {0: A + B, 1: 3 * B}]
    with pytest.raises(NoClosedForm, match="greatest of 3 terms"):
        ALGEBRAS["max_times"].map_power(taken_in(ALGEBRAS["max_times"], full), N + 9)


@every_algebra
def test_very_many_rounds_of_several_values_are_refused_at_once(algebra: Any) -> None:
    rows = taken_in(algebra, [{0: 2, 1: HALF}, {0: 1, 1: 3}])
    with limits.metered(), pytest.raises(LimitError, match="40,000"):
        repeated(algebra, rows, 10**5000)
    with limits.metered():
        assert repeated(algebra, rows, 2**20) == repeated(algebra, repeated(algebra, rows, 2**10), 2**10)
