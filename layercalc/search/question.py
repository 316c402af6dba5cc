"""What is searched: a grid of networks, objectives, and bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from layercalc.paper.accuracy.forecast import Basis
from layercalc.search.accuracy import with_accuracy
from layercalc.search.bounds import Bound
from layercalc.numbers.scalar import Number
from layercalc.search.front import Array, Mask
from layercalc.search.gathering import Columns
from layercalc.search.objective import ACCURACIES, Objective
from layercalc.sweep.grid import Value
from layercalc.sweep.points import columns_of, measured
from layercalc.sweep.request import Request
from layercalc.sweep.run import Chunk, chunks


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
        cls, request: Request, objectives: Sequence[Objective], bounds: Sequence[Bound] = (), basis: Basis | None = None
    ) -> Question:
        """Ask, and let the sweep measure what objectives, bounds and accuracies need."""
        names = [one.measure for one in (*objectives, *bounds) if one.measure not in ACCURACIES]
        names += basis.predictor.parts if basis is not None else ()
        return cls(replace(request, measures=tuple(dict.fromkeys(names))), objectives, bounds, basis)

    @property
    def axes(self) -> Mapping[str, Sequence[Value]]:
        """The values of the params that are open."""
        return self.request.grid.axes

    def measured(self) -> Iterator[Chunk]:
        """Measure all points, with the accuracies that are asked for."""
        for chunk in chunks(self.request):
            yield chunk if self.basis is None else with_accuracy(chunk, self.basis)

    def measured_at(self, values: Mapping[str, Value]) -> Chunk:
        """Measure one point by building its network; the chunk has no row where it is none."""
        found = measured(self.request, values)
        if isinstance(found, str):
            empty = {name: np.zeros(0) for name in (*values, *columns_of(self.request.measures))}
            return Chunk(empty, {found: 1}, 1)
        numbers = {**values, **dict(zip(columns_of(self.request.measures), found.values(), strict=True))}
        columns = {name: _single(number) for name, number in numbers.items()}
        chunk = Chunk(columns, {}, 1)
        return chunk if self.basis is None else with_accuracy(chunk, self.basis)

    def kept(self, columns: Columns) -> list[Mask]:
        """Tell for each bound which points keep it."""
        return [bound.kept(columns) for bound in self.bounds]


def _single(number: Number | float) -> Array:
    """Make a column of one number: whole numbers of 63 bits stay exact."""
    exact = isinstance(number, int) and abs(number) < 2**63
    return np.array([number if exact else float(number)])
