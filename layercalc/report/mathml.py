"""Expressions of the language as MathML, which browsers set without any help.

From: a text that `values.text` wrote, with the brackets that it needs. To: a `math` element,
or None for what has no sign here. Promises: nothing of the text is lost but brackets
around exponents and the sides of fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from layercalc import tree
from layercalc.errors import Source, SpecError
from layercalc.parse import parse_values

#: The sign of mathematics, which is longer than a hyphen.
_MINUS = "&#8722;"
_SIGNS = {
    "+": "+",
    "-": _MINUS,
    "*": "·",
    "/": "/",
    "==": "=",
    "!=": "≠",
    "<": "&lt;",
    "<=": "≤",
    ">": "&gt;",
    ">=": "≥",
}
_OVER_ROUNDS = {"sum": "∑", "product": "∏"}


class _UnsetError(Exception):
    """A construct that has no sign here."""


def mathml(text: str) -> str | None:
    """Set an expression.

    >>> mathml("2*n^2")
    '<math><mn>2</mn><mo>·</mo><msup><mi>n</mi><mn>2</mn></msup></math>'
    >>> mathml("(n - 2)/3")
    '<math><mfrac><mrow><mi>n</mi><mo>&#8722;</mo><mn>2</mn></mrow><mn>3</mn></mfrac></math>'
    >>> mathml("y ~ x") is None
    True
    """
    try:
        (node,) = parse_values(Source("text", text))
        return f"<math>{_set(node)}</math>"
    except (SpecError, _UnsetError):
        return None


def _set(node: Any) -> str:
    rule = _RULES.get(type(node))
    if rule is None:
        raise _UnsetError
    return rule(node)


def _one(node: Any) -> str:
    """Set a node as one element, without brackets around it."""
    return _row(_set(node.inner if isinstance(node, tree.Group) else node))


def _row(inner: str) -> str:
    return inner if inner.count("<") == 2 else f"<mrow>{inner}</mrow>"


def _bracketed(inner: str) -> str:
    return f"<mo>(</mo>{inner}<mo>)</mo>"


def _sign(operator: str) -> str:
    if operator not in _SIGNS:
        raise _UnsetError
    return f"<mo>{_SIGNS[operator]}</mo>"


def _number(node: tree.Number) -> str:
    figures, _, tens = node.text.lower().partition("e")
    if not tens:
        return f"<mn>{figures}</mn>"
    sign = _sign("-") if tens.startswith("-") else ""
    exponent = _row(f"{sign}<mn>{tens.strip('+-')}</mn>")
    return f"<mn>{figures}</mn><mo>·</mo><msup><mn>10</mn>{exponent}</msup>"


def _name(node: tree.Name) -> str:
    return f"<mi>{escape(node.text)}</mi>"


def _group(node: tree.Group) -> str:
    return _bracketed(_set(node.inner))


def _prefix(node: tree.Prefix) -> str:
    return _sign(node.operator) + _set(node.operand)


def _power(node: tree.Power) -> str:
    base = _set(node.base)
    tens = isinstance(node.base, tree.Number) and "e" in node.base.text.lower()
    return f"<msup>{_row(_bracketed(base) if tens else base)}{_exponent(node.exponent)}</msup>"


def _exponent(node: Any) -> str:
    """Set an exponent in one line: a fraction would be too small to be read there."""
    inner = node.inner if isinstance(node, tree.Group) else node
    return _row(_in_line(inner) if isinstance(inner, tree.Chain) else _set(inner))


def _chain(node: tree.Chain) -> str:
    return _fraction(node) if "/" in node.operators else _in_line(node)


def _in_line(node: tree.Chain) -> str:
    pairs = zip(node.operators, node.operands[1:], strict=True)
    return _set(node.operands[0]) + "".join(_sign(operator) + _set(operand) for operator, operand in pairs)


def _fraction(node: tree.Chain) -> str:
    above: list[Any] = [node.operands[0]]
    below: list[Any] = []
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        if operator not in ("*", "/"):
            raise _UnsetError
        (above if operator == "*" else below).append(operand)
    return f"<mfrac>{_factors(above)}{_factors(below)}</mfrac>"


def _factors(nodes: list[Any]) -> str:
    return _one(nodes[0]) if len(nodes) == 1 else _row(_sign("*").join(map(_set, nodes)))


def _apply(node: tree.Apply) -> str:
    function, arguments = node.function.text, [argument.value for argument in node.arguments]
    if function in _OVER_ROUNDS:
        return _rounds(_OVER_ROUNDS[function], arguments)
    if function == "sqrt":
        return f"<msqrt>{_one(arguments[0])}</msqrt>"
    base = "<msub><mi>log</mi><mn>2</mn></msub>" if function == "log2" else f"<mi>{escape(function)}</mi>"
    return base + _bracketed(_listed(arguments))


def _listed(nodes: Iterable[Any]) -> str:
    return "<mo>,</mo>".join(map(_set, nodes))


def _rounds(sign: str, arguments: list[Any]) -> str:
    """Set a sum or a product over `[... for i in range(n)]`."""
    rounds = arguments[0]
    if not isinstance(rounds, tree.Comprehension) or not isinstance(rounds.items, tree.Apply):
        raise _UnsetError
    target: Any = rounds.target
    bounds = [_set(argument.value) for argument in rounds.items.arguments]
    first = bounds[0] if len(bounds) > 1 else "<mn>0</mn>"
    below, above = f"<mi>{escape(target.text)}</mi><mo>=</mo>{first}", f"{bounds[-1]}{_sign('-')}<mn>1</mn>"
    head = f"<munderover><mo>{sign}</mo>{_row(below)}{_row(above)}</munderover>"
    return _bracketed(head + _row(_set(rounds.value)))


_RULES: Mapping[type, Callable[[Any], str]] = {
    tree.Number: _number,
    tree.Name: _name,
    tree.Group: _group,
    tree.Prefix: _prefix,
    tree.Power: _power,
    tree.Chain: _chain,
    tree.Apply: _apply,
}
