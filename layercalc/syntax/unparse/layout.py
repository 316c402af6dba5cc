"""Layouts: a text before it is divided into lines, as pieces with the places where a line may break.

From: the writers of this room. To: `printer`, which chooses the line breaks. Promises: a
layout is data and holds every word and comment once, in order; what must take
several lines (`forced`) is known when it is made.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, TypeAlias

from layercalc.records import dataclass, field


class Break(Enum):
    """A line break in any case; `FRESH` adds none at the start of a line."""

    HARD = "hard"
    FRESH = "fresh"

    @property
    def forced(self) -> bool:
        """Always true: a break makes several lines."""
        return True


class MarkPlace(Enum):
    """The condition on the piece around a mark under which its column is aligned."""

    OPEN = "in a piece of several lines"
    CLOSED = "in a piece of one line that stands in no other such"


@dataclass(slots=True, frozen=True)
class Line:
    """A line break where the piece around it takes several lines, else the text `flat`."""

    flat: str = " "
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class SoftBreak:
    """A line break only if what follows does not fit, else `flat` or the mark of a column."""

    flat: str = " "
    mark: ColumnMark | None = None
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class ColumnMark:
    """The mark of a column: the text after it is aligned with that after the same mark in lines around.

    `kind` and `name` identify the column; `rank` orders those of one kind from left to right.
    It is at least `gap` spaces after the text before. `lead` characters are placed before the
    column, so that numbers are aligned right. A mark that `begins` is not aligned with lines above.
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
    """A text that no line break could make shorter: it may exceed the width."""

    text: str
    forced: ClassVar[bool] = False


@dataclass(slots=True, frozen=True)
class Remark:
    """A comment: the rest of its line."""

    text: str
    forced: ClassVar[bool] = True


@dataclass(slots=True, frozen=True)
class Either:
    """The text `flat` where the piece around it takes one line, `broken` where it takes several."""

    flat: str
    broken: str
    forced: ClassVar[bool] = False


@dataclass(slots=True)
class Nest:
    """Lines with a further indent of four spaces."""

    inner: Layout
    forced: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = forced(self.inner)


@dataclass(slots=True)
class Fitted:
    """A piece that is put on one line if it fits; the printer sets `broken` if it does not."""

    inner: Layout
    forced: bool = field(init=False)
    broken: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = self.broken = forced(self.inner)


@dataclass(slots=True)
class After:
    """`broken` after a piece that took several lines, else `other`."""

    group: Fitted
    broken: Layout
    other: Layout
    forced: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forced = forced(self.broken if self.group.forced else self.other)


class Watched(Fitted):
    """A piece that breaks by itself; `broken` records whether it took several lines."""

    __slots__ = ()


class Bracket(Fitted):
    """A piece in brackets, whose last line is the closing one; it may open on any line."""

    __slots__ = ()


@dataclass(slots=True)
class Hang:
    """A piece that ends in a bracket, which may be opened while all `before` it stays on one line.

    If not even the part before the bracket fits, the layout is `broken`.
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
    """The value after an equals sign: on the same line, or on lines below it.

    If it is `close` (a list or a match), its bracket opens before the value moves below.
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
