"""Figure 10 over some rows of the zoo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pytest

from layercalc import SpecError
from layercalc.paper import zoo
from layercalc.paper.accuracy import sample
from layercalc.paper.experiments import fig10
from layercalc.paper.experiments.outcome import Outcome

ROWS = zoo.of_specs(["alexnet", "resnet", "squeezenet"], zoo.rows())


@pytest.fixture(scope="module")
def outcome() -> Iterator[Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zoo, "rows", lambda: [*reversed(ROWS)])
        patch.setattr(sample, "_MEASURED", {})
        yield fig10.run()


def test_a_network_stands_there_once_with_its_tables(outcome: Outcome) -> None:
    [sheet] = outcome.sheets
    listed = [row[1:4] for row in sheet.rows if row[0] == "paper"]
    assert len(listed) == len({row.point for row in ROWS})
    assert ("resnet", "ResNet 50", "2, 1") in listed
    assert ("alexnet", "AlexNet", "2, 1") in listed


def test_families_stand_together(outcome: Outcome) -> None:
    [sheet] = outcome.sheets
    families = [family for family, _ in groupby(row[1] for row in sheet.rows if row[0] == "paper")]
    assert sorted(map(str, families)) == ["alexnet", "resnet", "squeezenet"]


def test_every_mark_stands_beside_its_name(outcome: Outcome) -> None:
    [picture] = outcome.pictures
    values = {(row[0], f"{row[2]} ({row[3]})"): (row[4], row[5]) for row in outcome.sheets[0].rows}
    assert [panel.title for panel in picture.panels] == [
        "laws paper and channels", "laws weights", "laws paper", "laws channels and weights",
    ]  # fmt: skip
    for panel, laws, place in zip(
        picture.panels, ("paper", "weights", "paper", "channels"), (0, 0, 1, 1), strict=True
    ):
        names = dict(panel.y_ticks)
        marks = {names[y]: x for curve in panel.curves for x, y in zip(curve.x, curve.y, strict=True)}
        assert marks == {name: pair[place] for (law, name), pair in values.items() if law == laws}


def test_the_section_has_its_lines(outcome: Outcome) -> None:
    holding = [claim.holds for claim in outcome.claims if claim.laws == "paper"]
    assert holding == [True, True, True, True, None]


def test_a_row_that_cannot_be_measured_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def results(rows: Sequence[zoo.Row], laws: str) -> list[zoo.Result]:
        return [*original(rows[1:], laws), zoo.Broken(rows[0], SpecError([]))]

    original = zoo.results
    monkeypatch.setattr(zoo, "rows", lambda: [*ROWS])
    monkeypatch.setattr(zoo, "results", results)
    monkeypatch.setattr(sample, "_MEASURED", {})
    [claim, *_] = fig10.run().claims
    assert not claim.holds
    assert claim.found.startswith(f"{len(ROWS) - 1} rows have their values")
