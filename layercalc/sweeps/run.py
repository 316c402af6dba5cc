"""A sweep, chunk by chunk.

From a `Request`; to columns of numpy, the params first. Promises: the points of a chunk follow
each other in the order of the grid; a point that is no network is in no chunk, and is counted by
the reason; where no closed form holds, the point is built by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from layercalc.sweeps.chunk import Chunk
from layercalc.sweeps.grid import CHUNK
from layercalc.sweeps.request import Request
from layercalc.sweeps.sweeper import Sweeper

__all__ = ["Chunk", "chunks"]


def chunks(request: Request, most: int = CHUNK) -> Iterator[Chunk]:
    """Measure all points of a request, in chunks of at most so many; few where each is built by itself.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.sweeps.grid import Grid
    >>> grid = Grid({"depth": [20, 21, 26], "width": [16, 18]})
    >>> (chunk,) = chunks(Request(load_program("resnet_cifar"), grid, ("params", "gcc")))
    >>> {name: column.tolist() for name, column in chunk.columns.items() if name != "log2_gcc"}
    {'depth': [20, 20, 26, 26], 'width': [16, 18, 16, 18], 'params': [269722, 341020, 366938, 463996]}
    >>> dict(chunk.dropped.counts), chunk.built
    ({'(depth + 4) mod 6 = 0 is false': 2}, 0)
    """
    sweeper = Sweeper(request)
    for block in request.grid.blocks(min(most, sweeper.most)):
        yield sweeper.chunk(block)
