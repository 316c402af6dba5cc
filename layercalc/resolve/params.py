"""Params get their values: a default, a number, a symbol, or an expression of symbols."""

from __future__ import annotations

from layercalc.errors import LimitError, Span, SpecError, did_you_mean, fail
from layercalc.expressions.arithmetic import whole
from layercalc.expressions.costs import ASSUMPTION
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.kinds import REAL, check_kind
from layercalc.expressions.scope import (
    CONSTANTS,
    Context,
    Scope,
    Value,
    describe,
    is_number,
    is_scalar,
    is_symbolic,
)
from layercalc.expressions.statements import held
from layercalc.resolve.assume_option import Assumed
from layercalc.resolve.names import check_words
from layercalc.resolve.program import Given
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes


def bind_param(param: tree.Param, given: Given | None, assumed: Assumed, context: Context) -> Value:
    """Put the value of a param into the scope, and what its `where` says into the facts; give the value.

    What is assumed of it goes into the facts as well.

    Raises `SpecError` for a number that the `where` refuses, and for a contradiction.
    """
    value, span = _value(param, given, context)
    value = check_kind(value, param, context, span)
    names = context.scope.names
    names[param.name.text] = value
    if param.where is not None:
        _hold(param, param.where, span, context)
    more = assumed.bound(param.name.text, _symbols(param, given, value), context)
    if more or (param.where is not None and context.facts is not None):
        context.budget.spend(ASSUMPTION + 2 * len(names), param.span)
        names.update({name: _canonical(value, context) for name, value in names.items()})
    elif is_symbolic(value):
        names[param.name.text] = _canonical(value, context)
    return names[param.name.text]


def _symbols(param: tree.Param, given: Given | None, value: Value) -> list[str]:
    """List the names of the symbols that a param was given with."""
    if given is None:
        return [] if param.default is not None else [param.name.text]
    return sorted(_words(given.expression) - CONSTANTS.keys()) if is_symbolic(value) else []


def _words(node: tree.Expression) -> set[str]:
    return {item.text for item in nodes(node) if isinstance(item, tree.Name)}


def _canonical(value: Value, context: Context) -> Value:
    if isinstance(value, tuple):
        return tuple([_canonical(item, context) for item in value])
    return context.knowledge.begin().canonical(value) if is_symbolic(value) else value


def _value(param: tree.Param, given: Given | None, context: Context) -> tuple[Value, Span]:
    default = _default(param, given, context)
    if given is not None:
        node = given.expression
        if isinstance(default, bool):
            return _switch(param.name.text, node, context), node.span
        if isinstance(default, str):  # the name of a variant needs no quotes
            return node.text if isinstance(node, tree.String) else node.span.text, node.span
        return _with_symbols(node, param, default, context), node.span
    if param.default is not None:
        return default, param.default.span
    word = tree.Name(param.name.text, param.name.span)
    return _with_symbols(word, param, default, context), param.span


def _allows_zero(param: tree.Param) -> bool:
    """Tell whether a `where` says `name >= 0`."""
    where = param.where
    is_and = isinstance(where, tree.Chain) and where.operators[0] == "and"
    parts = where.operands if is_and else (where,)  # type: ignore[union-attr]
    return any(
        isinstance(part, tree.Chain)
        and part.operators == (">=",)
        and [operand.span.text for operand in part.operands] == [param.name.text, "0"]
        for part in parts
    )


def _switch(name: str, node: tree.Expression, context: Context) -> bool:
    """Read the value of a param that is true or false, and never a symbol."""
    words = [item.text for item in nodes(node) if isinstance(item, tree.Name)]
    if unknown := [word for word in words if word not in CONSTANTS]:
        hint = did_you_mean(unknown[0], CONSTANTS)
        raise fail(f"{name} is true or false, not {node.span.text}", node.span, hint)
    value = evaluate(node, context.at(Scope(), None))
    if value not in (0, 1):
        raise fail(f"{name} is true or false, not {describe(value)}", node.span)
    return bool(value)


def _default(param: tree.Param, given: Given | None, context: Context) -> Value | None:
    """Read the default; one that does not go with the values of other params may be replaced."""
    if param.default is None:
        return None
    try:
        return evaluate(param.default, context)
    except LimitError:
        raise
    except SpecError:
        if given is None:
            raise
        return None


def _with_symbols(node: tree.Expression, param: tree.Param, default: Value, context: Context) -> Value:
    """Read a given value, in which every unknown name is a symbol.

    A symbol is a positive number, or zero where its param allows it; whole unless the param is
    real, or its default is no whole number.
    """
    integer = default is None or not is_number(default) or whole(default) == default // 1
    integer = integer and (param.kind is None or param.kind.text != REAL)
    positive = not (is_number(default) and default <= 0) and not _allows_zero(param)
    written = [item for item in nodes(node) if isinstance(item, tree.Name)]
    check_words(written, param.name.text)
    names = {item.text for item in written} - CONSTANTS.keys()
    symbols = {
        name: context.knowledge.begin().symbol(name, integer=integer, positive=positive)
        for name in sorted(names)
    }
    return evaluate(node, context.at(Scope(None, symbols), None))


def _hold(param: tree.Param, where: tree.Expression, span: Span, context: Context) -> None:
    value = context.scope.names[param.name.text]
    shown = f"{param.name.text} = {context.show(value)}"
    try:
        said = held(where, context)
    except SpecError as error:
        if is_scalar(value) or span.source is where.span.source:
            raise
        told = f"{shown} is not what `{where.span.text}` asks for: {error.diagnostics[0].message}"
        raise fail(told, span, f"declared at {where.span}") from None
    if said == False:  # noqa: E712  (sympy has a false of its own)
        raise fail(f"{shown} is outside `{where.span.text}`", span, f"declared at {where.span}")
    if is_symbolic(said) and said != True:  # noqa: E712
        context.knowledge.granted.declared[said] = None
        try:
            context.knowledge.begin().assume(said)
        except ValueError as error:
            raise fail(f"{param.name.text}: {error}", where.span) from None
