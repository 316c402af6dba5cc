"""Finds the names in a tree, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layercalc.syntax import tree
from layercalc.syntax.node import Node


def nodes(node: Any) -> Iterator[Any]:
    """Give every node below one, itself first, in the order written."""
    stack = [node]
    while stack:
        found = stack.pop()
        if isinstance(found, tuple):
            stack += found[::-1]
        elif isinstance(found, Node):
            yield found
            stack += [getattr(found, name) for name in found._below]


def value_names(node: Any) -> set[str]:
    """Give the names that are read as values or functions anywhere in a node."""
    found = {item.text for item in nodes(node) if isinstance(item, tree.Name)}
    return found | {item.function.text for item in nodes(node) if isinstance(item, tree.Apply)}


def call_names(node: Any) -> set[str]:
    """Give the names of the layers and blocks that are called anywhere in a node."""
    return {item.name.text for item in nodes(node) if isinstance(item, tree.Call)}


def tensor_names(node: Any) -> list[str]:
    """Give the names that are gone on from, or bound by `as`, in the order met; `level[` is a list's."""
    found: dict[str, None] = {}
    for item in nodes(node):
        places = item.names if isinstance(item, tree.From) else ()
        places += item.bound if isinstance(item, tree.Binder) else ()
        found.update(dict.fromkeys(f"{p.text}[" if isinstance(p, tree.Entry) else p.text for p in places))
    return list(found)


def fills_lists(node: Any) -> bool:
    """Tell whether a value gets a place in a list anywhere in a node."""
    steps = (item for item in nodes(node) if isinstance(item, tree.Binder))
    return any(isinstance(place, tree.Entry) for step in steps for place in step.bound)


def target_words(target: tree.ItemNames) -> list[tree.Word]:
    """Give the names that a target binds, in order, as they are written."""
    return [node for node in nodes(target) if isinstance(node, tree.Word)]


def target_names(target: tree.ItemNames) -> set[str]:
    """Give the names that a target binds."""
    return {word.text for word in target_words(target)}
