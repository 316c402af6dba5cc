"""Bounds on VC dimension: what a person works out, what is refused and where, what can be set."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import sympy

from layercalc import loads
from layercalc.errors import SpecError
from layercalc.growth.leading import leading
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import BY_NAME, MEASURES, measure_all
from layercalc.numbers.log2 import log2
from layercalc.report.evaluation import measures_table


def test_a_perceptron_by_hand() -> None:
    # Layers of 3 (4 + 1), 3 (3 + 1) and 2 (3 + 1) weights; units 3, 3, 2; S = 3 + 2 3 + 3 2 = 15.
    model = loads("input(4) dense(3) -> relu -> dense(3) -> relu -> dense(2)")
    up_to = 15 + (15 + 12) + (15 + 12 + 8)
    x = 2 * math.e * 15
    assert model.measure("vc_upper").number == pytest.approx(3 + up_to * math.log2(2 * x * math.log2(x)))
    assert model.measure("vc_lower").number == pytest.approx(35 * 3 * math.log2(35 / 3) / 640)


def test_a_convolution_counts_its_weights_once_or_at_each_place() -> None:
    # 2 3 9 + 2 = 56 weights at 16 places, then 33; units 32 and 1; S = 34.
    model = loads("input(3, 4, 4) conv(2, 3, bias = true) -> relu -> dense(1)")
    x = 2 * math.e * 34
    for name, weights in (("vc_upper", 56), ("vc_upper_unrolled", 16 * 56)):
        bound = 2 + (weights + weights + 33) * math.log2(2 * x * math.log2(x))
        assert model.measure(name).number == pytest.approx(bound)
    assert model.measure("vc_lower_unrolled").number == pytest.approx(929 * 2 * math.log2(929 / 2) / 640)


def test_the_bound_of_a_symbolic_perceptron_is_exact() -> None:
    text = "param n where n >= 1 input(4) repeat n { dense(4) -> relu } dense(1)"
    told = str(loads(text, n="n").measure("vc_upper").exact())
    assert (
        told
        == "5*(2*n^2 + 6*n + 1)*log2(4*(2*n^2 + 3*n + 1)*exp(1)*log2(2*(2*n^2 + 3*n + 1)*exp(1))) + n + 1"
    )


@pytest.mark.parametrize(
    ("steps", "layers"),
    [
        ("dense(3)", 1),
        ("dense(3) -> relu -> dense(1)", 2),
        ("dense(3) -> relu", 2),  # the output unit is the identity, behind a unit that has decided
        ("dense(3) -> dense(3) -> dense(1)", 3),
        ("dense(4) -> add { dense(4) | } -> relu -> dense(1)", 3),  # relu of the sum is in layer 2
        ("add { dense(4) -> relu | } -> relu -> dense(1)", 3),  # the second relu is a layer of its own
        ("dense(4) -> batchnorm -> relu -> dense(1)", 3),
        ("dense(4) -> prelu -> dense(1)", 3),
        ("reshape([1, 4]) -> conv(1, 3) -> relu -> maxpool(2) -> dense(1)", 3),
        ("reshape([1, 4]) -> conv(1, 3) -> relu -> avgpool(2) -> dense(1)", 2),
    ],
)
def test_the_number_of_layers(steps: str, layers: int) -> None:
    lower = loads(f"input(4) {steps}").measure("vc_lower").number
    weights = loads(f"input(4) {steps}").measure("params").number
    assert isinstance(weights, int)
    assert lower == pytest.approx(weights * layers * math.log2(weights / layers) / 640)


def test_weights_that_reach_no_output_do_not_count() -> None:
    dead = "input(4) dense(4) as kept -> repeat 3 { dense(4) -> relu } -> dense(9) from kept -> dense(1)"
    alive = "input(4) dense(4) -> dense(1)"
    assert loads(dead).measure("vc_upper") == loads(alive).measure("vc_upper")


def test_a_network_without_weights_has_as_many_as_layers_at_most() -> None:
    model = loads("input(4) relu")
    assert (model.measure("vc_upper").number, model.measure("vc_lower").number) == (2, 0)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("input(4)\ndense(3) -> tanh", "2:13", "tanh: tanh(x) is not piecewise linear in rational numbers"),
        ("input(4)\ndense(3) -> softmax", "2:13", "softmax: exp(x) / sum(exp(x)) is not piecewise linear"),
        ("input(4)\n  hardswish", "2:3", "hardswish: x * min(max(x + 3, 0), 6) / 6 is not piecewise linear"),
        ("input(4, 2) lrn", "1:13", "lrn is not piecewise linear"),
        ("input(4)\ndense(4) -> layernorm", "2:13", "layernorm is not piecewise linear"),
        ("input(4)\nmul { relu | dense(4) }", "2:1", "mul is no weighted sum of what meets in it"),
        ("input(4)\nmax { relu | dense(4) }", "2:1", "max is no weighted sum of what meets in it"),
        ("input(4) dense(4)\ndense(4, tied = true)", "2:1", "dense has no weights of its own to multiply by"),
        (
            "input(4)\nrepeat 3 {\n dense(4) -> sigmoid }",
            "3:14",
            "sigmoid: 1 / (1 + exp(-x)) is not piecewise linear",
        ),
        (
            "param s = 1 / 2\ninput(4) leaky_relu(sqrt(s))",
            "2:10",
            "leaky_relu: max(x, slope * x) is not piecewise linear in rational numbers",
        ),
        (
            "param n input(4)\nfor i in range(n) { repeat i { dense(4) -> relu } }",
            "2:1",
            "no closed form is known for the rounds of this loop: its rounds have different",
        ),
        (
            "param n block b(k) { if k > 0 { dense(4) -> b(k - 1) } }\ninput(4) b(n)",
            "2:10",
            "the layers of b within itself have no numbers while its levels are a symbol",
        ),
    ],
)
def test_what_the_theorem_does_not_cover_is_told_at_its_place(text: str, place: str, message: str) -> None:
    model = loads(text)
    with pytest.raises(SpecError) as caught:
        model.measure("vc_upper")
    first, *_ = str(caught.value).splitlines()
    assert first.startswith(f"<text>:{place}: error: {message}")


@pytest.mark.parametrize(
    ("formula", "comparisons", "degree"),
    [
        ("max(x, 0)", 1, 1),
        ("min(max(x, 0), 6)", 2, 1),
        ("max(x, 0.1 * x)", 1, 1),
        ("max(x, 1 * x)", 0, 1),
        ("2 * x + 1", 0, 1),
        ("-(abs(x) - 1) / 2", 1, 1),
        ("abs(abs(x) - 1)", 3, 1),
        ("max(-1, min(1, x))", 2, 1),
        ("max(x, 0) - max(-x, 0)", 0, 1),
        ("if x > 0 then 1 else 0", 1, 0),
        ("if x > 0 then 1 else if x < 0 then -1 else 0", 2, 0),
        ("if x == 0 then 1 else 0", 2, 0),
        ("if x != x then 1 else 0", 0, 0),
        ("if -1 < x <= 2 then 2 * x else abs(x) / 3", 2, 1),
        ("if (x >= 1) then x else 1", 1, 1),
        ("if 1 < 2 then max(x, 3) else exp(x)", 1, 1),
    ],
)
def test_the_pieces_of_a_formula(formula: str, comparisons: int, degree: int) -> None:
    model = loads(f"activation f(x) = {formula} {{}} input(4) f")
    layer = next(step.layer for step in model.network.body.steps)  # type: ignore[union-attr]
    assert (layer.law("comparisons"), layer.law("degree")) == (comparisons, degree)


def test_the_constant_is_that_of_the_laws_unless_the_spec_or_other_laws_say_one(tmp_path: Path) -> None:
    text = "input(4) dense(3) -> relu -> dense(1)"
    usual = loads(text).measure("vc_lower").number
    assert isinstance(usual, float)
    declared = loads(f"param vc_constant = 64 {text}")
    assert declared.measure("vc_lower").number == pytest.approx(10 * usual)
    assert loads(f"param vc_constant = 64 {text}", vc_constant="c").measure("vc_lower").symbols == ("c",)
    laws = tmp_path / "mine.arch"
    laws.write_text('laws mine "mine" use "laws/paper.arch" let vc_constant = 320')
    assert loads(text, laws=str(laws)).measure("vc_lower").number == pytest.approx(2 * usual)


def test_a_constant_that_is_none_is_refused() -> None:
    model = loads("param vc_constant = 0 input(4) dense(3)")
    with pytest.raises(SpecError, match="vc_constant is 0; it must be above 0"):
        model.measure("vc_lower")


def test_the_bounds_are_taken_only_by_name() -> None:
    network = loads("input(4) dense(3) -> softmax").network
    assert list(measure_all(network)) == list(MEASURES)
    assert BY_NAME.keys().isdisjoint(MEASURES)


def test_a_table_says_which_weights_are_counted() -> None:
    network = loads("input(4) dense(3)").network
    plain = measures_table(
        MeasuredNetwork(network, measure_all(network, ["vc_upper_unrolled", "params"]))
    ).plain()
    assert "VC upper, unrolled" in plain
    assert plain.endswith("the weights of a convolution count at each place of its output")


def test_an_activation_does_not_say_what_its_formula_does() -> None:
    with pytest.raises(SpecError, match=r"unknown law 'comparisons'"):
        loads("activation f(x) = max(x, 0) { comparisons = 1 } input(4) f")


def test_the_growth_of_a_bound_is_known() -> None:
    n = sympy.Symbol("n", integer=True, positive=True)
    upper, quotient = log2(4 * n * log2(2 * n)), log2((3 * n + 1) / (n + 2))
    assert leading(upper, n).told(n).to_sympy() == log2(n)
    assert leading(quotient, n).told(n).to_sympy() == log2(3)


def test_blocks_in_blocks_are_read_once() -> None:
    blocks = " ".join(f"block b{i} {{ b{i + 1} -> b{i + 1} }}" for i in range(40))
    model = loads(f"{blocks} block b40 {{ dense(4) -> relu }} input(4) b0")
    layers = 2**40 + 1
    assert model.measure("vc_upper").log2 == pytest.approx(
        math.log2(20 * (layers * (layers - 1) / 2) * math.log2(8 * math.e * layers**2 / 2 * 80)), rel=0.01
    )
