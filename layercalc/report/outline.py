"""The path that carries GCIP as an outline: layers on a line, with equal neighbours joined.

From: the steps of a path. To: lines. Promises: neighbours with the same path, whose names
differ only in numbers, are written once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from layercalc.errors import listing
from layercalc.inspect.explain.critical_path import PathLayer, PathMerge, PathPart, PathStep
from layercalc.inspect.explain.merges import Winner
from layercalc.network import Network
from layercalc.report import cells

INDENT = "  "
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with the lines below it; `row` marks a series of layers."""

    text: str
    below: tuple[_Line, ...] = ()
    row: bool = False


def outline(network: Network, way: Sequence[PathStep]) -> list[str]:
    """Write a path as the lines of an outline.

    >>> from layercalc.inspect.explain.critical_path import critical_path
    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("mlp"))
    >>> outline(network, critical_path(network))
    ['dense -> relu', 'in each of 2 rounds: dense -> relu', 'dense']
    """
    return [*_written(_lines(network, way), 0)]


def branches(places: Sequence[int]) -> str:
    """Name branches, which are counted from 0.

    >>> branches([0]), branches([0, 2])
    ('branch 1', 'branches 1 and 3')
    """
    numbers = [str(place + 1) for place in places]
    return f"branch{'es' if len(numbers) > 1 else ''} {listing(numbers, 'and')}"


def cases(winner: Winner) -> list[str]:
    """Write the conditions under which each branch gives an open maximum.

    >>> cases(Winner(None, (), (0, 1), (("w < 12", 1), ("w >= 12", 0))))
    ['w < 12: branch 2', 'w >= 12: branch 1']
    """
    return [f"{when}: {'open' if place is None else branches([place])}" for when, place in winner.cases]


def _lines(network: Network, way: Sequence[PathStep]) -> tuple[_Line, ...]:
    """Make the lines of a path; steps with a label are put below it."""
    found: list[_Line] = []
    for label, group in groupby(way, key=lambda link: link.label):
        lines: list[_Line] = []
        for row, links in groupby(group, key=lambda link: isinstance(link, PathLayer)):
            if row:
                names = (link.layer.name for link in links if isinstance(link, PathLayer))
                lines.append(_Line(" -> ".join(names), row=True))
            else:
                lines += (_line(network, link) for link in links if not isinstance(link, PathLayer))
        found += [_Line(label, _folded(lines))] if label else lines
    return _folded(found)


def _line(network: Network, link: PathMerge | PathPart) -> _Line:
    if isinstance(link, PathPart):
        head = link.name or _rounds(network, link)
        if link.way is None:
            return _Line(f"{head}: it is open which of its values, and so the way to it from their fork")
        return _Line(head if link.way else f"{head}: straight through", _lines(network, link.way))
    kind, winner, count = link.merge.kind, link.winner, len(link.merge.sources)
    if winner.branch is None:
        told = f"{kind}: it is open which of {branches(winner.open)} gives the maximum"
        return _Line("; ".join([told, *cases(winner)]))
    ties = f", as {branches(winner.ties)} would" if winner.ties else ""
    head = f"{kind}, {branches([winner.branch])} of {count}{ties}"
    return _Line(head if link.way else f"{head}: an empty branch", _lines(network, link.way))


def _rounds(network: Network, link: PathPart) -> str:
    rounds = cells.param(network, link.rounds)
    if link.first is None:
        return f"in each of {rounds} rounds" if rounds != "1" else "in one round"
    if rounds == "1":
        return f"in round {link.first}"
    return f"in rounds {link.first} to {link.first + int(rounds) - 1}"


def _folded(lines: Sequence[_Line]) -> tuple[_Line, ...]:
    """Write equal neighbours once."""
    found: list[_Line] = []
    for _, group in groupby(lines, key=lambda line: (_NUMBER.sub("#", line.text), line.below)):
        alike = [*group]
        first, last = alike[0], alike[-1]
        if len(alike) > 1 and first.below:
            text = first.text if first.text == last.text else f"{first.text} to {last.text}"
            found.append(replace(first, text=f"{text}, {len(alike)} times"))
        else:
            found += alike
    return tuple(found)


def _written(lines: Sequence[_Line], depth: int) -> Iterator[str]:
    for line in lines:
        text, below = line.text, line.below
        while len(below) == 1:
            text += f"{':' if below[0].row else ' >'} {below[0].text}"
            below = below[0].below
        yield INDENT * depth + text
        yield from _written(below, depth + 1)
