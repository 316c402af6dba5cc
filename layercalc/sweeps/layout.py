"""The columns of a sweep: what each measure is given as.

From a request and its closed forms; to the kind of each measure and the names of columns. Promises:
all chunks of a sweep, in whatever process, have the same columns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from layercalc.errors import SpecError, fail
from layercalc.numbers.scalar import symbolic
from layercalc.sweeps.chunk import Array
from layercalc.sweeps.exact import Exact, ExactReader, UnreadError
from layercalc.sweeps.forms import Forms, Refused
from layercalc.sweeps.points import LOGS, measure
from layercalc.sweeps.request import Request
from layercalc.sweeps.sheet import Values
from layercalc.sweeps.tape import Tape

KINDS = {
    **dict.fromkeys(LOGS, "log"), "gsip": "real", "gsc": "real",
    "params": "whole", "macs": "whole", "layers": "whole", "longest_path": "whole",
}  # fmt: skip
#: Points that are built to see whether a measure is whole, where there is no closed form.
LOOKED = 200
#: The numbers of a word.
WORD = 1 << 63


@dataclass(frozen=True)
class Layout:
    """The kind of each measure, `log`, `real` or `whole`, and those whose words may be too vast.

    `params` are the names of the swept ones, which no column of a measure has, and `switches` those of
    them that are true or false.
    """

    kinds: dict[str, str]
    params: tuple[str, ...]
    flagged: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The names of the columns of measures."""
        found = []
        for name in self.kinds:
            found.append(self.column(name))
            if name in self.flagged:
                found.append(double_of(self.column(name)))
        return found

    def column(self, name: str) -> str:
        """Name the column of a measure.

        >>> layout = Layout({"gcc": "log", "layers": "whole"}, ("layers",))
        >>> layout.column("gcc"), layout.column("layers")
        ('log2_gcc', 'layers_measured')
        """
        if self.kinds[name] == "log":
            return f"log2_{name}"
        return f"{name}_measured" if name in self.params else name

    def columns_of_forms(
        self, values: Values, shape: tuple[int, ...], keep: Array | None
    ) -> dict[str, Array]:
        """Lay the values of forms out as columns, those of the points that are kept."""

        def laid(array: Array) -> Array:
            full = numpy.broadcast_to(array, shape)
            return full.ravel() if keep is None else full[keep]

        found = {}
        for name, array in values.columns.items():
            found[self.column(name)] = column = laid(array)
            doubles = laid(values.doubles[name]) if name in values.doubles else None
            self._flag(name, doubles, len(column), found)
        return found

    def columns_of_points(self, points: Sequence[Mapping[str, Any]]) -> dict[str, Array]:
        """Lay points out as columns that were built one by one."""
        found: dict[str, Array] = {}
        for name, kind in self.kinds.items():
            values = [point[name] for point in points]
            if kind != "whole":
                found[self.column(name)] = numpy.array([float_of(value) for value in values], dtype=float)
                continue
            fits = [isinstance(value, int) and abs(value) < WORD for value in values]
            words = [value if good else -1 for value, good in zip(values, fits, strict=True)]
            found[self.column(name)] = numpy.array(words, dtype=numpy.int64)
            doubles = None
            if not all(fits):
                pairs = zip(values, fits, strict=True)
                doubles = numpy.array([math.nan if good else float_of(value) for value, good in pairs])
            self._flag(name, doubles, len(values), found)
        return found

    def _flag(self, name: str, doubles: Array | None, rows: int, found: dict[str, Array]) -> None:
        """Put the doubles of vast numbers beside the whole ones, NaN where there are none."""
        if name in self.flagged:
            found[double_of(self.column(name))] = numpy.full(rows, math.nan) if doubles is None else doubles
        elif doubles is not None and not numpy.isnan(doubles).all():
            hint = "sweep the part of the grid apart where it is"
            raise fail(
                f"{name} is over 64 bits, or not whole, where the closed form of most points is not",
                hint=hint,
            )


def float_of(value: Any) -> float:
    """Give the nearest double, infinity beyond all.

    >>> float_of(10**400), float_of(7)
    (inf, 7.0)
    """
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def double_of(name: str) -> str:
    """Name the column of doubles beside one of whole numbers.

    >>> double_of("macs")
    'macs_double'
    """
    return f"{name}_double"


def kinds_of(request: Request, forms: Forms | Refused) -> dict[str, str]:
    """Tell what each measure is given as: those of users are whole where their form, or a point, is."""
    open_ = [name for name in request.measures if name not in KINDS]
    found = {name: KINDS.get(name, "real") for name in request.measures}
    if isinstance(forms, Forms):
        whole = [name for name in open_ if _is_rational(forms, name)]
    else:
        whole = _whole_at_points(request, open_)
    return found | dict.fromkeys(whole, "whole")


def _is_rational(forms: Forms, name: str) -> bool:
    tape = Tape(tuple(forms.symbols))
    symbols = {symbol: Exact(tape.axis(axis, 1, 2)) for axis, symbol in forms.symbols.items()}
    try:
        ExactReader(tape, symbols).exact(symbolic(forms.closed[name].expr))
    except UnreadError:
        return False
    return True


def _whole_at_points(request: Request, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    for number in range(min(request.grid.size, LOOKED)):
        found = measure(request, request.grid.point(number))
        if not isinstance(found, SpecError):
            return [name for name in names if isinstance(found[name], int)]
    return []
