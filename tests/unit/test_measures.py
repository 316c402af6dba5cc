"""Each measure against what a person works out on a small network."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from layercalc import loads
from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.measures import MEASURES, find_measure, measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program

# conv: p = 3 16 / (9 2 16) = 1/6, c = 3 log2 9; relu: p = 0.584, c = 1.713; dense: p = 5/48, c = log2 240.
CHAIN = "input(2, 4, 4) conv(3, 3) -> batchnorm -> relu -> dense(5)"
# The branches have p = 1/6 and 1, c = 3 log2 9 and nothing.
FORK = "input(2, 4, 4) relu -> add { conv(2, 3) | identity | } -> add { relu | conv(2, 1) }"
P, C = Fraction(584, 1000), 1.713
LOG9, LOG240 = math.log2(9), math.log2(240)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gcip", Fraction(1, 6) * P * Fraction(5, 48)),
        ("gcc", 3 * LOG9 * C * LOG240),
        ("gsip", Fraction(1, 6) + P + Fraction(5, 48)),
        ("gsc", 3 * LOG9 + C + LOG240),
        ("gwc", 3 * LOG9 * C * LOG240 * (3 * LOG9 + C + LOG240)),
        ("params", 3 * 9 * 2 + 3 * 2 + 5 * 48 + 5),
        ("macs", 48 * 9 * 2 + 5 * 48),
        ("layers", 3),
        ("longest_path", 3),
    ],
)
def test_a_chain(name: str, value: Fraction | float) -> None:
    assert _number(CHAIN, name) == (value if isinstance(value, Fraction | int) else pytest.approx(value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gcip", P * 1 * 1),  # the 1 x 1 convolution has p = 1, more than the second relu
        ("gcc", C * (2 * LOG9 + 1 + 1) * (C + 1)),
        ("gsip", P + Fraction(1, 9) + P + 1),
        ("gsc", C + 2 * LOG9 + C),
        ("params", 2 * 9 * 2 + 2 * 2),
        ("macs", 32 * 9 * 2 + 32 * 2),
        ("layers", 4),
        ("longest_path", 3),
    ],
)
def test_branches(name: str, value: Fraction | float) -> None:
    assert _number(FORK, name) == (value if isinstance(value, Fraction | int) else pytest.approx(value))


def test_a_value_used_twice_counts_twice() -> None:
    text = "input(2, 4, 4) relu as a from a -> relu as b add { from a | from b | from b }"
    assert _number(text, "gcc") == Fraction(C).limit_denominator(1000) * (1 + 2 * Fraction(1713, 1000))


def test_a_network_without_local_layers() -> None:
    numbers = {name: _number("input(3, 4, 4) batchnorm", name) for name in MEASURES}
    assert numbers == {**dict.fromkeys(MEASURES, 0), "gcip": 1, "gcc": 1, "params": 6}


def test_measures_are_given_in_the_order_asked_for() -> None:
    network = resolve(load_program("lenet"))
    assert list(measure_all(network, ["layers", "gcc", "layers"])) == ["layers", "gcc"]
    assert list(measure_all(network)) == list(MEASURES)
    assert measure_all(network, []) == {}


def test_a_measure_is_found_by_its_name() -> None:
    assert find_measure("gwc") is MEASURES["gwc"]
    assert all(name == measure.name for name, measure in MEASURES.items())


@pytest.mark.parametrize(
    ("name", "hint"),
    [("gcp", "did you mean 'gcip'?"), ("GCC", "did you mean 'gcc'?"), ("", "measures: gcip")],
)
def test_an_unknown_measure_gets_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        find_measure(name)
    assert str(caught.value).startswith(f"error: no measure is called '{name}'\nhint: {hint}")


def test_every_measure_names_its_source() -> None:
    assert all(m.label and m.title and m.source for m in MEASURES.values())


def _number(text: str, name: str) -> object:
    closed = loads(text).measure(name)
    assert isinstance(closed, Closed)
    return closed.number


@pytest.mark.parametrize(("heads", "groups"), [(4, 4), (4, 2), (4, 1)])
def test_attention_keeps_the_keys_and_values_of_its_groups(heads: int, groups: int) -> None:
    spec = f'use "blocks/sequence.arch" input(32, 5) attention({heads}, {groups}) -> mlp(64)'
    assert loads(spec).measure("kv_cache").number == 2 * groups * (32 // heads) * 5


def test_attention_to_another_sequence_keeps_the_keys_and_values_of_that() -> None:
    spec = """use "blocks/sequence.arch" input(32, 5) as x input(32, 7) as y
        from x, y -> cross_attention(4, 2)"""
    assert loads(spec).measure("kv_cache").number == 2 * 2 * 8 * 7


def test_a_law_that_is_0_at_a_number_makes_no_constant() -> None:
    """Symbol and number count the same layers; a constant is one whose laws are written as 0."""
    text = "param u = 4 where u >= 1 layer own(a) { power = a - 1 complexity = a - 1 } input(3) own(u)"
    assert loads(text, u="u").measure("layers").substitute({"u": 1}).number == 1
    assert loads(text, u=1).layers == 1
    assert loads("input(3) -> zeros([3])").layers == 0


def test_a_law_below_0_but_for_a_symbol_below_0_is_refused_at_its_layer() -> None:
    text = "layer wide() { power = in.size complexity = 2 }\nparam n = 3 where n >= 0\ninput(4, n) wide"
    network = loads(text, n="-k").network
    assert str(measure_all(network, ["gcc"])["gcc"].expr) == "2"
    with pytest.raises(SpecError, match="wide: a law is -k, and a symbol in it may be below 0"):
        measure_all(network, ["gcip"])
