"""The pieces of an activation, read off its formula.

From: the formula of an `activation`, of one number x. To: the lines that it follows between
the places where it bends or jumps, and at these places. Promises: exact, and no name of an
activation is known here; a formula that is not piecewise linear is refused at the part that is not.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from layercalc import tree
from layercalc.errors import SpecError, fail
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, is_number

HINT = "relu and its kin are; a softmax or sigmoid at the end can be left out: the decision is the same"


class Line(NamedTuple):
    """The function slope x + height."""

    slope: Fraction
    height: Fraction

    def at(self, x: Fraction) -> Fraction:
        """Give its value."""
        return self.slope * x + self.height


@dataclass(frozen=True, slots=True)
class Pieces:
    """A piecewise-linear function: its lines before, at and after each of some places, in order.

    >>> relu = Pieces((Fraction(0),), (Line(0, 0), Line(0, 0), Line(1, 0)))
    >>> relu.count, relu.degree
    (2, 1)
    """

    places: tuple[Fraction, ...]
    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        """The least number of intervals on each of which it is one line: p + 1."""
        found = 1
        for number, place in enumerate(self.places):
            before, at, after = self.lines[2 * number : 2 * number + 3]
            fits = at.at(place) in (before.at(place), after.at(place))
            found += (before != after) if fits else 2
        return found

    @property
    def degree(self) -> int:
        """0 where it is constant on every interval, else 1."""
        return int(any(line.slope for line in self.lines[::2]))

    def on(self, places: Sequence[Fraction]) -> tuple[Line, ...]:
        """Give its lines before, at and after more places than its own."""
        return tuple(self.lines[_within(self.places, low, high)] for low, high in _cells(places))


Pair: TypeAlias = tuple[Line, Line]


def _cells(places: Sequence[Fraction]) -> Iterator[tuple[Fraction | None, Fraction | None]]:
    """Give the ends of the intervals before, at and after each place."""
    before: Fraction | None = None
    for place in places:
        yield before, place
        yield place, place
        before = place
    yield before, None


def _within(places: Sequence[Fraction], low: Fraction | None, high: Fraction | None) -> int:
    """Find the cell of some places in which a smaller one lies."""
    if low is None:
        return 0
    number = bisect_right(places, low)
    return 2 * number - (low == high and bisect_left(places, low) < number)


def _inside(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _met(f: Pieces, g: Pieces) -> tuple[tuple[Fraction, ...], list[tuple[Fraction, Pair]]]:
    """Cut two functions at their places and where they cross; give a point in each cell, and the lines."""
    places = sorted({*f.places, *g.places})
    crossings = []
    for (low, high), a, b in zip(_cells(places), f.on(places), g.on(places), strict=True):
        if a.slope != b.slope:
            cross = (b.height - a.height) / (a.slope - b.slope)
            if (low is None or low < cross) and (high is None or cross < high):
                crossings.append(cross)
    cut = tuple(sorted({*places, *crossings}))
    points = [_inside(low, high) for low, high in _cells(cut)]
    return cut, [*zip(points, zip(f.on(cut), g.on(cut), strict=True), strict=True)]


def _combined(f: Pieces, g: Pieces, combine: Callable[[Fraction, Line, Line], Line]) -> Pieces:
    places, cells = _met(f, g)
    return Pieces(places, tuple(combine(point, a, b) for point, (a, b) in cells))


class _NotLinear(Exception):  # noqa: N818  (the reader's diagnostic is made of it)
    """Two functions that both change are multiplied, or one that changes divides."""


def _plus(point: Fraction, a: Line, b: Line) -> Line:
    return Line(a.slope + b.slope, a.height + b.height)


def _minus(point: Fraction, a: Line, b: Line) -> Line:
    return Line(a.slope - b.slope, a.height - b.height)


def _times(point: Fraction, a: Line, b: Line) -> Line:
    if a.slope and b.slope:
        raise _NotLinear
    return Line(a.slope * b.height + b.slope * a.height, a.height * b.height)


def _over(point: Fraction, a: Line, b: Line) -> Line:
    if b.slope or not b.height:
        raise _NotLinear
    return Line(a.slope / b.height, a.height / b.height)


def _larger(point: Fraction, a: Line, b: Line) -> Line:
    return a if a.at(point) >= b.at(point) else b


def _smaller(point: Fraction, a: Line, b: Line) -> Line:
    return a if a.at(point) <= b.at(point) else b


_ARITHMETIC = {"+": _plus, "-": _minus, "*": _times, "/": _over}
_COMPARED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def pieces(node: tree.Activation, context: Context) -> Pieces:
    """Read the pieces of an activation.

    Raises `SpecError` where its formula is not piecewise linear.
    """
    return _Reader(node.parameters[0].name.text, context).read(node.formula)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a formula of `x`; all else in it has a value in the context."""

    x: str
    context: Context

    def read(self, node: tree.Expression) -> Pieces:
        self.context.budget.spend(1, node.span)
        if not _mentions(node, self.x):
            return self._constant(node)
        rule = _RULES.get(type(node))
        if rule is None:
            raise self._refused(node)
        made = rule(self, node)
        self.context.budget.spend(len(made.lines), node.span)
        return made

    def _refused(self, node: tree.Expression) -> SpecError:
        return fail(f"{node.span.text} is not piecewise linear", node.span, HINT)

    def _constant(self, node: tree.Expression) -> Pieces:
        value = evaluate(node, self.context)
        if not is_number(value):
            shown = self.context.show(value)
            raise fail(f"the pieces of this formula depend on {shown}, no rational number", node.span)
        return Pieces((), (Line(Fraction(0), Fraction(value)),))

    def name(self, node: tree.Name) -> Pieces:
        return Pieces((), (Line(Fraction(1), Fraction(0)),))

    def group(self, node: tree.Group) -> Pieces:
        return self.read(node.inner)

    def chain(self, node: tree.Chain) -> Pieces:
        made = self.read(node.operands[0])
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            if sign not in _ARITHMETIC:
                raise self._refused(node)
            try:
                made = _combined(made, self.read(operand), _ARITHMETIC[sign])
            except _NotLinear:
                raise self._refused(node) from None
        return made

    def prefix(self, node: tree.Prefix) -> Pieces:
        if node.operator != "-":
            raise self._refused(node)
        return self._negative(self.read(node.operand))

    def _negative(self, made: Pieces) -> Pieces:
        return Pieces(made.places, tuple(Line(-line.slope, -line.height) for line in made.lines))

    def apply(self, node: tree.Apply) -> Pieces:
        name = node.function.text
        if name not in ("max", "min", "abs") or self.context.scope.find(name) is not None:
            raise self._refused(node)
        first, *others = [self.read(argument.value) for argument in node.arguments]
        if name == "abs":
            return _combined(first, self._negative(first), _larger)
        for other in others:
            first = _combined(first, other, _larger if name == "max" else _smaller)
        return first

    def conditional(self, node: tree.Conditional) -> Pieces:
        return self._first_of(node.cases, node.otherwise)

    def _first_of(
        self, cases: Sequence[tuple[tree.Expression, tree.Expression]], otherwise: tree.Expression
    ) -> Pieces:
        if not cases:
            return self.read(otherwise)
        (condition, value), *others = cases
        if _mentions(condition, self.x):
            return self._chosen(condition, self.read(value), self._first_of(others, otherwise))
        holds = truth(evaluate(condition, self.context), condition.span)
        return self.read(value) if holds else self._first_of(others, otherwise)

    def _chosen(self, condition: tree.Expression, then: Pieces, otherwise: Pieces) -> Pieces:
        """Take one function where a condition holds, another where it does not."""
        while isinstance(condition, tree.Group):
            condition = condition.inner
        if not isinstance(condition, tree.Chain) or not {*condition.operators} <= _COMPARED.keys():
            raise self._refused(condition)
        operands = [self.read(operand) for operand in condition.operands]
        for sign, left, right in zip(condition.operators, operands, operands[1:], strict=False):
            places, cells = _met(left, right)
            cut = sorted({*places, *then.places, *otherwise.places})
            holds = [_COMPARED[sign](a.at(x), b.at(x)) for x, (a, b) in cells]
            at = [holds[_within(places, low, high)] for low, high in _cells(cut)]
            both = zip(at, then.on(cut), otherwise.on(cut), strict=True)
            then = Pieces(tuple(cut), tuple(a if yes else b for yes, a, b in both))
        return then


def _mentions(node: Any, name: str) -> bool:
    if isinstance(node, tuple):
        return any(_mentions(part, name) for part in node)
    if isinstance(node, tree.Name):
        return node.text == name
    return isinstance(node, tree.Node) and any(_mentions(part, name) for part in node.values())


_RULES: Mapping[type, Callable[[_Reader, Any], Pieces]] = {
    tree.Name: _Reader.name,
    tree.Group: _Reader.group,
    tree.Chain: _Reader.chain,
    tree.Prefix: _Reader.prefix,
    tree.Apply: _Reader.apply,
    tree.Conditional: _Reader.conditional,
}
