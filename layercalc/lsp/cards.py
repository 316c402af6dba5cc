"""Declarations as Markdown: their text, and the comment above it."""

from __future__ import annotations

from typing import Any

from layercalc.errors import Span
from layercalc.lsp.mentions import parameters
from layercalc.report.laws import declaration_text
from layercalc.syntax import tree
from layercalc.syntax.node import Node

#: Lines of a declaration that are shown.
SHOWN = 40


def code(text: str) -> str:
    """Format a text as code of the language."""
    return f"```arch\n{text}\n```"


def card(node: Node) -> str:
    """Describe a declaration: a block by its head, a layer by its laws, anything else by its text."""
    if isinstance(node, tree.Block):
        head = declaration_text(node.span._replace(end=node.body.span.start))
        return code(_short(head.removesuffix("{").rstrip()))
    if isinstance(node, tree.Layer | tree.Activation):
        return code(_short(declaration_text(node.span)))
    if isinstance(node, tree.Param):
        return "\n\n".join([code(_param(node)), *([node.doc] if node.doc else [])])
    if isinstance(node, tree.Parameter):
        told = "A parameter with a default." if node.default else "A parameter that each call gives."
        return f"{code(node.span.text)}\n\n{told}"
    return code(_short(_head(node).text))


def signature(node: Node) -> str:
    """Write a block or a layer as it is called.

    >>> from layercalc.errors import Source
    >>> from layercalc.syntax.parse import parse
    >>> signature(parse(Source("a.arch", "block stem(width, stride = 2) { relu }")).items[0])
    'stem(width, stride = 2)'
    """
    name = getattr(node, "name", None)
    takes = ", ".join(parameter.span.text for parameter in parameters(node))
    return f"{name.text}({takes})" if name is not None and takes else getattr(name, "text", "")


def _param(node: tree.Param) -> str:
    """Write a param without its doc string, in one line."""
    last = node.where or node.default or node.name
    return " ".join(node.span._replace(end=last.span.end).text.split())


def _head(node: Any) -> Span:
    """Give the text of a step without its bodies."""
    span: Span = node.span
    bodies = [child for child in node.values() if isinstance(child, tree.Body)]
    return span._replace(end=bodies[0].span.start) if bodies else span


def _short(text: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:SHOWN], *(["..."] if len(lines) > SHOWN else [])])
