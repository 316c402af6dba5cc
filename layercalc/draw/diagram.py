"""A block diagram as data: boxes and frames, wired by numbered values.

From: nothing (plain data). To: `build` makes it, the layout and the writers read it.
It has no places and no sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

BoxKind: TypeAlias = Literal["layer", "merge", "shut", "plain", "end"]
FrameKind: TypeAlias = Literal["block", "repeat"]


@dataclass(frozen=True, slots=True)
class Box:
    """A layer, a merge, a closed block (`shut`), an identity (`plain`), or an end of the network.

    The first line is its name.
    """

    kind: BoxKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FramedGraph:
    """A frame around a graph: an open block, or a repeat with its count; notes go below the graph."""

    kind: FrameKind
    title: str
    graph: Graph
    notes: tuple[str, ...] = ()


Item: TypeAlias = Box | FramedGraph


@dataclass(frozen=True, slots=True, eq=False)
class DiagramNode:
    """A box or a frame in a graph, with the values that it reads and those that it makes, in order."""

    item: Item
    sources: tuple[int, ...]
    makes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes wired by numbered values: those that enter, those that leave, and the names of some."""

    inputs: tuple[int, ...]
    nodes: tuple[DiagramNode, ...]
    outputs: tuple[int, ...]
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture: its title, lines below it, the graph, and lines at its foot."""

    title: str
    heading: tuple[str, ...]
    graph: Graph
    legend: tuple[str, ...]


def boxes(graph: Graph) -> Iterator[Box]:
    """List the boxes of a graph, those inside its frames included, in order."""
    for node in graph.nodes:
        if isinstance(node.item, Box):
            yield node.item
        else:
            yield from boxes(node.item.graph)
