"""Names in a picture: none covers another, a mark, or leaves the frame."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layercalc.plot.boxes import Position, Rectangle
from layercalc.plot.labels import PointName, led, placed

FRAME = Rectangle(0.0, 0.0, 300.0, 200.0)
GAP, MARK = 5.0, 6.0

points = st.builds(Position, st.floats(5, 295), st.floats(5, 195))
names = st.lists(st.builds(PointName, points, st.floats(5, 60), st.floats(6, 12)), max_size=16)


def _marks(names: list[PointName]) -> list[Rectangle]:
    return [Rectangle.around(name.point, MARK, MARK) for name in names]


@settings(max_examples=25)
@given(names, st.lists(points, max_size=10))
def test_names_cover_nothing(names: list[PointName], others: list[Position]) -> None:
    marks, lines = _marks(names), [Rectangle.around(point, MARK, MARK) for point in others]
    found = [box for box in placed(names, marks, lines, FRAME, GAP) if box is not None]
    assert not any(_meet(a, b) for a, b in combinations(found, 2))
    assert not any(_meet(box, other) for box in found for other in marks + lines)
    assert all(box.left >= 0 and box.bottom >= 0 and box.right <= 300 and box.top <= 200 for box in found)


def _meet(a: Rectangle, b: Rectangle) -> bool:
    return a.left < b.right and b.left < a.right and a.bottom < b.top and b.bottom < a.top


@settings(max_examples=10)
@given(names)
def test_a_name_keeps_its_size_and_the_same_comes_out_again(names: list[PointName]) -> None:
    found = placed(names, _marks(names), [], FRAME, GAP)
    assert len(found) == len(names)
    for name, box in zip(names, found, strict=True):
        if box is not None:
            assert (box.right - box.left, box.top - box.bottom) == pytest.approx((name.width, name.height))
    assert placed(names, _marks(names), [], FRAME, GAP) == found


def test_where_there_is_room_a_name_stands_beside_its_mark() -> None:
    names = [
        PointName(Position(30 + 60 * column, 20 + 40 * row), 40, 10)
        for column in range(4)
        for row in range(4)
    ]
    found = placed(names, _marks(names), [], FRAME, GAP)
    for name, box in zip(names, found, strict=True):
        assert box is not None
        assert not led(name.point, box, GAP)


def test_in_a_crowd_every_name_finds_a_place_apart() -> None:
    names = [PointName(Position(150 + number / 10, 100), 30, 10) for number in range(12)]
    found = placed(names, _marks(names), [], FRAME, GAP)
    assert None not in found
    assert any(led(name.point, box, GAP) for name, box in zip(names, found, strict=True) if box is not None)


def test_without_room_there_is_no_place() -> None:
    assert placed([PointName(Position(5, 5), 500, 10)], [], [], FRAME, GAP) == [None]
