"""Steps become values wired together: one rule for each kind of step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from layercalc.errors import Frame, Span, SpecError, did_you_mean, fail, listing
from layercalc.expressions import arithmetic
from layercalc.expressions.binding import match_arguments
from layercalc.expressions.conditions import truth
from layercalc.expressions.evaluator import bind, evaluate, unpack
from layercalc.expressions.scope import LOST, Count, Function, Value, is_symbolic, none_named
from layercalc.laws import Declared, as_tensor
from layercalc.network import Applied, Body, Inline, Recursion, Scalar, Sharing, Tensor, Weights
from layercalc.resolve import loops
from layercalc.resolve.branching import merge
from layercalc.resolve.flow import GONE, OPEN, Flow, come
from layercalc.resolve.names import check_shared, unknown_step
from layercalc.resolve.one_round import Loop
from layercalc.syntax import tree
from layercalc.syntax.walk import target_names

if TYPE_CHECKING:
    from layercalc.resolve.sharing import SharedCall


def _call(flow: Flow, step: tree.Call) -> None:
    name, program = step.name.text, flow.shared.program
    shared = flow.context.scope.find_shared(name)
    if shared is not None:
        _use(flow, shared, step)
    elif name in program.blocks:
        _block(flow, program.blocks[name], step)
    elif name in program.layers:
        _layer(flow, program.layers[name], step)
    elif name == "input":
        _input(flow, step)
    else:
        raise unknown_step(program, step.name)


def _use(flow: Flow, shared: SharedCall, step: tree.Call) -> None:
    """Use a shared layer or block once more."""
    if shared is LOST:
        raise SpecError([])
    sharing, program, name = shared.sharing, flow.shared.program, shared.call.name.text
    if step.arguments:
        hint = f"they stand where it is declared, at {sharing.span}"
        raise fail(f"{sharing.name} is shared and takes no arguments", step.arguments[0].span, hint)
    if sharing.block:
        _block(flow, program.blocks[name], shared.at(step.span), shared)
    else:
        _layer(flow, program.layers[name], shared.at(step.span), shared)


def _shared(flow: Flow, step: tree.Shared) -> None:
    from layercalc.resolve.sharing import declared

    scope, program, name = flow.context.scope, flow.shared.program, step.name.text
    check_shared(program, step, scope)
    sharing = Sharing(name, step.name.span, step.call.name.text in program.blocks)
    scope.share(name, declared(step, sharing, lambda value: evaluate(value, flow.here())))
    flow.emit(Weights(sharing, Body((), (), (), ()), step.call.span, flow.label), [], step.span)


def _input(flow: Flow, step: tree.Call) -> None:
    if not flow.takes_inputs or len(flow.shapes) > flow.inputs:
        raise fail("input(...) comes before all other steps of the network", step.span)
    if flow.inputs and (len(flow.told) < flow.inputs or not step.bound):
        hint = "input(3, 224, 224) as image"
        raise fail("of several inputs each has a name, and `from` goes on from it", step.span, hint)
    for argument in step.arguments:
        if argument.name is not None:
            hint = "input(channels, height, width)"
            raise fail(f"input has no parameter '{argument.name.text}'", argument.span, hint)
    sizes = tuple([evaluate(argument.value, flow.here()) for argument in step.arguments])
    sizes = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple) else sizes
    flow.shapes.append(as_tensor(sizes, flow.here(), step.span))
    flow.current = flow.inputs
    flow.inputs += 1


def _layer(flow: Flow, known: Declared, step: tree.Call, shared: SharedCall | None = None) -> None:
    sources = _sources(flow, known.name, known.inputs, step.span)
    shapes = tuple(flow.shapes[number] for number in sources)
    arguments = known.bind(step, shapes, shared.caller(flow.context) if shared else flow.here())
    key = (id(known), tuple(arguments.items()), shapes)
    layer = flow.shared.layers.get(key)
    if layer is None:
        layer = known.place(arguments, shapes, step.span, flow.context)
        flow.shared.layers[key] = layer
    elif layer.span != step.span:
        layer = replace(layer, span=step.span)
    if shared:
        from layercalc.resolve.sharing import used_layer

        layer = used_layer(layer, shared.sharing)
    flow.current = flow.emit(Applied(layer, sources, flow.label), [layer.output], step.span)


def _block(flow: Flow, block: tree.Block, step: tree.Call, shared: SharedCall | None = None) -> None:
    name = block.name.text
    sources = _sources(flow, name, [word.text for word in block.inputs], step.span)
    shapes = tuple(flow.shapes[number] for number in sources)
    home = flow.shared.context.at(flow.shared.context.scope, shapes[0])
    caller = shared.caller(flow.context) if shared else flow.here()
    arguments = bind(name, block.parameters, step.arguments, caller, home, step.span)
    hole = flow.shared.hole
    if hole is not None and hole.block is block:
        if shared:
            raise fail(f"{name} uses itself with shared weights, a symbolic number of times", step.span)
        hole.enter(flow, arguments, sources[0], step.span)
        return
    body = _body(flow, block, arguments, (shapes, sources), step)
    if shared:
        body, name = _used(flow, body, shared.sharing, shapes), shared.sharing.name
    if isinstance(body, Recursion):
        flow.current = flow.emit(body, [body.output], step.span)
        return
    made_here = [body.shapes[number] for number in body.outputs]
    weights = shared.sharing if shared else None
    given = match_arguments(name, block.parameters, step.arguments, step.span)
    told = {key: arguments[key] for key in given}
    inline = Inline(body, sources, name, step.span, flow.label, weights, told)
    flow.go_on(body.leaving(flow.emit(inline, made_here, step.span)))


def _used(flow: Flow, body: Body | Recursion, sharing: Sharing, shapes: tuple[Tensor, ...]) -> Body:
    """Give the body of a use of a shared block, one for all uses on the same shapes."""
    from layercalc.resolve.sharing import used_body

    if isinstance(body, Recursion):
        body = Body(shapes, (replace(body, sources=(0,), label=""),), (1,), (*shapes, body.output))
        return used_body(body, sharing)
    key, bodies = (body, sharing), flow.shared.bodies
    if key not in bodies:
        bodies[key] = used_body(body, sharing)
    return bodies[key]  # type: ignore[return-value]


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
    body = None
    with flow.shared.gathering():
        outputs = flow.all(block.name.span, f"the end of {block.name.text}")
        body = flow.body(outputs) if len(flow.shared.errors) == before else None
    flow.shared.frames.pop()
    return body


def _sources(flow: Flow, who: str, inputs: Sequence[str], span: Span) -> tuple[int, ...]:
    """Give the numbers of the current values, as many as a block or a layer takes."""
    wanted = max(1, len(inputs))
    if wanted == 1:
        return (flow.one(span, who),)
    given = flow.current if isinstance(flow.current, tuple) else (flow.current,)
    if GONE in given:
        raise SpecError([])
    if len(given) != wanted or None in given:
        told = come(len(given) - given.count(None))
        message = f"{who} takes {wanted} values ({', '.join(inputs)}), and {told} from here"
        raise fail(message, span, f"from a, b -> {who}(...)")
    return given  # type: ignore[return-value]


def _from(flow: Flow, step: tree.From) -> None:
    numbers = tuple(_named(flow, word) for word in step.names)
    if GONE in numbers:
        raise SpecError([])
    flow.go_on(numbers)


def _named(flow: Flow, place: tree.ValueName) -> int:
    if flow.names.get(place.text) == GONE:
        raise SpecError([])
    name = flow.key(place)
    if name not in flow.names:
        entries = [other for other in flow.names if other.startswith(f"{place.text}[")]
        near = did_you_mean(name, flow.names)
        hint = f"there are {listing(entries, 'and')}" if 0 < len(entries) <= 12 else near
        hint = hint or "a value gets its name by `as` before this point"
        raise fail(f"no value is called '{name}' here", place.span, hint)
    return flow.names[name]


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
    reads_item = target_names(step.target) & flow.shared.values_in(step.body)
    if not reads_item and not (isinstance(items, tuple) and flow.shared.fills_lists(step.body)):
        loops.repeat(flow, Loop(loops.length(items, step, flow.context), step.body, step.span))
        return
    items = loops.written_out(items, step, flow.context)
    if isinstance(items, Count):
        loops.over_range(flow, step, items)
    else:
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
        with flow.stage(unpack(step.target, item, flow.context)):
            flow.run(step.body.steps)
    flow.names = {name: number for name, number in flow.names.items() if name in before or name.endswith("]")}


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


RULES: Mapping[type, Callable[[Flow, Any], None]] = {
    tree.Call: _call, tree.Merge: merge, tree.From: _from, tree.Repeat: _repeat,
    tree.ForEach: _for_each, tree.Choose: _choose, tree.Let: _let, tree.LetFunction: _let_function,
    tree.Shared: _shared,
}  # fmt: skip
