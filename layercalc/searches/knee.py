"""The knee of a front: the point that is bad in nothing.

From: the points of a front. To: the loss of each in each objective, and the knee. In an objective the
best point of the front loses 0 and the worst 1, measures by their logarithms. The knee is the point whose
greatest loss is least: the nearest to the best of everything, by Chebyshev's distance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layercalc.searches.columns import Array, Columns, Doubles, logarithms
from layercalc.searches.objective import ACCURACIES, Objective


def losses(objectives: Sequence[Objective], columns: Columns) -> Doubles:
    """Give the losses, a row for each point and a column for each objective.

    >>> wanted = [Objective("gcc", "maximize"), Objective("params", "minimize")]
    >>> losses(wanted, {"log2_gcc": np.array([10.0, 16.0, 20.0]), "params": np.array([2, 4, 32])}).tolist()
    [[1.0, 0.0], [0.4, 0.25], [0.0, 1.0]]
    """
    return np.stack([_losses(objective, scale(objective, columns)) for objective in objectives], axis=1)


def scale(objective: Objective, columns: Columns) -> Doubles:
    """Give the values of an objective as they are told apart: logarithms, but accuracies as they are."""
    if objective.measure in ACCURACIES:
        return columns[objective.measure]
    return logarithms(columns, objective.measure)


def _losses(objective: Objective, values: Doubles) -> Doubles:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.zeros(len(values))
    with np.errstate(invalid="ignore"):  # beside an infinite value all others are alike
        share = np.nan_to_num((values - low) / (high - low), nan=1.0)
    return 1 - share if objective.side == "maximize" else share


def knee(objectives: Sequence[Objective], columns: Columns) -> int | None:
    """Give the place of the knee: of equal ones that whose losses add up to less, then the first.

    >>> wanted = [Objective("gcc", "maximize"), Objective("params", "minimize")]
    >>> knee(wanted, {"log2_gcc": np.array([10.0, 16.0, 20.0]), "params": np.array([2, 4, 32])})
    1

    There is none where every point is the worst in something.
    """
    lost = losses(objectives, columns).round(12)
    place = int(np.lexsort([lost.sum(axis=1), lost.max(axis=1)])[0])
    return None if lost[place].max() == 1 else place


def ends(objectives: Sequence[Objective], columns: Columns) -> Array:
    """Give for each objective the place of its best point."""
    return np.asarray(losses(objectives, columns).argmin(axis=0))
