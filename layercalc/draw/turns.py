"""Where a network turns: resolutions fall and rise again, beside a skip from one side to the other.

From: a graph and its decomposition. To: the `Turn` of its series, or None. A series with one turn is
drawn as a U. Promises: the wires that enter and leave it, its fork and its join are single ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from layercalc.draw.diagram import Box, DiagramNode, FramedGraph, Graph
from layercalc.draw.series_parallel import Parallel, Rigid, SeriesPart, Wire, decomposition

#: How much less, as a logarithm, the least size within a part is than those at its ends: half of an image.
FALL = 0.9


class Turn(NamedTuple):
    """A turn at a segment of a series, with the part that falls and rises and the skip beside it.

    Or, where these are None, at a vertex: a frame in which it is.
    """

    place: int
    deep: SeriesPart | None = None
    skip: SeriesPart | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """Finds turns, and remembers the decompositions and the answers."""

    parts: dict[Graph, SeriesPart] = field(default_factory=dict)
    framed: dict[Graph, bool] = field(default_factory=dict)

    def decomposed(self, graph: Graph) -> SeriesPart:
        """Decompose a graph once."""
        if graph not in self.parts:
            self.parts[graph] = decomposition(graph)
        return self.parts[graph]

    def is_turned(self, graph: Graph) -> bool:
        """Tell whether the graph of a frame is drawn as a U, with its entry and its exit above."""
        if graph not in self.framed:
            single = len(graph.inputs) == len(graph.outputs) == 1
            self.framed[graph] = single and self.turn(graph, self.decomposed(graph)) is not None
        return self.framed[graph]

    def turn(self, graph: Graph, series: SeriesPart) -> Turn | None:
        """Find the only turn of a series, None where it has none or several."""
        found = [*self._turns(graph, series)]
        if len(found) != 1 or not isinstance(series.segments[-1], Wire):
            return None
        return found[0] if found[0].place == 0 or isinstance(series.segments[0], Wire) else None

    def _turns(self, graph: Graph, series: SeriesPart) -> Iterator[Turn]:
        for place, vertex in enumerate(series.vertices):
            node = graph.nodes[vertex]
            if isinstance(node.item, FramedGraph) and _is_single(node) and self.is_turned(node.item.graph):
                yield Turn(place)
        for place, segment in enumerate(series.segments[:-1]):
            if isinstance(segment, Parallel) and (turn := self._around(graph, place, segment)) is not None:
                yield turn

    def _around(self, graph: Graph, place: int, segment: Parallel) -> Turn | None:
        """Tell whether one of two parallel parts falls and rises again, and the other does not."""
        if len(segment.parts) != 2:
            return None
        one, other = segment.parts
        ends = [wire for part in (one, other) for wire in (part.segments[0], part.segments[-1])]
        if not all(
            isinstance(wire, Wire) and wire.value is not None and wire.slot is not None for wire in ends
        ):
            return None
        if len({wire.value for wire in ends[::2] if isinstance(wire, Wire)}) > 1:
            return None
        falls = [self.falls(graph, part) for part in (one, other)]
        if falls[0] == falls[1]:
            return None
        deep, skip = (one, other) if falls[0] else (other, one)
        return Turn(place, deep, skip) if _is_line(graph, skip) else None

    def falls(self, graph: Graph, part: SeriesPart) -> bool:
        """Tell whether sizes fall within a part below those at both its ends."""
        first, last = part.segments[0], part.segments[-1]
        ends = [
            graph.levels.get(end.value)
            for end in (first, last)
            if isinstance(end, Wire) and end.value is not None
        ]
        within = [*self._levels(graph, part)]
        known = [level for level in ends if level is not None]
        return len(known) == 2 and bool(within) and min(within) < min(known) - FALL

    def _levels(self, graph: Graph, part: SeriesPart) -> Iterator[float]:
        """Give the sizes of what the boxes in a part make."""
        for vertex in part.vertices:
            node = graph.nodes[vertex]
            yield from (graph.levels[value] for value in node.makes if value in graph.levels)
            if isinstance(node.item, FramedGraph):
                inner = node.item.graph
                yield from self._levels(inner, self.decomposed(inner))
        for segment in part.segments:
            if isinstance(segment, Parallel):
                for inside in segment.parts:
                    yield from self._levels(graph, inside)
            elif isinstance(segment, Rigid):
                for edge in segment.edges:
                    yield from self._levels(graph, edge.series)

    def lowest(self, graph: Graph, part: SeriesPart) -> int:
        """Give the place in a part behind which sizes only rise: the left arm of its U ends there."""
        levels = [
            min(
                (graph.levels[value] for value in graph.nodes[vertex].makes if value in graph.levels),
                default=0.0,
            )
            for vertex in part.vertices
        ]
        least = min(levels)
        place = max(number for number, level in enumerate(levels) if level <= least)
        while place + 1 < len(part.vertices) and not isinstance(part.segments[place + 1], Wire):
            place += 1
        return place


def _is_line(graph: Graph, part: SeriesPart) -> bool:
    """Tell whether a part is a wire with nothing but boxes on it."""
    nodes = [graph.nodes[vertex] for vertex in part.vertices]
    alone = all(isinstance(node.item, Box) and _is_single(node) for node in nodes)
    return alone and all(isinstance(segment, Wire) for segment in part.segments)


def _is_single(node: DiagramNode) -> bool:
    return len(node.sources) == len(node.makes) == 1
