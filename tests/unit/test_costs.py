"""What the shipped layers say of memory, of looked-up weights and of the places that they see."""

from __future__ import annotations

import pytest

from layercalc import loads
from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points

LLAMA_70B = {"layers": "80", "heads": "64", "groups": "8", "width": "8192", "hidden": "28672"}
KEPT = {
    "linear(5)": 96, "embedding(9, 2)": 0, "learned([6, 4, 4])": 0, "zeros([6])": 0, "rmsnorm": 96,
    "groupnorm(3)": 96, "instancenorm": 96, "mean(1)": 0, "sum(0)": 0, "select(1, 0, 2)": 0,
    "permute([0, 2, 1])": 0, "roll": 0, "pixel_shuffle(1)": 0, "pixel_unshuffle(2)": 0,
    "adaptive_avgpool(2)": 0, "adaptive_maxpool(2)": 24, "glu": 96, "maxpool(2, dilation = 2)": 24,
    "conv(3, 3, causal = true)": 96, "conv_transpose(3, 3, 2, output_padding = 1)": 96,
}  # fmt: skip
SEEN = {
    "linear(5)": 1, "learned([6, 4, 4])": 1, "groupnorm(3)": 1, "mean(0)": 1, "mean(1)": 1, "sum(1)": 1,
    "permute([1, 0, 2])": 1, "roll(1, 1)": 1, "pixel_unshuffle(2) -> conv(3, 3)": 6,
    "pixel_unshuffle(2) -> pixel_shuffle(2) -> conv(3, 3)": 4, "adaptive_avgpool(2)": 2,
    "adaptive_maxpool(1)": 4, "upsample(size = 8) -> conv(3, 3)": 2, "conv(3, 3, causal = true)": 3,
    "maxpool(2, dilation = 2)": 3, "flatten -> dense(3)": 4, "dense(3)": 4, "reshape([96]) -> dense(3)": 4,
    "reshape([3, 8, 4]) -> conv(3, 3)": 3, "select(2, 0, 1) -> dense(3)": 1,
}  # fmt: skip
NOWHERE = [
    "permute([0, 2, 1])", "permute([2, 1, 0])", "mean(2)", "sum(2)", "roll(1, 2)", "zeros([6])",
    "reshape([6, 16])", "matmul { | permute([0, 2, 1]) }", "matmul { | }",
]  # fmt: skip


def number(text: str, name: str) -> object:
    closed = loads(text).measure(name)
    assert isinstance(closed, Closed)
    return closed.number


def measure(spec: str, name: str, **given: str) -> Closed:
    network = resolve(load_program(spec), {key: read_points(key, text)[0] for key, text in given.items()})
    return measure_all(network, [name])[name]


@pytest.mark.parametrize(("steps", "numbers"), KEPT.items())
def test_what_a_layer_keeps(steps: str, numbers: int) -> None:
    source = "input(1, 4, 4)" if "embedding" in steps else "input(6, 4, 4)"
    expected = 16 if "embedding" in steps else numbers
    assert number(f"{source} {steps}", "stored") == expected


@pytest.mark.parametrize(("steps", "places"), SEEN.items())
def test_the_places_that_a_layer_sees(steps: str, places: int) -> None:
    assert number(f"input(6, 4, 4) {steps}", "receptive_field") == places


@pytest.mark.parametrize("steps", NOWHERE)
def test_another_last_axis_has_no_receptive_field(steps: str) -> None:
    told = r"no receptive field: behind \w+ the last axis is not that of the input"
    with pytest.raises(SpecError, match=told):
        number(f"input(6, 4, 4) {steps}", "receptive_field")


def test_words_and_positions_are_looked_up_and_nothing_else() -> None:
    layers, width = 12, 768
    assert measure("gpt", "non_embedding").number == 12 * layers * width**2 + 13 * layers * width + 2 * width
    assert measure("gpt", "non_embedding").number == 85_056_000
    assert measure("convnext", "non_embedding").number == measure("convnext", "params").number
    shared = "shared word = embedding(50, 8)  input(1, 7) as a  input(1, 9) as b  from a -> word as x"
    text = f"{shared} from b -> word -> linear(3) as y  from x, y"
    assert number(text, "non_embedding") == 27


def test_the_keys_and_values_of_attention_are_cached() -> None:
    assert measure("gpt", "kv_cache").number == 2 * 12 * 768 * 1024
    assert measure("gpt", "kv_cache", length="t").exact().text == "18432*t"
    grouped = measure("llama", "kv_cache", **LLAMA_70B, length="t")
    assert grouped.exact().text == f"{2 * 80 * 8 * 8192 // 64}*t"
