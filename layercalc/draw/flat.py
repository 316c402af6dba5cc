"""A diagram for programs that place it themselves: boxes in groups, arrows from box to box.

From: a `Graph`. To: a `Group` and its arrows. Promises: every box has a name of its own,
in order; an arrow leads from the box that makes a value, through all frames, to the one
that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple, TypeAlias

from layercalc.draw.diagram import Box, Frame, Graph, Node


class Arrow(NamedTuple):
    """An arrow between two boxes, and what the value is called."""

    source: str
    target: str
    name: str


@dataclass(slots=True)
class Group:
    """What stands in a frame, in order; the outermost has no frame."""

    name: str
    frame: Frame | None
    members: list[Member] = field(default_factory=list)


Member: TypeAlias = "tuple[str, Box] | Group"


@dataclass(slots=True)
class _Walk:
    arrows: list[Arrow] = field(default_factory=list)
    boxes: Iterator[int] = field(default_factory=lambda: count(1))
    groups: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self, group: Group, graph: Graph, makers: dict[int, str]) -> Mapping[int, str]:
        """Put a graph into a group; `makers` are the boxes that make its values."""
        for node in graph.nodes:
            if isinstance(node.item, Box):
                self._box(group, graph, node, makers)
                continue
            inner = Group(f"g{next(self.groups)}", node.item)
            group.members.append(inner)
            within = node.item.graph
            entering = {
                value: makers[source] for value, source in zip(within.inputs, node.sources, strict=True)
            }
            made = self.fill(inner, within, entering)
            makers |= {value: made[output] for value, output in zip(node.makes, within.outputs, strict=True)}
        return makers

    def _box(self, group: Group, graph: Graph, node: Node, makers: dict[int, str]) -> None:
        assert isinstance(node.item, Box)
        name = f"n{next(self.boxes)}"
        group.members.append((name, node.item))
        self.arrows += [Arrow(makers[source], name, graph.names.get(source, "")) for source in node.sources]
        makers |= dict.fromkeys(node.makes, name)


def flat(graph: Graph) -> tuple[Group, list[Arrow]]:
    """Give the groups of a whole graph and its arrows.

    >>> relu = Box("layer", ("relu",))
    >>> group, arrows = flat(Graph((), (Node(relu, (), (0,)), Node(relu, (0,), ())), (), {0: "x"}))
    >>> [name for name, _ in group.members], arrows
    (['n1', 'n2'], [Arrow(source='n1', target='n2', name='x')])
    """
    walk, whole = _Walk(), Group("", None)
    walk.fill(whole, graph, {})
    return whole, walk.arrows
