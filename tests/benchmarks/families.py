"""How long the closed forms of the shipped families take as whole processes, over importing sympy.

``python -m tests.benchmarks.families [RUNS]``, with layercalc installed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.benchmarks.startup import command, importing
from tests.benchmarks.timing import Ratio, compare, table

#: A family with its params as symbols, and the longest it may take, in times of importing sympy.
FAMILIES = {
    "resnet_cifar --depth n --width w": 3.0,
    "wide_resnet --depth n --widening k": 8.0,
    "vgg --convolutions n --width w": 8.0,
    "densenet --layers n --growth k": 8.0,
    "mobilenet --width w --resolution r": 8.0,
    "unet --levels n --width w": 8.0,
    "mlp --depth n --width w": 8.0,
    "nasnet --cells n --filters f": 8.0,
    "transformer --layers n --width d --heads h --length t": 8.0,
    "rnn --steps t": 8.0,
}


def ratios(runs: int) -> Iterator[Ratio]:
    """Time each family over its yardstick."""
    for family, target in FAMILIES.items():
        yield compare(command("eval", *family.split()), importing("sympy"), target, runs)


def main(runs: int = 5) -> None:
    """Print the ratios."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
