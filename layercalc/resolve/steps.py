"""Steps become wired values: one rule a kind of step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from layercalc import limits
from layercalc.errors import Frame, Source, Span, SpecError, did_you_mean, fail
from layercalc.expressions import arithmetic
from layercalc.expressions.binding import match_arguments
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import bind, evaluate, unpack
from layercalc.expressions.scope import Count, Function, Value, is_number, is_symbolic, none_named
from layercalc.laws import Declared, as_tensor
from layercalc.network import Apply, Body, Inline, Merge, Recursion, Scalar, Tensor
from layercalc.resolve import loops
from layercalc.resolve.flow import GONE, OPEN, Flow, come
from layercalc.resolve.merges import MERGES, Branch, meet
from layercalc.resolve.names import unknown_step
from layercalc.resolve.rounds import Loop
from layercalc.resolve.walk import target_names
from layercalc.syntax import tree

_HERE = Span(Source("concat", "axis = 0"), 0, 8)
_AXIS = tree.Parameter(tree.Word("axis", _HERE), tree.Number("0", _HERE), _HERE)


def _call(flow: Flow, step: tree.Call) -> None:
    name, program = step.name.text, flow.shared.program
    if name in program.blocks:
        _block(flow, program.blocks[name], step)
    elif name in program.layers:
        _layer(flow, program.layers[name], step)
    elif name == "input":
        _input(flow, step)
    else:
        raise SpecError([unknown_step(program, step.name)])


def _input(flow: Flow, step: tree.Call) -> None:
    if flow.shared.frames or flow.steps or flow.shapes:
        raise fail("input(...) is the first step of the network, and stands there once", step.span)
    for argument in step.arguments:
        if argument.name is not None:
            hint = "input(channels, height, width)"
            raise fail(f"input has no parameter '{argument.name.text}'", argument.span, hint)
    sizes = tuple([evaluate(argument.value, flow.here()) for argument in step.arguments])
    sizes = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple) else sizes
    flow.shapes, flow.inputs, flow.current = [as_tensor(sizes, flow.here(), step.span)], 1, 0


def _layer(flow: Flow, declared: Declared, step: tree.Call) -> None:
    source = flow.one(step.span, declared.name)
    arguments = declared.bind(step, flow.here())
    key = (id(declared), tuple(arguments.items()), flow.shapes[source])
    layer = flow.shared.layers.get(key)
    if layer is None:
        layer = declared.place(arguments, flow.shapes[source], step.span, flow.context)
        flow.shared.layers[key] = layer
    elif layer.span != step.span:
        layer = replace(layer, span=step.span)
    flow.current = flow.emit(Apply(layer, source, flow.label), [layer.output], step.span)


def _block(flow: Flow, block: tree.Block, step: tree.Call) -> None:
    name = block.name.text
    sources = _sources(flow, block, step)
    shapes = tuple(flow.shapes[number] for number in sources)
    home = flow.shared.context.at(flow.shared.context.scope, shapes[0])
    arguments = bind(name, block.parameters, step.arguments, flow.here(), home, step.span)
    hole = flow.shared.hole
    if hole is not None and hole.block is block:
        hole.enter(flow, arguments, sources[0], step.span)
        return
    body = _body(flow, block, arguments, (shapes, sources), step)
    if isinstance(body, Recursion):
        flow.current = flow.emit(body, [body.output], step.span)
        return
    made_here = [body.shapes[number] for number in body.outputs]
    first = flow.emit(Inline(body, sources, name, step.span, flow.label), made_here, step.span)
    flow.go_on(body.leaving(first))


def _body(
    flow: Flow,
    block: tree.Block,
    arguments: dict[str, Value],
    entering: tuple[tuple[Tensor, ...], tuple[int, ...]],
    step: tree.Call,
) -> Body | Recursion:
    """Make the body of a block with arguments on shapes, once."""
    shapes, sources = entering
    name, bodies = block.name.text, flow.shared.bodies
    key = (id(block), tuple(arguments.items()), shapes)
    if key not in bodies and len(shapes) == 1 and _may_descend(flow, block, arguments):
        from layercalc.resolve import recursion

        def inside(within: Flow, arguments: dict[str, Value], shapes: tuple[Tensor, ...]) -> Body | None:
            return _inside(within, block, arguments, shapes, step.span)

        found = recursion.close(flow, block, inside, (arguments, shapes[0], sources[0]), step.span)
        if found is not None:
            return found
    if key not in bodies:
        bodies[key] = OPEN
        with flow.shared.context.budget.call(name, step.span):
            bodies[key] = _inside(flow, block, arguments, shapes, step.span)
    body = bodies[key]
    if body is OPEN:
        hint = "a block may use itself with other arguments, or on another shape, if that comes to an end"
        raise fail(f"{name} uses itself without end", step.span, hint)
    if body is None:
        raise SpecError([])
    return body


def _may_descend(flow: Flow, block: tree.Block, arguments: Mapping[str, Value]) -> bool:
    """Tell whether a block with a symbolic argument is written to use itself."""
    return any(map(is_symbolic, arguments.values())) and block.name.text in flow.shared.calls_in(block.body)


def _inside(
    flow: Flow, block: tree.Block, arguments: dict[str, Value], shapes: tuple[Tensor, ...], span: Span
) -> Body | None:
    names = {word.text: number for number, word in enumerate(block.inputs)}
    flow = flow.within(shapes, names, flow.shared.context.inner(arguments))
    flow.around = none_named
    flow.current = 0 if len(block.inputs) <= 1 else None
    if flow.shared.hole is not None and flow.shared.hole.block is block:
        flow.shared.hole.flow = flow
    before = len(flow.shared.errors)
    flow.shared.frames.append(Frame(block.name.text, span))
    flow.run(block.body.steps)
    outputs: tuple[int, ...] = ()
    with flow.shared.gathering():
        outputs = flow.all(block.name.span, f"the end of {block.name.text}")
    flow.shared.frames.pop()
    return flow.body(outputs) if outputs and len(flow.shared.errors) == before else None


def _sources(flow: Flow, block: tree.Block, step: tree.Call) -> tuple[int, ...]:
    wanted = max(1, len(block.inputs))
    if wanted == 1:
        return (flow.one(step.span, block.name.text),)
    given = flow.current if isinstance(flow.current, tuple) else (flow.current,)
    if GONE in given:
        raise SpecError([])
    if len(given) != wanted or None in given:
        names = ", ".join(word.text for word in block.inputs)
        told = come(len(given) - given.count(None))
        message = f"{block.name.text} takes {wanted} values ({names}), and {told} from here"
        raise fail(message, step.span, f"from a, b -> {block.name.text}(...)")
    return given  # type: ignore[return-value]


def _merge(flow: Flow, step: tree.Merge) -> None:
    kind = step.kind.text
    if kind not in MERGES:
        raise SpecError([unknown_step(flow.shared.program, step.kind, merge=True)])
    axis = _axis(flow, step)
    fork, names, ends = flow.current, dict(flow.names), []
    for place, branch in enumerate(step.branches, start=1):
        flow.current, flow.names = fork, dict(names)
        flow.shared.context.budget.step(branch.span)
        with flow.braces(label=f"{kind}/{place}"):
            flow.run(branch.steps)
            ends.append(GONE)
            with flow.shared.gathering():
                ends[-1] = flow.one(branch.span, f"a branch of {kind}")
    flow.current, flow.names = fork, names
    if GONE in ends:
        raise SpecError([])
    branches = [Branch(flow.shapes[n], b.span) for n, b in zip(ends, step.branches, strict=True)]
    output = meet(kind, branches, axis, flow.here(), step.span)
    flow.current = flow.emit(Merge(kind, tuple(ends), output, step.span, flow.label), [output], step.span)


def _axis(flow: Flow, step: tree.Merge) -> int:
    parameters = (_AXIS,) if step.kind.text == "concat" else ()
    given = match_arguments(step.kind.text, parameters, step.arguments, step.span)
    if "axis" not in given:
        return 0
    value = given["axis"].value
    return arithmetic.integer(evaluate(value, flow.here()), value.span, "axis", flow.context.show)


def _from(flow: Flow, step: tree.From) -> None:
    numbers = tuple(_named(flow, word) for word in step.names)
    if GONE in numbers:
        raise SpecError([])
    flow.go_on(numbers)


def _named(flow: Flow, word: tree.Word) -> int:
    if word.text not in flow.names:
        hint = did_you_mean(word.text, flow.names) or "a value gets its name by `as` before this point"
        raise fail(f"no value is called '{word.text}' here", word.span, hint)
    return flow.names[word.text]


def _choose(flow: Flow, step: tree.Choose) -> None:
    with flow.braces():
        for condition, body in step.cases:
            if truth(evaluate(condition, flow.here()), condition.span):
                flow.run(body.steps)
                return
        if step.otherwise is not None:
            flow.run(step.otherwise.steps)


def _let(flow: Flow, step: tree.Let) -> None:
    value = evaluate(step.value, flow.here())
    _bind(flow, unpack(step.target, value, flow.context))


def _let_function(flow: Flow, step: tree.LetFunction) -> None:
    _bind(flow, {step.name.text: Function(step, flow.context.scope)})


def _bind(flow: Flow, names: Mapping[str, Value]) -> None:
    scope = flow.context.scope
    if scope.outer is None and any(name in scope.names for name in names):
        flow.shared.forget()
    scope.names.update(names)


def _repeat(flow: Flow, step: tree.Repeat) -> None:
    count = loops.count_of(evaluate(step.count, flow.here()), step.count.span, flow.context)
    loops.repeat(flow, Loop(count, step.body, step.span))


def _for_each(flow: Flow, step: tree.ForEach) -> None:
    items = evaluate(step.items, flow.here())
    if not isinstance(items, tuple | Count):
        raise fail(f"{flow.context.show(items)} is not a list", step.items.span)
    if not target_names(step.target) & flow.shared.values_in(step.body):
        loops.repeat(flow, Loop(loops.length(items, step, flow.context), step.body, step.span))
        return
    if isinstance(items, Count):
        _over_range(flow, step, items)
        return
    _over_items(flow, step, items)


def _over_items(flow: Flow, step: tree.ForEach, items: tuple[Value, ...]) -> None:
    """Loop over a list, its rounds written out."""
    before, budget = set(flow.names), flow.shared.context.budget
    steps = budget.steps
    for place, item in enumerate(items):
        if flow.current == GONE:
            break
        if place == 1 and budget.passed_by(steps - budget.steps, len(items)) and _rest(flow, step, items[1:]):
            break
        flow.context.budget.spend(3, step.span)
        bound = unpack(step.target, item, flow.context)
        shown = ", ".join(f"{name}={flow.context.show(value)}" for name, value in bound.items())
        with flow.braces(bound, shown):
            flow.run(step.body.steps)
    flow.names = {name: number for name, number in flow.names.items() if name in before}


def _rest(flow: Flow, step: tree.ForEach, items: tuple[Value, ...]) -> bool:
    """Do the rounds over evenly spaced numbers that are too many to be written out; tell whether it went."""
    if not isinstance(step.target, tree.Word) or not all(isinstance(item, int) for item in items):
        return False
    first, distance = items[0], items[1] - items[0]
    if any(b - a != distance for a, b in pairwise(items)):
        return False
    word, span = step.target.text, step.items.span

    def bind(number: Scalar) -> dict[str, Value]:
        return {word: arithmetic.add(first, arithmetic.multiply(distance, number, span), span)}

    try:
        with flow.context.knowledge.trial():
            loops.repeat(flow, Loop(len(items), step.body, step.span, bind, word))
    except SpecError:
        return False
    return True


def _over_range(flow: Flow, step: tree.ForEach, items: Count) -> None:
    """Loop over a range of symbols; if its length is one too, in rounds that read their number."""
    count, span = loops.length(items, step, flow.context), step.items.span

    def item(number: Scalar) -> Value:
        return arithmetic.add(items.start, arithmetic.multiply(items.step, number, span), span)

    if is_number(count):
        if count > limits.LIST_ENTRIES:
            raise loops.rounds_differ(items, step, flow.context)
        _over_items(flow, step, tuple(item(number) for number in range(int(count))))
        return

    def bind(number: Scalar) -> dict[str, Value]:
        return unpack(step.target, item(number), flow.context)

    index = step.target.text if isinstance(step.target, tree.Word) else "i"
    loops.repeat(flow, Loop(count, step.body, step.span, bind, index))


RULES: Mapping[type, Callable[[Flow, Any], None]] = {
    tree.Call: _call, tree.Merge: _merge, tree.From: _from, tree.Repeat: _repeat,
    tree.ForEach: _for_each, tree.Choose: _choose, tree.Let: _let, tree.LetFunction: _let_function,
}  # fmt: skip
