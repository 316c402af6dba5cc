"""A law of one layer worked out: as its author wrote it, with the numbers put in, its value.

From: a placed layer. To: a `Working` for each of its laws. Promises: the numbers put in
are those that the law was evaluated with; of a condition only the case that holds is worked out;
between the numbers stands the author's own text. Text is only written, never read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layercalc.errors import Span, SpecError
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, SymbolicList
from layercalc.laws import LAWS, PlacedLaws, UsedLaws
from layercalc.network import Layer, Scalar
from layercalc.syntax import tree

_ATOM = re.compile(r"[\w.]+|\[[^][]*\]")
_EQUATIONS = re.compile(r"\(\d+\)")
_SKIPPED = re.compile(r"#[^\n]*")
#: Nodes that are written as their value.
_VALUES = (tree.Name, tree.Current, tree.Attribute, tree.Index, tree.Comprehension, tree.Match)


@dataclass(frozen=True, slots=True)
class Working:
    """A law worked out; `value` is None where the layer is neutral in it.

    `text` is the law as written, at `span`; `remark` the comment beside it; `put_in` the text
    with the values in place of names, empty where that says nothing new. Where the law is
    `derived`, the text is the formula it follows from; `shared` names the weights in common with
    other layers, of which the value is counted once; `refused` tells why there is no value.
    """

    law: str
    text: str
    span: Span
    remark: str
    put_in: str
    value: Scalar | None
    derived: bool = False
    shared: str = ""
    refused: str = ""

    @property
    def equations(self) -> tuple[str, ...]:
        """The numbers of the equations that the comment names.

        >>> from layercalc.errors import Source
        >>> Working("power", "", Span(Source("", ""), 0, 0), "eq. (8), (10)", "", None).equations
        ('(8)', '(10)')
        """
        return tuple(_EQUATIONS.findall(self.remark))


def workings(layer: Layer) -> Iterator[Working]:
    """Work out the laws that a layer has.

    >>> from layercalc.inspect.layer_table import rows
    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> conv = next(rows(resolve(load_program("lenet")))).layer
    >>> next(workings(conv)).put_in
    '4704 / (25 * 1024)'
    """
    laws = layer.law.laws if isinstance(layer.law, UsedLaws) else layer.law
    if not isinstance(laws, PlacedLaws):
        return
    for name in LAWS:
        found = laws.source(name)
        if found is not None:
            (expression, context), text = found, _plain(found[0].span)
            put_in, value, refused = "", None, ""
            try:
                value = laws(name)
                put_in = _ValueWriter(context).case(expression) if context is not None else ""
            except SpecError as error:
                refused = error.diagnostics[0].message
            told = "" if put_in == text else put_in
            shared = layer.weights.name if layer.weights is not None and name == "params" else ""
            place, remark = expression.span, _remark(expression.span)
            yield Working(name, text, place, remark, told, value, context is None, shared, refused)


def _plain(span: Span) -> str:
    """Write what the author wrote on one line, without comments."""
    return " ".join(_SKIPPED.sub("", span.text).split())


def _remark(span: Span) -> str:
    """Give the comments on the lines of an expression."""
    first, last = span.line, span.source.position(max(span.start, span.end - 1))[0]
    lines = [span.source.line(number) for number in range(first, last + 1)]
    found = (line.partition("#")[2].strip() for line in lines)
    return "; ".join(part for part in found if part)


@dataclass(frozen=True, slots=True)
class _ValueWriter:
    """Writes an expression with the values of its names."""

    context: Context

    def case(self, node: tree.Expression) -> str:
        """Write the case that holds, without the brackets around it."""
        while isinstance(node, tree.Conditional | tree.Group):
            node = node.inner if isinstance(node, tree.Group) else self._holding(node)
        return " ".join(self._text(node, bare=True).split())

    def _text(self, node: tree.Expression, bare: bool) -> str:
        """Write an expression; a value of several words gets brackets unless it is `bare`."""
        if isinstance(node, _VALUES):
            value = evaluate(node, self.context)
            if isinstance(value, SymbolicList):
                return _SKIPPED.sub("", node.span.text)
            text = self.context.show(int(value) if isinstance(value, bool) else value)
            return text if bare or _ATOM.fullmatch(text) else f"({text})"
        if isinstance(node, tree.Conditional):
            return self._text(self._holding(node), bare)
        within = isinstance(node, tree.Group | tree.Apply | tree.Sequence)
        source, place, written = node.span.source, node.span.start, ""
        for part in _parts(node):
            written += _SKIPPED.sub("", source.text[place : part.span.start]) + self._text(part, within)
            place = part.span.end
        return written + _SKIPPED.sub("", source.text[place : node.span.end])

    def _holding(self, node: tree.Conditional) -> tree.Expression:
        for condition, value in node.cases:
            if truth(evaluate(condition, self.context), condition.span):
                return value
        return node.otherwise


def _parts(node: tree.Expression) -> Sequence[tree.Expression]:
    """Give the expressions within one, in the order written."""
    if isinstance(node, tree.Chain):
        return node.operands
    if isinstance(node, tree.Apply):
        return [argument.value for argument in node.arguments]
    if isinstance(node, tree.Power):
        return (node.base, node.exponent)
    if isinstance(node, tree.Sequence):
        return node.items
    return (node.inner,) if isinstance(node, tree.Group) else _signed(node)


def _signed(node: tree.Expression) -> Sequence[tree.Expression]:
    return (node.operand,) if isinstance(node, tree.Prefix) else ()
