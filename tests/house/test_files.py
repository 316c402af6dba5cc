"""What is in git: the places agreed on, nothing left undone, nothing of one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from layercalc.syntax.library import cache_folder
from tests.checkout import ROOT, place, tracked

FILES = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff"}
FOLDERS = {"layercalc", "grammars", "specs", "tests", "docs"}
# Spelt in pieces, so that this file does not hold what it forbids.
LEFT_UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
ONE_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)(?=/)")


def test_the_top_level_holds_only_what_was_agreed_on() -> None:
    entries = {path.parts[0] for path in tracked()}
    assert {entry for entry in entries if not entry.startswith(".")} <= FILES | FOLDERS


def test_a_run_of_the_tests_keeps_its_caches_elsewhere() -> None:
    assert cache_folder() is not None
    assert not str(cache_folder()).startswith(f"{ROOT / 'specs'}")
    assert not str(cache_folder()).startswith(str(ROOT / "layercalc"))


def test_nothing_is_left_undone() -> None:
    assert not list(_lines_with(LEFT_UNDONE))


def test_no_path_of_one_machine_is_named() -> None:
    assert not list(_lines_with(ONE_MACHINE))


def _lines_with(pattern: re.Pattern[str]) -> Iterator[str]:
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if pattern.search(line):
                yield f"{place(ROOT / path, number)}: {line.strip()}"
