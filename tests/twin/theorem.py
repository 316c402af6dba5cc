"""The bounds on VC dimension by their theorems: a flat network, a list of layers, plain sums.

From: a `Graph` of numbers. To: floats. Promises: every weight and every unit stands in the list
of its layer, and W_1, ..., W_L are added up one by one; what an activation or a pooling decides
is told by its name here, not by its law. It knows no loop, no symbol and no closed form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from layercalc.network import Layer
from tests.twin.unroll import Graph

#: The places where an activation bends or jumps.
BREAKS = {"relu": 1, "leaky_relu": 1, "relu6": 2, "hardsigmoid": 2, "step": 1}


@dataclass(frozen=True)
class Layers:
    """Layer by layer, counted from 1: its own weights, so many unrolled, its units; and p."""

    weights: list[int]
    unrolled: list[int]
    units: list[int]
    breaks: int

    def upper(self, weights: list[int]) -> float:
        """Theorem 7 at degree 1."""
        up_to = [sum(weights[:i]) for i in range(1, len(weights) + 1)]
        x = 2 * math.e * self.breaks * sum(i * k for i, k in enumerate(self.units, start=1))
        return len(weights) + sum(up_to) * math.log2(2 * x * math.log2(x))

    def upper_at_degree_0(self) -> float:
        """Theorem 7 at degree 0."""
        x = 2 * math.e * self.breaks * sum(self.units)
        return len(self.weights) + sum(self.weights) * math.log2(2 * x * math.log2(x))

    def lower(self, weights: list[int]) -> float:
        """Theorem 3 with C = 640."""
        total, layers = sum(weights), len(weights)
        return total * layers * math.log2(max(1, total / layers)) / 640


def layers_of(graph: Graph) -> Layers:
    """Put each weight and each unit of a flat network into the list of its layer."""
    weights, unrolled, units = dict[int, int](), dict[int, int](), dict[int, int]()
    degree, decided = [0] * len(graph.nodes), [0] * len(graph.nodes)
    live = _live(graph)
    for number, (layer, sources) in enumerate(graph.nodes):
        degree[number] = max((degree[source] for source in sources), default=0)
        decided[number] = max((decided[source] for source in sources), default=0)
        if layer is None or number not in live:
            continue
        here = max(degree[number], decided[number] + 1)
        if (params := int(layer.law("params") or 0)) > 0:
            place = max(degree[number], decided[number]) + 1
            weights[place] = weights.get(place, 0) + params
            unrolled[place] = unrolled.get(place, 0) + params * int(layer.output.size)
        if (compared := _deciding(layer)) > 0:
            units[here] = units.get(here, 0) + compared
            decided[number] = here
        degree[number] += params > 0
    last = max(degree[graph.output], decided[graph.output] + 1)
    breaks = [BREAKS[layer.name] for layer in graph.layers if layer.name in BREAKS]
    units[last] = units.get(last, 0) + _outputs(graph)
    own, everywhere, deciding = (
        [counts.get(i, 0) for i in range(1, last + 1)] for counts in (weights, unrolled, units)
    )
    return Layers(own, everywhere, deciding, max(breaks, default=1))


def _deciding(layer: Layer) -> int:
    volume = int(layer.output.volume)
    if layer.name in BREAKS:
        return volume
    if layer.name == "maxpool":
        kernel = layer.arguments["kernel"]
        sides = kernel if isinstance(kernel, tuple) else (kernel,) * layer.input.rank
        return volume * math.comb(math.prod(sides), 2)
    return volume * math.comb(int(layer.input.size), 2) if layer.name == "global_maxpool" else 0


def _outputs(graph: Graph) -> int:
    number = graph.output
    while (layer := graph.nodes[number].layer) is None:
        (number, *_) = graph.nodes[number].sources
    return int(layer.output.volume)


def _live(graph: Graph) -> set[int]:
    live, todo = set[int](), [graph.output]
    while todo:
        number = todo.pop()
        if number not in live:
            live.add(number)
            todo += graph.nodes[number].sources
    return live
