"""Mistakes by example: each file of `reject/` says in its first lines what it is told, and where.

A line `# error 3:7 message | hint` pins line, column, message and hint; a file with
several such lines must be told all of them, in this order, and no more. A mistake in
a file that is used bears its name, `# error parts/broken.arch:3:7 message`; `# given
NAME=VALUE ...` gives values to params.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from layercalc.errors import Diagnostic, SpecError
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points
from tests.checkout import ROOT

HERE = Path(__file__).parent
FILES = sorted((HERE / "reject").glob("*.arch"))
CLAIM = re.compile(r"# error (?:(\S+):)?(\d+):(\d+) (.*?)(?: \| (.*))?")
LAW = re.compile(r"(specs/laws/\w+\.arch):\d+:\d+")
GIVEN = re.compile(r"^# given (.*)$", re.MULTILINE)
GOLDEN = [
    "chain_of_blocks", "clash_within_blocks", "concat_sizes", "mistakes_in_a_used_file",
    "mistakes_in_branches", "mistakes_in_two_declarations", "mistakes_of_a_stage", "open_condition",
    "requirement_fails", "restored_symbols", "several_mistakes", "two_syntax_mistakes", "unclosed_brace",
    "where_fails",
]  # fmt: skip


class Claim(NamedTuple):
    file: str
    line: int
    column: int
    message: str
    hint: str


def claims(path: Path) -> list[Claim]:
    heads = (CLAIM.fullmatch(line) for line in path.read_text("utf-8").splitlines())
    return [Claim(h[1] or path.name, int(h[2]), int(h[3]), h[4], h[5] or "") for h in heads if h]


def mistakes(path: Path) -> SpecError:
    given = GIVEN.search(path.read_text("utf-8"))
    pairs = (pair.split("=") for pair in given[1].split()) if given else ()
    values = {name: read_points(name, text)[0] for name, text in pairs}
    with pytest.raises(SpecError) as caught:
        measure_all(resolve(load_program(str(path)), values))
    return caught.value


def told(diagnostic: Diagnostic, path: Path) -> Claim:
    """Write a mistake as the first lines of a file do: seen from its folder, no places in shipped files."""
    span, folder = diagnostic.span, f"{path.parent.relative_to(ROOT)}/"
    assert span is not None
    message, hint = (
        LAW.sub(r"\1", text.replace(folder, "")) for text in (diagnostic.message, diagnostic.hint)
    )
    return Claim(span.source.name.removeprefix(folder), span.line, span.column, message, hint)


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_told_in_its_place(path: Path) -> None:
    assert [told(diagnostic, path) for diagnostic in mistakes(path).diagnostics] == claims(path)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_whole_diagnostic(name: str, golden: Callable[[Path, str], None]) -> None:
    error = mistakes(HERE / "reject" / f"{name}.arch")
    golden(HERE / "golden" / f"{name}.txt", f"{error}\n")
