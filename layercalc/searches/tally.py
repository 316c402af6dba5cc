"""The counts and the fronts of a search under way.

From: a question, and chunks of measured points. To: a `Found`. Promises: every point is counted: as no
network, as outside a bound, as beaten, or as on the front. That no point keeps all bounds is a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np

from layercalc.errors import LimitError, SpecError, fail, listing
from layercalc.searches import cells
from layercalc.searches.bounds import Bound
from layercalc.searches.columns import Columns, Mask, values
from layercalc.searches.found import Binding, Found, Sample
from layercalc.searches.front import front
from layercalc.searches.gathering import Gathering, Kept, Thinned, costs_of, joined
from layercalc.searches.question import Question
from layercalc.sweeps.chunk import Dropped
from layercalc.sweeps.run import Chunk

Watch: TypeAlias = Callable[[Iterable[Chunk], int], Iterable[Chunk]]
"""What reports progress: it passes chunks on, and is told how many there are."""


def unwatched(chunks: Iterable[Chunk], count: int) -> Iterable[Chunk]:
    """Pass chunks on."""
    return chunks


class Tally:
    """What is known of a search so far."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._front, self._ground = Gathering(question.objectives), Thinned()
        self._bounds = [_BoundTally(bound, question) for bound in question.bounds]
        self._dropped = Dropped()
        self._points = self._valid = self._built = 0

    def add(self, chunk: Chunk) -> None:
        """Take the points of a chunk."""
        self._dropped.join(chunk.dropped)
        self._points += chunk.points
        self._valid += chunk.rows
        self._built += chunk.built
        if not chunk.rows:
            return
        kept = self._question.kept(chunk.columns)
        broken = sum((~mask for mask in kept), start=np.zeros(chunk.rows, dtype=np.int64))
        feasible = _where(chunk.columns, broken == 0)
        self._front.add(feasible)
        self._ground.add(feasible)
        for tally, mask in zip(self._bounds, kept, strict=True):
            tally.add(chunk.columns, mask, ~mask & (broken == 1))

    def found(self, sample: Sample | None = None) -> Found:
        """Make the answer.

        Raises `SpecError` where no point is feasible.
        """
        best = self._front.front()
        if best is None:
            raise self._empty()
        order = np.lexsort([*reversed(costs_of(self._question.objectives, best.columns, exact=True))])
        best = best.take(order)
        return Found(
            self._question, best.columns, best.alike, self._points, self._valid, self._front.seen,
            self._dropped, [tally.binding(best) for tally in self._bounds], sample,
            self._ground.columns, self._built,
        )  # fmt: skip

    def _empty(self) -> SpecError:
        """Tell why the front is empty."""
        if not self._valid:
            hints = (f"most often, {at}: {message}" for _, at, message in self._dropped.told())
            return fail(f"no point of {self._points:,} is a network", hint=next(hints, ""))
        for tally in self._bounds:
            if tally.outside == self._valid:
                message = f"no point is feasible: no network of {self._valid:,} keeps '{tally.bound.text}'"
                return fail(message, hint=listing([*tally.reached()], "and"))
        counts = [f"'{tally.bound.text}' leaves out {tally.outside:,}" for tally in self._bounds]
        message = f"no point is feasible: no network of {self._valid:,} keeps all bounds"
        return fail(message, hint=listing(counts, "and"))


class _BoundTally:
    """What a bound leaves out."""

    def __init__(self, bound: Bound, question: Question) -> None:
        self.bound, self.outside = bound, 0
        self._objectives = question.objectives
        self._alone = Gathering(question.objectives)
        self._count, self._many = 0, False
        self._ranges = dict.fromkeys(bound.measures, (np.inf, -np.inf))

    def add(self, columns: Columns, kept: Mask, alone: Mask) -> None:
        """Take points, of which some keep the bound, and some break this bound alone."""
        self.outside += len(kept) - int(kept.sum())
        self._count += int(alone.sum())
        if not self._many:
            with self._limited():
                self._alone.add(_where(columns, alone))
        for name, (low, high) in self._ranges.items():
            reached = values(columns, name)
            self._ranges[name] = min(low, reached.min()), max(high, reached.max())

    def reached(self) -> Iterator[str]:
        """Tell what the measures in it are."""
        for name, (low, high) in self._ranges.items():
            least, most = cells.texts(name, [float(low), float(high)])
            yield f"{cells.header(name)} is from {least} to {most}"

    def binding(self, best: Kept) -> Binding:
        """Hold the points that this bound alone leaves out against the front."""
        joins, goes, others = 0, 0, None
        with self._limited():
            others = self._alone.front()
        if others is not None:
            both = joined([best, others])
            costs = costs_of(self._objectives, both.columns)
            goes = int((~front(costs)[: best.count]).sum())
            outside = np.arange(both.count) >= best.count  # it beats no point, and joins none that is equal
            joins = int(front([*costs, outside.astype(np.int64)])[best.count :].sum())
        known = not self._many
        return Binding(
            self.bound, self.outside, self._count, joins if known else None, goes if known else None
        )

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Give up what is left out where it is too much: what is looked for is another front."""
        try:
            yield
        except LimitError:
            self._many = True
            self._alone = Gathering(self._objectives)


def _where(columns: Columns, mask: Mask) -> Columns:
    return {name: column[mask] for name, column in columns.items()}
