"""What is searched: a grid of networks, objectives, and bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from layercalc.errors import fail, listing
from layercalc.measures import known_measures
from layercalc.paper.accuracy.forecast import Basis
from layercalc.resolve.measured import measures_of
from layercalc.searches.accuracy import with_accuracy
from layercalc.searches.bounds import Bound, Bounds, read_bounds
from layercalc.searches.columns import Columns, Mask
from layercalc.searches.objective import ACCURACIES, Objective, read_objectives
from layercalc.sweeps.grid import Block, Value
from layercalc.sweeps.request import Request
from layercalc.sweeps.run import Chunk
from layercalc.sweeps.sweeper import Sweeper


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
        wanted = [*(one.measure for one in objectives), *(name for one in bounds for name in one.measures)]
        names = [name for name in wanted if name not in ACCURACIES]
        names += basis.predictor.parts if basis is not None else ()
        return cls(replace(request, measures=tuple(dict.fromkeys(names))), objectives, bounds, basis)

    @property
    def axes(self) -> Mapping[str, Sequence[Value]]:
        """The values of the params that are open."""
        return self.request.grid.axes

    @property
    def wanted(self) -> str:
        """What is asked, in words."""
        sides: dict[str, list[str]] = {}
        for objective in self.objectives:
            within = f" (steps of {objective.tolerance})" if objective.tolerance is not None else ""
            sides.setdefault(objective.side, []).append(objective.label + within)
        told = ", ".join(f"{side} {listing(labels, 'and')}" for side, labels in sides.items())
        bounds = listing([bound.text for bound in self.bounds], "and")
        return f"{told}; subject to {bounds}" if bounds else told

    def measured(self) -> Iterator[Chunk]:
        """Measure all points, with the accuracies that are asked for."""
        for block in self.blocks():
            yield self._accurate(self.sweeper.chunk(block))

    def blocks(self) -> Iterator[Block]:
        """Cut the grid into blocks that are measured at once."""
        return self.request.grid.blocks(self.sweeper.most)

    def measured_at(self, places: Mapping[str, int]) -> Chunk:
        """Measure the point at some places of the axes; the chunk has no row where it is no network."""
        spans = tuple((places[name], places[name] + 1) for name in self.axes)
        return self._accurate(self.sweeper.chunk(Block(0, spans, 1)))

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
    def sweeper(self) -> Sweeper:
        """What measures the points."""
        return Sweeper(self.request)

    @cached_property
    def _held(self) -> Bounds:
        """The bounds, as they are held against columns."""
        return Bounds(self.bounds, self.sweeper.layout, self.sweeper.below)

    def _accurate(self, chunk: Chunk) -> Chunk:
        return chunk if self.basis is None else with_accuracy(chunk, self.basis, self.axes)

    def kept(self, columns: Columns) -> list[Mask]:
        """Tell for each bound which points keep it."""
        return self._held.kept(columns) if self.bounds else []


def asked(
    request: Request, basis: Callable[[str | None], Basis], maximize: Sequence[str], minimize: Sequence[str],
    bounds: Sequence[str] = (), tolerance: Sequence[str] = (), predictor: str | None = None,
) -> Question:  # fmt: skip
    """Read what is asked of the networks of a request; `basis` is called where accuracies are expected.

    Raises `SpecError` for any mistake, before anything is calculated.
    """
    known = [*known_measures(), *measures_of(request.program)]
    objectives = read_objectives(maximize, minimize, tolerance, known)
    wanted = read_bounds(bounds, known, request.grid.axes)
    names = {one.measure for one in objectives}.union(*(one.measures for one in wanted))
    accurate = not names.isdisjoint(ACCURACIES)
    if predictor is not None and not accurate:
        raise fail("a predictor is for top1 and top5, and neither is asked for", hint="--maximize top1")
    return Question.of(request, objectives, wanted, basis(predictor) if accurate else None)
