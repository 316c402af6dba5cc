"""The figures of the benchmarks: written, read, and held against those of an earlier run. None is timed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks.records import changes, read, worse, written
from tests.benchmarks.timing import Ratio

OLD = {"startup": [Ratio("check", "import lark", 0.2, 0.1, 2.0), Ratio("laws", "import lark", 0.1, 0.1, 3.0)]}
NEW = {"startup": [Ratio("check", "import lark", 0.3, 0.1, 2.0), Ratio("zoo", "2000 ms", 1.0, 2.0, 1.0)]}


def test_figures_are_read_as_they_were_written(tmp_path: Path) -> None:
    place = tmp_path / "figures.json"
    place.write_text(written(OLD), "utf-8")
    assert read(place) == OLD


def test_changes_are_told() -> None:
    lines = [line.split() for line in changes(NEW, OLD).splitlines()[1:]]
    assert [(line[0], line[-1]) for line in lines] == [("check", "SLOWER"), ("zoo", "new"), ("laws", "gone")]
    assert worse(NEW, OLD)
    assert not worse(OLD, NEW)


def test_a_run_has_its_status(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def ratios(name: str, runs: int, python: str) -> Iterator[Ratio]:
        yield from NEW[name]

    monkeypatch.setattr(benchmarks, "_run", ratios)
    place = tmp_path / "figures.json"
    assert benchmarks.main("startup", "--out", str(place)) == 0
    assert benchmarks.main("startup", "--against", str(place)) == 0
    place.write_text(written(OLD), "utf-8")
    assert benchmarks.main("startup", "--against", str(place)) == 1
    with pytest.raises(SystemExit):
        benchmarks.main("nothing")
