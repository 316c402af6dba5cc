r"""Expressions of the language as mathematics, in LaTeX or in MathML.

From: a tree, or a text to be read as one. To: markup, in parts between which a line may
break. Promises: brackets are balanced within each part, a name of several letters is one
word, and nothing of the tree is lost. It rounds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from layercalc.errors import Source, fail
from layercalc.printing.formula import (
    ATOM,
    OPERANDS,
    POWER,
    PRODUCT,
    RELATION,
    ROUNDS,
    SUM,
    addends,
    group,
    is_remainder,
    letters,
    level,
    numeral,
    summed,
)
from layercalc.printing.notation import LATEX, Notation
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.syntax.walk import value_names

_NUMBERED = re.compile(r"([A-Za-z])(\d+)")
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
}  # fmt: skip
#: Functions whose power stands between their name and their argument.
_RAISED = ("log2", "log")


class Set(NamedTuple):
    """A piece of markup: what may stand on lines of its own, and the loosest operator in it.

    `figure` tells whether it begins with a figure, and so wants a dot before it.
    """

    parts: tuple[str, ...]
    level: int
    figure: bool = False

    @property
    def text(self) -> str:
        """The piece in one line."""
        return " ".join(self.parts)


def typeset(formula: str | tree.Expression, notation: Notation = LATEX) -> Set:
    r"""Set an expression or a condition of the language.

    >>> typeset("2.3e-9 * (n - 35)^2 / log2(depth)^3").text
    '\\frac{2.3 \\cdot 10^{-9} \\, \\left(n - 35\\right)^{2}}{\\log_{2}^{3}\\left(\\mathit{depth}\\right)}'
    >>> typeset("sum([1/(i + w) for i in range(n)])").text
    '\\sum_{i=0}^{n - 1} \\frac{1}{i + w}'

    Raises `SpecError` for what is no expression, and for one that no signs of mathematics stand for.
    """
    return _Typesetter(notation).set(_read(formula) if isinstance(formula, str) else formula)


def _read(text: str) -> Any:
    node, *more = parse_values(Source("text", text))
    if more:
        raise fail("several values are no expression", more[0].span)
    return node


def name(text: str, notation: Notation = LATEX) -> str:
    r"""Set a name.

    >>> name("n"), name("a12"), name("depth_2")
    ('n', 'a_{12}', '\\mathit{depth\\_2}')
    """
    if len(text) == 1:
        return (notation.letter if text.isalpha() else notation.figures) % text
    if text in _GREEK:
        return notation.greek % text
    if numbered := _NUMBERED.fullmatch(text):
        return notation.below % (notation.letter % numbered[1], notation.figures % numbered[2])
    return notation.word % text.replace("_", notation.low_line)


def number(text: str, notation: Notation = LATEX) -> str:
    r"""Set a number as a table has it.

    >>> number("2.4292e-9"), number("-0.5")
    ('2.4292 \\cdot 10^{-9}', '-0.5')
    """
    if text.startswith("-"):
        return notation.prefix("-", number(text[1:], notation))
    figures, _, tens = text.lower().partition("e")
    if not tens:
        return notation.figures % figures
    power = notation.raised % (notation.figures % "10", number(str(int(tens)), notation))
    return f"{notation.figures % figures} {notation.dotted % power}"


class _Typesetter:
    """The rules, one for each kind of node, in a notation."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def set(self, node: Any) -> Set:
        rule = _RULES.get(type(node))
        if rule is None:
            raise fail("no sign of mathematics stands for this", node.span)
        return rule(self, node)

    def within(self, node: Any, lowest: int) -> str:
        """Set a node where only operators of a level, and tighter ones, may stand."""
        return self.bracketed(self.set(node), lowest)

    def bracketed(self, found: Set, lowest: int) -> str:
        return found.text if found.level >= lowest else self.notation.fenced["("] % found.text

    def number(self, node: tree.Number) -> Set:
        has_tens = "e" in node.text.lower()
        return Set((number(node.text, self.notation),), PRODUCT if has_tens else ATOM, figure=True)

    def name(self, node: tree.Name) -> Set:
        return _atom(name(node.text, self.notation))

    def group(self, node: tree.Group) -> Set:
        return self.set(node.inner)

    def prefix(self, node: tree.Prefix) -> Set:
        inner = self.within(node.operand, ATOM if node.operator == "not" else PRODUCT)
        return Set((self.notation.prefix(node.operator, inner),), level(node))

    def power(self, node: tree.Power) -> Set:
        exponent = self.set(node.exponent).text
        base = node.base.inner if isinstance(node.base, tree.Group) else node.base
        if isinstance(base, tree.Apply) and base.function.text in _RAISED:
            function = self.notation.raised % (self.notation.named(base.function.text), exponent)
            return Set((self.notation.applied % (function, self.set(base.arguments[0].value).text),), POWER)
        return self.behind(self.notation.raised, node.base, exponent)

    def behind(self, template: str, node: Any, sign: str) -> Set:
        """Set a sign behind a node, which begins with a figure where the node does."""
        found = self.set(node)
        text = template % (self.bracketed(found, ATOM), sign)
        return Set((text,), POWER, found.figure and found.level == ATOM)

    def chain(self, node: tree.Chain) -> Set:
        own = max(level(node), RELATION)  # what `and` and `or` join is in brackets
        if own == PRODUCT:
            return self.product(node)
        first, others = OPERANDS[own]
        parts = [self.within(node.operands[0], first)]
        for operator, operand in _pairs(node):
            parts.append(f"{self.notation.sign(operator)} {self.within(operand, others)}")
        return Set(tuple(parts) if own == SUM else (" ".join(parts),), own)

    def product(self, node: tree.Chain) -> Set:
        if modulo := [place for place, (operator, _) in enumerate(_pairs(node), 1) if operator == "%"]:
            return self.modulo(node, modulo[-1])
        sign = node.operands[0]
        if isinstance(sign, tree.Prefix) and sign.operator == "-":
            rest = self.product(tree.Chain((sign.operand, *node.operands[1:]), node.operators, node.span))
            return Set((self.notation.prefix("-", rest.text),), SUM)
        above: list[Any] = [node.operands[0]]
        below: list[Any] = []
        for operator, operand in _pairs(node):
            (above if operator == "*" else below).append(operand)
        parts = tuple(self.factors(above))
        if below:
            parts = (self.notation.over % (" ".join(parts), " ".join(self.factors(below))),)
        return Set(parts, PRODUCT)

    def modulo(self, node: tree.Chain, place: int) -> Set:
        """Set the remainder of all before a place by what stands there; what follows goes on with it."""
        head, tail = node.operands[: place + 1], node.operands[place + 1 :]
        if tail:
            first = group(tree.Chain(head, node.operators[:place], node.span))
            return self.product(tree.Chain((first, *tail), node.operators[place:], node.span))
        left = tree.Chain(head[:-1], node.operators[: place - 1], node.span) if place > 1 else head[0]
        sides = self.within(left, POWER), self.within(head[-1], POWER)
        return Set((f" {self.notation.sign('%')} ".join(sides),), PRODUCT)

    def factors(self, nodes: Sequence[Any]) -> Iterator[str]:
        """Set factors, a dot before those that begin with a figure."""
        if len(nodes) == 1:
            yield self.set(nodes[0]).text
            return
        first = nodes[0].inner if isinstance(nodes[0], tree.Group) else nodes[0]
        yield self.within(first, POWER if is_remainder(first) else PRODUCT)
        for node in nodes[1:]:
            found = self.set(node)
            dotted = found.figure and found.level >= POWER
            yield (self.notation.dotted if dotted else self.notation.spaced) % self.bracketed(found, POWER)

    def apply(self, node: tree.Apply) -> Set:
        function, arguments = node.function.text, [argument.value for argument in node.arguments]
        if function in self.notation.rounds:
            return self.over_rounds(function, *arguments)
        if rule := _FUNCTIONS.get(function):
            return rule(self, *arguments)
        if fence := self.notation.fenced.get(function):
            return _atom(fence % self.listed(arguments))
        return _atom(self.notation.applied % (self.notation.named(function), self.listed(arguments)))

    def listed(self, nodes: Sequence[Any]) -> str:
        return self.notation.comma.join(self.set(node).text for node in nodes)

    def factorial(self, n: tree.Expression) -> Set:
        return self.behind(self.notation.postfixed, n, "!")

    def rising(self, x: tree.Expression, n: tree.Expression) -> Set:
        return self.behind(self.notation.raised, x, self.notation.overlined % self.set(n).text)

    def geometric(self, q: tree.Expression, n: tree.Expression) -> Set:
        index = name(next(letters(ROUNDS, value_names((q, n)))), self.notation)
        term = self.notation.raised % (self.within(q, ATOM), index)
        return self.rounds("sum", index, self.notation.figures % "0", n, term)

    def recurrence(self, n: tree.Expression, *coefficients: tree.Expression) -> Set:
        function = self.notation.below % (self.notation.letter % "h", self.set(n).text)
        return _atom(self.notation.applied % (function, self.listed(coefficients)))

    def over_rounds(self, sign: str, rounds: Any) -> Set:
        match rounds:
            case tree.Comprehension(target=tree.Word(text=index), items=tree.Apply(arguments=arguments)):
                bounds = [argument.value for argument in arguments]
            case _:
                raise fail(f"a {sign} without rounds has no sign", rounds.span)
        first = self.set(bounds[0]).text if len(bounds) > 1 else self.notation.figures % "0"
        term = self.within(rounds.value, PRODUCT)
        return self.rounds(sign, name(index, self.notation), first, bounds[-1], term)

    def rounds(self, sign: str, index: str, first: str, count: Any, term: str) -> Set:
        start = f"{index}{self.notation.sign('==')}{first}"
        return Set((self.notation.rounds[sign] % (start, self.set(_one_less(count)).text, term),), SUM)

    def exponential(self, x: tree.Expression) -> Set:
        base, exponent = self.notation.letter % "e", self.set(x)
        if exponent.text == self.notation.figures % "1":
            return _atom(base)
        return Set((self.notation.raised % (base, exponent.text),), POWER)


