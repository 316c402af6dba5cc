"""The linear pieces of an activation, as theorems on VC dimension count them.

From: the formula of an activation. To: `LinearPieces`. Promises: exact, at single numbers too, and
no name of an activation is known here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from layercalc.activations import formula
from layercalc.activations.pieces import Pieces, TermSum, UnreadError, value
from layercalc.errors import SpecError, fail
from layercalc.expressions.scope import Context
from layercalc.syntax import tree

HINT = "relu and its kin are; a softmax or sigmoid at the end can be left out: the decision is the same"


class LinearPieces(NamedTuple):
    """The number of comparisons that select the linear piece of an activation, and the degree of the pieces.

    The degree is 0 where every piece is constant, else 1.
    """

    comparisons: int
    degree: int


def lines(node: tree.Activation, context: Context) -> LinearPieces:
    """Count the linear pieces of an activation whose parameters have values in the context.

    Raises `SpecError` for a formula that is not piecewise linear, with rational numbers.
    """
    try:
        function = formula.read(node, context)
    except UnreadError:
        raise _refused(node) from None
    if not all(map(_is_line, function.parts)):
        raise _refused(node)
    comparisons = sum(_parted(function, place) for place in range(len(function.cuts)))
    return LinearPieces(
        comparisons, max(power for part in function.between for power, _, _ in [*part, (0, 0, 0)])
    )


def _refused(node: tree.Activation) -> SpecError:
    return fail(
        f"{node.formula.span.text} is not piecewise linear in rational numbers", node.formula.span, HINT
    )


def _is_line(part: TermSum) -> bool:
    return all(power <= 1 and not rate and not shift for power, rate, shift in part)


def _parted(function: Pieces[TermSum], place: int) -> int:
    """Count the pieces that begin at a cut: one after it, and one at it if the value there is isolated."""
    x: Fraction = function.cuts[place]
    before, at, behind = function.parts[2 * place : 2 * place + 3]
    fits = value(at, x) in (value(before, x), value(behind, x))
    return int(before != behind) if fits else 2
