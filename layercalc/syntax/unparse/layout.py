"""What a text is made of before it has lines: pieces, and the places where a line may end.

From: the writers of this room. To: `printer`, which chooses the lines. Promises: a
layout is data and holds every word and comment once, in order; what must take
several lines (`forced`) is known when it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, TypeAlias


class Break(Enum):
    """The end of a line, whatever fits: `FRESH` ends none where one has just begun."""

    HARD = "hard"
    FRESH = "fresh"

    @property
    def forced(self) -> bool:
        """A line ends, so there are several."""
        return True


class MarkPlace(Enum):
    """What a mark of a column asks of the piece that it stands in, to be aligned."""

    OPEN = "in a piece of several lines"
    CLOSED = "in a piece of one line that stands in no other such"


@dataclass(slots=True, frozen=True)
class Line:
    """The end of a line where the piece around it takes several lines, `flat` where it does not."""

    flat: str = " "
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class SoftBreak:
    """The end of a line if what follows does not fit, else `flat`, or the mark of a column."""

    flat: str = " "
    mark: ColumnMark | None = None
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class ColumnMark:
    """A column: what follows is aligned with what follows the same mark in the lines around.

    `kind` and `name` make the column, which of one kind is the one of `rank` from the left,
    at least `gap` spaces behind what it follows. `lead` characters go before it, so that
    numbers end where others end. One that `begins` a column has nothing to do with those above.
    """

    kind: int
    name: str = ""
    rank: int = 0
    gap: int = 1
    lead: int = 0
    place: MarkPlace = MarkPlace.OPEN
    begins: bool = False
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class Loose:
    """A text that no line end could make shorter: it may pass the edge."""

    text: str
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class Remark:
    """A comment: the rest of its line."""

    text: str
    forced: ClassVar[bool] = True


@dataclass(slots=True, frozen=True)
class Either:
    """One text where the piece around it takes one line, another where it takes several."""

    flat: str
    broken: str
    forced: ClassVar[bool] = False


@dataclass(slots=True)
class Nest:
    """Lines that begin four spaces further in."""

    inner: Layout
    forced: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = forced(self.inner)


@dataclass(slots=True)
class Fitted:
    """A piece that stands in one line if it fits; `broken` is what the printer chose."""

    inner: Layout
    forced: bool = field(init=False)
    broken: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = self.broken = forced(self.inner)


@dataclass(slots=True)
class After:
    """`broken` behind a piece that took several lines, else `other`."""

    group: Fitted
    broken: Layout
    other: Layout
    forced: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = forced(self.broken if self.group.forced else self.other)


class Watched(Fitted):
    """A piece that chooses for itself, watched: `broken` tells whether it took several lines."""

    __slots__ = ()


class Bracket(Fitted):
    """A piece whose last line is its closing bracket: its first line may go on from any other."""

    __slots__ = ()


@dataclass(slots=True)
class Hang:
    """A piece that ends in a bracket, which may open while all `before` it stays in one line.

    Where it does not fit, nor all before the bracket, it is `broken`.
    """

    before: Layout
    bracket: Bracket | Hang
    behind: str
    broken: Layout
    forced: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = forced(self.broken)


@dataclass(slots=True)
class AssignedValue:
    """What follows an equals sign: on its line, or on lines of its own below it.

    A `close` one, a list or a match, opens its bracket before it goes below.
    """

    inner: Layout
    close: bool
    forced: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = forced(self.inner)


Layout: TypeAlias = (
    "str | list[Layout] | Break | Line | SoftBreak | ColumnMark | Loose | Remark | Either"
    " | Nest | Fitted | After | Hang | AssignedValue"
)


def forced(layout: Layout) -> bool:
    """Tell whether a layout must take several lines."""
    if isinstance(layout, str):
        return False
    return any(map(forced, layout)) if isinstance(layout, list) else layout.forced
