"""Files are written completely or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from layercalc.errors import SpecError, fail

#: The ending of specs, into which no output goes.
SPEC = ".arch"


def write(path: Path, data: bytes) -> None:
    """Write a file atomically: nobody sees half of it, however the run ends.

    It is written beside its place under another name, and renamed at the end; a link goes
    on leading to it, and it keeps its permissions. What is no regular file, as
    `/dev/stdout`, is written as it is. Raises `SpecError` for a place where no file can be
    made and for a file that may not be written, `OSError` for a disk that is full.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        _write(target, data, path)
        return
    is_new = not target.exists()
    if not (is_new or os.access(target, os.W_OK)):
        raise _refused(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _write(part, data, path)
        if not is_new:
            shutil.copymode(target, part)
        part.replace(target)
    except BaseException:  # an interruption too
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _write(place: Path, data: bytes, asked: Path) -> None:
    try:
        file = place.open("wb")
    except OSError as error:
        raise _refused(asked, error) from None
    with file:
        file.write(data)


def make_folder(path: Path) -> None:
    """Make a folder if it does not exist; its parent folder must.

    Raises `SpecError` where it cannot be made.
    """
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def check_folder(path: Path) -> None:
    """Refuse a file that cannot be written, or is an input, before anything is calculated."""
    if not path.parent.is_dir():
        raise _refused(path, FileNotFoundError())
    if path.resolve().suffix == SPEC or any(_is_same(path, given) for given in _given()):
        raise fail(f"cannot write {path}: it is a spec, or a file that this command reads")


def _given() -> Iterator[str]:
    """List the arguments of the running command that may name files."""
    context = click.get_current_context(silent=True)
    for name, value in (context.params if context is not None else {}).items():
        if name != "out":
            yield from (
                item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, str)
            )


def _is_same(path: Path, given: str) -> bool:
    try:
        return path.samefile(given)
    except (OSError, ValueError):
        return False


def _refused(path: Path, error: OSError) -> SpecError:
    """Say why a path cannot be written, and which folder is missing."""
    if isinstance(error, FileNotFoundError) and not path.parent.is_dir():
        return fail(f"cannot write {path}: no such folder: {path.parent}")
    return fail(f"cannot write {path}: {error.strerror}")
