"""Places on a line by isotonic regression: as near to the wanted ones as order and gaps allow."""

from __future__ import annotations

from collections.abc import Sequence


def isotonic_places(
    wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float] = ()
) -> list[float]:
    """Give places in order, each at least its gap to the right of the one before it.

    The weighted sum of the squared distances to the wanted places is minimal: pools of
    places that touch move together (pool adjacent violators).

    >>> isotonic_places([0, 0, 9], [2, 2])
    [-1.0, 1.0, 9.0]
    """
    shifts = [0.0]
    for gap in gaps:
        shifts.append(shifts[-1] + gap)
    pools: list[tuple[float, float, int]] = []
    for place, shift, weight in zip(wanted, shifts, weights or [1.0] * len(wanted), strict=False):
        pool = (place - shift, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, heft, size = pools.pop()
            total = heft + pool[1]
            pool = ((mean * heft + pool[0] * pool[1]) / total, total, size + pool[2])
        pools.append(pool)
    means = [mean for mean, _, size in pools for _ in range(size)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=False)]
