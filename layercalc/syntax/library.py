"""Finds the shipped files, and reads any file.

From: a path, the name of a shipped spec, or ``-``. To: a `Source`. Promises:
installed, in an editable checkout or in a zip-less wheel the same folder is
found; a file is read once, whole, as UTF-8, within the published limit; `use`
never leaves the spec's folder or the library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import cache_from_source
from pathlib import Path, PurePosixPath

from layercalc import limits
from layercalc.errors import Source, Span, did_you_mean, fail

SUFFIX = ".arch"
#: Digits of the number of a line that are read.
LINE_DIGITS = 9
#: The folders of the shipped specs, in `specs`.
SPECS = ("", "vision", "language", "sequence", "zoo")
#: Shipped files, and their trees, that a process keeps.
CACHED = 128
#: The measures that every law set has stand beside these, and are none.
COSTS = "costs"
#: Shipped files that are all named where another name is not known.
MANY = 20


@cache
def folder(name: str) -> Path:
    """Find a shipped folder, such as `grammars` or `specs`: in the package, else beside it.

    >>> folder("grammars").name
    'grammars'
    """
    package = Path(__file__).resolve().parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


@cache
def shipped_folder() -> Path:
    """Find the folder of the shipped specs, links in its path followed."""
    return folder("specs").resolve()


def is_shipped(path: Path) -> bool:
    """Tell whether a file is one of those in `specs`.

    >>> is_shipped(costs()), is_shipped(Path("mine.arch"))
    (True, False)
    """
    return path.resolve().is_relative_to(shipped_folder())


@cache
def cache_folder() -> Path | None:
    """Find the folder where Python keeps the bytecode of this room, None where it cannot be written.

    What is made of shipped files is kept there too: the folders of grammars and specs hold what they
    shipped with, and nothing else.

    >>> cache_folder().is_dir()
    True
    """
    place = Path(cache_from_source(__file__)).parent
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return place if place.is_dir() else None
    return place


def shipped(*under: str) -> dict[str, Path]:
    """Give the shipped specs by name, or what is shipped in a folder beside them, without `costs`.

    >>> sorted(shipped("laws"))
    ['channels', 'derived', 'literal', 'paper', 'weights']
    """
    places = [folder("specs") / place for place in under or SPECS]
    files = ((entry.name, place) for place in places for entry in os.scandir(place))
    found = {name.removesuffix(SUFFIX): place / name for name, place in files if name.endswith(SUFFIX)}
    return {name: found[name] for name in sorted(found) if name != COSTS}


def costs() -> Path:
    """Find the measures that every law set has.

    >>> costs().name
    'costs.arch'
    """
    return folder("specs") / "laws" / f"{COSTS}{SUFFIX}"


def locate(text: str, kind: str = "spec", *under: str) -> Path:
    """Find a file by its path, or else by a shipped name."""
    path = Path(text)
    if not text:
        raise fail(f"the name of a {kind} is empty")
    if path.suffix == SUFFIX or len(path.parts) != 1:
        if _is_file(path):
            return path
        raise fail(f"{text} is a folder, not a {kind}" if exists(path) else f"no such file: {text}")
    known = shipped(*under)
    if text in known:
        return known[text]
    if _is_file(path):
        return path
    if exists(path):
        raise fail(f"{text} is a folder, not a {kind}")
    few = len(known) < MANY
    listed = f"known: {', '.join(known)}" if few else "`layercalc specs` lists those that are shipped"
    hint = did_you_mean(text, known) or listed
    raise fail(f"no {kind} is called '{text}', and no such file exists", hint=hint)


def split_line(text: str) -> tuple[str, int | None]:
    """Split `SPEC:LINE` into a spec and a line, unless a file has this whole name.

    >>> split_line("resnet:12"), split_line("a:b.arch"), split_line("-:3")
    (('resnet', 12), ('a:b.arch', None), ('-', 3))

    Raises `SpecError` for what stands behind a spec and is no line.
    """
    spec, colon, line = text.rpartition(":")
    if not (colon and spec) or _is_file(Path(text)):
        return text, None
    if line.isascii() and line.isdecimal():
        return spec, int(line[:LINE_DIGITS])
    if _is_file(Path(spec)) or spec in shipped():
        raise fail(f"{text}: a line is a number, as in {spec}:1")
    return text, None


def _is_file(path: Path) -> bool:
    """Tell whether a path can be read: that of a file, of a pipe, `/dev/stdin`."""
    return exists(path) and not path.is_dir()


def exists(path: Path) -> bool:
    """Tell whether a path leads to something; one that the system refuses does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def open_spec(text: str) -> tuple[Source, Path]:
    """Read a spec, and give its path; `-` is standard input."""
    if text == "-":
        return decode("<stdin>", _standard_input()), Path.cwd() / "-"
    path = locate(text)
    return read(path), path


