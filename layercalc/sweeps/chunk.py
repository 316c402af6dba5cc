"""The rows of a stretch of points, and how they are put together from pieces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy

from layercalc.errors import SpecError

Array: TypeAlias = "numpy.ndarray[Any, Any]"

_NUMERAL = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")


class Example(NamedTuple):
    """A point that is left out, and what is said of it."""

    at: str
    message: str


@dataclass
class Dropped:
    """The points that are left out, counted by the reason, with an example of each.

    >>> dropped = Dropped()
    >>> dropped.add("width = ... is odd", 2, Example("width = 11", "width = 11 is odd"))
    >>> dropped.join(Dropped({"width = ... is odd": 1}, {"width = ... is odd": Example("width = 7", "...")}))
    >>> dropped.counts, dropped.examples["width = ... is odd"].at
    (Counter({'width = ... is odd': 3}), 'width = 7')
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Example] = field(default_factory=dict)

    def add(self, reason: str, count: int, example: Example) -> None:
        """Count points that are left out for the same reason."""
        self.counts[reason] += count
        self.examples.setdefault(reason, example)

    def join(self, other: Dropped) -> None:
        """Count others too; the shorter example is kept, whichever came first."""
        self.counts.update(other.counts)
        for reason, example in other.examples.items():
            kept = self.examples.get(reason, example)
            self.examples[reason] = min(kept, example, key=lambda one: (len(one.at), one))

    def told(self) -> Iterator[tuple[int, str, str]]:
        """Tell of each reason, the most frequent first: the count, where, and what is said of an example.

        >>> dropped = Dropped()
        >>> dropped.add("depth >= 8 is false", 2, Example("depth = 6", "depth >= 8 is false"))
        >>> [*dropped.told()]
        [(2, 'as at depth = 6', 'depth >= 8 is false')]
        """
        for reason, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            at, message = self.examples[reason]
            yield count, f"at {at}" if count == 1 else f"as at {at}", message


@dataclass(frozen=True)
class Chunk:
    """The rows of a stretch of points: a column for each param, then one for each measure.

    Columns of measures that overflow are logarithms to base two, `log2_gcc`. A whole number that
    does not fit into 64 bits is -1, and stands as a double in a column beside, `macs_double`, which
    is NaN elsewhere. `points` are all, those that are `dropped` among them, and `built` those that were
    built one by one, in so many `seconds`.
    """

    columns: dict[str, Array]
    dropped: Dropped = field(default_factory=Dropped)
    points: int = 0
    built: int = 0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0


@dataclass
class Pieces:
    """Rows that are found out of order: each piece with the places of its rows, None for all in order."""

    names: Sequence[str]
    found: list[tuple[Array | None, dict[str, Array]]] = field(default_factory=list)
    dropped: Dropped = field(default_factory=Dropped)
    built: int = 0
    seconds: float = 0.0

    def add(self, places: Array | None, columns: dict[str, Array]) -> None:
        """Keep a piece."""
        if places is None or len(places):
            self.found.append((places, columns))

    def joined(self, kinds: dict[str, Any]) -> tuple[Array | None, dict[str, Array]]:
        """Put the pieces in order; `kinds` are the types of the columns."""
        if len(self.found) == 1:
            return self.found[0]
        if not self.found:
            none = {name: numpy.zeros(0, dtype=kinds[name]) for name in self.names}
            return numpy.zeros(0, dtype=numpy.int64), none
        places = numpy.concatenate([piece for piece, _ in self.found if piece is not None])
        order = numpy.argsort(places, kind="stable")
        columns = {
            name: numpy.concatenate([columns[name] for _, columns in self.found])[order]
            for name in self.names
        }
        return places[order], columns


def reason_of(error: SpecError) -> str:
    """Tell why points are refused in words that many of them share: without their numbers.

    >>> from layercalc.errors import fail
    >>> reason_of(fail("width = 7 is outside `width >= 8`"))
    'width = ... is outside `width >= 8`'
    """
    message = error.diagnostics[0].message
    parts = message.split("`")
    return "`".join(part if place % 2 else _NUMERAL.sub("...", part) for place, part in enumerate(parts))
