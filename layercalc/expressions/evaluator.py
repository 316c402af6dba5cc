"""Evaluates one expression in its context: a table of rules by kind of node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from layercalc import limits
from layercalc.errors import Span, SpecError, did_you_mean, fail, listing
from layercalc.expressions import arithmetic, granting, rounding, symbolic_sums, windows
from layercalc.expressions.binding import match_arguments
from layercalc.expressions.conditions import compare, decide, equal, relation, truth
from layercalc.expressions.costs import charged
from layercalc.expressions.functions import FUNCTIONS, Builtin, sequence
from layercalc.expressions.granting import apart
from layercalc.expressions.kinds import check_kind
from layercalc.expressions.scope import (
    CONSTANTS,
    LOST,
    NOWHERE,
    Context,
    Count,
    Function,
    Value,
    is_number,
    is_scalar,
    is_symbolic,
)  # fmt: skip
from layercalc.network import Tensor
from layercalc.syntax import tree

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


def evaluate(node: tree.Expression, context: Context) -> Value:
    """Read an expression.

    Raises `SpecError` at the span of the part that has no value.
    """
    context.budget.spend(1, node.span)
    return _RULES[type(node)](node, context)


def _number(node: tree.Number, context: Context) -> Value:
    if node.text.isdecimal() and len(node.text) < 20:
        return int(node.text)
    mantissa, _, exponent = node.text.lower().partition("e")
    digits = exponent.lstrip("+-0")
    if len(mantissa) > 4000 or len(digits) > 5 or int(digits or 0) > 10_000:
        limits.check_number(limits.NUMBER_BITS + 1, node.span)
    return charged(arithmetic.whole(Fraction(node.text)), context.budget, node.span)


def _string(node: tree.String, context: Context) -> Value:
    return node.text


def _name(node: tree.Name, context: Context) -> Value:
    value = context.scope.find(node.text)
    if value is None:
        value = CONSTANTS.get(node.text)
    if value is None:
        raise _unknown(node, context)
    if value is LOST:
        raise SpecError([])
    return value


def _unknown(node: tree.Name, context: Context) -> Exception:
    if context.named(node.text) is not None:
        hint = f"ask it for one: {node.text}.channels, {node.text}.height, ..."
        return fail(f"'{node.text}' is a tensor, not a number", node.span, hint)
    if node.text in FUNCTIONS:
        return fail(f"'{node.text}' is a function; it needs its arguments", node.span)
    known = [*context.scope.known(), *CONSTANTS]
    return fail(f"unknown name '{node.text}'", node.span, did_you_mean(node.text, known))


def _current(node: tree.Current, context: Context) -> Value:
    tensor = context.tensor()
    if tensor is None:
        hint = "an input(...) comes first; a block that takes several values starts with `from`"
        raise fail("there is no tensor at this point", node.span, hint)
    return tensor


_SHAPE = ("channels", "height", "width", "spatial", "rank", "size", "volume")


def _attribute(node: tree.Attribute, context: Context) -> Value:
    name, operand = node.name.text, node.operand
    value = _named(operand, context)
    value = evaluate(operand, context) if value is None else value
    if value is NOWHERE:
        raise SpecError([])
    if isinstance(value, Tensor):
        return _of_tensor(value, name, node, context)
    if name == "size" and (isinstance(value, tuple) or is_scalar(value)):
        tensor = context.tensor()
        rank = tensor.rank if tensor is not None else 1
        return charged(windows.size(value, rank, node.span), context.budget, node.span)
    raise fail(f"{context.show(value)} has no '{name}'", node.name.span)


def _named(node: tree.Expression, context: Context) -> Tensor | None:
    """Give the shape of a value that a node names, `skip` or `level[2]`, where it names one."""
    word, index = (node.operand, node.index) if isinstance(node, tree.Index) else (node, None)
    if not isinstance(word, tree.Name) or context.scope.find(word.text) is not None:
        return None
    return context.named(word.text if index is None else f"{word.text}[{evaluate(index, context)}]")


def _of_tensor(tensor: Tensor, name: str, node: tree.Attribute, context: Context) -> Value:
    if name not in _SHAPE:
        hint = did_you_mean(name, _SHAPE) or f"a tensor has {listing(_SHAPE)}"
        raise fail(f"a tensor has no '{name}'", node.name.span, hint)
    if name in ("height", "width"):
        axis = 2 if name == "height" else 1
        if tensor.rank < axis:
            raise fail(f"a tensor of {context.show(tensor)} has no {name}", node.name.span)
        return tensor.spatial[-axis]
    value = getattr(tensor, name)
    return charged(arithmetic.plain(value) if is_symbolic(value) else value, context.budget, node.span)


def _index(node: tree.Index, context: Context) -> Value:
    items = evaluate(node.operand, context)
    if not isinstance(items, tuple):
        raise fail(f"{context.show(items)} is not a list", node.operand.span)
    place = evaluate(node.index, context)
    if is_symbolic(place):  # the rounds of a loop that take turns are told apart by it
        context.knowledge.open.append(place)
    place = arithmetic.integer(place, node.index.span, "the index", context.show)
    if not -len(items) <= place < len(items):
        raise fail(f"index {context.show(place)} is outside a list of {len(items)}", node.index.span)
    return items[place]


def _apply(node: tree.Apply, context: Context) -> Value:
    name = node.function.text
    function = context.scope.find(name)
    if isinstance(function, Function):
        return call(function, node.arguments, context, node.span)
    if name in FUNCTIONS:
        return _builtin(FUNCTIONS[name], node, context)
    if function is not None:
        raise fail(f"'{name}' is {context.show(function)}, not a function", node.function.span)
    known = [*FUNCTIONS, *(n for n in context.scope.known() if isinstance(context.scope.find(n), Function))]
    raise fail(f"unknown function '{name}'", node.function.span, did_you_mean(name, known))


def call(function: Function, arguments: tuple[tree.Argument, ...], context: Context, span: Span) -> Value:
    """Apply a function that the spec defines."""
    declaration = function.declaration
    home = context.at(function.scope, context.current, context.named)
    bound = bind(declaration.name.text, declaration.parameters, arguments, context, home, span)
    with context.budget.call(declaration.name.text, span, bound.values()):
        return evaluate(declaration.value, home.inner(bound))


def bind(
    name: str,
    parameters: Sequence[tree.Parameter],
    arguments: Sequence[tree.Argument],
    caller: Context,
    home: Context,
    span: Span,
) -> dict[str, Value]:
    """Give each parameter its value.

    Arguments are read where the `caller` stands; defaults at `home`, where the
    parameters before them can be seen.
    """
    given = match_arguments(name, parameters, arguments, span)
    inside = home.inner()
    bound = inside.scope.names
    for parameter in parameters:
        key = parameter.name.text
        if key in given:
            bound[key] = evaluate(given[key].value, caller)
        elif parameter.default is not None:
            bound[key] = evaluate(parameter.default, inside)
        if isinstance(bound[key], tuple):
            charged(bound[key], caller.budget, span)
        if parameter.kind is not None:
            place = given[key].value.span if key in given else span
            bound[key] = check_kind(bound[key], parameter, caller, place, name, parameters)
    return bound


def _builtin(builtin: Builtin, node: tree.Apply, context: Context) -> Value:
    name = node.function.text
    values: list[Value] = []
    for place, argument in enumerate(node.arguments):
        if argument.name is not None:
            expected = builtin.parameters[place] if place < len(builtin.parameters) else None
            if argument.name.text != expected:
                raise fail(f"{name} has no argument '{argument.name.text}' at this place", argument.span)
        values.append(evaluate(argument.value, context))
    if len(values) < builtin.least or (builtin.most is not None and len(values) > builtin.most):
        given = "1 is" if len(values) == 1 else f"{len(values)} are"
        raise fail(f"{name} takes {_wanted(builtin)}, and {given} given", node.span)
    return charged(builtin.call(context, node.span, *values), context.budget, node.span)


def _wanted(builtin: Builtin) -> str:
    least, most = builtin.least, builtin.most
    counted = f"{least} argument{'s' if least > 1 else ''}"
    if most is None:
        return f"at least {counted}"
    return counted if least == most else f"{least} to {most} arguments"


def _sequence(node: tree.Sequence, context: Context) -> Value:
    return charged(tuple([evaluate(item, context) for item in node.items]), context.budget, node.span)


def _group(node: tree.Group, context: Context) -> Value:
    return evaluate(node.inner, context)


_ARITHMETIC: Mapping[str, Callable[[Value, Value, Span], Value]] = {
    "+": arithmetic.add, "-": arithmetic.subtract, "*": arithmetic.multiply, "/": arithmetic.divide,
}  # fmt: skip
_ROUNDED: Mapping[str, Callable[[Value, Value, Span, Facts | None], Value]] = {
    "//": rounding.floor_divide, "%": rounding.modulo,
}  # fmt: skip


def _chain(node: tree.Chain, context: Context) -> Value:
    first = node.operators[0]
    if first in ("and", "or"):
        return _junction(node, context, first == "or")
    value = evaluate(node.operands[0], context)
    if first in _ARITHMETIC or first in _ROUNDED:
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            right = evaluate(operand, context)
            if operator in _ARITHMETIC:
                value = _ARITHMETIC[operator](value, right, node.span)
                if operator == "/":
                    granting.not_zero(right, context, node.span)
            else:
                granting.not_zero(right, context, node.span)
                value = _ROUNDED[operator](value, right, node.span, context.facts)
            value = charged(value, context.budget, node.span)
        return value
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        right = evaluate(operand, context)
        if not compare(value, operator, right, context, node.span):
            return False
        value = right
    return True


def _junction(node: tree.Chain, context: Context, stops_at: bool) -> bool:
    for operand in node.operands:
        if truth(evaluate(operand, context), operand.span) == stops_at:
            return stops_at
    return not stops_at


def _prefix(node: tree.Prefix, context: Context) -> Value:
    value = evaluate(node.operand, context)
    if node.operator == "not":
        return not truth(value, node.operand.span)
    number = arithmetic.scalar(value, node.span)
    return -number if node.operator == "-" else number


def _power(node: tree.Power, context: Context) -> Value:
    base, exponent = evaluate(node.base, context), evaluate(node.exponent, context)
    value = arithmetic.power(base, exponent, node.span)
    if is_symbolic(base):
        if not (is_number(exponent) and Fraction(exponent).denominator == 1):
            granting.at_least(base, 0, context, node.span, "a power of a negative number")
        if not is_number(exponent) or exponent < 0:
            granting.not_zero(base, context, node.span)
    return charged(value, context.budget, node.span)


def _conditional(node: tree.Conditional, context: Context) -> Value:
    for condition, value in node.cases:
        if truth(evaluate(condition, context), condition.span):
            return evaluate(value, context)
    return evaluate(node.otherwise, context)


def _match(node: tree.Match, context: Context) -> Value:
    subject, passed = evaluate(node.subject, context), list[tuple[Value, tree.Expression, Span]]()
    for arm in node.arms:
        if not arm.patterns or any(_fits(subject, p, arm.value, passed, context) for p in arm.patterns):
            chosen = evaluate(arm.value, context)
            for number, value, span in passed:
                apart(subject, number, chosen, partial(evaluate, value, context), context, span)
            return chosen
    hint = "add an `else => ...`" if is_symbolic(subject) else ""
    if isinstance(subject, str):
        known = [item.text for arm in node.arms for item in arm.patterns if isinstance(item, tree.String)]
        hint = did_you_mean(subject, known) or f"it takes {', '.join(known)}"
    raise fail(f"no arm of this match takes {context.show(subject)}", node.subject.span, hint)


def _fits(
    subject: Value, pattern: tree.Expression, arm: tree.Expression,
    passed: list[tuple[Value, tree.Expression, Span]], context: Context,
) -> bool:  # fmt: skip
    """Compare with a pattern; a symbol is taken to be no number, which is `passed` over."""
    value = evaluate(pattern, context)
    if is_symbolic(subject) and is_number(value):
        if decide(relation(subject, "==", value), context, pattern.span):
            return True
        passed.append((value, arm, pattern.span))
        return False
    return equal(subject, value, context, pattern.span)


def _comprehension(node: tree.Comprehension, context: Context) -> Value:
    items = evaluate(node.items, context)
    if isinstance(items, Count) and isinstance(node.target, tree.Word):
        read = partial(_entry, node, context)
        return symbolic_sums.series(items, read, node.target.text, context, node.items.span)
    entries = [_entry(node, context, item) for item in sequence(context, items, node.items.span)]
    return charged(tuple([entry for entry in entries if entry is not None]), context.budget, node.span)


def _entry(node: tree.Comprehension, context: Context, item: Value) -> Value | None:
    """Give an entry of a list; None where the condition leaves it out."""
    inner = context.inner(unpack(node.target, item, context))
    if node.condition is not None and not truth(evaluate(node.condition, inner), node.condition.span):
        return None
    return evaluate(node.value, inner)


def unpack(target: tree.ItemNames, value: Value, context: Context) -> dict[str, Value]:
    """Bind the names of a target to a value, or to the parts of it."""
    if isinstance(target, tree.Word):
        return {target.text: value}
    if not isinstance(value, tuple) or len(value) != len(target.items):
        raise fail(f"{context.show(value)} does not part into {len(target.items)} names", target.span)
    bound: dict[str, Value] = {}
    for part, item in zip(target.items, value, strict=True):
        bound |= unpack(part, item, context)
    return bound


_RULES: Mapping[type, Callable[[Any, Context], Value]] = {
    tree.Number: _number, tree.String: _string, tree.Name: _name, tree.Current: _current,
    tree.Attribute: _attribute, tree.Index: _index, tree.Apply: _apply, tree.Sequence: _sequence,
    tree.Group: _group, tree.Chain: _chain, tree.Prefix: _prefix, tree.Power: _power,
    tree.Conditional: _conditional, tree.Match: _match, tree.Comprehension: _comprehension,
}  # fmt: skip
