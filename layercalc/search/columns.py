"""The columns of a sweep, read as numbers or as logarithms.

A measure that overflows stands as its logarithm, `log2_gcc`. A whole number beyond 64 bits stands as a
double in a column beside, `macs_double`, which is NaN at all others; where there is such a column, all
numbers of the measure are taken as doubles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = "NDArray[Any]"
Doubles: TypeAlias = "NDArray[np.float64]"
Mask: TypeAlias = "NDArray[np.bool_]"
Columns: TypeAlias = Mapping[str, Array]


def rows(columns: Columns) -> int:
    """Count the rows."""
    return len(next(iter(columns.values())))


def numbers(columns: Columns, measure: str) -> Array | None:
    """Give the numbers of a measure, None where there are only logarithms.

    >>> wide = {"macs": np.array([7, -1]), "macs_double": np.array([np.nan, 1e20])}
    >>> numbers(wide, "macs").tolist()
    [7.0, 1e+20]
    """
    found, wide = columns.get(measure), columns.get(f"{measure}_double")
    return found if found is None or wide is None else np.where(np.isnan(wide), found, wide)


def logarithms(columns: Columns, measure: str) -> Doubles:
    """Give the logarithms of a measure to base two, minus infinity for 0.

    >>> logarithms({"params": np.array([4, 0])}, "params").tolist()
    [2.0, -inf]
    """
    if (logs := columns.get(f"log2_{measure}")) is not None:
        return logs
    with np.errstate(divide="ignore"):
        return np.asarray(np.log2(np.asarray(numbers(columns, measure)), dtype=np.float64))


def values(columns: Columns, measure: str) -> Array:
    """Give the numbers of a measure, or the logarithms where there are only these."""
    found = numbers(columns, measure)
    return columns[f"log2_{measure}"] if found is None else found
