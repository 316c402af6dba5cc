"""The columns by which rows are filtered and sorted: printed values and measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from layercalc import limits
from layercalc.errors import did_you_mean, fail
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import CONSTANTS, Context, Scope, Value
from layercalc.measures import LOGS, MEASURES
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.result import Measured, Result
from layercalc.paper.zoo.row import Row
from layercalc.paper.zoo.wider import WiderRow
from layercalc.records import dataclass
from layercalc.resolve.assume_option import names_of, read_conditions
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes

FACTS = ("row", "table", "model", "top1", "top5", "params_printed", "spec", "reference")
COLUMNS = (*FACTS, *MEASURES)
#: Those of the wider zoo.
WIDER = (*wider.FACTS, *MEASURES)

T = TypeVar("T")


def facts(row: Row) -> dict[str, Value]:
    """Give the columns known before a row is measured, as far as they have a value.

    >>> from layercalc.paper.zoo.row import rows
    >>> facts(rows()[0])["top1"]
    Fraction(28259, 500)
    """
    told = {name: getattr(row, "name" if name == "row" else name) for name in FACTS}
    return {name: _exact(value) for name, value in told.items() if value is not None}


def wider_values(row: WiderRow, laws: str) -> dict[str, Value]:
    """Give all columns of a row of the wider zoo that have a value under a law set.

    >>> found = wider_values(wider.find("resnet50.tv_in1k")[0], "paper")
    >>> found["top1"], found["attention"], found["params"] == 25557032
    (Fraction(19039, 250), 'no', True)
    """
    told = {name: _exact(getattr(row, name)) for name in wider.FACTS}
    numbers = {name: _number(value) for name, value in row.measures[laws].items()}
    return {**told, **numbers, "attention": "yes" if row.attention else "no"}


def _number(value: float) -> Value:
    return Fraction(value) if math.isfinite(value) else value


def _exact(value: str | float) -> Value:
    return Fraction(str(value)) if isinstance(value, float) else value


def values(result: Result) -> dict[str, Value]:
    """Give all columns that have a value; the measures of `LOGS` are logarithms."""
    told = facts(result.row)
    if isinstance(result, Measured):
        logs = {name: log for name in LOGS if (log := result.log(name)) is not None}
        told |= {name: _number(log) for name, log in logs.items()}
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


def conditions(texts: Iterable[str], columns: Collection[str] = COLUMNS) -> list[Condition]:
    """Read conditions on columns.

    >>> [small] = conditions(["top1 >= 75 and params < 10^7"])
    >>> sorted(small.names), small.early, small.holds({"top1": 76, "params": 9_000_000})
    (['params', 'top1'], False, True)

    Raises `SpecError` for what is no condition, or names a column that does not exist.
    """
    found = [Condition(node, frozenset(names_of(node))) for node in read_conditions(texts, "--where")]
    for condition in found:
        _check(condition.expression, columns)
    return found


def _check(condition: tree.Expression, columns: Collection[str]) -> None:
    """Refuse unknown columns, and logarithms of logarithms."""
    for node in nodes(condition):
        if isinstance(node, tree.Name) and node.text not in (*columns, *CONSTANTS):
            hint = did_you_mean(node.text, columns) or _quoted(condition, node) or _hint(node.text, columns)
            raise fail(f"no column is called '{node.text}'", node.span, hint)
        if isinstance(node, tree.Apply) and node.function.text in ("log", "log2"):
            for name in (found.text for found in nodes(node) if isinstance(found, tree.Name)):
                if name in LOGS:
                    hint = f"as the table shows it: {name} >= 400"
                    raise fail(f"{name} is a logarithm to base two already", node.span, hint)


def _quoted(condition: tree.Expression, word: tree.Name) -> str:
    """Propose quotes for a word that something is compared with, as in `era == first`.

    >>> [asked] = read_conditions(["era == first"])
    >>> _quoted(asked, asked.operands[1])
    'a text stands in quotes: "first"'
    """
    compared = (node for node in nodes(condition) if isinstance(node, tree.Chain) and len(node.operands) == 2)
    if any(node.operators[0] in ("==", "!=") and word in node.operands for node in compared):
        return f'a text stands in quotes: "{word.text}"'
    return ""


def _hint(name: str, columns: Collection[str]) -> str:
    return did_you_mean(name, columns) or f"columns: {', '.join(columns)}"


def order(text: str, columns: Collection[str] = COLUMNS) -> list[str]:
    """Read the columns to sort by: `table,-gcc`.

    Raises `SpecError` for a column that does not exist.
    """
    names = [name.strip() for name in text.split(",")]
    for name in (name.removeprefix("-") for name in names):
        if name not in columns:
            raise fail(f"--sort: no column is called '{name}'", hint=_hint(name, columns))
    return names


def ordered(
    results: Iterable[T], columns: Sequence[str], read: Callable[[T], Mapping[str, Value]]
) -> list[T]:
    """Sort what has columns, `-gcc` in descending order; what has no value comes last.

    >>> from layercalc.paper.zoo.result import results
    >>> from layercalc.paper.zoo.row import find
    >>> [result.row.table for result in ordered(results(find("AlexNet")), ["gcc", "top1"], values)]
    [2, 1]
    """
    found = [(read(result), result) for result in results]
    for name in reversed(columns):
        found = _sorted(found, name.removeprefix("-"), name.startswith("-"))
    return [result for _, result in found]


def _sorted(
    found: Sequence[tuple[Mapping[str, Value], T]], column: str, descending: bool
) -> list[tuple[Mapping[str, Value], T]]:
    def key(pair: tuple[Mapping[str, Value], T]) -> Any:
        value = pair[0][column]
        return value.lower() if isinstance(value, str) else value

    there = sorted((pair for pair in found if column in pair[0]), key=key, reverse=descending)
    return there + [pair for pair in found if column not in pair[0]]
