"""Pieces below each other and side by side.

From: pieces whose entries and exits bear keys. To: one piece. Promises: a wire between
two pieces in a chain is straight where both have their axis; pieces never overlap; a
chain that is too high goes on in a further column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from layercalc.draw.channel import TRACK, Channel, Run, route
from layercalc.draw.joints import Joins
from layercalc.draw.metrics import SIZE
from layercalc.draw.piece import Label, Path, Piece, Pin, pinned

#: Between lanes, and between the columns of a chain, where one wire goes up.
LANE_GAP, COLUMN_GAP = 18.0, 40.0
#: Above and below columns that wires go between, and how many of them.
TURN, MOST = 10.0, 3
#: A column is begun for more than this share of its height.
FEW = 0.2
#: Of two lanes one so many times as wide is the main one, and straight.
MAIN = 1.6


def side_by_side(lanes: Sequence[Piece]) -> Piece:
    """Put lanes beside each other, their lower ends in one line."""
    height = max(lane.height for lane in lanes)
    whole = Piece(0, height, 0)
    entries: list[Pin] = []
    exits: list[Pin] = []
    places: list[float] = []
    for lane in lanes:
        x = whole.width + (LANE_GAP if places else 0)
        places.append(x)
        whole.parts.append((x, 0, lane))
        whole.width = x + lane.width
        entries += pinned(lane.entries, x)
        exits += (ends := pinned(lane.exits, x))
        if lane.height < height:
            whole.paths += [Path(((pin.x, lane.height), (pin.x, height))) for pin in ends]
    whole.entries, whole.exits = tuple(entries), tuple(exits)
    whole.axis = _axis(lanes, places)
    return whole


def _axis(lanes: Sequence[Piece], places: Sequence[float]) -> float:
    """Choose where the wire comes that forks: above the main lane, else in the middle."""
    axes = [x + lane.axis for x, lane in zip(places, lanes, strict=True)]
    if len(lanes) == 2:
        narrow, wide = sorted(range(2), key=lambda place: lanes[place].width)
        if lanes[wide].width > MAIN * lanes[narrow].width:
            return axes[wide]
    middle = (axes[0] + axes[-1]) / 2
    near = min(axes, key=lambda axis: abs(axis - middle))
    return near if len(lanes) > 2 and abs(near - middle) < LANE_GAP else middle


@dataclass(slots=True)
class _Column:
    """Pieces below each other, with the channels between them; places count from the axis above."""

    placed: list[tuple[float, float, Piece]] = field(default_factory=list)
    channels: list[tuple[float, float, Channel]] = field(default_factory=list)
    height: float = 0
    axis: float = 0

    @property
    def left(self) -> float:
        """How far it reaches to the left."""
        return min(x for x, _, _ in self.placed)

    @property
    def right(self) -> float:
        """How far it reaches to the right."""
        return max(x + piece.width for x, _, piece in self.placed)

    def add(self, piece: Piece, channel: Channel | None, x: float) -> None:
        """Put a piece below."""
        if channel is not None:
            self.channels.append((0, self.height, channel))
            self.height += channel.height
        self.placed.append((x, self.height, piece))
        self.height += piece.height
        self.axis = x + piece.axis_out


def chain(pieces: Sequence[Piece], joins: Sequence[Joins], highest: float) -> Piece:
    """Put pieces below each other, in several columns where they are higher than `highest`."""
    columns = [_Column()]
    columns[0].add(pieces[0], None, -pieces[0].axis)
    turns: list[list[Run]] = []
    left = sum(piece.height for piece in pieces[1:])
    for piece, join in zip(pieces[1:], joins, strict=True):
        column, above = columns[-1], columns[-1].placed[-1]
        x = column.axis - piece.axis
        runs = join(pinned(above[2].exits, above[0]), pinned(piece.entries, x))
        channel = route(runs)
        high = column.height + channel.height + piece.height > highest and len(column.placed) > 1
        if high and left > highest * FEW and _can_turn(runs):
            back = column.axis
            turns.append([run._replace(bottom=run.bottom - back) for run in runs])
            columns.append(_Column())
            columns[-1].add(piece, None, -piece.axis)
        else:
            column.add(piece, channel, x)
        left -= piece.height
    return _columns(columns, turns)


def _can_turn(runs: Sequence[Run]) -> bool:
    """Tell whether wires go up to a further column side by side."""
    tops, bottoms = [run.top for run in runs], [run.bottom for run in runs]
    apart = len({*tops}) == len({*bottoms}) == len(runs)
    return 0 < len(runs) <= MOST and apart and tops == sorted(tops) and bottoms == sorted(bottoms)


def _columns(columns: Sequence[_Column], turns: Sequence[Sequence[Run]]) -> Piece:
    """Put columns beside each other, each begun by the wires from the foot of the one before it."""
    whole = Piece(0, max(column.height for column in columns), 0)
    room = TURN + TRACK * max((len(runs) for runs in turns), default=0) if turns else 0.0
    whole.height += 2 * room
    x, shifts = 0.0, []
    for number, column in enumerate(columns):
        x += COLUMN_GAP + TRACK * (len(turns[number - 1]) - 1) if number else 0
        shifts.append(x - column.left)
        _fill(whole, column, shifts[-1], room)
        x = whole.width = x + column.right - column.left
    for number, runs in enumerate(turns):
        _turn(whole, columns[number : number + 2], shifts[number : number + 2], (runs, room))
    first, last = columns[0].placed[0], columns[-1].placed[-1]
    whole.entries = pinned(first[2].entries, first[0] + shifts[0])
    whole.exits = pinned(last[2].exits, last[0] + shifts[-1])
    whole.axis, whole.leave = shifts[0], shifts[-1] + columns[-1].axis
    if turns:
        whole.paths += [Path(((pin.x, 0), (pin.x, room)), pin.arrow) for pin in whole.entries]
        whole.entries = tuple(pin._replace(arrow=False) for pin in whole.entries)
        foot = room + columns[-1].height
        whole.paths += [Path(((pin.x, foot), (pin.x, whole.height))) for pin in whole.exits]
    return whole


def _fill(whole: Piece, column: _Column, shift: float, down: float) -> None:
    whole.parts += [(x + shift, y + down, piece) for x, y, piece in column.placed]
    for x, y, channel in column.channels:
        whole.parts.append((x + shift, y + down, channel.piece()))


def _turn(
    whole: Piece, columns: Sequence[_Column], shifts: Sequence[float], wires: tuple[Sequence[Run], float]
) -> None:
    """Lead wires from the foot of a column to the head of the next, the one on the left inmost."""
    runs, room = wires
    foot = room + columns[0].height
    right = shifts[1] + columns[1].left - COLUMN_GAP / 2
    for number, run in enumerate(runs):
        out, into = run.top + shifts[0], run.bottom + shifts[1]
        aside = right - TRACK * number
        low = foot + TRACK * (len(runs) - number)
        high = TRACK * (len(runs) - number) - TRACK / 2
        points = ((out, foot), (out, low), (aside, low), (aside, high), (into, high), (into, room))
        whole.paths.append(Path(points, run.arrow))
        if run.name:
            whole.labels.append(Label(out + 4, foot + SIZE, run.name))
