"""Expressions of the language as LaTeX mathematics.

From: a text that `values.text` wrote. To: LaTeX that amsmath sets, in parts between
which a line may break. Promises: brackets are balanced within each part, a name of
several letters is one word, and nothing of the text is lost. It rounds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from layercalc import tree
from layercalc.errors import Source
from layercalc.parse import parse_values

RELATION, SUM, PRODUCT, POWER, ATOM = range(5)

_NUMBERED = re.compile(r"([A-Za-z])(\d+)")
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
}  # fmt: skip
_RELATIONS = {"==": "=", "!=": r"\ne", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}


class Set(NamedTuple):
    """A piece of LaTeX: what may stand on lines of its own, and the loosest operator in it."""

    parts: tuple[str, ...]
    level: int

    @property
    def text(self) -> str:
        """The piece in one line."""
        return " ".join(self.parts)

    def within(self, level: int) -> str:
        """Set the piece where only `level` and tighter may stand."""
        return self.text if self.level >= level else rf"\left({self.text}\right)"


def typeset(text: str) -> Set:
    r"""Set an expression or a condition of the language.

    >>> typeset("2.3e-9 * (n - 35)^2 / log2(depth)^3").text
    '\\frac{2.3 \\cdot 10^{-9} \\, \\left(n - 35\\right)^{2}}{\\log_{2}^{3}\\left(\\mathit{depth}\\right)}'
    >>> typeset("sum([1/(i + w) for i in range(n)])").text
    '\\sum_{i=0}^{n - 1} \\frac{1}{i + w}'
    """
    (node,) = parse_values(Source("text", text))
    return _set(node)


def name(text: str) -> str:
    r"""Set a name.

    >>> name("n"), name("a12"), name("depth_2")
    ('n', 'a_{12}', '\\mathit{depth\\_2}')
    """
    if len(text) == 1:
        return text
    if text in _GREEK:
        return f"\\{text}"
    if numbered := _NUMBERED.fullmatch(text):
        return f"{numbered[1]}_{{{numbered[2]}}}"
    escaped = text.replace("_", r"\_")
    return rf"\mathit{{{escaped}}}"


def _set(node: Any) -> Set:
    return _RULES[type(node)](node)


def _atom(text: str) -> Set:
    return Set((text,), ATOM)


def _number(node: tree.Number) -> Set:
    figures, _, tens = node.text.lower().partition("e")
    return Set((rf"{figures} \cdot 10^{{{int(tens)}}}",), PRODUCT) if tens else _atom(figures)


def _name(node: tree.Name) -> Set:
    return _atom(name(node.text))


def _group(node: tree.Group) -> Set:
    return _set(node.inner)


def _prefix(node: tree.Prefix) -> Set:
    inner = _set(node.operand)
    if node.operator == "not":
        return Set((rf"\neg {inner.within(ATOM)}",), RELATION)
    return Set((f"{node.operator}{inner.within(PRODUCT)}",), SUM)


def _power(node: tree.Power) -> Set:
    exponent = _set(node.exponent).text
    base = node.base.inner if isinstance(node.base, tree.Group) else node.base
    if isinstance(base, tree.Apply) and base.function.text in _RAISED:
        argument = _set(base.arguments[0].value).text
        return Set((rf"{_RAISED[base.function.text]}^{{{exponent}}}\left({argument}\right)",), POWER)
    return Set((f"{_set(node.base).within(ATOM)}^{{{exponent}}}",), POWER)


def _chain(node: tree.Chain) -> Set:
    first = node.operators[0]
    if first in "+-":
        return _sum(node)
    if first in ("*", "/", "//", "%"):
        return _product(node)
    if first in ("and", "or"):
        sign = r"\wedge" if first == "and" else r"\vee"
        return Set((f" {sign} ".join(_set(operand).within(SUM) for operand in node.operands),), RELATION)
    parts = [_set(node.operands[0]).within(SUM)]
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        parts.append(f"{_RELATIONS[operator]} {_set(operand).within(SUM)}")
    return Set((" ".join(parts),), RELATION)


def _sum(node: tree.Chain) -> Set:
    first = _set(node.operands[0])
    parts = [first.text if first.level >= SUM else first.within(SUM)]
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        parts.append(f"{operator} {_set(operand).within(PRODUCT)}")
    return Set(tuple(parts), SUM)


def _product(node: tree.Chain) -> Set:
    above: list[Any] = [node.operands[0]]
    below: list[Any] = []
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        if operator == "%":  # written with one operator only
            return Set((rf"{_set(above[0]).within(POWER)} \bmod {_set(operand).within(POWER)}",), PRODUCT)
        (above if operator == "*" else below).append(operand)
    if not below:
        return Set(tuple(_factors(above)), PRODUCT)
    return Set((_over(_factors(above), _factors(below)),), PRODUCT)


def _over(above: list[str], below: list[str]) -> str:
    return rf"\frac{{{' '.join(above)}}}{{{' '.join(below)}}}" if below else " ".join(above)


def _factors(nodes: list[Any]) -> list[str]:
    """Set factors, a dot before those that begin with a figure."""
    if len(nodes) == 1:
        return [_set(nodes[0]).text]
    parts: list[str] = []
    for place, node in enumerate(nodes):
        text = _set(node).within(PRODUCT if place == 0 else POWER)
        sign = (r"\cdot " if text[0].isdigit() else r"\, ") if place else ""
        parts.append(sign + text)
    return parts


def _apply(node: tree.Apply) -> Set:
    function, arguments = node.function.text, [argument.value for argument in node.arguments]
    rule = _FUNCTIONS.get(function)
    if rule is not None:
        return rule(*arguments)
    listed = ", ".join(_set(argument).text for argument in arguments)
    command = _COMMANDS.get(function, rf"\operatorname{{{function}}}")
    return _atom(rf"{command}\left({listed}\right)")


def _factorial(n: tree.Expression) -> Set:
    return Set((f"{_set(n).within(ATOM)}!",), POWER)


def _rising(x: tree.Expression, n: tree.Expression) -> Set:
    return Set((rf"{_set(x).within(ATOM)}^{{\overline{{{_set(n).text}}}}}",), POWER)


def _geometric(q: tree.Expression, n: tree.Expression) -> Set:
    return Set((rf"\sum_{{i=0}}^{{{_set(n).text} - 1}} {_set(q).within(ATOM)}^{{i}}",), SUM)


def _recurrence(n: tree.Expression, *coefficients: tree.Expression) -> Set:
    listed = ", ".join(_set(coefficient).text for coefficient in coefficients)
    return _atom(rf"h_{{{_set(n).text}}}\left({listed}\right)")


def _over_rounds(command: str) -> Callable[[Any], Set]:
    def rule(comprehension: tree.Comprehension) -> Set:
        bounds = [_set(argument.value).text for argument in comprehension.items.arguments]  # type: ignore[union-attr]
        first = bounds[0] if len(bounds) > 1 else "0"
        index = name(comprehension.target.text)  # type: ignore[union-attr]
        term = _set(comprehension.value).within(PRODUCT)
        return Set((rf"{command}_{{{index}={first}}}^{{{bounds[-1]} - 1}} {term}",), SUM)

    return rule


def _enclosed(left: str, right: str) -> Callable[[Any], Set]:
    return lambda value: _atom(rf"{left} {_set(value).text} {right}")


def _exponential(x: tree.Expression) -> Set:
    exponent = _set(x).text
    return _atom("e") if exponent == "1" else Set((f"e^{{{exponent}}}",), POWER)


_RAISED = {"log2": r"\log_{2}", "log": r"\ln"}
_COMMANDS = {**_RAISED, "max": r"\max", "min": r"\min"}
_FUNCTIONS: Mapping[str, Callable[..., Set]] = {
    "sqrt": _enclosed(r"\sqrt{", "}"),
    "floor": _enclosed(r"\left\lfloor", r"\right\rfloor"),
    "ceil": _enclosed(r"\left\lceil", r"\right\rceil"),
    "abs": _enclosed(r"\left|", r"\right|"),
    "exp": _exponential,
    "factorial": _factorial,
    "rising": _rising,
    "geometric": _geometric,
    "recurrence": _recurrence,
    "sum": _over_rounds(r"\sum"),
    "product": _over_rounds(r"\prod"),
}
_RULES: Mapping[type, Callable[[Any], Set]] = {
    tree.Number: _number,
    tree.Name: _name,
    tree.Group: _group,
    tree.Prefix: _prefix,
    tree.Power: _power,
    tree.Chain: _chain,
    tree.Apply: _apply,
}
