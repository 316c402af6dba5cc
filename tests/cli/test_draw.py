"""`layercalc draw`: its forms and files, and what a mistake gets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layercalc import limits
from tests.cli.process import run

if TYPE_CHECKING:
    from click.testing import Result


@pytest.mark.parametrize(("arguments", "start"), [
    ((), "<svg "), (("--format", "svg"), "<svg "), (("--format", "mermaid"), "---\ntitle:"),
    (("--format", "dot"), "digraph "),
])  # fmt: skip
def test_a_form_is_written(run_cli: Callable[..., Result], arguments: tuple[str, ...], start: str) -> None:
    assert run_cli("draw", "lenet", *arguments).stdout.startswith(start)


@pytest.mark.parametrize(("name", "start"), [
    ("a.svg", "<svg "), ("a.mmd", "---\n"), ("a.DOT", "digraph "), ("a", "<svg "),
])  # fmt: skip
def test_the_ending_says_the_form(
    run_cli: Callable[..., Result], tmp_path: Path, name: str, start: str
) -> None:
    result = run_cli("draw", "lenet", "--out", str(tmp_path / name))
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / name).read_text("utf-8").startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG\r\n"), ("a.PDF", b"%PDF-")])
def test_pictures_of_dots_and_pages_are_drawn(
    run_cli: Callable[..., Result], tmp_path: Path, name: str, start: bytes
) -> None:
    path = tmp_path / name
    result = run_cli("draw", "lenet", "--out", str(path))
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_bytes().startswith(start)
    assert run_cli("draw", "lenet", "--format", path.suffix[1:].lower()).stdout_bytes.startswith(start)


def test_other_endings_are_refused(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "net.xyz"
    result = run_cli("draw", "lenet", "--out", str(path))
    assert (result.exit_code, result.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert result.stderr == (
        f"error: --out {path}: its ending means no picture\n"
        "hint: --format names one; else .svg, .mmd, .mermaid, .dot, .gv, .png or .pdf\n"
    )


def test_a_missing_library_is_named(
    run_cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    result = run_cli("draw", "lenet", "--out", str(tmp_path / "a.png"))
    assert (result.exit_code, result.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert "this command needs vl_convert, which is not installed" in result.stderr
    assert "pip install '.[pictures]'" in result.stderr


def test_a_folder_that_is_missing_is_named(run_cli: Callable[..., Result], tmp_path: Path) -> None:
    result = run_cli("draw", "lenet", "--out", str(tmp_path / "no" / "a.svg"))
    assert result.exit_code == 2
    assert f"no such folder: {tmp_path / 'no'}" in result.stderr


@pytest.mark.parametrize(
    "text", ["input(3, 8, 8) convv(3)", "input(3) conv(", "input(3, 8, 8) add { relu | conv(4, 3) }"]
)
def test_a_mistake_is_told_as_by_check(run_cli: Callable[..., Result], text: str) -> None:
    told = run_cli("draw", "-", input=text)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == run_cli("check", "-", input=text).stderr


def test_boxes_have_a_limit(run_cli: Callable[..., Result]) -> None:
    text = f"block one(i) {{ relu }} input(3) for i in range({limits.BOXES}) {{ one(i) -> dense(i + 1) }}"
    result = run_cli("draw", "-", input=text)
    assert result.exit_code == 2
    assert f"this picture has {2 * limits.BOXES:,} boxes, and the limit is {limits.BOXES:,}" in result.stderr


def test_a_picture_depends_on_nothing_but_the_spec() -> None:
    arguments = ("draw", "nasnet", "--depth-of-blocks", "1")
    one, other = (run(*arguments, PYTHONHASHSEED=seed).stdout for seed in ("1", "2"))
    assert one == other
    assert one.startswith(b"<svg ")


def test_wires_that_cross_have_a_limit(run_cli: Callable[..., Result]) -> None:
    adds = [
        f"add {{ from v{i} -> relu | from v{max(0, i - 7)} | from v{i // 2} }} as v{i + 1}"
        for i in range(400)
    ]
    text = "input(3) as v0\n" + "\n".join(adds)
    result = run_cli("draw", "-", input=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"and the limit is {limits.PASSED:,}" in result.stderr
    assert run_cli("draw", "-", "--format", "dot", input=text).exit_code == 0
