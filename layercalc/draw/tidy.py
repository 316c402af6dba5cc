"""What a picture leaves out: wires that nothing reads, boxes that do nothing, frames around one frame.

From: a graph as the network has it. To: the graph that is drawn. Promises: every wire leads from a
box to a box; the boxes that are left have the same ways between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from layercalc.draw.diagram import Box, DiagramNode, FramedGraph, FrameKind, Graph, Item, wired
from layercalc.draw.runs import TIMES, with_runs

#: Stands between the titles of frames that are drawn as one.
WITHIN, AROUND = " > ", ": "
CARRIED = "goes to the next round only"

_T = TypeVar("_T")


def tidied(graph: Graph, short: bool = True) -> Graph:
    """Tidy a graph with all that is in it; a `short` one has its runs as one frame, and no identities.

    >>> same, layer = Box("plain", ("identity",)), Box("layer", ("relu",))
    >>> nodes = DiagramNode(same, (0,), (1,)), DiagramNode(layer, (1,), (2,))
    >>> [node.sources for node in tidied(Graph((0,), nodes, (2,))).nodes]
    [(0,)]
    """
    return _framed(_pruned(_shortened(_flat(graph)) if short else _flat(graph, short=False)))


def _flat(graph: Graph, short: bool = True) -> Graph:
    """Replace frames that tell nothing by what is in them, and leave out boxes that do nothing."""
    flat = _Flat(graph)
    loops = Counter(node.item.loop for node in graph.nodes if isinstance(node.item, FramedGraph))
    for node in graph.nodes:
        item, sources = node.item, tuple(flat.now(value) for value in node.sources)
        if isinstance(item, FramedGraph):
            item = replace(item, graph=_flat(item.graph, short))
            alone = item.kind == "round" and loops[item.loop] == 1
            if alone or not item.title or (short and not item.graph.nodes):
                flat.splice(item.graph, sources, node.makes)
                continue
        elif short and item.kind == "plain" and len(sources) == len(node.makes) == 1:
            flat.same(node.makes[0], sources[0])
            continue
        flat.nodes.append(DiagramNode(item, sources, node.makes))
    return flat.whole()


class _Flat:
    """A graph that is being made of another; some values become others."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.nodes = graph, list[DiagramNode]()
        self.others: dict[int, int] = {}
        self.names, self.shapes, self.levels = {**graph.names}, {**graph.shapes}, {**graph.levels}
        used = (*graph.inputs, *graph.outputs, *(value for node in graph.nodes for value in node.makes))
        self.free = max(used, default=-1) + 1

    def now(self, value: int) -> int:
        """Give what a value has become."""
        return self.others.get(value, value)

    def same(self, value: int, other: int) -> None:
        """Let a value be another one, which takes its name where it has none."""
        self.others[value] = other
        if value in self.names:
            self.names.setdefault(other, self.names[value])

    def splice(self, inner: Graph, sources: Sequence[int], makes: Sequence[int]) -> None:
        """Add the nodes of a graph in place of its frame, with numbers of their own."""
        numbers = dict(zip(inner.inputs, sources, strict=True))
        for node in inner.nodes:
            numbers |= {value: self.free + place for place, value in enumerate(node.makes)}
            self.free += len(node.makes)
            read, made = (tuple(numbers[value] for value in those) for those in (node.sources, node.makes))
            self.nodes.append(DiagramNode(node.item, read, made))
        _take(self.shapes, inner.shapes, numbers)
        _take(self.levels, inner.levels, numbers)
        _take(self.names, inner.names, numbers)
        for value, output in zip(makes, inner.outputs, strict=True):
            self.same(value, numbers[output])

    def whole(self) -> Graph:
        """Give the graph."""
        outputs = tuple(map(self.now, self.graph.outputs))
        return Graph(self.graph.inputs, tuple(self.nodes), outputs, self.names, self.shapes, self.levels)


def _take(ours: dict[int, _T], theirs: Mapping[int, _T], numbers: Mapping[int, int]) -> None:
    for value, told in theirs.items():
        if value in numbers:
            ours.setdefault(numbers[value], told)


