"""The values of a param as a person gives them: one, several, or a range."""

from __future__ import annotations

from fractions import Fraction

from layercalc import limits
from layercalc.errors import Source, fail, limit
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope, describe, is_number
from layercalc.resolve.program import Given
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values

#: Places behind the point up to which a number of a range is written as a decimal.
DECIMALS = 30


def read_points(name: str, text: str) -> list[Given]:
    """Read `18,34`, `8..152..6`, `n` or `2*n + 1`.

    >>> [point.expression.span.text for point in read_points("depth", "18, n")]
    ['18', 'n']
    >>> [point.expression.text for point in read_points("depth", "8..20..6")]
    ['8', '14', '20']
    >>> [point.expression.text for point in read_points("width", "0.25..1..0.25")]
    ['0.25', '0.5', '0.75', '1']

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
    numbers = [_number(node, context) for node in ends]
    first, last, step = numbers if len(numbers) == 3 else (*numbers, Fraction(1))
    if step == 0:
        raise fail("a range with steps of 0", interval.span)
    count = max(0, (last - first) // step + 1)
    if count > limits.POINTS:
        raise limit(f"a range of over {limits.POINTS:,} points, the limit", interval.span)
    return [Given(tree.Number(decimal(first + step * place), interval.span)) for place in range(count)]


def _number(node: tree.Expression, context: Context) -> Fraction:
    """Read an end of a range, or its step."""
    value = evaluate(node, context)
    if not is_number(value) or isinstance(value, bool):
        raise fail(f"an end of a range must be a number here, and it is {describe(value)}", node.span)
    return Fraction(value)


def decimal(number: Fraction) -> str:
    """Write a number as a decimal where it is one, else as a quotient.

    >>> decimal(Fraction(3, 10)), decimal(Fraction(1, 3)), decimal(Fraction(7))
    ('0.3', '1/3', '7')
    """
    decimals = next((n for n in range(DECIMALS) if (number * 10**n).denominator == 1), None)
    if not decimals:
        return str(number)
    digits = str(abs(number) * 10**decimals).rjust(decimals + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
