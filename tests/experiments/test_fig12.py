"""Figure 12: variances behind averaging filters, against a naive twin and the laws."""

from __future__ import annotations

import numpy as np
import pytest

from layercalc.paper.experiments import Outcome
from layercalc.paper.experiments.fig12 import EXPERIMENT, LARGEST, SEEDS, Averaged, averaged, power


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return EXPERIMENT.run()


def test_all_filters_at_once_give_what_each_gives_alone() -> None:
    found = averaged(SEEDS[0], vectors=3, length=400, largest=40)
    random = np.random.Generator(np.random.PCG64(SEEDS[0]))
    drawn = [random.standard_normal(400) for _ in range(3)]
    for size in (1, 2, 7, 40):
        each = [np.convolve(vector, np.ones(size) / size, "valid").var() for vector in drawn]
        assert found.variances[size - 1] == pytest.approx(np.mean(each), rel=1e-10)
    assert found.first == drawn[0].var()


def test_the_expected_variance_is_that_of_the_covariances() -> None:
    length, size = 60, 7
    count = length - size + 1
    weights = np.array([[float(0 <= j - i < size) / size for j in range(length)] for i in range(count)])
    covariance = weights @ weights.T
    expected = covariance.trace() / count - covariance.sum() / count**2
    assert Averaged(np.zeros(10), 1.0, length).expected[size - 1] == pytest.approx(expected)


def test_the_power_is_looked_up_in_the_laws() -> None:
    found = Averaged(np.zeros(4), 1.0, 10)
    assert power("paper", "same", found).tolist() == [1, 1 / 2, 1 / 3, 1 / 4]
    assert power("paper", "valid", found) == pytest.approx([1, 9 / 20, 8 / 30, 7 / 40])


def test_both_readings_are_told_under_each_law_set(outcome: Outcome) -> None:
    for laws in ("paper", "channels"):
        claims = [claim for claim in outcome.claims if claim.laws == laws]
        assert [claim.holds for claim in claims] == [True, True, False]
        assert "under 10 seeds" in claims[0].found
        assert (
            "by 0.55% to 7.50% up to 500; the figure shows the first, 0.55% at most (K = 65)"
            in claims[0].found
        )
        assert "p = 1 / k" in claims[1].found
        assert "0.04465 at K = 500, where p = 0.002" in claims[2].found


def test_the_sheet_has_a_line_a_filter(outcome: Outcome) -> None:
    [sheet] = outcome.sheets
    assert [row[0] for row in sheet.rows] == [*range(1, LARGEST + 1)]
    assert all(len(row) == len(sheet.headers) for row in sheet.rows)
    assert EXPERIMENT.run().sheets == outcome.sheets
