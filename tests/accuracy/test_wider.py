"""Accuracy on the wider zoo, against naive twins."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import mean, pvariance

import pytest

from layercalc.paper import zoo
from layercalc.paper.accuracy import wider as tried
from layercalc.paper.accuracy.fit import fit
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.study import study
from layercalc.paper.accuracy.wider import ALL, FIRST, PLAIN, WITH_TESTS, Group
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.wider import WiderRow


def _members(group: Group, among: tuple[WiderRow, ...] | None = None) -> list[WiderRow]:
    return [row for row in among or wider.rows() if group.holds(row)]


def _ranks(values: list[float]) -> list[float]:
    """Rank values; equal ones share the mean of their places."""
    order = sorted(values)
    return [order.index(value) + (order.count(value) - 1) / 2 for value in values]


def _correlation(xs: list[float], ys: list[float]) -> float:
    x, y = mean(xs), mean(ys)
    both = mean((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return both / math.sqrt(pvariance(xs) * pvariance(ys))


@pytest.mark.parametrize("laws", ["paper", "channels"])
@pytest.mark.parametrize("name", ["gsc", "log2(gcc)*gsc", "params"])
def test_a_relation_is_that_of_a_fit_of_its_own(laws: str, name: str) -> None:
    rows = _members(FIRST)
    logs = [
        found for row in rows if (found := tried.COMPARED[name].log2(tried.logs_of(row, laws))) is not None
    ]
    tops = [row.top1 for row in rows]
    law = fit(logs, tops)
    left = mean((top - law.at(log)) ** 2 for log, top in zip(logs, tops, strict=True))
    told = tried.relations(laws, name, "top1")[FIRST]
    assert (told.rows, told.networks) == (len(rows), len({row.network for row in rows}))
    assert told.r_squared == pytest.approx(1 - left / pvariance(tops), abs=1e-4)
    assert told.rank_correlation == pytest.approx(_correlation(_ranks(logs), _ranks(tops)), abs=1e-9)


def test_a_trial_is_that_of_the_papers_curve() -> None:
    curve, rows = study("paper", "gsc", "top5"), _members(PLAIN, tuple(tried.unknown()))
    logs = [row.measures["paper"]["gsc"] for row in rows]
    missed = [row.top5 - curve.expected(log) for row, log in zip(rows, logs, strict=True)]
    ends = [curve.interval(log) for log in logs]
    inside = [end.low <= row.top5 <= end.high for row, end in zip(rows, ends, strict=True)]
    told = tried.trials("paper", "gsc", "top5")[PLAIN]
    assert told.rows == len(rows)
    assert told.bias == pytest.approx(mean(missed))
    assert told.error == pytest.approx(math.sqrt(mean(miss**2 for miss in missed)))
    assert told.covered == pytest.approx(mean(inside))


def test_no_curve_is_tried_on_a_network_of_the_paper() -> None:
    known = {(row.params, row.macs) for row in zoo.rows()}
    names = {row.name for row in tried.unknown()}
    assert names
    assert "resnet50.tv_in1k" not in {row.name for row in tried.unknown() if row.image_size == 224}
    assert not any((row.params, row.macs) in known for row in tried.unknown())


def test_the_ceiling_is_what_the_mean_of_each_network_explains() -> None:
    rows, tops = _members(ALL), defaultdict[tuple[str, int], list[float]](list)
    for row in rows:
        tops[row.network].append(row.top1)
    left = mean((row.top1 - mean(tops[row.network])) ** 2 for row in rows)
    told = tried.recipes(ALL, "top1")
    assert (told.rows, told.networks) == (len(rows), len(tops))
    assert told.ceiling == pytest.approx(1 - left / pvariance([row.top1 for row in rows]))
    assert told.apart == pytest.approx(math.sqrt(left * len(rows) / (len(rows) - len(tops))))
    assert all(one.r_squared <= told.ceiling for name in PREDICTORS
               if (one := tried.relations("paper", name, "top1").get(ALL)) is not None)  # fmt: skip


def test_the_networks_of_tests_are_in_one_group_only() -> None:
    tests = [row for row in wider.rows() if row.model.startswith("test_")]
    assert tests
    assert {group for group in tried.GROUPS for row in tests if group.holds(row)} == {WITH_TESTS}
