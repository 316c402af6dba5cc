"""The accuracies that a curve fitted to the paper's networks expects, as columns of a sweep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from layercalc.paper.accuracy.forecast import Basis
from layercalc.search.columns import Columns, Doubles, logarithms
from layercalc.sweep.run import Chunk

#: Why a point is left out where the measure that predicts has no logarithm.
UNKNOWN = "no accuracy is predicted: the measure that predicts it has no logarithm"


def with_accuracy(chunk: Chunk, basis: Basis) -> Chunk:
    """Put the expected accuracies beside the measures; a point that has none is left out, and counted."""
    columns = dict(chunk.columns)
    found = predictors(columns, basis)
    known = np.isfinite(found)
    if left_out := int(len(known) - known.sum()):
        columns = {name: column[known] for name, column in columns.items()}
        chunk = replace(chunk, dropped={**chunk.dropped, UNKNOWN: left_out})
    logs, places = np.unique(found[known], return_inverse=True)
    for target, curve in basis.curves.items():
        columns[target] = np.array([curve.expected(float(log)) for log in logs], dtype=np.float64)[places]
    return replace(chunk, columns=columns)


def predictors(columns: Columns, basis: Basis) -> Doubles:
    """Give the logarithm of the measure that predicts, NaN where it has none."""
    parts = basis.predictor.parts
    every = [logarithms(columns, part).tolist() for part in parts]
    found = (basis.predictor.log2(dict(zip(parts, logs, strict=True))) for logs in zip(*every, strict=True))
    return np.array([np.nan if log is None else log for log in found], dtype=np.float64)
