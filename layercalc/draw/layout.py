"""A diagram as a scene: sizes from the inside out, then places.

From: a `Diagram`. To: a `Scene`. Promises: no two boxes overlap, what is in a frame lies
within it, every wire ends at the box that reads it; nothing depends on fonts at hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from layercalc import limits
from layercalc.draw.channel import BARE, Run, name_width, route
from layercalc.draw.diagram import Box, Frame, Graph, Node, boxes
from layercalc.draw.lanes import Bundle, Lane, Link, Tangle, Wire, whole_lane
from layercalc.draw.metrics import LINE, SIZE, text_width
from layercalc.draw.piece import Label, Path, Piece, Pin, Scene, pinned, scene
from layercalc.draw.rows import crossing
from layercalc.draw.spread import spread
from layercalc.draw.stack import Joins, chain, side_by_side

#: Around the text of a box; around what is in a frame, and its title.
BOX_X, BOX_Y, FRAME, TITLE = 9.0, 5.0, 12.0, 22.0
#: The least width of a box, and between two pins of a merge, of a block.
NARROW, PIN, PORT = 50.0, 15.0, 33.0
#: The page that a picture shall fit, width by height; the height that always does; the shares of its height tried for a column.
SHAPE, LOW = 1.5, 520.0
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
        best = natural = _Layout(math.inf).graph(graph)
        shares = SHARES if sum(1 for _ in boxes(graph)) <= MANY else SHARES[-1:]
        for share in shares if natural.height > max(natural.width / SHAPE, LOW) else ():
            best = min(best, _Layout(natural.height * share).graph(graph), key=_extent)
        return scene(best)


def _extent(piece: Piece) -> float:
    """Tell how far a piece must be scaled down to fit a page."""
    return max(piece.width / SHAPE, piece.height)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Makes pieces of items, lanes and graphs, with chains at most so high."""

    highest: float

    def graph(self, graph: Graph) -> Piece:
        """Lay out a graph: its entries in the order of its inputs, its exits in that of its outputs."""
        inner = self._lane(graph, [self.item(graph, node) for node in graph.nodes], whole_lane(graph))
        return _ended(graph, inner) if graph.inputs or graph.outputs else inner

    def _lane(self, graph: Graph, stops: Sequence[Piece], lane: Lane) -> Piece:
        """Lay out a lane: its bundles and stops below each other."""
        pieces: list[Piece] = []
        for place, link in enumerate(lane.links):
            if not isinstance(link, Wire):
                pieces.append(self._link(graph, stops, link))
            if place < len(lane.stops):
                pieces.append(stops[lane.stops[place]])
        if not pieces:
            return _plain(lane.links[0])
        last_place = len(lane.links) - 1
        joins: list[Joins] = []
        for place, link in enumerate(lane.links):
            to, away = _joins(graph, link)
            if not isinstance(link, Wire):
                joins += [to] * (place > 0) + [away] * (place < last_place)
            elif 0 < place < last_place:
                joins.append(to)
        whole = chain(pieces, joins, self.highest)
        first, last = lane.links[0], lane.links[-1]
        if isinstance(first, Wire):
            whole.entries = tuple(pin._replace(key=first.value) for pin in whole.entries if pin.key == first.slot)
        if isinstance(last, Wire):
            whole.exits = tuple(pin._replace(key=last.slot) for pin in whole.exits if pin.key == last.value)
        return whole

    def _link(self, graph: Graph, stops: Sequence[Piece], link: Bundle | Tangle) -> Piece:
        def lane(lane: Lane) -> Piece:
            return self._lane(graph, stops, lane)

        return side_by_side([*map(lane, link.lanes)]) if isinstance(link, Bundle) else crossing(graph, link, stops, lane)

    def item(self, graph: Graph, node: Node) -> Piece:
        """Lay out a box or a frame with a pin for each source and value."""
        names = [graph.names.get(value, "") for value in node.makes]
        if isinstance(node.item, Box):
            return _box(node, node.item, names)
        return self._frame(node, node.item, names)

    def _frame(self, node: Node, frame: Frame, names: Sequence[str]) -> Piece:
        inner = self.graph(frame.graph)
        title = text_width(frame.title, bold=True)
        notes = max((text_width(note) for note in frame.notes), default=0.0)
        head = _beside(inner.entries, inner.width, title)
        foot = _beside(inner.exits, inner.width, notes)
        left = FRAME
        width = max(left + inner.width + FRAME, left + head + title + FRAME, left + foot + notes + FRAME)
        down = TITLE + inner.height
        height = down + max(FRAME, len(frame.notes) * LINE + 6)
        whole = Piece(width, height, left + inner.axis, item=frame)
        whole.leave = left + inner.axis_out
        whole.parts.append((left, TITLE, inner))
        entries, exits = pinned(inner.entries, left), pinned(inner.exits, left)
        whole.paths += [Path(((pin.x, 0), (pin.x, TITLE)), pin.arrow) for pin in entries]
        whole.paths += [Path(((pin.x, down), (pin.x, height))) for pin in exits]
        whole.entries = tuple(Pin(slot, pin.x) for slot, pin in enumerate(entries))
        whole.exits = tuple(Pin(value, pin.x) for value, pin in zip(node.makes, exits, strict=True))
        whole.labels.append(Label(left + head, SIZE + 4, frame.title))
        whole.labels += [Label(left + foot, down + SIZE + 2 + n * LINE, note) for n, note in enumerate(frame.notes)]
        return whole


