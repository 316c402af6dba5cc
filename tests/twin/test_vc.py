"""The bounds on VC dimension against the theorems' sums over a plain list of layers."""

from __future__ import annotations

import random

import pytest

from layercalc import loads
from layercalc.closed import Closed
from layercalc.measures import measure_all
from layercalc.network import Network
from tests.twin.holding import shipped
from tests.twin.test_shipped import Grid, Values, named, points
from tests.twin.theorem import Layers, layers_of
from tests.twin.unroll import unroll

NAMES = ("vc_upper", "vc_lower", "vc_upper_unrolled", "vc_lower_unrolled")

NUMBERS: list[tuple[str, Values]] = [
    ("alexnet", {}),
    ("autoencoder", {}),
    ("densenet", {"layers": "[2, 3]", "growth": "4"}),
    ("googlenet", {}),
    ("mlp", {"depth": "1"}),
    ("mlp", {"depth": "90", "width": "33"}),
    ("nasnet", {}),
    ("resnet", {"depth": "18"}),
    ("resnet", {"depth": "50", "shortcuts": "false"}),
    ("resnet_cifar", {"depth": "20"}),
    ("resnet_cifar", {"depth": "602", "width": "2"}),
    ("shufflenet_v2", {}),
    ("unet", {"levels": "3"}),
    ("vgg", {"depth": "16", "batchnorm": "true"}),
    ("wide_resnet", {"depth": "16", "widening": "3"}),
]

SYMBOLS: list[tuple[str, Grid]] = [
    ("autoencoder", {"channels": [1, 3], "width": [2, 5], "kernel": [2, 3], "resolution": [8]}),
    ("densenet", {"layers": [2, 6], "growth": [8]}),
    ("mlp", {"inputs": [1, 784], "width": [1, 50], "depth": [1, 2, 9], "classes": [1, 10]}),
    ("resnet", {"depth": [35, 38, 50], "width": [2, 64], "resolution": [64]}),
    ("resnet_cifar", {"depth": [8, 14, 56], "width": [2, 16], "resolution": [8, 32]}),
    ("vgg", {"depth": [13, 16, 19], "width": [2, 64], "resolution": [32]}),
    ("wide_resnet", {"depth": [10, 16, 28], "widening": [2, 10]}),
]

#: Steps of a body that keeps its shape, and leaves decided, undecided and merged values behind it.
STEPS = (
    "relu", "leaky_relu", "conv(c, 3)", "conv(c, 1, bias = true)", "batchnorm", "avgpool(3, stride = 1)",
    "maxpool(2, stride = 1)", "add { conv(c, 3) -> relu | }", "add { relu -> conv(c, 1) | batchnorm }",
    "add { | relu }", "concat { conv(c, 1) | relu } -> conv(c, 1)", "dropout",
)  # fmt: skip


def expected(network: Network) -> dict[str, float]:
    layers = layers_of(unroll(network.body))
    return {
        "vc_upper": layers.upper(layers.weights),
        "vc_lower": layers.lower(layers.weights),
        "vc_upper_unrolled": layers.upper(layers.unrolled),
        "vc_lower_unrolled": layers.lower(layers.unrolled),
    }


def check(found: dict[str, Closed], network: Network) -> None:
    told = {name: float(closed.number or 0) for name, closed in found.items()}
    assert told == pytest.approx(expected(network), rel=1e-9)


@pytest.mark.parametrize(("spec", "params"), NUMBERS, ids=named)
def test_the_bounds_of_a_shipped_spec_are_the_theorems(spec: str, params: Values) -> None:
    network = shipped(spec, "paper", **params)
    check(measure_all(network, NAMES), network)


@pytest.mark.parametrize(("spec", "grid"), SYMBOLS, ids=named)
def test_the_bounds_of_a_family_are_those_of_its_members(spec: str, grid: Grid) -> None:
    family = measure_all(shipped(spec, "paper", **{name: name for name in grid}), NAMES)
    for point in points(grid):
        member = shipped(spec, "paper", **{name: str(value) for name, value in point.items()})
        check({name: closed.substitute(point) for name, closed in family.items()}, member)


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 6, 7, 8, 9])
def test_a_loop_of_any_steps_is_its_rounds(seed: int) -> None:
    chosen = random.Random(seed)
    before, inside, behind = (chosen.choices(STEPS, k=k) for k in (chosen.randrange(3), 3, 2))
    text = f"""param n where n >= 0
        let c = 2
        input(2, 4, 4) {" ".join(before)} repeat n {{ {" ".join(inside)} }} {" ".join(behind)} dense(1)"""
    family = loads(text, n="n")
    for count in (0, 1, 2, 5):
        check({m: family.measure(m).substitute({"n": count}) for m in NAMES}, loads(text, n=count).network)


def test_a_network_of_steps_has_the_bound_of_degree_0() -> None:
    text = "activation step(x) = if x > 0 then 1 else 0 {} input(9) repeat 3 { dense(7) -> step } dense(2)"
    model = loads(text)
    layers = layers_of(unroll(model.network.body))
    assert layers == Layers([70, 56, 56, 16], [70, 56, 56, 16], [7, 7, 7, 2], 1)
    assert model.measure("vc_upper").number == pytest.approx(layers.upper_at_degree_0())
    assert layers.upper_at_degree_0() < layers.upper(layers.weights)
