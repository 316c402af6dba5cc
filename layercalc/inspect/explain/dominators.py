"""Dominators in a body: the last value that every path to some values passes.

From: a body and the numbers of some of its values. To: their nearest common dominator, the fork
at which the branches of a merge begin.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from layercalc.network import Body, made


def nearest_dominator(body: Body, numbers: Iterable[int]) -> int | None:
    """Find the nearest common dominator of some values: the last one that every path to them passes.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> nearest_dominator(resolve(load_program("lenet")).body, [3, 5])
    3
    """
    return _common_dominator(_immediate_dominators(body), numbers)


@lru_cache(maxsize=256)
def _immediate_dominators(body: Body) -> dict[int, int | None]:
    """Give the immediate dominator of each value; None for an input, and where there is none."""
    above: dict[int, int | None] = dict.fromkeys(range(len(body.inputs)))
    for number, step in body.numbered():
        if not made(step):
            continue
        nearest = _common_dominator(above, step.sources)
        above.update((number + place, nearest) for place in range(made(step)))
    return above


def _common_dominator(above: dict[int, int | None], numbers: Iterable[int]) -> int | None:
    """Climb the dominator tree from the values, from the latest one first, until they meet."""
    nearest, *others = numbers
    for other in others:
        pair = {nearest, other}
        while len(pair) > 1:
            later = max(pair)
            before = above[later]
            if before is None:
                return None
            pair = pair - {later} | {before}
        (nearest,) = pair
    return nearest
