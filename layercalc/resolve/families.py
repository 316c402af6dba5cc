"""Loops with a symbolic number of rounds that differ: one round stands for all.

The sizes of the first rounds show a law (`resolve.sequences`); a round at a symbolic
number, on the sizes that the law gives, proves it by giving those of the next round.
Rounds that are not like the others, the first ones and the last ones, stand apart.
Promises: what is made holds for every number that the facts allow, or it is refused
with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from layercalc.errors import SpecError, fail
from layercalc.expressions import arithmetic
from layercalc.expressions.scope import Context
from layercalc.network import Inline, Repeat, Scalar, Tensor
from layercalc.resolve.flow import Flow
from layercalc.resolve.rounds import Carried, Loop, Round, do_round, equal_shapes, numbers
from layercalc.resolve.sequences import Law, law_of, shape_at
from layercalc.resolve.trials import PROBES, Refused, decide_laws, first_message, forked, with_rounds

if TYPE_CHECKING:
    import sympy

#: How many first and last rounds stand apart, in the order tried.
APART = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1), (0, 2), (1, 2), (3, 0))

Shapes: TypeAlias = tuple[Tensor, ...]


class _TooFew(Refused):
    """This way would do if there were surely enough rounds."""

    def __init__(self, count: str, apart: int) -> None:
        super().__init__(f"{count} rounds may be fewer than the {apart} that stand apart")
        self.hint = f"`where` at a param can say that {count} >= {apart}; a number for the count works"


@dataclass(frozen=True, slots=True)
class _Parted:
    """The rounds of a loop: those before, the body of all others with their number, those behind."""

    before: list[Round]
    middle: Round
    count: Scalar
    index: sympy.Symbol | None
    end: Shapes
    behind: list[Round]


def close(flow: Flow, loop: Loop, carried: Carried, state: tuple[int, ...]) -> tuple[int, ...]:
    """Do a loop whose count is a symbol and whose rounds differ; give the values behind it.

    Raises `SpecError` for a mistake in its first round, and where no closed form is known.
    """
    shapes = tuple(flow.shapes[value] for value in state)
    if loop.bind is not None:
        flow.all(loop.span, "a loop")
    parted = _parted(flow, loop, carried, shapes)
    for number, done in enumerate(parted.before, start=1):
        state = _emit_round(flow, loop, done, state, f"round {number}")
    step = Repeat(parted.middle.body, parted.count, state, loop.span, flow.label, parted.index)
    state = numbers(flow.emit(step, parted.end, loop.span), state)
    for left, done in zip(range(len(parted.behind) - 1, -1, -1), parted.behind, strict=True):
        label = f"round {flow.context.show(arithmetic.subtract(loop.count, left, loop.span))}"
        state = _emit_round(flow, loop, done, state, label)
    return state


def _emit_round(flow: Flow, loop: Loop, done: Round, state: tuple[int, ...], name: str) -> tuple[int, ...]:
    step = Inline(done.body, state, name, loop.span, flow.label)
    return done.body.leaving(flow.emit(step, done.outputs, loop.span))


def _parted(flow: Flow, loop: Loop, carried: Carried, shapes: Shapes) -> _Parted:
    """Part the rounds into first ones, the like ones and last ones."""
    probed, trouble = _probed(flow, loop, carried, shapes)
    refusals: list[Refused] = []
    for first, last in APART:
        apart = first + last
        knowledge, sure = with_rounds(flow.context, loop.count, apart)
        if knowledge is None:
            continue
        fork = forked(flow, knowledge)
        try:
            parted = _attempt(fork, loop, carried, (probed, first, last))
            if not sure:
                raise _TooFew(flow.context.show(loop.count), apart)
        except Refused as reason:
            refusals.append(reason)
            continue
        flow.shared.bodies.update(fork.shared.bodies)
        flow.shared.layers.update(fork.shared.layers)
        return parted
    if len(probed) == 1:
        do_round(flow, loop, carried, shapes, 0)
    refused = next((one for one in refusals if isinstance(one, _TooFew)), refusals[0])
    told = trouble if trouble and not isinstance(refused, _TooFew) else str(refused)
    message = f"no closed form is known for {flow.context.show(loop.count)} rounds of this loop: {told}"
    raise fail(message, loop.span, refused.hint)


def _probed(flow: Flow, loop: Loop, carried: Carried, shapes: Shapes) -> tuple[list[Shapes], str]:
    """Do first rounds as if there were enough; give the shapes before each, and what stops it."""
    found = [shapes]
    for rounds in range(PROBES + 2, 1, -1):
        knowledge, _ = with_rounds(flow.context, loop.count, rounds)
        if knowledge is not None:
            break
    else:
        return found, ""
    fork = forked(flow, knowledge)
    for number in range(rounds - 2):
        try:
            found.append(do_round(fork, loop, carried, found[-1], number).outputs)
        except SpecError as error:
            return found, first_message(fork, error)
    return found, ""


def _attempt(flow: Flow, loop: Loop, carried: Carried, parting: tuple[list[Shapes], int, int]) -> _Parted:
    """Prove that all rounds but some first and last ones are the same but for their number."""
    probed, first, last = parting
    context, span = flow.context, loop.span
    middle = arithmetic.subtract(loop.count, first + last, span)
    facts = context.knowledge.begin()
    laws = _laws(probed[first:], context)
    before = [_done(flow, loop, carried, probed[k], k) for k in range(first)]
    index = facts.index(loop.index, middle)
    try:
        start, after = (_at(laws, k, context, loop) for k in (index, index + 1))
        done = _done(flow, loop, carried, start, arithmetic.add(index, first, span))
        _prove(done, after, context, loop)
        decide_laws(flow, done.body)
        like = loop.bind is None and start == after
        end = _at(laws, middle, context, loop)
        behind, shapes = [], end
        for left in range(last, 0, -1):
            number = arithmetic.subtract(loop.count, left, span)
            behind.append(_done(flow, loop, carried, shapes, number))
            shapes = behind[-1].outputs
    except Refused:
        facts.forget_index(index)
        raise
    return _Parted(before, done, middle, None if like else index, end, behind)


def _done(flow: Flow, loop: Loop, carried: Carried, shapes: Shapes, number: Scalar) -> Round:
    try:
        return do_round(flow, loop, carried, shapes, number)
    except SpecError as error:
        raise Refused(first_message(flow, error)) from None


def _laws(probed: Sequence[Shapes], context: Context) -> list[list[Law]]:
    """Give the law of every size of every value."""
    laws: list[list[Law]] = []
    for tensors in zip(*probed, strict=True):
        if len({tensor.rank for tensor in tensors}) > 1:
            raise Refused("its rounds change the number of axes")
        laws.append([_law(sizes, context) for sizes in zip(*(t.sizes for t in tensors), strict=True)])
    return laws


def _law(sizes: Sequence[Scalar], context: Context) -> Law:
    law = law_of(sizes)
    if law is None:
        shown = ", ".join(map(context.show, sizes))
        raise Refused(f"its rounds give sizes of {shown}, ..., which follow no known law")
    return law


def _at(laws: list[list[Law]], number: Scalar, context: Context, loop: Loop) -> Shapes:
    """Give the shapes before a round."""
    return tuple(shape_at(sizes, number, context, loop.span) for sizes in laws)


def _prove(done: Round, after: Shapes, context: Context, loop: Loop) -> None:
    for given, wanted in zip(done.outputs, after, strict=True):
        if not equal_shapes(given, wanted, context, loop.span):
            shown = context.show(given), context.show(wanted)
            raise Refused(f"a round gives {shown[0]}, where its first rounds let one expect {shown[1]}")
