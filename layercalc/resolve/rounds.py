"""One round of a loop, on given shapes.

From a loop and the shapes of the values that go round; to a body. Promises: what a
round reads and gives is known; whether a further round is the same is for the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layercalc import tree
from layercalc.errors import Span, SpecError
from layercalc.expressions.conditions import same
from layercalc.expressions.scope import Context, Value
from layercalc.network import Body, Scalar, Tensor
from layercalc.resolve.flow import GONE, Flow
from layercalc.resolve.walk import nodes


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop to be done: how often, what, and the names that each round binds to values.

    `bind` gives the names of round k, counted from 0, where the rounds read any;
    `index` is what the author calls its number.
    """

    count: Scalar
    body: tree.Body
    span: Span
    bind: Callable[[Scalar], dict[str, Value]] | None = None
    index: str = "i"

    def bound(self, number: Scalar) -> dict[str, Value]:
        """Give the names of a round."""
        return self.bind(number) if self.bind is not None else {}


@dataclass(frozen=True, slots=True)
class Round:
    """One round on given shapes: its body, and whether it reads the value it starts from, or its shape."""

    body: Body
    reads_current: bool

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The shapes that leave the round."""
        return tuple(self.body.shapes[number] for number in self.body.outputs)

    def made(self, first: int) -> tuple[int, ...]:
        """Give the numbers behind one round that stands alone; what leaves it twice is one value."""
        outputs = self.body.outputs
        return tuple(first + outputs.index(output) for output in outputs)

    def keeps(self, shapes: Sequence[Tensor], context: Context, span: Span) -> bool:
        """Tell whether every shape that a round reads is as before it."""
        kept = [equal_shapes(a, b, context, span) for a, b in zip(shapes, self.outputs, strict=True)]
        return all(kept[1:]) and (kept[0] or not self.reads_current)


def do_round(
    flow: Flow, loop: Loop, names: Sequence[str], shapes: tuple[Tensor, ...], number: Scalar = 0
) -> Round:
    """Make the body of one round.

    Raises `SpecError` behind mistakes, which the flow has gathered.
    """
    numbers = {name: place for place, name in enumerate(names, start=1)}
    inner = flow.within(shapes, numbers, flow.context.inner(loop.bound(number)))
    before = len(flow.shared.errors)
    inner.run(loop.body.steps)
    if len(flow.shared.errors) > before or inner.current == GONE or GONE in inner.names.values():
        raise SpecError([])
    outputs = (inner.one(loop.span, "the end of a repeat"), *(inner.names[name] for name in names))
    read = {source for step in inner.steps for source in _sources(step)}
    reads_shape = any(isinstance(node, tree.Current) for node in nodes(loop.body))
    return Round(inner.body(outputs), reads_shape or 0 in read or 0 in outputs)


def numbers(first: int, state: Sequence[int]) -> tuple[int, ...]:
    """Give the numbers of the values that go round, from the first that a round made."""
    return tuple(range(first, first + len(state)))


def equal_shapes(a: Tensor, b: Tensor, context: Context, span: Span) -> bool:
    """Tell whether two shapes are surely equal."""
    if a.rank != b.rank:
        return False
    return all(same(x, y, context, span) is True for x, y in zip(a.sizes, b.sizes, strict=True))


def _sources(step: object) -> tuple[int, ...]:
    source = getattr(step, "source", None)
    return (source,) if source is not None else step.sources  # type: ignore[attr-defined]
