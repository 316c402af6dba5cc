"""The thread that reads one document.

From: jobs, one after the other. To: their results. Promises: a job that is no longer wanted
ends at its next count of work, and no document waits for the job of another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from layercalc import limits

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Reader:
    """A thread that does the jobs of one document."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "reader")
        self._meter: limits.Meter | None = None

    async def read(
        self, job: Callable[Given, Answer], *arguments: Given.args, **named: Given.kwargs
    ) -> Answer:
        """Do a job in the thread, under the limit of work."""

        def counted() -> Answer:
            with limits.metered() as self._meter:
                return job(*arguments, **named)

        return await asyncio.get_running_loop().run_in_executor(self._thread, counted)

    def stop(self) -> None:
        """End the current job by leaving it no work."""
        if self._meter is not None:
            self._meter.left = -1

    def close(self) -> None:
        """End the thread without waiting."""
        self.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)
