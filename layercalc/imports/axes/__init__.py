"""The neutral graph becomes layers of the language, channels first.

From: a `Graph`, in which channels may stand on any axis and reshapes turn axes round. To:
`Layered`: steps of the language in the same order. Where the axes of a tensor stand is
followed through permutes, reshapes, windows and flattening, which then need no step of their own;
`layout` holds how. What cannot be followed is told, all of it at once, with the module it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layercalc.errors import Diagnostic, SpecError
from layercalc.imports.axes import elements, layers, merges, moves, windows
from layercalc.imports.axes.follower import Follower
from layercalc.imports.graph import SOURCES, Graph, Node
from layercalc.imports.layout import Held, Unfollowed
from layercalc.imports.names import identifier
from layercalc.imports.steps import Layered
from layercalc.imports.values import Builder

UNKNOWN = "no such operator is known"
Rule = Callable[[Follower, Node], Held]
RULES: Mapping[str, Rule] = {**layers.RULES, **elements.RULES, **merges.RULES, **moves.RULES, **windows.RULES}


def follow(
    graph: Graph,
    partial: bool = False,
    ones: Mapping[int, frozenset[int]] = {},
) -> Layered:
    """Turn a graph into steps of the language.

    Axes of length 1 need no place in a tensor of the language, but for those of `ones`, by the
    place of the reshape that makes them: `ones.ones` finds those that other uses of a module have.

    With `partial`, an operator that cannot be followed becomes a neutral layer, which the spec
    declares. Raises `SpecError` with every such operator otherwise, each with its module.
    """
    follower = Follower(graph, ones)
    mistakes: dict[str, Diagnostic] = {}
    for place, node in enumerate(graph.nodes):
        follower.place = place
        if node.op in ("weight", "constant"):
            continue
        try:
            if node.op not in RULES:
                raise Unfollowed(UNKNOWN)
            if any(i in follower.lost for i in node.inputs):
                follower.lost.add(place)  # told where it was lost
                continue
            follower.held[place] = RULES[node.op](follower, node)
        except Unfollowed as reason:
            if partial:
                follower.held[place] = follower.unknown(node, str(reason))
            else:
                follower.lost.add(place)
                mistake = _mistake(graph, node, str(reason))
                mistakes.setdefault(mistake.message, mistake)
    if mistakes:
        raise SpecError(mistakes.values())
    return follower.layered()


def unknown(builder: Builder) -> list[Diagnostic]:
    """Tell all operators of a graph that is being built which no rule knows."""
    graph = Graph(
        builder.source, builder.version, tuple(builder.nodes), (), builder.weights, tuple(builder.calls)
    )
    nodes = (node for node in graph.nodes if node.op not in RULES and node.op not in SOURCES)
    told = [_mistake(graph, node, UNKNOWN) for node in nodes]
    return list({one.message: one for one in told}.values())


def _mistake(graph: Graph, node: Node, reason: str) -> Diagnostic:
    takes = " and ".join(" x ".join(map(str, graph.nodes[i].shape)) for i in node.inputs)
    gives = " x ".join(map(str, node.shape))
    name = identifier(node.op)
    inputs = "" if len(node.inputs) == 1 else f" from {', '.join('abcdefgh'[: len(node.inputs)])}"
    hint = f"--partial writes: layer {name}(sizes){inputs} {{ shape = sizes }}"
    return Diagnostic(f"{graph.path(node)}: {node.op}, {takes} to {gives}: {reason}", hint=hint)
