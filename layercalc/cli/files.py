"""Files are written completely or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import click

from layercalc.errors import SpecError, fail
from layercalc.syntax.library import exists

#: The ending of specs, into which no output goes.
SPEC = ".arch"
#: The open files of this process by their numbers; `/dev/stdout` is a link to one.
_OPEN = re.compile(rf"/(?:dev|proc/(?:self|{os.getpid()}))/fd/(\d+)")
#: Links that lead to each other, as the kernel counts them.
LINKS = 40


def write(path: Path, data: bytes) -> None:
    """Write a file atomically: nobody sees half of it, however the run ends.

    It is written beside its place under a name that nobody can foresee, and renamed at the end;
    a link goes on leading to it, and it keeps its owner and its permissions. A file that has
    other names too (hard links), or whose owner cannot be kept, is written in its place, and gets its
    old text back if that fails. A pipe, a device and `/dev/stdout` are written as they are.

    Raises `SpecError` for a place where no file can be made and for a file that may not be
    written, `OSError` with the name of the file for a disk that is full.
    """
    try:
        _put(path, data)
    except OSError as error:
        error.filename = str(path)
        raise


def _put(path: Path, data: bytes) -> None:
    number = _number(path)
    if number is not None:
        if sys.stdout is not None:
            sys.stdout.flush()
        with _opened(path, lambda: os.fdopen(os.dup(number), "wb")) as file:
            file.write(data)
        return
    target = Path(os.path.realpath(path))
    found = target.stat() if exists(target) else None
    if found is not None and not stat.S_ISREG(found.st_mode):
        with _opened(path, lambda: target.open("wb")) as file:
            file.write(data)
    elif found is not None and not os.access(target, os.W_OK):
        raise _refused(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    elif (found is not None and found.st_nlink > 1) or not _replace(path, target, data, found):
        _overwrite(path, target, data)


def _replace(path: Path, target: Path, data: bytes, found: os.stat_result | None) -> bool:
    """Put a new file in the place of another, if there is one; False where its owner cannot be kept."""
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    with _opened(path, lambda: part.open("xb")) as file:
        try:
            file.write(data)
            file.close()
            if found is not None and sys.platform != "win32":
                os.chown(part, found.st_uid, found.st_gid)
                part.chmod(stat.S_IMODE(found.st_mode))
            part.replace(target)
        except PermissionError:
            part.unlink(missing_ok=True)
            return False
        except BaseException:  # an interruption too
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    return True


def _overwrite(path: Path, target: Path, data: bytes) -> None:
    """Write a file in its place, with its old text back if that fails."""
    with _opened(path, lambda: target.open("r+b", buffering=0)) as file:
        before = file.read()
        try:
            _fill(file, data)
        except BaseException:
            with suppress(OSError):
                _fill(file, before)
            raise


def _fill(file: IO[bytes], data: bytes) -> None:
    file.seek(0)
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    file.truncate()


def _opened(asked: Path, opening: Callable[[], IO[bytes]]) -> IO[bytes]:
    try:
        return opening()
    except OSError as error:
        raise _refused(asked, error) from None


def _number(path: Path) -> int | None:
    """Find the number of the open file that a path as `/dev/stdout` or `/dev/fd/3` stands for."""
    place = Path.cwd() / path
    with suppress(OSError):
        for _ in range(LINKS):
            if found := _OPEN.fullmatch(os.path.normpath(place)):
                return int(found[1])
            if not place.is_symlink():
                break
            place = place.parent / place.readlink()
    return None


def is_stream(path: Path) -> bool:
    """Tell whether a path is a pipe, a device or an open file, of which no ending tells the format."""
    return _number(path) is not None or (exists(path) and not (path.is_file() or path.is_dir()))


def make_folder(path: Path) -> None:
    """Make a folder if it does not exist; its parent folder must.

    Raises `SpecError` where it cannot be made.
    """
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError:
        raise fail(f"cannot write into {path}: it is no folder") from None
    except OSError as error:
        raise _refused(path, error) from None


def check_place(path: Path, spec: bool = False) -> None:
    """Refuse what cannot be written, or is read by this command, before anything is calculated.

    Over a spec nothing is written, unless what is written is a `spec` too.
    """
    from layercalc.cli.spec_command import files_of

    try:
        path.lstat()
    except OSError as error:
        if not (isinstance(error, FileNotFoundError) and path.parent.is_dir()):
            raise _refused(path, error) from None
    if path.is_dir():
        raise fail(f"cannot write {path}: it is a folder")
    context = click.get_current_context(silent=True)
    read = files_of(context) if context is not None and path.is_file() else ()
    if (not spec and os.path.realpath(path).endswith(SPEC)) or any(_is_same(path, name) for name in read):
        raise fail(f"cannot write {path}: it is a spec, or a file that this command reads")


def _is_same(path: Path, name: str) -> bool:
    try:
        return path.samefile("/dev/stdin" if name in ("-", "<stdin>") else name)
    except (OSError, ValueError):
        return False


def _refused(path: Path, error: OSError) -> SpecError:
    """Say why a path cannot be written, and which folder is missing."""
    if isinstance(error, FileNotFoundError | NotADirectoryError) and not path.parent.is_dir():
        return fail(f"cannot write {path}: no such folder: {path.parent}")
    return fail(f"cannot write {path}: {error.strerror}")
