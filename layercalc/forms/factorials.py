"""Products of many numbers, and rising factorials of numbers, as prime powers.

From exact numbers; to a sign and the powers of primes. Promises: rising factorials from the
same number share their work. It does not multiply out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from layercalc.forms.monomial import merged
from layercalc.lazy import sympy
from layercalc.numbers.factor import rational_powers
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import plain
from layercalc.numbers.special import rising

#: A rising factorial of so many factors is multiplied out.
MULTIPLIED = 4096
#: So many factors are multiplied at once, and kept.
BLOCK = 64


class Factored(NamedTuple):
    """A number by its sign and its prime powers; of zero there are no powers."""

    is_negative: bool
    powers: Mapping[Any, Number] | None

    def times(self, other: Factored) -> Factored:
        """Multiply."""
        if self.powers is None or other.powers is None:
            return Factored(False, None)
        return Factored(self.is_negative != other.is_negative, merged(self.powers, other.powers))


def multiplied(values: Iterable[Number]) -> Factored:
    """Multiply numbers.

    >>> multiplied([-6, Fraction(1, 2)])
    Factored(is_negative=True, powers={3: 1})
    """
    is_negative, powers = False, dict[Any, Number]()
    for value in values:
        if not value:
            return Factored(False, None)
        is_negative ^= value < 0
        for base, power in rational_powers(-value if value < 0 else value).items():
            powers[base] = powers.get(base, 0) + power
    return Factored(is_negative, {base: whole(power) for base, power in powers.items() if power})


def risen(x: sympy.Expr, n: sympy.Expr) -> tuple[Factored, sympy.Expr] | None:
    """Multiply a rising factorial out, as far as it is short or its factors are negative; give the rest too.

    >>> risen(sympy.Integer(3), sympy.Integer(4)), risen(sympy.Symbol("x"), sympy.Integer(4))
    ((Factored(is_negative=False, powers={3: 2, 2: 3, 5: 1}), 1), None)
    """
    start = plain(x)
    if not (isinstance(start, int | Fraction) and n.is_Integer):
        return None
    below = max(0, math.floor(-start) + 1)
    first = max(0, int(n) if n <= MULTIPLIED else min(below, MULTIPLIED))
    if first == 0 and n > 0:
        return None
    rest = multiplied(start + k for k in range(first - first % BLOCK, first))
    for block in range(first // BLOCK):
        rest = rest.times(_block(start + block * BLOCK))
    return rest, rising(x + first, n - first) if n > first else sympy.S.One


@lru_cache(maxsize=1 << 10)
def _block(start: Number) -> Factored:
    return multiplied(start + k for k in range(BLOCK))
