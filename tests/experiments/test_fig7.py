"""Figure 7 beside a walk through the autoencoder in plain rationals."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from layercalc import load
from layercalc.paper.experiments import fig7
from layercalc.paper.experiments.outcome import Outcome
from tests.twin.dynamic import propagate
from tests.twin.naive import COMPLEXITY, POWER
from tests.twin.unroll import unroll

LAWS = ("paper", "channels", "weights")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return fig7.run()


@pytest.mark.parametrize("laws", LAWS)
def test_every_layer_has_the_values_of_a_walk(outcome: Outcome, laws: str) -> None:
    model = load("autoencoder", laws=laws)
    graph = unroll(model.network.body)
    powers, complexities = propagate(graph, POWER), propagate(graph, COMPLEXITY)
    [sheet] = outcome.sheets
    lines = [dict(zip(sheet.headers, row, strict=True)) for row in sheet.rows if row[0] == laws]
    assert [Fraction(str(line["cumulative_power_exact"])) for line in lines] == powers
    assert [line["cumulative_complexity"] for line in lines] == pytest.approx([*map(float, complexities)])
    local = [Fraction(str(line["power_exact"])) for line in lines]
    assert [math.prod(local[: number + 1]) for number in range(len(local))] == powers


def test_the_power_at_the_end_is_exactly_one(outcome: Outcome) -> None:
    [sheet] = outcome.sheets
    ends = [row[sheet.headers.index("cumulative_power_exact")] for row in sheet.rows if row[1] == 6]
    assert ends == ["1", "1", "1"]


def test_every_claim_of_the_section_holds(outcome: Outcome) -> None:
    found = [claim for claim in outcome.claims if claim.section == "7.2"]
    assert len(found) == 3 * 7
    assert all(claim.holds for claim in found)


def test_what_the_text_contradicts_is_told(outcome: Outcome) -> None:
    found = [claim for claim in outcome.claims if claim.section != "7.2" and claim.laws == "paper"]
    assert [(claim.section, claim.holds) for claim in found] == [
        ("4", False), ("5.1", False), ("5.2", True), ("5.2", False),
    ]  # fmt: skip
    assert "GCC of ResNet 50 is 0" in found[-1].found


def test_what_departs_from_symmetry_is_told_in_figures(outcome: Outcome) -> None:
    found = {claim.text: claim.found for claim in outcome.claims if claim.laws == "paper"}
    bent = next(text for text in found.values() if "ReLUs" in text)
    relu, kernels = Fraction(73, 125) ** 6, Fraction(25, 9) ** 3
    figures = [float(word) for word in bent.replace(",", " ").replace(";", " ").split() if "." in word]
    assert figures == pytest.approx([float(relu * kernels), float(kernels), float(relu)], rel=1e-4)


def test_any_sizes_are_proved_at_once(outcome: Outcome) -> None:
    told = [text for label, text in outcome.formulas if label.startswith("GCIP")]
    assert told == ["1"]


def test_a_law_set_without_the_symmetry_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layercalc.paper.experiments.shared.LAWS", ("literal",))
    monkeypatch.setattr(fig7, "LAWS", ("literal",))
    first, second, *_ = fig7.run().claims
    assert (first.holds, second.holds) == (False, False)
