"""The rungs between text and values, each printable: tree, network, values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from layercalc import limits
from layercalc.errors import Span
from layercalc.network import Applied, Body, Inline, Merge, Network, Recursion, Repeat, Weights, made
from layercalc.report import cells
from layercalc.syntax.node import Node

if TYPE_CHECKING:
    from layercalc.closed import Closed

INDENT = "  "


def tree_text(node: Any) -> str:
    """Write a tree with a line for each node and its place in the text.

    >>> from layercalc.errors import Source
    >>> from layercalc.syntax.parse import parse
    >>> print(tree_text(parse(Source("a.arch", "relu as y"))))
    Spec 1:1
      Call 1:1
        name: Word 'relu' 1:1
        bound: Word 'y' 1:9
    """
    with limits.deep_recursion():
        return "\n".join(_tree("", node, 0))


def _tree(label: str, node: Any, depth: int) -> Iterator[str]:
    indent = INDENT * depth + label
    if isinstance(node, tuple):
        for item in node:
            yield from _tree(label, item, depth)
        return
    if not isinstance(node, Node):
        yield f"{indent}{node!r}"
        return
    span: Span = getattr(node, "span")  # noqa: B009 (every node has one; the base class has no fields)
    text = f" {node.text!r}" if hasattr(node, "text") else ""
    yield f"{indent}{type(node).__name__}{text} {span.line}:{span.column}"
    for name in node._fields:
        value = getattr(node, name)
        if name not in ("span", "text") and value not in (None, ()):
            label = "" if name in ("items", "steps", "operands") else f"{name}: "
            yield from _tree(label, value, depth + 1)


def network_text(network: Network) -> str:
    """Write the network: each value has a number, and each step lists the numbers that it reads."""
    with limits.deep_recursion():
        lines = [f"network {network.name}", *_body(network, network.body, 1)]
    return "\n".join(lines)


def _body(network: Network, body: Body, depth: int) -> Iterator[str]:
    indent = INDENT * depth
    for number, shape in enumerate(body.inputs):
        yield f"{indent}%{number}: {cells.shape(network, shape)}"
    for number, step in body.numbered():
        if isinstance(step, Weights):
            yield f"{indent}weights of {step.sharing.name}"
            continue
        places = range(number, number + made(step))
        shapes = ", ".join(cells.shape(network, body.shapes[place]) for place in places)
        yield f"{indent}{_numbers(places)} = {_head(network, step)}: {shapes}"
        if not isinstance(step, Applied | Merge):
            yield from _body(network, step.body, depth + 1)
        if isinstance(step, Recursion):
            yield f"{indent}{INDENT}innermost"
            yield from _body(network, step.base, depth + 1)
    yield f"{indent}out {_numbers(body.outputs)}"


def _head(network: Network, step: Applied | Merge | Inline | Repeat | Recursion) -> str:
    if isinstance(step, Applied):
        layer = step.layer
        arguments = ", ".join(f"{name} = {cells.param(network, v)}" for name, v in layer.arguments.items())
        return f"{layer.name}({arguments}) {_numbers(step.sources)}"
    if isinstance(step, Merge):
        return f"{step.kind} {_numbers(step.sources)}"
    if isinstance(step, Recursion):
        return f"{step.name} within itself {cells.param(network, step.count)} times {_numbers(step.sources)}"
    name = step.name if isinstance(step, Inline) else f"repeat {cells.param(network, step.count)}"
    return f"{name} {_numbers(step.sources)}"


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(f"%{number}" for number in numbers)


def values_text(measures: Mapping[str, Closed]) -> str:
    """Write the values exactly; a part that several terms share gets a name.

    >>> from layercalc.closed import Closed
    >>> print(values_text({"layers": Closed(12)}))
    layers = 12
    """
    lines = []
    for name, closed in measures.items():
        written = closed.exact()
        lines.append(f"{name} = {written.text}")
        lines += [f"{INDENT}where {key} = {meaning}" for key, meaning in written.definitions]
    return "\n".join(lines)
