"""The U of a network that turns: one arm down, one up beside it, a level skip between, the rest below.

From: pieces of the arms, of the skip, and of what is below. To: one piece that is `turned`: its
entry and its exit are above. Promises: the arms end at one level, and so the skip is a straight line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from layercalc.draw.channel_routing import TAIL
from layercalc.draw.direction import Direction
from layercalc.draw.piece import Dot, Path, Piece, Port

#: Between the arms, and between them and a skip.
GAP = 24.0
#: Below the arms where nothing else is, and around an exit that is led down.
FOOT, TURN = 2.0, 10.0


@dataclass(slots=True)
class Arm:
    """A piece with the place of the port at its lower side that the way down leads to, or the way up from.

    `upper` is the port at its upper side, `skip` the place of that for the skip; the way up ends with an
    `arrow` or leads on into the piece.
    """

    piece: Piece
    x: float
    upper: Port | None
    skip: float | None = None
    arrow: bool = True


@dataclass(slots=True)
class Middle:
    """What is between the arms: a skip, with its boxes in a line."""

    pieces: list[Piece]

    @property
    def width(self) -> float:
        """The space that it takes, with wires between its boxes."""
        return sum(piece.width + GAP for piece in self.pieces) + GAP

    @property
    def height(self) -> float:
        """The height of the highest box."""
        return max((piece.height for piece in self.pieces), default=0.0)


@dataclass(slots=True)
class U:
    """The parts of a U; `below` makes what is below it, its ends at least so far apart.

    `name` is that of the value that leaves the left arm, `rising` of that which comes from below.
    """

    left: Arm | None
    right: Arm | None
    below: Callable[[float], Piece] | None
    skip: Middle | None
    direction: Direction
    name: str = ""
    rising: str = ""

    def piece(self, least: float) -> Piece:
        """Put the parts together, the arms at least so far apart."""
        apart = max(least, self._apart())
        below = self.below(apart) if self.below is not None else None
        if below is not None:
            apart = below.exits[0].x - below.entries[0].x
        whole = Piece(0, 0, 0, turned=True)
        foot, level, low = self._levels()
        parts = []
        if self.left is not None:
            parts.append((-self.left.x, foot - self.left.piece.height, self.left.piece))
        if self.right is not None:
            parts.append((apart - self.right.x, foot - self.right.piece.height, self.right.piece))
        if below is not None:
            parts.append((-below.entries[0].x, low, below))
        self._wires(whole, apart, (foot, level, low), below)
        if self.skip is not None:
            parts += self._skipped(whole, apart, foot, level)
        self._ends(whole, apart, foot, low)
        bottom = low if below is None else low + below.height
        room = max(map(self.direction.beside, (self.name, self.rising)))
        return _around(whole, parts, bottom, room)

    def _apart(self) -> float:
        """Give the least distance of the two ways, with the skip between the arms."""
        left = self.left.piece.width - self.left.x if self.left is not None else 0.0
        right = self.right.x if self.right is not None else 0.0
        skip = self.skip.width if self.skip is not None else GAP
        return left + skip + right + self.direction.beside(self.name)

    def _levels(self) -> tuple[float, float, float]:
        """Give where the arms end, where the skip runs, and where what is below begins."""
        named = self.direction.lead([self.name])
        lead = max(TAIL, named + TURN) if named else TAIL
        high = max(arm.piece.height if arm is not None else 0.0 for arm in (self.left, self.right))
        half = self.skip.height / 2 if self.skip is not None else 0.0
        foot = max(high, half - lead)
        level = foot + lead
        room = FOOT if self.below is None else TAIL + self.direction.lead([self.rising])
        return foot, level, level + half + room

    def _wires(
        self, whole: Piece, apart: float, levels: tuple[float, float, float], below: Piece | None
    ) -> None:
        """Draw the ways down and up, or the one across where nothing is below."""
        foot, level, low = levels
        top = foot if self.left is not None else 0.0
        high = foot if self.right is not None else 0.0
        arrives = self.right is not None and self.right.arrow
        if self.name:
            whole.labels.append(self.direction.label(0, foot, self.name))
        if below is None:
            whole.paths.append(Path(((0, top), (0, level), (apart, level), (apart, high)), arrives))
            return
        if top < low:
            whole.paths.append(Path(((0, top), (0, low)), below.entries[0].arrow))
        whole.paths.append(Path(((apart, low), (apart, high)), arrives))
        if self.rising:
            named = self.direction.lead([self.rising])
            whole.labels.append(self.direction.label(apart, low - named, self.rising))

    def _skipped(
        self, whole: Piece, apart: float, foot: float, level: float
    ) -> list[tuple[float, float, Piece]]:
        """Draw the skip: a straight line from the left arm to the right one, with its boxes on it."""
        assert self.skip is not None
        assert self.right is not None
        assert self.right.skip is not None
        left = self.left.piece.width - self.left.x if self.left is not None else 0.0
        goal = apart - self.right.x + self.right.skip
        free = apart - self.right.x - left
        x = left + (free - self.skip.width) / 2 + GAP
        parts = []
        points: list[Dot] = [(0, foot if self.left is not None else 0.0), (0, level)]
        for piece in self.skip.pieces:
            parts.append((x, level - piece.height / 2, piece))
            whole.paths.append(Path((*points, (x, level)), True))
            points = [(x + piece.width, level)]
            x += piece.width + GAP
        whole.paths.append(Path((*points, (goal, level), (goal, foot)), True))
        whole.dots.append((0, level))
        return parts

    def _ends(self, whole: Piece, apart: float, foot: float, low: float) -> None:
        """Lead the wires at the upper ends of the arms to the upper side."""
        whole.entries = (Port(-1, 0.0),) if self.left is None else ()
        whole.exits = (Port(-1, apart),) if self.right is None else ()
        for arm, shift in ((self.left, 0.0), (self.right, apart)):
            if arm is None or arm.upper is None:
                continue
            x, high = arm.upper.x + shift - arm.x, foot - arm.piece.height
            if arm is self.left:
                if high:
                    whole.paths.append(Path(((x, 0), (x, high)), arm.upper.arrow))
                whole.entries = (Port(arm.upper.key, x, arm.upper.arrow and not high),)
            else:
                if high:
                    whole.paths.append(Path(((x, high), (x, 0))))
                whole.exits = (Port(arm.upper.key, x),)


def _around(whole: Piece, parts: list[tuple[float, float, Piece]], bottom: float, room: float) -> Piece:
    """Move everything so that it begins at 0, and take its size."""
    ends = [port.x for port in (*whole.entries, *whole.exits)]
    xs = [*(x for x, _, _ in parts), *(x for path in whole.paths for x, _ in path.points), *ends]
    left = min(xs)
    rights = [*(x + piece.width for x, _, piece in parts), *xs, *(label.x + room for label in whole.labels)]
    whole.width, whole.height = max(rights) - left, bottom
    whole.parts = [(x - left, y, piece) for x, y, piece in parts]
    whole.paths = [path._replace(points=tuple((x - left, y) for x, y in path.points)) for path in whole.paths]
    whole.dots = [(x - left, y) for x, y in whole.dots]
    whole.labels = [label._replace(x=label.x - left) for label in whole.labels]
    whole.entries = tuple(port._replace(x=port.x - left) for port in whole.entries)
    whole.exits = tuple(port._replace(x=port.x - left) for port in whole.exits)
    whole.axis = whole.entries[0].x if whole.entries else -left
    whole.leave = whole.exits[0].x if whole.exits else None
    return whole


def straightened(piece: Piece) -> Piece:
    """Lead the exit of a turned piece round its right side to the lower side."""
    if not piece.turned:
        return piece
    (exit_,) = piece.exits or (None,)
    whole = Piece(piece.width + TURN * 2, piece.height + 2 * TURN, piece.axis, piece.entries)
    whole.parts.append((0, TURN, piece))
    whole.paths += [Path(((port.x, 0), (port.x, TURN)), port.arrow) for port in piece.entries]
    whole.entries = tuple(port._replace(arrow=False) for port in piece.entries)
    if exit_ is not None:
        x, aside = exit_.x, piece.width + TURN
        points = ((x, TURN), (x, TURN / 2), (aside, TURN / 2), (aside, whole.height))
        whole.paths.append(Path(points))
        whole.exits = (Port(exit_.key, aside),)
        whole.leave = aside
    return whole
