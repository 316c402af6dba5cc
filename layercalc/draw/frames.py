"""Frames around pieces: room for the title and the notes, and the wires through the border.

From: a piece, and the frame that it is in. To: a piece; `upward` turns any piece round, so that
its wires lead up, with the titles of its frames still above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from layercalc.draw.diagram import FramedGraph
from layercalc.draw.direction import Direction
from layercalc.draw.metrics import LINE, SIZE, text_width
from layercalc.draw.piece import Label, Path, Piece, Port, moved_right
from layercalc.printing.wrapping import wrapped

#: The margin inside a frame, the space above for its title, and letters of a line of notes.
FRAME, TITLE, LETTERS = 12.0, 22.0, 24


def framed(
    frame: FramedGraph, inner: Piece, makes: Sequence[int], direction: Direction, up: bool = False
) -> Piece:
    """Put a frame around a piece, with its title and notes where no wire passes."""
    whole, first, last = (_beside if direction.right else _above)(frame, inner, up)
    enter, leave = (last, first) if up else (first, last)
    leave = first if inner.turned else leave
    x = whole.parts[0][0]
    whole.leave = x + inner.axis_out
    entries, exits = moved_right(inner.entries, x), moved_right(inner.exits, x)
    whole.paths += [Path(((port.x, enter[0]), (port.x, enter[1]))) for port in entries]
    whole.paths += [Path(((port.x, leave[1]), (port.x, leave[0]))) for port in exits]
    whole.entries = tuple(Port(slot, port.x) for slot, port in enumerate(entries))
    whole.exits = tuple(Port(value, port.x) for value, port in zip(makes, exits, strict=True))
    whole.turned = inner.turned
    return whole


_Ends = tuple[float, float]


def _above(frame: FramedGraph, inner: Piece, up: bool) -> tuple[Piece, _Ends, _Ends]:
    """Put the title above; give also where wires begin and end above and below."""
    notes = _notes(frame)
    title, longest = text_width(frame.title, bold=True), max(map(text_width, notes), default=0.0)
    above, below = (inner.exits, inner.entries) if up else (inner.entries, inner.exits)
    if inner.turned:
        above, below = (*inner.entries, *inner.exits), ()
    head, foot = _free(above, title), _free(below, longest)
    width = max(inner.width, head + title, foot + longest) + 2 * FRAME
    down = TITLE + inner.height
    whole = Piece(width, down + max(FRAME, len(notes) * LINE + 6), FRAME + inner.axis, item=frame)
    whole.parts.append((FRAME, TITLE, inner))
    whole.labels.append(Label(FRAME + head, SIZE + 4, frame.title))
    whole.labels += [
        Label(FRAME + foot, down + row * LINE - 1, note) for row, note in enumerate(notes, start=1)
    ]
    return whole, (0, TITLE), (whole.height, down)


def _beside(frame: FramedGraph, inner: Piece, up: bool) -> tuple[Piece, _Ends, _Ends]:
    """Put the title above a frame whose wires lead to the right."""
    notes = _notes(frame)
    longest = max([text_width(frame.title, bold=True), *map(text_width, notes)])
    width = TITLE + inner.width + max(FRAME, len(notes) * LINE + 6)
    height = max(inner.height, longest) + 2 * FRAME
    down = (height - inner.height) / 2
    whole = Piece(width, height, TITLE + inner.axis, item=frame)
    whole.parts.append((TITLE, down, inner))
    whole.labels.append(Label(SIZE + 4, FRAME, frame.title))
    low = TITLE + inner.width
    whole.labels += [Label(low + row * LINE - 1, FRAME, note) for row, note in enumerate(notes, start=1)]
    return whole, (0, down), (height, down + inner.height)


def _notes(frame: FramedGraph) -> list[str]:
    return [line for note in frame.notes for line in wrapped(note, LETTERS)]


def _free(ports: Sequence[Port], text: float) -> float:
    """Find a place for a text that no wire crosses: left of the wires, between two of them, or right."""
    places = sorted(port.x for port in ports)
    if not places or text + 10 <= places[0]:
        return 0
    for left, right in pairwise(places):
        if text + 18 <= right - left:
            return left + 8
    return places[-1] + 8


def upward(piece: Piece, direction: Direction) -> Piece:
    """Turn a piece round: its entries are below, its exits above, and all its wires lead up."""
    if isinstance(piece.item, FramedGraph):
        makes = [port.key for port in piece.exits]
        return framed(piece.item, upward(piece.parts[0][2], direction), makes, direction, up=True)
    height = piece.height
    return replace(
        piece,
        parts=[(x, height - y - part.height, upward(part, direction)) for x, y, part in piece.parts],
        paths=[path._replace(points=tuple((x, height - y) for x, y in path.points)) for path in piece.paths],
        dots=[(x, height - y) for x, y in piece.dots],
        labels=[direction.mirrored(label, height) for label in piece.labels],
    )  # fmt: skip
