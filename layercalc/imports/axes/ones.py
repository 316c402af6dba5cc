"""Axes of length 1 that are longer in other uses of the same module, as with one head and with several."""

from __future__ import annotations

from collections.abc import Mapping

from layercalc.imports.graph import Graph


def ones(graph: Graph) -> Mapping[int, frozenset[int]]:
    """Give for reshapes by their place the axes of length 1 that are longer in another use of a module.

    Uses are held against each other where a class has the same operators, of tensors of as many axes.

    >>> from layercalc.imports.graph import Call, Node
    >>> calls = (Call("", "net"), Call("a", "Heads"), Call("b", "Heads"))
    >>> nodes = (
    ...     Node("input", (), (1, 7, 8)),
    ...     Node("reshape", (0,), (1, 7, 1, 8), 1), Node("relu", (1,), (1, 7, 1, 8), 1),
    ...     Node("reshape", (0,), (1, 7, 2, 4), 2), Node("relu", (3,), (1, 7, 2, 4), 2),
    ... )
    >>> ones(Graph("by hand", "no framework", nodes, (2, 4), {}, calls))
    {1: frozenset({2})}
    """
    inside: dict[int, list[int]] = {}
    for place, node in enumerate(graph.nodes):
        for call in graph.chain(node.call)[1:]:
            inside.setdefault(call, []).append(place)
    alike: dict[object, list[list[int]]] = {}
    for call, places in inside.items():
        steps = tuple((graph.nodes[place].op, len(graph.nodes[place].shape)) for place in places)
        alike.setdefault((graph.calls[call].kind, steps), []).append(places)
    found: dict[int, frozenset[int]] = {}
    for uses in alike.values():
        for same in zip(*uses, strict=True):
            if graph.nodes[same[0]].op != "reshape":
                continue
            shapes = [graph.nodes[place].shape for place in same]
            longest = [max(sizes) for sizes in zip(*shapes, strict=True)]
            for place, shape in zip(same, shapes, strict=True):
                if short := frozenset(axis for axis, size in enumerate(shape) if size == 1 < longest[axis]):
                    found[place] = found.get(place, frozenset()) | short
    return found
