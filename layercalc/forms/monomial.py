"""Monomials: bases with exact exponents, and the symbolic exponents over them.

From factors; to dictionaries without zero exponents. Promises: nothing given is
changed. It does not know what a base is: any hashable value will do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeVar

from layercalc.lazy import sympy
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import rational, symbolic, times, total

B = TypeVar("B")
C = TypeVar("C")


class AffineExponent(NamedTuple):
    """An exponent written as scale * core + shift, as a repeat's count gives it.

    >>> count_of((sympy.Symbol("n") - 35) / 3)
    AffineExponent(core=n, scale=Fraction(1, 3), shift=Fraction(-35, 3))
    """

    core: sympy.Expr
    scale: Number
    shift: Number

    @property
    def expression(self) -> sympy.Expr:
        """The exponent as it came."""
        return symbolic(total([times(self.scale, self.core), self.shift]))


def merged(a: Mapping[B, Number], b: Mapping[B, Number], factor: Number = 1) -> dict[B, Number]:
    """Multiply a monomial by another, raised to `factor`.

    >>> merged({2: 1, "w": 1}, {2: 2, "w": 1}, -1)
    {2: -1}
    """
    if factor == 1 and len(a) < len(b):
        a, b = b, a
    result = dict(a)
    for base, exponent in b.items():
        total = whole(result.get(base, 0) + exponent * factor)
        if total:
            result[base] = total
        else:
            result.pop(base, None)
    return result


def raised(a: Mapping[B, Number], exponent: Number) -> dict[B, Number]:
    """Raise a monomial to a number.

    >>> raised({2: 1, "w": Fraction(1, 2)}, 2)
    {2: 2, 'w': 1}
    """
    return {base: whole(power * exponent) for base, power in a.items()} if exponent else {}


def common(monomials: Sequence[Mapping[B, Number]]) -> dict[B, Number]:
    """Take the least exponent of every base, a missing one being zero.

    >>> common([{2: 3, "w": 1}, {2: 1, "v": -1}])
    {2: 1, 'v': -1}
    """
    least = dict(monomials[0])
    for monomial in monomials[1:]:
        same = least.items() & monomial.items()
        if len(same) == len(least) == len(monomial):
            continue
        least = _least(least, monomial)
    return least


def _least(a: Mapping[B, Number], b: Mapping[B, Number]) -> dict[B, Number]:
    result = {}
    for base, exponent in a.items():
        least = min(exponent, b.get(base, 0))
        if least:
            result[base] = least
    for base, exponent in b.items():
        if exponent < 0 and base not in a:
            result[base] = exponent
    return result


@lru_cache(maxsize=1 << 12)
def count_of(exponent: sympy.Expr) -> AffineExponent:
    """Split a symbolic exponent into scale * core + shift.

    >>> count_of(2 * sympy.Symbol("n"))
    AffineExponent(core=n, scale=2, shift=0)
    """
    expanded = sympy.expand(exponent)
    shift, rest = expanded.as_coeff_Add()
    content, core = rest.primitive()
    if core.is_Add:
        first = min(core.args, key=sympy.default_sort_key).as_coeff_Mul()[0]
        if first < 0:
            content, core = -content, -core
    elif core.as_coeff_Mul()[0] < 0:
        content, core = -content, -core
    return AffineExponent(core, rational(content), rational(shift))


def aligned(a: AffineExponent, b: AffineExponent) -> AffineExponent:
    """Choose the one count over which two with the same core are both written.

    >>> n = sympy.Symbol("n")
    >>> aligned(count_of(n + 2), count_of(n)).expression, aligned(count_of(n), count_of(n / 2)).scale
    (n, Fraction(1, 2))
    """
    if a.scale == b.scale:
        return min(a, b, key=lambda count: count.shift)
    scale = _gcd(a.scale, b.scale)
    for count in sorted((a, b), key=lambda count: count.shift):
        if count.scale == scale:
            return count
    return AffineExponent(a.core, scale, 0)


def counts_of(sources: Iterable[Mapping[C, AffineExponent]]) -> dict[C, AffineExponent]:
    """Choose one count for every core.

    >>> n = sympy.Symbol("n")
    >>> counts_of([{n: count_of(n)}, {n: count_of(n - 1)}])
    {n: AffineExponent(core=n, scale=1, shift=-1)}
    """
    counts: dict[C, AffineExponent] = {}
    for source in sources:
        for core, count in source.items():
            counts[core] = aligned(counts[core], count) if core in counts else count
    return counts


def _gcd(a: Number, b: Number) -> Number:
    above = math.gcd(a.numerator * b.denominator, b.numerator * a.denominator)
    return whole(Fraction(above, a.denominator * b.denominator))
