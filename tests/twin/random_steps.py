"""Random steps of a spec, valid by construction.

From: what hypothesis draws. To: `Text`, a stretch of a spec. Promises: steps are valid
on any shape of their rank (`random_layers`), so a body may stand in a repeat that
changes shapes; what must agree at a merge is arranged: its branches end in the same
channels, and of spatial sizes it is known which are equal. What is written costs
nodes and bits, and never more than there are: a path is told by the branch it takes
at every merge, so 2^bits bounds the paths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Template
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.twin.random_layers import (
    CHANGING,
    CONDITIONAL,
    CONDITIONS,
    CONDITIONS_ON_RANKS,
    KEEPING,
    POINTWISE,
    VECTOR,
)
from tests.twin.random_places import Block, Place, Size, Text, in_series, looped, write

#: Braces within braces, and rounds of the innermost body, at most.
DEPTH, ROUNDS = 3, 24
KINDS = ("add", "add", "concat", "mul", "max")

T = TypeVar("T")


@dataclass(slots=True)
class Writer:
    """Writes steps within what is left to spend.

    `counts` are the rounds that a repeat may have; with `symbols` for params, conditions
    are on ranks and the body of a repeat keeps its shape and carries one value.
    """

    draw: DrawFn
    counts: dict[str, int]
    symbols: bool
    nodes: int
    bits: float
    made: int = 0
    blocks: list[Block] = field(default_factory=list)

    def pick(self, items: Sequence[T]) -> T:
        """Draw one of some items."""
        return self.draw(st.sampled_from(items))

    def one_of(self, items: Sequence[T]) -> list[T]:
        """Draw one of some items, if there are any."""
        return [self.pick(items)] if items else []

    def fresh(self) -> int:
        """Give a number that was not given before."""
        self.made += 1
        return self.made

    def affords(self, place: Place, nodes: int, bits: float = 0) -> bool:
        """Spend nodes and forks on a step, if they are there."""
        nodes, bits = nodes * place.times, bits * place.times
        if nodes > self.nodes or bits > self.bits:
            return False
        self.nodes, self.bits = self.nodes - nodes, self.bits - bits
        return True

    def series(self, place: Place, lengths: Sequence[int] = (2, 1, 3, 0)) -> Text:
        """Write some steps."""
        return write(*(self.step(place) for _ in range(self.pick(lengths))))

    def step(self, place: Place) -> Text:
        """Write a step of any kind."""
        if place.depth >= DEPTH:
            return self.layer(place)
        structures = [self.merge, self.gate, self.repeat, self.cells, self.loop, self.choose, self.call]
        return self.pick([self.layer, self.layer, self.shrink, self.named, self.back, *structures])(place)

    # -- layers and names

    def layer(self, place: Place) -> Text:
        """Write a layer; it ends in a call, so `as` may follow."""
        if not self.affords(place, 2):
            return write("identity")
        if place.here.rank and not place.keep and self.pick((False, True)):
            self.resize(place)
            return write(self.filled(place, self.pick(CHANGING)))
        suited: Sequence[str] = KEEPING if place.here.rank else VECTOR
        return write(self.filled(place, self.pick(self.pick((POINTWISE, suited)))))

    def shrink(self, place: Place) -> Text:
        """Write a layer that depends on the shape it meets."""
        if place.keep or not place.here.rank or not self.affords(place, 1):
            return self.layer(place)
        self.resize(place)
        return write(self.filled(place, self.pick(CONDITIONAL)))

    def filled(self, place: Place, layer: str) -> str:
        """Draw the numbers of a layer."""
        return Template(layer).substitute(n=self.width(place), k=self.pick("123"), s=self.pick("23"))

    def width(self, place: Place) -> str:
        """Write a number of channels: an expression, or those that a named value has."""
        return self.pick((*place.words, *(f"{name}.channels" for name in place.names)))

    def resize(self, place: Place) -> None:
        """Note that the spatial sizes may be others from here on."""
        place.here = Size(place.here.rank, self.fresh() if place.here.rank else 0)

    def named(self, place: Place) -> Text:
        """Name a value, or give it a name that another of its size has."""
        made = self.pick((self.layer, self.merge))(place)
        name = self.pick([f"x{self.fresh()}", *self.one_of(place.alike)])
        place.names[name] = place.here
        return write(made, f"as {name}")

    def back(self, place: Place) -> Text:
        """Go on from a named value; what came before is left hanging."""
        names = place.alike
        if not place.keep:
            names = [name for name, size in place.names.items() if size.rank == place.here.rank]
        if not names:
            return self.layer(place)
        name = self.pick(names)
        if place.names[name].tag is None:
            self.resize(place)
        else:
            place.here = place.names[name]
        return write(f"from {name}")

    # -- merges

    def merge(self, place: Place) -> Text:
        """Write a merge of one to four branches that fit; `as` may follow."""
        count = self.pick((2, 3, 1, 4))
        if not self.affords(place, 2 * count + 1, math.log2(count)):
            return self.layer(place)
        kind, stride = self.pick(KINDS), 1
        if place.here.rank and not place.keep:
            stride = self.pick((1, 2))
        target, width = f"c{self.fresh()}", self.pick(("in.channels", self.width(place)))
        plain = stride == 1 and (width == "in.channels" or kind == "concat")
        branches = [self.branch(place, self.end(place, target, stride), plain) for _ in range(count)]
        if stride > 1:
            self.resize(place)
        lines = [write("|", branch) for branch in branches[1:]]
        return write(f"let {target} = {width} {kind} {{", branches[0], *lines, "}")

    def branch(self, place: Place, end: str, plain: bool) -> Text:
        """Write a branch that keeps the spatial sizes up to its last layer; a plain one may be empty."""
        if plain and self.pick((False, True)):
            return write("")
        inner = place.inner(keep=True)
        start = self.pick(["", *(f"from {name}" for name in self.one_of(inner.alike))])
        return write(start, self.series(inner, (1, 2, 0)), end)

    def end(self, place: Place, target: str, stride: int) -> str:
        """Write the layer in which all branches of a merge end."""
        if place.here.rank == 0:
            return f"dense({target})"
        return f"conv({target}, {self.pick('13')}, stride = {stride})"

    def gate(self, place: Place) -> Text:
        """Write a squeeze-excite gate, by the current value or any named one."""
        if not place.here.rank or not self.affords(place, 5, 1):
            return self.layer(place)
        channels = f"c{self.fresh()}"
        name = self.pick(["", *place.names])
        rank = place.names[name].rank if name else place.here.rank
        squeeze = self.pick(("global_avgpool", "global_maxpool")) if rank else ""
        vector = place.inner(keep=True)
        vector.here = Size(0)
        inner = self.series(vector, (1, 0))
        head = write(f"let {channels} = in.channels", "mul {", "|", f"from {name}" if name else "", squeeze)
        return write(head, inner, f"dense({channels})", "sigmoid", "}")

    # -- repeats, loops, conditions, blocks

    def repeat(self, place: Place) -> Text:
        """Write a repeat."""
        count = self.pick([*self.counts])
        body = self.rounds(place, self.counts[count])
        if body is None:
            return self.layer(place)
        return looped(self.counts[count], body, count)

    def cells(self, place: Place) -> Text:
        """Write a repeat that carries two values and may not read the current one, as cells of NASNet do."""
        fit = [block for block in self.blocks if block.takes == 2 and block.keep]
        fit = [block for block in fit if block.rank == place.here.rank]
        if self.symbols or not fit or not place.alike:
            return self.named(place)
        block, count = self.pick(fit), self.pick([*self.counts])
        inner = place.inner(True, self.counts[count])
        if not self.affords(inner, block.nodes, block.bits):
            return self.layer(place)
        old, new, made = self.pick(place.alike), self.pick(place.alike), f"x{self.fresh()}"
        cell = f"from {old}, {new} {block.name}({self.width(place)}) as {made}"
        body = write(cell, f"from {new} as {old}", f"from {made} as {new}")
        return looped(self.counts[count], body, count)

    def loop(self, place: Place) -> Text:
        """Write a loop, whose body may read what differs from round to round."""
        number = self.fresh()
        items = self.draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=3))
        body = self.rounds(place, len(items), (f"n{number}", f"(n{number} + k{number})"))
        if body is None:
            return self.layer(place)
        listing = ", ".join(f"({n}, {k})" for n, k in items)
        flat = [f"let n{number} = {n} let k{number} = {k}\n{body.flat}" for n, k in items]
        return Text(f"for (n{number}, k{number}) in [{listing}] {{\n{body.text}\n}}", in_series(flat))

    def rounds(self, place: Place, count: int, words: tuple[str, ...] = ()) -> Text | None:
        """Write the body of a loop, None where so many rounds are too many."""
        if place.times * count > ROUNDS:
            return None
        keep = place.keep or self.symbols or self.pick((True, False))
        inner = place.inner(keep, max(count, 1), words)
        inner.forget(keep)
        if self.symbols:
            inner.names.clear()
            channels = f"c{self.fresh()}"
            return write(f"let {channels} = in.channels", self.series(inner), self.end(inner, channels, 1))
        body = self.series(inner)
        if not keep:
            self.resize(place)
        return body

    def choose(self, place: Place) -> Text:
        """Write a condition."""
        keep = place.keep or self.pick((True, False))
        condition = self.pick(CONDITIONS_ON_RANKS if self.symbols else CONDITIONS)
        bodies = [self.series(place.inner(keep), (1, 2, 0)) for _ in range(self.pick((1, 2)))]
        if not keep:
            self.resize(place)
        otherwise = [write("else {", body, "}") for body in bodies[1:]]
        return write(f"if {condition} {{", bodies[0], "}", *otherwise)

    def call(self, place: Place) -> Text:
        """Call a block on the current value, or on named ones of equal size."""
        fit = [b for b in self.blocks if b.rank == place.here.rank and b.keep >= place.keep]
        fit = [b for b in fit if b.takes == 1 or place.alike]
        if not fit:
            return self.layer(place)
        block = self.pick(fit)
        if not self.affords(place, block.nodes, block.bits):
            return self.layer(place)
        sources = [self.pick(place.alike) for _ in range(block.takes)] if block.takes > 1 else []
        if not block.keep:
            self.resize(place)
        start = f"from {', '.join(sources)}" if sources else ""
        return write(start, f"{block.name}({self.width(place)})")
