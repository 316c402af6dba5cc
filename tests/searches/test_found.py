"""Searches: every point is counted, bounds bind where they say so, neighbours and samples are networks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from layercalc import limits
from layercalc.errors import LimitError, SpecError
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import place
from layercalc.searches.bounds import read_bounds
from layercalc.searches.found import Found
from layercalc.searches.neighbours import neighbours
from layercalc.searches.objective import read_objectives
from layercalc.searches.picture import picture
from layercalc.searches.question import Question
from layercalc.searches.report import bounds_table
from layercalc.searches.run import search, searched
from layercalc.sweeps.grid import Grid, Value
from layercalc.sweeps.request import Request
from tests.searches import naive

AXES: dict[str, Sequence[Value]] = {"depth": [8, 9, 14, 20, 26], "width": [8, 16, 24]}
MEASURES = ["gcc", "gcip", "params", "macs"]


def _question(
    maximize: str = "gcc", minimize: str = "params", bounds: Sequence[str] = (),
    tolerance: Sequence[str] = (), axes: dict[str, Sequence[Value]] = AXES,
) -> Question:  # fmt: skip
    request = Request(load_program("resnet_cifar"), Grid(axes), ())
    return Question.of(
        request,
        read_objectives([maximize], [minimize], tolerance, MEASURES),
        read_bounds(bounds, MEASURES, axes),
    )


@pytest.fixture(scope="module")
def every() -> list[dict[str, Any]]:
    """Measure all points of the grid, each by itself."""
    question = _question("gcc,gcip", "params,macs")
    found: list[dict[str, Any]] = []
    for depth in AXES["depth"]:
        for width in AXES["width"]:
            columns = question.measured_at(question.places({"depth": depth, "width": width})).columns
            rows = zip(*(column.tolist() for column in columns.values()), strict=True)
            found += [dict(zip(columns, row, strict=True)) for row in rows]
    return found


@pytest.fixture(scope="module")
def bounded() -> Found:
    return search(_question(bounds=["macs < 3*10^7", "params >= 50000", "gcc > 1"]))


def _front(points: list[dict[str, Any]]) -> list[tuple[int, int]]:
    costs = [(-round(point["log2_gcc"], 9), point["params"]) for point in points]
    return [(p["depth"], p["width"]) for p, kept in zip(points, naive.front(costs), strict=True) if kept]


def _keeps(point: dict[str, Any], left_out: str = "") -> bool:
    kept = {"macs": point["macs"] < 3 * 10**7, "params": point["params"] >= 50000, "gcc": True}
    return all(value for name, value in kept.items() if name != left_out)


def test_every_point_is_counted(bounded: Found, every: list[dict[str, Any]]) -> None:
    assert (bounded.points, bounded.valid, sum(bounded.dropped.counts.values())) == (
        15,
        len(every),
        15 - len(every),
    )
    assert len(every) == 12
    assert bounded.feasible == sum(map(_keeps, every))


def test_the_front_is_that_of_the_definition(bounded: Found, every: list[dict[str, Any]]) -> None:
    found = [(p["depth"], p["width"]) for p in map(bounded.point, range(bounded.count))]
    assert sorted(found) == sorted(_front([*filter(_keeps, every)]))
    assert [*bounded.columns["log2_gcc"]] == sorted(bounded.columns["log2_gcc"], reverse=True)


def test_a_bound_binds_where_others_would_join_without_it(
    bounded: Found, every: list[dict[str, Any]]
) -> None:
    known = {*_front([*filter(_keeps, every)])}
    for one in bounded.bounds:
        (name,) = one.bound.measures
        without = {*_front([point for point in every if _keeps(point, name)])}
        assert (one.joins, one.goes) == (len(without - known), len(known - without))
    outside = [one.outside for one in bounded.bounds]
    assert outside == [sum(not _keeps(point, other) for point in every) for other in ("params", "macs")] + [0]


def test_a_bound_that_leaves_out_too_many_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRONT", 2)
    found = search(_question("gcc,gcip", bounds=["params < 20000"]))
    assert (found.count, found.bounds[0].alone, found.bounds[0].binds) == (1, 11, None)
    assert "leaves out too many to tell" in bounds_table(found).plain()


def test_the_ends_of_ranges_are_counted(bounded: Found) -> None:
    depths, widths = bounded.columns["depth"].tolist(), bounded.columns["width"].tolist()
    assert bounded.at_ends() == {
        "depth": (depths.count(8), depths.count(26)), "width": (widths.count(8), widths.count(24)),
    }  # fmt: skip


def test_neighbours_pass_over_what_is_no_network(every: list[dict[str, Any]]) -> None:
    question = _question(bounds=["macs < 10^7"])
    found = neighbours(question, {"depth": 14, "width": 8})
    assert [(one.param, one.value, bool(one.breaks)) for one in found] == [
        ("depth", 8, False), ("depth", 20, True), ("width", 16, True),
    ]  # fmt: skip
    by_place = {(point["depth"], point["width"]): point for point in every}
    assert math.isclose(found[1].number("gcc") or 0, by_place[20, 8]["log2_gcc"])
    alone = neighbours(_question(axes={"depth": [8, 9]}), {"depth": 8})
    assert [(one.value, one.number("gcc"), bool(one.reason)) for one in alone] == [(9, None, True)]


def test_neighbours_may_be_arms_of_a_match() -> None:
    grid = Grid({"depth": [50, 101, 152], "width": [32, 64]})
    question = Question.of(
        Request(load_program("resnet"), grid, ()), read_objectives(["gcc"], ["params"], [], MEASURES)
    )
    found = neighbours(question, {"depth": 101, "width": 64})
    assert [one.number("params") for one in found] == [25557032, 60192808, 11678728]


def test_a_sample_is_led_to_what_keeps_a_bound() -> None:
    pytest.importorskip("optuna")
    axes: dict[str, Sequence[Value]] = {"depth": range(8, 60002, 6), "width": range(2, 200002)}
    found = searched(_question(bounds=["macs < 10^10"], axes=axes), trials=150, seed=1)
    assert found.feasible > 5


def test_a_sample_is_the_same_for_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("optuna")
    question = _question(bounds=["macs < 3*10^7"])
    first, second = (searched(question, trials=15, seed=4) for _ in range(2))
    assert first.sample == second.sample
    assert first.sample is not None
    assert (first.sample.trials, first.sample.seed, first.sample.different) == (15, 4, first.points)
    assert first.columns["depth"].tolist() == second.columns["depth"].tolist()
    monkeypatch.setattr(limits, "SEARCHED", 10)
    monkeypatch.setattr("layercalc.searches.sample.TRIALS", 5)
    assert searched(question).sample is not None
    with pytest.raises(LimitError, match="100,001 trials are asked for; the limit is 100,000"):
        searched(question, trials=100_001)
    with pytest.raises(LimitError, match="15 points are searched; the limit of an exhaustion is 10"):
        search(question)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        (["params < 1000"], "no point is feasible: no network of 12 keeps 'params < 1000'"),
        (["macs < 5*10^6", "macs > 10^7"], "no point is feasible: no network of 12 keeps all bounds"),
    ],
)
def test_an_empty_front_tells_the_bound(bounds: list[str], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        search(_question(bounds=bounds))
    assert caught.value.diagnostics[0].message == message
    assert caught.value.diagnostics[0].hint


def test_a_grid_without_a_network_tells_why() -> None:
    with pytest.raises(SpecError, match="no point of 2 is a network"):
        search(_question(axes={"depth": [9, 10]}))


def test_a_picture_has_a_panel_for_each_objective_over_the_last() -> None:
    found = search(_question())
    drawn = picture(found, "A title")
    (panel,) = drawn.panels
    assert (panel.x, panel.y) == ("params, to minimize", "log2(GCC), bits, to maximize")
    assert [curve.label for curve in panel.curves] == ["front", "knee", "beaten"]
    assert [*panel.curves[0].names] == [place(found.point(row)) for row in range(found.count)]
    assert len(panel.curves[2].x) == found.feasible
    three = picture(search(_question("gcc,gcip")), "All on the front")
    assert [panel.y for panel in three.panels] == [
        "log2(GCC), bits, to maximize",
        "log2(GCIP), bits, to maximize",
    ]
    assert "beaten" not in {curve.label for panel in three.panels for curve in panel.curves}
    alone = replace(found, question=replace(found.question, objectives=found.question.objectives[:1]))
    with pytest.raises(SpecError, match="a picture shows two objectives or more"):
        picture(alone, "One")


@pytest.mark.parametrize("text", ["gcc=2e-05bits", "gcc=1e+06bits", "gcc=0.5 bits", " gcc = 30%"])
def test_a_tolerance_is_read(text: str) -> None:
    (objective,) = read_objectives(["gcc"], [], [text], MEASURES)
    assert objective.tolerance is not None
    amount = text.split("=")[1].strip().removesuffix("bits").removesuffix("%")
    assert objective.tolerance.amount == float(amount)
