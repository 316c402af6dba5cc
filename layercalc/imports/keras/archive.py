"""Opens what Keras saves: a `.keras` archive, or the JSON of a model's config.

From: a path. To: the decoded JSON, and the version of Keras that wrote it. The archive is a zip file
with `config.json` in it; its weights are not read. Nothing is unpacked to the disk, and no more is
read than the published limits allow, whatever the archive says of itself.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from layercalc import limits
from layercalc.errors import fail

#: Bytes that are read from an archive at once.
PIECE = 65_536
#: The parts of an archive: the model, and what wrote it.
CONFIG, METADATA = "config.json", "metadata.json"


def opened(path: Path) -> tuple[dict[str, Any], str]:
    """Read the config of a model and the version of Keras, "" where it does not say.

    Raises `SpecError` for what is no archive and no JSON of a model, and for what is past the limits.
    """
    name = str(path)
    if not path.is_file():
        raise fail(f"no such file: {name}")
    if path.suffix.lower() == ".json":
        if path.stat().st_size > limits.GRAPH_BYTES:
            raise _too_long(name)
        return decoded(path.read_bytes(), name), ""
    try:
        with (
            path.open("rb", buffering=0) as file,
            _Bounded(file) as bounded,
            zipfile.ZipFile(bounded) as archive,
        ):
            config = decoded(_part(archive, CONFIG, name), f"{name}: {CONFIG}")
            if METADATA not in archive.namelist():
                return config, ""
            metadata = decoded(_part(archive, METADATA, name), f"{name}: {METADATA}")
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        OverflowError,
    ):
        raise fail(f"{name}: not a .keras archive that can be read") from None
    return config, str(metadata.get("keras_version", ""))[:40]


def decoded(text: str | bytes, name: str) -> dict[str, Any]:
    """Read the JSON of a model.

    >>> decoded('{"class_name": "Sequential"}', "mine.json")
    {'class_name': 'Sequential'}
    """
    if len(text) > limits.GRAPH_BYTES:
        raise _too_long(name)
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise fail(f"{name}: not a JSON file") from None
    if not isinstance(read, dict):
        raise fail(f"{name}: not the config of a Keras model")
    return read


def _part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Unpack a file of an archive, piece by piece, and no more than the limit."""
    if part not in archive.namelist():
        raise fail(f"{name}: has no {part}, which a .keras archive has")
    pieces, size = [], 0
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > limits.GRAPH_BYTES:
                raise _too_long(f"{name}: {part}")
    return b"".join(pieces)


def _too_long(name: str) -> Exception:
    return fail(f"{name}: has over {limits.GRAPH_BYTES:,} bytes, the limit for a graph")


class _Bounded(io.BufferedReader):
    """A file that refuses to give much at once: a list of contents may say that it has any length."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > limits.ARCHIVE_LIST:
            raise zipfile.BadZipFile
        return super().read(size)
