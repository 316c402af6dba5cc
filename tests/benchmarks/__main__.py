"""Run benchmarks, and compare them with an earlier run: ``python -m tests.benchmarks [NAME ...]``.

Without names all are run: startup, parsing, formatting, families, zoo, hover, sweep, fronts and
peers. With ``--out FILE`` the figures are written as JSON; with ``--against FILE`` they are told beside
those of that file, and the exit status is 1 where a ratio is over 1.25 times as large as there.
``--runs N`` takes the median of N runs. ``--torch PYTHON`` is the Python that has the peers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.benchmarks import peers
from tests.benchmarks.records import changes, read, worse, written
from tests.benchmarks.timing import Ratio, table

NAMES = ("startup", "parsing", "formatting", "families", "zoo", "hover", "sweep", "fronts", "peers")


def main(*arguments: str) -> int:
    """Run what is asked for, and give the exit status."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--torch", default=sys.executable, metavar="PYTHON")
    asked = parser.parse_args(arguments)
    if unknown := {*asked.names} - {*NAMES}:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    before = read(asked.against) if asked.against else {}
    found: dict[str, list[Ratio]] = {}
    for name in asked.names or NAMES:
        print(f"\n{name}")
        found[name] = [*_run(name, asked.runs, asked.torch)]
        print(table(found[name]))
    if asked.out:
        asked.out.write_text(written(found), "utf-8")
    if asked.against:
        told = changes(found, before)
        print(f"\nagainst {asked.against}\n{told}")
    return int(bool(asked.against) and worse(found, before))


def _run(name: str, runs: int, python: str) -> Iterator[Ratio]:
    if name == "peers":
        return peers.ratios(runs, python)
    found: Iterator[Ratio] = import_module(f"tests.benchmarks.{name}").ratios(runs)
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
