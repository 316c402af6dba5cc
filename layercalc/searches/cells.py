"""The columns of a search as texts: params, measures, objectives, and what a step changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layercalc.measures import label_of
from layercalc.report.columns import measured
from layercalc.searches.objective import ACCURACIES, Objective
from layercalc.searches.question import Question
from layercalc.sweeps.points import LOGS

#: Digits of a change.
DIGITS = 3


def shown(question: Question) -> list[str]:
    """Name the measures that are shown: the objectives, then what else is bounded."""
    names = [one.measure for one in question.objectives]
    names += [name for one in question.bounds for name in one.measures]
    return [*dict.fromkeys(names)]


def header(measure: str) -> str:
    """Head a column.

    >>> header("gcc"), header("params"), header("top1")
    ('log2(GCC)', 'params', 'Top-1')
    """
    return ACCURACIES.get(measure) or label_of(f"log2_{measure}" if measure in LOGS else measure)


def texts(measure: str, values: Sequence[Any]) -> list[str]:
    """Write the values of a measure.

    >>> texts("gcc", [204.3206]), texts("params", [116882, None]), texts("top1", [71.25, 8.5])
    (['204.321'], ['116,882', '-'], ['71.25', '8.50'])
    """
    if measure in ACCURACIES:
        return ["-" if value is None else f"{value:.2f}" for value in values]
    return measured(values, measure in LOGS)


def plain(value: Any) -> Any:
    """Give a value of a param as a double, unless it is whole, true or false."""
    return value if isinstance(value, int) else float(value)


def changed(objective: Objective, before: Any, after: Any) -> float | None:
    """Tell a change: of a logarithm in bits, of an accuracy in points, of any other number in percent.

    >>> changed(Objective("gcc", "maximize"), 200.0, 190.5), changed(Objective("params", "minimize"), 50, 60)
    (-9.5, 20.0)
    """
    if objective.measure in LOGS or objective.measure in ACCURACIES:
        return float(after) - float(before)
    return 100 * (float(after) - float(before)) / float(before) if before else None


def change_header(objective: Objective) -> str:
    """Head the column of changes of an objective."""
    if objective.measure in ACCURACIES:
        return "by points"
    return "by bits" if objective.measure in LOGS else "by %"