def _beside(pins: Sequence[Pin], width: float, text: float) -> float:
    """Find where a text goes that no wire shall cross: left of the wires, else right of them."""
    if not pins or text == 0 or text + 10 <= min(pin.x for pin in pins):
        return 0
    return max(pin.x for pin in pins) + 8


def _box(node: Node, box: Box, names: Sequence[str]) -> Piece:
    texts = [text_width(line, bold=number == 0) for number, line in enumerate(box.lines)]
    apart = PIN if box.kind == "merge" else PORT
    named = max((apart, *(name_width(name) + PIN / 2 for name in names))) if len(names) > 1 else apart
    width = max(NARROW, max(texts) + 2 * BOX_X, apart * len(node.sources), named * len(names))
    if box.kind == "shut":
        width += 10
    height = len(box.lines) * LINE + 2 * BOX_Y
    piece = Piece(width, height, width / 2, item=box)
    piece.entries = tuple(Pin(slot, x, True) for slot, x in enumerate(_even(width, len(node.sources), apart)))
    piece.exits = tuple(Pin(value, x) for value, x in zip(node.makes, _even(width, len(node.makes), named), strict=True))
    return piece


def _even(width: float, count: int, apart: float) -> list[float]:
    """Give the places of pins in the middle of a side."""
    return [width / 2 + (place - (count - 1) / 2) * apart for place in range(count)]


def _plain(link: Link) -> Piece:
    """Lay out a wire that is a lane of its own; one that leads nowhere takes no place."""
    if isinstance(link, Wire) and link.value is not None:
        return Piece(PIN, 0, PIN / 2, (Pin(link.value, PIN / 2),), (Pin(link.slot, PIN / 2),))
    return Piece(0, 0, 0)


def _joins(graph: Graph, link: Link) -> tuple[Joins, Joins]:
    """Give how the wires of a link run, to a bundle and from it, or straight to the next stop."""

    def wire(exits: Sequence[Pin], entries: Sequence[Pin]) -> list[Run]:
        assert isinstance(link, Wire)
        top = [pin for pin in exits if pin.key == link.value]
        bottom = [pin for pin in entries if pin.key == link.slot]
        name = graph.names.get(link.value, "") if link.value is not None else ""
        return [Run(a.key, a.x, b.x, b.arrow, name) for a in top for b in bottom]

    def to(exits: Sequence[Pin], entries: Sequence[Pin]) -> list[Run]:
        tops = {pin.key: pin.x for pin in exits}
        return [Run(p.key, tops[p.key], p.x, p.arrow, graph.names.get(p.key, "")) for p in entries]

    def away(exits: Sequence[Pin], entries: Sequence[Pin]) -> list[Run]:
        bottoms = {pin.key: pin for pin in entries}
        return [Run(p.key, p.x, bottoms[p.key].x, bottoms[p.key].arrow) for p in exits]

    return (wire, wire) if isinstance(link, Wire) else (to, away)


def _ended(graph: Graph, inner: Piece) -> Piece:
    """Bring wires from the inputs of a graph to its pieces and from them to its outputs, each in order."""
    names = [graph.names.get(value, "") for value in graph.inputs]
    tops = _meeting([[p.x for p in inner.entries if p.key == v] for v in graph.inputs], names)
    ends = _meeting([[p.x for p in inner.exits if p.key == n] for n in range(len(graph.outputs))], [])
    inputs = dict(zip(graph.inputs, tops, strict=True))
    head = route([Run(p.key, inputs[p.key], p.x, p.arrow, graph.names.get(p.key, "")) for p in inner.entries])
    foot = route([Run(p.key, p.x, ends[p.key], False) for p in inner.exits], BARE)
    low = min([0.0, *(x - 6 for x in (*tops, *ends))])
    high = max([inner.width, *(x + 6 + name_width(name) for x, name in zip(tops, names, strict=True)), *(x + 6 for x in ends)])
    whole = Piece(high - low, head.height + inner.height + foot.height, inner.axis - low)
    whole.leave = inner.axis_out - low
    for down, channel in ((0.0, head), (head.height + inner.height, foot)):
        part = Piece(0, channel.height, 0, paths=channel.paths, dots=channel.dots, labels=channel.labels)
        whole.parts.append((-low, down, part))
    whole.parts.append((-low, head.height, inner))
    whole.entries = tuple(Pin(slot, x - low) for slot, x in enumerate(tops))
    whole.exits = tuple(Pin(slot, x - low) for slot, x in enumerate(ends))
    if len(tops) == 1:
        whole.axis = tops[0] - low
    if len(ends) == 1:
        whole.leave = ends[0] - low
    return whole


def _meeting(places: Sequence[Sequence[float]], names: Sequence[str]) -> list[float]:
    """Give each end a place near the pins that it is wired to."""
    wanted: list[float] = []
    for found in places:
        near = sorted(found)
        wanted.append(near[len(near) // 2] if len(near) % 2 else sum(near) / len(near) if near else wanted[-1] if wanted else 0.0)
    gaps = [PIN + name_width(name) for name in (*names, *[""] * len(places))][: max(0, len(places) - 1)]
    return spread(wanted, gaps)
