"""The knee of a front: the point that loses least in all objectives together.

From: the points of a front. To: the loss of each in each objective, and the knee. In an objective the
best point of the front loses 0 and the worst 1, measures by their logarithms. The sum of a point's losses
is least where the front bulges most towards the best of everything: of two objectives that is the
point farthest from the straight line between the ends of the front (Das 1999).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layercalc.search.columns import Array, Columns, Doubles, logarithms
from layercalc.search.objective import ACCURACIES, Objective


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
    """Give the place of the knee, the first of several; None where it is an end of the front.

    >>> wanted = [Objective("gcc", "maximize"), Objective("params", "minimize")]
    >>> knee(wanted, {"log2_gcc": np.array([10.0, 16.0, 20.0]), "params": np.array([2, 4, 32])})
    1
    >>> knee(wanted, {"log2_gcc": np.array([10.0, 20.0]), "params": np.array([2, 32])}) is None
    True
    """
    lost = losses(objectives, columns)
    place = int(np.argmin(lost.sum(axis=1).round(12)))
    return None if (lost[place] == 1).any() else place


def ends(objectives: Sequence[Objective], columns: Columns) -> Array:
    """Give for each objective the place of its best point."""
    return np.asarray(losses(objectives, columns).argmin(axis=0))
