"""Blocks that members call by other names, but that are built alike, get the name that the first gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from layercalc.errors import Source, Span
from layercalc.lifting.likeness import EXPRESSIONS
from layercalc.lifting.members import Member
from layercalc.lifting.pieces import Pieces, spliced
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.walk import nodes


def renamed(members: Sequence[Member]) -> list[Member]:
    """Give members in which blocks that are built alike have one name."""
    first, *others = members
    return [first, *(_renamed(first, other) for other in others)]


def _renamed(first: Member, other: Member) -> Member:
    names = dict(_pairs(_blocks(first), _blocks(other)))
    if not names:
        return other
    parts: list[tuple[Span, Pieces]] = [
        (word.span, [names[word.text]]) for word in _words(other.tree) if word.text in names
    ]
    source = other.tree.span.source
    text = "".join(map(str, spliced(Span(source, 0, len(source.text)), parts)))
    program = assemble(Source(source.name, text), other.path)
    return other._replace(program=program, network=resolve(program))


def _blocks(member: Member) -> dict[str, tree.Block]:
    return {item.name.text: item for item in member.tree.items if isinstance(item, tree.Block)}


def _words(spec: tree.Spec) -> Iterator[tree.Word]:
    """Give the words by which blocks are declared and called."""
    return (node.name for node in nodes(spec) if isinstance(node, tree.Block | tree.Call))


def _pairs(mine: dict[str, tree.Block], theirs: dict[str, tree.Block]) -> Iterator[tuple[str, str]]:
    """Pair the blocks that only one of two members has, in order, with those built alike in the other."""
    free = {name: _outline(block, mine) for name, block in mine.items() if name not in theirs}
    for name, block in theirs.items():
        if name not in mine:
            outline = _outline(block, theirs)
            found = next((other for other, known in free.items() if known == outline), None)
            if found is not None:
                del free[found]
                yield name, found


def _outline(node: Any, blocks: dict[str, tree.Block]) -> object:
    """Give how a block is built: all but its name, the names of the blocks that it calls, and values."""
    if isinstance(node, EXPRESSIONS) or node is None:
        return None
    if isinstance(node, tuple):
        return tuple(_outline(part, blocks) for part in node)
    if isinstance(node, tree.Word):
        return node.text
    if not isinstance(node, Node):
        return node
    fields = [name for name in node._fields if name != "span"]
    if isinstance(node, tree.Block) or (isinstance(node, tree.Call) and node.name.text in blocks):
        fields.remove("name")
    return type(node), *(_outline(getattr(node, name), blocks) for name in fields)
