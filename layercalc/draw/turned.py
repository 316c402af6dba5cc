"""A series that turns, laid out as a U: which of its parts go into which arm.

From: a series and its turn. To: a piece that is turned, its ports keyed as those of a series.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from layercalc.draw.channel_routing import Connection, route
from layercalc.draw.diagram import DiagramNode, Graph
from layercalc.draw.direction import Direction
from layercalc.draw.frames import upward
from layercalc.draw.piece import Piece, Port
from layercalc.draw.series_parallel import SeriesPart, Wire
from layercalc.draw.turns import Turn, Turns
from layercalc.draw.u_shape import Arm, Middle, U

#: A wire that connects nothing, at the end of a series that is cut.
_CUT = Wire(None, None)


@dataclass(frozen=True, slots=True)
class Turned:
    """Lays out what turns in a graph; `chain` stacks a series in one column, `item` makes a node's piece."""

    graph: Graph
    pieces: Mapping[int, Piece]
    chain: Callable[[SeriesPart], Piece]
    item: Callable[[DiagramNode, float], Piece]
    turns: Turns
    direction: Direction

    def piece(self, series: SeriesPart, turn: Turn, least: float) -> Piece:
        """Lay out a series around its turn, its ends at least so far apart."""
        place, skip = turn.place, None
        entering: int | None
        rising: int | None
        segments, vertices = series.segments, series.vertices
        left = SeriesPart([*segments[:place], _CUT], vertices[:place])
        if turn.deep is None or turn.skip is None:
            node = self.graph.nodes[vertices[place]]
            entering, rising = node.sources[0], node.makes[0]
            right = SeriesPart(segments[place + 1 :], vertices[place + 1 :])
            slots = [_wire(segments[place + 1]).slot]
            below: Callable[[float], Piece] = partial(self.item, node)
        else:
            ends = [_wire(part.segments[-1]) for part in (turn.deep, turn.skip)]
            entering, rising = _wire(turn.deep.segments[0]).value, ends[0].value
            right = SeriesPart([_CUT, *segments[place + 1 :]], vertices[place:])
            slots = [end.slot for end in ends]
            skip = Middle([self.pieces[vertex] for vertex in turn.skip.vertices])
            below = partial(self.deep, turn.deep)
        return self._u(left, right, (entering, rising, slots), (below, skip)).piece(least)

    def deep(self, part: SeriesPart, least: float) -> Piece:
        """Lay out a part that falls and rises: around its turn, or with its lowest vertex in the left arm."""
        turn = self.turns.turn(self.graph, part)
        if turn is not None:
            return keyed(part, self.piece(part, turn, least))
        cut = self.turns.lowest(self.graph, part) + 1
        across = _wire(part.segments[cut])
        left = SeriesPart([*part.segments[:cut], _CUT], part.vertices[:cut])
        right = SeriesPart([_CUT, *part.segments[cut + 1 :]], part.vertices[cut:])
        return keyed(
            part, self._u(left, right, (across.value, None, [across.slot]), (None, None)).piece(least)
        )

    def _u(
        self,
        left: SeriesPart,
        right: SeriesPart,
        wires: tuple[int | None, int | None, Sequence[int | None]],
        middle: tuple[Callable[[float], Piece] | None, Middle | None],
    ) -> U:
        """Make the arms of a U; `wires` are the values at both sides of its foot, and the slots above."""
        entering, rising, slots = wires
        names = [self.graph.names.get(value, "") if value is not None else "" for value in (entering, rising)]
        down = self._left(left, entering) if left.vertices else None
        up = self._right(right, rising, slots) if right.vertices else None
        return U(down, up, *middle, self.direction, names[0] if down else "", names[1] if up else "")

    def _left(self, series: SeriesPart, entering: int | None) -> Arm:
        piece = self.chain(series)
        slot = _wire(series.segments[0]).slot
        upper = next((port for port in piece.entries if port.key == slot), None)
        return Arm(piece, next(port.x for port in piece.exits if port.key == entering), upper)

    def _right(self, series: SeriesPart, rising: int | None, slots: Sequence[int | None]) -> Arm:
        piece = self.chain(series)
        if not isinstance(series.segments[0], Wire):
            piece, slots = self._forked(piece, rising), [rising]
        value = _wire(series.segments[-1]).value
        upper = next((port for port in piece.exits if port.key == value), None)
        first, *skips = [port for slot in slots for port in piece.entries if port.key == slot]
        skip = skips[0].x if skips else None
        return Arm(upward(piece, self.direction), first.x, upper, skip, first.arrow)

    def _forked(self, piece: Piece, rising: int | None) -> Piece:
        """Give a piece that reads a value at several ports one port for it."""
        wires = [Connection(rising, piece.axis, port.x, port.arrow) for port in piece.entries]
        head = route(wires, direction=self.direction)
        whole = Piece(piece.width, head.height + piece.height, piece.axis, (Port(rising or 0, piece.axis),))
        whole.parts += [(0, 0, head.piece()), (0, head.height, piece)]
        whole.exits, whole.leave = piece.exits, piece.leave
        return whole


def _wire(segment: object) -> Wire:
    return segment if isinstance(segment, Wire) else _CUT


def keyed(series: SeriesPart, piece: Piece) -> Piece:
    """Key the ports of a turned series by the value that enters it and the slot that it leads to."""
    value, slot = _wire(series.segments[0]).value, _wire(series.segments[-1]).slot
    piece.entries = tuple(port._replace(key=-1 if value is None else value) for port in piece.entries)
    piece.exits = tuple(port._replace(key=-1 if slot is None else slot) for port in piece.exits)
    return piece
