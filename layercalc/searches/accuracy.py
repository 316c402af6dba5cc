"""The accuracies that a curve fitted to the paper's networks expects, as columns of a sweep."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

import numpy as np

from layercalc.errors import SpecError
from layercalc.network import Network
from layercalc.paper.accuracy.fitted.stored import LAWS, kind_of
from layercalc.paper.accuracy.forecast import Basis, basis, stored_basis
from layercalc.resolve.points import place
from layercalc.searches.columns import Columns, Doubles, logarithms
from layercalc.sweeps.chunk import Example
from layercalc.sweeps.points import network
from layercalc.sweeps.request import Request
from layercalc.sweeps.run import Chunk

#: Points at each end of a grid that may be no networks.
TRIED = 64
#: Why a point is left out where the measure that predicts has no logarithm.
UNKNOWN = "no accuracy is predicted: the measure that predicts it has no logarithm"


def ends(request: Request) -> list[Network]:
    """Build the first and the last network of a grid, to see of which kind they are."""
    size, found = request.grid.size, []
    for numbers in (range(min(size, TRIED)), range(size - 1, max(size - TRIED, 0) - 1, -1)):
        for number in numbers:
            with suppress(SpecError):
                found.append(network(request, request.grid.point(number)))
                break
    return found


def basis_of(request: Request, laws: str, predictor: str | None) -> Basis:
    """Give the curves from which accuracies are expected: the stored ones, or those of a predictor.

    The stored ones are for measures under the laws `LAWS`.
    """
    if predictor is None and laws == LAWS and (networks := ends(request)):
        return stored_basis(kind_of(networks))
    return basis(laws, predictor)


def with_accuracy(chunk: Chunk, basis: Basis, params: Collection[str]) -> Chunk:
    """Put the expected accuracies beside the measures; a point that has none is left out, and counted."""
    columns = dict(chunk.columns)
    found = predictors(columns, basis)
    known = np.isfinite(found)
    if left_out := int(len(known) - known.sum()):
        first = int(known.argmin())
        at = place({name: columns[name][first].item() for name in params})
        chunk.dropped.add(UNKNOWN, left_out, Example(at, UNKNOWN))
        columns = {name: column[known] for name, column in columns.items()}
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
