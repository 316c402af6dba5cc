"""The folder beside a file that a sweep writes: its parts, its request, and the lock.

From a file's name; to parts that are whole, however a run ends. Promises: only one run has the folder
at a time; parts of another request are thrown away, those of the same one are kept.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from layercalc.errors import fail

REQUEST, LOCK, WHOLE = "request.json", "lock", "whole"
#: The files of a sweep, and those that it has begun to write.
_OWN = re.compile(rf"({LOCK}|({REQUEST}|{WHOLE}|\d+\.(arrow|json))(\.\d+)?)")


class Folder:
    """The parts of one file.

    >>> Folder(Path("sweep.parquet")).path.name
    'sweep.parquet.parts'
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(os.path.realpath(out))
        self.path = self.out.with_name(f"{self.out.name}.parts")
        self.digest = ""

    @contextmanager
    def held(self, request: dict[str, Any]) -> Iterator[Folder]:
        """Hold the folder for a request, with the parts of an earlier run of the same one.

        Raises `SpecError` where another run holds it, or it has files of a user, `OSError` where there is
        no place for it.
        """
        self.path.mkdir(exist_ok=True)
        self._check_own()
        with (self.path / LOCK).open("a+b") as lock:
            if not _locked(lock):
                raise fail(
                    f"another run is writing {self.out.name}", hint="wait for it, or name another file"
                )
            self._begin(request)
            try:
                yield self
            finally:
                if self.path.exists() and not any(self.path.glob("[0-9]*.json")):
                    shutil.rmtree(self.path, ignore_errors=True)

    def _check_own(self) -> None:
        """Refuse a folder with anything that is not of a sweep: what is in it is thrown away."""
        others = sorted(found.name for found in self.path.iterdir() if not _OWN.fullmatch(found.name))
        if others:
            raise fail(
                f"the parts of {self.out.name} have no place: {self.path} has other files, as {others[0]}",
                hint="move them, or name another file",
            )

    def _begin(self, request: dict[str, Any]) -> None:
        text, self.digest = json.dumps(request, sort_keys=True), request["digest"]
        known = self.path / REQUEST
        if not (known.exists() and known.read_text("utf-8") == text):
            for found in self.path.iterdir():
                if found.name != LOCK:
                    found.unlink()
            self.put(known, lambda file: file.write(text.encode()))

    def part(self, number: int) -> Path:
        """Give the file of a part."""
        return self.path / f"{number:08}.arrow"

    def note(self, number: int) -> Path:
        """Give the file that tells what was dropped in a part; it is written last."""
        return self.path / f"{number:08}.json"

    def noted(self, number: int) -> dict[str, Any] | None:
        """Tell what is known of a part that is whole."""
        try:
            found: dict[str, Any] = json.loads(self.note(number).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if self.part(number).exists() or not found["rows"] else None

    def keep(self, number: int, note: dict[str, Any], writing: Callable[[IO[bytes]], Any] | None) -> None:
        """Keep a part, whole or not at all."""
        if writing is not None:
            self.put(self.part(number), writing)
        self.put(self.note(number), lambda file: file.write(json.dumps(note).encode()))

    def put(self, path: Path, writing: Callable[[IO[bytes]], Any]) -> None:
        """Write a file beside its place, and rename it when it is whole."""
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            with beside.open("wb") as file:
                writing(file)
            beside.replace(path)
        except BaseException as error:
            with suppress(OSError):
                beside.unlink()
            if isinstance(error, OSError):
                error.filename = error.filename or str(path)
            raise

    def finish(self) -> None:
        """Put the whole file in its place, and throw the parts away."""
        (self.path / WHOLE).replace(self.out)
        shutil.rmtree(self.path, ignore_errors=True)


def _locked(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed, or its process ends in any way."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        lock: Any = msvcrt
        try:
            lock.locking(file.fileno(), lock.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
