"""`layercalc plot`: its files, and what a mistake gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("PDF", b"%PDF-")])
def test_the_ending_says_the_format(run_cli: Run, tmp_path: Path, ending: str, begins: bytes) -> None:
    path = tmp_path / f"a.{ending}"
    result = run_cli("plot", "lenet", "--out", str(path))
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_bytes().startswith(begins)
    assert [*tmp_path.iterdir()] == [path]


def test_a_param_with_several_values_makes_several_curves(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    assert run_cli("plot", "mlp", "--depth", "3,5", "--out", str(path)).exit_code == 0
    assert all(f"<!-- depth = {depth} -->" in path.read_text("utf-8") for depth in (3, 5))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("lenet", "--out", "a.gif"), "its ending means no picture\nhint: those that do are .svg, .png and"),
        (("lenet", "--out", "none/a.svg"), "no such folder: none"),
        (("mlp", "--out", "a.svg", "--depth", "n"), "a picture shows numbers, and depth has none"),
        (("nosuch", "--out", "a.svg"), "'nosuch'"),
        (("lenet",), "Missing option '--out'"),
        (("mlp", "--out", "a.svg", "--depth", "1..9999", "--width", "1..9"), "points are asked for"),
    ],
)
def test_mistakes(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_cli("plot", *arguments)
    assert (result.exit_code, result.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert message in result.stderr
