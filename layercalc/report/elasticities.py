"""Slopes as texts: sums of fractions with signs, and what is told of an elasticity that is long.

From a `SignedSum`. To: trees of the language, and cells of a table. Promises: a text stands for the
whole formula, unless it says "about".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from layercalc.forms.product import Product
from layercalc.growth.scaling import GrowthLaw, Scaling
from layercalc.growth.slope import SignedSum
from layercalc.measures import label_of
from layercalc.printing.formula import addends, is_one, numeral, quotient, summed
from layercalc.printing.text import text
from layercalc.report.table import Formula
from layercalc.syntax.tree import Chain, Expression, Group, Number, Power
from layercalc.writing.forms import exact_text, folded_parts
from layercalc.writing.written import Written, together

#: Characters up to which the formula of an elasticity stands in the table, and those beyond which it is
#: told by other measures.
LONG, SHORT = 200, 80
#: Digits of a slope.
DIGITS = 5
#: A term of a sum, with whether it is taken off.
Addend: TypeAlias = "tuple[bool, Expression]"
_LARGE = re.compile(r"[\d.]+ \* 10\^\d+")


def elasticity_text(law: GrowthLaw, scaling: Scaling) -> str:
    """Write an elasticity in closed form; a long one as the sum of two others, or by its leading term.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.growth.scaling import scalings
    >>> from layercalc.resolve.loading import load_program
    >>> (found,) = scalings(Family(load_program("wavenet"), {}, ["layers"]), ["gcc", "gsc", "gwc"])
    >>> for law in found.laws:
    ...     print(elasticity_text(law, found))
    25.498 * layers + 25.498 * layers / (1.1849e11^layers - 1)
    0.0064468 * layers / (0.0064468*layers + 1)
    that of GCC + that of GSC
    """
    slopes = law.elasticity
    told = "-" if slopes.formula is None else Formula.of(signed(slopes.formula, plainer=True))
    if len(told) > SHORT and (factors := _factors(law.measure, scaling)):
        return " + ".join(f"that of {label_of(name)}" for name in factors)
    if len(told) > LONG or told == "-":
        if slopes.leading is not None:
            leading = signed(slopes.leading)
            return Formula("about ", *Formula.of(leading).pieces, f" for large {law.x}")
        return told if told == "-" else "(long: --format json has it)"
    return told


def _factors(measure: str, scaling: Scaling) -> tuple[str, ...]:
    """Find two measures whose elasticities add up to that of another, as their product's does."""
    known = {
        law.measure: law.elasticity.formula for law in scaling.laws if law.elasticity.formula is not None
    }
    whole = {*known.pop(measure).terms}
    for (one, first), (other, second) in combinations(known.items(), 2):
        if first.terms and second.terms and {*SignedSum.total([first, second]).terms} == whole:
            return one, other
    return ()


def formula_text(formula: SignedSum, exact: bool = False) -> str:
    """Write a sum of signed products, folded or exactly.

    >>> import sympy
    >>> w = sympy.Symbol("w", positive=True)
    >>> formula_text(SignedSum.of(3 * w - 2))
    '3 * w - 2'
    """
    return str(signed(formula, exact))


def signed(formula: SignedSum, exact: bool = False, plainer: bool = False) -> Written:
    """Write a sum of signed products; a `plainer` one has each denominator once."""
    if not formula.terms:
        return Written(numeral("0"))
    trees, parts = together([written(term, exact) for _, term in formula.terms])
    signs = [sign < 0 for sign, _ in formula.terms]
    flat = [
        part
        for off, tree in zip(signs, trees, strict=True)
        for part in ([(off, tree)] if off else addends(tree))
    ]
    if plainer:
        flat = _over_one_line(part for term in flat for part in _settled(*term))
    return Written(summed(flat), parts)


def _settled(off: bool, term: Expression) -> Iterator[Addend]:
    """Write what tends to 1, as q^n / (q^n - 1), as 1 and what vanishes, 1 / (q^n - 1)."""
    above, below = _split(term)
    inner = [] if below is None else addends(below)
    for (less, power), (rest_less, rest) in (inner, inner[::-1]) if len(inner) == 2 else ():
        others = [factor for factor in above if text(factor) != text(power)]
        if less or not _rises(power) or not isinstance(rest, Number) or len(others) == len(above):
            continue
        yield off, quotient(others)
        vanishing = others if is_one(rest) else [*others, rest]
        yield off == rest_less, quotient(vanishing, [summed(inner)])
        return
    yield off, term


def _rises(node: Expression) -> bool:
    """Tell whether a node is a power of a number above 1."""
    if not isinstance(node, Power):
        return False
    base = node.base.inner if isinstance(node.base, Group) else node.base
    if isinstance(base, Number):
        return Fraction(base.text) > 1
    return _LARGE.fullmatch(text(base)) is not None


def _over_one_line(terms: Iterable[Addend]) -> list[Addend]:
    """Add up what stands over the same line."""
    lines: dict[str, list[Addend]] = {}
    for place, (off, term) in enumerate(terms):
        _, below = _split(term)
        lines.setdefault(str(place) if below is None else f"/{text(below)}", []).append((off, term))
    return [_fraction(found) if len(found) > 1 else found[0] for found in lines.values()]


def _fraction(terms: list[Addend]) -> Addend:
    """Write fractions over the same line as one."""
    off = all(less for less, _ in terms)
    parts = [(less and not off, _split(term)) for less, term in terms]
    above = [(less, quotient(factors)) for less, (factors, _) in sorted(parts, key=lambda part: part[0])]
    _, (_, below) = parts[0]
    return off, quotient([summed(above)], [] if below is None else [below])


def _split(term: Expression) -> tuple[list[Expression], Expression | None]:
    """Give the factors above a line, and what is below it."""
    if isinstance(term, Chain) and [operator.strip() for operator in term.operators].count("/") == 1:
        *above, below = term.operands
        if term.operators[-1].strip() == "/":
            return above, below.inner if isinstance(below, Group) else below
    return [term], None


def written(term: Product, exact: bool) -> Written:
    """Write a product folded, or exactly where the language can say it."""
    try:
        return exact_text(term) if exact else folded_parts(term, DIGITS)
    except TypeError:
        return folded_parts(term, DIGITS)
