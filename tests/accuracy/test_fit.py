"""Fits give back the curves that points lie on, and the least squares that plain searches find."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from layercalc.paper.accuracy.fit import STEEPEST, PowerLaw, fit, fits

LOGS = [80.0, 95.0, 130.0, 210.0, 260.0, 300.0, 420.0, 500.0, 640.0, 900.0, 1500.0]
RANDOM = np.random.Generator(np.random.PCG64(1))
NOISY = [
    70 + 0.01 * log + float(error) for log, error in zip(LOGS, RANDOM.normal(0, 2, len(LOGS)), strict=True)
]

laws = st.builds(
    PowerLaw,
    mean=st.just(float(np.mean(LOGS))),
    spread=st.just(float(np.std(LOGS))),
    level=st.floats(50, 90),
    rise=st.floats(0.5, 10) | st.floats(-10, -0.5),
    bend=st.floats(-6, -0.01) | st.floats(0.01, 6),
)


@given(law=laws)
@settings(max_examples=20)
def test_a_curve_is_recovered_from_its_points(law: PowerLaw) -> None:
    found = fit(LOGS, [law.at(log) for log in LOGS])
    assert found.exponent == pytest.approx(law.exponent, rel=1e-4, abs=1e-7)
    for log in (*LOGS, 700.0, 1100.0):
        assert found.at(log) == pytest.approx(law.at(log), rel=1e-6, abs=1e-5)  # it may be near 0


@given(law=laws)
def test_a_law_is_a_times_a_power_of_x_plus_c(law: PowerLaw) -> None:
    for log in LOGS:
        power = law.factor_sign * 2 ** (law.log2_factor + law.exponent * log)
        assert power + law.offset == pytest.approx(law.at(log), rel=1e-6)


@given(law=laws, log=st.floats(50, 1600))
def test_the_inverse_of_a_law_is_put_back_in(law: PowerLaw, log: float) -> None:
    found = law.inverse(law.at(log))
    if found is not None:
        assert law.at(found) == pytest.approx(law.at(log))


@given(law=laws, past=st.floats(0.001, 30))
def test_a_law_never_comes_to_its_offset_nor_past_it(law: PowerLaw, past: float) -> None:
    assert law.inverse(law.offset - law.factor_sign * past) is None
    assert all((law.at(log) > law.offset) == (law.factor_sign > 0) for log in LOGS)


@pytest.mark.parametrize("slope", [0.01, -0.02])
def test_a_straight_line_needs_no_case_of_its_own(slope: float) -> None:
    found = fit(LOGS, [70 + slope * log for log in LOGS])
    assert abs(found.exponent) < 1e-6
    assert found.at(5000) == pytest.approx(70 + slope * 5000, rel=1e-4)


def test_r_squared_is_that_of_the_plain_formula() -> None:
    found = fits(np.array(LOGS), np.array(NOISY), np.ones((1, len(LOGS))))
    law, mean = found.law(0), sum(NOISY) / len(NOISY)
    left = sum((y - law.at(log)) ** 2 for log, y in zip(LOGS, NOISY, strict=True))
    assert found.r_squared[0] == pytest.approx(1 - left / sum((y - mean) ** 2 for y in NOISY))


def test_the_bend_is_the_one_that_a_plain_search_finds() -> None:
    found = fit(LOGS, NOISY)
    t = (np.array(LOGS) - found.mean) / found.spread

    def squares(bend: float) -> float:
        columns = np.stack([np.ones_like(t), np.expm1(bend * t) / bend], axis=1)
        answer = np.linalg.lstsq(columns, np.array(NOISY))[0]
        return float(((NOISY - columns @ answer) ** 2).sum())

    grid = np.linspace(-STEEPEST, STEEPEST, 402)
    near = grid[np.argmin([squares(bend) for bend in grid])]
    best = minimize_scalar(
        squares, bounds=(near - 0.1, near + 0.1), method="bounded", options={"xatol": 1e-9}
    )
    assert found.bend == pytest.approx(best.x, rel=1e-4)
    assert squares(found.bend) <= best.fun * (1 + 1e-9)


def test_a_weight_is_as_many_points() -> None:
    times = np.array([[1, 0, 2, 1, 3, 1, 0, 1, 2, 1, 1], [1] * 11])
    found = fits(np.array(LOGS), np.array(NOISY), times)
    for place, row in enumerate(times):
        again = fit(np.repeat(LOGS, row).tolist(), np.repeat(NOISY, row).tolist())
        for log in LOGS:
            assert found.law(place).at(log) == pytest.approx(again.at(log), rel=1e-6)
            assert found.at([log])[place, 0] == pytest.approx(again.at(log), rel=1e-6)


def test_nothing_overflows() -> None:
    assert PowerLaw(0.0, 1.0, 50.0, 2.0, 1.0).at(1e6) == math.inf
    assert PowerLaw(0.0, 1.0, 50.0, -2.0, 1.0).at(1e6) == -math.inf
    assert PowerLaw(0.0, 1.0, 50.0, 2.0, -1.0).at(-1e6) == -math.inf
    assert PowerLaw(0.0, 1.0, 50.0, 2.0, -1.0).at(1e6) == 52.0
