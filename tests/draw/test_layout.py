"""Pictures of all shipped specs and of random ones: what stands where, and what the wires join."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.draw.build import diagram
from layercalc.draw.clusters import clustered
from layercalc.draw.diagram import Diagram, FramedGraph, Graph, boxes
from layercalc.draw.direction import DOWN, RIGHT, Direction
from layercalc.draw.layout import layout
from layercalc.draw.piece import Scene
from layercalc.network import Applied, Body, Merge, Network, Recursion, Weights
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points
from layercalc.resolve.program import Given
from layercalc.syntax import library
from tests.draw import reading
from tests.examples import long_run
from tests.twin.holding import network_of
from tests.twin.random_places import Text
from tests.twin.random_specs import specs

OPEN = 99
#: Specs with what is given to their params: all that are shipped, some with symbols.
SHIPPED = [
    *((name, {}) for name in library.shipped()),
    ("resnet", {"depth": "n"}),
    ("densenet", {"layers": "n", "growth": "k"}),
    ("unet", {"levels": "n"}),
    ("nasnet", {"cells": "n"}),
    ("dpn", {"depth": "n"}),
]


@cache
def network(name: str, *given: tuple[str, str]) -> Network:
    points: dict[str, Given] = {param: read_points(param, text)[0] for param, text in given}
    return resolve(load_program(name), points)


@pytest.fixture(params=SHIPPED, ids=lambda shipped: " ".join([shipped[0], *shipped[1]]))
def shipped(request: pytest.FixtureRequest) -> Network:
    name, given = request.param
    return network(name, *given.items())


DIRECTIONS = {"down": DOWN, "right": RIGHT}
#: In the short run every other spec is drawn, in one direction in turn.
DRAWN = [
    pytest.param(shipped, direction, id=" ".join([shipped[0], *shipped[1], name]))
    for at, shipped in enumerate(SHIPPED)
    for turn, (name, direction) in enumerate(DIRECTIONS.items())
    if long_run() or at % 4 == 2 * turn
]


@pytest.mark.parametrize(("shipped", "direction"), DRAWN, indirect=["shipped"])
def test_a_shipped_spec_is_drawn_soundly(shipped: Network, direction: Direction) -> None:
    drawn = diagram(shipped)
    check(layout(drawn.graph, direction), drawn)


def test_every_layer_is_drawn_once(shipped: Network) -> None:
    graph = diagram(shipped, OPEN).graph
    ends = len(shipped.body.inputs) + len({*shipped.body.outputs})
    assert drawn(graph) == leaves(shipped.body) + ends
    kinds = [box.kind for box in boxes(graph)]
    assert kinds.count("end") == ends
    assert "shut" not in kinds


@given(spec=specs(), direction=st.sampled_from([DOWN, RIGHT]), short=st.booleans())
def test_a_random_spec_is_drawn_soundly(spec: Text, direction: Direction, short: bool) -> None:
    drawn = diagram(network_of(spec.text), OPEN, values=not short)
    check(layout(drawn.graph, direction), drawn)


def check(placed: Scene, drawn: Diagram) -> None:
    """Hold a scene to what every picture promises."""
    assert not [*reading.overlaps(placed)]
    assert not [*reading.through_boxes(placed)]
    assert not [*reading.on_one_line(placed)]
    assert not [*reading.loose_ends(placed)]
    assert not [*reading.texts_outside(placed)]
    assert joined(placed, drawn) == wired(drawn)


def drawn(graph: Graph) -> int:
    """Count the boxes of a graph, in a frame that stands for several as often."""
    return sum(
        node.item.alike * drawn(node.item.graph) if isinstance(node.item, FramedGraph) else 1
        for node in graph.nodes
    )


def leaves(body: Body) -> int:
    """Count layers and merges, but not those that do nothing."""
    count = 0
    for step in body.steps:
        if isinstance(step, Applied):
            count += step.layer.name != "identity"
        elif isinstance(step, Merge):
            count += 1
        elif not isinstance(step, Weights):
            count += leaves(step.body)
        if isinstance(step, Recursion):
            count += leaves(step.base)
    return count


def joined(placed: Scene, drawn: Diagram) -> Counter[tuple[int, int]]:
    """Read the arrows of a scene, its boxes numbered in the order of the diagram."""
    order = {id(box): number for number, box in enumerate(boxes(drawn.graph))}
    places = [order[id(box.item)] for box in placed.boxes]
    found: Counter[tuple[int, int]] = Counter()
    for (source, target), count in reading.arrows(placed).items():
        found[places[source], places[target]] += count
    return found


def wired(drawn: Diagram) -> Counter[tuple[int, int]]:
    """Give the wires of the diagram; the boxes are named in order."""
    _, arrows = clustered(drawn.graph)
    return Counter((int(arrow.source[1:]) - 1, int(arrow.target[1:]) - 1) for arrow in arrows)
