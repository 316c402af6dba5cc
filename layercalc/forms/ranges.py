"""Ranges of one symbol: cut at edges, sampled, and told as conditions.

From numbers; to ranges, and to conditions of the language that say them to a reader.
Promises: a condition on a whole number holds for exactly the whole numbers of its
range; an edge of any other symbol is rounded. It does not look for edges.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import sympy

from layercalc.numbers.scalar import Number, whole
from layercalc.printing.decimals import number_text

#: Digits of an edge, more where a whole number needs them.
DIGITS = 3
#: Edges of whole numbers beyond this are told as whole numbers.
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from one edge on and below another; `high` None means all that follow.

    >>> Range(1, None).sample(), Range(1, 2).sample()
    (3, Fraction(3, 2))
    """

    low: Number
    high: Number | None

    def sample(self) -> Number:
        """Give a number between the edges."""
        low = Fraction(self.low)
        return whole(2 * abs(low) + 1 if self.high is None else (low + self.high) / 2)

    def parted(self, edges: Iterable[Number]) -> Iterator[Range]:
        """Cut the range at the edges within it.

        >>> list(Range(1, None).parted([0, 5]))
        [Range(low=1, high=5), Range(low=5, high=None)]
        """
        inside = {edge for edge in edges if edge > self.low and (self.high is None or edge < self.high)}
        lows = [self.low, *sorted(inside)]
        yield from (Range(low, high) for low, high in zip(lows, [*lows[1:], self.high], strict=True))

    def whole(self) -> tuple[int, int | None] | None:
        """Give the first and the last whole number, None where there is no number.

        >>> Range(Fraction(5, 2), 5).whole(), Range(Fraction(5, 2), Fraction(14, 5)).whole()
        ((3, 4), None)
        """
        first = math.ceil(self.low)
        last = None if self.high is None else math.ceil(self.high) - 1
        return (first, last) if last is None or first <= last else None


def condition(symbol: sympy.Symbol, part: Range, start: Range) -> str:
    """Say that a symbol is in a part of a range, the ends of the range left out.

    >>> w = sympy.Symbol("w", integer=True)
    >>> condition(w, Range(1, Fraction(177, 15)), Range(1, None))
    'w < 11.8'
    >>> condition(w, Range(12, 30), Range(1, None))
    '12 <= w < 30'
    """
    below = "" if part.low == start.low else _edge(symbol, part.low)
    above = "" if part.high is None or part.high == start.high else _edge(symbol, part.high)
    if below and above:
        return f"{below} <= {symbol} < {above}"
    if above:
        return f"{symbol} < {above}"
    return f"{symbol} >= {below or _edge(symbol, part.low)}"


def _edge(symbol: sympy.Symbol, edge: Number) -> str:
    if not symbol.is_integer:
        return number_text(edge, DIGITS + 2)
    if edge.denominator == 1 or not 0 < edge < WHOLE:
        return str(math.ceil(edge))
    for digits in range(DIGITS, 12):
        text = number_text(edge, digits)
        if math.ceil(Fraction(text)) == math.ceil(edge) and "." in text:
            return text
    return str(math.ceil(edge))
