"""Where outputs go and specs come from: files, links, pipes, devices, closed and full ones."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.checkout import ROOT
from tests.cli.process import PROGRAM, environment, run

if sys.platform == "win32":
    pytest.skip("files of Unix", allow_module_level=True)

import subprocess

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

TEXT = "input(3, 8, 8) -> conv(4, 3)\n"
CSV = ("eval", "lenet", "--measure", "params", "--format", "csv")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "net.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.mark.parametrize("command", [
    ("eval", "--format", "text"), ("layers", "--format", "csv"), ("explain", "--format", "json"),
    ("draw", "--format", "svg"), ("compare", "lenet", "--format", "text"),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["itself", "link", "hard link"])
def test_no_spec_is_written_over(run_cli: Run, spec: Path, command: tuple[str, ...], kind: str) -> None:
    out = spec if kind == "itself" else spec.with_name("other.txt")
    if kind == "link":
        out.symlink_to(spec)
    elif kind == "hard link":
        out.hardlink_to(spec)
    name, *options = command
    result = run_cli(name, str(spec), *options, "--out", str(out))
    assert result.exit_code == 2
    assert "it is a spec, or a file that this command reads" in result.stderr
    assert spec.read_text("utf-8") == TEXT


def test_no_file_that_a_spec_uses_is_written_over(run_cli: Run, spec: Path) -> None:
    main = spec.with_name("main.arch")
    spec.write_text("block b { relu }", "utf-8")
    main.write_text('use "net.txt"\ninput(3) -> b', "utf-8")
    link = spec.with_name("link.csv")
    link.symlink_to(spec)
    result = run_cli("eval", str(main), "--out", str(link))
    assert (result.exit_code, spec.read_text("utf-8")) == (2, "block b { relu }")
    assert "a file that this command reads" in result.stderr


def test_standard_output_by_its_name_is_written_on(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    with path.open("wb") as file:
        for _ in range(2):
            subprocess.run(
                [*PROGRAM, *CSV, "--out", "/dev/stdout"],
                stdout=file,
                check=True,
                env=environment(),
                timeout=60,
            )
    assert path.read_text("utf-8") == 2 * run(*CSV).stdout.decode()


def test_a_pipe_is_written_and_read(run_cli: Run, tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    assert run_cli("eval", "lenet", "--measure", "params", "--out", str(pipe)).exit_code == 0
    reader.join(timeout=60)
    assert got[0].decode() == run_cli("eval", "lenet", "--measure", "params").stdout
    writer = threading.Thread(target=lambda: pipe.write_text("input( 3 )", "utf-8"))
    writer.start()
    assert run_cli("fmt", str(pipe)).stdout == "input(3)\n"
    writer.join(timeout=60)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("command", ["eval", "draw", "plot", "sweep --over classes=10,11"])
def test_a_folder_is_not_written_over(run_cli: Run, tmp_path: Path, command: str) -> None:
    name, *options = command.split()
    result = run_cli(name, "lenet", *options, "--out", str(tmp_path))
    assert (result.exit_code, result.stderr) == (2, f"error: cannot write {tmp_path}: it is a folder\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("eval", ""), "error: the name of a spec is empty\n"),
        (
            ("eval", "nosuch"),
            "and no such file exists\nhint: `layercalc specs` lists those that are shipped\n",
        ),
        (("zoo", "--sort", ""), "error: --sort: no column is called ''\n"),
        (("eval", "lenet", "--laws", ""), "Error: Invalid value for '--laws': it is empty\n"),
    ],
)
def test_a_name_that_is_none_is_told(run_cli: Run, arguments: tuple[str, ...], told: str) -> None:
    result = run_cli(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_long_name_is_written(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{'n' * 251}.csv"
    assert run_cli(*CSV, "--out", str(path)).exit_code == 0
    assert [*tmp_path.iterdir()] == [path]


def test_a_name_that_is_too_long_is_told(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("eval", "lenet", "--out", str(tmp_path / f"{'n' * 252}.csv"))
    assert (result.exit_code, [*tmp_path.iterdir()]) == (2, [])
    assert result.stderr.endswith(": File name too long\n")


def test_a_new_file_has_the_permissions_that_the_user_wants(run_cli: Run, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        run_cli(*CSV, "--out", str(tmp_path / "a.csv"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o640


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_told() -> None:
    told = run(*CSV, "--out", "/dev/full")
    assert (told.returncode, told.stderr) == (1, b"error: cannot write /dev/full: No space left on device\n")


@pytest.mark.parametrize(
    "command", ["eval lenet", "draw lenet", "specs", "check lenet", "layers lenet --format csv"]
)
def test_a_closed_standard_output_is_an_error(command: str) -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", *PROGRAM, *command.split(" ")]
    told = subprocess.run(shell, stderr=subprocess.PIPE, check=False, env=environment(), timeout=60)
    assert (told.returncode, told.stderr) == (1, b"error: cannot write: Bad file descriptor\n")


@pytest.mark.parametrize(
    "look", [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=str
)
def test_what_declares_its_encoding_is_written_in_it(tmp_path: Path, look: dict[str, str]) -> None:
    path = tmp_path / "a.arch"
    path.write_text('network X "Zoë, 層"\ninput(3) -> relu\n', "utf-8")
    drawing = run("draw", str(path), **look).stdout
    assert ElementTree.fromstring(drawing).findtext("{*}title") == "X: Zoë, 層"
    for form in ("html", "markdown", "csv"):
        told = run("eval", str(path), "--measure", "layers", "--format", form, **look)
        assert told.returncode == 0
        assert form == "csv" or "Zoë, 層" in told.stdout.decode("utf-8")


def test_a_carriage_return_ends_a_line(run_cli: Run) -> None:
    text = b"input(3, 8, 8)\rconv(4, 3) # weights\rrelu\r"
    assert "layers      2" in run_cli("eval", "-", "--measure", "layers", input=text).stdout
    assert run_cli("check", "-", input=text + b"nosuch\r").stderr.startswith("<stdin>:4:1: error: ")
    assert "relu at <stdin>:3:1" in run_cli("explain", "-:3", input=text).stdout


@pytest.mark.parametrize("option", ["--out", "--graph"])
def test_an_import_writes_over_no_model_that_it_reads(run_cli: Run, tmp_path: Path, option: str) -> None:
    model, link = tmp_path / "model.json", tmp_path / "link.json"
    text = (ROOT / "tests" / "imports" / "graphs" / "alexnet.json").read_text("utf-8")
    model.write_text(text, "utf-8")
    link.symlink_to(model)
    result = run_cli("import", str(model), option, str(link))
    assert (result.exit_code, model.read_text("utf-8")) == (2, text)
    assert "a file that this command reads" in result.stderr


def test_an_import_has_a_name_of_the_language(run_cli: Run, tmp_path: Path) -> None:
    graph = tmp_path / "graph.json"
    result = run_cli("import", "nosuch.json", "--name", "9x", "--graph", str(graph))
    assert (result.exit_code, result.output) == (2, "error: --name 9x: not a name of the language\n")
    assert not graph.exists()
