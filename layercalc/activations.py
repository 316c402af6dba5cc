"""Activations without quoted laws: power and complexity from the formula.

For x ~ N(0, 1), power is sd(f(x)) / sd(x) and complexity its inverse (eq. 5 and 7
of the paper; its text says variances, its printed values 0.584, 0.628 and 0.208
are ratios of standard deviations). The moments are summed by Gauss-Legendre
quadrature over half-unit intervals of [-10, 10], which puts the kinks of the
usual functions on interval ends; both laws are given to 12 significant digits.
Only here is an expression read at floating-point numbers, of 30 digits.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from layercalc import limits, tree
from layercalc.errors import SpecError, fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Budget, Context, is_scalar
from layercalc.expressions.weights import PRECISION

if TYPE_CHECKING:
    import sympy
    from mpmath import mpf

_REACH = 10
_NODES = 12
_DIGITS = 12
#: The operations on exact numbers that a derivation takes as long as, and its own that are as long as one.
_LEAST = 5000
_SHARE = 4


def derive(node: tree.Activation, context: Context) -> dict[str, Fraction]:
    """Give `power` and `complexity` of an activation declared by its formula alone.

    Raises `SpecError` for a formula that gives a constant, or no number.
    """
    import mpmath

    own = Budget()
    with mpmath.workdps(PRECISION):
        mean, square = _moments(node, replace(context, budget=own))
        work = (limits.EXPRESSION_STEPS - own.expressions) // _SHARE
        context.budget.spend(_LEAST + work, node.formula.span)
        deviation = mpmath.sqrt(square - mean * mean)
        if deviation < mpmath.mpf(10) ** -9:
            raise fail(f"{node.name.text}: the formula is constant for x ~ N(0, 1)", node.formula.span)
        return {"power": _rounded(deviation), "complexity": _rounded(1 / deviation)}


def _moments(node: tree.Activation, context: Context) -> tuple[mpf, mpf]:
    import mpmath

    mean = square = mpmath.mpf(0)
    for point, weight in _abscissae():
        value = _at(node, point, context)
        mean += weight * value
        square += weight * value * value
    return mean, square


@cache
def _abscissae() -> list[tuple[sympy.Float, mpf]]:
    """Points and weights of the standard normal distribution."""
    import mpmath
    import sympy
    from sympy.integrals.quadrature import gauss_legendre

    nodes, weights = gauss_legendre(_NODES, PRECISION)
    points = []
    for interval in range(-2 * _REACH, 2 * _REACH):
        for node, weight in zip(nodes, weights, strict=True):
            x = (interval + (1 + mpmath.mpf(node)) / 2) / 2
            points.append((sympy.Float(x, PRECISION), mpmath.mpf(weight) / 4 * mpmath.npdf(x)))
    return points


def _at(node: tree.Activation, x: sympy.Float, context: Context) -> mpf:
    import mpmath

    name, where = node.parameters[0].name.text, f"at {node.parameters[0].name.text} = {float(x):.4g}"
    try:
        value = evaluate(node.formula, context.inner({name: x}))
    except SpecError as error:
        told = error.diagnostics[0]
        raise fail(f"{node.name.text} {where}: {told.message}", told.span, told.hint) from None
    number = symbolic(value).evalf(PRECISION) if is_scalar(value) else None
    if number is None or not (number.is_Float or number.is_Integer):
        raise fail(f"{node.name.text}: the formula gives no number {where}", node.formula.span)
    return mpmath.mpf(number)


def _rounded(value: Any) -> Fraction:
    import mpmath

    return Fraction(mpmath.nstr(value, _DIGITS))