def _pruned(graph: Graph) -> Graph:
    """Leave out the ends of frames that no wire leads on from, or to."""
    read = {*graph.outputs}
    nodes: list[DiagramNode] = []
    for node in reversed(graph.nodes):
        frame = node.item if isinstance(node.item, FramedGraph) else None
        nodes.append(_pruned_frame(graph, node, frame, read) if frame is not None else node)
        read |= {*nodes[-1].sources}
    return replace(graph, nodes=tuple(reversed(nodes)))


def _pruned_frame(graph: Graph, node: DiagramNode, frame: FramedGraph, read: set[int]) -> DiagramNode:
    kept = [place for place, value in enumerate(node.makes) if value in read]
    inner = _pruned(replace(frame.graph, outputs=tuple(frame.graph.outputs[place] for place in kept)))
    used = wired(inner)
    entering = [place for place, value in enumerate(inner.inputs) if value in used]
    ends = zip(frame.graph.inputs, frame.graph.outputs, strict=False)
    changed = {place for place, (value, output) in enumerate(ends) if value != output}
    carried = [place for place in entering if place in changed and place not in kept]
    names = [_name(graph, node, frame, place) for place in carried] if frame.kind == "repeat" else []
    notes = tuple(f"{name} {CARRIED}" for name in names if name)
    inner = replace(inner, inputs=tuple(inner.inputs[place] for place in entering))
    sources = tuple(node.sources[place] for place in entering)
    made = replace(frame, graph=inner, notes=frame.notes + notes)
    return DiagramNode(made, sources, tuple(node.makes[place] for place in kept))


def _name(graph: Graph, node: DiagramNode, frame: FramedGraph, place: int) -> str:
    inside = frame.graph.names.get(frame.graph.outputs[place], "")
    return inside or graph.names.get(node.makes[place], "")


def _shortened(graph: Graph) -> Graph:
    """Make one frame of each run of rounds, the innermost first."""
    return with_runs(_inside(graph, _shortened))


def _framed(graph: Graph) -> Graph:
    """Make one frame of frames directly within each other."""
    graph = _inside(graph, _framed)
    return replace(graph, nodes=tuple(replace(node, item=_merged(node.item)) for node in graph.nodes))


def _inside(graph: Graph, change: Callable[[Graph], Graph]) -> Graph:
    """Change the graphs of the frames in a graph."""
    nodes = [
        replace(node, item=replace(node.item, graph=change(node.item.graph)))
        if isinstance(node.item, FramedGraph)
        else node
        for node in graph.nodes
    ]
    return replace(graph, nodes=tuple(nodes))


def _title(frame: FramedGraph, inner: FramedGraph) -> str:
    """Join the titles: a repeat behind the name of what it repeats, or behind that of the block around it."""
    if frame.kind == "repeat":
        return f"{inner.title} {frame.title}"
    return f"{frame.title}{AROUND if inner.title.startswith(TIMES) else WITHIN}{inner.title}"


def _merged(frame: Item) -> Item:
    """Make one of two frames of which the outer has only the inner, or of a frame around a closed block."""
    graph = frame.graph if isinstance(frame, FramedGraph) else None
    if isinstance(frame, FramedGraph) and frame.kind == "round":
        frame = replace(frame, kind="block")
    node = graph.nodes[0] if graph is not None and len(graph.nodes) == 1 else None
    if node is None or graph is None or node.sources != graph.inputs or node.makes != graph.outputs:
        return frame
    assert isinstance(frame, FramedGraph)
    inner = node.item
    repeats = (frame.kind == "repeat") + (isinstance(inner, FramedGraph) and inner.kind == "repeat")
    if isinstance(inner, FramedGraph) and repeats < 2:
        kind: FrameKind = "repeat" if repeats else "block"
        title, alike = _title(frame, inner), frame.alike * inner.alike
        return replace(
            frame, kind=kind, title=title, graph=inner.graph, notes=inner.notes + frame.notes, alike=alike
        )
    if isinstance(inner, Box) and inner.kind == "shut" and not repeats:
        return replace(inner, lines=(f"{frame.title}{WITHIN}{inner.lines[0]}", *inner.lines[1:]))
    return frame
