"""Loops: a body that keeps its shapes is a power, whatever its count.

The state of a loop is the current value, or values, and every named value that the
body goes on from or binds again. A round that changes a shape is done by itself; as
soon as a round keeps them all, the rest of the rounds are one `Repeat`. A symbolic
number of rounds that differ is for `resolve.families`.
"""

from __future__ import annotations

from dataclasses import replace

from layercalc import limits
from layercalc.errors import Span, SpecError, fail
from layercalc.expressions import arithmetic, granting, rounding
from layercalc.expressions.evaluator import unpack
from layercalc.expressions.scope import Context, Count, Value, is_number
from layercalc.expressions.symbolic_sums import rounds_of
from layercalc.network import Inline, Repeat, Scalar
from layercalc.resolve.flow import GONE, Flow
from layercalc.resolve.one_round import Carried, Loop, do_round, numbers
from layercalc.syntax import tree


def count_of(value: Value, span: Span, context: Context) -> Scalar:
    """Read how often a body is repeated."""
    count = arithmetic.scalar(value, span, "the count of a repeat")
    if is_number(count) and (count < 0 or count.denominator > 1):
        hint = "a `where` at the param can say which values are meant"
        told = f"the count of a repeat is {context.show(count)}, not a whole number of at least 0"
        raise fail(told, span, hint)
    count = granting.whole(count, context, span, "the count of a repeat", needed=True)
    negative = f"a repeat of {context.show(count)} rounds is negative"
    granting.at_least(count, 0, context, span, negative, needed=True)
    return count


def length(
    items: tuple[Value, ...] | Count, step: tree.ForEach | tree.EachBranch, context: Context
) -> Scalar:
    """Count the rounds of a loop."""
    if isinstance(items, tuple):
        return len(items)
    span = step.items.span
    if not is_number(items.step):
        raise fail(f"this range has steps of {context.show(items.step)}; they must be a number", span)
    rounds = arithmetic.divide(arithmetic.subtract(items.stop, items.start, span), items.step, span)
    return rounds_of(rounding.ceil(rounds, span, context.facts), context, span)


def rounds_differ(items: Count, step: tree.ForEach | tree.EachBranch, context: Context) -> SpecError:
    """Tell that a loop over a range that is too long to be written out has rounds that differ."""
    hint = f"a list has at most {limits.LIST_ENTRIES:,} entries"
    return fail(f"the rounds of this loop over {context.show(items)} differ", step.items.span, hint)


def written_out(
    items: tuple[Value, ...] | Count, step: tree.ForEach | tree.EachBranch, context: Context
) -> tuple[Value, ...] | Count:
    """List the items of a range whose length is a number, unless it is too long for a list."""
    if isinstance(items, tuple) or not is_number(count := length(items, step, context)):
        return items
    if count > limits.LIST_ENTRIES:
        return items
    return tuple(_item(items, number, step.items.span) for number in range(int(count)))


def _item(items: Count, number: Scalar, span: Span) -> Value:
    return arithmetic.add(items.start, arithmetic.multiply(items.step, number, span), span)


def over_range(flow: Flow, step: tree.ForEach, items: Count) -> None:
    """Loop over a range whose length is a symbol or too long for a list; rounds read their number."""
    count = length(items, step, flow.context)

    def bind(number: Scalar) -> dict[str, Value]:
        return unpack(step.target, _item(items, number, step.items.span), flow.context)

    index = step.target.text if isinstance(step.target, tree.Word) else "i"
    loop = Loop(count, step.body, step.span, bind, index)
    if not is_number(count):
        repeat(flow, loop)
        return
    try:
        with flow.context.knowledge.trial():
            repeat(flow, loop)
    except SpecError:
        raise rounds_differ(items, step, flow.context) from None


def repeat(flow: Flow, loop: Loop) -> None:
    """Do a loop."""
    if flow.current == GONE:
        return
    names = flow.carried(loop.body)
    ends = () if isinstance(flow.current, tuple) else _ends(loop.body, names)
    if loop.count == 0:
        _go_on_from(flow, ends)
        return
    current = (flow.names[ends[0]],) if ends else _current(flow, names, loop.span)
    state = (*current, *(flow.names[name] for name in names))
    if GONE in state:
        raise SpecError([])
    do = _numbered if is_number(loop.count) and loop.bind is None else _symbolic
    state = do(flow, loop, Carried(len(current), names, ends), state)
    flow.names.update(zip(names, state[len(current) :], strict=True))
    flow.go_on(state[: len(current)])
    _go_on_from(flow, ends)


def _numbered(flow: Flow, loop: Loop, carried: Carried, state: tuple[int, ...]) -> tuple[int, ...]:
    """Do a known number of rounds that read nothing of their own number."""
    left, span, budget = int(loop.count), loop.span, flow.shared.context.budget
    before = budget.steps
    for number in range(1, left + 1):
        shapes = tuple(flow.shapes[value] for value in state)
        if number == 2 and budget.passed_by(before - budget.steps, left):
            closed = in_closed_form(flow, replace(loop, count=left - 1), carried, state)
            if closed is not None:
                return closed
        done = do_round(flow, loop, carried, shapes)
        if number == 1 and done.reads_current:
            flow.all(span, "repeat")
        if done.keeps(shapes, flow.context, span):
            rest = Repeat(done.body, left - number + 1, state, span, flow.label)
            return numbers(flow.emit(rest, done.outputs, span), state)
        alone = Inline(done.body, state, f"round {number}", span, flow.label)
        state = done.body.leaving(flow.emit(alone, done.outputs, span))
    return state


def in_closed_form(
    flow: Flow, loop: Loop, carried: Carried, state: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Do rounds that are too many to be written out as a symbol's would be, None where that fails."""
    try:
        with flow.context.knowledge.trial():
            return _symbolic(flow, loop, carried, state)
    except SpecError:
        return None


def _symbolic(flow: Flow, loop: Loop, carried: Carried, state: tuple[int, ...]) -> tuple[int, ...]:
    """Do a symbolic number of rounds, a power where they keep the shapes."""
    shapes = tuple(flow.shapes[value] for value in state)
    if loop.bind is None:
        done = do_round(flow, loop, carried, shapes)
        if done.reads_current:
            flow.all(loop.span, "repeat")
        if done.keeps(shapes, flow.context, loop.span):
            step = Repeat(done.body, loop.count, state, loop.span, flow.label)
            return numbers(flow.emit(step, done.outputs, loop.span), state)
    from layercalc.resolve import families

    return families.close(flow, loop, carried, state)


def _go_on_from(flow: Flow, ends: tuple[str, ...]) -> None:
    """Go on from the values that the rounds end in, where they have names that go round."""
    if ends:
        flow.go_on(tuple(flow.names[name] for name in ends))
        for name in ends:
            flow.told.setdefault(flow.names[name], name)


def _ends(body: tree.Body, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names of the values that a round ends in, if it starts with `from` and they go round."""
    if not body.steps or not isinstance(body.steps[0], tree.From):
        return ()
    last = body.steps[-1]
    places = getattr(last, "bound", ()) or (last.names if isinstance(last, tree.From) else ())
    found = tuple(place.text for place in places if isinstance(place, tree.Word))
    several = len(found) > 1 and len(found) == len(places)
    return found if several and all(name in names for name in found) else ()


def _current(flow: Flow, names: tuple[str, ...], span: Span) -> tuple[int, ...]:
    """Give the current values that go round; a body that starts with `from` takes any where there is none."""
    return (flow.names[names[0]],) if flow.current is None and names else flow.all(span, "repeat")
