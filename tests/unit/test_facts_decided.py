"""Relations of sizes that must be decided: rounding, maxima, powers, and what two facts say together."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import And, Eq, Max, Min, Mod, Ne, Not, Or, ceiling, floor

from layercalc.assumptions import Facts

n, m, r, w = (Facts().symbol(name) for name in "nmrw")


def declared(*conditions: Any) -> Facts:
    facts = Facts()
    for name in "nmrw":
        facts.symbol(name)
    for condition in conditions:
        facts.assume(condition)
    return facts


ROUNDED = [
    ([], floor(r / 2) <= r, True),
    ([], 2 * floor(r / 2) >= r - 1, True),
    ([], 2 * floor(r / 2) < r - 1, False),
    ([], 2 * ceiling((r - 3) / 2) >= r, False),
    ([], 3 * ceiling(r / 3) >= r, True),
    ([], floor((r + 1) / 2) >= floor(r / 2), True),
    ([], 4 * floor(floor(r / 2) / 2) >= r - 3, True),
    ([w <= m], ceiling(w / 3) + floor(w / 2) <= ceiling(m / 3) + floor(m / 2), True),
    ([r >= 6], floor((r - 2) / 2) >= 2, True),
    ([], Mod(r, m) < m, True),
    ([], Mod(r, m) <= r, True),
    ([], m * floor(r / m) <= r, True),
    ([], 2**n * floor(r / 2**n) <= r, True),
    ([], 3 * floor(r / 2) > 2 * r, False),
    ([], floor(r / 2) >= 1, None),
]
EXTREMES = [
    ([], Max(n, w) >= n, True),
    ([], n + w >= Max(n, w), True),
    ([n <= 5, w <= 5], 3 * Max(n, w) - n <= 15, True),
    ([Max(n, w) <= 5], n <= 5, True),
    ([Min(n, w) >= 5], n >= 5, True),
    ([], Eq(Max(n, w) + Min(n, w), n + w), True),
    ([], r * Max(n, w) >= n * r, True),
    ([], floor(Max(n, w) / 2) >= floor(n / 2), True),
    ([], Max(n, w) > Min(n, w), None),
]
POWERS = [
    ([], 2**n > n, True),
    ([], 2**n <= n, False),
    ([], 3**n >= 2 * n + 1, True),
    ([w >= 2], w**n >= n + 1, True),
    ([n >= 3], 2**n >= 4 * n - 4, True),
    ([n <= 3], 2**n <= 8, True),
    ([n > m], 2**n >= 2 * 2**m, True),
    ([n >= m], 2**n < 2**m, False),
    ([], 4**n >= 2**n, True),
    ([r > 2**n], Eq(r**2 / 4**n, 1), False),
    ([r > 2**n], r / 2**n > 1, True),
    ([r > 2**n], r >= n + 2, True),
    ([r > 2**n, Eq(Mod(r, 2**n), 0)], r >= 2 * 2**n, True),
    ([Eq(Mod(r, 2**n), 0), r > 2**n], r >= 2 * 2**n, True),
    ([Eq(Mod(r, 2**n), 0), Eq(Mod(r, 6), 0)], Eq(3 * ceiling(r / 3), r), True),
    ([Eq(Mod(r, 2**n), 0), Eq(Mod(r, 6), 0)], r >= 2**n, True),
    ([], n**2 <= 2**n, None),
]
TOGETHER = [
    ([n >= m, m >= 5], n >= 5, True),
    ([m >= 5, n >= m], n >= 5, True),
    ([n > m, m > w], n >= w + 2, True),
    ([n > m, m > w, w > r], n >= r + 3, True),
    ([n >= m, w >= r], n * w >= m * r, True),
    ([n > 2 * w], n**2 > 4 * w**2, True),
    ([n + m <= 10, m >= 4], n <= 6, True),
    ([Ne(n, 1)], n >= 2, True),
    ([Ne(n, m), n >= m], n > m, True),
    ([Eq(n, 2 * m)], n > m, True),
    ([n >= m, Eq(Mod(n, 4), 0)], n >= m, True),
    ([Or(n >= 5, w >= 7)], n + w >= 6, True),
    ([Or(n <= 3, n >= 8)], Eq(n, 5), False),
    ([Not(Or(n < 5, w < 3))], n * w >= 15, True),
    ([], Or(n <= 4, n >= 5), True),
    ([], And(n <= 4, n >= 6), False),
    ([n >= m], m >= 2, None),
]


@pytest.mark.parametrize(("conditions", "relation", "decided"), ROUNDED + EXTREMES + POWERS + TOGETHER)
def test_a_relation_of_sizes_is_decided(conditions: list[Any], relation: Any, decided: bool | None) -> None:
    assert declared(*conditions).decide(relation) is decided


def test_a_factor_of_what_may_be_zero_may_be_zero() -> None:
    facts = Facts()
    size = facts.symbol("s", positive=False)
    facts.assume(size >= 0)
    facts.assume(Eq(Mod(size, 2 ** facts.symbol("n")), 0))
    assert facts.decide(size >= 1) is None


def test_the_round_of_a_loop_says_nothing_outside_it() -> None:
    facts = declared()
    outer = facts.index("i", n)
    inner = facts.index("i", outer)
    assert facts.decide(n >= inner + 2) is True
    assert facts.decide(2 ** (n - outer) >= 2) is True
    assert facts.decide(n >= 2) is None
    assert str(facts.shown(inner + 1)) == "i + 1"
