"""The columns of a search as texts: params, measures, objectives, and what a step changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layercalc.measures import label_of
from layercalc.report.columns import floats, logarithm, with_commas
from layercalc.search.objective import ACCURACIES, Objective
from layercalc.search.question import Question
from layercalc.sweep.points import columns_of

#: Digits of a change.
DIGITS = 3


def shown(question: Question) -> list[str]:
    """Name the columns of measures that are shown: the objectives, then what else is bounded."""
    names = [*(one.measure for one in question.objectives), *(one.measure for one in question.bounds)]
    return [*dict.fromkeys(map(column_of, names))]


def column_of(measure: str) -> str:
    """Name the column of a measure.

    >>> column_of("gcc"), column_of("params")
    ('log2_gcc', 'params')
    """
    return columns_of([measure])[0]


def header(column: str) -> str:
    """Head a column.

    >>> header("log2_gcc"), header("params"), header("top1")
    ('log2(GCC)', 'params', 'Top-1')
    """
    measure = column.removeprefix("log2_")
    label = ACCURACIES.get(measure) or label_of(measure)
    return label if measure == column else f"log2({label})"


def texts(column: str, values: Sequence[Any]) -> list[str]:
    """Write the values of a column.

    >>> texts("log2_gcc", [204.3206]), texts("params", [116882, None]), texts("top1", [71.25, 8.5])
    (['204.321'], ['116,882', '-'], ['71.25', '8.50'])
    """
    if column.startswith("log2_"):
        return ["-" if value is None else logarithm(value) for value in values]
    if column in ACCURACIES:
        return ["-" if value is None else f"{value:.2f}" for value in values]
    if any(isinstance(value, float) for value in values):
        return floats(values)
    return ["-" if value is None else with_commas(str(value)) for value in values]


def plain(value: Any) -> Any:
    """Give a value of a param as a double, unless it is whole, true or false."""
    return value if isinstance(value, int) else float(value)


def setting(value: Any) -> str:
    """Write the value of a param.

    >>> setting(True), setting(0.25), setting(64), setting(2.0)
    ('true', '0.25', '64', '2')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def place(point: Mapping[str, Any]) -> str:
    """Name a point by its params.

    >>> place({"depth": 32, "width": 0.5})
    'depth = 32, width = 0.5'
    """
    return ", ".join(f"{name} = {setting(value)}" for name, value in point.items())


def changed(objective: Objective, before: Any, after: Any) -> float | None:
    """Tell a change: of a logarithm in bits, of an accuracy in points, of any other number in percent.

    >>> changed(Objective("gcc", "maximize"), 200.0, 190.5), changed(Objective("params", "minimize"), 50, 60)
    (-9.5, 20.0)
    """
    if column_of(objective.measure) != objective.measure or objective.measure in ACCURACIES:
        return float(after) - float(before)
    return 100 * (float(after) - float(before)) / float(before) if before else None


def change_header(objective: Objective) -> str:
    """Head the column of changes of an objective."""
    if objective.measure in ACCURACIES:
        return "by points"
    return "by %" if column_of(objective.measure) == objective.measure else "by bits"
