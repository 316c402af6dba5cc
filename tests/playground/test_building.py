"""What keeps the page from being built or served is told; the page is tried in tests/browser."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from layercalc.cli import main
from layercalc.errors import SpecError
from layercalc.playground import building

Run = Callable[..., Result]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["playground", *arguments])


@pytest.fixture
def port() -> int:
    with socket.create_server((building.HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server((building.HOST, 0)) as taken:
        number = taken.getsockname()[1]
        done = run("--out", str(tmp_path / "page"), "--port", str(number))
    assert done.exit_code == 2
    assert (
        done.stderr
        == f"error: port {number} is in use\nhint: --port N takes another, and --port 0 one that is free\n"
    )
    assert not (tmp_path / "page").exists()


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_a_program_that_is_not_here_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int, missing: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else f"/{name}")
    done = run("--out", str(tmp_path / "page"), "--port", str(port))
    assert done.exit_code == 2
    assert f"'{missing}' is not here" in done.stderr
    assert not (tmp_path / "page").exists()


def test_a_folder_with_other_things_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/{name}")
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    done = run("--out", str(tmp_path), "--port", str(port))
    assert done.exit_code == 2
    assert "holds something else" in done.stderr
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_a_build_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network is unreachable' >&2\nexit 1\n", "utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / name))
    with pytest.raises(SpecError, match="npm ci failed with status 1: npm error network is unreachable"):
        building.build(tmp_path / "page")
    assert not (tmp_path / "page").exists()
