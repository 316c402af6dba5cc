"""How long fronts take of which every point is part, over sorting the points, and over other libraries.

``python -m tests.benchmarks.fronts [RUNS]``. paretoset is timed where it is installed, on fewer points.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec

import numpy as np

from layercalc.searches.columns import Doubles
from layercalc.searches.front import front
from tests.benchmarks.timing import Job, Ratio, compare, table, within

#: How many points in how many objectives, and the longest their front may take, in times of sorting them.
SIZES = {(1_000_000, 2): 4.0, (1_000_000, 3): 4.0, (100_000, 4): 20.0}
#: Seconds of a processor that a million points in three objectives may take.
SECONDS = 1.4
FEWER, SHARE = 30_000, 0.05


def costs(count: int, objectives: int) -> list[Doubles]:
    """Make points on a simplex, of which none dominates another one.

    >>> front(costs(100, 3)).all()
    np.True_
    """
    drawn = np.random.default_rng(1).random((objectives, count))
    return [*(drawn / drawn.sum(axis=0))]


def ratios(runs: int) -> Iterator[Ratio]:
    """Time fronts over sorting, over what is asked for, and over a library."""
    for (count, objectives), target in SIZES.items():
        points = costs(count, objectives)
        subject = f"front of {count:,} in {objectives} objectives"
        job: tuple[str, Job] = (subject, partial(front, points))
        yield compare(job, ("lexsort", partial(np.lexsort, points)), target, runs)
        if (count, objectives) == (1_000_000, 3):
            yield within(job, SECONDS, runs, time.process_time)
    if find_spec("paretoset"):
        from paretoset import paretoset

        points = costs(FEWER, 3)
        rows = np.stack(points, axis=1)
        job = (f"front of {FEWER:,}", partial(front, points))
        yield compare(job, ("paretoset", partial(paretoset, rows)), SHARE, 1)


def main(runs: int = 5) -> None:
    """Print the table."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
