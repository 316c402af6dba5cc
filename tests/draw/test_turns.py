"""Where resolutions fall and rise again, the picture is a U; what only looks so is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from layercalc.draw.build import diagram
from layercalc.draw.diagram import Box, Graph
from layercalc.draw.direction import DOWN, RIGHT, Direction
from layercalc.draw.layout import layout
from layercalc.draw.piece import Placed, Scene
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points
from tests.draw.test_layout import check
from tests.twin.holding import network_of

OPEN = 99


@st.composite
def nets(draw: DrawFn) -> tuple[str, int]:
    """Draw a U-Net, nested or flat, with its number of levels."""
    levels, steps = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    rank, merge = draw(st.sampled_from(["", ", 64"])), draw(st.sampled_from(["add", "concat"]))
    down = draw(st.sampled_from(["maxpool(2)", "conv(8, 3, stride = 2)"]))
    up = draw(st.sampled_from(["upsample(2)", "conv_transpose(8, 2, stride = 2)"]))
    crop = draw(st.sampled_from(["", "batchnorm", "conv(8, 1) -> relu"]))
    body = " -> ".join(["conv(8, 3) -> relu"] * steps)
    level = draw(st.sampled_from([body, "level_of_it"]))
    skip, deep = f"from skip[{{0}}] {crop}", "from up"
    order = [skip, deep] if draw(st.booleans()) else [deep, skip]
    start = f"network U block level_of_it {{ {body} }} input(8, 64{rank})\n"
    if draw(st.booleans()):
        parts = [f"{crop}", f"{down} -> u(n - 1) -> {up}"]
        text = f"{merge} {{ {' | '.join(parts if draw(st.booleans()) else parts[::-1])} }}"
        return f"{start} block u(n) {{ {level} if n > 0 {{ {text} {level} }} }} u({levels})", levels
    falls = "".join(f"{level} as skip[{i}] {down}\n" for i in range(levels))
    rises = "".join(
        f"{up} as up {merge} {{ {' | '.join(order).format(i)} }} {level}\n" for i in reversed(range(levels))
    )
    return f"{start}{falls}{level}\n{rises}", levels


@settings(max_examples=25)
@given(net=nets(), direction=st.sampled_from([DOWN, RIGHT]))
def test_a_net_that_falls_and_rises_is_a_u(net: tuple[str, int], direction: Direction) -> None:
    text, levels = net
    drawn = diagram(network_of(text), OPEN)
    placed = layout(drawn.graph, direction)
    check(placed, drawn)
    assert skips(placed, direction) == levels


def skips(placed: Scene, direction: Direction) -> int:
    """Count the merges at whose level something else ends, in the other arm, as a level skip wants it."""
    merges = [box for box in placed.boxes if isinstance(box.item, Box) and box.item.kind == "merge"]
    others = [box for box in (*placed.boxes, *placed.frames) if box not in merges]
    return sum(any(_ends_beside(other, merge, direction) for other in others) for merge in merges)


def _ends_beside(other: Placed, merge: Placed, direction: Direction) -> bool:
    if direction.right:
        level = abs(other.x + other.width - merge.x - merge.width) < 0.01
        return level and other.y + other.height < merge.y
    return abs(other.y + other.height - merge.y - merge.height) < 0.01 and other.x + other.width < merge.x


@pytest.mark.parametrize(("levels", "count"), [("4", 4), ("1", 1), ("n", 2)])
def test_the_shipped_u_net_is_a_u(levels: str, count: int) -> None:
    network = resolve(load_program("unet"), {"levels": read_points("levels", levels)[0]})
    assert skips(layout(diagram(network, OPEN).graph), DOWN) == count


@pytest.mark.parametrize("text", [
    "add { identity | conv(8, 3) -> conv(8, 3) }",
    "mul { identity | global_avgpool -> dense(8) -> sigmoid }",
    "add { conv(8, 1, stride = 2) | maxpool(2) -> conv(8, 3) }",
    "add { identity | reshape([16, 128]) -> permute([1, 0]) -> permute([1, 0]) -> reshape([8, 16, 16]) }",
])  # fmt: skip
def test_what_does_not_fall_and_rise_is_none(text: str) -> None:
    drawn = diagram(network_of(f"network N input(8, 16, 16) relu {text} relu"), OPEN)
    placed = layout(drawn.graph)
    check(placed, drawn)
    assert skips(placed, DOWN) == 0
    assert lowest(placed).lines[0] == "output"


def lowest(placed: Scene) -> Box:
    box = max(placed.boxes, key=lambda box: box.y).item
    assert isinstance(box, Box)
    return box


def test_two_us_behind_each_other_stand_side_by_side() -> None:
    hour = "block hour { add { identity | maxpool(2) -> conv(8, 3) -> upsample(2) } }"
    drawn = diagram(network_of(f"network N {hour} input(8, 16, 16) hour -> relu -> hour"), OPEN)
    placed = layout(drawn.graph)
    check(placed, drawn)


def test_no_wire_ends_in_nothing() -> None:
    drawn = diagram(resolve(load_program("nasnet")))
    notes = [note for item in frames(drawn.graph) for note in item]
    assert notes == ["prev goes to the next round only"]


def frames(graph: Graph) -> list[tuple[str, ...]]:
    return [node.item.notes for node in graph.nodes if not isinstance(node.item, Box)]
