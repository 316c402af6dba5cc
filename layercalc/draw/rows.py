"""A graph whose wires cross, in rows: every wire goes down, past the boxes between its ends.

From: a tangle of stops and lanes. To: one piece. The rows are those of the longest ways from
the entry; the order in a row is the one written, then moved towards what it is wired to
where that saves crossings; places are as near to those of the neighbours as the order
allows. After Sugiyama, Tagawa and Toda 1981.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import pairwise

from layercalc.draw.channel import Run, name_width, route
from layercalc.draw.diagram import Graph
from layercalc.draw.lanes import Edge, Lane, Tangle, Wire
from layercalc.draw.piece import Path, Piece, Pin
from layercalc.draw.spread import spread

#: Between two neighbours in a row; how wide a wire is that goes past.
GAP, PASSING = 20.0, 12.0
#: How often rows are ordered, and placed, from above and from below.
SWEEPS = 4
#: How much a wire that goes past insists on its place.
STIFF = 4.0


@dataclass(slots=True, eq=False)
class _Cell:
    """A piece in a row, an end of the graph, or a wire that goes past; `x` is the place of its axis."""

    piece: Piece
    row: int = 0
    x: float = 0
    passing: bool = False
    above: list[_Tie] = field(default_factory=list)
    below: list[_Tie] = field(default_factory=list)

    def pin(self, pin: Pin) -> float:
        """Give the place of a pin."""
        return self.x - self.piece.axis + pin.x


@dataclass(slots=True, eq=False)
class _Tie:
    """A wire from an exit of a cell to an entry of one in a further row."""

    upper: _Cell
    exit: Pin
    lower: _Cell
    entry: Pin
    net: Hashable
    name: str = ""


def crossing(graph: Graph, tangle: Tangle, stops: Sequence[Piece], lane: Callable[[Lane], Piece]) -> Piece:
    """Lay out a tangle in rows; its entries bear the values that come in, its exits the slots."""
    knot = _Knot(graph, tangle, [*stops])
    for edge in tangle.edges:
        knot.add(edge, lane)
    ends, outs = [*knot.ends.values()], [knot.outs[slot] for slot in sorted(knot.outs)]
    cells = [*ends, *knot.at.values(), *knot.lanes, *outs]
    _rank(cells, ends, outs)
    rows = _ordered(_rows(cells), outs)
    _place(rows)
    _straighten(rows)
    return _joined(rows, ends, outs)


def _end(key: int, name: str = "") -> Piece:
    pins = (Pin(key, PASSING / 2),)
    return Piece(PASSING + name_width(name), 0, PASSING / 2, pins, pins)


@dataclass(slots=True)
class _Knot:
    """A tangle as cells that are tied: ends where values come in and go out, stops, lanes."""

    graph: Graph
    tangle: Tangle
    stops: list[Piece]
    ends: dict[int, _Cell] = field(default_factory=dict)
    outs: dict[int, _Cell] = field(default_factory=dict)
    at: dict[int, _Cell] = field(default_factory=dict)
    lanes: list[_Cell] = field(default_factory=list)

    def add(self, edge: Edge, lane: Callable[[Lane], Piece]) -> None:
        """Tie what an edge joins."""
        link = edge.lane.links[0]
        if not edge.lane.stops and isinstance(link, Wire):
            if link.value is not None and link.slot is not None:
                upper, lower = self._upper(edge.source, link.value), self._lower(edge.target, link.slot)
                self._tie(upper, lower, link.value)
            return
        cell = _Cell(lane(edge.lane))
        self.lanes.append(cell)
        for pin in cell.piece.entries:
            self._tie(self._upper(edge.source, pin.key), (cell, pin), pin.key)
        for pin in cell.piece.exits:
            self._tie((cell, pin), self._lower(edge.target, pin.key), (edge.target, pin.key))

    def _upper(self, source: int, value: int) -> tuple[_Cell, Pin]:
        """Find the pin at which a value of a stop comes."""
        if source == self.tangle.source:
            if value not in self.ends:
                self.ends[value] = _Cell(_end(value, self.graph.names.get(value, "")))
            cell = self.ends[value]
        else:
            cell = self._stop(source)
        return cell, next(pin for pin in cell.piece.exits if pin.key == value)

    def _lower(self, target: int, slot: int) -> tuple[_Cell, Pin]:
        """Find the pin at which a stop reads."""
        if target == self.tangle.target:
            cell = self.outs.setdefault(slot, _Cell(_end(slot)))
        else:
            cell = self._stop(target)
        return cell, next(pin for pin in cell.piece.entries if pin.key == slot)

    def _stop(self, stop: int) -> _Cell:
        if stop not in self.at:
            self.at[stop] = _Cell(self.stops[stop])
        return self.at[stop]

    def _tie(self, upper: tuple[_Cell, Pin], lower: tuple[_Cell, Pin], net: Hashable) -> None:
        name = (
            self.graph.names.get(net, "")
            if isinstance(net, int) and upper[0] not in self.ends.values()
            else ""
        )
        made = _Tie(*upper, *lower, net, name)
        upper[0].below.append(made)
        lower[0].above.append(made)


def _rank(cells: Sequence[_Cell], ends: Sequence[_Cell], outs: Sequence[_Cell]) -> None:
    """Give each cell its row: below all it is wired from."""
    order = TopologicalSorter({cell: [tie.upper for tie in cell.above] for cell in cells}).static_order()
    first = 1 if ends else 0
    starts = set(ends)
    for cell in order:
        cell.row = 0 if cell in starts else max((tie.upper.row + 1 for tie in cell.above), default=first)
    low = max((cell.row for cell in cells if cell not in outs), default=0) + 1
    for cell in outs:
        cell.row = low


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Put cells into rows; a wire over several rows gets a cell in each that it passes."""
    rows: list[list[_Cell]] = [[] for _ in range(max(cell.row for cell in cells) + 1)]
    for cell in cells:
        rows[cell.row].append(cell)
    for cell in cells:
        passing: dict[tuple[Hashable, int], _Cell] = {}
        for tie in [*cell.below]:
            _split(rows, tie, passing)
    return rows


