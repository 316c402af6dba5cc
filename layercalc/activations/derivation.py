"""The ratio of the deviations of output and input of a formula: in closed form, else by quadrature.

From: an activation and the distribution of its input. To: `Derived`. Promises: a closed
form is exact and was never integrated by anything but the moments in `inputs`; the number
has 12 digits either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from layercalc import limits
from layercalc.activations import formula
from layercalc.activations.inputs import STANDARD, Input
from layercalc.activations.pieces import Pieces, TermSum, UnreadError, multiply
from layercalc.activations.quadrature import moments
from layercalc.errors import fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.costs import PRECISION
from layercalc.expressions.scope import Budget, Context, describe
from layercalc.lazy import mpmath, sympy
from layercalc.syntax import tree

#: A number of mpmath.
mpf: TypeAlias = "mpmath.mpf"

_DIGITS = 12
#: A deviation below this is none.
_NONE = 1e-9
#: A ratio beyond this, or below its inverse, is refused: its square is still a double.
_MOST = 1e100
#: The operations on exact numbers that a derivation takes as long as, and its own that are as long as one.
_LEAST = 5000
_SHARE = 4


@dataclass(frozen=True, slots=True)
class Derived:
    """The ratio of the deviations of output and input of an activation; `variances` is its exact square.

    `normalised` says that the formula divides a vector by its sum: then the ratio is
    that of N elements times N, for large N.
    """

    ratio: mpf
    variances: sympy.Expr | None
    normalised: bool = False

    @property
    def power(self) -> Fraction:
        """The ratio of deviations, to 12 digits."""
        return _rounded(self.ratio)

    @property
    def complexity(self) -> Fraction:
        """The inverse of the ratio of deviations, to 12 digits."""
        return _rounded(1 / self.ratio)

    @property
    def square(self) -> Fraction:
        """The ratio of variances, to 12 digits."""
        return _rounded(self.ratio**2)

    @property
    def exactly(self) -> str:
        """The ratio of deviations in closed form, as text; empty where it has none."""
        if self.variances is None:
            return ""
        root = sympy.sqrt(self.variances)
        square = self.variances.subs(sympy.pi, sympy.Symbol("pi"))
        told = str(square) if square.is_Rational else describe(square)
        text = str(root) if root.is_Rational else f"sqrt({told})"
        return f"{text}/N" if self.normalised else text


def derive(node: tree.Activation, context: Context, x: Input = STANDARD) -> Derived:
    """Derive the ratio of an activation whose parameters have their values in the context.

    Raises `SpecError` for a formula that gives a constant, or no number.
    """
    own = Budget()
    own.expressions *= _SHARE
    at = Context(context.scope, context.current, context.named, own, context.knowledge)
    found = _derive(node, at, x)
    work = limits.EXPRESSION_STEPS - own.expressions // _SHARE
    context.budget.spend(_LEAST + work, node.formula.span)
    if not 1 / _MOST < found.ratio < _MOST:
        told = f"the deviation behind it is {_value_text(found.ratio)} of that before it, x ~ {x}"
        raise fail(f"{node.name.text}: {told}; the limit is {_MOST:g} or its inverse", node.formula.span)
    return found


def _derive(node: tree.Activation, context: Context, x: Input) -> Derived:
    inner = formula.normalised(node, context)
    if inner is not None:
        node = tree.Activation(node.name, node.parameters, inner, node.fields, node.span)
    try:
        mean, square = _exact_moments(formula.read(node, context), x)
    except UnreadError:
        return _summed(node, context, x, inner is not None)
    return _exact(node, mean, square, x, inner is not None)


def _exact(node: tree.Activation, mean: Any, square: Any, x: Input, normalised: bool) -> Derived:
    from layercalc.numbers import precision

    whole = sympy.expand((square - mean**2) / x.variance)
    if whole == 0:
        raise _constant(node, x)
    if normalised:
        ratio = sympy.expand((square / mean**2 - 1) / x.variance)
    else:  # a mean square less the square of a mean is shorter than what it multiplies out to
        ratio = (square - mean**2) / x.variance if whole.has(sympy.exp, sympy.erf) else sympy.together(whole)
    with precision.digits(PRECISION):
        return Derived(mpmath.sqrt(mpmath.mpf(ratio.evalf(PRECISION))), ratio, normalised)


def _summed(node: tree.Activation, context: Context, x: Input, normalised: bool = False) -> Derived:
    from layercalc.numbers import precision

    with precision.digits(PRECISION):
        mean, square = moments(node, context, x, [x.place(cut) for cut in formula.cuts(node, context)])
        deviation = mpmath.sqrt(max(square - mean**2, 0))
        if deviation < _NONE:
            raise _constant(node, x)
        before = mpmath.sqrt(mpmath.mpf(x.variance.evalf(PRECISION)))
        return Derived(deviation / before / (abs(mean) if normalised else 1), None, normalised)


def _constant(node: tree.Activation, x: Input) -> Exception:
    return fail(f"{node.name.text}: the formula is constant for x ~ {x}", node.formula.span)


def _exact_moments(function: Pieces[TermSum], x: Input) -> tuple[sympy.Expr, sympy.Expr]:
    """Give the mean and the mean square of a function in closed form."""
    return _expected(function, x), _expected(function.mapped(lambda part: multiply(part, part)), x)


def _expected(function: Pieces[TermSum], x: Input) -> sympy.Expr:
    ends: list[Fraction | None] = [None, *function.cuts, None]
    stretches = zip(function.between, ends, ends[1:], strict=False)
    terms = []
    for part, low, high in stretches:
        for (power, rate, shift), factor in part.items():
            moment = x.expectation(power, rate, low, high)
            terms.append(symbolic(factor) * sympy.exp(symbolic(shift)) * moment)
    return sympy.Add(*terms)


def _rounded(value: Any) -> Fraction:
    return Fraction(mpmath.nstr(value, _DIGITS))


def _value_text(value: Any) -> str:
    return str(mpmath.nstr(value, 3))