def _standard_input() -> bytes:
    if sys.stdin is None:  # what Python makes of `<&-`
        raise fail("cannot read standard input: it is closed")
    try:
        return sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    except OSError as error:
        raise fail(f"cannot read standard input: {error.strerror}") from None


def read(path: Path, span: Span | None = None) -> Source:
    """Read one file; `span` is where it was asked for.

    A shipped file that has not changed is one `Source`, however often it is read: its tree is made once.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limits.FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(f"cannot read {path}: {reason}", span) from None
    source = decode(display(path), data)
    return _shipped_source(source.name, source.text) if is_shipped(path) else source


@lru_cache(maxsize=CACHED)
def _shipped_source(name: str, text: str) -> Source:
    return Source(name, text)


def display(path: Path) -> str:
    """Write a path for a reader: relative to the current folder where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def decode(name: str, data: bytes) -> Source:
    """Read bytes as a text of the language.

    Raises `SpecError` for a text over `limits.FILE_BYTES`, for broken UTF-8 and
    for a NUL byte, with its line and column.
    """
    if len(data) > limits.FILE_BYTES:
        raise fail(f"{name} has over {limits.FILE_BYTES:,} bytes, the limit for one file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        source = Source(name, data.decode("utf-8", "replace"))
        offset = len(Source(name, data[: error.start].decode("utf-8")).text)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise fail(message, Span(source, offset, offset + 1)) from None
    source = Source(name, text)
    if (offset := source.text.find("\0")) >= 0:
        raise fail("a NUL byte; a spec is plain text", Span(source, offset, offset + 1))
    return source


def used(path: str, user: Path, root: Path, span: Span) -> Path:
    """Find the file that a `use` names, relative to the file `user` that it is in, else in the library.

    `root` is the folder of the spec that was asked for. Raises `SpecError` for a
    path that climbs out of it and out of the library, or that does not exist.
    """
    if "\\" in path or Path(path).is_absolute():
        raise fail("use: the path is relative to this file, with '/' between folders", span)
    places = (user.parent, folder("specs"))
    try:
        targets = [(place / path).resolve() for place in places]
        homes = (root.resolve(), shipped_folder())
        found = [target for target in targets if target.is_file()]
    except (OSError, RuntimeError, ValueError):  # too long, links in a circle, not text
        raise fail(f"use: cannot read '{path}'", span) from None
    within = [target for target in found or targets[:1] if any(map(target.is_relative_to, homes))]
    if not within:
        raise fail(f"use: '{path}' leaves the folder of the spec and the library", span)
    if found:
        return within[0]
    raise fail(f"use: no such file: '{path}'", span, did_you_mean(path, _beside(places, path)))


def _beside(places: Iterable[Path], path: str) -> Iterator[str]:
    """List the paths of the specs in the folder where a path was looked for."""
    for place in places:
        beside = (place / path).parent.glob(f"*{SUFFIX}")
        yield from ((PurePosixPath(path).parent / near.name).as_posix() for near in beside)
