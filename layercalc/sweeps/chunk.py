"""The rows of a stretch of points, and how they are put together from pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy

Array: TypeAlias = "numpy.ndarray[Any, Any]"


@dataclass(frozen=True)
class Chunk:
    """The rows of a stretch of points: a column for each param, then one for each measure.

    Columns of measures that overflow are logarithms to base two, `log2_gcc`. A whole number that
    does not fit into 64 bits is -1, and stands as a double in a column beside, `macs_double`, which
    is NaN elsewhere. `dropped` counts the points that are left out by the reason; `points` are all,
    those left out among them, and `built` those that were built one by one, in so many `seconds`.
    """

    columns: dict[str, Array]
    dropped: dict[str, int] = field(default_factory=dict)
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
    dropped: Counter[str] = field(default_factory=Counter)
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
