"""The directed graph that layered drawing starts from: pieces as vertices, wires as arcs.

From: a rigid part. To: its vertices, each with its arcs to those above and below.
It gives them no row, no order and no place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from layercalc.draw.diagram import Graph
from layercalc.draw.direction import Direction
from layercalc.draw.piece import Piece, Port
from layercalc.draw.series_parallel import Edge, Rigid, SeriesPart, Wire

#: The width of a dummy vertex, or of the end of a wire.
PASSING = 12.0


@dataclass(slots=True, eq=False)
class Vertex:
    """A piece in a row, an end of the graph, or a dummy on a long wire; `x` is the place of its axis."""

    piece: Piece
    row: int = 0
    x: float = 0
    is_dummy: bool = False
    above: list[Arc] = field(default_factory=list)
    below: list[Arc] = field(default_factory=list)

    def port(self, port: Port) -> float:
        """Give the place of a port."""
        return self.x - self.piece.axis + port.x


@dataclass(slots=True, eq=False)
class Arc:
    """A wire from an exit of a vertex to an entry of another in a lower row."""

    upper: Vertex
    exit: Port
    lower: Vertex
    entry: Port
    net: Hashable
    name: str = ""


def dummy_piece(key: int, named: float = 0) -> Piece:
    """Make an end of a graph or a dummy vertex: only a port, and the room for its name."""
    ports = (Port(key, PASSING / 2),)
    return Piece(PASSING + named, 0, PASSING / 2, ports, ports)


@dataclass(slots=True)
class LayeredGraph:
    """A rigid part as a directed graph: values come in at its sources and go out at its sinks."""

    graph: Graph
    rigid: Rigid
    pieces: Mapping[int, Piece]
    direction: Direction
    sources: dict[int, Vertex] = field(default_factory=dict)
    sinks: dict[int, Vertex] = field(default_factory=dict)
    inner: dict[int, Vertex] = field(default_factory=dict)
    parts: list[Vertex] = field(default_factory=list)

    def add(self, edge: Edge, series: Callable[[SeriesPart], Piece]) -> None:
        """Add the arcs of an edge, and a vertex for what stands on it."""
        segment = edge.series.segments[0]
        if not edge.series.vertices and isinstance(segment, Wire):
            if segment.value is not None and segment.slot is not None:
                upper, lower = self._upper(edge.source, segment.value), self._lower(edge.target, segment.slot)
                self._arc(upper, lower, segment.value)
            return
        vertex = Vertex(series(edge.series))
        self.parts.append(vertex)
        for port in vertex.piece.entries:
            self._arc(self._upper(edge.source, port.key), (vertex, port), port.key)
        for port in vertex.piece.exits:
            self._arc((vertex, port), self._lower(edge.target, port.key), (edge.target, port.key))

    def _upper(self, source: int, value: int) -> tuple[Vertex, Port]:
        """Find the port at which a value leaves a vertex."""
        if source == self.rigid.source:
            if value not in self.sources:
                named = self.direction.beside(self.graph.names.get(value, ""))
                self.sources[value] = Vertex(dummy_piece(value, named))
            vertex = self.sources[value]
        else:
            vertex = self._inner(source)
        return vertex, next(port for port in vertex.piece.exits if port.key == value)

    def _lower(self, target: int, slot: int) -> tuple[Vertex, Port]:
        """Find the port at which a vertex reads a value."""
        if target == self.rigid.target:
            vertex = self.sinks.setdefault(slot, Vertex(dummy_piece(slot)))
        else:
            vertex = self._inner(target)
        return vertex, next(port for port in vertex.piece.entries if port.key == slot)

    def _inner(self, number: int) -> Vertex:
        if number not in self.inner:
            self.inner[number] = Vertex(self.pieces[number])
        return self.inner[number]

    def _arc(self, upper: tuple[Vertex, Port], lower: tuple[Vertex, Port], net: Hashable) -> None:
        at_end = upper[0] in self.sources.values()  # there the name stands above the wire
        name = self.graph.names.get(net, "") if isinstance(net, int) and not at_end else ""
        made = Arc(*upper, *lower, net, name)
        upper[0].below.append(made)
        lower[0].above.append(made)
