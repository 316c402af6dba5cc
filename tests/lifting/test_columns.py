"""Laws of columns: they give the values again, and too few members show none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.lifting.columns import COUNT, Known, Numbers, law, most
from layercalc.resolve.points import read_points

small = st.fractions(-6, 6, max_denominator=4)


def numbers(*values: int) -> Numbers:
    return tuple(map(Fraction, values))


@st.composite
def columns(draw: st.DrawFn) -> tuple[Numbers, Numbers, Numbers]:
    """Draw a param, a column, and one that may follow both."""
    size = draw(st.integers(2, 5))
    param = tuple(draw(st.lists(small, min_size=size, max_size=size, unique=True)))
    other = tuple(draw(st.lists(small, min_size=size, max_size=size)))
    a, b, c = draw(small), draw(small), draw(st.sampled_from([*map(Fraction, (0, 0, -1)), Fraction(1, 2)]))
    lawful = tuple(a * p + b + c * o for p, o in zip(param, other, strict=True))
    free = tuple(draw(st.lists(small, min_size=size, max_size=size)))
    return param, other, draw(st.sampled_from([lawful, lawful, free]))


@given(columns(), st.sampled_from([COUNT, "filters"]))
def test_a_law_gives_the_values_again(drawn: tuple[Numbers, Numbers, Numbers], role: str) -> None:
    param, other, values = drawn
    found = law(values, role, Known("p", COUNT, param), [Known("o", COUNT, other)])
    if found is None:
        return
    (point,) = read_points("law", found.text)
    for p, o, value in zip(param, other, values, strict=True):
        context = Context(Scope(names={"p": p, "o": o}))
        assert evaluate(point.expression, context) == value, found.text


@given(columns())
def test_two_members_show_equality_alone(drawn: tuple[Numbers, Numbers, Numbers]) -> None:
    param, other, values = (row[:2] for row in drawn)
    found = law(values, COUNT, Known("p", COUNT, param), [Known("o", COUNT, other)])
    assert found is None or found.is_name


@pytest.mark.parametrize(
    ("values", "role", "text"),
    [
        (numbers(50, 101, 152), COUNT, "depth"),
        (numbers(100, 202, 304), "filters", "2 * depth"),
        (numbers(16, 33, 50), COUNT, "(depth - 2) / 3"),
        (numbers(16, 33, 50), "filters", None),  # a line is no law of widths at three members
        (numbers(5, 22, 35), COUNT, "(depth - 26) / 3 - count1"),
        (numbers(5, 22, 35), "filters", None),
        (numbers(5, 22, 36), COUNT, None),
        (numbers(4, 4, 8), COUNT, None),
    ],
)
def test_laws_of_three_members(values: Numbers, role: str, text: str | None) -> None:
    depth, count = numbers(50, 101, 152), numbers(3, 3, 7)
    found = law(values, role, Known("depth", COUNT, depth), [Known("count1", COUNT, count)])
    assert (found and found.text) == text


def test_four_members_show_weights_and_lines_of_widths() -> None:
    depth = Known("depth", COUNT, numbers(11, 13, 16, 19))
    first = Known("count1", COUNT, numbers(1, 2, 2, 2))
    weighed = law(numbers(2, 2, 3, 4), COUNT, depth, [first])
    assert weighed is not None
    assert weighed.text == "(depth - 2 * count1 - 3) / 3"
    wide = Known("width", "column", numbers(8, 16, 24, 40))
    line = law(numbers(20, 36, 52, 84), "filters", wide, [])
    assert line is not None
    assert line.text == "2 * width + 4"


def test_most_is_more_than_half() -> None:
    assert [most([3, 3, 7]), most([3, 7]), most([3, 3, 7, 7]), most([3])] == [3, None, None, None]
