"""The results of measuring rows: their measures, or the mistakes that prevent them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from layercalc.closed import Closed
from layercalc.display import Shown
from layercalc.errors import SpecError
from layercalc.measures import LOGS, measure_all
from layercalc.network import Network
from layercalc.paper.zoo.row import Row
from layercalc.resolve.loading import DEFAULT_LAWS


@dataclass(frozen=True, slots=True)
class Measured(Shown):
    """A row with its network, all measures of it, and the finite logarithms to base two of `LOGS`.

    >>> from layercalc.paper.zoo.row import find
    >>> [result] = results(find("t1_17_resnet_50"), "literal")
    >>> result.log("gsc") == result.logs["gsc"], "gcc" in result.logs, result.log("gcc")
    (True, False, -inf)
    """

    row: Row
    network: Network
    measures: Mapping[str, Closed]
    logs: Mapping[str, float]

    def log(self, name: str) -> float | None:
        """Give the logarithm of a measure: minus infinity where it is 0, None where it has none."""
        return self.logs.get(name, -math.inf if self.measures[name].product.is_zero else None)


@dataclass(frozen=True, slots=True)
class Broken(Shown):
    """A row without measures, and why."""

    row: Row
    error: SpecError


Result: TypeAlias = Measured | Broken


def results(rows: Iterable[Row], laws: str = DEFAULT_LAWS) -> Iterator[Result]:
    """Measure rows one by one, each network once.

    >>> from layercalc.paper.zoo.row import find
    >>> first, second = results(find("AlexNet"))
    >>> first.row.table, second.row.table, first.measures is second.measures
    (1, 2, True)
    """
    known: dict[object, Result] = {}
    for row in rows:
        if row.point not in known:
            known[row.point] = _measured(row, laws)
        yield replace(known[row.point], row=row)


def _measured(row: Row, laws: str) -> Result:
    try:
        network = row.load(laws).network
        measures = measure_all(network)
    except SpecError as error:
        return Broken(row, error)
    logs = {name: log for name in LOGS if (log := measures[name].log2) is not None and math.isfinite(log)}
    return Measured(row, network, measures, logs)