def _atom(text: str) -> Set:
    return Set((text,), ATOM)


def _pairs(node: tree.Chain) -> Iterator[tuple[str, Any]]:
    return zip(map(str.strip, node.operators), node.operands[1:], strict=True)


def _one_less(count: Any) -> tree.Expression:
    """Take 1 off a count: n - 2 for n - 1."""
    terms, last = addends(count), -1
    off, end = terms[-1]
    if isinstance(end, tree.Number) and end.text.isdecimal():
        terms, last = terms[:-1], last + (-int(end.text) if off else int(end.text))
    return summed([*terms, (last < 0, numeral(str(abs(last))))] if last or not terms else terms)


_FUNCTIONS: Mapping[str, Callable[..., Set]] = {
    "exp": _Typesetter.exponential,
    "factorial": _Typesetter.factorial,
    "rising": _Typesetter.rising,
    "geometric": _Typesetter.geometric,
    "recurrence": _Typesetter.recurrence,
}
_RULES: Mapping[type, Callable[[_Typesetter, Any], Set]] = {
    tree.Number: _Typesetter.number,
    tree.Name: _Typesetter.name,
    tree.Group: _Typesetter.group,
    tree.Prefix: _Typesetter.prefix,
    tree.Power: _Typesetter.power,
    tree.Chain: _Typesetter.chain,
    tree.Apply: _Typesetter.apply,
}
