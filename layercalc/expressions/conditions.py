"""Conditions: decided by numbers, or by what the params declare of their symbols."""

from __future__ import annotations

from typing import Any

from layercalc import limits
from layercalc.errors import Span, fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.costs import check_terms, effort
from layercalc.expressions.granting import grant, undecided
from layercalc.expressions.scope import Context, Value, describe, is_number, is_scalar
from layercalc.lazy import sympy
from layercalc.numbers import real
from layercalc.numbers.linear import related
from layercalc.numbers.logs import Constant


def truth(value: Value, span: Span) -> bool:
    """Read a value as a condition: true, false, or 1 and 0."""
    if isinstance(value, bool) or value in (0, 1):
        return bool(value)
    raise fail(f"this is {describe(value)}, not a condition", span)


def compare(a: Value, operator: str, b: Value, context: Context, span: Span) -> bool:
    """Decide one comparison.

    Where only an extreme value of the symbols makes the other answer true, it is the usual
    one, which is taken for granted: r * r == 1 is false, for r >= 2.

    Raises `SpecError` for symbols whose declarations leave it open, naming them
    and a `where` that would decide it.
    """
    if is_number(a) and is_number(b):
        context.budget.spend(max(effort(a), effort(b)), span)
        return _numbers(a, operator, b)
    if isinstance(a, Constant) and isinstance(b, Constant) and (sign := real.sign(a - b)) is not None:
        return _numbers(sign, operator, 0)
    if is_scalar(a) and is_scalar(b):
        return _symbols(a, operator, b, context, span)
    if operator not in ("==", "!="):
        raise fail(f"{context.show(a)} and {context.show(b)} have no order", span)
    return equal(a, b, context, span) == (operator == "==")


def equal(a: Value, b: Value, context: Context, span: Span) -> bool:
    """Decide whether two values of any kind are the same."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        context.budget.spend(len(a), span)
        return len(a) == len(b) and all(equal(x, y, context, span) for x, y in zip(a, b, strict=True))
    if is_scalar(a) and is_scalar(b):
        return compare(a, "==", b, context, span)
    return type(a) is type(b) and bool(a == b)


def same(a: Value, b: Value, context: Context, span: Span) -> bool | None:
    """Tell whether two scalars are equal; None where the declarations leave it open."""
    if is_number(a) and is_number(b):
        return bool(a == b)
    if symbolic(a) == symbolic(b):  # a Fraction cannot be compared with a floating-point number of sympy
        return True
    return decide(relation(a, "==", b), context, span)


def relation(a: Value, operator: str, b: Value) -> Any:
    """Make the sympy relation of a comparison."""
    kinds: dict[str, Any] = {
        "==": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge,
    }  # fmt: skip
    return related(kinds[operator], a, b)


def decide(statement: Any, context: Context, span: Span) -> bool | None:
    """Tell whether a relation follows from what the params declare; None where that leaves it open."""
    if statement in (True, False):
        return bool(statement)
    check_terms(statement, limits.ROUNDED_TERMS, context.budget, span, share=1)
    return context.facts.decide(statement) if context.facts is not None else None


def _symbols(a: Value, operator: str, b: Value, context: Context, span: Span) -> bool:
    statement = relation(a, operator, b)
    decided = decide(statement, context, span)
    if decided is not None:
        return decided
    shown = f"{context.show(a)} {operator} {context.show(b)}"
    usual = context.knowledge.begin().usual_side(statement)
    context.knowledge.open.append(statement)
    if usual is None:
        raise undecided(statement, context, span, shown)
    grant(usual, context, span, f"{shown} is open")
    return operator in ("!=", usual.rel_op)


def _numbers(a: Any, operator: str, b: Any) -> bool:
    if operator in ("==", "!="):
        return bool(a == b) == (operator == "==")
    if operator in ("<", ">="):
        return bool(a < b) == (operator == "<")
    return bool(a > b) == (operator == ">")
