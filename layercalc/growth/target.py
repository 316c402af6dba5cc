"""What a measure is to meet: `gwc = 2^400`, `log2(gwc) = 400`, `params <= 25e6`.

From: a text of the language. To: a `Target`. It evaluates no text but the language's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

from layercalc import limits
from layercalc.errors import Diagnostic, Source, Span, SpecError, fail
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope, describe, is_number, is_scalar
from layercalc.forms.product import Product
from layercalc.measures import known_measures, unknown_measure
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values

#: The signs of value - target that meet each relation.
MEETING = {"==": (0,), "<=": (-1, 0), ">=": (0, 1), "<": (-1,), ">": (1,)}
HINT = "a target is a measure and what it is to meet: gwc = 2^400, log2(gwc) = 400 or params <= 25e6"
#: A lone `=`, which a person writes and the language does not.
_LONE = re.compile(r"(?<![=<>!])=(?!=)")
#: Digits of a logarithm whose power of two is not taken.
DIGITS = 40


@dataclass(frozen=True)
class Target:
    """A measure, a relation, a positive value and its logarithm, as the author wrote them.

    `exact` tells whether an exact solution is worth having: the value is no estimate.

    >>> read_target("log2(gwc) = 400").value == Product.of(2) ** 400
    True
    """

    measure: str
    relation: str
    value: Product
    text: str
    exact: bool = True

    @property
    def log2(self) -> float:
        """The logarithm of the value."""
        return float(self.value.log2(DIGITS))

    def meets(self, sign: int) -> bool:
        """Tell whether a value above the target (1), at it (0) or below it (-1) meets it."""
        return {"==": sign == 0, "<=": sign <= 0, ">=": sign >= 0, "<": sign < 0, ">": sign > 0}[
            self.relation
        ]


def read_target(text: str, also: Collection[str] = (), declared: Collection[str] = ()) -> Target:
    """Read a target; `also` names what may be met beside the measures, of which some are `declared`.

    >>> target = read_target("params <= 25e6")
    >>> target.measure, target.relation, target.value.rational()
    ('params', '<=', 25000000)

    Raises `SpecError` for a text that is none.
    """
    with typed(text) as source:
        return _read(source, text, also, declared)


@contextmanager
def typed(text: str) -> Iterator[Source]:
    """Give the source of a target, and show mistakes in the text as it was typed: `=` is read as `==`."""
    try:
        yield Source("--target", _LONE.sub("==", text))
    except SpecError as error:
        raise type(error)([_as_typed(mistake, text) for mistake in error.diagnostics]) from None


def _as_typed(mistake: Diagnostic, text: str) -> Diagnostic:
    """Show a mistake in the text as it was typed, where a lone `=` was read as `==`."""
    if mistake.span is None:
        return mistake
    added = [place + match.start() + 1 for place, match in enumerate(_LONE.finditer(text))]
    start, end = (offset - sum(place < offset for place in added) for offset in mistake.span[1:])
    return replace(mistake, span=Span(Source(mistake.span.source.name, text), start, end))


def relation(source: Source, text: str) -> tree.Chain:
    """Read the relation that a target is."""
    with limits.deep_recursion():
        points = parse_values(source)
    chain = points[0]
    if len(points) != 1 or not isinstance(chain, tree.Chain) or chain.operators[0] not in MEETING:
        raise fail(f"'{text}' is no target", Span(source, 0, len(source.text)), HINT)
    if len(chain.operators) != 1:
        raise fail("a target has one relation", chain.span, HINT)
    return chain


def _read(source: Source, text: str, also: Collection[str], declared: Collection[str]) -> Target:
    chain = relation(source, text)
    left, right = chain.operands
    name, logarithmic = _measure(left, also, [*known_measures(), *declared])
    value = _positive(number_in(right), logarithmic, right.span)
    return Target(name, chain.operators[0], value, text.strip())


def number_in(node: tree.Expression) -> Scalar:
    """Read an expression that is to be a number."""
    value = evaluate(node, Context(Scope()))
    if not is_scalar(value) or isinstance(value, bool):
        raise fail(f"this is {describe(value)}, not a number", node.span)
    return value


def in_logarithm(node: tree.Expression) -> tree.Expression | None:
    """Give what stands in a logarithm to base two."""
    if not (isinstance(node, tree.Apply) and node.function.text == "log2" and len(node.arguments) == 1):
        return None
    inner = node.arguments[0]
    return inner.value if isinstance(inner, tree.Argument) else inner


def _measure(node: tree.Expression, also: Collection[str], known: Collection[str]) -> tuple[str, bool]:
    """Read `gwc` or `log2(gwc)`."""
    if isinstance(inner := in_logarithm(node), tree.Name):
        return found_measure(inner, also, known), True
    if isinstance(node, tree.Name):
        return found_measure(node, also, known), False
    raise fail("this is neither a measure nor log2 of one", node.span, HINT)


def found_measure(name: tree.Name, also: Collection[str], known: Collection[str]) -> str:
    """Give the measure that a name means."""
    if name.text in also or name.text in known:
        return name.text
    (told,) = unknown_measure(name.text, known).diagnostics
    raise fail(told.message, name.span, told.hint)


def _positive(value: Scalar, logarithmic: bool, span: Span) -> Product:
    number = plain(value)
    if logarithmic:
        return Product.of(2) ** number
    if is_number(number):
        exact = Fraction(number) if isinstance(number, int | Fraction) else Fraction(0)
        if exact <= 0:
            raise fail(f"a target is above 0, and this is {describe(number)}", span)
    elif not symbolic(number).evalf(30) > 0:
        raise fail("a target is above 0, and this is below", span)
    return Product.of(number)
