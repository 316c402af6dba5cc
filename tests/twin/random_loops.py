"""Random networks with loops of all kinds: counts, ranges and rounds that symbols and indices enter.

From: a way to choose, hypothesis's or that of a plain generator of random numbers. To: a
`Net`, a text with its symbols. Promises: the text reads as a spec; whether there is such
a network, at which numbers and for which symbols, is for the calculator to say. Ranges
may be empty, counts fractional, windows too large. The first of several choices is the
simplest.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from tests.twin import random_rounds as rounds
from tests.twin.random_writer import Writer

Point = dict[str, int]
#: Numbers put in place of every symbol, and some that are larger.
SMALL = tuple(range(13))
LARGE = (15, 18, 20)
#: Sizes of an image, and numbers of layers as the names of networks have them.
OF = {
    "r": (*SMALL, 15, 16, 24, 31, 32, 48, 64),
    "depth": (2, 8, 17, 18, 20, 31, 32, 33, 34, 35, 36, 38, 41, 50, 62),
}
POINTS = 24


class Net(NamedTuple):
    """A spec, the kind of its loop, and its symbols; those in `zero` may be 0."""

    kind: str
    text: str
    symbols: tuple[str, ...]
    zero: frozenset[str]

    def points(self, most: int = POINTS) -> list[Point]:
        """Choose points of the grid, always the same ones: the whole of it if it is small.

        Of a grid that is a line the first half stays, for where rounds begin most faults are.
        """
        pools = {
            name: (*OF.get(name, (*SMALL, *LARGE)), *((-1, -3) if name in self.zero else ()))
            for name in self.symbols
        }
        chooser = random.Random(self.text)
        if len(pools) == 1:
            line = [{name: number} for name, pool in pools.items() for number in pool]
            kept = min(most, len(line))
            later = chooser.sample(range(kept // 2, len(line)), kept - kept // 2)
            return [*line[: kept // 2], *(line[at] for at in sorted(later))]
        drawn = [{name: chooser.choice(pool) for name, pool in pools.items()} for _ in range(most)]
        return [point for at, point in enumerate(drawn) if point not in drawn[:at]]


class Choose(Protocol):
    """Choose one of several."""

    def __call__(self, choices: Sequence[str], /) -> str: ...


def write(choose: Choose) -> Net:
    """Write a network: one loop, or two behind each other."""
    kinds = [choose(tuple(KINDS)) for _ in choose(("1", "1", "1", "12"))]
    at = Writer(choose, image=not IMAGES.isdisjoint(kinds))
    body = " ".join(KINDS[kind](at) for kind in kinds)
    if not at.params:
        at.symbol("n")
    tail = choose(("", "relu", "global_avgpool" if at.image else "tanh", "dense(10) softmax"))
    entrance = at.entrance()
    lines = ["network Random", *at.params.values(), *at.heads, entrance, body, tail]
    text = "\n".join(re.sub(" +", " ", line) for line in lines if line)
    return Net(", ".join(kinds), text, tuple(at.params), frozenset(at.zero))


#: Kinds that only images have.
IMAGES = frozenset({"striding", "cropping", "degenerate"})
KINDS: dict[str, Callable[[Writer], str]] = {
    kind.__name__: kind
    for kind in (
        rounds.kept,
        rounds.inner,
        rounds.summed,
        rounds.affine,
        rounds.doubling,
        rounds.growing,
        rounds.alternating,
        rounds.cycling,
        rounds.dividing,
        rounds.peeled,
        rounds.striding,
        rounds.cropping,
        rounds.carried,
        rounds.dense,
        rounds.residual,
        rounds.matched,
        rounds.degenerate,
        rounds.recursive,
        rounds.declared,
        rounds.staged,
        rounds.in_blocks,
    )
}
