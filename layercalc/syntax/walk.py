"""Finds the names in a tree, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any, NamedTuple, get_args

from layercalc.syntax import tree
from layercalc.syntax.node import Node

#: The kinds of node that read a name, and those that bind one; a set of kinds is asked faster than a base.
READ = {tree.Name, tree.Apply}
KINDED = {tree.Param, tree.Parameter}
_NAMED = {tree.Param, tree.Parameter, tree.LetFunction, tree.Shared}
_TARGETED = {tree.ForEach, tree.EachBranch, tree.Comprehension, tree.Let}
_WITH_INPUTS = {tree.Block, tree.Layer}
_BINDERS = {*get_args(tree.Binder)}


class Outline(NamedTuple):
    """The names in the declaration of a layer by what they do there.

    `bound` are all that it binds, and `read` those that it reads and its lists do not bind.
    """

    parameters: tuple[str, ...]
    inputs: tuple[str, ...]
    fields: tuple[str, ...]
    kinds: tuple[str, ...]
    bound: tuple[str, ...]
    read: tuple[str, ...]


def outline(node: tree.Layer | tree.Activation) -> Outline:
    """Give the names in the declaration of a layer; they are found once, or kept in the cache of trees.

    >>> from layercalc.errors import Source
    >>> from layercalc.syntax.parse import parse
    >>> (scale,) = parse(Source("laws", "layer scale(by: count = 1) { power = by * in.channels }")).items
    >>> outline(scale)
    Outline(parameters=('by',), inputs=(), fields=('power',), kinds=('count',), bound=('by',), read=('by',))
    """
    kept = vars(node)
    if "outline" not in kept:
        kept["outline"] = _outlined(node)
    found: Outline = kept["outline"]
    return found


def _outlined(node: tree.Layer | tree.Activation) -> Outline:
    within = [*nodes(node)]
    return Outline(
        tuple(parameter.name.text for parameter in node.parameters),
        tuple(word.text for word in node.inputs) if isinstance(node, tree.Layer) else (),
        tuple(field.name.text for field in node.fields or ()),
        _once(found.kind.text for found in within if type(found) in KINDED and found.kind is not None),
        _once(word.text for word in bound_in(within)),
        _once(word for read, own in scoped(node, set()) if (word := read_word(read)) not in own),
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return (*dict.fromkeys(words),)


def read_word(node: tree.Name | tree.Apply) -> str:
    """Give the name that a node reads, of a value or of a function."""
    return node.text if isinstance(node, tree.Name) else node.function.text


def scoped(node: Any, known: Set[str]) -> Iterator[tuple[tree.Name | tree.Apply, Set[str]]]:
    """Give what reads a name, with the names that are known there: those of lists within these too."""
    stack: list[tuple[Any, Set[str]]] = [(node, known)]
    while stack:
        found, known = stack.pop()
        if type(found) in READ:
            yield found, known
        if isinstance(found, tree.Comprehension):
            inner = known | target_names(found.target)
            stack += [(found.items, known), (found.condition, inner), (found.value, inner)]
        elif isinstance(found, tuple):
            stack += [(part, known) for part in reversed(found)]
        elif isinstance(found, Node):
            stack += [(getattr(found, name), known) for name in found._below]


def bound_in(found: Iterable[Any]) -> Iterator[tree.Word]:
    """Give the names that nodes bind themselves: for values, for a block's inputs, by `as`."""
    for node in found:
        kind = type(node)
        if kind in _NAMED:
            yield node.name
        elif kind in _TARGETED:
            yield from target_words(node.target)
        elif kind in _WITH_INPUTS:
            yield from node.inputs
        if kind in _BINDERS:
            for place in node.bound:
                yield place.name if isinstance(place, tree.Entry) else place


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
    return {read_word(item) for item in nodes(node) if type(item) in READ}


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