def _split(rows: list[list[_Cell]], tie: _Tie, passing: dict[tuple[Hashable, int], _Cell]) -> None:
    """Lead a tie through cells of the rows between; ties of one value go together."""
    lower, entry = tie.lower, tie.entry
    upper, out, name = tie.upper, tie.exit, tie.name
    upper.below.remove(tie)
    lower.above.remove(tie)
    for row in range(upper.row + 1, lower.row):
        cell = passing.get((tie.net, row))
        if cell is None:
            cell = passing[tie.net, row] = _Cell(_end(0), row, passing=True)
            rows[row].append(cell)
            step = _Tie(upper, out, cell, cell.piece.entries[0], tie.net, name)
            upper.below.append(step)
            cell.above.append(step)
        upper, out, name = cell, cell.piece.exits[0], ""
    last = _Tie(upper, out, lower, entry, tie.net, name)
    upper.below.append(last)
    lower.above.append(last)


def _ordered(rows: list[list[_Cell]], outs: Sequence[_Cell]) -> list[list[_Cell]]:
    """Order the rows as they are written from their ends up, then to save crossings."""
    seen: dict[_Cell, int] = {}
    left = [cell for row in rows for cell in reversed(row) if not cell.below]
    left += [*reversed(outs)]
    while left:
        cell = left.pop()
        if cell not in seen:
            seen[cell] = len(seen)
            left += [tie.upper for tie in sorted(cell.above, key=lambda tie: -tie.entry.x)]
    best = [sorted(row, key=seen.__getitem__) for row in rows]
    fewest, tried = _crossings(best), best
    for sweep in range(SWEEPS * 2):
        if fewest == 0:
            break
        tried = _swept(tried, from_above=sweep % 2 == 0)
        if (count := _crossings(tried)) < fewest:
            best, fewest = tried, count
    return best


def _swept(rows: list[list[_Cell]], from_above: bool) -> list[list[_Cell]]:
    """Order each row by the mean place of what it is wired to in the one before."""
    made = [[*row] for row in rows]
    order = range(1, len(rows)) if from_above else range(len(rows) - 2, -1, -1)
    for number in order:
        before = made[number - 1 if from_above else number + 1]
        places = {cell: float(place) for place, cell in enumerate(before)}
        means = {}
        for place, cell in enumerate(made[number]):
            ties = cell.above if from_above else cell.below
            near = [
                places[tie.upper if from_above else tie.lower] + _fraction(tie, from_above) for tie in ties
            ]
            means[cell] = sum(near) / len(near) if near else float(place)
        made[number].sort(key=means.__getitem__)
    return made


