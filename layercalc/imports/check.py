"""Holds the text of an import against an independent count on the model's own graph.

The count knows no laws and no text: weights are counted by name, each once, and multiply-accumulates
from the shapes of convolutions, linear layers and products of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from layercalc.errors import SpecError
from layercalc.imports.graph import Graph, Node
from layercalc.imports.steps import MERGES, Layered, Step
from layercalc.imports.structure.terms import Layer
from layercalc.imports.values import product
from layercalc.imports.writing import declaration, layer_text

#: Layers of cells that go over a sequence, and how many matrices of each kind a cell has.
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


class Counts(NamedTuple):
    """Parameters and multiply-accumulates."""

    params: int
    macs: int


def count(graph: Graph) -> Counts:
    """Count a model on its graph.

    >>> nodes = (Node("input", (), (1, 8)), Node("linear", (0,), (1, 4), 0, {"units": 4}, ("w", "b")))
    >>> count(Graph("one", "by hand", nodes, (1,), {"w": (4, 8), "b": (4,)}))
    Counts(params=36, macs=32)
    """
    used = {name for node in graph.nodes for name in node.weights}
    return Counts(
        sum(product(graph.weights[name]) for name in used),
        sum(macs(graph, node) for node in graph.nodes),
    )


def macs(graph: Graph, node: Node) -> int:
    """Count the multiply-accumulates of an operator: a bias adds none, as in the language."""
    taken = graph.nodes[node.inputs[0]].shape if node.inputs else ()
    if node.op in ("conv", "conv_by"):
        return product((*node.shape, *node["kernel"], taken[node["axis"]])) // int(node["groups"])
    if node.op == "conv_transpose":
        return product((*taken, *node["kernel"], node["filters"])) // int(node["groups"])
    if node.op in ("linear", "matmul"):
        return product(node.shape) * taken[-1]
    if node.op in GATES:
        units = int(node["units"])
        return product(node.shape[:-1]) * GATES[node.op] * units * (taken[-1] + units)
    return 0


def first_difference(layered: Layered) -> str:
    """Name the first module whose step has other parameters or multiply-accumulates than its operator."""
    graph = layered.graph
    seen: set[str] = set()
    for step in layered.steps:
        new = [name for name in step.weights if name not in seen]
        seen.update(new)
        if not step.weights and step.name != "matmul":
            continue
        wanted = sum(product(graph.weights[name]) for name in step.weights)
        if any(told != wanted for told in _told(layered, step)):
            return graph.path(graph.nodes[step.node])
    return ""


def _told(layered: Layered, step: Step) -> Iterator[int]:
    """Measure the parameters of a step alone, as the language has them."""
    from layercalc.model import loads

    if step.name in MERGES or len(step.inputs) != 1:
        return
    shape = ", ".join(map(str, layered.steps[step.inputs[0]].shape))
    declared = "".join(f"{declaration(one)}\n" for one in layered.declared if one.name == step.name)
    layer = layer_text(Layer(step.name, tuple(step.arguments.items())))
    try:
        yield int(loads(f"{declared}input({shape}) {layer}").params)
    except SpecError:
        yield -1
