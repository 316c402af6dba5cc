"""A graph whose wires cross, in rows: every wire goes down, past the boxes between its ends.

From: a tangle of stops and lanes. To: one piece. The rows are those of the longest ways from
the entry, their order is for `order`, and the places in them are as near to those of the
neighbours as that order allows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise

from layercalc import limits
from layercalc.draw.channel import Run, route
from layercalc.draw.diagram import Graph
from layercalc.draw.knot import Cell, Knot, Tie, end_piece
from layercalc.draw.lanes import Lane, Tangle
from layercalc.draw.order import ordered
from layercalc.draw.piece import Path, Piece, Pin
from layercalc.draw.spread import spread
from layercalc.errors import limit

#: Between two neighbours in a row.
GAP = 20.0
#: How often rows are placed, from above and from below.
SWEEPS = 4
#: How much a wire that goes past insists on its place.
STIFF = 4.0


def crossing(graph: Graph, tangle: Tangle, stops: Sequence[Piece], lane: Callable[[Lane], Piece]) -> Piece:
    """Lay out a tangle in rows; its entries bear the values that come in, its exits the slots."""
    knot = Knot(graph, tangle, [*stops])
    for edge in tangle.edges:
        knot.add(edge, lane)
    ends, outs = ([those[key] for key in sorted(those)] for those in (knot.ends, knot.outs))
    cells = [*ends, *knot.at.values(), *knot.lanes, *outs]
    _rank(cells, ends, outs)
    rows = ordered(_rows(cells))
    _place(rows)
    _straighten(rows)
    return _joined(rows, ends, outs)


def _rank(cells: Sequence[Cell], ends: Sequence[Cell], outs: Sequence[Cell]) -> None:
    """Give each cell its row: below all it is wired from."""
    order = TopologicalSorter({cell: [tie.upper for tie in cell.above] for cell in cells}).static_order()
    first = 1 if ends else 0
    starts = set(ends)
    for cell in order:
        cell.row = 0 if cell in starts else max((tie.upper.row + 1 for tie in cell.above), default=first)
    low = max((cell.row for cell in cells if cell not in outs), default=0) + 1
    for cell in outs:
        cell.row = low


def _rows(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Put cells into rows; a wire over several rows gets a cell in each that it passes.

    Raises `SpecError` over `limits.PASSED` of these.
    """
    longest = (max((tie.lower.row - cell.row - 1 for tie in cell.below), default=0) for cell in cells)
    if (passed := sum(longest)) > limits.PASSED:
        hint = "--format dot leaves the places to another program"
        raise limit(
            f"this picture has wires past {passed:,} boxes, and the limit is {limits.PASSED:,}", hint=hint
        )
    rows: list[list[Cell]] = [[] for _ in range(max(cell.row for cell in cells) + 1)]
    for cell in cells:
        rows[cell.row].append(cell)
    for cell in cells:
        passing: dict[tuple[Hashable, int], Cell] = {}
        for tie in [*cell.below]:
            _split(rows, tie, passing)
    return rows


def _split(rows: list[list[Cell]], tie: Tie, passing: dict[tuple[Hashable, int], Cell]) -> None:
    """Lead a tie through cells of the rows between; ties of one value go together."""
    lower, entry = tie.lower, tie.entry
    upper, out, name = tie.upper, tie.exit, tie.name
    upper.below.remove(tie)
    lower.above.remove(tie)
    for row in range(upper.row + 1, lower.row):
        cell = passing.get((tie.net, row))
        if cell is None:
            cell = passing[tie.net, row] = Cell(end_piece(0), row, passing=True)
            rows[row].append(cell)
            step = Tie(upper, out, cell, cell.piece.entries[0], tie.net, name)
            upper.below.append(step)
            cell.above.append(step)
        upper, out, name = cell, cell.piece.exits[0], ""
    last = Tie(upper, out, lower, entry, tie.net, name)
    upper.below.append(last)
    lower.above.append(last)


def _place(rows: list[list[Cell]]) -> None:
    """Give every cell its place, near those it is wired to."""
    gaps = [[_gap(a, b) for a, b in pairwise(row)] for row in rows]
    for row, between in zip(rows, gaps, strict=True):
        _settle(row, between, [0.0] * len(row))
    for sweep in range(SWEEPS * 2 + 1):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        for number in order:
            wanted = [_wanted(cell, sweep) for cell in rows[number]]
            _settle(rows[number], gaps[number], wanted)


