"""A sweep, chunk by chunk.

From a `Request`; to columns of numpy, the params first. Promises: the points of a chunk follow
each other in the order of the grid; a point that is no network is in no chunk, and is counted by
the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy

from layercalc.sweep.grid import CHUNK, Block
from layercalc.sweep.points import LOGS, columns_of, measured
from layercalc.sweep.request import Request


@dataclass(frozen=True)
class Chunk:
    """The rows of a stretch of points: a column for each param, then one for each measure.

    Columns of measures that overflow are logarithms to base two, `log2_gcc`. `dropped` counts the
    points that are left out by the reason; `points` are all, those left out among them.
    """

    columns: dict[str, numpy.ndarray[Any, Any]]
    dropped: dict[str, int] = field(default_factory=dict)
    points: int = 0


def chunks(request: Request, most: int = CHUNK) -> Iterator[Chunk]:
    """Measure all points of a request.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.sweep.grid import Grid
    >>> grid = Grid({"depth": [20, 21, 26], "width": [16]})
    >>> (chunk,) = chunks(Request(load_program("resnet_cifar"), grid, ("params", "gcc")))
    >>> {name: column.tolist() for name, column in chunk.columns.items() if name != "log2_gcc"}
    {'depth': [20, 26], 'width': [16, 16], 'params': [269722, 366938]}
    """
    for block in request.grid.blocks(most):
        yield _one_by_one(request, block)


def _one_by_one(request: Request, block: Block) -> Chunk:
    grid, dropped = request.grid, Counter[str]()
    rows: list[dict[str, Any]] = []
    for number in range(block.start, block.start + block.size):
        values = grid.point(number)
        found = measured(request, values)
        if isinstance(found, str):
            dropped[found] += 1
        else:
            rows.append(values | dict(zip(columns_of(request.measures), found.values(), strict=True)))
    names = [*grid.axes, *columns_of(request.measures)]
    columns = {name: _column(name, [row[name] for row in rows]) for name in names}
    return Chunk(columns, dict(dropped), block.size)


def _column(name: str, values: list[Any]) -> numpy.ndarray[Any, Any]:
    if name.removeprefix("log2_") in LOGS or any(isinstance(value, Fraction | float) for value in values):
        return numpy.array([float(value) for value in values])
    return numpy.array(values)
