"""Fronts are those of the definition, whatever the points, their ties and their chunks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc import limits
from layercalc.errors import LimitError
from layercalc.searches.columns import Array
from layercalc.searches.front import front
from layercalc.searches.gathering import Gathering, Kept, best
from layercalc.searches.knee import ends, knee, losses
from layercalc.searches.objective import Objective, Tolerance
from tests.searches import naive

#: Few values, so that many are equal, and those that break what is careless of infinity or of rounding.
COSTS = st.sampled_from([-math.inf, -1.5, 0.0, 1.0, 1.0 + 2**-52, 3.0, math.inf])
WHOLE = st.sampled_from([-5, 0, 1, 2**53, 2**53 + 1, 2**62 + 1, 2**62 + 2])


@st.composite
def points(draw: st.DrawFn) -> list[list[float]]:
    objectives = draw(st.integers(1, 6))
    return draw(st.lists(st.lists(COSTS, min_size=objectives, max_size=objectives), max_size=40))


@given(points())
def test_fronts_are_those_of_the_definition(rows: list[list[float]]) -> None:
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0)]
    assert front(columns).tolist() == naive.front(rows)


@given(st.lists(st.tuples(WHOLE, WHOLE, WHOLE), min_size=1, max_size=30))
def test_whole_numbers_that_are_no_doubles_are_told_apart(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    assert front(columns).tolist() == naive.front(rows)


def test_a_front_of_many_points_is_that_of_the_definition() -> None:
    drawn = np.random.default_rng(3)
    for objectives in (2, 3, 4):
        columns = [drawn.integers(0, 40, 700) for _ in range(objectives)]
        assert front(columns).tolist() == naive.front([*zip(*map(np.ndarray.tolist, columns), strict=True)])


GCC, PARAMS = Objective("gcc", "maximize"), Objective("params", "minimize")
ROWS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=40)


def _columns(rows: list[tuple[int, int]]) -> dict[str, Array]:
    logs, counts = zip(*rows, strict=True)
    return {
        "log2_gcc": np.array(logs, dtype=np.float64) / 4,
        "params": np.array(counts),
        "row": np.arange(len(rows)),
    }


def _gathered(objectives: list[Objective], rows: list[tuple[int, int]], size: int) -> Kept:
    gathering, columns = Gathering(objectives), _columns(rows)
    for start in range(0, len(rows), size):
        gathering.add({name: column[start : start + size] for name, column in columns.items()})
    found = gathering.front()
    assert found is not None
    return found


@given(ROWS, st.integers(1, 9), st.booleans())
def test_how_points_are_cut_into_chunks_plays_no_part(
    rows: list[tuple[int, int]], size: int, rough: bool
) -> None:
    tolerances = (Tolerance(2, "bits"), Tolerance(50, "%")) if rough else (None, None)
    wanted = [Objective("gcc", "maximize", tolerances[0]), Objective("params", "minimize", tolerances[1])]
    whole, parts = best(wanted, Kept.every(_columns(rows))), _gathered(wanted, rows, size)
    assert whole.columns["row"].tolist() == parts.columns["row"].tolist()
    assert whole.alike.tolist() == parts.alike.tolist()


@given(ROWS)
def test_what_a_tolerance_promises(rows: list[tuple[int, int]]) -> None:
    bits, percent = Tolerance(2, "bits"), Tolerance(50, "%")
    wanted = [Objective("gcc", "maximize", bits), Objective("params", "minimize", percent)]
    found, columns = best(wanted, Kept.every(_columns(rows))), _columns(rows)
    kept = [
        (found.columns["log2_gcc"][at], math.log2(found.columns["params"][at])) for at in range(found.count)
    ]
    exact = front([0.0 - columns["log2_gcc"], columns["params"]])
    assert all(exact[row] for row in found.columns["row"])  # each is on the exact front too
    for log, count in zip(columns["log2_gcc"], np.log2(columns["params"]), strict=True):
        assert any(log < other + bits.step and count > less - percent.step for other, less in kept)
    steps = [(-math.floor(log / 2), math.floor(count / percent.step)) for log, count in kept]
    assert len({*steps}) == len(steps)
    assert all(naive.front(steps))
    assert found.alike.sum() == sum(
        (-math.floor(log / 2), math.floor(count / percent.step)) in steps
        for log, count in zip(columns["log2_gcc"], np.log2(columns["params"]), strict=True)
    )


def test_logarithms_that_differ_by_rounding_are_equal() -> None:
    near = np.array([-8.0, -8.0 + 1e-13, -8.0 - 1e-13])
    found = best(
        [Objective("gcip", "maximize"), PARAMS],
        Kept.every({"log2_gcip": near, "params": np.array([3, 3, 4])}),
    )
    assert found.columns["params"].tolist() == [3, 3]


def test_a_front_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRONT", 3)
    rows = [(place, place + 1) for place in range(4)]
    with pytest.raises(LimitError, match="a front of over 3 points, the limit"):
        _gathered([GCC, PARAMS], rows, 4)
    assert _gathered([GCC, PARAMS], rows[:3], 4).count == 3


def test_the_knee_is_bad_in_nothing() -> None:
    columns = {"log2_gcc": np.array([10.0, 8.0, 5.0, 0.0]), "params": np.array([1024, 8, 4, 1])}
    worst = losses([GCC, PARAMS], columns).max(axis=1)
    assert worst.round(9).tolist() == [1, 0.3, 0.5, 1]
    assert knee([GCC, PARAMS], columns) == 1
    assert ends([GCC, PARAMS], columns).tolist() == [0, 3]


def test_a_front_of_two_ends_has_no_knee() -> None:
    assert knee([GCC, PARAMS], {"log2_gcc": np.array([0.0, 10.0]), "params": np.array([1, 1024])}) is None
    assert knee([GCC], {"log2_gcc": np.array([3.0])}) == 0
