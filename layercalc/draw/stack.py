"""Pieces stacked in columns, and side by side.

From: pieces whose entries and exits bear keys. To: one piece. Promises: a wire between
two pieces in a chain is straight where both have their axis; pieces never overlap; a
chain that is too high continues in a further column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from layercalc.draw.channel_routing import TRACK, Channel, Connection, route
from layercalc.draw.direction import Direction
from layercalc.draw.piece import Path, Piece, Port, moved_right
from layercalc.draw.ports import Connector

#: The space between pieces side by side, and between columns, where a wire goes up.
PARALLEL_GAP, COLUMN_GAP = 18.0, 40.0
#: The space above and below columns for the wires between them, and the most wires there may be.
TURN, MOST = 10.0, 3
#: A column that is no higher is not divided.
LOW = 420.0
#: A new column starts only for more than this share of its height.
FEW = 0.2
#: Of two pieces, one that is so many times as wide is the main one, with a straight wire.
MAIN = 1.6


def side_by_side(pieces: Sequence[Piece]) -> Piece:
    """Put pieces side by side; wires bring their exits to one line."""
    height = max(piece.height for piece in pieces)
    whole = Piece(0, height, 0)
    entries: list[Port] = []
    exits: list[Port] = []
    places: list[float] = []
    for piece in pieces:
        x = whole.width + (PARALLEL_GAP if places else 0)
        places.append(x)
        whole.parts.append((x, 0, piece))
        whole.width = x + piece.width
        entries += moved_right(piece.entries, x)
        exits += (ends := moved_right(piece.exits, x))
        if piece.height < height:
            whole.paths += [Path(((port.x, piece.height), (port.x, height))) for port in ends]
    whole.entries, whole.exits = tuple(entries), tuple(exits)
    whole.axis = _axis(pieces, places)
    return whole


def _axis(pieces: Sequence[Piece], places: Sequence[float]) -> float:
    """Choose where the wire that forks arrives: above the main piece, else in the middle."""
    axes = [x + piece.axis for x, piece in zip(places, pieces, strict=True)]
    if len(pieces) == 2:
        narrow, wide = sorted(range(2), key=lambda place: pieces[place].width)
        if pieces[wide].width > MAIN * pieces[narrow].width:
            return axes[wide]
    middle = (axes[0] + axes[-1]) / 2
    near = min(axes, key=lambda axis: abs(axis - middle))
    return near if len(pieces) > 2 and abs(near - middle) < PARALLEL_GAP else middle


@dataclass(slots=True)
class _Column:
    """Pieces stacked with channels between them; places count from the axis of the first."""

    placed: list[tuple[float, float, Piece]] = field(default_factory=list)
    channels: list[tuple[float, float, Channel]] = field(default_factory=list)
    height: float = 0
    axis: float = 0

    @property
    def left(self) -> float:
        """Its left end."""
        return min(x for x, _, _ in self.placed)

    @property
    def right(self) -> float:
        """Its right end."""
        return max(x + piece.width for x, _, piece in self.placed)

    def add(self, piece: Piece, channel: Channel | None, x: float) -> None:
        """Add a piece at the bottom."""
        if channel is not None:
            self.channels.append((0, self.height, channel))
            self.height += channel.height
        self.placed.append((x, self.height, piece))
        self.height += piece.height
        self.axis = x + piece.axis_out


def chain(
    pieces: Sequence[Piece], connectors: Sequence[Connector], highest: float, direction: Direction
) -> Piece:
    """Stack pieces, in several columns where they are higher than `highest`."""
    highest = max([highest, LOW, *(piece.height for piece in pieces)])
    columns = [_Column()]
    columns[0].add(pieces[0], None, -pieces[0].axis)
    turns: list[list[Connection]] = []
    left = sum(piece.height for piece in pieces[1:])
    for piece, connector in zip(pieces[1:], connectors, strict=True):
        column, above = columns[-1], columns[-1].placed[-1]
        x = column.axis - piece.axis
        connections = connector(moved_right(above[2].exits, above[0]), moved_right(piece.entries, x))
        channel = route(connections, direction=direction)
        high = column.height + channel.height + piece.height > highest and len(column.placed) > 1
        if high and left > highest * FEW and _can_turn(connections):
            back = column.axis
            turns.append([connection._replace(bottom=connection.bottom - back) for connection in connections])
            columns.append(_Column())
            columns[-1].add(piece, None, -piece.axis)
        else:
            column.add(piece, channel, x)
        left -= piece.height
    return _columns(columns, turns, direction)


def _can_turn(connections: Sequence[Connection]) -> bool:
    """Tell whether wires can lead to a further column without crossing."""
    tops, bottoms = (
        [connection.top for connection in connections],
        [connection.bottom for connection in connections],
    )
    apart = len({*tops}) == len({*bottoms}) == len(connections)
    return 0 < len(connections) <= MOST and apart and tops == sorted(tops) and bottoms == sorted(bottoms)


def _columns(
    columns: Sequence[_Column], turns: Sequence[Sequence[Connection]], direction: Direction
) -> Piece:
    """Put columns side by side; wires lead from the foot of each to the head of the next."""
    whole = Piece(0, max(column.height for column in columns), 0)
    room = TURN + TRACK * max((len(connections) for connections in turns), default=0) if turns else 0.0
    named = direction.lead(connection.name for connections in turns for connection in connections)
    room += named
    whole.height += 2 * room
    x, shifts = 0.0, []
    for number, column in enumerate(columns):
        x += COLUMN_GAP + TRACK * (len(turns[number - 1]) - 1) if number else 0
        shifts.append(x - column.left)
        _fill(whole, column, shifts[-1], room)
        x = whole.width = x + column.right - column.left
    for number, connections in enumerate(turns):
        _turn(
            whole,
            columns[number : number + 2],
            shifts[number : number + 2],
            (connections, room, named),
            direction,
        )
    first, last = columns[0].placed[0], columns[-1].placed[-1]
    whole.entries = moved_right(first[2].entries, first[0] + shifts[0])
    whole.exits = moved_right(last[2].exits, last[0] + shifts[-1])
    whole.axis, whole.leave = shifts[0], shifts[-1] + columns[-1].axis
    if turns:
        whole.paths += [Path(((port.x, 0), (port.x, room)), port.arrow) for port in whole.entries]
        whole.entries = tuple(port._replace(arrow=False) for port in whole.entries)
        foot = room + columns[-1].height
        whole.paths += [Path(((port.x, foot), (port.x, whole.height))) for port in whole.exits]
    return whole


def _fill(whole: Piece, column: _Column, shift: float, down: float) -> None:
    whole.parts += [(x + shift, y + down, piece) for x, y, piece in column.placed]
    for x, y, channel in column.channels:
        whole.parts.append((x + shift, y + down, channel.piece()))


def _turn(
    whole: Piece,
    columns: Sequence[_Column],
    shifts: Sequence[float],
    wires: tuple[Sequence[Connection], float, float],
    direction: Direction,
) -> None:
    """Draw wires from the foot of a column to the head of the next; the leftmost is the innermost."""
    connections, room, named = wires
    foot = room + columns[0].height
    right = shifts[1] + columns[1].left - COLUMN_GAP / 2
    for number, connection in enumerate(connections):
        out, into = connection.top + shifts[0], connection.bottom + shifts[1]
        aside = right - TRACK * number
        low = foot + named + TRACK * (len(connections) - number)
        high = TRACK * (len(connections) - number) - TRACK / 2
        points = ((out, foot), (out, low), (aside, low), (aside, high), (into, high), (into, room))
        whole.paths.append(Path(points, connection.arrow))
        if connection.name:
            whole.labels.append(direction.label(out, foot, connection.name))
