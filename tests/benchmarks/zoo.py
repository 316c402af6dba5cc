"""How long the zoo takes as whole processes, over importing sympy: all rows, and the slowest.

``python -m tests.benchmarks.zoo [RUNS]``, with layercalc installed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.benchmarks.startup import command, importing
from tests.benchmarks.timing import Ratio, compare, table, within

#: What is asked of the zoo, and the longest it may take, in times of importing sympy.
ASKED = {
    "zoo": 8.0,
    "zoo t1_36_amoebanet_d_pipeline_8": 4.0,
}
#: Seconds that all rows may take.
SECONDS = 2.0


def ratios(runs: int) -> Iterator[Ratio]:
    """Time each over its yardstick."""
    for asked, target in ASKED.items():
        yield compare(command(*asked.split()), importing("sympy"), target, runs)
    yield within(command("zoo"), SECONDS, runs)


def main(runs: int = 5) -> None:
    """Print the ratios."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
