"""A body with every repeat copied and every block opened: a flat graph.

From: a `Body`. To: a `Graph`, nodes in the order in which they are reached. Promises:
nothing is shared and nothing is clever; a graph over the limit is refused before it
is made. It does no arithmetic but counting rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from layercalc.network import Applied, Body, Inline, Layer, Merge, Recursion, Repeat, Weights

#: Nodes of the largest graph that is made; ResNet-152 has 513.
NODES = 20_000


class TooLargeError(Exception):
    """The network has more nodes, or more paths, than its naive reading may take."""


class Node(NamedTuple):
    """A value: an input (no sources), a layer (one source, or several), or a merge (one a branch)."""

    layer: Layer | None
    sources: tuple[int, ...]


class Copy(NamedTuple):
    """One copy of a body: `places[i]` is the node of its value i."""

    body: Body
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A flat network: its nodes, each behind its sources, and the node that leaves it.

    `copies` tells where every copy of every body went, the whole network last; `weights` are
    the layers whose params are counted where they are shared, one as often as these are declared.
    """

    nodes: tuple[Node, ...]
    output: int
    copies: tuple[Copy, ...]
    weights: tuple[Layer, ...] = ()

    @property
    def layers(self) -> list[Layer]:
        """All layers, one as often as it is copied."""
        return [node.layer for node in self.nodes if node.layer is not None]


def unroll(body: Body, limit: int = NODES) -> Graph:
    """Copy a body with one output out into a flat graph.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> len(unroll(resolve(load_program("lenet")).body).nodes)
    12

    Raises `TooLargeError` where it would have over `limit` nodes, and `ValueError` where
    the count of a repeat is symbolic.
    """
    unrolling = _Unrolling(limit, [], [], [])
    for _ in body.inputs:
        unrolling.add(None, ())
    (output,) = unrolling.copy(body, range(len(body.inputs)))
    return Graph(tuple(unrolling.nodes), output, tuple(unrolling.copies), tuple(unrolling.weights))


@dataclass(frozen=True, slots=True)
class _Unrolling:
    limit: int
    nodes: list[Node]
    copies: list[Copy]
    weights: list[Layer]

    def add(self, layer: Layer | None, sources: tuple[int, ...]) -> int:
        if len(self.nodes) >= self.limit:
            raise TooLargeError(f"over {self.limit} nodes")
        self.nodes.append(Node(layer, sources))
        return len(self.nodes) - 1

    def weigh(self, body: Body) -> None:
        """Copy the layers of shared weights, which have no wires."""
        for step in body.steps:
            if isinstance(step, Applied):
                self.weights.append(step.layer)
            elif isinstance(step, Inline | Repeat | Recursion):
                for _ in range(_rounds(step)):
                    self.weigh(step.body)

    def copy(self, body: Body, entering: Sequence[int]) -> list[int]:
        """Copy a body behind the nodes that enter it; give the nodes that leave it."""
        places = list(entering)
        for step in body.steps:
            state = [places[source] for source in step.sources]
            if isinstance(step, Applied | Merge):
                places.append(self.add(step.layer if isinstance(step, Applied) else None, tuple(state)))
            elif isinstance(step, Weights):
                self.weigh(step.body)
            else:
                for _ in range(_rounds(step)):
                    state = self.copy(step.body, state)
                places.extend(state)
        self.copies.append(Copy(body, tuple(places)))
        return [places[number] for number in body.outputs]


def _rounds(step: Inline | Repeat | Recursion) -> int:
    if isinstance(step, Inline):
        return 1
    if not isinstance(step.count, int):
        raise ValueError(f"{step.count} rounds cannot be copied")
    return step.count
