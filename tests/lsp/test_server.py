"""The language server as an editor meets it: a process, spoken to over stdio."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from lsprotocol import types

from tests.checkout import ROOT
from tests.lsp.editor import Editor

RESNET = ROOT / "specs" / "resnet.arch"
GRIN = "\N{GRINNING FACE}"


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """Start the server once."""
    editor = Editor()
    yield editor
    assert editor.quit() == 0


@pytest.fixture(scope="module")
def resnet(editor: Editor) -> str:
    return editor.open(RESNET, RESNET.read_text("utf-8"))


def place(path: Path, text: str) -> tuple[int, int]:
    """Find the line and the column of a text that stands once in a file."""
    before, found, after = path.read_text("utf-8").partition(text)
    assert found
    assert text not in after
    return before.count("\n"), len(before.rpartition("\n")[2])


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


def test_columns_are_utf_16(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "grin.arch", f'param n = 3 "{GRIN}" input(3) densse(n) # {GRIN}\n')
    [mistake] = editor.mistakes(uri)
    before = len(f'param n = 3 "{GRIN}" input(3) ') + 1
    assert mistake.range == types.Range(types.Position(0, before), types.Position(0, before + len("densse")))
    declared = editor.definition(uri, 0, before + len("densse("))
    assert declared is not None
    assert declared.range.start == types.Position(0, len("param "))


def test_another_encoding_is_agreed_on_and_an_editor_may_vanish(tmp_path: Path) -> None:
    editor = Editor(types.PositionEncodingKind.Utf32, types.PositionEncodingKind.Utf16)
    uri = editor.open(tmp_path / "grin.arch", f'param n = 3 "{GRIN}" input(3) densse(n)\n')
    [mistake] = editor.mistakes(uri)
    assert mistake.range.start.character == len(f'param n = 3 "{GRIN}" input(3) ')
    assert editor.server.capabilities.position_encoding == types.PositionEncodingKind.Utf32
    assert editor.vanish() == 0


def test_a_change_of_a_used_file_is_seen(editor: Editor, tmp_path: Path) -> None:
    part, main = tmp_path / "part.arch", tmp_path / "main.arch"
    part.write_text("block stem { relu }\n", "utf-8")
    uri = editor.open(main, 'use "part.arch"\ninput(3)\nstem -> tail\n')
    [mistake] = editor.mistakes(uri)
    assert mistake.message.startswith("unknown block or layer 'tail'")
    editor.open(part, "block stem { relu }\nblock tail { relu }\n")
    editor.forget(uri)
    assert editor.mistakes(uri) == []


def test_hover_on_a_layer(editor: Editor, resnet: str) -> None:
    assert editor.mistakes(resnet) == []
    shown = editor.hover(resnet, *place(RESNET, "conv(channels, kernel, stride, groups"))
    assert "**conv**: 3 x 224 x 224 → 64 x 112 x 112" in shown
    assert "| MACs | 118013952 |  |" in shown
    assert "The first of 53 in the network: stem > conv_bn." in shown


def test_definition_of_a_block_and_of_a_layer(editor: Editor, resnet: str) -> None:
    block = editor.definition(resnet, *place(RESNET, "basic(channels, stride) } else"))
    assert block is not None
    assert block.uri == resnet
    line, column = place(RESNET, "basic(channels, stride) {")
    assert block.range.start == types.Position(line, column)
    layer = editor.definition(resnet, *place(RESNET, "maxpool"))
    assert layer is not None
    assert layer.uri == (ROOT / "specs" / "laws" / "paper.arch").as_uri()


def test_the_outline(editor: Editor, resnet: str) -> None:
    names = [symbol.name for symbol in editor.symbols(resnet)]
    assert names[:3] == ["ResNet", "depth", "width"]
    assert names[-1] == "head"


def test_completion_in_a_text_that_is_being_written(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "new.arch", "block stem(n) { relu }\ninput(3, 8, 8)\n")
    assert editor.mistakes(uri) == []
    editor.type(uri, "block stem(n) { relu }\ninput(3, 8, 8)\nconv(", 2)
    inside = editor.completions(uri, 2, len("conv("))
    assert inside["kernel"].insert_text == "kernel = "
    editor.type(uri, "block stem(n) { relu }\ninput(3, 8, 8)\n", 3)
    steps = editor.completions(uri, 2, 0)
    assert {"stem", "conv", "add", "repeat"} <= steps.keys()
    assert isinstance(steps["conv"].documentation, types.MarkupContent)


def test_no_file_is_written(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "never.arch", "input(3) -> relu\n")
    assert editor.mistakes(uri) == []
    assert not [*tmp_path.iterdir()]


def test_formatting(editor: Editor, tmp_path: Path) -> None:
    pytest.importorskip("layercalc.syntax.unparse")
    uri = editor.open(tmp_path / "wild.arch", "input(3,8,8)\n# kept\nconv( 4,3 )relu\nrelu\n")
    [edit] = editor.layout(uri)
    assert (edit.range.start.line, edit.range.end) == (0, types.Position(3, 0))
    assert edit.new_text == "input(3, 8, 8)\n# kept\nconv(4, 3) -> relu\n"
    editor.type(uri, "input(3,8,8\n", 2)
    assert editor.layout(uri) == []


def test_any_typing_is_followed(editor: Editor, tmp_path: Path) -> None:
    text = RESNET.read_text("utf-8")
    uri = editor.open(tmp_path / "typed.arch", text)
    for version in range(2, 40):
        cut = 97 * version % len(text)
        editor.type(uri, text[:cut] + GRIN + text[cut + version :], version)
    editor.type(uri, text, 40)
    assert editor.mistakes(uri, 40) == []


def test_an_unknown_law_set_is_refused(run_cli: Callable[..., Result]) -> None:
    refused = run_cli("lsp", "--laws", "papr")
    assert refused.exit_code == 2
    assert "did you mean 'paper'?" in refused.stderr


def test_without_its_libraries_it_is_said_what_to_install(
    run_cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "layercalc.lsp.server", raising=False)
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    refused = run_cli("lsp")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "error: this command needs pygls, which is not installed\n"
        "hint: in a checkout of layercalc: pip install '.[lsp]'\n"
    )
