"""Sweeps from Python: columns of numpy, or an Arrow table.

From a spec and the values of its params; to columns, all in memory. What is larger goes into a file,
by the command line or `layercalc.sweeps.job.run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy

from layercalc import limits
from layercalc.errors import fail
from layercalc.measures import MEASURES, known_measures, unknown_measure
from layercalc.model import ParamValue, given_value
from layercalc.numbers.rational import whole
from layercalc.resolve.assume_option import read_conditions
from layercalc.resolve.loading import DEFAULT_LAWS, load_program
from layercalc.resolve.measured import measures_of
from layercalc.resolve.points import read_numbers
from layercalc.sweeps.chunk import Array
from layercalc.sweeps.grid import Grid, Value
from layercalc.sweeps.over import checked
from layercalc.sweeps.request import Request
from layercalc.sweeps.run import chunks

if TYPE_CHECKING:
    import pyarrow

Values: TypeAlias = "str | Value | float | Sequence[Value | float] | Array"


@overload
def sweep(
    spec: str | Path, over: Mapping[str, Values], measures: str | Sequence[str] = ..., /,
    *, params: Mapping[str, ParamValue] | None = ..., laws: str = ..., assume: str | Sequence[str] = ...,
    where: str | Sequence[str] = ..., arrow: Literal[False] = ...,
) -> dict[str, Array]: ...  # fmt: skip


@overload
def sweep(
    spec: str | Path, over: Mapping[str, Values], measures: str | Sequence[str] = ..., /,
    *, params: Mapping[str, ParamValue] | None = ..., laws: str = ..., assume: str | Sequence[str] = ...,
    where: str | Sequence[str] = ..., arrow: Literal[True],
) -> pyarrow.Table: ...  # fmt: skip


def sweep(
    spec: str | Path, over: Mapping[str, Values], measures: str | Sequence[str] = tuple(MEASURES), /,
    *, params: Mapping[str, ParamValue] | None = None, laws: str = DEFAULT_LAWS,
    assume: str | Sequence[str] = (), where: str | Sequence[str] = (), arrow: bool = False,
) -> Any:  # fmt: skip
    """Measure a family at every combination of values of some params; give the columns.

    >>> found = sweep("resnet", {"depth": [50, 51, 101], "width": "32..64*2"}, ["params", "gcc"])
    >>> found["params"]
    array([ 6917640, 25557032, 11678728, 44549160])
    >>> found["log2_gcc"].round(2)
    array([185.68, 202.73, 372.6 , 406.64])

    A value of `over` is a text as on the command line, or numbers: one, a range, a list, an array. A
    column is `int64` or `float64`: GCIP, GCC and GWC are logarithms to base two, and a whole number
    over 64 bits is -1, and a double in a column beside, `params_double`. Points that are no network
    have no row. With `arrow` it is a `pyarrow.Table`, in which such numbers are null.

    Raises `SpecError` for any mistake, and over the limits of sweeps.
    """
    program = load_program(str(spec), laws)
    axes = {program.param(name).name.text: _axis(name, values) for name, values in over.items()}
    names = tuple(dict.fromkeys([measures] if isinstance(measures, str) else measures))
    known = [*known_measures(), *measures_of(program)]
    for name in names:
        if name not in known:
            raise unknown_measure(name, known)
    given = {name: given_value(name, value) for name, value in (params or {}).items()}
    if twice := sorted(given.keys() & axes.keys()):
        raise fail(f"{twice[0]} is swept, and has a value too")
    assumed = read_conditions([assume] if isinstance(assume, str) else assume)
    chosen = read_conditions([where] if isinstance(where, str) else where, "where")
    parts = [*chunks(Request(program, checked(Grid(axes)), names, given, assumed, chosen))]
    columns = {name: numpy.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}
    if not arrow:
        return columns
    from layercalc.sweeps.tables import table_of

    return table_of(columns)


def _axis(name: str, values: Values) -> Sequence[Value]:
    if isinstance(values, str):
        found = read_numbers(name, values, limits.SWEPT_VALUES)
    elif isinstance(values, range):
        found = values
    elif isinstance(values, int | float | Fraction):
        found = [_value(name, values)]
    else:
        found = [_value(name, value) for value in (values.tolist() if hasattr(values, "tolist") else values)]
    if not found:
        raise fail(f"{name} has no values")
    return found


def _value(name: str, value: object) -> Value:
    """Take a number; a float by its digits, as 0.3 is 3/10."""
    if isinstance(value, int | Fraction):
        return value if isinstance(value, bool) else whole(value)
    try:
        return whole(Fraction(str(value)))
    except (TypeError, ValueError):
        raise fail(f"{name} is {value!r}, and a sweep is at numbers") from None
