"""Estimates the number of terms of an expanded expression before it is expanded.

From a sympy expression; to the terms that multiplying out writes down, and how many of them
are left once those alike are added up. Promises: it takes no longer than reading the expression.
It multiplies nothing out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from layercalc import limits
from layercalc.lazy import sympy

#: Where counting ends.
MOST = 1 << 32
#: A term of one symbol less than these counts once, one of more symbols takes longer.
SYMBOLS = 4

PowerRanges: TypeAlias = "dict[sympy.Expr, tuple[int, int]]"
"""The least and the greatest power of each generator; a term without it has its power 0."""


class Opened(NamedTuple):
    """The terms that are `written`, those that are left in it, and in the `longest` sum that stands in it."""

    written: int
    left: int
    longest: int
    powers: PowerRanges


def opened(expression: sympy.Expr) -> Opened:
    """Bound the terms of an expression multiplied out.

    >>> a, b = sympy.symbols("a b")
    >>> opened((a + 1) ** 9 * (a + 2) ** 9).left, opened((a + b) ** 3 * (a + 1)).left
    (19, 8)
    """
    if expression.is_Add:
        return _joined([opened(part) for part in expression.args], int.__add__, _either)
    if expression.is_Mul:
        return _quotient(expression.args)
    if expression.is_Pow and expression.exp.is_Integer and expression.base.is_Add:
        if expression.exp < 0:
            return _quotient([expression])
        return _power(opened(expression.base), int(expression.exp))
    if expression.is_Number:
        return Opened(1, 1, 1, {})
    base, power = expression.as_base_exp()
    if not power.is_Integer:
        base, power = expression, sympy.S.One
    inner = [opened(part) for part in base.args if isinstance(part, sympy.Expr)]
    written = 1 + sum(part.written for part in inner)
    longest = max((part.longest for part in inner), default=1)
    return Opened(min(written, MOST), 1, longest, {base: (min(int(power), 0), max(int(power), 0))})


def is_short(expression: sympy.Expr) -> bool:
    """Tell whether an expression may be multiplied out, and take the work of it.

    Raises `LimitError` where one reading takes more work than `limits.WORK`.
    """
    found = opened(expression)
    if found.longest > limits.OPENED or found.written > limits.WRITTEN:
        return False
    limits.work(found.written * (1 + len(expression.free_symbols)) // SYMBOLS)
    return True


def is_within(expression: sympy.Expr, most: int) -> bool:
    """Tell whether an expression is multiplied out by writing no more than so many terms.

    >>> a, b = sympy.symbols("a b")
    >>> is_within((a + b) ** 3 * (a + 1), 500), is_within((a + b + 1) ** 40, 500)
    (True, False)
    """
    return opened(expression).written <= most


def _joined(
    parts: Iterable[Opened], join: Callable[[int, int], int], span: Callable[[PowerRanges, PowerRanges], None]
) -> Opened:
    """Bound a sum or a product, term by term or factor by factor."""
    first, *rest = parts
    written, left, longest, powers = first.written, first.left, first.longest, dict(first.powers)
    for part in rest:
        left = min(join(left, part.left), MOST)
        span(powers, part.powers)
        written, longest = (
            written + part.written + (left if join is int.__mul__ else 0),
            max(longest, part.longest),
        )
    left = min(left, _monomials(powers))
    return Opened(min(written, MOST), left, max(longest, left), powers)


def _either(powers: PowerRanges, others: PowerRanges) -> None:
    for generator, (low, high) in others.items():
        known = powers.get(generator, (0, 0))
        powers[generator] = min(known[0], low), max(known[1], high)


def _both(powers: PowerRanges, others: PowerRanges) -> None:
    for generator, (low, high) in others.items():
        known = powers.get(generator, (0, 0))
        powers[generator] = known[0] + low, known[1] + high


def _quotient(factors: Iterable[sympy.Expr]) -> Opened:
    """Bound a quotient: the denominator is expanded, and divides each term of the numerator."""
    above, below, divisors = [_ONE], [_ONE], dict[sympy.Expr, tuple[int, int]]()
    for factor in factors:
        base, power = factor.as_base_exp()
        if base.is_Add and power.is_Integer and power < 0:
            below.append(_power(opened(base), -int(power)))
            divisors[base] = int(power), 0
        else:
            above.append(opened(factor))
    over, under = (_joined(parts, int.__mul__, _both) for parts in (above, below))
    written, longest = min(over.written + under.written, MOST), max(over.longest, under.longest)
    return Opened(written, over.left, longest, {**over.powers, **divisors})


_ONE = Opened(0, 1, 1, {})


def _power(inner: Opened, times: int) -> Opened:
    """Bound the power of a sum: of k terms there are as many as ways to take `times` of the k."""
    large = max(times, inner.left) > MOST.bit_length() ** 2
    left = MOST if large else min(math.comb(times + inner.left - 1, inner.left - 1), MOST)
    powers = {generator: (low * times, high * times) for generator, (low, high) in inner.powers.items()}
    left = min(left, _monomials(powers))
    return Opened(min(inner.written + left, MOST), left, max(inner.longest, left), powers)


def _monomials(powers: PowerRanges) -> int:
    """Count the monomials of these generators with powers in these ranges."""
    count = 1
    for low, high in powers.values():
        count = min(count * (high - low + 1), MOST)
    return count
