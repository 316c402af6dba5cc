"""Conditions assumed beside those of the spec: what they decide, and what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

import layercalc
from layercalc.errors import SpecError
from tests.examples import long_run

SPEC = """
param n = 4
param w where w >= 2
input(1)
dense(max(w, 8), bias = false)
"""
PAIR = "param a = 3  param b = 5  input(1) dense(max(a, 2 * b), bias = false)"


@pytest.mark.parametrize("condition", ["w >= 8", "8 <= w", "v >= 8", "v > 7 and v < 100", "w >= 5, w >= 9"])
def test_what_is_assumed_decides(condition: str) -> None:
    assert str(layercalc.loads(SPEC, w="v").params) == "Max(8, v)"
    assert str(layercalc.loads(SPEC, w="v", assume=condition).params) == "v"


def test_several_conditions_hold_together() -> None:
    assert str(layercalc.loads(SPEC, assume=["w <= 9", "w <= 8"]).params) == "8"


def test_a_condition_on_two_params_waits_for_both() -> None:
    assert str(layercalc.loads(PAIR, a="x", b="y", assume="x > y + b").params) == "x"
    assert str(layercalc.loads(PAIR, a="x", b="y", assume="a <= y").params) == "2*y"


def test_a_residue_makes_rounding_exact() -> None:
    text = "param r  input(1) dense(ceil(r / 4), bias = false)"
    assert str(layercalc.loads(text).params) == "ceiling(r/4)"
    assert str(layercalc.loads(text, assume="r % 8 == 0").params) == "r/4"


def test_a_condition_on_a_number_is_checked() -> None:
    assert layercalc.loads(PAIR, assume="a >= 3").params == 10


#: Of a and b: orders, remainders of numbers and of symbols, what is excluded, and either of two.
CONDITIONS = [
    "a >= 2 * b", "b < a <= 40", "a % 4 == 0", "a % 2^b == 0", "a % 4 != 1", "not (a < 5 or a > 50)",
    "a <= 3 or a >= 8", "a != b", "max(a, b) <= 20",
]  # fmt: skip
QUESTIONS = ["a >= b", "ceil(a / 4) * 4 == a", "floor(a / 2^b) * 2^b == a", "a == 6"]


#: In the long run all pairs; else each condition with the next.
PAIRS = [
    (one, other)
    for (i, one), (j, other) in itertools.combinations(enumerate(CONDITIONS), 2)
    if long_run() or j - i == 1
]


def answers(assumed: Sequence[str], required: Sequence[str], **given: str) -> list[str]:
    """Ask all questions of a network that has conditions assumed, and others in its `where`."""
    where = f"where {' and '.join(f'({condition})' for condition in required)}" if required else ""
    found = []
    for question in QUESTIONS:
        text = f"param b = 2  param a = 8 {where}  input(2)  if {question} {{ dense(3) }} else {{ dense(5) }}"
        try:
            found.append(str(layercalc.loads(text, assume=list(assumed), **given).params))
        except SpecError as error:
            found.append(str(error).partition("is open")[1] or str(error))
    return found


@pytest.mark.parametrize("pair", PAIRS)
def test_what_a_where_decides_is_decided_by_what_is_assumed(pair: tuple[str, str]) -> None:
    wanted = answers([], pair, a="a", b="b")
    assert answers(pair, [], a="a", b="b") == wanted
    assert answers(pair[:1], pair[1:], a="x", b="y") == wanted


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("w < 2", "--assume:1:1: error: w < 2: nothing satisfies these conditions: v >= 2 and v <= 1"),
        ("n > 4", "--assume:1:1: error: `n > 4` is false"),
        ("u > 4", "--assume:1:1: error: unknown name 'u'"),
        ("w > 4 and u > 4", "--assume:1:11: error: unknown name 'u'"),
        ("w", "--assume:1:1: error: this is v, not a condition"),
        ("w % 2^n == 0 and w < 2^n", "--assume:1:1: error: w % 2^n == 0 and w < 2^n: nothing satisfies"),
        ("2..4", "--assume:1:1: error: a range is no condition"),
        ("w > ", "--assume:1:3: error: the text ends"),
        ("w > 3 > v", "--assume:1:1: error: w > 3 > v: nothing satisfies"),
    ],
)
def test_what_cannot_hold_is_refused(condition: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        layercalc.loads(SPEC, w="v", assume=condition)
    assert str(caught.value).startswith(message)
