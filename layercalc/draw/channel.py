"""Wires between two rows of pins: straight where they can be, else along tracks.

From: runs, each from a pin above to one below. To: a height and the wires in it.
Promises: the wires of one value share a track and those of two values never run on one
line, but cross; a fork is marked.
"""

from __future__ import annotations

import graphlib
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from layercalc.draw.metrics import SIZE, text_width
from layercalc.draw.piece import Dot, Label, Path, Piece

#: Between two tracks, above the first, and below the last, where arrows have their room.
TRACK, LEAD, TAIL = 7.0, 8.0, 13.0
STRAIGHT, BARE = 16.0, 5.0
NAMED = 13.0
#: Pins nearer than this are on one line.
NEAR = 4.0
#: How far beside its place a wire comes down that has no other way.
ASIDE = 7.0


class Run(NamedTuple):
    """A wire from above to below: the value it carries, both places, what it is called.

    `aside` is how far beside its lower place it comes down, where another is in its way.
    """

    net: Hashable
    top: float
    bottom: float
    arrow: bool = True
    name: str = ""
    aside: float = 0.0


@dataclass(slots=True)
class Channel:
    """Wires between two rows, with the height they need."""

    height: float
    paths: list[Path] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def piece(self) -> Piece:
        """Give it as a piece without a width, whose left end is where places are counted from."""
        return Piece(0, self.height, 0, paths=self.paths, dots=self.dots, labels=self.labels)


def route(runs: Sequence[Run], least: float = STRAIGHT) -> Channel:
    """Lay wires; the channel is at least so high.

    >>> route([Run("a", 5, 5)]).paths
    [Path(points=((5, 0.0), (5, 16.0)), arrow=True)]
    >>> route([Run("a", 5, 30)]).paths
    [Path(points=((5, 0.0), (5, 8.0), (30.0, 8.0), (30, 21.0)), arrow=True)]
    """
    nets: dict[Hashable, list[Run]] = {}
    for run in runs:
        nets.setdefault((run.net, run.top), []).append(run)
    bent = {net: found for net, found in nets.items() if any(run.top != run.bottom for run in found)}
    above = _above(bent)
    nets |= bent
    tracks = _tracks(bent, above)
    lead = LEAD + (NAMED if any(run.name for run in runs) else 0)
    beside = any(run.aside for found in bent.values() for run in found)
    used = max(tracks.values(), default=-1) + 1 + beside
    tail = TAIL if any(run.arrow for run in runs) else BARE
    made = Channel(max(least, lead + (used - 1) * TRACK + tail if used else lead - LEAD + tail))
    for net, found in nets.items():
        _draw(made, found, lead + tracks.get(net, 0) * TRACK, lead + (used - 1) * TRACK)
    return made


def _draw(made: Channel, runs: Sequence[Run], y: float, low: float) -> None:
    """Draw the wires of one value with its track at `y`; those that come down aside go back at `low`."""
    top = runs[0].top
    for run in runs:
        down = run.bottom + run.aside
        points = [(top, 0.0), (top, y), (down, y), (down, low), (run.bottom, low), (run.bottom, made.height)]
        if not run.aside:
            del points[3:5]
        if run.bottom == top and not run.aside:
            del points[1:3]
        made.paths.append(Path(tuple(points), run.arrow))
    if len({run.bottom for run in runs}) > 1:
        made.dots.append((top, y))
    if runs[0].name:
        made.labels.append(Label(top + 4, SIZE, runs[0].name))


def _tracks(nets: dict[Hashable, list[Run]], above: dict[Hashable, list[Hashable]]) -> dict[Hashable, int]:
    """Give each value a track: below those that must pass above it, beside none it would touch."""
    tracks: dict[Hashable, int] = {}
    taken: list[list[tuple[float, float]]] = []
    for net in graphlib.TopologicalSorter(above).static_order():
        ends = [nets[net][0].top, *(run.bottom + run.aside for run in nets[net])]
        low, high = min(ends) - NEAR, max(ends) + NEAR
        track = max((tracks[other] + 1 for other in above[net]), default=0)
        while track < len(taken) and any(low < b and a < high for a, b in taken[track]):
            track += 1
        taken += [[] for _ in range(track + 1 - len(taken))]
        taken[track].append((low, high))
        tracks[net] = track
    return tracks


def _above(nets: dict[Hashable, list[Run]]) -> dict[Hashable, list[Hashable]]:
    """Say which values must have a track above that of another: those that come down where it goes on.

    Where two would have to be above each other, the second in order comes down aside.
    """
    above: dict[Hashable, list[Hashable]] = {net: [] for net in nets}
    tops = sorted((runs[0].top, number, net) for number, (net, runs) in enumerate(nets.items()))
    for net, runs in nets.items():
        for place, run in enumerate(runs):
            low, high = (bisect_left(tops, (run.bottom + near,)) for near in (-NEAR, NEAR))
            for top, _, other in tops[low:high]:
                if other == net:
                    continue
                if _reaches(above, other, net):
                    runs[place] = run._replace(aside=ASIDE if top <= run.bottom else -ASIDE)
                elif other not in above[net]:
                    above[net].append(other)
    return above


def _reaches(above: dict[Hashable, list[Hashable]], net: Hashable, other: Hashable) -> bool:
    """Tell whether `other` is above `net` already."""
    left, seen = [net], {net}
    while left:
        for higher in above[left.pop()]:
            if higher not in seen:
                seen.add(higher)
                left.append(higher)
    return other in seen


def name_width(name: str) -> float:
    """Give the room that a name takes to the right of its wire."""
    return text_width(name) + 8 if name else 0
