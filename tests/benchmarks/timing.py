"""Time two things side by side, and tell their ratio against a target.

From: a subject and a yardstick, both callable. To: a row of a table. Promises: the
runs alternate, so a machine that slows down slows both; a time is the median of
its runs; one run of each before the first is not counted. It judges, it asserts nothing.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Job = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How long a subject took over its yardstick, both in seconds, and the ratio not to pass."""

    subject: str
    yardstick: str
    seconds: float
    yardstick_seconds: float
    target: float

    @property
    def ratio(self) -> float:
        """The subject's time in units of the yardstick's.

        >>> Ratio("eval", "import sympy", 0.75, 0.5, 1.6).ratio
        1.5
        """
        return self.seconds / self.yardstick_seconds

    @property
    def verdict(self) -> str:
        return "met" if self.ratio <= self.target else "MISSED"


def compare(subject: tuple[str, Job], yardstick: tuple[str, Job], target: float, runs: int) -> Ratio:
    """Time a subject and its yardstick in turn."""
    pairs = [(_seconds(subject[1]), _seconds(yardstick[1])) for _ in range(runs + 1)][1:]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Ratio(subject[0], yardstick[0], mine, other, target)


def within(subject: tuple[str, Job], limit: float, runs: int, clock: Clock = time.perf_counter) -> Ratio:
    """Time a subject over so many seconds; `time.process_time` leaves out what other processes take.

    >>> within(("nothing", lambda: None), 1.0, 3).yardstick
    '1000 ms'
    """
    seconds = statistics.median([_seconds(subject[1], clock) for _ in range(runs + 1)][1:])
    return Ratio(subject[0], f"{limit * 1e3:.0f} ms", seconds, limit, 1.0)


def _seconds(job: Job, clock: Clock = time.perf_counter) -> float:
    start = clock()
    job()
    return clock() - start


def table(ratios: Iterable[Ratio]) -> str:
    """Lay ratios out in columns, times in milliseconds.

    >>> print(table([Ratio("check", "import lark", 0.15, 0.1, 3.0)]))
    subject                                   ms  over                ms  ratio  target  verdict
    check                                  150.0  import lark      100.0   1.50    3.00  met
    """
    head = ("subject", "ms", "over", "ms", "ratio", "target", "verdict")
    return "\n".join([_row(*head), *(_row(*_cells(ratio)) for ratio in ratios)])


def _cells(ratio: Ratio) -> tuple[str, ...]:
    times = f"{ratio.seconds * 1e3:.1f}", f"{ratio.yardstick_seconds * 1e3:.1f}"
    figures = f"{ratio.ratio:.2f}", f"{ratio.target:.2f}"
    return ratio.subject, times[0], ratio.yardstick, times[1], *figures, ratio.verdict


def _row(*cells: str) -> str:
    return "{:<34}  {:>8}  {:<12}  {:>8}  {:>5}  {:>6}  {}".format(*cells)
