"""Rounds whose sizes follow a law are one frame, and only those."""

from __future__ import annotations

import pytest

from layercalc.draw.build import diagram
from layercalc.draw.diagram import Box, FramedGraph, Graph, boxes
from layercalc.draw.opening import opening
from layercalc.errors import SpecError
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from tests.twin.holding import network_of

OPEN = 99


def titles(graph: Graph) -> list[str]:
    """List the titles of all frames."""
    return [
        title
        for node in graph.nodes
        if isinstance(node.item, FramedGraph)
        for title in (node.item.title, *titles(node.item.graph))
    ]


def shipped(name: str) -> Network:
    return resolve(load_program(name))


def test_a_dense_block_is_one_frame() -> None:
    drawn = diagram(shipped("densenet"), OPEN)
    assert [title for title in titles(drawn.graph) if " x " in title] == [
        "dense_layer x 6, 64 to 256 channels", "dense_layer x 12, 128 to 512 channels",
        "dense_layer x 24, 256 to 1024 channels", "dense_layer x 16, 512 to 1024 channels",
    ]  # fmt: skip
    assert ("concat", "p: max, c: sum", "288..1024 x 14 x 14") in [box.lines for box in boxes(drawn.graph)]


@pytest.mark.parametrize(("body", "expected"), [
    ("repeat 3 { conv(in.channels + 4, 3) }", ["x 3, 4 to 16 channels"]),
    ("repeat 3 { conv(2 * in.channels, 3) }", ["x 3, 4 to 32 channels"]),
    ("repeat 3 { conv(8, 3) }", ["x 3, 4 to 8 channels"]),
    ("repeat 3 { conv(8, 3, padding = valid) }", ["x 3"]),
    ("repeat 1 { conv(8, 3) }", []),
    ("repeat 3 { conv(in.channels^2, 3) }", ["x 2, 4 to 256 channels", "round 3"]),
])  # fmt: skip
def test_what_a_run_is_called(body: str, expected: list[str]) -> None:
    assert titles(diagram(network_of(f"network N input(4, 32, 32) {body}")).graph) == expected


def test_values_are_shown_round_by_round() -> None:
    drawn = diagram(
        network_of("network N input(4, 32, 32) repeat 2 { conv(2 * in.channels, 3) }"), values=True
    )
    assert titles(drawn.graph) == ["round 1", "round 2"]


def kinds(network: Network, depth: int, **given: list[str]) -> list[tuple[str, str]]:
    drawn = diagram(network, depth, opened=opening(network, **given))
    return [(box.kind, box.lines[0]) for box in boxes(drawn.graph) if box.kind != "end"]


def test_a_block_and_those_around_it_are_opened() -> None:
    shown = kinds(shipped("resnet"), 0, opened=["conv_bn"])
    assert ("layer", "conv 64, 7 x 7, stride 2") in shown
    assert ("shut", "head") in shown


def test_a_block_is_kept_shut() -> None:
    shown = kinds(shipped("resnet"), OPEN, shut=["weighted", "stem"])
    assert ("shut", "stem") in shown
    assert ("shut", "weighted 128, stride 2") in shown
    assert not any(text.startswith("conv 64, 7") for _, text in shown)


@pytest.mark.parametrize(("given", "message", "hint"), [
    ({"opened": ["bottlenck"]}, "ResNet has no block 'bottlenck' here", "did you mean 'bottleneck'?"),
    ({"shut": ["zzz"]}, "ResNet has no block 'zzz' here", "its blocks are stem, stages"),
    ({"opened": ["stem"], "shut": ["stem"]}, "stem is to be open and shut", "give it to one of"),
])  # fmt: skip
def test_a_name_that_opens_nothing_is_told(given: dict[str, list[str]], message: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        opening(shipped("resnet"), **given)
    (told,) = caught.value.diagnostics
    assert told.message == message
    assert told.hint.startswith(hint)


def test_blocks_that_are_shut_tell_their_kernel_and_stride() -> None:
    lines = [box.lines for box in boxes(diagram(shipped("googlenet"), 0).graph) if box.kind == "shut"]
    assert lines[0] == ("conv_bn_relu 7 x 7, stride 2", "64 x 112 x 112")
    assert {line[0] for line in lines} == {f"conv_bn_relu {k}" for k in ("7 x 7, stride 2", "3 x 3", "1 x 1")}


def test_the_box_of_a_run_tells_its_first_and_its_last_round() -> None:
    drawn = diagram(network_of("network N input(4, 32, 32) repeat 3 { conv(2 * in.channels, 3) }"))
    (box,) = [box for box in boxes(drawn.graph) if box.kind == "layer"]
    assert isinstance(box, Box)
    assert [line for line in box.told if "->" in line] == [
        "4 x 32 x 32 -> 8 x 32 x 32", "16 x 32 x 32 -> 32 x 32 x 32",
    ]  # fmt: skip
