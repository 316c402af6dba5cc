"""Which of many points no other one dominates: exact fronts, for any number of objectives.

From: an array of costs for each objective, the less the better. To: a mask of the points on the
front. Promises: a point dominates another one where no cost of it is above the other's, and one is
below; points that are equal in all costs dominate none of each other, so all of them stay or none;
the order of the points plays no part.

moocore finds them: by a sort for two objectives, by a staircase for three, by divide and conquer
beyond (Kung, Luccio and Preparata 1975), n log^(k-2) n steps for n points and k objectives.
"""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np

from layercalc.searches.columns import Array, Doubles, Mask

#: Sizes beyond which whole numbers are no doubles.
EXACT = 2**53


def front(costs: Sequence[Array]) -> Mask:
    """Find the points that no other one dominates.

    >>> front([np.array([1, 2, 3, 2]), np.array([5, 2, 4, 2])])
    array([ True,  True, False,  True])

    Every array has a cost for each point, whole numbers or doubles, infinite ones among them; none
    is NaN.
    """
    doubles = [_as_doubles(cost) for cost in costs]
    if len(doubles) == 1 or not len(doubles[0]):
        return np.asarray(doubles[0] == doubles[0].min(initial=np.inf))
    return np.asarray(moocore.is_nondominated(np.stack(doubles, axis=1), keep_weakly=True), dtype=bool)


def _as_doubles(cost: Array) -> Doubles:
    """Give doubles in the same order: the costs, or their places where one is infinite or no double."""
    if cost.dtype.kind in "iu":
        plain = not len(cost) or max(-int(cost.min()), int(cost.max())) <= EXACT
    else:
        plain = bool(np.isfinite(cost).all())  # moocore has no place for infinity
    return (cost if plain else np.unique(cost, return_inverse=True)[1]).astype(np.float64)