def _gap(left: Cell, right: Cell) -> float:
    return left.piece.width - left.piece.axis + GAP + right.piece.axis


def _settle(row: list[Cell], gaps: list[float], wanted: list[float]) -> None:
    weights = [STIFF if cell.passing else 1.0 + len(cell.above) / 8 for cell in row]
    for cell, x in zip(row, spread(wanted, gaps, weights), strict=True):
        cell.x = x


def _wanted(cell: Cell, sweep: int) -> float:
    """Give the place at which the ties of a cell are straight, in the mean."""
    last = sweep == SWEEPS * 2
    ups = [tie.upper.pin(tie.exit) - tie.entry.x + cell.piece.axis for tie in cell.above]
    downs = [tie.lower.pin(tie.entry) - tie.exit.x + cell.piece.axis for tie in cell.below]
    near = ups + downs if last else (ups if sweep % 2 == 0 else downs) or ups + downs
    return sum(near) / len(near) if near else cell.x


def _straighten(rows: list[list[Cell]]) -> None:
    """Make the wires that go past boxes straight, where there is room."""
    beside = {
        cell: pair for row in rows for cell, *pair in zip(row, [None, *row], [*row[1:], None], strict=False)
    }
    for way in _ways(rows):
        above, below = way[0].above[0], way[-1].below[0]
        near = below.lower.pin(below.entry), above.upper.pin(above.exit)
        for x in dict.fromkeys((*near, *(cell.x for cell in way))):
            if all(_has_room(cell, x, *beside[cell]) for cell in way):
                for cell in way:
                    cell.x = x
                break


def _ways(rows: list[list[Cell]]) -> Iterator[list[Cell]]:
    """Give the wires that go past boxes, each up to its first fork."""
    for cell in (cell for row in rows for cell in row):
        if cell.passing and not cell.above[0].upper.passing:
            way = [cell]
            while len(below := way[-1].below) == 1 and below[0].lower.passing:
                way.append(below[0].lower)
            yield way


def _has_room(cell: Cell, x: float, left: Cell | None, right: Cell | None) -> bool:
    """Tell whether a cell can stand elsewhere between its neighbours."""
    free = left is None or x - left.x >= _gap(left, cell)
    return free and (right is None or right.x - x >= _gap(cell, right))


def _joined(rows: list[list[Cell]], ends: Sequence[Cell], outs: Sequence[Cell]) -> Piece:
    """Put rows below each other, with the wires between them."""
    cells = [cell for row in rows for cell in row]
    left = min(cell.x - cell.piece.axis for cell in cells)
    for cell in cells:
        cell.x -= left
    whole = Piece(max(cell.x - cell.piece.axis + cell.piece.width for cell in cells), 0, 0)
    y = 0.0
    for number, row in enumerate(rows):
        if number:
            y += _channel(whole, row, y)
        height = max((cell.piece.height for cell in row), default=0.0)
        for cell in row:
            x = cell.x - cell.piece.axis
            whole.parts.append((x, y, cell.piece))
            tied = {tie.exit.x for tie in cell.below}
            if cell.piece.height < height:
                ways = [((x + pin, y + cell.piece.height), (x + pin, y + height)) for pin in sorted(tied)]
                whole.paths += [Path(way) for way in ways]
        y += height
    whole.height = y
    whole.entries = tuple(Pin(cell.piece.entries[0].key, cell.x) for cell in ends)
    whole.exits = tuple(Pin(cell.piece.entries[0].key, cell.x) for cell in outs)
    pins = [pin.x for pin in (*whole.entries, *whole.exits)]
    whole.axis = sum(pins) / len(pins) if pins else whole.width / 2
    return whole


def _channel(whole: Piece, row: list[Cell], y: float) -> float:
    """Lay the wires that come to a row; give the height they take."""
    ties = [tie for cell in row for tie in cell.above]
    runs = [
        Run((t.net, id(t.upper)), t.upper.pin(t.exit), t.lower.pin(t.entry), t.entry.arrow, t.name)
        for t in ties
    ]
    made = route(runs)
    whole.parts.append((0, y, made.piece()))
    return made.height
