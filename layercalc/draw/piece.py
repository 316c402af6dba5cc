"""Pieces of a picture with their sizes, put together without places of their own until the end.

From: the layout. To: a `Scene`, all that is drawn at its place. It knows no graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from layercalc.draw.diagram import Box, Frame

Dot = tuple[float, float]


class Pin(NamedTuple):
    """Where a wire comes into a piece or leaves it: what it carries, how far to the right.

    The wire ends there with an arrow, or goes on inside.
    """

    key: int
    x: float
    arrow: bool = False


class Path(NamedTuple):
    """A wire along points, with or without an arrow at its end."""

    points: tuple[Dot, ...]
    arrow: bool = False


class Label(NamedTuple):
    """A text at a place: left end and base line."""

    x: float
    y: float
    text: str


@dataclass(slots=True, eq=False)
class Piece:
    """Something of a size: entries on its upper side, exits on its lower, further pieces in it.

    The axis is where a wire goes straight through.
    """

    width: float
    height: float
    axis: float
    entries: tuple[Pin, ...] = ()
    exits: tuple[Pin, ...] = ()
    leave: float | None = None
    item: Box | Frame | None = None
    parts: list[tuple[float, float, Piece]] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def axis_out(self) -> float:
        """The axis on the lower side."""
        return self.axis if self.leave is None else self.leave


class Placed(NamedTuple):
    """A box or a frame at its place."""

    x: float
    y: float
    width: float
    height: float
    item: Box | Frame
    labels: tuple[Label, ...]


@dataclass(slots=True)
class Scene:
    """All that is drawn: frames from the outermost in, boxes, wires."""

    width: float
    height: float
    frames: list[Placed] = field(default_factory=list)
    boxes: list[Placed] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def scene(piece: Piece) -> Scene:
    """Put a piece and all in it at their places."""
    made = Scene(piece.width, piece.height)
    left = [(0.0, 0.0, piece)]
    while left:
        x, y, part = left.pop()
        _place(made, x, y, part)
        left += [(x + right, y + down, inner) for right, down, inner in reversed(part.parts)]
    return made


def _place(made: Scene, x: float, y: float, piece: Piece) -> None:
    labels = tuple(_moved(label, x, y) for label in piece.labels)
    if piece.item is not None:
        placed = Placed(x, y, piece.width, piece.height, piece.item, labels)
        (made.boxes if isinstance(piece.item, Box) else made.frames).append(placed)
    else:
        made.labels += labels
    made.paths += [Path(_shifted(path.points, x, y), path.arrow) for path in piece.paths]
    made.dots += _shifted(piece.dots, x, y)


def _moved(label: Label, x: float, y: float) -> Label:
    return Label(label.x + x, label.y + y, label.text)


def _shifted(points: Iterable[Dot], x: float, y: float) -> tuple[Dot, ...]:
    return tuple((right + x, down + y) for right, down in points)


def pinned(pins: Sequence[Pin], x: float) -> tuple[Pin, ...]:
    """Move pins to the right."""
    return tuple(pin._replace(x=pin.x + x) for pin in pins)
