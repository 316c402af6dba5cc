"""What is built is whole: the sdist makes the wheel, the wheel runs on its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from layercalc.cli import COMMANDS
from tests.checkout import ROOT

SHIPPED = ("grammars", "specs")
SYMBOL_N = re.compile(r"(?<![A-Za-z_])n(?![A-Za-z_])")
MUST_SHIP = (
    "grammars/arch.lark", "grammars/expr.lark", "grammars/arch.tmLanguage.json",
    "specs/resnet.arch", "specs/laws/paper.arch", "specs/zoo/rows.csv", "specs/zoo/wider.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and from it the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    [path] = dist.glob("*.whl")
    return path


def test_the_sdist_holds_all_that_is_built_and_tested(dist: Path) -> None:
    [path] = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    files = [*_shipped(), *ROOT.glob("layercalc/**/*.py"), *ROOT.glob("tests/**/*.py")]
    assert {file.relative_to(ROOT).as_posix() for file in files} <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= names


def test_the_wheel_holds_grammars_specs_and_laws(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {f"layercalc/{file.relative_to(ROOT).as_posix()}" for file in _shipped()}
    assert wanted <= names
    assert {f"layercalc/{name}" for name in MUST_SHIP} <= wanted


def test_the_wheel_holds_nothing_else_at_its_top(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    name = wheel.name.removesuffix("-py3-none-any.whl")
    assert tops == {"layercalc", f"{name}.dist-info", f"{name}.data"}


def test_the_wheel_holds_a_manual_page_for_each_command(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    [folder] = tmp_path.glob("*.data")
    assert [path.name for path in folder.iterdir()] == ["data"]
    pages = {path.stem: path for path in (folder / "data" / "share" / "man" / "man1").iterdir()}
    assert set(pages) == {"layercalc", *(f"layercalc-{name}" for name in COMMANDS)}
    text = pages["layercalc-eval"].read_text("utf-8")
    assert "\n.EX\n    layercalc eval resnet \\-\\-depth n\n.EE\n" in text
    assert "\n\\fB\\-h, \\-\\-help\\fR\n" in text
    if groff := shutil.which("groff"):
        for page in pages.values():
            assert _run(groff, "-man", "-Tutf8", "-ww", "-P-c", str(page), cwd=tmp_path)


def test_the_wheel_runs_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=os.name != "nt")
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", str(programs / "python"))
    _run(*pip, "install", "--quiet", "--no-compile", str(wheel), cwd=tmp_path)
    printed = _run(str(programs / "layercalc"), "eval", "resnet", "--depth", "n", cwd=tmp_path)
    rows = {line.split()[0].lower().rstrip(":"): line for line in printed.splitlines() if line.split()}
    assert SYMBOL_N.search(rows["gcip"])
    assert SYMBOL_N.search(rows["gcc"])
    assert "61,100,840" in _run(str(programs / "layercalc"), "zoo", "--family", "alexnet", cwd=tmp_path)
    (tmp_path / "one.arch").write_text("input(3, 8, 8)")
    assert _run(str(programs / "pygmentize"), "-N", "one.arch", cwd=tmp_path) == "arch\n"
    tokens = _run(str(programs / "pygmentize"), "-f", "testcase", "one.arch", cwd=tmp_path)
    assert "(Token.Name.Builtin, 'input')" in tokens


def _shipped() -> list[Path]:
    files = (file for folder in SHIPPED for file in (ROOT / folder).rglob("*") if file.is_file())
    return [file for file in files if "__pycache__" not in file.parts]


def _run(*command: str, cwd: Path) -> str:
    """Run a program that must not find the checkout by way of this process, nor leave bytecode there."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONPYCACHEPREFIX"] = str(cwd / "bytecode")
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
