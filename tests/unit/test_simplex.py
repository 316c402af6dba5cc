"""The greatest value of a linear function: against all corners, one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from layercalc.numbers.simplex import greatest

NUMBERS = st.one_of(st.integers(-6, 6), st.fractions(-4, 4, max_denominator=5))
ROW = st.lists(NUMBERS, min_size=3, max_size=3)
BOX: list[list[int | Fraction]] = [[7, -1, 0], [7, 0, -1]]


def value_at(row: list[int | Fraction], point: tuple[Fraction, Fraction]) -> Fraction:
    return Fraction(row[0]) + row[1] * point[0] + row[2] * point[1]


def corners(rows: list[list[int | Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Give the points where two of the lines meet, those that no row refuses."""
    found = []
    for (a, b, c), (d, e, f) in combinations(rows, 2):
        if area := Fraction(b * f - c * e):
            point = (c * d - a * f) / area, (a * e - b * d) / area
            found += [point] if all(value_at(row, point) >= 0 for row in rows) else []
    return found


@given(ROW, st.lists(ROW, max_size=4))
def test_the_greatest_value_is_that_of_the_best_corner(
    objective: list[int | Fraction], rows: list[list[int | Fraction]]
) -> None:
    found = greatest(objective, [*rows, *BOX])
    values = [value_at(objective, point) for point in corners([*rows, *BOX, [0, 1, 0], [0, 0, 1]])]
    assert (found is None) == (not values)
    if found is not None:
        assert found.value == max(values) == value_at(objective, (found.at[0], found.at[1]))
