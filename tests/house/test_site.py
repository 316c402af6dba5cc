"""The site builds without a warning, and tells what it cannot show."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from layercalc.cli import COMMANDS
from tests.checkout import ROOT

pytest.importorskip("sphinx")


def _build(docs: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(docs), str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_the_site_builds(tmp_path: Path) -> None:
    done = _build(ROOT / "docs", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    laws, python, paper, commands = (
        (tmp_path / f"{page}.html").read_text("utf-8") for page in ("laws", "python", "paper", "commands")
    )
    assert all(f'id="layercalc-{name}"' in commands for name in COMMANDS)
    assert 'id="channels-conv-transpose"' in laws
    assert 'id="layercalc.Model.measure"' in python
    assert "<svg" in paper
    assert "<mfrac>" in paper
    assert not re.search(r'src="http|href="http[^"]*\.(?:css|js)"', paper + laws + python)


def test_what_a_page_cannot_show_is_told(tmp_path: Path) -> None:
    """The grammar has a rule that no page shows, a page names one that there is not."""
    shutil.copytree(ROOT / "docs" / "_ext", tmp_path / "docs" / "_ext")
    shutil.copy(ROOT / "docs" / "conf.py", tmp_path / "docs")
    shown = ["{grammar} spec", "{grammar} sepc", "{example} nothing"]
    page = "# A page\n\n" + "".join(f"```{it}\n```\n\n" for it in shown) + "[x](gone.md)\n"
    (tmp_path / "docs" / "index.md").write_text(page, "utf-8")
    done = _build(tmp_path / "docs", tmp_path / "out")
    assert done.returncode != 0
    assert "there is no 'sepc' among spec, declaration, network" in done.stderr
    assert "there is no 'nothing' among" in done.stderr
    assert "no page shows these rules of the grammar: COMMENT, COMPARISON" in done.stderr
    assert "gone.md" in done.stderr
