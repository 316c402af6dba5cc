"""What holds pieces together: boxes with their pins, plain wires, the runs of links, ends of graphs.

From: nodes and links. To: pieces and runs. It knows where wires begin and end, not how
they are laid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from layercalc.draw.channel import BARE, Channel, Run, name_width, route
from layercalc.draw.diagram import Box, Graph, Node
from layercalc.draw.lanes import Link, Wire
from layercalc.draw.metrics import LINE, text_width
from layercalc.draw.piece import Piece, Pin
from layercalc.draw.spread import spread

#: Around the text of a box; more where it has lines at its sides.
BOX_X, BOX_Y, SHUT = 9.0, 5.0, 5.0
#: The least width of a box, and between two pins of a merge, of a block.
NARROW, PIN, PORT = 50.0, 15.0, 33.0

Joins: TypeAlias = Callable[[Sequence[Pin], Sequence[Pin]], list[Run]]
"""Gives the runs between the exits of the piece above and the entries of the one below."""


def box_piece(node: Node, box: Box, names: Sequence[str]) -> Piece:
    """Give a box the size of its text, and a pin for each source and each value, which bear names."""
    texts = [text_width(line, bold=number == 0) for number, line in enumerate(box.lines)]
    apart = PIN if box.kind == "merge" else PORT
    wide = max([apart, *(name_width(name) + PIN / 2 for name in names)])
    named = wide * len(names) if len(names) > 1 else 2 * wide
    aside = BOX_X + (SHUT if box.kind == "shut" else 0)
    width = max(NARROW, max(texts) + 2 * aside, apart * len(node.sources), named if any(names) else 0)
    piece = Piece(width, len(box.lines) * LINE + 2 * BOX_Y, width / 2, item=box)
    piece.entries = tuple(Pin(slot, x, True) for slot, x in enumerate(_even(width, len(node.sources), apart)))
    places = _even(width, len(node.makes), wide)
    piece.exits = tuple(Pin(value, x) for value, x in zip(node.makes, places, strict=True))
    return piece


def _even(width: float, count: int, apart: float) -> list[float]:
    """Give the places of pins in the middle of a side."""
    return [width / 2 + (place - (count - 1) / 2) * apart for place in range(count)]


def plain_piece(link: Link) -> Piece:
    """Lay out a wire that is a lane of its own; one that leads nowhere takes no place."""
    if not isinstance(link, Wire) or link.value is None or link.slot is None:
        return Piece(0, 0, 0)
    return Piece(PIN, 0, PIN / 2, (Pin(link.value, PIN / 2),), (Pin(link.slot, PIN / 2),))


def joints(graph: Graph, link: Link) -> tuple[Joins, Joins]:
    """Give how the wires of a link run: to it from the stop above, and from it to the stop below.

    For a wire both are the run from the one stop to the other.
    """

    def through(exits: Sequence[Pin], entries: Sequence[Pin]) -> list[Run]:
        tops = [pin for pin in exits if isinstance(link, Wire) and pin.key == link.value]
        bottoms = [pin for pin in entries if isinstance(link, Wire) and pin.key == link.slot]
        names = graph.names
        return [Run(a.key, a.x, b.x, b.arrow, names.get(a.key, "")) for a in tops for b in bottoms]

    def into(exits: Sequence[Pin], entries: Sequence[Pin]) -> list[Run]:
        tops = {pin.key: pin.x for pin in exits}
        return [Run(p.key, tops[p.key], p.x, p.arrow, graph.names.get(p.key, "")) for p in entries]

    def out(exits: Sequence[Pin], entries: Sequence[Pin]) -> list[Run]:
        bottoms = {pin.key: pin for pin in entries}
        return [Run(p.key, p.x, bottoms[p.key].x, bottoms[p.key].arrow) for p in exits]

    return (through, through) if isinstance(link, Wire) else (into, out)


def ended(graph: Graph, inner: Piece, names: Sequence[str]) -> Piece:
    """Bring wires from the inputs of a graph to its pieces and from them to its outputs, each in order.

    `names` are those that its outputs bear outside. The pins are numbered.
    """
    entering = [graph.names.get(value, "") for value in graph.inputs]
    tops = _meeting([[p.x for p in inner.entries if p.key == value] for value in graph.inputs], entering)
    slots = range(len(graph.outputs))
    ends = _meeting([[p.x for p in inner.exits if p.key == slot] for slot in slots], names)
    above = dict(zip(graph.inputs, tops, strict=True))
    head = route([Run(p.key, above[p.key], p.x, p.arrow, graph.names.get(p.key, "")) for p in inner.entries])
    foot = route([Run(p.key, p.x, ends[p.key], False) for p in inner.exits], BARE)
    return _whole(inner, (head, foot), [*zip(tops, entering, strict=True)], [*zip(ends, names, strict=True)])


def _whole(
    inner: Piece,
    channels: tuple[Channel, Channel],
    tops: Sequence[tuple[float, str]],
    ends: Sequence[tuple[float, str]],
) -> Piece:
    head, foot = channels
    left = min([0.0, *(x - PIN / 2 for x, _ in (*tops, *ends))])
    right = max([inner.width, *(x + max(PIN / 2, name_width(name)) for x, name in (*tops, *ends))])
    low = head.height + inner.height
    whole = Piece(right - left, low + foot.height, inner.axis - left)
    whole.leave = inner.axis_out - left
    parts = (0.0, head.piece()), (head.height, inner), (low, foot.piece())
    whole.parts += [(-left, down, part) for down, part in parts]
    whole.entries = tuple(Pin(slot, x - left) for slot, (x, _) in enumerate(tops))
    whole.exits = tuple(Pin(slot, x - left) for slot, (x, _) in enumerate(ends))
    if len(tops) == 1:
        whole.axis = whole.entries[0].x
    if len(ends) == 1:
        whole.leave = whole.exits[0].x
    return whole


def _meeting(places: Sequence[Sequence[float]], names: Sequence[str]) -> list[float]:
    """Give each end a place near the pins that it is wired to."""
    wanted: list[float] = []
    for found in map(sorted, places):
        last = wanted[-1] if wanted else 0.0
        middle = found[len(found) // 2] if len(found) % 2 else sum(found) / max(1, len(found))
        wanted.append(middle if found else last)
    return spread(wanted, [PIN + name_width(name) for name in names[:-1]])
