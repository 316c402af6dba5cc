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
    shown = on_terminal("eval", "lenet", width=100)
    assert BOLD in shown
    assert _plain(shown) == run("eval", "lenet").stdout.decode()


@pytest.mark.parametrize("arguments", [("layers", "lenet"), ("specs",), ("compare", "lenet", "vgg")])
def test_a_pipe_gets_no_control_sequences_and_no_wrapping(arguments: tuple[str, ...]) -> None:
    narrow = run(*arguments, COLUMNS="20", TERM="xterm-256color")
    assert b"\x1b" not in narrow.stdout
    assert narrow.stdout == run(*arguments, COLUMNS="300").stdout


@pytest.mark.parametrize(
    "changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}], ids=str
)
@pytest.mark.parametrize("arguments", [("laws",), ("eval", "nosuch")])
def test_colours_are_left_out_where_nobody_wants_them(
    arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    assert "\x1b" not in on_terminal(*arguments, width=80, changes=changes)


def test_colours_say_what_matters() -> None:
    told = on_terminal("eval", "lenet", "--classes", "1.5", width=80)
    assert "\x1b[31m\x1b[1merror:" in told
    assert "\x1b[31m\x1b[1m^" in told
    shown = on_terminal("layers", "mlp", width=80)
    assert "\x1b[36m\x1b[1mrepeat 2" in shown


def test_colours_go_into_a_pipe_where_they_are_forced() -> None:
    forced = run("eval", "lenet", FORCE_COLOR="1").stdout.decode()
    assert BOLD in forced
    assert _plain(forced) == run("eval", "lenet").stdout.decode()
    assert run("eval", "nosuch", FORCE_COLOR="1").stderr.startswith(b"\x1b[31m\x1b[1merror:")


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
    assert "left out, for want of width: GSIP, GWC, layers and" in shown
    assert "11,689,512" in shown  # whole, not folded into two lines


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
    for code in (BOLD, "\x1b[36m", "\x1b[33m", "\x1b[0m"):
        shown = shown.replace(code, "")
    assert "\x1b" not in shown
    return shown
