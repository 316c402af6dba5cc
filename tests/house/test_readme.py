"""The pages keep their word: their sessions print what they show, their examples run."""

from __future__ import annotations

import doctest
import os
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import layercalc
from layercalc.cli import main
from tests.checkout import ROOT
from tests.readme import ENVIRONMENT, PAGES, Step, blocks, difference, only_command, shell, steps

SESSIONS = [
    pytest.param(steps(block), id=f"{page.relative_to(ROOT)}:{block.line}")
    for page in PAGES
    for block in blocks(page.read_text("utf-8"))
    if block.language == "console"
]
SPECS = [
    block.text for page in PAGES for block in blocks(page.read_text("utf-8")) if block.language == "arch"
]


def in_process(command: str) -> tuple[int, str]:
    """Run a command without a process of its own, on what a `printf` gives it, unless it needs a shell."""
    printf, _, last = command.rpartition(" | ") if command.startswith("printf ") else ("", "", command)
    lexer = shlex.shlex(last, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    program, *words = lexer
    if program != "layercalc" or set(last) & set("$`") or any(not word.strip("();<>|&") for word in words):
        return shell(command)
    given = shell(printf)[1] if printf else None
    done = CliRunner().invoke(main, words, input=given, env=ENVIRONMENT)
    return done.exit_code, done.output


@pytest.mark.parametrize("session", SESSIONS)
def test_session(session: list[Step], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    told = [difference(step, in_process) for step in session]
    assert not any(told), "\n".join(filter(None, told))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_examples(page: Path) -> None:
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0


@pytest.mark.parametrize("section", ["Run it", "Test it"])
def test_the_readme_gives_one_command(section: str) -> None:
    command = only_command((ROOT / "README.md").read_text("utf-8"), section)
    assert command.startswith("python3 -m venv .venv && ")


def test_ci_reads_the_test_command_from_the_readme() -> None:
    run = ROOT / ".ci" / "run"
    text = run.read_text("utf-8")
    assert os.access(run, os.X_OK)
    assert 'python3 -m tests.readme "Test it"' in text
    assert "-m pytest" not in text


def test_a_session_that_prints_something_else_is_told() -> None:
    page = "# Use\n```console\n$ echo a\na\n$ echo a b c\na ... c\n$ echo a\nb\n```\n"
    [block] = blocks(page)
    told = [difference(step) for step in steps(block)]
    assert told[:2] == ["", ""]
    assert "line 7: echo a" in told[2]
    assert "Expected:\n    b\nGot:\n    a" in told[2]


def test_a_status_the_page_does_not_show_is_told() -> None:
    assert "exit status 3, not 0" in difference(Step("exit 3", "", 1))
    assert "exit status 0, not 2" in difference(Step("echo 'error: x'", "error: x", 1))
    assert difference(Step("echo 'error: x'; exit 2", "error: x", 1)) == ""


def test_a_heading_inside_a_block_is_not_a_heading() -> None:
    page = "# One\n```sh\n# Two\n```\n```sh\nmake\n```\n"
    assert [block.section for block in blocks(page)] == ["One", "One"]


@pytest.mark.parametrize("code", ["", "```sh\none\ntwo\n```\n", "```sh\none\n```\n```sh\ntwo\n```\n"])
def test_a_section_with_other_than_one_command_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not one command"):
        only_command(f"# Test it\n{code}", "Test it")


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_shown_is_a_spec(spec: str) -> None:
    assert layercalc.loads(spec).params > 0
