"""A diagram as a scene: sizes from the inside out, then places.

From: a `Diagram`. To: a `Scene`. Promises: no two boxes overlap, what is in a frame lies
within it, every wire ends at the box that reads it; nothing depends on fonts at hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from layercalc import limits
from layercalc.draw.diagram import Box, Frame, Graph, Node, boxes
from layercalc.draw.joints import Joins, box_piece, ended, joints, plain_piece
from layercalc.draw.lanes import Bundle, Lane, Tangle, Wire, whole_lane
from layercalc.draw.metrics import LINE, SIZE, text_width
from layercalc.draw.piece import Label, Path, Piece, Pin, Scene, pinned, scene
from layercalc.draw.rows import crossing
from layercalc.draw.stack import chain, side_by_side

#: Around what is in a frame, and above it, where its title stands.
FRAME, TITLE = 12.0, 22.0
#: The page that a picture shall fit, width by height; the height that always does.
SHAPE, LOW = 1.5, 520.0
#: The shares of the height of one column that are tried for the height of several.
SHARES = (0.7, 0.55, 0.45, 0.37, 0.3, 0.25, 0.21, 0.18, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04)
#: Boxes of a picture that is not laid out many times over.
MANY = 1000


def layout(graph: Graph) -> Scene:
    """Place a graph: chains too high for a page go on in further columns.

    >>> from layercalc.draw.diagram import Box, Node
    >>> relu = Box("layer", ("relu",))
    >>> placed = layout(Graph((), (Node(relu, (), (0,)), Node(relu, (0,), ())), ()))
    >>> [(box.x, box.y) for box in placed.boxes]
    [(0.0, 0.0), (0.0, 40.0)]
    """
    with limits.deep_recursion():
        known: dict[Node | Tangle, Piece] = {}
        lanes: dict[Graph, Lane] = {}
        best = natural = _Layout(math.inf, known, lanes).graph(graph)
        shares = SHARES if sum(1 for _ in boxes(graph)) <= MANY else SHARES[-1:]
        for share in shares if natural.height > max(natural.width / SHAPE, LOW) else ():
            best = min(best, _Layout(natural.height * share, known, lanes).graph(graph), key=_extent)
        return scene(best)


def _extent(piece: Piece) -> float:
    """Tell how far a piece must be scaled down to fit a page."""
    return max(piece.width / SHAPE, piece.height)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Makes pieces of graphs, lanes and frames, with chains at most so high.

    `known` keeps what has been laid out once, in one column: what is low enough stays as it is.
    """

    highest: float
    known: dict[Node | Tangle, Piece]
    lanes: dict[Graph, Lane]

    def graph(self, graph: Graph, names: Sequence[str] = ()) -> Piece:
        """Lay out a graph; its pins are numbered as its inputs, and as its outputs, which bear names."""
        stops = [self._item(graph, node) for node in graph.nodes]
        if graph not in self.lanes:
            self.lanes[graph] = whole_lane(graph)
        inner = self._lane(graph, stops, self.lanes[graph])
        return ended(graph, inner, names) if graph.inputs or graph.outputs else inner

    def _lane(self, graph: Graph, stops: Sequence[Piece], lane: Lane) -> Piece:
        """Lay out a lane: what is on it below each other; its pins bear values, and slots."""
        pieces: list[Piece] = []
        joins: list[Joins] = []
        last = len(lane.links) - 1
        for place, link in enumerate(lane.links):
            into, out = joints(graph, link)
            if not isinstance(link, Wire):
                pieces.append(self._link(graph, stops, link))
                joins += [into] * (place > 0) + [out] * (place < last)
            elif 0 < place < last:
                joins.append(into)
            if place < last:
                pieces.append(stops[lane.stops[place]])
        if not pieces:
            return plain_piece(lane.links[0])
        return _keyed(lane, chain(pieces, joins, self.highest))

    def _link(self, graph: Graph, stops: Sequence[Piece], link: Bundle | Tangle) -> Piece:
        def lane(lane: Lane) -> Piece:
            return self._lane(graph, stops, lane)

        if isinstance(link, Bundle):
            return side_by_side([*map(lane, link.lanes)])
        known = self.known.get(link)
        if known is not None and max(part.height for _, _, part in known.parts) <= self.highest:
            return known
        made = crossing(graph, link, stops, lane)
        return made if known is not None else self.known.setdefault(link, made)

    def _item(self, graph: Graph, node: Node) -> Piece:
        known = self.known.get(node)
        if known is not None and (known.height <= self.highest or isinstance(node.item, Box)):
            return known
        names = [graph.names.get(value, "") for value in node.makes]
        if isinstance(node.item, Box):
            made = box_piece(node, node.item, names)
        else:
            made = _framed(node, node.item, self.graph(node.item.graph, names))
        return made if known is not None else self.known.setdefault(node, made)


def _keyed(lane: Lane, piece: Piece) -> Piece:
    """Let the pins of a lane bear the value that enters it and the slot that it leads to."""
    first, last = lane.links[0], lane.links[-1]
    if isinstance(first, Wire):
        slot, value = first.slot, first.value
        pins = [pin for pin in piece.entries if pin.key == slot]
        piece.entries = tuple(pin._replace(key=value) for pin in pins if value is not None)
    if isinstance(last, Wire):
        slot, value = last.slot, last.value
        pins = [pin for pin in piece.exits if pin.key == value]
        piece.exits = tuple(pin._replace(key=slot) for pin in pins if slot is not None)
    return piece


def _framed(node: Node, frame: Frame, inner: Piece) -> Piece:
    """Put a frame around a piece, with its title and notes where no wire passes."""
    title = text_width(frame.title, bold=True)
    notes = max((text_width(note) for note in frame.notes), default=0.0)
    head, foot = _beside(inner.entries, title), _beside(inner.exits, notes)
    width = max(inner.width, head + title, foot + notes) + 2 * FRAME
    down = TITLE + inner.height
    whole = Piece(width, down + max(FRAME, len(frame.notes) * LINE + 6), FRAME + inner.axis, item=frame)
    whole.leave = FRAME + inner.axis_out
    whole.parts.append((FRAME, TITLE, inner))
    entries, exits = pinned(inner.entries, FRAME), pinned(inner.exits, FRAME)
    whole.paths += [Path(((pin.x, 0), (pin.x, TITLE))) for pin in entries]
    whole.paths += [Path(((pin.x, down), (pin.x, whole.height))) for pin in exits]
    whole.entries = tuple(Pin(slot, pin.x) for slot, pin in enumerate(entries))
    whole.exits = tuple(Pin(value, pin.x) for value, pin in zip(node.makes, exits, strict=True))
    whole.labels.append(Label(FRAME + head, SIZE + 4, frame.title))
    below = enumerate(frame.notes, start=1)
    whole.labels += [Label(FRAME + foot, down + number * LINE - 1, note) for number, note in below]
    return whole


def _beside(pins: Sequence[Pin], text: float) -> float:
    """Find where a text goes that no wire shall cross: left of the wires, else right of them."""
    fits = not pins or text + 10 <= min(pin.x for pin in pins)
    return 0 if fits else max(pin.x for pin in pins) + 8
