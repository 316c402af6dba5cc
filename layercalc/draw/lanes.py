"""A graph as series and parallel lanes, as far as it is made of them.

From: a `Graph`. To: edges between stops, each a lane of further stops and links. A graph
in series and parallel comes down to one lane from its entry to its exit; what crosses
itself, as in a cell of NASNet, is a tangle between two stops of that lane. Promises: every
node is a stop once; lanes keep the order in which their ends are written.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import NamedTuple, TypeAlias

from layercalc.draw.diagram import Graph


class Wire(NamedTuple):
    """A wire from a value to a place among the sources of a stop; None, None leads nowhere."""

    value: int | None
    slot: int | None


@dataclass(slots=True, eq=False)
class Bundle:
    """Lanes side by side."""

    lanes: list[Lane]


@dataclass(slots=True, eq=False)
class Tangle:
    """Edges between one stop and another, by way of others, that are neither in series nor in parallel."""

    source: int
    target: int
    edges: list[Edge]


Link: TypeAlias = Wire | Bundle | Tangle


@dataclass(slots=True, eq=False)
class Lane:
    """Links with a stop between each two of them."""

    links: list[Link]
    stops: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Edge:
    """A lane from one stop to another."""

    source: int
    target: int
    lane: Lane


@dataclass(slots=True, eq=False)
class _Web:
    """The edges of a graph; stop `n` is its node `n`, -1 its entry, and `exit` where values leave it."""

    exit: int
    ins: dict[int, list[Edge]]
    outs: dict[int, list[Edge]]

    def add(self, edge: Edge) -> None:
        """Put an edge behind those that are there."""
        self.outs[edge.source].append(edge)
        self.ins[edge.target].append(edge)


ENTRY = -1


def whole_lane(graph: Graph) -> Lane:
    """Give a graph as one lane from its entry to its exit.

    >>> from layercalc.draw.diagram import Box, Node
    >>> relu = Box("layer", ("relu",))
    >>> whole_lane(Graph((0,), (Node(relu, (0,), (1,)), Node(relu, (1,), (2,))), (2,)))
    Lane(links=[Wire(value=0, slot=0), Wire(value=1, slot=0), Wire(value=2, slot=0)], stops=[0, 1])
    """
    found = _wired(graph)
    left = deque(range(len(graph.nodes) + 1))
    while left:
        stop = left.popleft()
        changed = _side_by_side(found, stop)
        if stop != found.exit and len(found.ins[stop]) == len(found.outs[stop]) == 1:
            changed += _in_series(found, stop)
        left.extend(near for near in changed if near != ENTRY)
    return _cut(found)


def _cut(found: _Web) -> Lane:
    """Cut what is left at the stops that all ways pass."""
    edges = [edge for _, edges in sorted(found.ins.items()) for edge in edges]
    targets: dict[int, list[int]] = {}
    for edge in edges:
        targets.setdefault(edge.target, []).append(edge.source)
    order = [*TopologicalSorter(targets).static_order()]
    place = {stop: number for number, stop in enumerate(order)}
    reach, start = 0, 0
    whole = Lane([])
    for number, stop in enumerate(order):
        if number and reach <= number:
            inside = [edge for edge in edges if start < place[edge.target] <= number]
            _append(whole, order[start], stop, inside)
            start = number
        reach = max([reach, *(place[edge.target] for edge in found.outs[stop])])
    whole.stops.pop()
    return whole


def _append(whole: Lane, source: int, target: int, edges: list[Edge]) -> None:
    """Make a lane longer by what lies before a stop, and the stop."""
    inside = edges[0].lane if len(edges) == 1 else Lane([Tangle(source, target, edges)])
    whole.links += inside.links
    whole.stops += [*inside.stops, target]


def _wired(graph: Graph) -> _Web:
    """Make an edge of every wire; a node that reads or gives nothing hangs at the entry or the exit."""
    count = len(graph.nodes)
    found = _Web(count, {n: [] for n in range(ENTRY, count + 1)}, {n: [] for n in range(ENTRY, count + 1)})
    maker = {value: n for n, node in enumerate(graph.nodes) for value in node.makes}
    for n, node in enumerate(graph.nodes):
        for slot, value in enumerate(node.sources):
            found.add(Edge(maker.get(value, ENTRY), n, Lane([Wire(value, slot)])))
        if not node.sources:
            found.add(Edge(ENTRY, n, Lane([Wire(None, None)])))
    for slot, value in enumerate(graph.outputs):
        found.add(Edge(maker.get(value, ENTRY), count, Lane([Wire(value, slot)])))
    for n in range(count):
        if not found.outs[n]:
            found.add(Edge(n, count, Lane([Wire(None, None)])))
    return found


def _side_by_side(found: _Web, stop: int) -> list[int]:
    """Bundle the edges that come to a stop from the same one."""
    groups: dict[int, list[Edge]] = {}
    for edge in found.ins[stop]:
        groups.setdefault(edge.source, []).append(edge)
    if len(groups) == len(found.ins[stop]):
        return []
    changed = []
    for source, edges in groups.items():
        if len(edges) > 1:
            gone = {id(edge) for edge in edges[1:]}
            edges[0].lane = Lane([Bundle([lane for edge in edges for lane in _lanes(edge.lane)])])
            found.outs[source] = [edge for edge in found.outs[source] if id(edge) not in gone]
            changed.append(source)
    found.ins[stop] = [edges[0] for edges in groups.values()]
    return [*changed, stop]


def _lanes(lane: Lane) -> list[Lane]:
    """Give the lanes of a bundle that stands alone, else the lane itself."""
    link = lane.links[0]
    return link.lanes if not lane.stops and isinstance(link, Bundle) else [lane]


def _in_series(found: _Web, stop: int) -> list[int]:
    """Join the edges before and behind a stop."""
    (before,), (behind,) = found.ins[stop], found.outs[stop]
    before.lane.stops += [stop, *behind.lane.stops]
    before.lane.links += behind.lane.links
    before.target = behind.target
    ins = found.ins[behind.target]
    ins[ins.index(behind)] = before
    found.ins[stop], found.outs[stop] = [], []
    return [before.source, before.target]
