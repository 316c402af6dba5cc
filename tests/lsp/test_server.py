"""The language server as an editor meets it: a process, spoken to over stdio."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.lsp.editor import Editor

RESNET = ROOT / "specs" / "resnet.arch"


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """Start the server once."""
    editor = Editor()
    yield editor
    assert editor.quit() == 0


def test_mistakes_come_and_go(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "two.arch", "input(3, 8, 8)\nconvv(4, 3)\nrelu -> dense(tne)\n")
    first, second = editor.mistakes(uri)
    assert first.message == "unknown block or layer 'convv'\nhint: did you mean 'conv'?"
    assert (first.range.start.line, first.range.start.character, first.range.end.character) == (1, 0, 5)
    assert second.message.startswith("unknown name 'tne'")
    editor.type(uri, "input(3, 8, 8)\nconv(4, 3)\nrelu -> dense(10)\n", 2)
    assert editor.mistakes(uri, 2) == []
    editor.close(uri)
    assert editor.mistakes(uri, None) == []
