"""Pieces of a picture: sizes and what they consist of, put together before anything has a place.

From: the layout. To: a `Scene`, all that is drawn at its place. It knows no graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from layercalc.draw.diagram import Box, FramedGraph

Dot = tuple[float, float]


class Port(NamedTuple):
    """A place where a wire enters or leaves a piece: a key for what it carries, and how far to the right.

    The wire ends there with an arrow, or continues inside.
    """

    key: int
    x: float
    arrow: bool = False


class Path(NamedTuple):
    """A wire along points, with or without an arrow at its end."""

    points: tuple[Dot, ...]
    arrow: bool = False


class Label(NamedTuple):
    """A text, placed by its left end and its base line."""

    x: float
    y: float
    text: str


@dataclass(slots=True, eq=False)
class Piece:
    """A rectangle with entries on its upper side, exits on its lower side, and further pieces in it.

    Its axis is where a wire goes straight through. Where it is `turned`, its exits are on its upper
    side too.
    """

    width: float
    height: float
    axis: float
    entries: tuple[Port, ...] = ()
    exits: tuple[Port, ...] = ()
    leave: float | None = None
    item: Box | FramedGraph | None = None
    parts: list[tuple[float, float, Piece]] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    turned: bool = False

    @property
    def axis_out(self) -> float:
        """The axis on the lower side."""
        return self.axis if self.leave is None else self.leave


class Placed(NamedTuple):
    """A box or a frame with its place."""

    x: float
    y: float
    width: float
    height: float
    item: Box | FramedGraph
    labels: tuple[Label, ...]


@dataclass(slots=True)
class Scene:
    """All that is drawn: frames (the outermost first), boxes, wires."""

    width: float
    height: float
    frames: list[Placed] = field(default_factory=list)
    boxes: list[Placed] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def scene(piece: Piece, right: bool = False) -> Scene:
    """Place a piece and everything in it; its flow leads down the page, or to the right."""
    made = Scene(piece.width, piece.height)
    left = [(0.0, 0.0, piece)]
    while left:
        x, y, part = left.pop()
        _place(made, x, y, part)
        left += [(x + right, y + down, inner) for right, down, inner in reversed(part.parts)]
    return _to_the_right(made) if right else made


def _to_the_right(down: Scene) -> Scene:
    """Exchange what is across the flow and what is along it."""

    def placed(it: Placed) -> Placed:
        return Placed(it.y, it.x, it.height, it.width, it.item, tuple(map(label, it.labels)))

    def label(it: Label) -> Label:
        return Label(it.y, it.x, it.text)

    return Scene(
        down.height, down.width, [*map(placed, down.frames)], [*map(placed, down.boxes)],
        [Path(tuple((y, x) for x, y in path.points), path.arrow) for path in down.paths],
        [(y, x) for x, y in down.dots], [*map(label, down.labels)],
    )  # fmt: skip


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


def moved_right(ports: Sequence[Port], x: float) -> tuple[Port, ...]:
    """Move ports to the right by `x`."""
    return tuple(port._replace(x=port.x + x) for port in ports)
