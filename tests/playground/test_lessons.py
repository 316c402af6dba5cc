"""The lessons: a start meets not all goals, a solution all of them; a goal is what is the case."""

from __future__ import annotations

import pytest

from layercalc.errors import Source, SpecError
from layercalc.playground.lessons import checked, is_met, lessons, listed
from layercalc.playground.sheet import Sheet
from layercalc.syntax.unparse import formatted


def met(text: str, name: str) -> list[bool]:
    return [goal["met"] for goal in checked(Sheet(text), name)["goals"]]


def test_there_are_eight() -> None:
    assert len(lessons()) == 8
    assert [told["name"][0] for told in listed()["lessons"]] == [*"12345678"]


@pytest.mark.parametrize("name", [*lessons()])
def test_a_lesson_is_to_be_solved_and_can_be(name: str) -> None:
    lesson = lessons()[name]
    assert not all(met(lesson.start, name))
    assert all(met(lesson.solution, name))


@pytest.mark.parametrize("name", [*lessons()])
def test_the_specs_of_a_lesson_are_in_the_canonical_layout(name: str) -> None:
    lesson = lessons()[name]
    for text in (lesson.start, lesson.solution):
        assert formatted(Source("lesson", text)) == text
    assert lesson.start.startswith("# A lesson")


CHAIN = "param n = 2\nparam w = 8\nblock one { conv(w, 3) }\ninput(w, 8, 8)\nrepeat n { one }\n"


@pytest.mark.parametrize(
    ("goal", "wanted"),
    [
        ("params == 1152", True),
        ("params <= 1151", False),
        ("params > 1151", True),
        ("log2(params) >= 11", False),
        ("gcip does not depend on n", False),
        ("gcip depends on n", True),
        ("layers depends on w", False),
        ("params is linear in n", True),
        ("params is linear in w", False),
        ("params is quadratic in w", True),
        ("gcc is exponential in n", True),
        ("declares one", True),
        ("declares two", False),
    ],
)
def test_goals(goal: str, wanted: bool) -> None:
    assert is_met(Sheet(CHAIN), goal)[0] is wanted


def test_a_goal_on_numbers_is_not_met_by_symbols() -> None:
    told = is_met(Sheet(CHAIN, params=(("n", "n"),)), "params == 1152")
    assert told == (False, "params = 576*n: give the params numbers")


def test_a_goal_of_a_spec_with_mistakes_is_not_met_and_says_why() -> None:
    [goal] = checked(Sheet("input(3)\ncnov(3)\n"), "1-layer")["goals"]
    assert (goal["met"], goal["told"]) == (False, "unknown block or layer 'cnov'")


def test_what_is_no_goal_is_refused() -> None:
    with pytest.raises(SpecError, match="unexpected 'good'"):
        is_met(Sheet(CHAIN), "be good")
    with pytest.raises(SpecError, match="no lesson"):
        checked(Sheet(CHAIN), "9-nothing")
