"""Builds the page, and serves it.

From: `docs/playground`, what is installed here of layercalc and its libraries, and npm's
packages as its lock file names them. To: a folder that any static host serves. Promises: what the
page runs are the files of this installation; what is missing is told before anything is written; a
folder with other things in it is left alone.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from layercalc.errors import WIDEST, fail
from layercalc.syntax.library import folder

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = folder("docs/playground")
#: The libraries that the page needs; a browser shows its own colours and has no command line.
LIBRARIES = ("sympy", "mpmath", "lark")
#: What a folder has that the page was built into.
MARK = Path("runtime", "own.bundle.gz")
HOST = "127.0.0.1"


def build(out: Path, tell: Callable[[str], None] = lambda text: None) -> None:
    """Build the page into a folder, which is new, empty or an earlier page.

    Raises `SpecError` for what is missing, and for a folder that holds something else.
    """
    programs = {name: _program(name) for name in ("node", "npm")}
    _check_folder(out)
    with TemporaryDirectory(prefix="layercalc-playground-") as place:
        work = _prepared(programs["npm"], tell)
        stage = Path(place) / "stage"
        _stage(stage)
        tell("packing Python and the page")
        _run([programs["node"], str(work / "build.mjs"), str(stage), str(Path(place) / "page")], work)
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(Path(place) / "page", out)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise fail(
            f"the playground is built by Node.js, and '{name}' is not here", hint="install nodejs and npm"
        )
    return found


def _check_folder(out: Path) -> None:
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file()):
        raise fail(f"{out} holds something else than a playground", hint="name a new folder")


def _prepared(npm: str, tell: Callable[[str], None]) -> Path:
    """Copy the sources to the cache, where npm's packages are installed once for each lock file."""
    lock = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()[:16]
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    work = Path(home) / "layercalc" / f"playground-{lock}"
    shutil.copytree(SOURCES, work, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    done = work / "node_modules" / ".layercalc"
    if not done.is_file():
        tell("installing npm's packages")
        _run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], work)
        done.touch()
    return work


def _stage(stage: Path) -> None:
    """Copy the Python of this installation: layercalc with its specs, and its libraries."""
    ignored = shutil.ignore_patterns("__pycache__", "docs")
    shutil.copytree(PACKAGE, stage / "own" / PACKAGE.name, ignore=ignored)
    for name in ("grammars", "specs"):
        shutil.copytree(folder(name), stage / "own" / PACKAGE.name / name, ignore=ignored, dirs_exist_ok=True)
    for name in LIBRARIES:
        found = find_spec(name)
        if found is None or found.origin is None:
            raise fail(f"the playground needs {name}, which is not installed here")
        shutil.copytree(Path(found.origin).parent, stage / "libraries" / name, ignore=ignored)


def _run(command: list[str], place: Path) -> None:
    """Run a program, and tell the end of what it said if it fails."""
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines())
        said = [line for line in lines if line and len(line) < WIDEST and not line.startswith("at ")]
        name = " ".join([Path(command[0]).name, *command[1:2]])
        raise fail(f"{name} failed with status {done.returncode}: {' / '.join(said[-4:])}")


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(page: Path, port: int) -> Iterator[ThreadingHTTPServer]:
    """Open a server of the page on the loopback; it serves when it is told to.

    Raises `SpecError` for a port that is in use or may not be taken.
    """
    try:
        server = ThreadingHTTPServer((HOST, port), partial(_Quiet, directory=str(page)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = "--port N takes another, and --port 0 one that is free"
            raise fail(f"port {port} is in use", hint=hint) from None
        raise fail(f"port {port} cannot be taken: {error.strerror}") from None
    try:
        yield server
    finally:
        server.server_close()
