"""Chooses among equal closed forms the one that is shown.

From the groups of a product; to the same in other counts, so that factors join their powers: 2 * 2^(n - 1)
becomes 2^n. From a sum that was multiplied out; to one term for each denominator. Promises: the same
value; equal powers of numbers are shown alike, however they came about. It writes no text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from layercalc.forms.base import Base, Exponent, Monomial, constants
from layercalc.forms.monomial import merged
from layercalc.lazy import sympy
from layercalc.numbers.logs import Constant
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, symbolic, total

#: A sum of more operations than this is left as it is: factoring takes a millisecond a term.
LONGEST = 4000


def settled(groups: Mapping[Exponent, Monomial]) -> dict[Exponent, Monomial]:
    """Choose the count of each symbolic exponent so that a factor before its power joins it.

    >>> n, w = sympy.symbols("n w")
    >>> settled({1: {w: 3}, n - 3: {w: 1}})
    {n: {w: 1}}
    """
    shown = dict(groups)
    for exponent, monomial in groups.items():
        constant = shown.get(1, {})
        shifts = [_rounds(b, power, constant) for b, power in monomial.items() if not isinstance(b, int)]
        votes = Counter(shift for shift in shifts if shift)
        if exponent == 1 or not votes:
            continue
        shift = max(votes, key=lambda shift: (votes[shift], -shift))
        shown[1] = merged(constant, monomial, -shift)
        shown[total([exponent, shift])] = shown.pop(exponent)
    return _one_power({exponent: monomial for exponent, monomial in shown.items() if monomial})


def _one_power(groups: dict[Exponent, Monomial]) -> dict[Exponent, Monomial]:
    """Write c b^(n - k) as one power, of n where c is not itself a power of b."""
    shown = dict(groups)
    for exponent, monomial in groups.items():
        if exponent == 1 or constants(monomial)[1]:
            continue
        shift, core = symbolic(exponent).as_coeff_Add()
        if not shift.is_Integer:
            continue
        constant = merged(constants(shown.get(1, {}))[0], monomial, int(shift))
        rounds = {_rounds(base, power, constant) for base, power in monomial.items()}
        further = rounds.pop() if len(rounds) == 1 and constant.keys() <= monomial.keys() else 0
        del shown[exponent]
        shown[1] = merged(shown.get(1, {}), monomial, int(shift) - further)
        shown[total([core, further])] = monomial
    return {exponent: monomial for exponent, monomial in shown.items() if monomial}


def _rounds(base: Base, power: Number, constant: Monomial) -> int:
    """Count the rounds of a power that stand before it, 0 where they are not whole."""
    rounds = whole(Fraction(constant.get(base, 0)) / power)
    return rounds if isinstance(rounds, int) else 0


def gathered(expression: Scalar) -> Scalar:
    """Add up the terms of a sum over each denominator that is itself a sum.

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
