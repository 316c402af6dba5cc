"""The layout of a diagram: the sizes of its parts from the inside out, then their places.

From: a `Diagram`. To: a `Scene`. Promises: no two boxes overlap, what is in a frame lies
within it, every wire ends at the box that reads it; nothing depends on fonts at hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from layercalc import limits
from layercalc.draw.diagram import Box, DiagramNode, FramedGraph, Graph, boxes
from layercalc.draw.layered import layered_piece
from layercalc.draw.metrics import LINE, SIZE, text_width
from layercalc.draw.piece import Label, Path, Piece, Port, Scene, moved_right, scene
from layercalc.draw.ports import Connector, box_piece, connectors, wire_piece, with_ports
from layercalc.draw.series_parallel import Parallel, Rigid, SeriesPart, Wire, decomposition
from layercalc.draw.stack import chain, side_by_side

#: The margin inside a frame, and the space above for its title.
FRAME, TITLE = 12.0, 22.0
#: The page that a picture is to fit, as width over height; a height that always fits.
SHAPE, LOW = 1.5, 520.0
#: Heights tried for several columns, as shares of the height in one column.
SHARES = (0.7, 0.55, 0.45, 0.37, 0.3, 0.25, 0.21, 0.18, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04)
#: A picture with more boxes is laid out only once in columns.
MANY = 1000


def layout(graph: Graph) -> Scene:
    """Place a graph; a series that is too high for a page continues in further columns.

    >>> from layercalc.draw.diagram import Box, DiagramNode
    >>> relu = Box("layer", ("relu",))
    >>> placed = layout(Graph((), (DiagramNode(relu, (), (0,)), DiagramNode(relu, (0,), ())), ()))
    >>> [(box.x, box.y) for box in placed.boxes]
    [(0.0, 0.0), (0.0, 40.0)]
    """
    with limits.deep_recursion():
        known: dict[DiagramNode | Rigid, Piece] = {}
        parts: dict[Graph, SeriesPart] = {}
        best = natural = _Layout(math.inf, known, parts).graph(graph)
        shares = SHARES if sum(1 for _ in boxes(graph)) <= MANY else SHARES[-1:]
        for share in shares if natural.height > max(natural.width / SHAPE, LOW) else ():
            best = min(best, _Layout(natural.height * share, known, parts).graph(graph), key=_extent)
        return scene(best)


def _extent(piece: Piece) -> float:
    """Measure how far a piece must be scaled down to fit a page."""
    return max(piece.width / SHAPE, piece.height)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Makes pieces of graphs, series and frames, none higher than `highest` in one column.

    `known` caches what was laid out in one column; what is low enough is used again.
    """

    highest: float
    known: dict[DiagramNode | Rigid, Piece]
    parts: dict[Graph, SeriesPart]

    def graph(self, graph: Graph, names: Sequence[str] = ()) -> Piece:
        """Lay out a graph; its ports are numbered like its inputs and outputs, which `names` name."""
        vertices = [self._item(graph, node) for node in graph.nodes]
        if graph not in self.parts:
            self.parts[graph] = decomposition(graph)
        inner = self._series(graph, vertices, self.parts[graph])
        return with_ports(graph, inner, names) if graph.inputs or graph.outputs else inner

    def _series(self, graph: Graph, vertices: Sequence[Piece], series: SeriesPart) -> Piece:
        """Lay out a series from top to bottom; entry ports are keyed by values, exit ports by slots."""
        pieces: list[Piece] = []
        joins: list[Connector] = []
        last = len(series.segments) - 1
        for place, segment in enumerate(series.segments):
            into, out = connectors(graph, segment)
            if not isinstance(segment, Wire):
                pieces.append(self._segment(graph, vertices, segment))
                joins += [into] * (place > 0) + [out] * (place < last)
            elif 0 < place < last:
                joins.append(into)
            if place < last:
                pieces.append(vertices[series.vertices[place]])
        if not pieces:
            return wire_piece(series.segments[0])
        return _keyed(series, chain(pieces, joins, self.highest))

    def _segment(self, graph: Graph, vertices: Sequence[Piece], segment: Parallel | Rigid) -> Piece:
        def series(series: SeriesPart) -> Piece:
            return self._series(graph, vertices, series)

        if isinstance(segment, Parallel):
            return side_by_side([*map(series, segment.parts)])
        known = self.known.get(segment)
        if known is not None and max(part.height for _, _, part in known.parts) <= self.highest:
            return known
        made = layered_piece(graph, segment, vertices, series)
        return made if known is not None else self.known.setdefault(segment, made)

    def _item(self, graph: Graph, node: DiagramNode) -> Piece:
        known = self.known.get(node)
        if known is not None and (known.height <= self.highest or isinstance(node.item, Box)):
            return known
        names = [graph.names.get(value, "") for value in node.makes]
        if isinstance(node.item, Box):
            made = box_piece(node, node.item, names)
        else:
            made = _framed(node, node.item, self.graph(node.item.graph, names))
        return made if known is not None else self.known.setdefault(node, made)


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


def _framed(node: DiagramNode, frame: FramedGraph, inner: Piece) -> Piece:
    """Put a frame around a piece, with its title and notes where no wire passes."""
    title = text_width(frame.title, bold=True)
    notes = max((text_width(note) for note in frame.notes), default=0.0)
    head, foot = _beside(inner.entries, title), _beside(inner.exits, notes)
    width = max(inner.width, head + title, foot + notes) + 2 * FRAME
    down = TITLE + inner.height
    whole = Piece(width, down + max(FRAME, len(frame.notes) * LINE + 6), FRAME + inner.axis, item=frame)
    whole.leave = FRAME + inner.axis_out
    whole.parts.append((FRAME, TITLE, inner))
    entries, exits = moved_right(inner.entries, FRAME), moved_right(inner.exits, FRAME)
    whole.paths += [Path(((port.x, 0), (port.x, TITLE))) for port in entries]
    whole.paths += [Path(((port.x, down), (port.x, whole.height))) for port in exits]
    whole.entries = tuple(Port(slot, port.x) for slot, port in enumerate(entries))
    whole.exits = tuple(Port(value, port.x) for value, port in zip(node.makes, exits, strict=True))
    whole.labels.append(Label(FRAME + head, SIZE + 4, frame.title))
    below = enumerate(frame.notes, start=1)
    whole.labels += [Label(FRAME + foot, down + number * LINE - 1, note) for number, note in below]
    return whole


def _beside(ports: Sequence[Port], text: float) -> float:
    """Find a place for a text that no wire crosses: left of the wires, or right of them."""
    fits = not ports or text + 10 <= min(port.x for port in ports)
    return 0 if fits else max(port.x for port in ports) + 8
