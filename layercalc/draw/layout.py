"""The layout of a diagram: the sizes of its parts from the inside out, then their places.

From: a `Diagram`. To: a `Scene`. Promises: no two boxes overlap, what is in a frame lies
within it, every wire ends at the box that reads it; nothing depends on fonts at hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from layercalc import limits
from layercalc.draw.diagram import Box, DiagramNode, Graph, boxes
from layercalc.draw.direction import DOWN, Direction
from layercalc.draw.frames import framed
from layercalc.draw.layered import layered_piece
from layercalc.draw.piece import Piece, Scene, scene
from layercalc.draw.ports import Connector, box_piece, connectors, wire_piece, with_ports
from layercalc.draw.series_parallel import Parallel, Rigid, SeriesPart, Wire
from layercalc.draw.stack import chain, side_by_side
from layercalc.draw.turned import Turned, keyed
from layercalc.draw.turns import Turn, Turns
from layercalc.draw.u_shape import straightened

#: The page that a picture is to fit, as width over height; a height that always fits.
SHAPE, LOW = 1.5, 520.0
#: Heights tried for several columns, as shares of the height in one column.
SHARES = (0.7, 0.55, 0.45, 0.37, 0.3, 0.25, 0.21, 0.18, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04)
#: A picture with more boxes is laid out only once in columns.
MANY = 1000


def layout(graph: Graph, direction: Direction = DOWN) -> Scene:
    """Place a graph; a series that is too high for a page continues in further columns.

    >>> from layercalc.draw.diagram import Box, DiagramNode
    >>> relu = Box("layer", ("relu",))
    >>> placed = layout(Graph((), (DiagramNode(relu, (), (0,)), DiagramNode(relu, (0,), ())), ()))
    >>> [(box.x, box.y) for box in placed.boxes]
    [(0.0, 0.0), (0.0, 40.0)]

    Where `direction` is RIGHT, it goes to the right, and continues in further rows.
    """
    with limits.deep_recursion():
        known: dict[DiagramNode | Rigid, Piece] = {}
        turns = Turns()

        def tried(highest: float) -> Piece:
            return straightened(_Layout(highest, known, turns, direction).graph(graph))

        best = natural = tried(math.inf)
        shares = SHARES if sum(1 for _ in boxes(graph)) <= MANY else SHARES[-1:]
        width, height = direction.flow(natural.width, natural.height)
        high = width > height * SHAPE and width > LOW if direction.right else height > max(width / SHAPE, LOW)
        for share in shares if high else ():
            best = min(best, tried(natural.height * share), key=partial(_extent, direction))
        return scene(best, direction.right)


def _extent(direction: Direction, piece: Piece) -> float:
    """Measure how far a piece must be scaled down to fit a page."""
    width, height = direction.flow(piece.width, piece.height)
    return max(width / SHAPE, height)


class _Pieces(Mapping[int, Piece]):
    """The pieces of the nodes of a graph, each made when it is asked for, with its exit on its lower side."""

    def __init__(self, layout: _Layout, graph: Graph) -> None:
        self.layout, self.graph, self.made = layout, graph, dict[int, Piece]()

    def __getitem__(self, number: int) -> Piece:
        if number not in self.made:
            self.made[number] = straightened(self.layout.item(self.graph, self.graph.nodes[number]))
        return self.made[number]

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def __len__(self) -> int:
        return len(self.graph.nodes)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Makes pieces of graphs, series and frames, none higher than `highest` in one column.

    `known` caches what was laid out in one column; what is low enough is used again.
    """

    highest: float
    known: dict[DiagramNode | Rigid, Piece]
    turns: Turns
    direction: Direction

    def graph(self, graph: Graph, names: Sequence[str] = (), least: float = 0) -> Piece:
        """Lay out a graph; its ports are numbered like its inputs and outputs, which `names` name.

        The ends of one that is turned are at least so far apart.
        """
        pieces, series = _Pieces(self, graph), self.turns.decomposed(graph)
        turn = self.turns.turn(graph, series)
        if turn is None:
            inner = self._series(graph, pieces, series)
        else:
            inner = self._turned(graph, pieces, series, turn, least)
            if self.turns.is_turned(graph):
                return inner
            inner = straightened(inner) if graph.inputs or graph.outputs else inner
        return with_ports(graph, inner, names, self.direction) if graph.inputs or graph.outputs else inner

    def _series(self, graph: Graph, pieces: Mapping[int, Piece], series: SeriesPart) -> Piece:
        """Lay out a series from top to bottom; entry ports are keyed by values, exit ports by slots."""
        if (turn := self.turns.turn(graph, series)) is not None:
            return straightened(self._turned(graph, pieces, series, turn))
        if not series.vertices and isinstance(series.segments[0], Wire):
            return wire_piece(series.segments[0])
        return _keyed(series, self._chain(graph, pieces, series, self.highest))

    def _chain(self, graph: Graph, pieces: Mapping[int, Piece], series: SeriesPart, highest: float) -> Piece:
        """Stack what is in a series, with the ports of its first and its last piece."""
        stacked: list[Piece] = []
        joins: list[Connector] = []
        last = len(series.segments) - 1
        for place, segment in enumerate(series.segments):
            into, out = connectors(graph, segment)
            if not isinstance(segment, Wire):
                stacked.append(self._segment(graph, pieces, segment))
                joins += [into] * (place > 0) + [out] * (place < last)
            elif 0 < place < last:
                joins.append(into)
            if place < last:
                stacked.append(pieces[series.vertices[place]])
        end = series.segments[-1]
        if isinstance(end, Wire) and math.isfinite(highest):  # in columns, wires lead on from all exits
            exits = tuple(port for port in stacked[-1].exits if port.key == end.value)
            stacked[-1] = replace(stacked[-1], exits=exits)
        return chain(stacked, joins, highest, self.direction)

    def _segment(self, graph: Graph, pieces: Mapping[int, Piece], segment: Parallel | Rigid) -> Piece:
        def series(series: SeriesPart) -> Piece:
            return self._series(graph, pieces, series)

        if isinstance(segment, Parallel):
            return side_by_side([*map(series, segment.parts)])
        known = self.known.get(segment)
        if known is not None and max(part.height for _, _, part in known.parts) <= self.highest:
            return known
        made = layered_piece(graph, segment, pieces, series, self.direction)
        return made if known is not None else self.known.setdefault(segment, made)

    def _turned(
        self, graph: Graph, pieces: Mapping[int, Piece], series: SeriesPart, turn: Turn, least: float = 0
    ) -> Piece:
        """Lay out a series as a U around its turn."""

        def chain(part: SeriesPart) -> Piece:
            return self._chain(graph, pieces, part, math.inf)

        made = Turned(graph, pieces, chain, partial(self.item, graph), self.turns, self.direction)
        return keyed(series, made.piece(series, turn, least))

    def item(self, graph: Graph, node: DiagramNode, least: float = 0) -> Piece:
        """Lay out a node; the ends of one that is turned are at least so far apart."""
        known = self.known.get(node) if not least else None
        if known is not None and (known.height <= self.highest or isinstance(node.item, Box)):
            return known
        names = [graph.names.get(value, "") for value in node.makes]
        if isinstance(node.item, Box):
            made = box_piece(node, node.item, names, self.direction)
        else:
            inner = self.graph(node.item.graph, names, least)
            made = framed(node.item, inner, node.makes, self.direction)
        return made if known is not None or least else self.known.setdefault(node, made)


def _keyed(series: SeriesPart, piece: Piece) -> Piece:
    """Key the ports of a series by the value that enters it and the slot that it leads to."""
    first, last = series.segments[0], series.segments[-1]
    if isinstance(first, Wire):
        slot, value = first.slot, first.value
        ports = [port for port in piece.entries if port.key == slot]
        piece.entries = tuple(port._replace(key=value) for port in ports if value is not None)
    if isinstance(last, Wire):
        slot, value = last.slot, last.value
        ports = [port for port in piece.exits if port.key == value]
        piece.exits = tuple(port._replace(key=slot) for port in ports if slot is not None)
    return piece
