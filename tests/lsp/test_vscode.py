"""The extension of VS Code starts the server, shows diagrams, says what is missing, and can be packaged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.checkout import ROOT
from tests.cli.process import environment

EXTENSION = ROOT / "docs" / "vscode"
EDITOR = Path(__file__).with_name("vscode.js")
LAYERCALC = Path(sysconfig.get_path("scripts")) / "layercalc"
OFFLINE = re.compile(r"\b(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|E40[34])\b")
VSCE = ("npx", "--yes", "@vscode/vsce@3", "package", "--allow-missing-repository", "--skip-license")


def shown(command: Path | str, spec: Path) -> dict[str, Any]:
    """Give what a user of the extension sees."""
    if (node := shutil.which("node")) is None:
        pytest.skip("needs node")
    done = subprocess.run(
        [node, str(EDITOR), str(EXTENSION / "extension.js"), str(command), str(spec)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_it_starts_the_server_and_shows_the_diagram() -> None:
    found = shown(LAYERCALC, ROOT / "docs" / "examples" / "first.arch")
    assert found["messages"] == []
    [page] = found["pages"]
    assert "default-src 'none'" in page
    assert "First: a small residual network" in page
    assert page.rstrip().endswith("</svg>")


def test_a_spec_with_mistakes_shows_them_instead(tmp_path: Path) -> None:
    (tmp_path / "wrong.arch").write_text('param "<b>" rellu\n', "utf-8")
    [page] = shown(LAYERCALC, tmp_path / "wrong.arch")["pages"]
    assert "<pre>" in page
    assert "error: " in page
    assert "<b>" not in page


def test_a_missing_server_is_told_with_what_to_install(tmp_path: Path) -> None:
    found = shown(tmp_path / "none", ROOT / "docs" / "examples" / "first.arch")
    assert not found["started"]
    [told] = found["messages"]
    assert f"there is no program '{tmp_path / 'none'}'" in told
    assert "pip install '.[lsp]'" in told
    assert "the language server does not run" in found["pages"][0].lower()


def test_a_server_without_its_libraries_is_told(tmp_path: Path) -> None:
    program = tmp_path / "layercalc"
    lines = (f"#!{sys.executable}", "import sys", "sys.modules['pygls.lsp.server'] = None")
    program.write_text("\n".join([*lines, "from layercalc.cli import main", "main()"]), "utf-8")
    program.chmod(0o755)
    [told] = shown(program, ROOT / "docs" / "examples" / "first.arch")["messages"]
    assert told.startswith("layercalc: error: this command needs pygls")
    assert "pip install '.[lsp]'" in told


def test_vsce_packages_it(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("needs npm")
    folder = tmp_path / "vscode"
    shutil.copytree(EXTENSION, folder, ignore=shutil.ignore_patterns("node_modules"))
    install = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
    for command in (install, VSCE):
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=100, check=False
            )
        except subprocess.TimeoutExpired:
            pytest.skip("npm is offline")
        if done.returncode and OFFLINE.search(done.stderr):
            pytest.skip("npm is offline")
        assert done.returncode == 0, done.stdout + done.stderr
    [package] = folder.glob("*.vsix")
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
    assert "extension/extension.js" in names
    assert any(name.startswith("extension/node_modules/vscode-languageclient/") for name in names)
