"""Holds the text of an import against an independent count on the model's own graph.

The count knows no laws and no text: weights are counted by name, each once, and multiply-accumulates
from the shapes of convolutions, linear layers and products of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from layercalc.errors import SpecError
from layercalc.imports.graph import Graph, Node
from layercalc.imports.steps import MERGES, Layered, Step
from layercalc.imports.structure.idioms import FILES
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


class _Part(NamedTuple):
    """What an operator became: its steps as lines of a spec, each for itself, and its counts."""

    lines: tuple[str, ...]
    counts: Counts
    node: int


def first_difference(layered: Layered) -> str:
    """Name the first module whose steps have other parameters or multiply-accumulates than its operator.

    Halves the operators until one is left; those that became the same are looked at once.
    """
    parts = list({(part.lines, part.counts): part for part in reversed(list(_parts(layered)))}.values())[::-1]
    low, high = 0, len(parts)
    if not parts or _agree(layered, parts):
        return ""
    while high - low > 1:
        middle = (low + high) // 2
        if _agree(layered, parts[low:middle]):
            low = middle
        else:
            high = middle
    return layered.graph.path(layered.graph.nodes[parts[low].node])


def _parts(layered: Layered) -> Iterator[_Part]:
    graph, steps = layered.graph, layered.steps
    by_node: dict[int, list[Step]] = {}
    for step in steps:
        if step.inputs and step.name not in MERGES:
            by_node.setdefault(step.node, []).append(step)
    for node, made in by_node.items():
        lines = []
        for number, step in enumerate(made):
            takes = [", ".join(map(str, steps[place].shape)) for place in step.inputs]
            names = [f"x{{0}}_{number}_{place}" for place in range(len(takes))]
            entering = [f"input({shape}) as {name}" for shape, name in zip(takes, names, strict=True)]
            layer = layer_text(Layer(step.name, tuple(step.arguments.items())))
            lines += [*entering, f"from {', '.join(names)} -> {layer} as y{{0}}_{number}"]
        params = sum(product(graph.weights[name]) for step in made for name in step.weights)
        yield _Part(tuple(lines), Counts(params, macs(graph, graph.nodes[node])), node)


def _agree(layered: Layered, parts: Sequence[_Part]) -> bool:
    """Tell whether steps, each on its own, have as many parameters and multiply-accumulates as is known."""
    from layercalc.model import loads

    lines = [line.format(place) for place, part in enumerate(parts) for line in part.lines]
    lines.sort(key=lambda line: not line.startswith("input("))
    made = [line.rpartition(" as ")[2] for line in lines if not line.startswith("input(")]
    declared = [declaration(one) for one in layered.declared]
    used = [f'use "{file}"' for file in dict.fromkeys(FILES.values())]
    try:
        model = loads("\n".join([*used, *declared, *lines, f"from {', '.join(made)}"]))
        return Counts(int(model.params), int(model.macs)) == Counts(
            sum(part.counts.params for part in parts), sum(part.counts.macs for part in parts)
        )
    except SpecError:
        return False
