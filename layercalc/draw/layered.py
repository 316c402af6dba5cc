"""Layered graph drawing (Sugiyama) of a rigid part: every wire goes down, past the boxes between its ends.

From: a rigid part, whose wires cross. To: one piece. A vertex stands in the row that the longest
path from the entry gives it, `crossings` orders the rows, and each vertex is placed as near to its
neighbours as that order allows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise

from layercalc import limits
from layercalc.draw.channel_routing import Connection, route
from layercalc.draw.crossings import ordered
from layercalc.draw.diagram import Graph
from layercalc.draw.direction import Direction
from layercalc.draw.isotonic import isotonic_places
from layercalc.draw.layered_graph import Arc, LayeredGraph, Vertex, dummy_piece
from layercalc.draw.piece import Path, Piece, Port
from layercalc.draw.series_parallel import Rigid, SeriesPart
from layercalc.errors import limit

#: Between two neighbours in a row.
GAP = 20.0
#: How many passes place the rows, half of them downwards, half upwards.
SWEEPS = 4
#: The weight of a dummy vertex when a row is placed: long wires are to be straight.
STIFF = 4.0


def layered_piece(
    graph: Graph,
    rigid: Rigid,
    pieces: Mapping[int, Piece],
    series: Callable[[SeriesPart], Piece],
    direction: Direction,
) -> Piece:
    """Lay out a rigid part in rows; its entry ports are keyed by values, its exit ports by slots."""
    layered = LayeredGraph(graph, rigid, pieces, direction)
    for edge in rigid.edges:
        layered.add(edge, series)
    sources, sinks = ([those[key] for key in sorted(those)] for those in (layered.sources, layered.sinks))
    vertices = [*sources, *layered.inner.values(), *layered.parts, *sinks]
    _assign_rows(vertices, sources, sinks)
    rows = ordered(_rows(vertices))
    _place_vertices(rows)
    _straighten(rows)
    return _joined(rows, (sources, sinks), direction)


def _assign_rows(vertices: Sequence[Vertex], sources: Sequence[Vertex], sinks: Sequence[Vertex]) -> None:
    """Assign each vertex to a row below all its predecessors (longest path)."""
    order = TopologicalSorter(
        {vertex: [arc.upper for arc in vertex.above] for vertex in vertices}
    ).static_order()
    first = 1 if sources else 0
    starts = set(sources)
    for vertex in order:
        vertex.row = (
            0 if vertex in starts else max((arc.upper.row + 1 for arc in vertex.above), default=first)
        )
    low = max((vertex.row for vertex in vertices if vertex not in sinks), default=0) + 1
    for vertex in sinks:
        vertex.row = low


def _rows(vertices: Sequence[Vertex]) -> list[list[Vertex]]:
    """Put the vertices into rows; an arc over several rows gets a dummy vertex in each row that it passes.

    Raises `SpecError` over `limits.PASSED` of these.
    """
    longest = (
        max((arc.lower.row - vertex.row - 1 for arc in vertex.below), default=0) for vertex in vertices
    )
    if (passed := sum(longest)) > limits.PASSED:
        hint = "--format dot leaves the places to another program"
        raise limit(
            f"this picture has wires past {passed:,} boxes, and the limit is {limits.PASSED:,}", hint=hint
        )
    rows: list[list[Vertex]] = [[] for _ in range(max(vertex.row for vertex in vertices) + 1)]
    for vertex in vertices:
        rows[vertex.row].append(vertex)
    for vertex in vertices:
        dummies: dict[tuple[Hashable, int], Vertex] = {}
        for arc in [*vertex.below]:
            _insert_dummies(rows, arc, dummies)
    return rows


def _insert_dummies(rows: list[list[Vertex]], arc: Arc, dummies: dict[tuple[Hashable, int], Vertex]) -> None:
    """Split an arc at a dummy vertex in every row between its ends; arcs of one value share them."""
    lower, entry = arc.lower, arc.entry
    upper, out, name = arc.upper, arc.exit, arc.name
    upper.below.remove(arc)
    lower.above.remove(arc)
    for row in range(upper.row + 1, lower.row):
        vertex = dummies.get((arc.net, row))
        if vertex is None:
            vertex = dummies[arc.net, row] = Vertex(dummy_piece(0), row, is_dummy=True)
            rows[row].append(vertex)
            step = Arc(upper, out, vertex, vertex.piece.entries[0], arc.net, name)
            upper.below.append(step)
            vertex.above.append(step)
        upper, out, name = vertex, vertex.piece.exits[0], ""
    last = Arc(upper, out, lower, entry, arc.net, name)
    upper.below.append(last)
    lower.above.append(last)


def _place_vertices(rows: list[list[Vertex]]) -> None:
    """Give every vertex its horizontal place, near its neighbours in the rows above and below."""
    gaps = [[_gap(a, b) for a, b in pairwise(row)] for row in rows]
    for row, between in zip(rows, gaps, strict=True):
        _settle(row, between, [0.0] * len(row))
    for sweep in range(SWEEPS * 2 + 1):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        for number in order:
            wanted = [_wanted(vertex, sweep) for vertex in rows[number]]
            _settle(rows[number], gaps[number], wanted)


def _gap(left: Vertex, right: Vertex) -> float:
    return left.piece.width - left.piece.axis + GAP + right.piece.axis


def _settle(row: list[Vertex], gaps: list[float], wanted: list[float]) -> None:
    weights = [STIFF if vertex.is_dummy else 1.0 + len(vertex.above) / 8 for vertex in row]
    for vertex, x in zip(row, isotonic_places(wanted, gaps, weights), strict=True):
        vertex.x = x


def _wanted(vertex: Vertex, sweep: int) -> float:
    """Give the place of a vertex at which its arcs are straight on average."""
    last = sweep == SWEEPS * 2
    ups = [arc.upper.port(arc.exit) - arc.entry.x + vertex.piece.axis for arc in vertex.above]
    downs = [arc.lower.port(arc.entry) - arc.exit.x + vertex.piece.axis for arc in vertex.below]
    near = ups + downs if last else (ups if sweep % 2 == 0 else downs) or ups + downs
    return sum(near) / len(near) if near else vertex.x


def _straighten(rows: list[list[Vertex]]) -> None:
    """Straighten the chains of dummy vertices where there is room."""
    beside = {
        vertex: pair
        for row in rows
        for vertex, *pair in zip(row, [None, *row], [*row[1:], None], strict=False)
    }
    for chain in _long_edges(rows):
        above, below = chain[0].above[0], chain[-1].below[0]
        near = below.lower.port(below.entry), above.upper.port(above.exit)
        for x in dict.fromkeys((*near, *(vertex.x for vertex in chain))):
            if all(_has_room(vertex, x, *beside[vertex]) for vertex in chain):
                for vertex in chain:
                    vertex.x = x
                break


def _long_edges(rows: list[list[Vertex]]) -> Iterator[list[Vertex]]:
    """Give the chains of dummy vertices, each up to its first fork."""
    for vertex in (vertex for row in rows for vertex in row):
        if vertex.is_dummy and not vertex.above[0].upper.is_dummy:
            chain = [vertex]
            while len(below := chain[-1].below) == 1 and below[0].lower.is_dummy:
                chain.append(below[0].lower)
            yield chain


def _has_room(vertex: Vertex, x: float, left: Vertex | None, right: Vertex | None) -> bool:
    """Tell whether a vertex fits at `x` between its neighbours in the row."""
    free = left is None or x - left.x >= _gap(left, vertex)
    return free and (right is None or right.x - x >= _gap(vertex, right))


def _joined(
    rows: list[list[Vertex]], ends: tuple[Sequence[Vertex], Sequence[Vertex]], direction: Direction
) -> Piece:
    """Stack the rows, with the wires between them."""
    sources, sinks = ends
    vertices = [vertex for row in rows for vertex in row]
    left = min(vertex.x - vertex.piece.axis for vertex in vertices)
    for vertex in vertices:
        vertex.x -= left
    whole = Piece(max(vertex.x - vertex.piece.axis + vertex.piece.width for vertex in vertices), 0, 0)
    y = 0.0
    for number, row in enumerate(rows):
        if number:
            y += _channel(whole, row, y, direction)
        height = max((vertex.piece.height for vertex in row), default=0.0)
        for vertex in row:
            x = vertex.x - vertex.piece.axis
            whole.parts.append((x, y, vertex.piece))
            wired = {arc.exit.x for arc in vertex.below}
            if vertex.piece.height < height:
                below = [
                    ((x + port, y + vertex.piece.height), (x + port, y + height)) for port in sorted(wired)
                ]
                whole.paths += [Path(points) for points in below]
        y += height
    whole.height = y
    whole.entries = tuple(Port(vertex.piece.entries[0].key, vertex.x) for vertex in sources)
    whole.exits = tuple(Port(vertex.piece.entries[0].key, vertex.x) for vertex in sinks)
    ports = [port.x for port in (*whole.entries, *whole.exits)]
    whole.axis = sum(ports) / len(ports) if ports else whole.width / 2
    return whole


def _channel(whole: Piece, row: list[Vertex], y: float, direction: Direction) -> float:
    """Route the wires that end in a row, and give the height of their channel."""
    arcs = [arc for vertex in row for arc in vertex.above]
    connections = [
        Connection((t.net, id(t.upper)), t.upper.port(t.exit), t.lower.port(t.entry), t.entry.arrow, t.name)
        for t in arcs
    ]
    made = route(connections, direction=direction)
    whole.parts.append((0, y, made.piece()))
    return made.height
