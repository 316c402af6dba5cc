"""Declared measures and the receptive field against a network written out, layer by layer, path by path."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.errors import SpecError
from layercalc.measures import measure_all
from layercalc.network import Layer, Network
from tests.twin.hard_specs import on_specs
from tests.twin.holding import exactly, network_of
from tests.twin.naive import paths
from tests.twin.random_places import Text
from tests.twin.random_specs import specs
from tests.twin.unroll import TooLargeError, unroll

DECLARED = """
measure outputs = sum of out.volume
measure widest = max of out.volume
measure sums = sum of params + macs / 2
measure most = max of params
measure way = longest of out.volume
measure both = 2 * outputs + widest
"""
NAMES = ("outputs", "widest", "sums", "most", "way", "both", "receptive_field")


def twin(network: Network) -> dict[str, Fraction]:
    """Take the measures by their definitions."""
    graph = unroll(network.body)
    layers, ways = graph.layers, [*paths(graph)]
    outputs = sum((Fraction(layer.output.volume) for layer in layers), Fraction(0))
    widest = max([Fraction(layer.output.volume) for layer in layers], default=Fraction(0))
    sums = sum((of(layer, "params") + of(layer, "macs") / 2 for layer in layers), Fraction(0))
    way = max(sum((Fraction(layer.output.volume) for layer in way), Fraction(0)) for way in ways)
    most = max([of(layer, "params") for layer in layers], default=Fraction(0))
    field = max(map(receptive, ways))
    return dict(zip(NAMES, (outputs, widest, sums, most, way, 2 * outputs + widest, field), strict=True))


def of(layer: Layer, law: str, otherwise: int = 0) -> Fraction:
    value = layer.law(law)
    return Fraction(otherwise) if value is None else Fraction(value)


def receptive(way: tuple[Layer, ...]) -> Fraction:
    """Go along one way: each layer reaches over places that stand as far apart as those before made them."""
    apart, size = Fraction(1), Fraction(1)
    for layer in way:
        size += (of(layer, "reach", 1) - 1) * apart
        whole = layer.input.spatial[-1:] == (layer.law("reach"),) and layer.output.spatial[-1:] in ((), (1,))
        apart *= 1 if whole else of(layer, "jump", 1)
    return size


@on_specs
def test_declared_measures_are_the_twins(spec: Text) -> None:
    network = network_of(DECLARED + spec.text, "paper")
    refused: dict[str, SpecError] = {}
    measured = measure_all(network, NAMES, refused)
    try:
        expected = twin(network)
    except TooLargeError:
        return
    assert refused.keys() <= {"receptive_field"}, {n: str(e) for n, e in refused.items()}
    assert {name: exactly(closed.expr) for name, closed in measured.items()} == {
        name: value for name, value in expected.items() if name in measured
    }


@given(spec=specs(symbols=True), m=st.integers(1, 6), w=st.integers(1, 9))
def test_symbols_give_what_numbers_in_their_place_do(spec: Text, m: int, w: int) -> None:
    refused: dict[str, SpecError] = {}
    symbolic = measure_all(network_of(DECLARED + spec.text, "paper", m="m", w="w"), NAMES, refused)
    numeric = measure_all(network_of(DECLARED + spec.text, "paper", m=str(m), w=str(w)), NAMES, {})
    for name, closed in symbolic.items():
        if name in numeric:
            assert closed.substitute({"m": m, "w": w}).number == numeric[name].number, name
    assert refused.keys() <= {"receptive_field", "widest", "most", "both"}


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_field_of_symbolic_rounds_grows_as_their_strides_do(stride: int) -> None:
    text = (
        f"param n = 3\ninput(1, 100000)\nconv(4, 5)\nrepeat n {{ conv(4, 3, stride = {stride}) conv(4, 2) }}"
    )
    closed = measure_all(network_of(text, "paper", n="n"), ["receptive_field"])["receptive_field"]
    for count in range(1, 7):
        written = twin(network_of(DECLARED + text, "paper", n=str(count)))["receptive_field"]
        assert closed.substitute({"n": count}).number == written


def test_the_field_is_what_windows_over_positions_see() -> None:
    """One place of the output, and the places of the input that it depends on, counted."""
    chain = [(5, 1, 1), (3, 2, 1), (3, 1, 2), (2, 2, 1), (3, 1, 1)]
    first, last = 0, 0
    for kernel, stride, dilation in reversed(chain):
        first, last = first * stride, last * stride + dilation * (kernel - 1)
    steps = " ".join(f"conv(2, {k}, stride = {s}, dilation = {d}, padding = valid)" for k, s, d in chain)
    closed = measure_all(network_of(f"input(1, 400) {steps}", "paper"), ["receptive_field"])
    assert closed["receptive_field"].number == last - first + 1


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("conv(4 * 2^i, 3)", "n"),
        ("conv(4 * (n - i), 3)", "n"),
        ("conv(i^2 - 6 * i + 12, 3)", "n"),
    ],
)
def test_a_maximum_over_rounds_is_that_of_the_first_or_the_last(body: str, count: str) -> None:
    text = f"{DECLARED}param n = 3\ninput(1, 8, 8)\nfor i in range({count}) {{ {body} }}"
    closed = measure_all(network_of(text, "paper", n="n"), ["widest"])["widest"]
    answered = 0
    for number in range(1, 8):
        with suppress(SpecError):  # outside its domain a form refuses
            found = closed.substitute({"n": number}).number
            assert found == twin(network_of(text, "paper", n=str(number)))["widest"]
            answered += 1
    assert answered >= 5


def test_a_maximum_in_the_midst_of_the_rounds_is_refused() -> None:
    text = f"{DECLARED}param n = 3\ninput(1, 8, 8)\nfor i in range(n) {{ conv(1 + i * (n - i), 3) }}"
    with pytest.raises(SpecError, match="it is open which of them gives the maximum"):
        measure_all(network_of(text, "paper", n="n"), ["widest"])


def test_ways_of_other_strides_do_not_meet() -> None:
    text = "input(1, 64) add { conv(4, 3, stride = 2) -> upsample(2) -> conv(4, 3) | conv(4, 3) }"
    assert measure_all(network_of(text, "paper"), ["receptive_field"])["receptive_field"].number == 5
    other = network_of("input(1, 64) add { conv(4, 3, stride = 2) | conv(4, 33, padding = valid) }", "paper")
    with pytest.raises(SpecError, match="ways of strides 2 and 1 meet"):
        measure_all(other, ["receptive_field"])
