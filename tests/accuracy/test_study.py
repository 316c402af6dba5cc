"""Networks are left out and drawn whole: studies against plain refits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import cast

import numpy as np
import pytest

from layercalc import SpecError
from layercalc.paper.accuracy.fit import PowerLaw, fit
from layercalc.paper.accuracy.predictor import PREDICTORS, find_predictor
from layercalc.paper.accuracy.sample import KnownAccuracy, once
from layercalc.paper.accuracy.study import DRAWS, HELD, SEED, Study
from layercalc.paper.zoo import Measured

NETWORKS = [0, 0, 1, 2, *[3] * 9, *[4] * 5, *range(5, 22)]
#: The family of each network: some have one network, one has many.
FAMILY = [0, 0, 1, 2, 2, *[3] * 8, *range(4, 13)]


def _known() -> list[KnownAccuracy]:
    random = np.random.Generator(np.random.PCG64(7))
    logs = random.uniform(80, 900, max(NETWORKS) + 1)
    found = []
    for network in NETWORKS:
        accuracy = 80 - 40 * 2 ** (-logs[network] / 200) + random.normal(0, 2)
        result = cast("Measured", None)
        found.append(KnownAccuracy(result, network, FAMILY[network], float(logs[network]), float(accuracy)))
    return found


KNOWN = _known()
STUDY = Study(KNOWN)


@cache
def _without(network: int) -> PowerLaw:
    return _refitted([known for known in KNOWN if known.network != network])


def _refitted(known: Sequence[KnownAccuracy]) -> PowerLaw:
    return fit([each.log for each in known], [each.accuracy for each in known])


def test_each_row_is_predicted_without_its_network() -> None:
    plain = [_without(known.network).at(known.log) for known in KNOWN]
    assert STUDY.predicted == pytest.approx(plain, rel=1e-6)
    mean = sum(known.accuracy for known in KNOWN) / len(KNOWN)
    squares = sum((known.accuracy - told) ** 2 for known, told in zip(KNOWN, plain, strict=True))
    total = sum((known.accuracy - mean) ** 2 for known in KNOWN)
    assert STUDY.q_squared == pytest.approx(1 - squares / total)
    assert STUDY.error == pytest.approx((squares / len(KNOWN)) ** 0.5)


def test_families_are_left_out_whole() -> None:
    told = [
        _refitted([known for known in KNOWN if known.family != left.family]).at(left.log) for left in KNOWN
    ]
    accuracies = np.array([known.accuracy for known in KNOWN])
    missed = np.square(accuracies - told).sum() / np.square(accuracies - accuracies.mean()).sum()
    assert STUDY.q_squared_by_family == pytest.approx(1 - missed, rel=1e-6)
    assert (STUDY.networks, STUDY.families) == (22, 13)


def test_no_function_of_the_network_exceeds_the_ceiling() -> None:
    means = {
        known.network: np.mean([other.accuracy for other in KNOWN if other.network == known.network])
        for known in KNOWN
    }
    accuracies = np.array([known.accuracy for known in KNOWN])
    best = np.array([means[known.network] for known in KNOWN])
    missed = np.square(accuracies - best).sum() / np.square(accuracies - accuracies.mean()).sum()
    assert STUDY.ceiling == pytest.approx(1 - missed)
    assert STUDY.r_squared_without_offset < STUDY.r_squared < STUDY.ceiling


@pytest.mark.parametrize("log", [60.0, 300.0, 1200.0])
def test_the_interval_is_the_jackknife_plus_over_networks(log: float) -> None:
    """Each network weighs 1/(n + 1), shared by its rows; 1/(n + 1) lies at infinity."""
    lows, highs = [], []
    for known in KNOWN:
        rest = _without(known.network)
        miss = abs(known.accuracy - rest.at(known.log))
        share = 1 / NETWORKS.count(known.network) / (STUDY.networks + 1)
        lows.append((rest.at(log) - miss, share))
        highs.append((rest.at(log) + miss, share))

    def reaching(ends: list[tuple[float, float]]) -> float:
        return next(end for end, _ in ends if sum(w for e, w in ends if e <= end) >= HELD / 100)

    high = reaching(sorted(highs))
    low = -reaching(sorted((-end, share) for end, share in lows))
    assert STUDY.interval(log) == pytest.approx((low, high), rel=1e-6)
    assert low < STUDY.expected(log) < high


def test_a_draw_takes_networks_with_all_their_rows() -> None:
    draw = np.random.Generator(np.random.PCG64(SEED)).multinomial
    times = draw(STUDY.networks, [1 / STUDY.networks] * STUDY.networks, size=DRAWS)
    for place in (0, 1, DRAWS - 1):
        rows = [known for known in KNOWN for _ in range(times[place, known.network])]
        assert STUDY.drawn.law(place).at(400) == pytest.approx(_refitted(rows).at(400), rel=1e-6)


def test_studies_of_the_same_rows_are_the_same() -> None:
    again = Study(_known())
    assert again.r_squared_drawn == STUDY.r_squared_drawn
    assert again.confidence([100.0, 500.0]) == STUDY.confidence([100.0, 500.0])


def test_intervals_hold_the_fit() -> None:
    for low, high in (STUDY.r_squared_drawn, STUDY.r_squared_left_out):
        assert low < STUDY.r_squared < high
    for log in (100.0, 400.0):
        ((low, high),) = STUDY.confidence([log])
        assert low < STUDY.law.at(log) < high


def test_percentages_end_at_0_and_100() -> None:
    assert STUDY.expected(-1e6) == 0
    assert STUDY.interval(-1e6) == (0, 0)


def test_the_first_row_of_each_network_is_kept() -> None:
    kept = once(KNOWN)
    assert [known.network for known in kept] == [*dict.fromkeys(NETWORKS)]
    assert kept[0] == KNOWN[0]
    assert kept[3] == KNOWN[4]


def test_a_few_networks_are_not_fitted() -> None:
    with pytest.raises(SpecError, match="at least 5 networks, and 4 have a value"):
        Study([known for known in KNOWN if known.network < 4])


# -- predictors


def test_every_predictor_reads_its_parts() -> None:
    logs = {"gcc": 256.0, "gsc": 14.0, "gwc": 512.0, "params": 20.0, "macs": 30.0, "layers": 7.0}
    found = {name: predictor.log2(logs) for name, predictor in PREDICTORS.items()}
    assert found == {**logs, "log2(gcc)": 8.0, "log2(gwc)": 9.0, "log2(gcc)*gsc": 22.0}
    assert all(predictor.log2({}) is None for predictor in PREDICTORS.values())
    assert find_predictor("log2(GCC)").log2({"gcc": -1.0}) is None


def test_an_unknown_predictor_is_told() -> None:
    with pytest.raises(SpecError, match=r"no measure that predicts accuracy is called 'gwcc'"):
        find_predictor("gwcc")
