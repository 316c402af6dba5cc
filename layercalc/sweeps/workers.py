"""Who measures the chunks of a sweep: this process, others on this machine, or those of a cluster.

From numbered blocks; to notes on chunks that are kept, in the order in which they are done. Promises: a
few chunks are under way at a time, however many there are.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from types import TracebackType
from typing import Any

from layercalc import limits
from layercalc.errors import fail
from layercalc.sweeps import tables
from layercalc.sweeps.chunk import Chunk
from layercalc.sweeps.folder import Folder
from layercalc.sweeps.grid import Block
from layercalc.sweeps.request import Request
from layercalc.sweeps.sweeper import Sweeper

#: Chunks from which on other processes are started: each takes a second to come up.
MANY = 4
#: Seconds in which a scheduler answers.
ANSWER = 1
#: Chunks under way for each process.
AHEAD = 2


class Workers:
    """Processes that measure chunks; a context in which they run."""

    def __init__(
        self, sweeper: Sweeper, folder: Folder, processes: int | None, scheduler: str | None, chunks: int
    ) -> None:
        self._sweeper, self._request = sweeper, sweeper.request
        self._folder, self._scheduler = folder, scheduler
        wanted = processes or cores()
        self._processes = min(wanted, chunks) if chunks >= MANY or processes else 1
        self._executor: Executor | None = None
        self._client: Any = None

    def __enter__(self) -> Workers:
        if self._scheduler is not None:
            import distributed

            client: Any = distributed.Client
            try:
                self._client = client(self._scheduler, timeout=ANSWER)
            except (OSError, ValueError) as error:
                raise fail(f"no scheduler answers at {self._scheduler}: {error}") from None
            self._executor = self._client.get_executor()
        elif self._processes > 1:
            context = get_context("spawn")
            self._executor = ProcessPoolExecutor(self._processes, context, _begin, (self._request,))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()  # what is under way there is dropped
        elif self._executor is not None:
            self._executor.shutdown(wait=kind is None, cancel_futures=True)

    def measured(self, blocks: Sequence[tuple[int, Block]]) -> Iterator[dict[str, Any]]:
        """Measure blocks and keep them; tell of each."""
        self._request.program.reset()  # what it found at a point is not sent
        if self._executor is None:
            for number, block in blocks:
                yield keep(self._folder, number, self._sweeper.chunk(block))
            return
        task: Any = partial(_kept, self._folder)
        if self._client is not None:
            task = partial(_sent, self._request, self._folder.digest)
        try:
            for number, done in self._gathered(task, blocks):
                yield _received(self._folder, number, done) if isinstance(done, tuple) else done
        except BrokenProcessPool:
            hint = "the same command goes on where this one stopped; --processes 1 takes least memory"
            raise fail("a process of this sweep was ended from outside", hint=hint) from None

    def _gathered(self, task: Any, blocks: Sequence[tuple[int, Block]]) -> Iterator[tuple[int, Any]]:
        todo = iter(blocks)
        under_way: dict[Future[Any], int] = {}
        ahead = AHEAD * max(self._processes, self._cluster_size())
        while under_way or ahead:
            for number, block in islice(todo, ahead):
                under_way[self._submitted(task, number, block)] = number
            done = wait(under_way, return_when=FIRST_COMPLETED).done if under_way else set[Future[Any]]()
            ahead = len(done)
            for future in done:
                yield under_way.pop(future), future.result()

    def _submitted(self, task: Any, number: int, block: Block) -> Future[Any]:
        assert self._executor is not None
        with limits.deep_recursion(), _uninterrupted():  # a spec may nest deep, and is sent
            return self._executor.submit(task, number, block)

    def _cluster_size(self) -> int:
        return sum(self._client.nthreads().values()) if self._client is not None else 1


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that an interruption never reaches, from their first line on; here it waits."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


#: The sweeper of this process, by the digest of its request: forms are derived once.
_sweepers: dict[str, Sweeper] = {}


def _begin(request: Request) -> None:
    """Begin in a process of its own; an interruption is left to the one that waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _sweepers[""] = Sweeper(request)


def note_of(chunk: Chunk) -> dict[str, Any]:
    """Tell of a chunk what stands beside its rows."""
    return {
        "points": chunk.points, "rows": chunk.rows, "built": chunk.built,
        "seconds": round(chunk.seconds, 3),
        "dropped": chunk.dropped.counts, "examples": chunk.dropped.examples,
    }  # fmt: skip


def keep(folder: Folder, number: int, chunk: Chunk) -> dict[str, Any]:
    """Keep a chunk in a folder."""
    note = note_of(chunk)
    table = tables.table_of(chunk.columns)
    folder.keep(number, note, partial(tables.write_part, table) if chunk.rows else None)
    return note


def _kept(folder: Folder, number: int, block: Block) -> dict[str, Any]:
    return keep(folder, number, _sweepers[""].chunk(block))


def _sent(request: Request, digest: str, number: int, block: Block) -> tuple[dict[str, Any], bytes]:
    """Measure a block on a machine that shares no disk with this one."""
    if digest not in _sweepers:
        _sweepers.clear()
        _sweepers[digest] = Sweeper(request)
    chunk = _sweepers[digest].chunk(block)
    return note_of(chunk), tables.written(tables.table_of(chunk.columns)) if chunk.rows else b""


def _received(folder: Folder, number: int, sent: tuple[dict[str, Any], bytes]) -> dict[str, Any]:
    note, data = sent
    folder.keep(number, note, (lambda file: file.write(data)) if data else None)
    return note


def layout_of(sweeper: Sweeper) -> Any:
    """Give the columns of a sweep none of whose points is kept."""
    empty = sweeper.chunk(Block(0, ((0, 0),) * len(sweeper.grid.axes), 0))
    return tables.table_of(empty.columns).schema
