"""Wires in a channel: each leads where it should, and no two run on one line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from layercalc.draw.channel_routing import Connection, route
from layercalc.draw.piece import Scene
from tests.draw import reading


@st.composite
def channels(draw: DrawFn) -> list[Connection]:
    """Draw connections between ports as far apart as those of a merge, one to each port below."""
    apart = 15.0
    tops = draw(st.lists(st.integers(0, 8), min_size=1, max_size=6, unique=True))
    bottoms = draw(st.lists(st.integers(0, 8), min_size=1, max_size=8, unique=True))
    shift = draw(st.sampled_from([0.0, 0.0, 2.0, 7.0]))
    sources = draw(st.lists(st.sampled_from(tops), min_size=len(bottoms), max_size=len(bottoms)))
    return [Connection(a, a * apart, b * apart + shift) for a, b in zip(sources, bottoms, strict=True)]


@given(channels())
def test_wires_lead_from_port_to_port_and_only_cross(connections: list[Connection]) -> None:
    made = route(connections)
    ends = {(path.points[0], path.points[-1]) for path in made.paths}
    assert ends == {((connection.top, 0), (connection.bottom, made.height)) for connection in connections}
    assert not [*reading.on_one_line(Scene(0, 0, paths=made.paths))]


def test_two_that_change_places_pass_each_other() -> None:
    made = route([Connection("a", 0, 30), Connection("b", 30, 0)])
    assert not [*reading.on_one_line(Scene(0, 0, paths=made.paths))]
    assert [len(path.points) for path in made.paths] == [4, 6]


def test_a_fork_is_marked_and_a_name_is_told_once() -> None:
    made = route([Connection("a", 0, 30, name="skip"), Connection("a", 0, 60, name="skip")])
    assert [x for x, _ in made.dots] == [0]
    assert [label.text for label in made.labels] == ["skip"]