def _fraction(tie: _Tie, from_above: bool) -> float:
    """Tell how far to the right in its cell a tie ends."""
    pin, piece = (tie.exit, tie.upper.piece) if from_above else (tie.entry, tie.lower.piece)
    return pin.x / (piece.width + 1)


def _crossings(rows: list[list[_Cell]]) -> int:
    """Count how often ties between neighbouring rows cross."""
    count = 0
    for row in rows[1:]:
        lower = {cell: place for place, cell in enumerate(row)}
        upper = {cell: place for place, cell in enumerate(rows[row[0].row - 1])} if row else {}
        ties = [tie for cell in row for tie in cell.above]
        spans = sorted(
            (upper[t.upper] + _fraction(t, True), lower[t.lower] + _fraction(t, False)) for t in ties
        )
        count += sum(1 for n, (_, b) in enumerate(spans) for _, d in spans[n + 1 :] if d < b)
    return count


def _place(rows: list[list[_Cell]]) -> None:
    """Give every cell its place, near those it is wired to."""
    gaps = [[_gap(a, b) for a, b in pairwise(row)] for row in rows]
    for row, between in zip(rows, gaps, strict=True):
        _settle(row, between, [0.0] * len(row))
    for sweep in range(SWEEPS * 2 + 1):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        for number in order:
            wanted = [_wanted(cell, sweep) for cell in rows[number]]
            _settle(rows[number], gaps[number], wanted)


def _gap(left: _Cell, right: _Cell) -> float:
    return left.piece.width - left.piece.axis + GAP + right.piece.axis


def _settle(row: list[_Cell], gaps: list[float], wanted: list[float]) -> None:
    weights = [STIFF if cell.passing else 1.0 + len(cell.above) / 8 for cell in row]
    for cell, x in zip(row, spread(wanted, gaps, weights), strict=True):
        cell.x = x


def _wanted(cell: _Cell, sweep: int) -> float:
    """Give the place at which the ties of a cell are straight, in the mean."""
    last = sweep == SWEEPS * 2
    ups = [tie.upper.pin(tie.exit) - tie.entry.x + cell.piece.axis for tie in cell.above]
    downs = [tie.lower.pin(tie.entry) - tie.exit.x + cell.piece.axis for tie in cell.below]
    near = ups + downs if last else (ups if sweep % 2 == 0 else downs) or ups + downs
    return sum(near) / len(near) if near else cell.x


def _straighten(rows: list[list[_Cell]]) -> None:
    """Make the wires that go past boxes straight, where there is room."""
    for row in rows:
        for cell in row:
            if cell.passing and not cell.above[0].upper.passing:
                way = [cell]
                while (below := way[-1].below)[0].lower.passing and len(below) == 1:
                    way.append(below[0].lower)
                tie, last = way[0].above[0], way[-1].below[0]
                for x in (last.lower.pin(last.entry), tie.upper.pin(tie.exit), way[-1].x):
                    if all(_has_room(rows[passed.row], passed, x) for passed in way):
                        for passed in way:
                            passed.x = x
                        break


def _has_room(row: list[_Cell], cell: _Cell, x: float) -> bool:
    """Tell whether a cell can stand elsewhere between its neighbours."""
    place = row.index(cell)
    left = row[place - 1] if place else None
    right = row[place + 1] if place + 1 < len(row) else None
    return (left is None or x - left.x >= _gap(left, cell)) and (
        right is None or right.x - x >= _gap(cell, right)
    )


def _joined(rows: list[list[_Cell]], ends: Sequence[_Cell], outs: Sequence[_Cell]) -> Piece:
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


def _channel(whole: Piece, row: list[_Cell], y: float) -> float:
    """Lay the wires that come to a row; give the height they take."""
    ties = [tie for cell in row for tie in cell.above]
    runs = [
        Run((t.net, id(t.upper)), t.upper.pin(t.exit), t.lower.pin(t.entry), t.entry.arrow, t.name)
        for t in ties
    ]
    made = route(runs)
    whole.parts.append((0, y, made.piece()))
    return made.height
