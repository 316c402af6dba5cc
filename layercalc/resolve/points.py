"""The values of a param as a person gives them: one, several, or a range; and how they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from layercalc import limits
from layercalc.errors import Source, fail, limit
from layercalc.expressions.arithmetic import whole
from layercalc.expressions.costs import bits
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import CONSTANTS, Context, Scope, describe, is_number
from layercalc.resolve.program import Given
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.syntax.walk import nodes

#: Places behind the point up to which a number of a range is written as a decimal.
DECIMALS = 30


def read_points(name: str, text: str) -> list[Given]:
    """Read `18,34`, `8..152..6`, `16..1024*2`, `n` or `2*n + 1`.

    >>> [point.expression.span.text for point in read_points("depth", "18, n")]
    ['18', 'n']
    >>> [point.expression.text for point in read_points("depth", "8..20..6")]
    ['8', '14', '20']
    >>> [point.expression.text for point in read_points("width", "0.25..1..0.25")]
    ['0.25', '0.5', '0.75', '1']
    >>> [point.expression.text for point in read_points("width", "16..150*3")]
    ['16', '48', '144']

    Raises `SpecError` for a text that is no value, and over `limits.POINTS` points.
    """
    points: list[Given] = []
    with limits.deep_recursion():
        for value in parse_values(Source(f"--{name}", text)):
            if isinstance(value, tree.Interval):
                numbers = _expanded(value, limits.POINTS)
                points += [Given(tree.Number(decimal(number), value.span)) for number in numbers]
            else:
                points.append(Given(value))
    return points


def read_numbers(name: str, text: str, most: int) -> Sequence[int | Fraction]:
    """Read the same where every value is a number, true or false; a range of whole numbers is a `range`.

    >>> read_numbers("depth", "8..20..6", 100), read_numbers("width", "1/2, 2^4, true", 100)
    (range(8, 26, 6), [Fraction(1, 2), 16, True])

    Raises `SpecError` for a text that is no value, and over `most` values.
    """
    found: list[int | Fraction] = []
    with limits.deep_recursion():
        values = parse_values(Source(f"--{name}", text))
        for value in values:
            if not isinstance(value, tree.Interval):
                found.append(_number(value, f"{name} must be a number here, and it"))
                continue
            numbers = _expanded(value, most)
            if len(values) == 1:
                return numbers
            found += numbers
    if len(found) > most:
        raise limit(f"{len(found):,} values of {name}; the limit is {most:,}")
    return found


def _expanded(interval: tree.Interval, most: int) -> Sequence[int | Fraction]:
    """Write a range out, both ends included: in equal steps, or from each to a multiple, `16..1024*2`."""
    first, last = _end(interval.first), interval.last
    if interval.step is None and isinstance(last, tree.Chain) and last.operators == ("*",):
        end, factor = map(_end, last.operands)
        return _multiplied(first, end, factor, interval, most)
    end = _end(last)
    step = Fraction(1) if interval.step is None else _end(interval.step)
    if step == 0:
        raise fail("a range with steps of 0", interval.span)
    count = max(0, (end - first) // step + 1)
    if count > most:
        raise limit(f"a range of over {most:,} points, the limit", interval.span)
    if first.denominator == step.denominator == 1:
        ends = int(first), int(first + step * count), int(step)
        return range(*ends)
    return [whole(first + step * place) for place in range(count)]


def _multiplied(
    first: Fraction, last: Fraction, factor: Fraction, interval: tree.Interval, most: int
) -> list[int | Fraction]:
    if first <= 0 or factor <= 1:
        raise fail(
            "a range in multiples starts above 0, and its factor is above 1", interval.span,
            hint=f"a product in brackets is an end: {interval.first.span.text}..({interval.last.span.text})",
        )  # fmt: skip
    found, number = list[int | Fraction](), first
    while number <= last:
        limits.check_number(bits(number), interval.span)
        if len(found) == most:
            raise limit(f"a range of over {most:,} points, the limit", interval.span)
        found.append(whole(number))
        number *= factor
    return found


def _end(node: tree.Expression) -> Fraction:
    """Read an end of a range, or its step."""
    value = _number(node, "an end of a range must be a number here, and it")
    if isinstance(value, bool):
        raise fail(f"an end of a range must be a number here, and it is {describe(value)}", node.span)
    return Fraction(value)


def _number(node: tree.Expression, what: str) -> int | Fraction:
    names = (word for word in nodes(node) if isinstance(word, tree.Name) and word.text not in CONSTANTS)
    if (word := next(names, None)) is not None:
        raise fail(f"{what} is {node.span.text}", word.span)
    value = evaluate(node, Context(Scope()))
    if not is_number(value):
        raise fail(f"{what} is {describe(value)}", node.span)
    return value if isinstance(value, bool) else whole(value)


def decimal(number: int | Fraction) -> str:
    """Write a number as a decimal where it is one, else as a quotient.

    >>> decimal(Fraction(3, 10)), decimal(Fraction(1, 3)), decimal(Fraction(7))
    ('0.3', '1/3', '7')
    """
    number = Fraction(number)
    decimals = next((n for n in range(DECIMALS) if (number * 10**n).denominator == 1), None)
    if not decimals:
        return str(number)
    digits = str(abs(number) * 10**decimals).rjust(decimals + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def setting(value: Any) -> str:
    """Write the value of a param.

    >>> setting(True), setting(0.25), setting(64), setting(2.0), setting(Fraction(1, 3))
    ('true', '0.25', '64', '2', '1/3')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    return decimal(value) if isinstance(value, Fraction) else str(value)


def place(point: Mapping[str, Any]) -> str:
    """Name a point by its params.

    >>> place({"depth": 32, "width": 0.5})
    'depth = 32, width = 0.5'
    """
    return ", ".join(f"{name} = {setting(value)}" for name, value in point.items())
