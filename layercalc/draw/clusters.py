"""A diagram for programs that lay it out themselves: boxes in nested clusters, arrows between boxes.

From: a `Graph`. To: a `Cluster` and its arrows. Promises: every box has its own name,
in order; an arrow leads from the box that makes a value, through all frames, to the one
that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple, TypeAlias

from layercalc.draw.diagram import Box, DiagramNode, FramedGraph, Graph


class Arrow(NamedTuple):
    """An arrow between two boxes, with the name of its value, if any."""

    source: str
    target: str
    name: str


@dataclass(slots=True)
class Cluster:
    """The contents of a frame, in order; the outermost cluster has no frame."""

    name: str
    frame: FramedGraph | None
    members: list[ClusterItem] = field(default_factory=list)


ClusterItem: TypeAlias = "tuple[str, Box] | Cluster"


@dataclass(slots=True)
class _Clustering:
    arrows: list[Arrow] = field(default_factory=list)
    boxes: Iterator[int] = field(default_factory=lambda: count(1))
    clusters: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self, cluster: Cluster, graph: Graph, makers: dict[int, str]) -> Mapping[int, str]:
        """Add a graph to a cluster; `makers` are the boxes that make its values."""
        for node in graph.nodes:
            if isinstance(node.item, Box):
                self._box(cluster, graph, node, makers)
                continue
            inner = Cluster(f"g{next(self.clusters)}", node.item)
            cluster.members.append(inner)
            within = node.item.graph
            entering = {
                value: makers[source] for value, source in zip(within.inputs, node.sources, strict=True)
            }
            made = self.fill(inner, within, entering)
            makers |= {value: made[output] for value, output in zip(node.makes, within.outputs, strict=True)}
        return makers

    def _box(self, cluster: Cluster, graph: Graph, node: DiagramNode, makers: dict[int, str]) -> None:
        assert isinstance(node.item, Box)
        name = f"n{next(self.boxes)}"
        cluster.members.append((name, node.item))
        self.arrows += [Arrow(makers[source], name, graph.names.get(source, "")) for source in node.sources]
        makers |= dict.fromkeys(node.makes, name)


def clustered(graph: Graph) -> tuple[Cluster, list[Arrow]]:
    """Make the outermost cluster of a graph, and its arrows.

    >>> relu = Box("layer", ("relu",))
    >>> nodes = DiagramNode(relu, (), (0,)), DiagramNode(relu, (0,), ())
    >>> cluster, arrows = clustered(Graph((), nodes, (), {0: "x"}))
    >>> [name for name, _ in cluster.members], arrows
    (['n1', 'n2'], [Arrow(source='n1', target='n2', name='x')])
    """
    clustering, whole = _Clustering(), Cluster("", None)
    clustering.fill(whole, graph, {})
    return whole, clustering.arrows
