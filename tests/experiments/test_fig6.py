"""Figure 6: what its sheet, pictures and claims hold, from one run."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from layercalc.paper.experiments import fig6
from layercalc.paper.experiments.outcome import Outcome
from layercalc.paper.experiments.shared import LAWS

#: Specs in place of all that are shipped: some that the bound knows, and some with layers that it does not.
SPECS = ("lenet", "mlp", "unet", "vgg", "vit")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fig6, "library", SimpleNamespace(shipped=lambda: SPECS))
        return fig6.run()


def test_every_claim_is_judged_under_every_law_set(outcome: Outcome) -> None:
    texts = {laws: [claim.text for claim in outcome.claims if claim.laws == laws] for laws in LAWS}
    assert texts["paper"] == texts["channels"] == texts["weights"]
    assert {claim.section for claim in outcome.claims} == {"7.1"}
    holding = {laws: [claim.holds for claim in outcome.claims if claim.laws == laws] for laws in LAWS}
    assert holding["paper"] == [True, False, False, True, False, True]
    assert holding["channels"] == holding["weights"] == [True, True, False, True, False, True]


def test_architectures_that_each_can_measure_are_counted(outcome: Outcome) -> None:
    told = [claim.found for claim in outcome.claims if claim.laws == "paper"][5]
    assert told.startswith("of 5 shipped networks GCC measures 5 and the bound 3; the others are refused at ")


def test_a_network_whose_complexity_falls_while_the_bound_rises_is_named(outcome: Outcome) -> None:
    told = [claim.found for claim in outcome.claims if claim.laws == "paper"][1]
    assert told == (
        "from resnet 34 to 50 the bound goes from 2^33.45 to 2^34.26, GCC from 2^337.8 to 2^202.7"
    )


def test_complexity_and_bounds_rise_together_in_every_family(outcome: Outcome) -> None:
    (sheet,) = outcome.sheets
    families = itertools.groupby(sheet.rows, key=lambda row: (row[0], row[2]))
    columns = [[*zip(*rows, strict=True)][5:] for _, rows in families]
    assert len(columns) == len(LAWS) * len(fig6.FAMILIES)
    assert all(list(column) == sorted(set(column)) for family in columns for column in family)


def test_an_upper_bound_is_above_the_lower_one_and_unrolled_above_shared(outcome: Outcome) -> None:
    (sheet,) = outcome.sheets
    assert [*sheet.headers[6:]] == [f"log2 {name}" for name in fig6.BOUNDS]
    for *_, upper, upper_unrolled, lower, lower_unrolled in sheet.rows:
        assert lower < upper <= upper_unrolled  # type: ignore[operator]
        assert lower <= lower_unrolled < upper_unrolled  # type: ignore[operator]


def test_pictures_show_what_the_sheet_holds(outcome: Outcome) -> None:
    values, growth = outcome.pictures
    for picture in (values, growth):
        assert [panel.title for panel in picture.panels] == [family.name for family in fig6.FAMILIES]
        assert all(len(curve.x) == len(curve.y) for panel in picture.panels for curve in panel.curves)
    assert all(curve.y[0] == 1 for panel in growth.panels for curve in panel.curves)


def test_the_rank_correlation_is_kendalls() -> None:
    logs = {"gcc": [1.0, 2.0, 3.0, 4.0], "vc_upper": [1.0, 3.0, 2.0, 4.0]}
    assert fig6.FamilyGrowth(fig6.FAMILIES[0], logs).agreement("vc_upper") == pytest.approx(2 / 3)
