"""Crossing reduction: the order of the vertices in each row, so that few wires cross.

From: rows of vertices joined by arcs. To: the same rows in order, first as written, then improved.
The first and the last row, the ends of the graph, keep their order. After Sugiyama, Tagawa and
Toda 1981, and Gansner et al. 1993 for the swaps.
"""

from __future__ import annotations

from collections.abc import Iterable

from layercalc.draw.layered_graph import Arc, Vertex

SWEEPS = 4
#: Up to so many vertices, neighbours are also tried in pairs.
FEW = 400


def ordered(rows: list[list[Vertex]]) -> list[list[Vertex]]:
    """Order the rows: as written, searched from their lower ends upwards, then with fewer crossings."""
    best = tried = _as_written(rows)
    fewest, few = crossings(best), sum(map(len, rows)) <= FEW
    for sweep in range(SWEEPS * 2):
        if fewest == 0:
            break
        tried = _swept(tried, from_above=sweep % 2 == 0)
        if few:
            tried = _swapped(tried)
        if (count := crossings(tried)) < fewest:
            best, fewest = tried, count
    return best


def _as_written(rows: list[list[Vertex]]) -> list[list[Vertex]]:
    """Order the vertices as a depth-first search from the lower ends upwards meets them."""
    seen: dict[Vertex, int] = {}
    left = [vertex for row in rows for vertex in reversed(row) if not vertex.below]
    while left:
        vertex = left.pop()
        if vertex not in seen:
            seen[vertex] = len(seen)
            left += [arc.upper for arc in sorted(vertex.above, key=lambda arc: -arc.entry.x)]
    return [rows[0], *(sorted(row, key=seen.__getitem__) for row in rows[1:-1]), rows[-1]]


def _swept(rows: list[list[Vertex]], from_above: bool) -> list[list[Vertex]]:
    """Order each row by barycentres: the mean place of the neighbours in the row before."""
    made = [[*row] for row in rows]
    order = range(1, len(rows) - 1) if from_above else range(len(rows) - 2, 0, -1)
    for number in order:
        before = made[number - 1 if from_above else number + 1]
        places = {vertex: float(place) for place, vertex in enumerate(before)}
        means = {}
        for place, vertex in enumerate(made[number]):
            arcs = vertex.above if from_above else vertex.below
            near = [
                places[arc.upper if from_above else arc.lower] + _fraction(arc, from_above) for arc in arcs
            ]
            means[vertex] = sum(near) / len(near) if near else float(place)
        made[number].sort(key=means.__getitem__)
    return made


def _fraction(arc: Arc, from_above: bool) -> float:
    """Give how far to the right in its vertex an arc ends, as a fraction of the width."""
    port, piece = (arc.exit, arc.upper.piece) if from_above else (arc.entry, arc.lower.piece)
    return port.x / (piece.width + 1)


def _swapped(rows: list[list[Vertex]]) -> list[list[Vertex]]:
    """Swap neighbours in a row where that saves crossings."""
    made = [[*row] for row in rows]
    places = {vertex: float(place) for row in made for place, vertex in enumerate(row)}
    for _ in range(SWEEPS):
        for row in made[1:-1]:
            for place in range(len(row) - 1):
                left, right = row[place : place + 2]
                if _saved(left, right, places) > 0:
                    row[place : place + 2] = right, left
                    places[left], places[right] = places[right], places[left]
    return made


def _saved(left: Vertex, right: Vertex, places: dict[Vertex, float]) -> int:
    """Count the crossings saved if two neighbours change places."""
    above = _against(
        [places[arc.upper] + _fraction(arc, True) for arc in left.above],
        [places[arc.upper] + _fraction(arc, True) for arc in right.above],
    )
    below = _against(
        [places[arc.lower] + _fraction(arc, False) for arc in left.below],
        [places[arc.lower] + _fraction(arc, False) for arc in right.below],
    )
    return above + below


def _against(left: Iterable[float], right: list[float]) -> int:
    """Count the pairs in the wrong order less those in the right one."""
    return sum((a > b) - (a < b) for a in left for b in right)


def crossings(rows: list[list[Vertex]]) -> int:
    """Count how often arcs between neighbouring rows cross."""
    count = 0
    for row in rows[1:]:
        lower = {vertex: place for place, vertex in enumerate(row)}
        upper = {vertex: place for place, vertex in enumerate(rows[row[0].row - 1])} if row else {}
        arcs = [arc for vertex in row for arc in vertex.above]
        spans = sorted(
            (upper[t.upper] + _fraction(t, True), lower[t.lower] + _fraction(t, False)) for t in arcs
        )
        count += sum(1 for n, (_, b) in enumerate(spans) for _, d in spans[n + 1 :] if d < b)
    return count
