"""What is swept, as a person gives it: `depth=8..200..6,width=8..512..8`, or the rows of a file.

From texts; to a grid. Promises: values are read as everywhere on the command line; a mistake has its
place, in a file its line and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice
from math import lcm
from pathlib import Path
from typing import Any

from layercalc import limits
from layercalc.errors import Source, Span, SpecError, fail, limit
from layercalc.resolve.points import read_numbers
from layercalc.resolve.program import Program
from layercalc.sweeps.grid import Grid, Value

_NAMED = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_-]*)\s*=(?!=)")
_INTEGER = re.compile(r"-?\d{1,18}")
ENDING = ".csv"


def read_over(program: Program, texts: Iterable[str]) -> Grid:
    """Read the values of the params that are swept, or the name of a file with a row for each point.

    >>> from layercalc.resolve.loading import load_program
    >>> read_over(load_program("resnet"), ["depth=50,101, width=8..512*2"]).axes
    {'depth': [50, 101], 'width': [8, 16, 32, 64, 128, 256, 512]}

    Raises `SpecError` for a mistake in them, and over the limits of sweeps.
    """
    given = [*texts]
    if len(given) == 1 and given[0].lower().endswith(ENDING) and not _NAMED.match(given[0]):
        return _read_file(program, Path(given[0]))
    axes: dict[str, Sequence[Value]] = {}
    for text in given:
        for written, values in _parts(text):
            name = program.param(written.replace("-", "_")).name.text
            if name in axes:
                raise fail(f"--over {text}: {name} has values already")
            axes[name] = read_numbers(name, values, limits.SWEPT_VALUES)
            if not axes[name]:
                raise fail(f"--over {text}: no value of {name} lies in this range")
    return checked(Grid(axes))


def _parts(text: str) -> list[tuple[str, str]]:
    """Split at the names: a comma stands between values and between params."""
    found: list[tuple[str, str]] = []
    for part in text.split(","):
        named = _NAMED.match(part)
        if named:
            found.append((named[1], part[named.end() :]))
        elif found:
            found[-1] = found[-1][0], f"{found[-1][1]},{part}"
        else:
            hint = "as in --over depth=8..200..6,width=8..512..8, or --over points.csv"
            raise fail(f"--over {text}: it takes PARAM=VALUES, or a file of points", hint=hint)
    return found


def checked(grid: Grid) -> Grid:
    """Refuse a grid over the limits."""
    if grid.size > limits.SWEPT:
        raise limit(f"{grid.size:,} points are asked for; the limit of a sweep is {limits.SWEPT:,}")
    for name, values in grid.axes.items():
        ends = [*map(Fraction, (values[0], values[-1]) if isinstance(values, range) and values else values)]
        below = lcm(*{value.denominator for value in ends})
        if any((value * below).numerator.bit_length() > limits.SWEPT_BITS for value in ends):
            raise limit(f"a value of {name} has over {limits.SWEPT_BITS} bits, the limit of a sweep")
    return grid


def _read_file(program: Program, path: Path) -> Grid:
    """Read points from a CSV file whose first row names params."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read_rows(program, path, csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(f"cannot read {path}: {reason}") from None


def _read_rows(program: Program, path: Path, rows: Any) -> Grid:
    names = [program.param(name.strip(), _at(path, 1)).name.text for name in next(rows, [])]
    if len(set(names)) < max(len(names), 1):
        raise fail(f"the first row of {path} must name params, each once")
    columns: list[list[Value]] = [[] for _ in names]
    for row in rows:
        number = rows.line_num
        if not row:
            continue
        if len(row) != len(names):
            told = "1 value" if len(row) == 1 else f"{len(row)} values"
            raise fail(f"this row has {told}, and the first row names {len(names)}", _at(path, number))
        if len(columns[0]) >= limits.SWEPT_VALUES:
            raise limit(f"{path} has over {limits.SWEPT_VALUES:,} rows, the limit")
        for name, text, column in zip(names, row, columns, strict=True):
            column.append(_value(name, text.strip(), path, number))
    return checked(Grid(dict(zip(names, columns, strict=True)), paired=True))


def _value(name: str, text: str, path: Path, number: int) -> Value:
    if _INTEGER.fullmatch(text):
        return int(text)
    if not text or ".." in text or "," in text:
        raise fail(f"{name} takes one value in each row, not '{text}'", _at(path, number))
    try:
        (value,) = read_numbers(name, text, 1)
    except SpecError as error:
        (told,) = error.diagnostics
        raise fail(f"{name} is '{text}': {told.message}", _at(path, number), told.hint) from None
    return value


def _at(path: Path, number: int) -> Span:
    """Give the span of a line of a file, of which only a mistake asks."""
    with path.open(encoding="utf-8-sig") as file:
        line = next(islice(file, number - 1, None), "").rstrip("\n")
    return Span(Source(str(path), "\n" * (number - 1) + line), number - 1, number - 1 + len(line))
