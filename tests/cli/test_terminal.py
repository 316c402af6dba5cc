"""On a terminal rich prints, and fits what it prints to the width; elsewhere the text is plain."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

if sys.platform == "win32":
    pytest.skip("terminals of Unix", allow_module_level=True)

from layercalc.cli.output import show_table
from layercalc.report.table import Table
from tests.cli.process import on_terminal, run

BOLD = "\x1b[1m"


def test_what_fits_looks_as_in_a_pipe_with_bold_headers() -> None:
    shown = on_terminal("eval", "lenet", width=80)
    assert BOLD in shown
    assert _plain(shown) == run("eval", "lenet").stdout.decode()


@pytest.mark.parametrize("arguments", [("layers", "lenet"), ("specs",), ("compare", "lenet", "vgg")])
def test_a_pipe_gets_no_control_sequences_and_no_wrapping(arguments: tuple[str, ...]) -> None:
    narrow = run(*arguments, COLUMNS="20", TERM="xterm-256color")
    assert b"\x1b" not in narrow.stdout
    assert narrow.stdout == run(*arguments, COLUMNS="300").stdout


@pytest.mark.parametrize("arguments", [("laws",), ("compare", "lenet", "mlp")])
def test_no_color_is_honoured(arguments: tuple[str, ...]) -> None:
    shown = on_terminal(*arguments, width=80, changes={"NO_COLOR": "1"})
    assert "\x1b[3" not in shown


def test_a_dumb_terminal_gets_no_control_sequences() -> None:
    assert "\x1b" not in on_terminal("laws", width=80, changes={"TERM": "dumb"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("specs",),
        ("laws",),
        ("layers", "resnet", "--depth", "18"),
        ("layers", "mlp", "--depth", "n", "--width", "w"),
        ("eval", "resnet", "--depth", "n", "--width", "w", "--exact", "--measure", "gcip,params"),
        ("eval", "resnet", "--depth", "18,34,50"),
        ("compare", "lenet", "mlp", "resnet", "vgg"),
        ("compare", "lenet", "mlp", "--classes", "n", "--measure", "gcc,gsc"),
    ],
    ids=" ".join,
)
def test_no_line_of_a_table_is_wider_than_the_terminal(arguments: tuple[str, ...]) -> None:
    width = 70
    shown = _plain(on_terminal(*arguments, width=width))
    table = shown.partition("\n\n")[2] if arguments[0] in ("eval", "layers", "compare") else shown
    assert table
    assert max(map(len, table.splitlines())) <= width


def test_narrow_columns_of_numbers_come_in_blocks() -> None:
    shown = _plain(on_terminal("eval", "resnet", "--depth", "18,34", width=50))
    headers = [line for line in shown.splitlines() if line.startswith("depth")]
    assert len(headers) > 1
    assert "longest path" in headers[-1]
    assert "11689512" in shown  # whole, not folded into two lines


def test_texts_are_wrapped_between_words() -> None:
    shown = _plain(on_terminal("specs", width=60))
    assert "\nlenet " in shown
    assert "Krizhevsky" in shown


def test_blocks_and_notes_stand_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", shown := Terminal())
    monkeypatch.setenv("COLUMNS", "12")
    table = Table(("key", "first", "second"), [("a", "1", "2")], ["", "[note] 7"], keys=1)
    show_table("heading", table)
    lines = [line.rstrip() for line in _plain(shown.getvalue()).splitlines()]
    assert lines == [
        "heading",
        "",
        "key  first",
        "a        1",
        "",
        "key  second",
        "a         2",
        "",
        "[note] 7",
    ]


def _plain(shown: str) -> str:
    for code in (BOLD, "\x1b[0m"):
        shown = shown.replace(code, "")
    assert "\x1b" not in shown
    return shown
