"""Series-parallel decomposition of a graph: what stands in series, what in parallel, what in neither.

From: a `Graph`. To: one series of vertices from its entry to its exit, with a segment between each
two of them: a wire, parts in parallel, or a rigid part, in which wires cross as in a cell of NASNet.
(A decomposition tree, as SPQR trees are, has the same three kinds.) Promises: every node is a vertex
once; parallel parts keep the order in which their ends are written.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import NamedTuple, TypeAlias

from layercalc.draw.diagram import Graph


class Wire(NamedTuple):
    """A wire from a value to the input `slot` of a vertex; None, None connects nothing."""

    value: int | None
    slot: int | None


@dataclass(slots=True, eq=False)
class Parallel:
    """Parts side by side between the same two vertices."""

    parts: list[SeriesPart]


@dataclass(slots=True, eq=False)
class Rigid:
    """Edges from `source` to `target` through other vertices, neither in series nor in parallel."""

    source: int
    target: int
    edges: list[Edge]


Segment: TypeAlias = Wire | Parallel | Rigid


@dataclass(slots=True, eq=False)
class SeriesPart:
    """Segments with a vertex between each two of them."""

    segments: list[Segment]
    vertices: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Edge:
    """What leads from one vertex to another; reductions make it longer."""

    source: int
    target: int
    series: SeriesPart


@dataclass(slots=True, eq=False)
class _Reduction:
    """The edges that are left; vertex `n` is node `n` of the graph, -1 its entry, `exit` its exit."""

    exit: int
    ins: dict[int, list[Edge]]
    outs: dict[int, list[Edge]]

    def add(self, edge: Edge) -> None:
        """Add an edge after those at both its ends."""
        self.outs[edge.source].append(edge)
        self.ins[edge.target].append(edge)


ENTRY = -1


def decomposition(graph: Graph) -> SeriesPart:
    """Decompose a graph into one series from its entry to its exit.

    >>> from layercalc.draw.diagram import Box, DiagramNode
    >>> relu = Box("layer", ("relu",))
    >>> nodes = DiagramNode(relu, (0,), (1,)), DiagramNode(relu, (1,), (2,))
    >>> series = decomposition(Graph((0,), nodes, (2,)))
    >>> series.vertices, series.segments
    ([0, 1], [Wire(value=0, slot=0), Wire(value=1, slot=0), Wire(value=2, slot=0)])
    """
    found = _edges_of(graph)
    left = deque(range(len(graph.nodes) + 1))
    while left:
        vertex = left.popleft()
        changed = _reduce_parallel(found, vertex)
        if vertex != found.exit and len(found.ins[vertex]) == len(found.outs[vertex]) == 1:
            changed += _reduce_series(found, vertex)
        left.extend(near for near in changed if near != ENTRY)
    return _split_at_cut_vertices(found)


def _split_at_cut_vertices(found: _Reduction) -> SeriesPart:
    """Split what is left at its cut vertices, which all paths pass; between two stands a rigid part."""
    edges = [edge for _, edges in sorted(found.ins.items()) for edge in edges]
    targets: dict[int, list[int]] = {}
    for edge in edges:
        targets.setdefault(edge.target, []).append(edge.source)
    order = [*TopologicalSorter(targets).static_order()]
    place = {vertex: number for number, vertex in enumerate(order)}
    reach, start = 0, 0
    whole = SeriesPart([])
    for number, vertex in enumerate(order):
        if number and reach <= number:
            inside = [edge for edge in edges if start < place[edge.target] <= number]
            _append(whole, order[start], vertex, inside)
            start = number
        reach = max([reach, *(place[edge.target] for edge in found.outs[vertex])])
    whole.vertices.pop()
    return whole


def _append(whole: SeriesPart, source: int, target: int, edges: list[Edge]) -> None:
    """Extend a series by the edges that lead to a vertex, and by the vertex."""
    inside = edges[0].series if len(edges) == 1 else SeriesPart([Rigid(source, target, edges)])
    whole.segments += inside.segments
    whole.vertices += [*inside.vertices, target]


def _edges_of(graph: Graph) -> _Reduction:
    """Make an edge of every wire; a node without inputs or readers is tied to the entry or the exit."""
    count = len(graph.nodes)
    found = _Reduction(
        count, {n: [] for n in range(ENTRY, count + 1)}, {n: [] for n in range(ENTRY, count + 1)}
    )
    maker = {value: n for n, node in enumerate(graph.nodes) for value in node.makes}
    for n, node in enumerate(graph.nodes):
        for slot, value in enumerate(node.sources):
            found.add(Edge(maker.get(value, ENTRY), n, SeriesPart([Wire(value, slot)])))
        if not node.sources:
            found.add(Edge(ENTRY, n, SeriesPart([Wire(None, None)])))
    for slot, value in enumerate(graph.outputs):
        found.add(Edge(maker.get(value, ENTRY), count, SeriesPart([Wire(value, slot)])))
    for n in range(count):
        if not found.outs[n]:
            found.add(Edge(n, count, SeriesPart([Wire(None, None)])))
    return found


def _reduce_parallel(found: _Reduction, vertex: int) -> list[int]:
    """Replace edges between the same two vertices by one edge (parallel reduction)."""
    groups: dict[int, list[Edge]] = {}
    for edge in found.ins[vertex]:
        groups.setdefault(edge.source, []).append(edge)
    if len(groups) == len(found.ins[vertex]):
        return []
    changed = []
    for source, edges in groups.items():
        if len(edges) > 1:
            gone = {id(edge) for edge in edges[1:]}
            edges[0].series = SeriesPart(
                [Parallel([series for edge in edges for series in _parts(edge.series)])]
            )
            found.outs[source] = [edge for edge in found.outs[source] if id(edge) not in gone]
            changed.append(source)
    found.ins[vertex] = [edges[0] for edges in groups.values()]
    return [*changed, vertex]


def _parts(series: SeriesPart) -> list[SeriesPart]:
    """Give the parts of a series that is parallel parts alone, else the series itself."""
    segment = series.segments[0]
    return segment.parts if not series.vertices and isinstance(segment, Parallel) else [series]


def _reduce_series(found: _Reduction, vertex: int) -> list[int]:
    """Replace the two edges of a vertex by one edge through it (series reduction)."""
    (before,), (behind,) = found.ins[vertex], found.outs[vertex]
    before.series.vertices += [vertex, *behind.series.vertices]
    before.series.segments += behind.series.segments
    before.target = behind.target
    ins = found.ins[behind.target]
    ins[ins.index(behind)] = before
    found.ins[vertex], found.outs[vertex] = [], []
    return [before.source, before.target]
