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
#: Commands with symbols, and at numbers, over the import of sympy; light ones over that of Lark.
SYMBOLS = {f"eval {SPEC} --depth n": 1.35}
NUMBERS = {"eval resnet --depth 152": 0.6, "compare resnet vgg": 0.7}
LIGHT = {"--help": 3.0, "laws": 3.0, "check resnet": 2.0, "layers resnet": 2.0}
#: Commands at numbers in several forms, of which none needs sympy.
AT_NUMBERS = (
    *NUMBERS, *LIGHT, "eval densenet --exact", "eval unet --format json", "layers mobilenet_v2 --format csv",
    "eval vgg --laws literal", "eval inception_v3 --laws channels", "compare lenet mlp --format json",
    "zoo --family squeezenet", "zoo t1_01_alexnet --format json", "eval transformer",
)  # fmt: skip
IMPORTED = 100
PROBE = f"""
import shlex, sys
from layercalc.cli import main
for line in sys.argv[2:]:
    main(shlex.split(line), standalone_mode=False)
sys.exit({IMPORTED} if {{*sys.argv[1].split(",")}} & {{*sys.modules}} else 0)
"""


def imports_sympy(*commands: str, modules: str = "sympy,mpmath") -> bool:
    """Tell whether some commands, one after the other, import sympy or mpmath, or modules of these."""
    command = [sys.executable, "-c", PROBE, modules, *commands]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode not in {0, IMPORTED}:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.returncode == IMPORTED


def ratios(runs: int) -> Iterator[Ratio]:
    """Time each command over its yardstick."""
    for line, target in (SYMBOLS | NUMBERS).items():
        yield compare(command(*line.split()), importing("sympy"), target, runs)
    for line, target in LIGHT.items():
        yield compare(command(*line.split()), importing("lark"), target, runs)


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
    """Print the table, then which commands import sympy."""
    print(table(ratios(runs)))
    for line in NUMBERS | LIGHT:
        told = "IMPORTS SYMPY" if imports_sympy(line) else "imports no sympy"
        print(f"{line:<34}  {told}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
