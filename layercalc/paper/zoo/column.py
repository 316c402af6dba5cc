"""The columns by which rows are filtered and sorted: printed values and measures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from layercalc import limits
from layercalc.errors import did_you_mean, fail
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import CONSTANTS, Context, Scope, Value
from layercalc.measures import LOGS, MEASURES
from layercalc.paper.zoo.result import Measured, Result
from layercalc.paper.zoo.row import Row
from layercalc.resolve.assume_option import names_of, read_conditions
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes

FACTS = ("row", "table", "model", "top1", "top5", "params_printed", "spec", "reference")
COLUMNS = (*FACTS, *MEASURES)


def facts(row: Row) -> dict[str, Value]:
    """Give the columns known before a row is measured, as far as they have a value.

    >>> from layercalc.paper.zoo.row import rows
    >>> facts(rows()[0])["top1"]
    Fraction(28259, 500)
    """
    told = {name: getattr(row, "name" if name == "row" else name) for name in FACTS}
    return {name: _exact(value) for name, value in told.items() if value is not None}


def _exact(value: str | float) -> Value:
    return Fraction(str(value)) if isinstance(value, float) else value


def values(result: Result) -> dict[str, Value]:
    """Give all columns that have a value; the measures of `LOGS` are logarithms."""
    told = facts(result.row)
    if isinstance(result, Measured):
        logs = {name: log for name in LOGS if (log := result.log(name)) is not None}
        told |= {name: Fraction(log) if math.isfinite(log) else log for name, log in logs.items()}
        told |= {name: closed.number for name, closed in result.measures.items() if name not in LOGS}
    return told


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the columns of a row."""

    expression: tree.Expression
    names: frozenset[str]

    @property
    def early(self) -> bool:
        """Whether it can be decided before a row is measured."""
        return self.names <= {*FACTS}

    def holds(self, columns: Mapping[str, Value]) -> bool:
        """Tell whether it is true of a row; it is false where a column in it has no finite value."""
        if not self.names <= {name for name, value in columns.items() if value != -math.inf}:
            return False
        with limits.deep_recursion():
            return truth(evaluate(self.expression, Context(Scope(names=columns))), self.expression.span)


def conditions(texts: Iterable[str]) -> list[Condition]:
    """Read conditions on the columns.

    >>> [small] = conditions(["top1 >= 75 and params < 10^7"])
    >>> sorted(small.names), small.early, small.holds({"top1": 76, "params": 9_000_000})
    (['params', 'top1'], False, True)

    Raises `SpecError` for what is no condition, or names a column that does not exist.
    """
    found = [Condition(node, frozenset(names_of(node))) for node in read_conditions(texts, "--where")]
    for condition in found:
        _check(condition.expression)
    return found


def _check(condition: tree.Expression) -> None:
    """Refuse unknown columns, and logarithms of logarithms."""
    for node in nodes(condition):
        if isinstance(node, tree.Name) and node.text not in COLUMNS and node.text not in CONSTANTS:
            raise fail(f"no column is called '{node.text}'", node.span, _hint(node.text))
        if isinstance(node, tree.Apply) and node.function.text in ("log", "log2"):
            for name in (found.text for found in nodes(node) if isinstance(found, tree.Name)):
                if name in LOGS:
                    hint = f"as the table shows it: {name} >= 400"
                    raise fail(f"{name} is a logarithm to base two already", node.span, hint)


def _hint(name: str) -> str:
    return did_you_mean(name, COLUMNS) or f"columns: {', '.join(COLUMNS)}"


def order(text: str) -> list[str]:
    """Read the columns to sort by: `table,-gcc`.

    Raises `SpecError` for a column that does not exist.
    """
    names = [name.strip() for name in text.split(",")]
    for name in (name.removeprefix("-") for name in names):
        if name not in COLUMNS:
            raise fail(f"--sort: no column is called '{name}'", hint=_hint(name))
    return names


def ordered(results: Iterable[Result], columns: Sequence[str]) -> list[Result]:
    """Sort results by columns, `-gcc` in descending order; results without a value come last.

    >>> from layercalc.paper.zoo.result import results
    >>> from layercalc.paper.zoo.row import find
    >>> [result.row.table for result in ordered(results(find("AlexNet")), ["gcc", "top1"])]
    [2, 1]
    """
    found = [*results]
    for name in reversed(columns):
        found = _sorted(found, name.removeprefix("-"), name.startswith("-"))
    return found


def _sorted(results: Iterable[Result], column: str, descending: bool) -> list[Result]:
    told = [(values(result).get(column), result) for result in results]
    there = sorted(
        ((value, result) for value, result in told if value is not None),
        key=lambda pair: pair[0].lower() if isinstance(pair[0], str) else pair[0],
        reverse=descending,
    )
    return [result for _, result in there] + [result for value, result in told if value is None]
