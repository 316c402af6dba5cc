"""A sweep into a file: chunks measured by one process, by several or by a cluster, and put together.

From a request and the name of a file; to the file, with what was dropped. Promises: the file is whole
or not there; a run that was stopped goes on where it stopped, and makes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from layercalc.errors import fail
from layercalc.sweeps import tables
from layercalc.sweeps.chunk import Dropped, Example
from layercalc.sweeps.folder import WHOLE, Folder
from layercalc.sweeps.grid import CHUNK, Block, Grid
from layercalc.sweeps.request import Request
from layercalc.sweeps.sweeper import Sweeper
from layercalc.sweeps.workers import Workers, layout_of


@dataclass
class Progress:
    """How far a sweep is: points of all, rows that are kept, points built one by one and their seconds.

    `sweeper` knows the forms of the request, and what is slow about it.
    """

    points: int = 0
    total: int = 0
    rows: int = 0
    built: int = 0
    seconds: float = 0.0
    kept: int = 0
    chunks: int = 0
    dropped: Dropped = field(default_factory=Dropped)
    sweeper: Sweeper | None = None

    def add(self, note: dict[str, Any]) -> None:
        """Count a chunk."""
        self.points += note["points"]
        self.rows += note["rows"]
        self.built += note["built"]
        self.seconds += note["seconds"]
        examples = {reason: Example(*told) for reason, told in note["examples"].items()}
        self.dropped.join(Dropped(Counter(note["dropped"]), examples))


@dataclass(frozen=True)
class Share:
    """Part `number` of `of`, counted from 1, of the chunks of a sweep.

    >>> Share.read("3/10").name(Path("sweep.parquet")).name
    'sweep-03-of-10.parquet'
    """

    number: int = 1
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Share:
        """Read `3/10`."""
        first, _, last = text.partition("/")
        if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last)):
            raise fail(f"--part {text}: it takes a part of so many, as 3/10")
        return cls(int(first), int(last))

    def name(self, out: Path) -> Path:
        """Name the file of the part."""
        if self.of == 1:
            return out
        return out.with_stem(f"{out.stem}-{self.number:0{len(str(self.of))}}-of-{self.of}")

    def blocks(self, grid: Grid, most: int) -> list[tuple[int, Block]]:
        """Give the blocks of the part, each with its number; `most` are the points of one."""
        most = min(most, max(1, -(-grid.size // self.of)))
        count = grid.count_blocks(most)
        first, last = count * (self.number - 1) // self.of, count * self.number // self.of
        return [*islice(enumerate(grid.blocks(most)), first, last)]


def digest(request: Request) -> str:
    """Tell requests apart, by all that their results depend on.

    >>> from layercalc.resolve.loading import load_program
    >>> from layercalc.sweeps.grid import Grid
    >>> lenet = load_program("lenet")
    >>> one, other = (Request(lenet, Grid({"classes": [n]}), ("params",)) for n in (10, 11))
    >>> digest(one) == digest(one), digest(one) == digest(other)
    (True, False)
    """
    made = hashlib.sha256()
    for name in ("layercalc", "numpy", "pyarrow", "sympy"):
        made.update(f"{name} {version(name)}\\n".encode())
    for home in request.program.homes:
        for spec in home.trees:
            made.update(repr(spec.span.source.text).encode())
    given = {name: value.expression.span.text for name, value in sorted(request.given.items())}
    axes = {name: _values_digest(values) for name, values in request.grid.axes.items()}
    conditions = [[one.span.text for one in kind] for kind in (request.assume, request.where)]
    told = [request.program.laws, given, axes, request.grid.paired, request.measures, conditions]
    made.update(json.dumps(told).encode())
    return made.hexdigest()


def _values_digest(values: Any) -> str:
    told = repr(values) if isinstance(values, range) else ",".join(map(str, values))
    return hashlib.sha256(told.encode()).hexdigest()


def run(
    request: Request,
    out: Path,
    share: Share = Share(),
    processes: int | None = None,
    scheduler: str | None = None,
) -> Generator[Progress, None, None]:
    """Sweep into a file; tell how far it is after each chunk.

    Raises `SpecError` for a mistake, and where another run writes the file; `OSError` for a full disk.
    """
    tables.check_ending(out)
    out = share.name(out)
    sweeper = Sweeper(request)
    most = min(sweeper.most, CHUNK)
    blocks = share.blocks(request.grid, most)
    progress = Progress(total=sum(block.size for _, block in blocks), chunks=len(blocks), sweeper=sweeper)
    folder = Folder(out)
    asked = {"digest": digest(request), "part": [share.number, share.of], "chunk": most}
    with folder.held(asked):
        yield progress
        todo = [(number, block) for number, block in blocks if folder.noted(number) is None]
        progress.kept = len(blocks) - len(todo)
        for number, _ in blocks:
            if (note := folder.noted(number)) is not None:
                progress.add(note)
        with Workers(sweeper, folder, processes, scheduler, len(todo)) as workers:
            for note in workers.measured(todo):
                progress.add(note)
                progress.kept += 1
                yield progress
        _join(sweeper, folder, [number for number, _ in blocks], out)
        folder.finish()


def _join(sweeper: Sweeper, folder: Folder, numbers: list[int], out: Path) -> None:
    """Put the parts together, in order."""
    parts = [number for number in numbers if folder.part(number).exists()]
    schema = tables.read_part(folder.part(parts[0])).schema if parts else layout_of(sweeper)

    def writing(file: Any) -> None:
        with tables.writer(file, out.suffix.lower(), schema, [*sweeper.grid.axes]) as writer:
            for number in parts:
                writer.write_table(tables.read_part(folder.part(number)))

    folder.put(folder.path / WHOLE, writing)
