"""The measures of rows, or the mistakes that keep a row from having any."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from layercalc.closed import Closed
from layercalc.errors import SpecError, fail
from layercalc.measures import MEASURES, measure_all
from layercalc.network import Network
from layercalc.resolve.program import DEFAULT_LAWS
from layercalc.shown import Shown
from layercalc.zoo.row import Row

#: The measures that are told by their logarithm.
LOGS = ("gcip", "gcc", "gsip", "gsc", "gwc")


@dataclass(frozen=True, slots=True)
class Measured(Shown):
    """A row with its network, all measures of it, and the logarithms to base two of `LOGS`."""

    row: Row
    network: Network
    measures: Mapping[str, Closed]
    logs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Broken(Shown):
    """A row without measures, and why."""

    row: Row
    error: SpecError


Result: TypeAlias = Measured | Broken


def results(rows: Iterable[Row], laws: str = DEFAULT_LAWS) -> Iterator[Result]:
    """Measure rows one by one, those of one network once.

    >>> from layercalc.zoo.row import find
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
        logs = {name: _log2(name, measures[name]) for name in LOGS}
    except SpecError as error:
        return Broken(row, error)
    return Measured(row, network, measures, logs)


def _log2(name: str, closed: Closed) -> float:
    log = closed.log2
    if log is None or not math.isfinite(log):
        raise fail(f"{MEASURES[name].label} is {closed.folded()}, which has no finite logarithm")
    return log
