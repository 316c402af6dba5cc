"""What Keras leaves to convention is said in the graph, in the way that other readers have it.

From: a graph as it was read. To: one in which inputs say which of their axes are the channels, where
the layers behind them tell, and in which the longer way to a sum stands before the shorter one.
"""

from __future__ import annotations

from dataclasses import replace

from layercalc.imports.graph import Graph, Node

#: Merges whose two values may be exchanged.
COMMUTING = frozenset(("add", "mul", "max"))
#: Operators that say which axis they take for the channels.
SAYING = frozenset(("conv", "conv_transpose", "maxpool", "avgpool", "batchnorm", "groupnorm"))
#: Operators over the last axis, which is the channels.
LAST = frozenset(("linear", "layernorm", "rmsnorm", "embedding"))
#: Axes of a tensor beyond which it is an image.
IMAGE = 3


def tidied(graph: Graph) -> Graph:
    """Say where channels are, and put longer ways first."""
    users: list[list[int]] = [[] for _ in graph.nodes]
    depths: list[int] = []
    nodes: list[Node] = []
    for place, node in enumerate(graph.nodes):
        for taken in node.inputs:
            users[taken].append(place)
        depths.append(1 + max((depths[taken] for taken in node.inputs), default=0))
        if node.op in COMMUTING and depths[node.inputs[0]] < depths[node.inputs[1]]:
            node = replace(node, inputs=node.inputs[::-1])  # noqa: PLW2901 - the node as it is kept
        nodes.append(node)
    for place in graph.inputs:
        axis = _channels(graph, users, place)
        if axis is not None and axis > 1:
            nodes[place] = replace(nodes[place], attributes={"axis": axis})
    return replace(graph, nodes=tuple(nodes))


def _channels(graph: Graph, users: list[list[int]], place: int) -> int | None:
    """Find the axis that the first operator which asks for channels takes for them; of an image, the last."""
    shape, seen = graph.nodes[place].shape, {place}
    todo = list(users[place])
    while todo:
        node = graph.nodes[taken := todo.pop(0)]
        if node.op in SAYING:
            return int(node["axis"])
        if node.op in LAST:
            return len(shape) - 1
        if node.shape == shape or node.op in ("pad", "slice"):
            todo += [user for user in users[taken] if user not in seen]
            seen.update(users[taken])
    return len(shape) - 1 if len(shape) > IMAGE else None
