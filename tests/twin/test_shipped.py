"""All measures of the shipped specs: against the twin, and in symbols against numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from layercalc.measures import measure_all
from tests.examples import long_run
from tests.twin import dynamic, naive
from tests.twin.holding import agree, check, shipped
from tests.twin.unroll import unroll

Values = dict[str, str]
Grid = dict[str, list[int]]

#: Specs with values of their params; those left out take their defaults.
NUMBERS: list[tuple[str, Values]] = [
    ("alexnet", {}),
    ("alexnet", {"resolution": "64"}),
    ("autoencoder", {}),
    ("autoencoder", {"channels": "1", "width": "7", "kernel": "5", "resolution": "24"}),
    ("caffe_resnet", {"depth": "50", "bias": "true", "softmax": "true"}),
    ("densenet", {}),
    ("densenet", {"depth": "107", "growth": "8", "layers": "[1, 2, 3]", "resolution": "96"}),
    ("efficientnet", {}),
    ("efficientnet", {"b": "3", "resolution": "97", "softmax": "false"}),
    ("densenet", {"layers": "2", "softmax": "true"}),
    *(("fb_resnet", {"depth": depth}) for depth in ("18", "152")),
    ("lenet", {}),
    ("mlp", {"depth": "1"}),
    ("mlp", {"depth": "7", "width": "33"}),
    ("mnasnet", {"width": "0.5"}),
    *(("mnasnet", {"variant": variant}) for variant in ('"A1"', '"small"', '"D1"', '"D1-320"')),
    ("mobilenet", {"width": "7", "resolution": "96"}),
    ("mobilenet", {"softmax": "true"}),
    ("mobilenet_v2", {"width": "0.35", "softmax": "true"}),
    ("nasnet", {}),
    ("nasnet", {"cells": "5", "skip": "true"}),
    *(("resnet", {"depth": depth}) for depth in ("18", "34", "50", "101", "152")),
    *(("resnet", {"depth": depth, "shortcuts": "false"}) for depth in ("18", "50")),
    *(("resnet_cifar", {"depth": depth}) for depth in ("8", "20", "56")),
    ("resnet_cifar", {"depth": "110", "shortcuts": "false", "width": "3"}),
    *(("resnet_v2", {"depth": depth}) for depth in ("38", "50", "152")),
    ("resnext", {"cardinality": "8", "group_width": "3"}),
    *(("rnn", {"steps": steps, "width": "2"}) for steps in ("1", "2", "10")),
    ("shufflenet_v2", {"width": "0.5"}),
    ("se_resnet", {"reduction": "4"}),
    ("se_resnext", {"depth": "101"}),
    *(("senet", {"depth": depth}) for depth in ("49", "154")),
    *(("squeezenet", {"version": version}) for version in ("1.0", "1.1")),
    ("transformer", {"layers": "2", "width": "6", "heads": "3", "length": "5"}),
    *(("unet", {"levels": levels}) for levels in ("1", "2", "4")),
    *(("vgg", {"depth": depth}) for depth in ("11", "13", "16", "19")),
    ("vgg", {"batchnorm": "true", "width": "2", "resolution": "32"}),
    ("vgg", {"convolutions": "3"}),
    ("wide_resnet", {"depth": "16", "widening": "3"}),
    ("wide_resnet_imagenet", {"widening": "3"}),
]

#: Specs in symbols, with the numbers to be put in their place.
SYMBOLS: list[tuple[str, Grid]] = [
    ("autoencoder", {"channels": [1, 3], "width": [2, 5], "kernel": [2, 3], "resolution": [8, 40]}),
    ("densenet", {"growth": [2, 32], "resolution": [64, 224], "classes": [1, 10]}),
    ("mlp", {"inputs": [1, 784], "width": [1, 50], "depth": [1, 2, 9], "classes": [1, 10]}),
    ("resnet", {"depth": [35, 38, 50, 101], "width": [2, 64], "classes": [10], "resolution": [64, 224]}),
    ("resnet_cifar", {"depth": [8, 14, 56, 110], "width": [2, 16], "classes": [10], "resolution": [8, 32]}),
    ("unet", {"width": [2, 64], "channels": [1, 3], "classes": [1, 2]}),
    ("vgg", {"depth": [13, 16, 19, 40], "width": [2, 64], "units": [1, 4096], "resolution": [32, 224]}),
]


def named(value: object) -> str | None:
    return " ".join(f"{name}={text}" for name, text in value.items()) if isinstance(value, dict) else None


LAWS = ("paper", "channels", "weights", "literal")
#: In the long run all under every law set; else defaults and every other one, under one of them in turn.
UNDER = [
    (spec, params, laws)
    for at, (spec, params) in enumerate(NUMBERS)
    if long_run() or not params or at % 2
    for laws in (LAWS if long_run() else (LAWS[at // 2 % 4],))
]


@pytest.mark.parametrize(("spec", "params", "laws"), UNDER, ids=named)
def test_measures_of_a_shipped_spec_are_the_twins(spec: str, params: Values, laws: str) -> None:
    network = shipped(spec, laws, **params)
    graph = unroll(network.body)
    walkable = dynamic.count_paths(graph) <= naive.PATHS
    check(measure_all(network), naive.measures(graph) if walkable else dynamic.measures(graph))


@pytest.mark.parametrize("laws", ["paper", "channels"])
@pytest.mark.parametrize(("spec", "grid"), SYMBOLS, ids=named)
def test_a_family_in_symbols_gives_each_of_its_members(spec: str, grid: Grid, laws: str) -> None:
    family = measure_all(shipped(spec, laws, **{name: name for name in grid}))
    for point in some(grid):
        member = measure_all(shipped(spec, laws, **{name: str(value) for name, value in point.items()}))
        put_in = {name: closed.substitute(point) for name, closed in family.items()}
        assert [name for name in member if not agree(put_in[name], member[name])] == [], point


def some(grid: Grid) -> list[dict[str, int]]:
    """Choose some points, with both ends; in the long run all."""
    first, *others, last = points(grid)
    chosen = others if long_run() else random.Random(str(grid)).sample(others, min(4, len(others)))
    return [first, *chosen, last]


def points(grid: Grid) -> Iterator[dict[str, int]]:
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))
