"""The checkout the tests stand in: its root, its files, its Python sources.

From: git and the file system. To: paths, in order of name, and what is parsed of them. Promises: a listing
holds what git tracks or would track.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def tracked() -> list[Path]:
    """List the files that are in git or would be added, as paths relative to the root."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (Path(name) for name in listing.split("\0") if name)
    return sorted(path for path in paths if (ROOT / path).is_file())


def sources(folder: str) -> list[Path]:
    """List the Python files under a folder of the root."""
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a Python file, once for all tests that look into it."""
    return ast.parse(path.read_text("utf-8"))


def place(path: Path, line: int) -> str:
    """Name a line of a file as compilers do.

    >>> place(ROOT / "layercalc" / "tree.py", 7)
    'layercalc/tree.py:7'
    """
    return f"{path.relative_to(ROOT).as_posix()}:{line}"
