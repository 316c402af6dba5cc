"""What is searched: a grid of networks, objectives, and bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from layercalc.paper.accuracy.forecast import Basis
from layercalc.search.accuracy import with_accuracy
from layercalc.search.bounds import Bound
from layercalc.search.columns import Columns, Mask
from layercalc.search.objective import ACCURACIES, Objective
from layercalc.sweep.grid import Block, Value
from layercalc.sweep.request import Request
from layercalc.sweep.run import Chunk, chunks
from layercalc.sweep.sweeper import Sweeper


@dataclass(frozen=True)
class Question:
    """A spec with the params that are open, and what is wanted of its networks.

    `basis` is what accuracies are expected from, None where none is asked for.
    """

    request: Request
    objectives: Sequence[Objective]
    bounds: Sequence[Bound] = ()
    basis: Basis | None = None

    @classmethod
    def of(
        cls,
        request: Request,
        objectives: Sequence[Objective],
        bounds: Sequence[Bound] = (),
        basis: Basis | None = None,
    ) -> Question:
        """Ask, and let the sweep measure what objectives, bounds and accuracies need."""
        wanted = [*(one.measure for one in objectives), *(one.measure for one in bounds)]
        names = [name for name in wanted if name not in ACCURACIES]
        names += basis.predictor.parts if basis is not None else ()
        return cls(replace(request, measures=tuple(dict.fromkeys(names))), objectives, bounds, basis)

    @property
    def axes(self) -> Mapping[str, Sequence[Value]]:
        """The values of the params that are open."""
        return self.request.grid.axes

    def measured(self) -> Iterator[Chunk]:
        """Measure all points, with the accuracies that are asked for."""
        yield from map(self._accurate, chunks(self.request))

    def measured_at(self, places: Mapping[str, int]) -> Chunk:
        """Measure the point at some places of the axes; the chunk has no row where it is no network."""
        spans = tuple((places[name], places[name] + 1) for name in self.axes)
        return self._accurate(self._sweeper.chunk(Block(0, spans, 1)))

    def places(self, point: Mapping[str, Any]) -> dict[str, int]:
        """Find the places on the axes of a point, of which columns have doubles."""
        return {
            name: next(place for place, value in enumerate(values) if float(value) == float(point[name]))
            for name, values in self.axes.items()
        }

    def exact(self, point: Mapping[str, Any]) -> dict[str, Value]:
        """Give the exact values of a point."""
        return {name: self.axes[name][place] for name, place in self.places(point).items()}

    @cached_property
    def _sweeper(self) -> Sweeper:
        """What measures single points: with the columns of the whole grid."""
        return Sweeper(self.request)

    def _accurate(self, chunk: Chunk) -> Chunk:
        return chunk if self.basis is None else with_accuracy(chunk, self.basis)

    def kept(self, columns: Columns) -> list[Mask]:
        """Tell for each bound which points keep it."""
        return [bound.kept(columns) for bound in self.bounds]
