"""Merges: branches side by side whose outputs meet, written one by one or made by a loop.

Branches whose number is a symbol meet one after the other, in the rounds of a loop: the
first gives a value, and each of the others meets what has met before. So sums and maxima
over them are closed as those over rounds are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from layercalc.errors import Source, Span, SpecError, fail
from layercalc.expressions import arithmetic, granting
from layercalc.expressions.binding import match_arguments
from layercalc.expressions.evaluator import evaluate, unpack
from layercalc.expressions.kinds import check_kind
from layercalc.expressions.scope import LOST, Count, Value
from layercalc.network import Merge
from layercalc.resolve import loops
from layercalc.resolve.flow import GONE, Flow
from layercalc.resolve.merges import MERGES, ORDERED, TOO_FEW, Branch, meet
from layercalc.resolve.names import unknown_step
from layercalc.syntax import tree

_HERE = Span(Source("concat", "axis = 0"), 0, 8)
_AXIS = tree.Parameter(tree.Word("axis", _HERE), tree.Word("whole", _HERE), tree.Number("0", _HERE), _HERE)
#: The values before a merge, while its branches are rounds; no author can write such a name.
_FORK = "before the merge"


class _One(NamedTuple):
    """A branch, with the names of its loop and how these are told."""

    body: tree.Body
    names: dict[str, Value]
    shown: str


class _Many(NamedTuple):
    """The branches of a loop whose length is a symbol."""

    branch: tree.EachBranch
    items: Count


def merge(flow: Flow, step: tree.Merge) -> None:
    """Do the branches, and let their outputs meet."""
    takes_several = _takes_several(flow, step.kind.text)
    if not takes_several and step.kind.text not in MERGES:
        kind = step.kind.text
        if flow.context.scope.find_shared(kind) or kind in flow.shared.program.callable_names():
            raise fail(f"{kind} takes one value, and no branches", step.kind.span)
        raise unknown_step(flow.shared.program, step.kind)
    axis, fork, names = 0 if takes_several else _axis(flow, step), flow.current, dict(flow.names)
    parts = [part for branch in step.branches for part in _parts(flow, branch)]
    if not parts:
        empty = next(branch for branch in step.branches if isinstance(branch, tree.EachBranch))
        raise fail("a loop over no items gives no branch", empty.items.span)
    single = [part for part in parts if isinstance(part, _One)]
    if len(single) < len(parts):
        if takes_several:
            raise fail(f"{step.kind.text} takes a known number of values", step.span)
        _in_rounds(flow, step, axis, parts)
        return
    ends = []
    for place, part in enumerate(single, start=1):
        flow.current, flow.names = fork, dict(names)
        ends.append(_end(flow, step, part, place))
    flow.current, flow.names = fork, names
    if not takes_several:
        _meet(flow, step, axis, ends)
        return
    if GONE in [number for number, _ in ends]:
        raise SpecError([])
    flow.go_on(tuple(number for number, _ in ends))
    flow.shared.rules[tree.Call](flow, tree.Call(step.kind, step.arguments, step.bound, step.span))


def _takes_several(flow: Flow, name: str) -> bool:
    """Tell whether a layer or a block takes several values, which branches can give it."""
    program, shared = flow.shared.program, flow.context.scope.find_shared(name)
    if shared is not None and shared is not LOST:
        name = shared.call.name.text
    if name in program.blocks:
        return len(program.blocks[name].inputs) > 1
    return name in program.layers and len(program.layers[name].inputs) > 1


def item_names(flow: Flow, target: tree.ItemNames, item: Value) -> tuple[dict[str, Value], str]:
    """Bind the names of a loop to an item, and tell them."""
    bound = unpack(target, item, flow.context)
    return bound, ", ".join(f"{name}={flow.context.show(value)}" for name, value in bound.items())


def _parts(flow: Flow, branch: tree.Body | tree.EachBranch) -> Iterator[_One | _Many]:
    if isinstance(branch, tree.Body):
        yield _One(branch, {}, "")
        return
    items = evaluate(branch.items, flow.here())
    if not isinstance(items, tuple | Count):
        raise fail(f"{flow.context.show(items)} is not a list", branch.items.span)
    items = loops.written_out(items, branch, flow.context)
    if isinstance(items, Count):
        yield _Many(branch, items)
        return
    for item in items:
        yield _One(branch.body, *item_names(flow, branch.target, item))


def _end(flow: Flow, step: tree.Merge, part: _One, place: int) -> tuple[int, Span]:
    """Do a branch; give the number of what leaves it, or `GONE`, and where it is written."""
    kind, span, end = step.kind.text, part.body.span, GONE
    flow.shared.context.budget.step(span)
    with flow.braces(part.names, f"{kind}/{place} {part.shown}".strip()):
        flow.run(part.body.steps)
        with flow.shared.gathering():
            end = flow.one(span, f"a branch of {kind}")
    return end, span


def _meet(flow: Flow, step: tree.Merge, axis: int, ends: Sequence[tuple[int, Span]]) -> None:
    """Let what leaves the branches meet."""
    numbers = tuple(number for number, _ in ends)
    if GONE in numbers:
        raise SpecError([])
    kind, branches = step.kind.text, [Branch(flow.shapes[number], span) for number, span in ends]
    output = meet(kind, branches, axis, flow.here(), step.span)
    flow.current = flow.emit(Merge(kind, numbers, output, step.span, flow.label), [output], step.span)


def _in_rounds(flow: Flow, step: tree.Merge, axis: int, parts: Sequence[_One | _Many]) -> None:
    """Let each branch meet what has met before it."""
    fork, names = flow.current, dict(flow.names)
    forks = fork if isinstance(fork, tuple) else () if fork is None else (fork,)
    places = [f", {place}" for place in range(1, len(forks) + 1)] if len(forks) > 1 else [""]
    start = {f"{_FORK}{place}": number for place, number in zip(places, forks, strict=False)}
    if step.kind.text in ORDERED:
        _two_or_more(flow, step, parts)
    first, others = _first_apart(flow, parts)
    met = _end(flow, step, first, 1)
    for place, part in enumerate(others, start=2):
        flow.current, flow.names = fork, {**names, **start}
        if isinstance(part, _One):
            _meet(flow, step, axis, [met, _end(flow, step, part, place)])
        else:
            flow.current = met[0]
            loops.over_range(flow, _round(flow, step, part.branch, tuple(start)), part.items)
        met = flow.one(step.span, step.kind.text), step.span
    flow.names = names


def _two_or_more(flow: Flow, step: tree.Merge, parts: Sequence[_One | _Many]) -> None:
    """Take for granted that branches in an order are not one alone."""
    count: Value = sum(isinstance(part, _One) for part in parts)
    for part in parts:
        if isinstance(part, _Many):
            count = arithmetic.add(count, loops.length(part.items, part.branch, flow.context), step.span)
    enough = arithmetic.symbolic(count) >= 2
    granting.grant(enough, flow.context, step.span, f"{step.kind.text} {TOO_FEW}", needed=True)


def _first_apart(flow: Flow, parts: Sequence[_One | _Many]) -> tuple[_One, list[_One | _Many]]:
    """Part the first branch from the others; that a loop has one is taken for granted."""
    part, *others = parts
    if isinstance(part, _One):
        return part, others
    branch, items, context = part.branch, part.items, flow.context
    span = branch.items.span
    count = loops.length(items, branch, context)
    granting.at_least(count, 1, context, span, f"{context.show(count)} branches")
    first = _One(branch.body, *item_names(flow, branch.target, items.start))
    rest = replace(items, start=arithmetic.add(items.start, items.step, span))
    return first, [_Many(branch, rest), *others]


def _round(flow: Flow, step: tree.Merge, branch: tree.EachBranch, forks: tuple[str, ...]) -> tree.ForEach:
    """Write a branch of a loop as a round, in which it meets what has met before."""
    made = flow.shared.rounds.get((id(branch), forks))
    if made is None:
        span, steps = branch.span, branch.body.steps
        if forks:
            steps = (tree.From(tuple(tree.Word(name, span) for name in forks), (), span), *steps)
        sides = (tree.Body((), span), tree.Body(steps, span))
        meeting = tree.Merge(step.kind, step.arguments, sides, (), step.span)
        made = tree.ForEach(branch.target, branch.items, tree.Body((meeting,), span), (), span)
        flow.shared.rounds[id(branch), forks] = made
    return made


def _axis(flow: Flow, step: tree.Merge) -> int:
    parameters = (_AXIS,) if step.kind.text == "concat" else ()
    given = match_arguments(step.kind.text, parameters, step.arguments, step.span)
    if "axis" not in given:
        return 0
    span, context = given["axis"].value.span, flow.context
    axis = evaluate(given["axis"].value, flow.here())
    axis = check_kind(axis, _AXIS, context, span, step.kind.text, parameters)
    return arithmetic.integer(axis, span, "axis", context.show)
