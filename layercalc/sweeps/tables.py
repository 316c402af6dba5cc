"""Columns as Arrow tables, and the files that these are written to: Parquet, CSV and Arrow.

From chunks; to one file, chunk after chunk. Promises: the same chunks make the same bytes; a number
that is flagged is null in its own column, and stands in that of doubles. Only this room knows pyarrow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

import numpy
import pyarrow
import pyarrow.csv
import pyarrow.parquet

from layercalc.errors import fail, listing
from layercalc.sweeps.chunk import Array
from layercalc.sweeps.layout import double_of

#: The endings of files that a sweep writes.
ENDINGS = (".parquet", ".csv", ".arrow")


def table_of(columns: Mapping[str, Array]) -> Any:
    """Make a table of the columns of a chunk.

    >>> columns = {"macs": numpy.array([5, -1]), "macs_double": numpy.array([numpy.nan, 2.0**70])}
    >>> table_of(columns).to_pylist()
    [{'macs': 5, 'macs_double': None}, {'macs': None, 'macs_double': 1.1805916207174113e+21}]
    """
    made = {}
    for name, column in columns.items():
        flags = columns.get(double_of(name))
        if flags is not None:
            made[name] = pyarrow.array(column, mask=~numpy.isnan(flags))
        elif name.endswith(double_of("")) and name.removesuffix(double_of("")) in columns:
            made[name] = pyarrow.array(column, from_pandas=True)
        else:
            made[name] = pyarrow.array(column)
    return pyarrow.table(made)


def written(table: Any) -> bytes:
    """Give a table as the bytes of an Arrow file."""
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def write_part(table: Any, file: IO[bytes]) -> None:
    """Write a table as an Arrow file."""
    with pyarrow.ipc.new_file(pyarrow.PythonFile(file, "w"), table.schema) as writer:
        writer.write_table(table)


def read_part(path: Path) -> Any:
    """Read an Arrow file, its memory mapped."""
    with pyarrow.memory_map(str(path)) as source:
        return pyarrow.ipc.open_file(source).read_all()


def check_ending(path: Path) -> None:
    """Refuse a file whose ending means no format."""
    if path.suffix.lower() not in ENDINGS:
        raise fail(f"--out {path}: a sweep is written to a file that ends in {listing(ENDINGS)}")


def writer(file: IO[bytes], ending: str, schema: Any, params: list[str]) -> AbstractContextManager[Any]:
    """Open a writer of tables, each a group of rows."""
    makers: Mapping[str, Callable[[], Any]] = {
        ".parquet": lambda: pyarrow.parquet.ParquetWriter(
            pyarrow.PythonFile(file, "w"), schema, use_dictionary=params, compression="snappy"
        ),
        ".csv": lambda: pyarrow.csv.CSVWriter(pyarrow.PythonFile(file, "w"), schema),
        ".arrow": lambda: pyarrow.ipc.new_file(pyarrow.PythonFile(file, "w"), schema),
    }
    made: AbstractContextManager[Any] = makers[ending]()
    return made
