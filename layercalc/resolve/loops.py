"""Repeats: a body that keeps its shapes is a power, whatever its count.

The state of a loop is the current value and every named value that the body
goes on from or binds again. A round that changes a shape is done by itself; as
soon as a round keeps them all, the rest of the rounds are one `Repeat`.
"""

from __future__ import annotations

from dataclasses import dataclass

from layercalc import limits, tree
from layercalc.errors import Span, SpecError, fail
from layercalc.expressions import arithmetic
from layercalc.expressions.conditions import same
from layercalc.expressions.scope import Context, Count, Value, is_number
from layercalc.network import Body, Inline, Repeat, Scalar, Tensor
from layercalc.resolve.flow import GONE, Flow
from layercalc.resolve.walk import nodes


@dataclass(frozen=True, slots=True)
class _Round:
    """One round on given shapes: its body, and whether it reads the value it starts from, or its shape."""

    body: Body
    reads_current: bool

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        return tuple(self.body.shapes[number] for number in self.body.outputs)


def count_of(value: Value, span: Span, context: Context) -> Scalar:
    """Read how often a body is repeated."""
    count = arithmetic.scalar(value, span, "the count of a repeat")
    if is_number(count) and (count < 0 or count.denominator > 1):
        hint = "a `where` at the param can say which values are meant"
        raise fail(f"a repeat of {context.show(count)} rounds; it takes a whole number", span, hint)
    if context.facts is not None and context.facts.is_nonnegative(count) is False:
        raise fail(f"a repeat of {context.show(count)} rounds is negative", span)
    return count


def length(items: tuple[Value, ...] | Count, step: tree.ForEach, context: Context) -> Scalar:
    """Count the rounds of a loop whose rounds are all the same."""
    if isinstance(items, tuple):
        return len(items)
    span = step.items.span
    if not is_number(items.step):
        raise fail(f"this range has steps of {context.show(items.step)}; they must be a number", span)
    rounds = arithmetic.divide(arithmetic.subtract(items.stop, items.start, span), items.step, span)
    return count_of(arithmetic.ceil(rounds, span), span, context)


def rounds_differ(items: Count, step: tree.ForEach, context: Context) -> SpecError:
    """Tell that a loop over a range that is not written out has rounds that are not the same."""
    if all(map(is_number, (items.start, items.stop, items.step))):
        hint = f"a list has at most {limits.LIST_ENTRIES:,} entries"
    else:
        hint = "a number works, and so does a body that does not read the loop's names"
    return fail(f"the rounds of this loop over {context.show(items)} differ", step.items.span, hint)


def repeat(flow: Flow, count: Scalar, body: tree.Body, span: Span) -> None:
    """Do a body `count` times in series."""
    if flow.current == GONE or count == 0:
        return
    names = [name for name in flow.shared.tensors_in(body) if name in flow.names]
    state = _state(flow, names, span)
    if GONE in state:
        raise SpecError([])
    left, peeled = count, 0
    while left != 0:
        shapes = tuple(flow.shapes[number] for number in state)
        done = _round(flow, body, names, shapes, span)
        if peeled == 0 and done.reads_current:
            flow.one(span, "repeat")
        if _keeps(done, shapes, flow.context, span):
            state = _power(flow, done, left, state, span)
            break
        if not is_number(left):
            _check_peel(flow, done, shapes, left, peeled, span)
        peeled += 1
        first = flow.emit(Inline(done.body, state, f"round {peeled}", span, flow.label), done.outputs, span)
        state = tuple(range(first, first + len(state)))
        left = arithmetic.subtract(left, 1, span)
    flow.current = state[0]
    flow.names.update(zip(names, state[1:], strict=True))


def _state(flow: Flow, names: list[str], span: Span) -> tuple[int, ...]:
    """Give the values that go round; a body that starts with `from` takes any for the current one."""
    named = tuple(flow.names[name] for name in names)
    current = flow.current if isinstance(flow.current, int) or not named else named[0]
    return (current if isinstance(current, int) else flow.one(span, "repeat"), *named)


def _round(flow: Flow, body: tree.Body, names: list[str], shapes: tuple[Tensor, ...], span: Span) -> _Round:
    numbers = {name: place for place, name in enumerate(names, start=1)}
    inner = flow.within(shapes, numbers, flow.context.inner())
    before = len(flow.shared.errors)
    inner.run(body.steps)
    if len(flow.shared.errors) > before or inner.current == GONE or GONE in inner.names.values():
        raise SpecError([])
    outputs = (inner.one(span, "the end of a repeat"), *(inner.names[name] for name in names))
    read = {source for step in inner.steps for source in _sources(step)}
    reads_shape = any(isinstance(node, tree.Current) for node in nodes(body))
    return _Round(inner.body(outputs), reads_shape or 0 in read or 0 in outputs)


def _sources(step: object) -> tuple[int, ...]:
    source = getattr(step, "source", None)
    return (source,) if source is not None else step.sources  # type: ignore[attr-defined]


def _keeps(done: _Round, shapes: tuple[Tensor, ...], context: Context, span: Span) -> bool:
    places = zip(shapes, done.outputs, strict=True)
    kept = [_equal(before, after, context, span) for before, after in places]
    return all(kept[1:]) and (kept[0] or not done.reads_current)


def _equal(a: Tensor, b: Tensor, context: Context, span: Span) -> bool:
    if a.rank != b.rank:
        return False
    return all(same(x, y, context, span) is True for x, y in zip(a.sizes, b.sizes, strict=True))


def _power(flow: Flow, done: _Round, left: Scalar, state: tuple[int, ...], span: Span) -> tuple[int, ...]:
    if not is_number(left) and len(state) > 1:
        shown = flow.context.show(left)
        message = f"this repeat carries {len(state)} values, which the symbolic count {shown} cannot"
        raise fail(message, span, "a number for the count works")
    first = flow.emit(Repeat(done.body, left, state, span, flow.label), done.outputs, span)
    return tuple(range(first, first + len(state)))


def _check_peel(
    flow: Flow, done: _Round, shapes: tuple[Tensor, ...], left: Scalar, peeled: int, span: Span
) -> None:
    """Let a first round that only brings the shape about stand apart, if it is sure to happen."""
    facts = flow.context.facts
    sure = facts is not None and facts.is_nonnegative(arithmetic.subtract(left, 1, span))
    if peeled == 0 and sure:
        return
    show = flow.context.show
    change = f"a round turns {show(shapes[0])} into {show(done.outputs[0])}"
    if peeled == 0:
        hint = f"a `where` that gives {show(left)} >= 1, a number, or a body that keeps the shape"
        raise fail(f"{change}, and {show(left)} rounds may be none", span, hint)
    hint = "a number for the count works, and so does a body that keeps the shape"
    raise fail(f"{change}, which the symbolic count {show(left)} cannot", span, hint)
