"""Power and complexity along networks: beside a walk through the unrolled graph, and what is drawn of it."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

from layercalc import SpecError, load, loads
from layercalc.inspect.profile import stages, steps
from layercalc.report.profile import profile_picture
from layercalc.syntax.library import locate
from tests.twin.dynamic import propagate
from tests.twin.holding import RATIONAL
from tests.twin.naive import COMPLEXITY, POWER
from tests.twin.unroll import unroll

NETWORKS = ("lenet", "mlp", "autoencoder", "resnet_cifar", "unet")
BLOCKS = """
block twice { conv(8, 3) -> relu }
block body { twice -> twice -> repeat 2 { twice } }
input(3, 16, 16) -> twice -> body -> add { conv(8, 1) | identity } -> global_avgpool -> dense(10)
"""


@pytest.mark.parametrize("spec", NETWORKS)
def test_steps_have_the_values_of_a_walk(spec: str) -> None:
    model = load(spec, laws=RATIONAL)
    graph, found = unroll(model.network.body), steps(model.network)
    assert {step.power.rational() for step in found} <= {*propagate(graph, POWER)}
    assert {step.complexity.rational() for step in found} <= {*propagate(graph, COMPLEXITY)}
    assert (found[-1].power, found[-1].complexity) == (
        model.measure("gcip").product, model.measure("gcc").product,
    )  # fmt: skip


@pytest.mark.parametrize("spec", ["lenet", "mlp", "autoencoder"])
def test_local_values_multiply_to_the_cumulative_ones_where_nothing_branches(spec: str) -> None:
    power = complexity = Fraction(1)
    for step in steps(load(spec, laws=RATIONAL).network):
        power *= step.local_power.rational() or 0
        complexity *= step.local_complexity.rational() or 0
        assert (power, complexity) == (step.power.rational(), step.complexity.rational())


def test_stages_part_the_steps_and_large_ones_are_opened() -> None:
    found = steps(loads(BLOCKS).network)
    parted = stages(found)
    assert [tuple(stage) for stage in parted] == [
        ("twice", 1, 2), ("twice 1", 3, 4), ("twice 2", 5, 6),
        ("round 1 of 2", 7, 8), ("round 2 of 2", 9, 10),
        ("add/1", 11, 11), ("", 12, 14),
    ]  # fmt: skip
    assert [step.name for step in found[10:]] == ["conv", "add", "global_avgpool", "dense"]
    assert found[11].layer is None
    assert found[11].local_power.is_one


def test_branches_do_not_part_a_stage() -> None:
    text = "for kernel in [3, 5] { add { conv(8, kernel) | conv(8, 1) -> relu } relu tanh relu tanh }"
    network = loads(f"input(8, 9, 9) {text} {text} softmax").network
    names = ["stage 1", "stage 2", "stage 3", "stage 4", ""]
    assert [stage.name for stage in stages(steps(network))] == names
    assert [text for *_, text in profile_picture([network], []).panels[0].x_spans] == names


def test_few_steps_are_named_and_stages_of_many_part_the_axis() -> None:
    few, many = (profile_picture([load(spec).network], []) for spec in ("lenet", "resnet_cifar"))
    assert [panel.y for panel in few.panels] == [
        "log2 of cumulative power P, bits", "log2 of cumulative complexity C, bits", "local power p",
        "log2 of local complexity c, bits",
    ]  # fmt: skip
    assert [text for _, text in few.panels[0].x_ticks][:4] == ["input", "conv", "tanh", "avgpool"]
    assert not few.panels[0].x_spans
    assert (few.panels[0].curves[0].kind, few.panels[0].curves[0].marked) == ("both", ())
    panel, [curve] = many.panels[0], many.panels[0].curves
    assert not panel.x_ticks
    ends = [panel.x_spans[0][0], *(right for _, right, _ in panel.x_spans)]
    assert ends == [0.5, *(left for left, _, _ in panel.x_spans[1:]), len(curve.y) - 0.5]
    assert [*curve.marked] == [end - 0.5 for end in ends]
    assert curve.y[0] == 0
    assert curve.y[-1] == load("resnet_cifar").measure("gcip").log2


def test_a_family_has_a_curve_for_each() -> None:
    depths = (20, 32)
    networks = [load("resnet_cifar", depth=depth).network for depth in depths]
    *cumulative, low, lower, other, last = profile_picture(networks, ["depth"]).panels
    for panel in cumulative:
        assert [curve.label for curve in panel.curves if not curve.faint] == ["depth = 20", "depth = 32"]
        assert [curve.names[-1] for curve in panel.curves if not curve.faint] == ["depth = 20", "depth = 32"]
        assert not panel.x_spans
    assert [panel.title for panel in (low, lower, other, last)] == ["depth = 20"] * 2 + ["depth = 32"] * 2
    assert low.y == other.y != lower.y == last.y
    alike = [load("resnet_cifar", width=width).network for width in (16, 32)]
    texts = [text for *_, text in profile_picture(alike, ["width"]).panels[0].x_spans]
    assert texts == ["", "stage 1", "stage 2", "stage 3", ""]


def test_a_value_without_a_logarithm_leaves_a_gap(tmp_path: Path) -> None:
    (tmp_path / "paper.arch").write_bytes(locate("paper", "law set", "laws").read_bytes())
    laws = tmp_path / "none.arch"
    relu = "activation relu(x) = max(x, 0) { power = 0 complexity = 2 }"
    laws.write_text(f'laws none "None"\nuse "paper.arch"\n{relu}\n', "utf-8")
    network = loads("input(3) -> dense(3) -> relu -> dense(3)", laws=str(laws)).network
    power, complexity = profile_picture([network], []).panels[:2]
    assert [math.isnan(value) for value in power.curves[0].y] == [False, False, True, True]
    assert not any(map(math.isnan, complexity.curves[0].y))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("param n = 3 input(n) -> dense(2)", "a picture shows numbers, and n has none"),
        ("param n = 3 input(4) -> repeat n { dense(4) }", "a picture shows numbers, and n has none"),
    ],
)
def test_symbols_are_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        profile_picture([loads(text, n="n").network], [])


def test_what_has_no_local_layer_is_refused() -> None:
    with pytest.raises(SpecError, match="nothing to draw"):
        profile_picture([loads("input(3) -> identity").network], [])
