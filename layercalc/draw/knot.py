"""A tangle as cells that are tied: what rows are made of.

From: a tangle of stops and lanes. To: cells, each with its ties to those above and below.
It gives them no order and no places.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from layercalc.draw.channel import name_width
from layercalc.draw.diagram import Graph
from layercalc.draw.lanes import Edge, Lane, Tangle, Wire
from layercalc.draw.piece import Piece, Pin

#: How wide a wire is that goes past boxes, or ends.
PASSING = 12.0


@dataclass(slots=True, eq=False)
class Cell:
    """A piece in a row, an end of the graph, or a wire that goes past; `x` is the place of its axis."""

    piece: Piece
    row: int = 0
    x: float = 0
    passing: bool = False
    above: list[Tie] = field(default_factory=list)
    below: list[Tie] = field(default_factory=list)

    def pin(self, pin: Pin) -> float:
        """Give the place of a pin."""
        return self.x - self.piece.axis + pin.x


@dataclass(slots=True, eq=False)
class Tie:
    """A wire from an exit of a cell to an entry of one in a further row."""

    upper: Cell
    exit: Pin
    lower: Cell
    entry: Pin
    net: Hashable
    name: str = ""


def end_piece(key: int, name: str = "") -> Piece:
    """Make an end of a tangle, or a wire that goes past: no more than a pin and its name."""
    pins = (Pin(key, PASSING / 2),)
    return Piece(PASSING + name_width(name), 0, PASSING / 2, pins, pins)


@dataclass(slots=True)
class Knot:
    """A tangle as cells that are tied: ends where values come in and go out, stops, lanes."""

    graph: Graph
    tangle: Tangle
    stops: list[Piece]
    ends: dict[int, Cell] = field(default_factory=dict)
    outs: dict[int, Cell] = field(default_factory=dict)
    at: dict[int, Cell] = field(default_factory=dict)
    lanes: list[Cell] = field(default_factory=list)

    def add(self, edge: Edge, lane: Callable[[Lane], Piece]) -> None:
        """Tie what an edge joins."""
        link = edge.lane.links[0]
        if not edge.lane.stops and isinstance(link, Wire):
            if link.value is not None and link.slot is not None:
                upper, lower = self._upper(edge.source, link.value), self._lower(edge.target, link.slot)
                self._tie(upper, lower, link.value)
            return
        cell = Cell(lane(edge.lane))
        self.lanes.append(cell)
        for pin in cell.piece.entries:
            self._tie(self._upper(edge.source, pin.key), (cell, pin), pin.key)
        for pin in cell.piece.exits:
            self._tie((cell, pin), self._lower(edge.target, pin.key), (edge.target, pin.key))

    def _upper(self, source: int, value: int) -> tuple[Cell, Pin]:
        """Find the pin at which a value of a stop comes."""
        if source == self.tangle.source:
            if value not in self.ends:
                self.ends[value] = Cell(end_piece(value, self.graph.names.get(value, "")))
            cell = self.ends[value]
        else:
            cell = self._stop(source)
        return cell, next(pin for pin in cell.piece.exits if pin.key == value)

    def _lower(self, target: int, slot: int) -> tuple[Cell, Pin]:
        """Find the pin at which a stop reads."""
        if target == self.tangle.target:
            cell = self.outs.setdefault(slot, Cell(end_piece(slot)))
        else:
            cell = self._stop(target)
        return cell, next(pin for pin in cell.piece.entries if pin.key == slot)

    def _stop(self, stop: int) -> Cell:
        if stop not in self.at:
            self.at[stop] = Cell(self.stops[stop])
        return self.at[stop]

    def _tie(self, upper: tuple[Cell, Pin], lower: tuple[Cell, Pin], net: Hashable) -> None:
        at_end = upper[0] in self.ends.values()  # there it is told above
        name = self.graph.names.get(net, "") if isinstance(net, int) and not at_end else ""
        made = Tie(*upper, *lower, net, name)
        upper[0].below.append(made)
        lower[0].above.append(made)
