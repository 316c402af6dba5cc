"""Targets with measures on both sides, `macs <= 100*params`: the curve of one side over the other.

From: a text of the language. To: a `MeasuresTarget`, and the `QuotientCurve` that meets 1 where both
sides are equal. Promises: sides are sums, products, quotients and powers of measures and of
numbers of at least 0, so that neither is below 0; they are compared exactly, as `growth.sides` does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain
from operator import add, mul, truediv
from typing import Any

from layercalc.assumptions.domain import joined
from layercalc.closed import Closed
from layercalc.errors import LimitError, fail
from layercalc.expressions.scope import CONSTANTS, describe
from layercalc.forms.product import ONE, Product
from layercalc.growth.curve import Curve, Sample
from layercalc.growth.sides import Sides
from layercalc.growth.target import (
    Target,
    found_measure,
    in_logarithm,
    number_in,
    read_target,
    relation,
    typed,
)
from layercalc.measures import known_measures
from layercalc.numbers.rational import Number, numerals
from layercalc.numbers.scalar import plain, symbolic
from layercalc.printing.formula import numeral, quotient
from layercalc.printing.text import text as written
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes

#: What sides are made with.
OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {"+": add, "*": mul, "/": truediv}
MADE = "a side is made of measures by sums, products, quotients and powers"


@dataclass(frozen=True, kw_only=True)
class MeasuresTarget(Target):
    """A relation of two sides made of measures: their quotient is to meet 1.

    >>> target = read_comparison("macs <= 100*params")
    >>> target.measure, target.reads
    ('macs/(100*params)', ('macs', 'params'))
    """

    left: tree.Expression
    right: tree.Expression

    @property
    def reads(self) -> tuple[str, ...]:
        """The measures of both sides."""
        return tuple(dict.fromkeys(chain(_names(self.left), _names(self.right))))

    def sides(self, measures: Mapping[str, Closed]) -> tuple[Closed, Closed]:
        """Make both sides of measures at a point, or in closed form."""
        return _side(self.left, measures), _side(self.right, measures)


@dataclass(frozen=True)
class QuotientCurve(Curve):
    """The left side of a target over the right one, along a family.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.resolve.loading import load_program
    >>> target = read_comparison("macs <= 100*params")
    >>> curve = QuotientCurve(Family(load_program("resnet"), {}, ["depth"]), "depth", target.measure, target)
    >>> curve.sample(50).closed, [side.number for side in curve.ends(50)]
    (Closed(value=Fraction(127787008, 79865725)), [4089184256, 2555703200])
    """

    target: MeasuresTarget

    @property
    def label(self) -> str:
        """The quotient, as it would be typed."""
        return self.measure

    @cached_property
    def closed(self) -> Closed | None:
        """The closed form of the quotient, which holds where those of its measures do."""
        if self._forms is None:
            return None
        holds = joined(closed.holds for closed in self._measures.values())
        return replace(_quotient(*self._forms), domain=holds)

    @cached_property
    def _measures(self) -> Mapping[str, Closed]:
        """The closed forms of the measures; none where the param takes a number."""
        network = self.network
        return {} if network is None else {name: self.form(network, name) for name in self.target.reads}

    @cached_property
    def _forms(self) -> tuple[Closed, Closed] | None:
        return self._sides(self._measures) if self._measures else None

    def sides(self, wanted: Product) -> Sides | None:
        """Give one side against the other, for exact comparisons; None where that is no help."""
        if self._forms is None or not self.whole or not wanted.is_one:
            return None
        left, right = self._forms
        return Sides(left, right, self.param)

    def at(self, number: Number) -> Closed | None:
        """Take the quotient of the network at a number, None where the spec refuses it."""
        taken = self._taken(number)
        return None if taken is None else _quotient(*self._sides(taken, number))

    def values(self, sample: Sample) -> dict[str, Closed]:
        """Give both sides at a sample, by their texts."""
        texts = written(self.target.left), written(self.target.right)
        return dict(zip(texts, self.ends(sample.number), strict=True))

    def ends(self, number: Number) -> tuple[Closed, Closed]:
        """Give both sides at a number that is valid."""
        try:
            taken = self._taken(number)
        except LimitError:  # too large to be built
            taken = None
        if taken is None:
            put_in = {self.param: number}
            taken = {name: closed.freely().substitute(put_in) for name, closed in self._measures.items()}
        return self._sides(taken, number)

    def _taken(self, number: Number) -> Mapping[str, Closed] | None:
        """Take the measures of the network at a number, None where the spec refuses it."""
        found = {name: self.family.at(self.param, number, name) for name in self.target.reads}
        known = {name: closed for name, closed in found.items() if closed is not None}
        return known if len(known) == len(found) else None

    def _sides(self, measures: Mapping[str, Closed], number: Number | None = None) -> tuple[Closed, Closed]:
        """Make both sides; nothing is divided by 0, or compared with it."""
        try:
            left, right = self.target.sides(measures)
            if not (left.product.is_zero or right.product.is_zero):
                return left, right
        except ZeroDivisionError:
            pass
        where = "" if number is None else f" at {self.param} = {numerals(number)}"
        message = f"{self.target.text} has no quotient{where}: a measure is 0"
        raise fail(message)


def _quotient(left: Closed, right: Closed) -> Closed:
    if isinstance(left.value, Product) or isinstance(right.value, Product):
        return Closed(left.product / right.product)
    return Closed(plain(symbolic(left.value) / symbolic(right.value)))


def read_comparison(text: str, also: Collection[str] = (), declared: Collection[str] = ()) -> Target:
    """Read a target that may have measures on both sides; any other is read by `read_target`.

    >>> read_comparison("params <= 25e6").value.rational()
    25000000

    Raises `SpecError` for a text that is none.
    """
    known = [*known_measures(), *declared]
    with typed(text) as source:
        compared = relation(source, text)
        left, right = compared.operands
        inner = in_logarithm(left)
        lone = isinstance(inner or left, tree.Name)
        if {*known} & {*_names(right), *(() if lone else _names(left))}:
            if inner is not None:
                left, right = inner, tree.Power(numeral("2"), right, right.span)
            for side in (left, right):
                _check(side, also, known)
            name = written(quotient([left], [right], loose=False))
            return MeasuresTarget(name, compared.operators[0], ONE, text.strip(), left=left, right=right)
    return read_target(text, also, declared)


def _names(node: tree.Expression) -> list[str]:
    """Give the names in a side that are no constants of the language."""
    found = (part.text for part in nodes(node) if isinstance(part, tree.Name))
    return [name for name in dict.fromkeys(found) if name not in CONSTANTS]


def _check(node: tree.Expression, also: Collection[str], known: Collection[str]) -> None:
    """Refuse what a side is not made of."""
    for leaf in _leaves(node):
        if not _names(leaf):
            if not symbolic(value := number_in(leaf)).evalf(30) >= 0:
                raise fail(f"a side has numbers of at least 0, and this is {describe(value)}", leaf.span)
        elif isinstance(leaf, tree.Name) and leaf.text in also:
            raise fail(f"{leaf.text} is met by a number, not by a measure", leaf.span)
        elif isinstance(leaf, tree.Name):
            found_measure(leaf, (), known)


def _leaves(node: tree.Expression) -> Iterator[tree.Expression]:
    """Give the numbers and names of a side."""
    match node:
        case tree.Name():
            yield node
        case _ if not _names(node):
            yield node
        case tree.Group():
            yield from _leaves(node.inner)
        case tree.Power() if not (_names(node.base) and _names(node.exponent)):
            yield from _leaves(node.base)
            if _names(node.exponent):
                yield from _leaves(node.exponent)
        case tree.Chain() if {*node.operators} <= {*OPERATORS}:
            for operator, operand in zip(("*", *node.operators), node.operands, strict=True):
                if operator == "/" and not _names(operand) and number_in(operand) == 0:
                    raise fail("division by zero", operand.span)
                yield from _leaves(operand)
        case tree.Chain() if "-" in node.operators:
            raise fail("a side is never below 0: nothing is taken off", node.span, "put it on the other side")
        case _:
            raise fail(MADE, node.span, "log2 of a measure may stand alone on the left")


def _side(node: tree.Expression, measures: Mapping[str, Closed]) -> Closed:
    """Make a side: a number or an expression of symbols where its measures are such, else a product."""
    read = {name: measures[name] for name in _names(node)}
    powers = (part for part in nodes(node) if isinstance(part, tree.Power))
    if any(isinstance(closed.value, Product) for closed in read.values()) or any(
        _names(power.exponent) for power in powers
    ):
        return Closed(_value(node, read, lambda value: Closed(value).product))
    return Closed(plain(_value(node, read, lambda value: symbolic(Closed(value).value))))


def _value(node: tree.Expression, known: Mapping[str, Closed], of: Callable[[Any], Any]) -> Any:
    if not _names(node):
        return of(number_in(node))
    match node:
        case tree.Name():
            return of(known[node.text].value)
        case tree.Group():
            return _value(node.inner, known, of)
        case tree.Power() if _names(node.exponent):
            exponent = _side(node.exponent, known)
            if isinstance(exponent.value, Product):
                message = f"{written(node.exponent)} is a product of powers, which is no exponent"
                raise fail(message, node.exponent.span, "sums over layers and lengths are")
            return of(number_in(node.base)) ** exponent.value
        case tree.Power():
            return _value(node.base, known, of) ** plain(number_in(node.exponent))
        case tree.Chain():
            first, *rest = (_value(operand, known, of) for operand in node.operands)
            steps = zip(node.operators, rest, strict=True)
            return reduce(lambda made, step: OPERATORS[step[0]](made, step[1]), steps, first)
    raise fail(MADE, node.span)
