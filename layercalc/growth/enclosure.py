"""Bounds of a closed form over a whole range of its symbol at once.

From: a closed form, its symbol, the ends of a range. To: two numbers between which its
logarithm lies at every number of the range. Promises: interval arithmetic, so that
nothing between the ends is missed; what it cannot bound it says (`Open`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from layercalc.forms.base import Base
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.growth.regime import Open
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.numbers.special import geometric, rising

#: A sum is widened by this part of what is added, far above the error of doubles.
SLACK = 1e-13
#: From here on Gamma grows.
RISING = 1.5


class Enclosure(NamedTuple):
    """Two ends between which a quantity lies."""

    low: float
    high: float


def log_bounds(value: Product, x: sympy.Symbol, low: float, high: float) -> Enclosure:
    """Bound log2 of a closed form where its symbol lies between two numbers.

    >>> n = sympy.Symbol("n", positive=True)
    >>> found = log_bounds(Product.of(8) ** n * Product.of(n + 1), n, 3, 7)
    >>> round(found.low, 6), round(found.high, 6)
    (11.0, 24.0)

    Raises `Open` where it cannot be told.
    """
    try:
        found = _Reader(x, Enclosure(low, high)).product(value)
    except (OverflowError, ValueError, ZeroDivisionError, TypeError):
        raise Open("a part of it is too large, or not positive") from None
    if not all(map(math.isfinite, found)):
        raise Open("a part of it is too large")
    return found


def settled(expression: sympy.Expr, x: sympy.Symbol, low: float, high: float) -> sympy.Expr:
    """Put in place of maxima and minima what they are over a range, where that is told.

    >>> n = sympy.Symbol("n", positive=True)
    >>> settled(sympy.Min(n, 30) + sympy.Max(n, 7), n, 40, 90)
    n + 30
    """
    reader, known = _Reader(x, Enclosure(low, high)), dict[sympy.Expr, sympy.Expr]()
    for node in expression.atoms(sympy.Max, sympy.Min):
        with suppress(Open, OverflowError, ValueError, ZeroDivisionError, TypeError):
            sign = 1 if isinstance(node, sympy.Max) else -1
            read = [sorted(sign * end for end in reader.value(argument)) for argument in node.args]
            best = max(range(len(read)), key=lambda place: read[place][0])
            if all(other[1] <= read[best][0] for place, other in enumerate(read) if place != best):
                known[node] = node.args[best]
    return expression.xreplace(known) if known else expression


class _Reader:
    """Reads bounds over one range; what closed forms share is read once."""

    def __init__(self, x: sympy.Symbol, over: Enclosure) -> None:
        self.x, self.over = x, over
        self._joins: dict[Join[Product], Enclosure] = {}

    def product(self, value: Product) -> Enclosure:
        """Bound log2 of a product."""
        for node in postorder(value.joins, lambda node: node not in self._joins):
            logs = [self._factors(term) for term in node.terms]
            combined = _log_sum if node.kind == "sum" else max
            self._joins[node] = Enclosure(*(combined([log[end] for log in logs]) for end in (0, 1)))
        return self._factors(value)

    def _factors(self, value: Product) -> Enclosure:
        if value.is_zero:
            raise Open("it is 0")
        parts = []
        for exponent, monomial in value.groups.items():
            inner = _total(_times(_point(float(power)), self._log(b)) for b, power in monomial.items())
            parts.append(inner if exponent == 1 else _times(self.value(symbolic(exponent)), inner))
        return _total(parts)

    def _log(self, base: Base) -> Enclosure:
        if isinstance(base, Join):
            return self._joins[base]
        return _point(math.log2(base)) if isinstance(base, int) else self.log(base)

    def log(self, expression: sympy.Expr) -> Enclosure:
        """Bound log2 of an expression that is positive."""
        if self.x not in expression.free_symbols:
            return _point(float(Product.of(expression).log2(20)))
        if (rule := _LOGS.get(type(expression))) is not None:
            return rule(self, expression)
        if expression.is_Mul:
            return _total(map(self.log, expression.args))
        base, exponent = expression.as_base_exp()
        if exponent != 1:
            return _times(self.value(exponent), self.log(base))
        if expression.is_Add and all(term.is_nonnegative for term in expression.args):
            logs = [self.log(term) for term in expression.args]
            return Enclosure(*(_log_sum([log[end] for log in logs]) for end in (0, 1)))
        low, high = self.value(expression)
        return Enclosure(math.log2(low), math.log2(high))

    def value(self, expression: Scalar) -> Enclosure:
        """Bound an expression itself."""
        written = symbolic(expression)
        if self.x not in written.free_symbols:
            return _point(float(written))
        if written == self.x:
            return self.over
        if (rule := _VALUES.get(type(written))) is not None:
            return rule(self, [self.value(argument) for argument in written.args])
        if isinstance(written, log2 | sympy.log):
            return _times(_point(1 if isinstance(written, log2) else math.log(2)), self.log(written.args[0]))
        base, exponent = written.as_base_exp()
        if exponent == 1 and type(written) not in _LOGS:
            raise Open(f"the bounds of {type(written).__name__} are not known")
        if exponent.is_Integer and exponent > 1:
            low, high = sorted(end ** int(exponent) for end in self.value(base))
            return Enclosure(min(low, 0) if exponent % 2 == 0 else low, high)
        return Enclosure(*(2.0**end for end in self.log(written)))

    def rising(self, expression: sympy.Expr) -> Enclosure:
        """Bound log2 of Gamma(start + count) / Gamma(start), which grows in both."""
        start, count = map(self.value, expression.args)
        if start.low <= 0 or count.low < 0 or start.low + count.low < RISING:
            raise Open("a factorial of what may be small")
        ends = [(math.lgamma(s + c), -math.lgamma(s)) for s, c in zip(start, count, strict=True)]
        return Enclosure(_sum(ends[0], -1) / math.log(2), _sum(ends[1], 1) / math.log(2))

    def geometric(self, expression: sympy.Expr) -> Enclosure:
        """Bound log2 of 1 + q + ... + q^(n - 1), which grows in both for a positive q."""
        ratio, count = map(self.value, expression.args)
        if -1 < ratio.low <= ratio.high < 0 and count.low >= 1:
            return Enclosure(math.log2(1 + ratio.low), 0.0)
        if ratio.low <= 0 or count.low < 1:
            raise Open("a geometric sum of a ratio that may be negative")
        low, high = (_log_geometric(q, n) for q, n in zip(ratio, count, strict=True))
        return Enclosure(low - SLACK * (1 + abs(low)), high + SLACK * (1 + abs(high)))


def _log_geometric(q: float, n: float) -> float:
    if q == 1:
        return math.log2(n)
    if q < 1:
        return math.log2(math.expm1(n * math.log(q)) / (q - 1))
    return (n - 1) * math.log2(q) + _log_geometric(1 / q, n)


def _point(value: float) -> Enclosure:
    return Enclosure(value, value)


def _total(parts: Iterable[Enclosure]) -> Enclosure:
    listed = [*parts]
    return Enclosure(_sum([part.low for part in listed], -1), _sum([part.high for part in listed], 1))


def _sum(numbers: Iterable[float], outward: int) -> float:
    listed = [*numbers]
    return math.fsum(listed) + outward * SLACK * math.fsum(map(abs, listed))


def _times(a: Enclosure, b: Enclosure) -> Enclosure:
    ends = [p * q for p in a for q in b]
    if any(map(math.isnan, ends)):
        raise Open("a part of it is too large")
    return Enclosure(min(ends), max(ends))


def _log_sum(logs: Iterable[float]) -> float:
    listed = [*logs]
    top = max(listed)
    return top + math.log2(math.fsum(2.0 ** (log - top) for log in listed))


def _product(reader: _Reader, parts: list[Enclosure]) -> Enclosure:
    made = _point(1.0)
    for part in parts:
        made = _times(made, part)
    return made


def _remainder(reader: _Reader, parts: list[Enclosure]) -> Enclosure:
    return Enclosure(0.0, parts[1].high)


def _each(function: Callable[..., float]) -> Callable[[_Reader, list[Enclosure]], Enclosure]:
    return lambda reader, parts: Enclosure(*(float(function(*ends)) for ends in zip(*parts, strict=True)))


_LOGS: Mapping[Any, Callable[[_Reader, sympy.Expr], Enclosure]] = {
    rising: _Reader.rising, geometric: _Reader.geometric,
}  # fmt: skip
_VALUES: Mapping[Any, Callable[[_Reader, list[Enclosure]], Enclosure]] = {
    sympy.Add: lambda reader, parts: _total(parts),
    sympy.Mul: _product,
    sympy.floor: _each(math.floor),
    sympy.ceiling: _each(math.ceil),
    sympy.Max: _each(max),
    sympy.Min: _each(min),
    sympy.Mod: _remainder,
}
