"""Collects sums of fractions over common denominators.

From a sum whose terms were multiplied out; to one term for each denominator, in factors.
Promises: the same sum. What is not a ratio of polynomials is left as it is.
"""

from __future__ import annotations

from layercalc.lazy import sympy
from layercalc.numbers.logs import Constant
from layercalc.numbers.scalar import Scalar

#: A sum of more operations than this is left as it is: factoring takes a millisecond a term.
LONGEST = 4000


def gathered(expression: Scalar) -> Scalar:
    """Add up the terms over each denominator that is itself a sum.

    >>> r = sympy.Symbol("r", positive=True)
    >>> gathered(sympy.expand((r - 4) ** 2 / (9 * (r - 12) ** 2) + r))
    r + (r - 4)**2/(9*(r - 12)**2)
    """
    if isinstance(expression, Constant) or not expression.is_Add:
        return expression
    below_sums = any(power.has(sympy.Add) for power in expression.atoms(sympy.Pow))
    if not below_sums or expression.count_ops() > LONGEST:
        return expression
    above: dict[sympy.Expr, list[sympy.Expr]] = {}
    rest: list[sympy.Expr] = []
    for term in expression.args:
        over, below = sympy.fraction(term)
        if below.atoms(sympy.Add) and term.is_rational_function():
            number, factors = sympy.factor(below).as_coeff_Mul()
            above.setdefault(factors, []).append(over / number)
        else:
            rest.append(term)
    sums = (sympy.factor(sympy.Add(*parts) / below) for below, parts in above.items())
    return sympy.Add(*rest, *sums)
