"""Ports: where wires enter and leave boxes and graphs, and which port is connected to which.

From: nodes and segments. To: pieces and connections. It knows where wires begin and end, not how
they are routed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from layercalc.draw.channel_routing import BARE, Channel, Connection, route
from layercalc.draw.diagram import Box, DiagramNode, Graph
from layercalc.draw.direction import Direction
from layercalc.draw.isotonic import isotonic_places
from layercalc.draw.metrics import LINE, text_width
from layercalc.draw.piece import Piece, Port
from layercalc.draw.series_parallel import Segment, Wire

#: The margins around the text of a box, and what lines at its sides add.
BOX_X, BOX_Y, SHUT = 9.0, 5.0, 5.0
#: The least width of a box; between two ports of a merge; between two of another box, down and to the right.
NARROW, WIRE_GAP, BLOCK_GAP, ROW_GAP = 50.0, 15.0, 33.0, 19.0

Connector: TypeAlias = Callable[[Sequence[Port], Sequence[Port]], list[Connection]]
"""Connects the exits of the piece above with the entries of the piece below."""


def box_piece(node: DiagramNode, box: Box, names: Sequence[str], direction: Direction) -> Piece:
    """Give a box the size of its text, an entry port for each source and an exit port for each value."""
    texts = [text_width(line, bold=number == 0) for number, line in enumerate(box.lines)]
    apart = WIRE_GAP if box.kind == "merge" else direction.flow(BLOCK_GAP, ROW_GAP)[0]
    wide = max([apart, *(direction.beside(name) + WIRE_GAP / 2 for name in names)])
    named = wide * len(names) if len(names) > 1 else direction.flow(2 * wide, 0)[0]
    aside = BOX_X + (SHUT if box.kind == "shut" else 0)
    size = max(NARROW, max(texts) + 2 * aside), len(box.lines) * LINE + 2 * BOX_Y
    across, along = direction.flow(*size)
    width = max(across, apart * len(node.sources), named if any(names) else 0)
    piece = Piece(width, along, width / 2, item=box)
    piece.entries = tuple(
        Port(slot, x, True) for slot, x in enumerate(_even(width, len(node.sources), apart))
    )
    places = _even(width, len(node.makes), wide)
    piece.exits = tuple(Port(value, x) for value, x in zip(node.makes, places, strict=True))
    return piece


def _even(width: float, count: int, apart: float) -> list[float]:
    """Place ports evenly around the middle of a side."""
    return [width / 2 + (place - (count - 1) / 2) * apart for place in range(count)]


def wire_piece(segment: Segment) -> Piece:
    """Make a piece of a wire in parallel to others; one that connects nothing has no width."""
    if not isinstance(segment, Wire) or segment.value is None or segment.slot is None:
        return Piece(0, 0, 0)
    return Piece(
        WIRE_GAP, 0, WIRE_GAP / 2, (Port(segment.value, WIRE_GAP / 2),), (Port(segment.slot, WIRE_GAP / 2),)
    )


def connectors(graph: Graph, segment: Segment) -> tuple[Connector, Connector]:
    """Give two connectors: from the vertex above into a segment, and from it to the vertex below.

    For a wire both connect the two vertices directly.
    """

    def through(exits: Sequence[Port], entries: Sequence[Port]) -> list[Connection]:
        tops = [port for port in exits if isinstance(segment, Wire) and port.key == segment.value]
        bottoms = [port for port in entries if isinstance(segment, Wire) and port.key == segment.slot]
        names = graph.names
        return [Connection(a.key, a.x, b.x, b.arrow, names.get(a.key, "")) for a in tops for b in bottoms]

    def into(exits: Sequence[Port], entries: Sequence[Port]) -> list[Connection]:
        tops = {port.key: port.x for port in exits}
        return [Connection(p.key, tops[p.key], p.x, p.arrow, graph.names.get(p.key, "")) for p in entries]

    def out(exits: Sequence[Port], entries: Sequence[Port]) -> list[Connection]:
        bottoms = {port.key: port for port in entries}
        return [Connection(p.key, p.x, bottoms[p.key].x, bottoms[p.key].arrow) for p in exits]

    return (through, through) if isinstance(segment, Wire) else (into, out)


def with_ports(graph: Graph, inner: Piece, names: Sequence[str], direction: Direction) -> Piece:
    """Give a graph numbered ports, its inputs and outputs in order, and wires from them to what is in it.

    `names` are the names that its outputs have outside.
    """
    entering = [graph.names.get(value, "") for value in graph.inputs]
    rooms, spaces = ([direction.beside(name) for name in those] for those in (entering, names))
    tops = _end_places([[p.x for p in inner.entries if p.key == value] for value in graph.inputs], rooms)
    slots = range(len(graph.outputs))
    ends = _end_places([[p.x for p in inner.exits if p.key == slot] for slot in slots], spaces)
    above = dict(zip(graph.inputs, tops, strict=True))
    head = route(
        [Connection(p.key, above[p.key], p.x, p.arrow, graph.names.get(p.key, "")) for p in inner.entries],
        direction=direction,
    )
    foot = route([Connection(p.key, p.x, ends[p.key], False) for p in inner.exits], BARE)
    return _whole(inner, (head, foot), [*zip(tops, rooms, strict=True)], [*zip(ends, spaces, strict=True)])


def _whole(
    inner: Piece,
    channels: tuple[Channel, Channel],
    tops: Sequence[tuple[float, float]],
    ends: Sequence[tuple[float, float]],
) -> Piece:
    head, foot = channels
    left = min([0.0, *(x - WIRE_GAP / 2 for x, _ in (*tops, *ends))])
    right = max([inner.width, *(x + max(WIRE_GAP / 2, room) for x, room in (*tops, *ends))])
    low = head.height + inner.height
    whole = Piece(right - left, low + foot.height, inner.axis - left)
    whole.leave = inner.axis_out - left
    parts = (0.0, head.piece()), (head.height, inner), (low, foot.piece())
    whole.parts += [(-left, down, part) for down, part in parts]
    whole.entries = tuple(Port(slot, x - left) for slot, (x, _) in enumerate(tops))
    whole.exits = tuple(Port(slot, x - left) for slot, (x, _) in enumerate(ends))
    if len(tops) == 1:
        whole.axis = whole.entries[0].x
    if len(ends) == 1:
        whole.leave = whole.exits[0].x
    return whole


def _end_places(places: Sequence[Sequence[float]], rooms: Sequence[float]) -> list[float]:
    """Place each end near the ports that it is wired to, with room for its name."""
    wanted: list[float] = []
    for found in map(sorted, places):
        last = wanted[-1] if wanted else 0.0
        middle = found[len(found) // 2] if len(found) % 2 else sum(found) / max(1, len(found))
        wanted.append(middle if found else last)
    return isotonic_places(wanted, [WIRE_GAP + room for room in rooms[:-1]])
