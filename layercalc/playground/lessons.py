"""The lessons of the page: a text, a spec to change, and goals that are checked.

From: the folder `lessons`, where a lesson is a spec and a small file of texts beside it. To: JSON.
Promises: a lesson is added by adding its two files; a goal is met only if it is met by the network,
at the values that its params are given.

A goal is one of these, where MEASURE is a measure and PARAM a param:

    gcip == 1                        a target, as of `layercalc solve`
    gcip does not depend on depth
    gcc depends on depth
    params is quadratic in width     a growth class, as of `layercalc scale`
    declares amplify                 a block or a layer of the spec's own
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from layercalc.errors import SpecError, fail
from layercalc.growth.family import Family
from layercalc.growth.scaling import scalings
from layercalc.growth.target import read_target
from layercalc.measures import label_of, measure_all
from layercalc.playground.sheet import Sheet
from layercalc.report import cells
from layercalc.report.scale import class_text
from layercalc.syntax import tree
from layercalc.syntax.library import SUFFIX

FOLDER = Path(__file__).parent / "lessons"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson: its title, its text in paragraphs, its goals, a hint, the spec at its start and solved."""

    title: str
    text: str
    goals: tuple[str, ...]
    hint: str
    start: str
    solution: str


@cache
def lessons() -> Mapping[str, Lesson]:
    """Read all lessons, in the order of the names of their files.

    >>> [lesson.title for lesson in lessons().values()][:2]
    ['A layer', 'A chain']
    """
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        told = tomllib.loads(path.read_text("utf-8"))
        start = path.with_suffix(SUFFIX).read_text("utf-8")
        solution = told["solution"].lstrip()
        found[path.stem] = Lesson(
            told["title"], told["text"], (*told["goals"],), told["hint"], start, solution
        )
    return found


def listed() -> dict[str, Any]:
    """Tell the lessons to the page."""
    return {
        "lessons": [
            {
                "name": name,
                "title": lesson.title,
                "text": [" ".join(part.split()) for part in lesson.text.split("\n\n")],
                "goals": list(lesson.goals),
                "hint": lesson.hint,
                "start": lesson.start,
                "solution": lesson.solution,
            }
            for name, lesson in lessons().items()
        ]
    }


def checked(sheet: Sheet, name: str) -> dict[str, Any]:
    """Check the goals of a lesson: of each whether it is met, and what is the case.

    >>> checked(Sheet(lessons()["1-layer"].start), "1-layer")
    {'goals': [{'goal': 'gcip == 1', 'met': False, 'told': 'GCIP = 0.59259'}]}
    """
    if name not in lessons():
        raise fail(f"no lesson is called '{name}'")
    return {"goals": [_checked(sheet, goal) for goal in lessons()[name].goals]}


def _checked(sheet: Sheet, goal: str) -> dict[str, Any]:
    try:
        met, told = is_met(sheet, goal)
    except SpecError as error:
        met, told = False, error.diagnostics[0].message
    return {"goal": goal, "met": met, "told": told}


def is_met(sheet: Sheet, goal: str) -> tuple[bool, str]:
    """Tell whether a goal is met, and what is the case.

    >>> is_met(Sheet("param n = 2 input(3) -> dense(n)"), "params is linear in n")
    (True, 'params: linear')

    Raises `SpecError` for a spec with mistakes, and for a text that is no goal.
    """
    for pattern, check in FORMS.items():
        if found := re.fullmatch(pattern, goal):
            return check(sheet, *found.groups())
    return _target(sheet, goal)


def _target(sheet: Sheet, goal: str) -> tuple[bool, str]:
    target = read_target(goal, declared=sheet.network.measures)
    closed = measure_all(sheet.network, [target.measure])[target.measure]
    told = f"{label_of(target.measure)} = {closed.folded(cells.DIGITS)}"
    if closed.symbols:
        return False, f"{told}: give the params numbers"
    exact = closed.product / target.value
    above = (exact.rational() or 0) - 1 if exact.rational() is not None else exact.log2(30)
    return target.meets((above > 0) - (above < 0)), told


def _depends(sheet: Sheet, measure: str, param: str) -> tuple[bool, str]:
    given = {name: value for name, value in sheet.numbers.items() if name != param}
    closed = Family(sheet.program, given, [param]).symbolic([param], [measure])[measure]
    return param in closed.symbols, f"{label_of(measure)} = {closed.folded(cells.DIGITS)}"


def _does_not_depend(sheet: Sheet, measure: str, param: str) -> tuple[bool, str]:
    depends, told = _depends(sheet, measure, param)
    return not depends, told


def _grows(sheet: Sheet, measure: str, wanted: str, param: str) -> tuple[bool, str]:
    given = {name: value for name, value in sheet.numbers.items() if name != param}
    (found,) = scalings(Family(sheet.program, given, [param]), [measure])
    if found.refused:
        raise next(iter(found.refused.values()))
    text = str(class_text(found.laws[0]))
    return text == wanted or text.startswith(f"{wanted}, "), f"{label_of(measure)}: {text}"


def _declares(sheet: Sheet, name: str) -> tuple[bool, str]:
    own = [item.name.text for item in sheet.analysis.spec.items if isinstance(item, tree.Block | tree.Layer)]
    return name in own, f"declared: {', '.join(own) or 'nothing'}"


FORMS: Mapping[str, Callable[..., tuple[bool, str]]] = {
    r"(\w+) does not depend on (\w+)": _does_not_depend,
    r"(\w+) depends on (\w+)": _depends,
    r"(\w+) is ([\w ]+) in (\w+)": _grows,
    r"declares (\w+)": _declares,
}
