"""How long a sweep takes over numpy written by hand for one family, on the same grid.

``python -m tests.benchmarks.sweep [RUNS]``. Both give the columns of both params and of log2 of GCC, params
and MACs as arrays of a million rows. What is written by hand is what one would write: the closed form that
`layercalc eval` prints, with numpy's broadcasting. The time of a derivation, which is once, is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layercalc.resolve.loading import load_program
from layercalc.sweeps.grid import Block, Grid
from layercalc.sweeps.request import Request
from layercalc.sweeps.sweeper import Sweeper
from tests.benchmarks.timing import Ratio, compare, table

Array = np.ndarray[Any, Any]
Columns = tuple[Array, Array, Array]
MEASURES = ("gcc", "params", "macs")
LOG3, LOG7 = np.log2(3.0), np.log2(7.0)
#: A sweep has at least half the speed of what is written by hand.
TARGET = 2.0


def resnet_cifar(n: Array, w: Array) -> Columns:
    """Written by hand: `layercalc eval resnet_cifar --depth n --width w`."""
    bases = (13704 * LOG3**2 * w**2 + 125) * (1713 * LOG3**2 * w**2 + 250) * (3426 * LOG3**2 * w**2 + 125)
    gcc = np.log2(20.556 * LOG3 * np.log2(40.0 * w) * w)
    gcc = gcc + (n - 2) / 6 * np.log2(5026574097 / 3906250000000000 * bases)
    params = (189 * n * w**2 + 14 * n * w - 648 * w**2 + 179 * w + 30) // 3
    return gcc, params, 9216 * n * w**2 - 27648 * w**2 + 27688 * w


def mlp(n: Array, w: Array) -> Columns:
    """Written by hand: `layercalc eval mlp --depth n --width w`."""
    gcc = np.log2(1.713 * np.log2(10.0 * w) * np.log2(784.0 * w)) + (n - 1) * np.log2(3.426 * np.log2(w))
    return gcc, n * w**2 + n * w - w**2 + 794 * w + 10, n * w**2 - w**2 + 794 * w


def vgg(w: Array, c: Array) -> Columns:
    """Written by hand: `layercalc eval vgg --width w --classes c`."""
    gcc = 2 + 16 * LOG3 + 15 * np.log2(571.0) - 45 * np.log2(5.0) + 13 * np.log2(LOG3) + 13 * np.log2(w)
    gcc = gcc + np.log2(np.log2(1605632.0 * w)) + np.log2(np.log2(4096.0 * c))
    params = 3591 * w**2 + 1605725 * w + 4097 * c + 16785408
    return gcc, params, 3725568 * w**2 + 2960384 * w + 4096 * c + 16777216


def densenet(k: Array, c: Array) -> Columns:
    """Written by hand: `layercalc eval densenet --growth k --classes c`."""
    gcc = 5 * LOG3 + 5 * np.log2(571.0) + np.log2(LOG3) + 2 * np.log2(LOG7) - 298 - 363 * np.log2(5.0)
    gcc = gcc + 58 * np.log2(2934369 * LOG3 * k + 500000) + np.log2(k * np.log2(32.0 * c * k))
    params = 32 * c * k + 6700 * k**2 + 2908 * k + c
    return gcc, params, 2651488 * k**2 + 32 * c * k + 3687936 * k


GRIDS: dict[Callable[[Array, Array], Columns], dict[str, range]] = {
    resnet_cifar: {"depth": range(20, 6020, 6), "width": range(2, 1002)},
    mlp: {"depth": range(2, 1002), "width": range(2, 1002)},
    vgg: {"width": range(2, 1002), "classes": range(1, 1001)},
    densenet: {"growth": range(1, 1001), "classes": range(1, 1001)},
}


def by_hand(form: Callable[[Array, Array], Columns], axes: dict[str, range]) -> list[Array]:
    """Evaluate a form on a grid, as columns."""
    grid = np.ix_(*(np.arange(one.start, one.stop, one.step) for one in axes.values()))
    shape = np.broadcast_shapes(*(axis.shape for axis in grid))
    return [np.broadcast_to(column, shape).ravel() for column in (*grid, *form(*grid))]


def ratios(runs: int) -> Iterator[Ratio]:
    """Time each family over what is written by hand, when both are seen to be the same."""
    for form, axes in GRIDS.items():
        sweeper = Sweeper(Request(load_program(form.__name__), Grid(axes), MEASURES))
        (block,) = sweeper.grid.blocks()
        for mine, other in zip(sweeper.chunk(block).columns.values(), by_hand(form, axes), strict=True):
            assert np.allclose(mine, other, rtol=1e-12, atol=0)

        def hand(form: Callable[[Array, Array], Columns] = form, axes: dict[str, range] = axes) -> object:
            return by_hand(form, axes)

        def swept(sweeper: Sweeper = sweeper, block: Block = block) -> object:
            return sweeper.chunk(block)

        yield compare((f"sweep {form.__name__}", swept), ("by hand", hand), TARGET, runs)


def main(runs: int = 9) -> None:
    """Print the ratios."""
    print(table(ratios(runs)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
