"""One round of a loop, on given shapes.

From a loop and the shapes of the values that go round; to a body. Promises: what a
round reads and gives is known; whether a further round is the same is for the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from layercalc.errors import Span, SpecError, fail
from layercalc.expressions import arithmetic
from layercalc.expressions.conditions import same
from layercalc.expressions.scope import Context, Value
from layercalc.network import Body, Inline, Scalar, Step, Tensor
from layercalc.records import dataclass
from layercalc.resolve.flow import GONE, Flow, come
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: the number of rounds, the body, and the names that each round binds.

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


class Carried(NamedTuple):
    """The values that a loop carries: the current ones, then the named ones.

    Rounds that go on from named values and end in several of them, `ends`, give no current value.
    """

    current: int
    names: tuple[str, ...]
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """One round on given shapes: its body, and whether it reads the value it starts from, or its shape."""

    body: Body
    reads_current: bool

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The shapes that leave the round."""
        return tuple(self.body.shapes[number] for number in self.body.outputs)

    def keeps(self, shapes: Sequence[Tensor], context: Context, span: Span) -> bool:
        """Tell whether every shape that a round reads is as before it."""
        kept = [equal_shapes(a, b, context, span) for a, b in zip(shapes, self.outputs, strict=True)]
        return all(kept[1:]) and (kept[0] or not self.reads_current)


def do_round(
    flow: Flow, loop: Loop, carried: Carried, shapes: tuple[Tensor, ...], number: Scalar = 0
) -> Round:
    """Make the body of one round.

    Raises `SpecError` behind mistakes, which the flow has gathered.
    """
    numbers = {name: place for place, name in enumerate(carried.names, start=carried.current)}
    inner = flow.within(shapes, numbers, flow.context.inner(loop.bound(number)))
    inner.go_on(tuple(range(carried.current)))
    before = len(flow.shared.errors)
    inner.run(loop.body.steps)
    if len(flow.shared.errors) > before or inner.current == GONE or GONE in inner.names.values():
        raise SpecError([])
    outputs = (*_current(inner, loop, carried), *(inner.names[name] for name in carried.names))
    read = {source for step in inner.steps for source in step.sources}
    reads_shape = any(isinstance(node, tree.Current) for node in nodes(loop.body))
    reads_current = carried.current > 1 or reads_shape or 0 in read or 0 in outputs
    return Round(inner.body(outputs), reads_current)


def do_rounds(
    flow: Flow, loop: Loop, carried: Carried, shapes: tuple[Tensor, ...], number: Scalar, together: int
) -> Round:
    """Make one body of several rounds from a number on.

    Raises `SpecError` behind mistakes, which the flow has gathered.
    """
    if together == 1:
        return do_round(flow, loop, carried, shapes, number)
    made, steps, state = list(shapes), list[Step](), tuple(range(len(shapes)))
    reads_current = False
    for place in range(together):
        entering = tuple(made[value] for value in state)
        done = do_round(flow, loop, carried, entering, arithmetic.add(number, place, loop.span))
        reads_current |= done.reads_current
        steps.append(Inline(done.body, state, f"round {place + 1} of {together}", loop.span, flow.label))
        state = done.body.leaving(len(made))
        made += done.outputs
    return Round(Body(shapes, tuple(steps), state, tuple(made)), reads_current)


def _current(flow: Flow, loop: Loop, carried: Carried) -> tuple[int, ...]:
    """Give the current values at the end of a round, as many as went into it."""
    if carried.ends:
        return flow.all(loop.span, "the end of a repeat")[:1]
    if carried.current == 1:
        return (flow.one(loop.span, "the end of a repeat"),)
    given = flow.all(loop.span, "the end of a repeat")
    if len(given) != carried.current:
        message = f"{carried.current} values go round this loop, and {come(len(given))} to its end"
        raise fail(message, loop.span)
    return given


def numbers(first: int, state: Sequence[int]) -> tuple[int, ...]:
    """Give the numbers of the values that go round, from the first that a round made."""
    return tuple(range(first, first + len(state)))


def equal_shapes(a: Tensor, b: Tensor, context: Context, span: Span) -> bool:
    """Tell whether two shapes are surely equal."""
    if a.rank != b.rank:
        return False
    return all(same(x, y, context, span) is True for x, y in zip(a.sizes, b.sizes, strict=True))
