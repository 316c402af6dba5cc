"""What makes the twin quick: law files are parsed once a module, and coverage is not measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from layercalc.errors import Source
from layercalc.syntax import tree
from layercalc.syntax.parse import parse


@pytest.fixture(scope="module", autouse=True)
def _law_files_are_parsed_once() -> Iterator[None]:
    """For every random spec anew, they would take most of the time."""
    trees: dict[str, tree.Spec] = {}

    def parse_once(source: Source, path: Path | None = None) -> tree.Spec:
        if source.name.startswith("random"):
            return parse(source, path)
        if source.text not in trees:
            trees[source.text] = parse(source, path)
        return trees[source.text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("layercalc.resolve.program.parse", parse_once)
        yield


@pytest.fixture(autouse=True)
def _coverage_is_not_measured(no_cover: None) -> None:
    """Random specs by the hundred reach hardly a line that other tests do not, and take thrice as long."""
