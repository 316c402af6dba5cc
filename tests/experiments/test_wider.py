"""The experiment on the wider zoo: every number from the run, twice the same."""

from __future__ import annotations

import pytest

from layercalc.paper.accuracy import wider as tried
from layercalc.paper.accuracy.wider import ALL, GROUPS
from layercalc.paper.experiments import Outcome, find
from layercalc.paper.zoo import wider
from tests.wider import page


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    wider.rows()  # read under all law sets
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wider, "law_sets", lambda: ("paper",))
        return find("wider").run()


def test_its_sheets_have_every_group_and_predictor(outcome: Outcome) -> None:
    related, curves, recipes = outcome.sheets
    assert {row[3] for row in related.rows if row[2] == ALL.label} == {*tried.COMPARED}
    assert {row[3] for row in curves.rows} == {*tried.COMPARED} - {tried.IMAGE_SIZE.name}
    assert {row[1] for row in recipes.rows} == {group.label for group in GROUPS}
    assert {row[0] for row in related.rows} == {"paper"}


def test_its_verdicts_tell_the_numbers_of_the_run(outcome: Outcome) -> None:
    told = {claim.text: claim for claim in outcome.claims}
    found = tried.relations("paper", "gcc", "top1")[ALL].rank_correlation
    assert f"{found:.3f} (all)" in told["GCC is correlated to the accuracies of other networks"].found
    error = tried.trials("paper", "gwc", "top1")[ALL].error
    text = "accuracy of other networks can be estimated a priori, from the curve of GWC"
    assert f"{error:.1f} in the root mean square" in told[text].found


def test_two_runs_give_the_same(outcome: Outcome) -> None:
    tried.relations.cache_clear()
    again = [row for name in ("gsc", "params") for row in tried.relations("paper", name, "top1").items()]
    told = {tuple(row[2:]) for row in outcome.sheets[0].rows if row[1] == "top1"}
    assert {(group.label, row) for group, row in again} <= {(row[0], tuple(row[2:])) for row in told}


def test_the_page_has_the_figures_of_the_run() -> None:
    text = page.PAGE.read_text("utf-8")
    assert [line for line in page.relations() if line not in text] == [], "python -m tests.wider page"


def test_every_row_that_a_curve_is_tried_on_is_drawn(outcome: Outcome) -> None:
    by_laws, _ = outcome.pictures
    for panel in by_laws.panels:
        marks = sum(len(curve.x) for curve in panel.curves if curve.kind == "marks")
        assert marks == tried.trials("paper", "gwc", "top1")[ALL].rows
