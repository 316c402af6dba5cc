"""Reads a formula as pieces: a table of rules by kind of node, beside that of the evaluator.

From: the formula of an activation. To: `Pieces`, or `UnreadError` where it has none. Promises:
parts without the variable are evaluated by the evaluator itself; it raises no mistake of the
spec, which quadrature does at the number where it meets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

from layercalc.activations import pieces
from layercalc.activations.pieces import Pieces, TermSum, UnreadError
from layercalc.errors import SpecError
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import LOST, Context, is_number
from layercalc.syntax import tree
from layercalc.syntax.node import Node

PieceFunction: TypeAlias = Pieces[TermSum]
#: Operations of the evaluator that one on pieces takes as long as.
_EFFORT = 20


def read(node: tree.Activation, context: Context) -> PieceFunction:
    """Read the formula of an activation.

    Raises `UnreadError` for what is no sum of powers and exponentials between rational ends.
    """
    try:
        return _FormulaReader(node.parameters[0].name.text, context).function(node.formula)
    except SpecError:
        raise UnreadError from None


def normalised(node: tree.Activation, context: Context) -> tree.Expression | None:
    """Give f(x) of a formula f(x) / sum(f(x)), in which x is a whole vector."""
    whole = node.formula
    if not isinstance(whole, tree.Chain) or whole.operators != ("/",):
        return None
    above, below = whole.operands
    if not isinstance(below, tree.Apply) or below.function.text != "sum" or len(below.arguments) != 1:
        return None
    same = _bare(below.arguments[0].value).span.text == _bare(above).span.text
    return above if same and context.scope.find("sum") is None else None


def _bare(node: tree.Expression) -> tree.Expression:
    """Remove the parentheses around an expression."""
    while isinstance(node, tree.Group):
        node = node.inner
    return node


def cuts(node: tree.Activation, context: Context) -> list[Fraction]:
    """List rational places at which a formula bends, from the parts of it that can be read."""
    reader = _FormulaReader(node.parameters[0].name.text, context)
    found, left = set[Fraction](), [node.formula]
    while left:
        part = left.pop()
        try:
            found.update(reader.cuts(part))
        except (SpecError, UnreadError):
            left += _parts(part)
    return sorted(found)


def is_analytic(node: tree.Expression, context: Context) -> bool:
    """Tell whether an expression uses only functions without bends and steps, except roots at 0."""
    if isinstance(node, tree.Apply):
        name = node.function.text
        fits = name in _ANALYTIC and context.scope.find(name) is None
    elif isinstance(node, tree.Chain):
        fits = set(node.operators) <= _OPERATIONS.keys()
    else:
        fits = isinstance(node, tree.Number | tree.Name | tree.Group | tree.Prefix | tree.Power)
    return fits and all(is_analytic(part, context) for part in _parts(node))


def size(node: tree.Expression) -> int:
    """Count an expression and all expressions in it."""
    return 1 + sum(map(size, _parts(node)))


def _parts(node: Node) -> list[tree.Expression]:
    """List the direct parts of a node."""
    found, left = list[tree.Expression](), [*node.values()]
    while left:
        value = left.pop()
        if isinstance(value, tree.Expression):
            found.append(value)
        elif isinstance(value, Node):
            left += value.values()
        elif type(value) is tuple:
            left += value
    return found


class _FormulaReader:
    """Reads formulas of one variable where they stand."""

    def __init__(self, variable: str, context: Context) -> None:
        self._variable, self._context = variable, context.inner({variable: LOST})

    def cuts(self, node: tree.Expression) -> tuple[Fraction, ...]:
        """List the places at which a number or a condition changes its piece."""
        try:
            return self.function(node).cuts
        except (SpecError, UnreadError):
            return self.condition(node).cuts

    def function(self, node: tree.Expression) -> PieceFunction:
        """Read an expression that is a number at each place."""
        self._context.budget.spend(_EFFORT, node.span)
        rule = _RULES.get(type(node), _FormulaReader._number)
        return rule(self, node)

    def condition(self, node: tree.Expression) -> Pieces[bool]:
        """Read an expression that is true or false at each place."""
        if isinstance(node, tree.Group):
            return self.condition(node.inner)
        if isinstance(node, tree.Prefix) and node.operator == "not":
            return self.condition(node.operand).mapped(lambda holds: not holds)
        if not isinstance(node, tree.Chain) or node.operators[0] in "+-*//%":
            raise UnreadError
        if (word := node.operators[0]) in ("and", "or"):
            both: Callable[[bool, bool], bool] = (
                (lambda a, b: a and b) if word == "and" else (lambda a, b: a or b)
            )
            return reduce(lambda a, b: a.met(b, both), map(self.condition, node.operands))
        sides = [self.function(operand) for operand in node.operands]
        compared = [_compare(a, op, b) for a, op, b in zip(sides, node.operators, sides[1:], strict=False)]
        return reduce(lambda a, b: a.met(b, lambda x, y: x and y), compared)

    def _number(self, node: tree.Expression) -> PieceFunction:
        value = evaluate(node, self._context)
        if not is_number(value):
            raise UnreadError
        return pieces.constant(value)

    def _name(self, node: tree.Name) -> PieceFunction:
        return pieces.variable() if node.text == self._variable else self._number(node)

    def _group(self, node: tree.Group) -> PieceFunction:
        return self.function(node.inner)

    def _prefix(self, node: tree.Prefix) -> PieceFunction:
        if node.operator == "not":
            raise UnreadError
        value = self.function(node.operand)
        return _negative(value) if node.operator == "-" else value

    def _chain(self, node: tree.Chain) -> PieceFunction:
        value = self.function(node.operands[0])
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            if operator not in _OPERATIONS:
                raise UnreadError
            value = value.met(self.function(operand), _OPERATIONS[operator])
        return value

    def _power(self, node: tree.Power) -> PieceFunction:
        exponent = evaluate(node.exponent, self._context)
        if not isinstance(exponent, int) or not 0 <= exponent <= pieces.MOST_POWER:
            return self._number(node)
        base = self.function(node.base)
        return reduce(lambda a, b: a.met(b, pieces.multiply), [base] * exponent, pieces.constant(1))

    def _conditional(self, node: tree.Conditional) -> PieceFunction:
        value = self.function(node.otherwise)
        for condition, case in reversed(node.cases):
            value = _chosen(self.condition(condition), self.function(case), value)
        return value

    def _apply(self, node: tree.Apply) -> PieceFunction:
        name = node.function.text
        if name not in _FUNCTIONS or self._context.scope.find(name) is not None:
            return self._number(node)
        return _FUNCTIONS[name]([self.function(argument.value) for argument in node.arguments])


def _negative(value: PieceFunction) -> PieceFunction:
    return value.mapped(lambda part: pieces.scaled(part, Fraction(-1)))


def _minus(a: PieceFunction, b: PieceFunction) -> PieceFunction:
    return a.met(_negative(b), pieces.add)


def _quotient(a: TermSum, b: TermSum) -> TermSum:
    """Divide by a single exponential or a number."""
    if len(b) != 1:
        raise UnreadError
    [((power, rate, shift), factor)] = b.items()
    if power:
        raise UnreadError
    return pieces.multiply(a, {(0, -rate, -shift): 1 / factor})


_OPERATIONS: Mapping[str, Callable[[TermSum, TermSum], TermSum]] = {
    "+": pieces.add,
    "-": lambda a, b: pieces.add(a, pieces.scaled(b, Fraction(-1))),
    "*": pieces.multiply,
    "/": _quotient,
}


def _compare(a: PieceFunction, operator: str, b: PieceFunction) -> Pieces[bool]:
    """Tell where a comparison holds."""
    above, below = pieces.positive(_minus(a, b)), pieces.positive(_minus(b, a))
    if operator in (">", "<"):
        return above if operator == ">" else below
    if operator in (">=", "<="):
        return (below if operator == ">=" else above).mapped(lambda holds: not holds)
    return above.met(below, lambda x, y: (x or y) == (operator == "!="))


def _chosen(where: Pieces[bool], a: PieceFunction, b: PieceFunction) -> PieceFunction:
    """Take one function where a condition holds and another elsewhere."""
    both = a.met(b, lambda x, y: (x, y))
    return where.met(both, lambda holds, pair: pair[0] if holds else pair[1])


def _larger(a: PieceFunction, b: PieceFunction) -> PieceFunction:
    return _chosen(pieces.positive(_minus(a, b)), a, b)


def _smaller(a: PieceFunction, b: PieceFunction) -> PieceFunction:
    return _chosen(pieces.positive(_minus(a, b)), b, a)


def _alone(values: list[PieceFunction]) -> PieceFunction:
    if len(values) != 1:
        raise UnreadError
    return values[0]


_ANALYTIC = frozenset({"exp", "log", "log2", "sqrt", "tanh", "erf"})
_FUNCTIONS: Mapping[str, Callable[[list[PieceFunction]], PieceFunction]] = {
    "max": lambda values: reduce(_larger, values),
    "min": lambda values: reduce(_smaller, values),
    "abs": lambda values: _larger(_alone(values), _negative(_alone(values))),
    "exp": lambda values: _alone(values).mapped(pieces.exponential),
}

_RULES: Mapping[type, Callable[[_FormulaReader, Any], PieceFunction]] = {
    tree.Name: _FormulaReader._name,
    tree.Group: _FormulaReader._group,
    tree.Prefix: _FormulaReader._prefix,
    tree.Chain: _FormulaReader._chain,
    tree.Power: _FormulaReader._power,
    tree.Conditional: _FormulaReader._conditional,
    tree.Apply: _FormulaReader._apply,
}
