"""Weights with several uses: declared in the block that has all of them, or else for the whole network."""

from __future__ import annotations

from layercalc.imports.convert import convert
from layercalc.imports.graph import Call, Graph, Node

CALLS = (Call("", "models.Net"), Call("a", "models.Pair"), Call("b", "models.Pair"))
SHAPE = (1, 8)


def _net(*weights: str) -> Graph:
    """Give two modules of two layers each, with a `relu` between them, by the weights that these have."""
    nodes = [Node("input", (), SHAPE)]
    for number, weight in enumerate(weights):
        place, call = len(nodes) - 1, 1 + number // 2
        nodes.append(Node("linear", (place,), SHAPE, call, {"units": 8, "bias": False}, (weight,)))
        nodes.append(Node("relu" if number % 2 == 0 else "gelu", (place + 1,), SHAPE, call))
    table = dict.fromkeys(weights, (8, 8))
    return Graph("net", "no framework", tuple(nodes), (len(nodes) - 1,), table, CALLS)


def test_a_layer_of_one_module_is_shared_in_its_block() -> None:
    made = convert(_net("a.fc.weight", "a.fc.weight", "b.fc.weight", "b.fc.weight"))
    assert "block Pair {\n    shared fc = dense(8, bias = false)\n    fc -> relu\n" in made.text
    assert made.model.params == 2 * 64
    assert not made.warnings


def test_a_layer_of_several_modules_is_shared_in_the_network() -> None:
    made = convert(_net(*["a.fc.weight"] * 4))
    assert "\nshared fc = dense(8, bias = false)\n" in made.text
    assert made.model.params == 64
    assert not made.warnings


def test_a_layer_that_is_shared_in_one_use_only_is_no_other_ones() -> None:
    made = convert(_net("a.fc.weight", "a.fc.weight", "b.fc.weight", "b.last.weight"))
    assert made.model.params == 3 * 64
    assert not made.warnings
