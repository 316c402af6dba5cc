"""The results of measuring rows: their measures, or the mistakes that prevent them."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from layercalc.closed import Closed
from layercalc.display import Shown
from layercalc.errors import SpecError
from layercalc.measures import LOGS, measure_all
from layercalc.paper.zoo.row import Row
from layercalc.records import dataclass, field, replace
from layercalc.resolve.loading import DEFAULT_LAWS

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from layercalc.network import Network, Tensor

#: Networks for which it does not pay to start processes.
FEW = 8


@dataclass(frozen=True, slots=True)
class Measured(Shown):
    """A row with all measures of its network, the finite logarithms to base two of `LOGS`, and what it takes.

    >>> from layercalc.paper.zoo.row import find
    >>> [result] = results(find("t1_17_resnet_50"), "literal")
    >>> result.log("gsc") == result.logs["gsc"], "gcc" in result.logs, result.log("gcc")
    (True, False, -inf)
    """

    row: Row
    measures: Mapping[str, Closed]
    logs: Mapping[str, float]
    image: Tensor = field(repr=False)
    laws: str = field(repr=False)

    @property
    def network(self) -> Network:
        """The network of the row, made again: what is measured in another process leaves it there."""
        return self.row.load(self.laws).network

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
    """Measure rows, each network once; on several processors where that pays, in the order given.

    >>> from layercalc.paper.zoo.row import find
    >>> first, second = results(find("AlexNet"))
    >>> first.row.table, second.row.table, first.measures is second.measures
    (1, 2, True)
    """
    rows = [*rows]
    points = {row.point: row for row in rows}
    measure = partial(_measured, laws=laws)
    with ExitStack() as stack:
        pool = _pool(len(points))
        apply = map if pool is None else stack.enter_context(pool).map
        found = iter(apply(measure, points.values()))
        known: dict[object, Result] = {}
        for row in rows:
            while row.point not in known:
                result = next(found)
                known[result.row.point] = result
            yield replace(known[row.point], row=row)


def _pool(networks: int) -> ProcessPoolExecutor | None:
    """Start processes, where there are processors for them and the system copies one that is running."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if networks < FEW or processors < 2 or not hasattr(os, "fork") or _has_threads():
        return None
    try:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        return ProcessPoolExecutor(min(processors, networks), get_context("fork"), _end_quietly)
    except (ImportError, OSError):  # no locks between processes
        return None


def _has_threads() -> bool:
    """Tell of threads beside this one, those of libraries too: in a copy what they hold would stay locked."""
    tasks = Path("/proc/self/task")
    return threading.active_count() > 1 or (tasks.is_dir() and len([*tasks.iterdir()]) > 1)


def _end_quietly() -> None:
    """Leave it to the first process to say that a run was interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _measured(row: Row, laws: str) -> Result:
    try:
        network = row.load(laws).network
        measures = measure_all(network)
    except SpecError as error:
        return Broken(row, error)
    logs = {name: log for name in LOGS if (log := measures[name].log2) is not None and math.isfinite(log)}
    return Measured(row, measures, logs, network.body.inputs[0], laws)
