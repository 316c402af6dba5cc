"""Walks of a length through a small graph: a simple path, and cycles hung on it.

From a sparse matrix as a graph; to its simple paths and elementary cycles, and to the
ways of filling a length with cycles. Every walk comes apart into a simple path between
its ends and elementary cycles that hang together with it; and all such pieces, each as
often as one likes, make up a walk again (Euler). It does not know what an edge is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from layercalc.algebras.powers import Rows


def paths(rows: Rows[Any], among: Iterable[int], start: int, end: int) -> Iterator[tuple[int, ...]]:
    """List the paths that meet no value twice.

    >>> list(paths([{0: 1, 1: 1, 2: 1}, {2: 1}, {}], range(3), 0, 2))
    [(0, 1, 2), (0, 2)]
    """
    allowed = set(among)
    todo: list[tuple[int, ...]] = [(start,)]
    while todo:
        path = todo.pop()
        if path[-1] == end:
            yield path
        else:
            ahead = sorted(allowed & rows[path[-1]].keys() - set(path), reverse=True)
            todo += [(*path, number) for number in ahead]


def cycles(rows: Rows[Any], among: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """List the elementary cycles, each from its least value on.

    >>> list(cycles([{0: 1, 1: 1}, {0: 1}], range(2)))
    [(0,), (0, 1)]
    """
    for first in among:
        rest = [number for number in among if number >= first]
        for last in rest:
            if first in rows[last]:
                yield from paths(rows, rest, first, last)


def fillings(lengths: Sequence[int], period: int) -> list[tuple[int, ...]]:
    """List the lengths that may have to stand beside cycles of length `period`.

    Where these have the best mean, cycles whose lengths add up to a multiple of `period`
    are as well replaced by them; what is left has no such part.

    >>> fillings([1, 2], 2), fillings([1, 2, 3], 3)
    ([(), (1,)], [(), (1,), (1, 1), (2,), (2, 2)])
    """
    found: list[tuple[int, ...]] = []
    todo: list[tuple[tuple[int, ...], frozenset[int]]] = [((), frozenset({0}))]
    while todo:
        filling, sums = todo.pop(0)
        found.append(filling)
        for length in lengths:
            new = frozenset((part + length) % period for part in sums)
            if 0 not in new and length >= max(filling, default=0):
                todo.append(((*filling, length), sums | new))
    return sorted(found)
