"""Power and complexity along a network: local at each layer, cumulative after it (section 7.2, Fig. 7).

From: a network of numbers. To: a `ProfileStep` for each local layer and merge, from input to
output, with every round of a repeat; and the stages that they belong to.
Promises: the last step has the network's GCIP and GCC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from layercalc.forms.product import Product
from layercalc.inspect.layer_table import LayerRow, rows
from layercalc.measures.measure import is_local
from layercalc.network import Layer, Network, Tensor

#: A stage with more than this share of the steps is divided into the stages inside it.
LARGE = 0.5
#: The branches of a loop's round, which belong to one stage: `stage 1 add/1`.
_BRANCHES = re.compile(r"(?<=.) \w+/\d+.*")


@dataclass(frozen=True, slots=True)
class ProfileStep:
    """A local layer, or a merge (without `layer`), with the cumulative values after it."""

    name: str
    place: tuple[str, ...]
    output: Tensor
    power: Product
    complexity: Product
    layer: Layer | None

    @property
    def local_power(self) -> Product:
        """The power p of the layer, 1 for a merge."""
        return self._law("power")

    @property
    def local_complexity(self) -> Product:
        """The complexity c of the layer, 1 for a merge."""
        return self._law("complexity")

    def _law(self, name: str) -> Product:
        value = None if self.layer is None else self.layer.law(name)
        return Product.of(1 if value is None else value)


def steps(network: Network) -> list[ProfileStep]:
    """List the layers that change the data, and the merges; neutral layers are left out.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> found = steps(resolve(load_program("autoencoder")))
    >>> [(step.name, str(step.local_power.rational()), str(step.power.rational())) for step in found][:2]
    [('conv', '8/27', '8/27'), ('conv', '1/18', '4/243')]

    Raises `SpecError` over `limits.ROWS` rows, and where the rounds of a repeat are a symbol.
    """
    return [
        ProfileStep(row.name, row.place, row.output, row.power, row.complexity, row.layer)
        for row in rows(network, unroll=True)
        if _counts(row)
    ]


def _counts(row: LayerRow) -> bool:
    """Tell whether a row changes the data; neutral layers and ends of repeats do not."""
    return row.kind == "merge" or (row.layer is not None and is_local(row.layer) is not None)


class ProfileStage(NamedTuple):
    """The steps of one block, loop or round, by their numbers from 1; steps outside of these have no name."""

    name: str
    first: int
    last: int


def stages(found: Sequence[ProfileStep]) -> list[ProfileStage]:
    """Divide the steps of a network by the blocks of its top level, and large blocks by those inside them.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> [*map(tuple, stages(steps(resolve(load_program("mlp")))))]
    [('', 1, 2), ('round 1 of 2', 3, 4), ('round 2 of 2', 5, 6), ('', 7, 7)]
    """
    return [*_parted([step.place for step in found], 0, 1, LARGE * len(found))]


def _parted(
    places: Sequence[tuple[str, ...]], level: int, first: int, large: float
) -> Iterator[ProfileStage]:
    """Group neighbouring steps by the block that they are in at a level of nesting."""
    for name, group in groupby(places, lambda place: _BRANCHES.sub("", "".join(place[level : level + 1]))):
        inner = [*group]
        if name and len(inner) > large and any(len(place) > level + 1 for place in inner):
            yield from _parted(inner, level + 1, first, large)
        else:
            yield ProfileStage(name, first, first + len(inner) - 1)
        first += len(inner)
