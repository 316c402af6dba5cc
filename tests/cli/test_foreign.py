"""Texts of others are shown and not obeyed, in every format and by every command."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layercalc.cli.output import ENDINGS
from layercalc.display import visible

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

#: A colour, a bell, a sequence of one byte, a title of a window, marks of direction, a line end, a deletion.
HOSTILE = "\x1b[31m\x07\x9b2J\x1b]0;x\x07\u202e\u2066\u2067\u200f\u0085\u2028\x7f"
SPEC = f'''network X "{HOSTILE}"
param w = 4 "{HOSTILE}"
measure size "{HOSTILE}" = sum of out.volume
input(3) -> dense(w) -> relu
'''
COMMANDS = (
    "eval", "layers", "scale --over w", "explain", "explain:4", "check", "show", "show --until tree", "draw",
    "draw --format mermaid", "draw --format dot", "eval --python", "eval --latex", "eval --help",
    "compare other", "eval --measure", "eval --w 1e", "eval --laws \x1b.arch", "fmt --check",
)  # fmt: skip


#: What MathML writes between factors and behind names of functions.
MATHML = "\u2061\u2062"


def obeyed(text: str) -> set[str]:
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {char for char in text if unicodedata.category(char) in kinds and char not in "\n" + MATHML}


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "a\x1b[31m\u202eb.arch"
    path.write_text(SPEC, "utf-8")
    return str(path)


def _runs(command: str, spec: str) -> Iterator[tuple[str, ...]]:
    name, *rest = command.split(" ")
    name, colon, line = name.partition(":")
    yield name, spec + colon + line, *(spec if word == "other" else word for word in rest)
    if name in ("eval", "layers", "scale", "explain", "compare") and not {"--python", "--help"} & {*rest}:
        yield from ((*next(_runs(command, spec)), "--format", format_) for format_ in ENDINGS)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_obeyed(run_cli: Run, spec: str, command: str) -> None:
    for arguments in _runs(command, spec):
        result = run_cli(*arguments)
        assert not isinstance(result.exception, UnicodeError), arguments
        assert obeyed(result.output) == set(), arguments


@pytest.mark.parametrize("format_", ["text", "markdown", "latex", "html"])
def test_all_is_shown(run_cli: Run, spec: str, format_: str) -> None:
    told = run_cli("eval", spec, "--format", format_).stdout
    for char in HOSTILE:
        assert not obeyed(char) or f"{ord(char):02x}" in told


def test_json_holds_what_was_written(run_cli: Run, spec: str) -> None:
    told = json.loads(run_cli("eval", spec, "--format", "json", "--measure", "params").stdout)
    assert told["spec"] == spec


def test_a_name_of_a_file_that_is_no_text(run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("check", str(tmp_path / "a\udcff\x9b.arch"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: no such file: {tmp_path}/a\\udcff\\x9b.arch\n"


@pytest.mark.parametrize(
    "arguments", [("eval", "lenet", "\x1b[2J"), ("\x1b[2J",), ("--\x1b",), ("draw", "--\x9b")]
)
def test_arguments_that_nothing_takes(run_cli: Run, arguments: tuple[str, ...]) -> None:
    result = run_cli(*arguments)
    assert result.exit_code == 2
    assert obeyed(result.output) == set()


@pytest.mark.parametrize(("text", "shown"), [
    ("", ""), *[(text, text) for text in ("Zoë, 層, \N{NO-BREAK SPACE}x", "\u0645\u06cc\u200c\u062e")],
    ("a\x1bb", "a\\x1bb"), ("\u202e", "\\u202e"), ("\U000e0041", "\\U000e0041"),
    ("\ud800", "\\ud800"), ("a\nb", "a\\nb"),
])  # fmt: skip
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == visible(visible(text)) == shown


def test_every_character_is_shown_or_harmless() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert obeyed(visible(every)) == {"\u200c", "\u200d"}
    assert re.search(r"\s", visible(every).replace(" ", "")) is not None  # other spaces stay
