"""The values of a param as a person gives them: one, several, or a range."""

from __future__ import annotations

from layercalc import limits
from layercalc.errors import Source, fail, limit
from layercalc.expressions import arithmetic
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.functions import length_of
from layercalc.expressions.scope import Context, Scope
from layercalc.resolve.program import Given
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values


def read_points(name: str, text: str) -> list[Given]:
    """Read `18,34`, `8..152..6`, `n` or `2*n + 1`.

    >>> [point.expression.span.text for point in read_points("depth", "18, n")]
    ['18', 'n']
    >>> [point.expression.text for point in read_points("depth", "8..20..6")]
    ['8', '14', '20']

    Raises `SpecError` for a text that is no value, and over `limits.POINTS` points.
    """
    points: list[Given] = []
    with limits.deep_recursion():
        for value in parse_values(Source(f"--{name}", text)):
            points += _expanded(value) if isinstance(value, tree.Interval) else [Given(value)]
    return points


def _expanded(interval: tree.Interval) -> list[Given]:
    """Write a range out, both ends included."""
    context = Context(Scope())
    ends = [node for node in (interval.first, interval.last, interval.step) if node is not None]
    numbers = [arithmetic.integer(evaluate(node, context), node.span, "an end of a range") for node in ends]
    first, last, step = numbers if len(numbers) == 3 else (*numbers, 1)
    if step == 0:
        raise fail("a range with steps of 0", interval.span)
    values = range(first, last + (1 if step > 0 else -1), step)
    if length_of(values) > limits.POINTS:
        raise limit(f"a range of over {limits.POINTS:,} points, the limit", interval.span)
    return [Given(tree.Number(str(value), interval.span)) for value in values]
