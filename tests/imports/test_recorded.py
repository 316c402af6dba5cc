"""Recorded models of torchvision and timm: counts, wiring and measures of their texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import layercalc
from layercalc.errors import Source
from layercalc.imports.axes import follow
from layercalc.imports.axes.ones import ones
from layercalc.imports.check import first_difference
from layercalc.imports.graph import from_json, to_json
from layercalc.imports.structure.rewrites import rewritten
from layercalc.measures import MEASURES
from layercalc.syntax.unparse import formatted
from tests.imports import wiring
from tests.imports.recorded import NAMES, graph, imported

GOLDEN = Path(__file__).parent / "golden"
#: Texts that are held word for word: a table, stages, a growing concatenation, optional steps, attention.
HELD = (
    "densenet121",
    "efficientnet_b0",
    "mobilenet_v2",
    "resnet50",
    "shufflenet_v2_x1_0",
    "vgg16",
    "vit_b_32",
)
#: The shipped spec of a model; its end where the spec has one that the model has not.
SHIPPED: Mapping[str, tuple[str, dict[str, object]]] = {
    "alexnet": ("alexnet", {}),
    "densenet121": ("densenet", {}),
    "googlenet": ("googlenet", {}),
    "inception_v3": ("inception_v3", {}),
    "mnasnet1_0": ("mnasnet", {}),
    "mobilenet_v2": ("mobilenet_v2", {}),
    "mobilenet_v3_large": ("mobilenet_v3", {}),
    "resnet18": ("resnet", {"depth": 18}),
    "resnet50": ("resnet", {"depth": 50}),
    "resnext50_32x4d": ("resnext", {}),
    "shufflenet_v2_x1_0": ("shufflenet_v2", {}),
    "squeezenet1_0": ("squeezenet", {}),
    "vgg16": ("vgg", {}),
    "wide_resnet50_2": ("wide_resnet_imagenet", {}),
    "convnext_tiny": ("convnext", {}),
    "regnet_y_400mf": ("regnet", {}),
    "vit_b_32": ("vit", {"patch": 32}),
}
#: Specs that end in a softmax, as their papers do; torchvision's models give what enters it.
SOFTMAX = ("convnext", "regnet", "vit")


def test_there_are_models_of_many_kinds() -> None:
    assert len(NAMES) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_are_those_of_the_graph(name: str) -> None:
    assert not imported(name).warnings
    assert "equal those of the model" in imported(name).text


@pytest.mark.parametrize("name", NAMES)
def test_the_text_has_the_same_layers_wired_alike(name: str) -> None:
    read = graph(name)
    ways = [wiring.of_steps(rewritten(follow(read, ones=found))) for found in ({}, ones(read))]
    assert wiring.of_network(imported(name).model.network) in ways


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_in_the_canonical_layout(name: str) -> None:
    text = imported(name).text
    assert formatted(Source(name, text)) == text
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("laws", ["paper", "channels"])
@pytest.mark.parametrize("name", SHIPPED)
def test_the_measures_are_those_of_the_shipped_spec(name: str, laws: str) -> None:
    spec, params = SHIPPED[name]
    end = " -> softmax" if spec in SOFTMAX else ""
    model = layercalc.loads(imported(name).text.rstrip() + end, laws=laws)
    shipped = layercalc.load(spec, params, laws=laws)
    assert {m: model.measure(m).expr for m in MEASURES} == {m: shipped.measure(m).expr for m in MEASURES}


@pytest.mark.parametrize("name", HELD)
def test_the_text_word_for_word(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / f"{name}.arch", imported(name).text)


@pytest.mark.parametrize("name", ["resnet18", "hiera_small"])
def test_the_first_module_that_differs_is_named(name: str) -> None:
    layered = follow(graph(name))
    assert first_difference(layered) == ""
    places = [place for place, step in enumerate(layered.steps) if step.name in ("conv", "linear")]
    steps = list(layered.steps)
    for place in places[7:9]:
        step = steps[place]
        bias = not step.arguments.get("bias", step.name == "linear")
        steps[place] = replace(step, arguments={**step.arguments, "bias": bias})
    wanted = layered.graph.path(layered.graph.nodes[steps[places[7]].node])
    assert first_difference(replace(layered, steps=tuple(steps))) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_graph_is_read_as_it_was_written(name: str) -> None:
    assert from_json(to_json(graph(name))) == graph(name)
