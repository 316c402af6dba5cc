"""The columns of a sweep, read as numbers or as logarithms.

A measure that overflows stands as its logarithm, `log2_gcc`. A whole number beyond 64 bits stands as a
double in a column beside, `macs_double`, which is NaN at all others; where there is such a column, all
numbers of the measure are taken as doubles.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
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


def column_of(columns: Container[str], measure: str) -> str:
    """Find the column of a measure; one that bears the name of a param is called after it.

    >>> column_of({"log2_gcc": 0}, "gcc"), column_of({"layers": 0, "layers_measured": 0}, "layers")
    ('log2_gcc', 'layers_measured')
    """
    return next((n for n in (f"{measure}_measured", f"log2_{measure}") if n in columns), measure)


def values(columns: Columns, measure: str) -> Array:
    """Give the numbers of a measure, or the logarithms where there are only these.

    >>> wide = {"macs": np.array([7, -1]), "macs_double": np.array([np.nan, 1e20])}
    >>> values(wide, "macs").tolist()
    [7.0, 1e+20]
    """
    name = column_of(columns, measure)
    found, wide = columns[name], columns.get(f"{name}_double")
    return found if wide is None else np.where(np.isnan(wide), found, wide)


def is_log(columns: Container[str], measure: str) -> bool:
    """Tell whether there are only logarithms of a measure."""
    return column_of(columns, measure).startswith("log2_")


def logarithms(columns: Columns, measure: str) -> Doubles:
    """Give the logarithms of a measure to base two, minus infinity for 0.

    >>> logarithms({"params": np.array([4, 0])}, "params").tolist()
    [2.0, -inf]
    """
    found = values(columns, measure)
    if is_log(columns, measure):
        return found
    with np.errstate(divide="ignore"):
        return np.asarray(np.log2(found, dtype=np.float64))
