"""A condition of a `where` as a statement on symbols to be assumed."""

from __future__ import annotations

from typing import Any

from layercalc.expressions.conditions import relation, truth
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, is_scalar
from layercalc.lazy import sympy
from layercalc.syntax import tree


def held(node: tree.Expression, context: Context) -> Any:
    """Read a condition: true or false, where there are symbols a statement on them."""
    return truth(evaluate(node, context), node.span) if context.facts is None else statement(node, context)


def statement(node: tree.Expression, context: Context) -> Any:
    """Give a condition as a sympy Boolean, undecided parts left standing."""
    if isinstance(node, tree.Group):
        return statement(node.inner, context)
    if isinstance(node, tree.Prefix) and node.operator == "not":
        return sympy.Not(statement(node.operand, context))
    if not isinstance(node, tree.Chain) or node.operators[0] in "+-*//%":
        return sympy.true if truth(evaluate(node, context), node.span) else sympy.false
    if node.operators[0] in ("and", "or"):
        kind, settled = (sympy.And, sympy.false) if node.operators[0] == "and" else (sympy.Or, sympy.true)
        parts = []
        for operand in node.operands:
            parts.append(statement(operand, context))
            if parts[-1] == settled:
                break
        return kind(*parts)
    values = [evaluate(operand, context) for operand in node.operands]
    if not all(map(is_scalar, values)):
        return sympy.true if truth(evaluate(node, context), node.span) else sympy.false
    return sympy.And(*map(relation, values, node.operators, values[1:]))
