"""How long the commands take as whole processes, over the import of what they stand on.

``python -m tests.benchmarks.startup [RUNS]``, with layercalc installed.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.timing import Job, Ratio, compare, table

ROOT = Path(__file__).resolve().parents[2]
SPEC = "specs/resnet.arch"
EVAL = ("eval", SPEC, "--depth", "n")
LIGHT = (("--help",), ("laws",))
EVAL_TARGET, LIGHT_TARGET = 1.35, 3.0
WITH_SYMPY = 100
PROBE = f"""
import sys
from layercalc.cli import main
try:
    status = main()
except SystemExit as leaving:
    status = leaving.code
sys.exit(status or ({WITH_SYMPY} if "sympy" in sys.modules else 0))
"""


def imports_sympy(*arguments: str) -> bool:
    """Tell whether a command imports sympy."""
    command = [sys.executable, "-c", PROBE, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode not in {0, WITH_SYMPY}:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.returncode == WITH_SYMPY


def ratios(runs: int) -> Iterator[Ratio]:
    """Time each command over its yardstick."""
    yield compare(command(*EVAL), importing("sympy"), EVAL_TARGET, runs)
    for light in LIGHT:
        yield compare(command(*light), importing("lark"), LIGHT_TARGET, runs)


def command(*arguments: str) -> tuple[str, Job]:
    """Give a command line of layercalc, to be timed as a whole process."""
    program = Path(sysconfig.get_path("scripts")) / "layercalc"
    return " ".join(arguments), _process(str(program), *arguments)


def importing(library: str) -> tuple[str, Job]:
    """Give a process that imports a library and no more."""
    return f"import {library}", _process(sys.executable, "-c", f"import {library}")


def _process(*command: str) -> Job:
    def run() -> None:
        subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True)

    return run


def main(runs: int = 11) -> None:
    """Print the table, then which light commands import sympy."""
    print(table(ratios(runs)))
    for light in LIGHT:
        told = "IMPORTS SYMPY" if imports_sympy(*light) else "imports no sympy"
        print(f"{' '.join(light):<34}  {told}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
