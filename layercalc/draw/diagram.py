"""A block diagram as data: boxes and frames, wired by numbered values.

From: nothing (plain data). To: `build` makes it, the layout and the writers read it.
It has no places and no sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from layercalc.errors import Span

BoxKind: TypeAlias = Literal["layer", "merge", "shut", "plain", "end"]
FrameKind: TypeAlias = Literal["block", "repeat", "round"]


@dataclass(frozen=True, slots=True)
class Box:
    """A layer, a merge, a closed block (`shut`), an identity (`plain`), or an end of the network.

    The first line is its name. `told` is what a reader who asks for more is shown, `shape` what
    leaves it, which `lines` leave out where it is plain. `span` is where it is written, which is
    no part of what it is.
    """

    kind: BoxKind
    lines: tuple[str, ...]
    told: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FramedGraph:
    """A frame around a graph: an open block, a repeat with its count, or one round; notes go below the graph.

    `alike` counts the frames that it stands for; `loop` tells the rounds of one loop from others.
    """

    kind: FrameKind
    title: str
    graph: Graph
    notes: tuple[str, ...] = ()
    alike: int = 1
    loop: object = None


Item: TypeAlias = Box | FramedGraph


@dataclass(frozen=True, slots=True, eq=False)
class DiagramNode:
    """A box or a frame in a graph, with the values that it reads and those that it makes, in order."""

    item: Item
    sources: tuple[int, ...]
    makes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes wired by numbered values: those that enter, those that leave, and the names of some.

    `shapes` tells the shapes of values, and `levels` how large they are in space, as logarithms.
    """

    inputs: tuple[int, ...]
    nodes: tuple[DiagramNode, ...]
    outputs: tuple[int, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    shapes: Mapping[int, str] = field(default_factory=dict, repr=False)
    levels: Mapping[int, float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture, down or to the `right`: its title, lines below it, the graph, and lines at its foot."""

    title: str
    heading: tuple[str, ...]
    graph: Graph
    legend: tuple[str, ...]
    right: bool = False


def wired(graph: Graph) -> set[int]:
    """Give the values that something in a graph reads, or that leave it."""
    return {*graph.outputs, *(value for node in graph.nodes for value in node.sources)}


def boxes(graph: Graph) -> Iterator[Box]:
    """List the boxes of a graph, those inside its frames included, in order."""
    for node in graph.nodes:
        if isinstance(node.item, Box):
            yield node.item
        else:
            yield from boxes(node.item.graph)
