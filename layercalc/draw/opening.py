"""Which blocks of a picture are open, and how many boxes that makes.

From: a `Network` and what the user asked for. To: an `Opening`, which tells of each block whether
it is open at a depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from layercalc.errors import did_you_mean, fail, listing
from layercalc.network import Applied, Body, Inline, Merge, Network, Recursion, Step, Weights, bodies


@dataclass(frozen=True, slots=True)
class Opening:
    """Blocks that are open, whatever the depth, and blocks that are shut; those around an open one are open.

    `counts` remembers the boxes of a body at a depth, `around` the bodies in which an open block is.
    """

    open: frozenset[str] = frozenset()
    shut: frozenset[str] = frozenset()
    counts: dict[tuple[Body, int], int] = field(default_factory=dict)
    around: dict[Body, bool] = field(default_factory=dict)

    def is_shut(self, step: Step, depth: int) -> bool:
        """Tell whether a step is a block that is drawn as one box."""
        if not is_block(step):
            return False
        assert isinstance(step, Inline | Recursion)
        if step.name in self.shut or not step.body.steps:
            return True
        return depth <= 0 and step.name not in self.open and not self._leads(step.body)

    def _leads(self, body: Body) -> bool:
        """Tell whether a block that is to be open is in a body."""
        if not self.open:
            return False
        if body not in self.around:
            self.around[body] = any(
                (isinstance(step, Inline | Recursion) and step.name in self.open) or self._leads(inner)
                for step in body.steps
                for inner in _inside(step)
            )
        return self.around[body]

    def boxes(self, body: Body, depth: int) -> int:
        """Count the boxes of a body."""
        key = (body, depth)
        if key not in self.counts:
            self.counts[key] = sum(self._boxes(step, depth) for step in body.steps)
        return self.counts[key]

    def _boxes(self, step: Step, depth: int) -> int:
        if isinstance(step, Weights):
            return 0
        if isinstance(step, Applied | Merge) or self.is_shut(step, depth):
            return 1
        return sum(self.boxes(inner, depth - is_block(step)) for inner in _inside(step))

    def all_open(self, body: Body, depth: int) -> bool:
        """Tell whether more depth opens nothing more."""
        return all(
            not self.is_shut(step, depth) or self.is_shut(step, depth + 1) for step in body.steps
        ) and all(
            self.all_open(inner, depth - is_block(step))
            for step in body.steps
            if not self.is_shut(step, depth)
            for inner in _inside(step)
        )


def opening(network: Network, opened: Sequence[str] = (), shut: Sequence[str] = ()) -> Opening:
    """Check the names of blocks that are to be open or shut.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> opening(resolve(load_program("resnet")), ["bottleneck"]).open
    frozenset({'bottleneck'})

    Raises `SpecError` where the network has no such block, or where it is to be both.
    """
    known = [*dict.fromkeys(_names(network))]
    for name in (*opened, *shut):
        if name not in known:
            told = f"its blocks are {listing(known, 'and')}" if known else "it has no blocks"
            raise fail(f"{network.name} has no block '{name}' here", hint=did_you_mean(name, known) or told)
        if name in opened and name in shut:
            raise fail(f"{name} is to be open and shut", hint="give it to one of --open and --shut")
    return Opening(frozenset(opened), frozenset(shut))


def _names(network: Network) -> Iterator[str]:
    for body, _ in bodies(network.body):
        yield from (
            step.name for step in body.steps if is_block(step) and isinstance(step, Inline | Recursion)
        )


def is_block(step: Step) -> bool:
    """Tell whether a step is a block that the author declared, not a repeat or one of its rounds."""
    return isinstance(step, Recursion) or (isinstance(step, Inline) and " " not in step.name)


def _inside(step: Step) -> tuple[Body, ...]:
    if isinstance(step, Recursion):
        return step.body, step.base
    return () if isinstance(step, Applied | Merge | Weights) else (step.body,)
