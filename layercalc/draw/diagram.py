"""What a block diagram shows, as data: boxes and frames, wired by numbered values.

From: nothing (plain data). To: `build` makes it, the layout and the writers read it.
It has no places and no sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

BoxKind: TypeAlias = Literal["layer", "merge", "shut", "plain", "end"]
FrameKind: TypeAlias = Literal["block", "repeat"]

#: Signs that steer, which no form of a picture can hold; and halves of signs.
_UNWRITABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """A layer, a merge, a block kept shut, an identity (`plain`), or an end of the network.

    The first line is its name.
    """

    kind: BoxKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame around a graph: a block, or a repeat with its count; notes stand below the graph."""

    kind: FrameKind
    title: str
    graph: Graph
    notes: tuple[str, ...] = ()


Item: TypeAlias = Box | Frame


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """An item in its place: the values that it takes, in order, and those that it makes."""

    item: Item
    sources: tuple[int, ...]
    makes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes wired by numbered values, of which some enter and some leave; some bear names."""

    inputs: tuple[int, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture: its title, lines below it, the graph, and lines at its foot."""

    title: str
    heading: tuple[str, ...]
    graph: Graph
    legend: tuple[str, ...]


def writable(text: str) -> str:
    r"""Give a text as every form of a picture can hold it.

    >>> writable("a\x00b")
    'a\ufffdb'
    """
    return _UNWRITABLE.sub("\ufffd", text)


def boxes(graph: Graph) -> Iterator[Box]:
    """Give the boxes of a graph and of the frames in it, in order."""
    for node in graph.nodes:
        if isinstance(node.item, Box):
            yield node.item
        else:
            yield from boxes(node.item.graph)
