"""Channel routing: wires between two rows of ports, straight where they can be, else along tracks.

From: connections, each from a port above to one below. To: a height and the wires in it.
Promises: the wires of one value (a net) share a track; those of two values cross, but never run
on one line; a fork is marked.
"""

from __future__ import annotations

import graphlib
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from layercalc.draw.direction import DOWN, Direction
from layercalc.draw.piece import Dot, Label, Path, Piece

#: The space between two tracks, above the first, and below the last, for the arrows.
TRACK, LEAD, TAIL = 7.0, 8.0, 13.0
STRAIGHT, BARE = 16.0, 5.0
#: Ports nearer than this are on one line.
NEAR = 4.0
#: How far beside its port a wire comes down that needs a dogleg.
DOGLEG = 7.0


class Connection(NamedTuple):
    """A wire from above to below: the net (value) it belongs to, both places, and its name.

    `dogleg` is how far beside its lower place it comes down where another wire is in its way.
    """

    net: Hashable
    top: float
    bottom: float
    arrow: bool = True
    name: str = ""
    dogleg: float = 0.0


@dataclass(slots=True)
class Channel:
    """The wires between two rows, with the height they need."""

    height: float
    paths: list[Path] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def piece(self) -> Piece:
        """Make a piece of it, without a width; its left end is place 0."""
        return Piece(0, self.height, 0, paths=self.paths, dots=self.dots, labels=self.labels)


def route(connections: Sequence[Connection], least: float = STRAIGHT, direction: Direction = DOWN) -> Channel:
    """Route connections in a channel that is at least so high.

    >>> route([Connection("a", 5, 5)]).paths
    [Path(points=((5, 0.0), (5, 16.0)), arrow=True)]
    >>> route([Connection("a", 5, 30)]).paths
    [Path(points=((5, 0.0), (5, 8.0), (30.0, 8.0), (30, 21.0)), arrow=True)]
    """
    nets: dict[Hashable, list[Connection]] = {}
    for connection in connections:
        nets.setdefault((connection.net, connection.top), []).append(connection)
    bent = {
        net: found
        for net, found in nets.items()
        if any(connection.top != connection.bottom for connection in found)
    }
    above = _vertical_constraints(bent)
    nets |= bent
    tracks = _tracks(bent, above)
    lead = LEAD + direction.lead(connection.name for connection in connections)
    beside = any(connection.dogleg for found in bent.values() for connection in found)
    used = max(tracks.values(), default=-1) + 1 + beside
    tail = TAIL if any(connection.arrow for connection in connections) else BARE
    made = Channel(max(least, lead + (used - 1) * TRACK + tail if used else lead - LEAD + tail))
    for net, found in nets.items():
        _draw(made, found, lead + tracks.get(net, 0) * TRACK, lead + (used - 1) * TRACK)
        if found[0].name:
            made.labels.append(direction.label(found[0].top, 0, found[0].name))
    return made


def _draw(made: Channel, connections: Sequence[Connection], y: float, low: float) -> None:
    """Draw the wires of one net with its track at `y`; doglegs return to their places at `low`."""
    top = connections[0].top
    for connection in connections:
        down = connection.bottom + connection.dogleg
        points = [
            (top, 0.0),
            (top, y),
            (down, y),
            (down, low),
            (connection.bottom, low),
            (connection.bottom, made.height),
        ]
        if not connection.dogleg:
            del points[3:5]
        if connection.bottom == top and not connection.dogleg:
            del points[1:3]
        made.paths.append(Path(tuple(points), connection.arrow))
    if len({connection.bottom for connection in connections}) > 1:
        made.dots.append((top, y))


def _tracks(
    nets: dict[Hashable, list[Connection]], above: dict[Hashable, list[Hashable]]
) -> dict[Hashable, int]:
    """Assign each net the highest track that is below its constraints and free where it runs."""
    tracks: dict[Hashable, int] = {}
    taken: list[list[tuple[float, float]]] = []
    for net in graphlib.TopologicalSorter(above).static_order():
        ends = [nets[net][0].top, *(connection.bottom + connection.dogleg for connection in nets[net])]
        low, high = min(ends) - NEAR, max(ends) + NEAR
        track = max((tracks[other] + 1 for other in above[net]), default=0)
        while track < len(taken) and any(low < b and a < high for a, b in taken[track]):
            track += 1
        taken += [[] for _ in range(track + 1 - len(taken))]
        taken[track].append((low, high))
        tracks[net] = track
    return tracks


def _vertical_constraints(nets: dict[Hashable, list[Connection]]) -> dict[Hashable, list[Hashable]]:
    """Give for each net those whose tracks must be above its own, or vertical wires would overlap.

    A constraint that would close a cycle is met by a dogleg of the later wire.
    """
    above: dict[Hashable, list[Hashable]] = {net: [] for net in nets}
    tops = sorted((connections[0].top, number, net) for number, (net, connections) in enumerate(nets.items()))
    for net, connections in nets.items():
        for place, connection in enumerate(connections):
            low, high = (bisect_left(tops, (connection.bottom + near,)) for near in (-NEAR, NEAR))
            for top, _, other in tops[low:high]:
                if other == net:
                    continue
                if _is_above(above, other, net):
                    connections[place] = connection._replace(
                        dogleg=DOGLEG if top <= connection.bottom else -DOGLEG
                    )
                elif other not in above[net]:
                    above[net].append(other)
    return above


def _is_above(above: dict[Hashable, list[Hashable]], net: Hashable, other: Hashable) -> bool:
    """Tell whether `other` must be above `net` already, through any number of nets."""
    left, seen = [net], {net}
    while left:
        for higher in above[left.pop()]:
            if higher not in seen:
                seen.add(higher)
                left.append(higher)
    return other in seen
