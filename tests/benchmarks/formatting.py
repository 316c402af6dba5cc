"""How long laying a spec out takes over reading it: ``python -m tests.benchmarks.formatting [RUNS]``.

What is laid out is read before and behind, to be compared; all of that should take
under half a second for a thousand lines.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from layercalc.errors import Source
from layercalc.syntax.parse import parse
from layercalc.syntax.unparse import formatted
from tests.benchmarks.parsing import text
from tests.benchmarks.timing import Ratio, compare, table

TARGET = 4.0


def ratios(runs: int) -> Iterator[Ratio]:
    """Time the layout over the parser."""
    source = Source("bench.arch", text())
    yield compare(
        (f"fmt, {len(source.text.splitlines())} lines", lambda: formatted(source)),
        ("parse", lambda: parse(source)),
        TARGET,
        runs,
    )


def main(runs: int = 15) -> None:
    """Print the table."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
