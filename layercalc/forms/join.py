"""The maximum of closed forms, as far as what is assumed of the symbols decides it.

From products; to one product, common factors first, the rest in a shared node.
Promises: a term that another one dominates is dropped. It does not guess: where the
assumptions leave two symbolic terms open, both stay.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from layercalc.forms import base as bases
from layercalc.forms.cancellation import spliced
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, ZERO, Product, factored
from layercalc.lazy import sympy
from layercalc.numbers import real
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, is_number

if TYPE_CHECKING:
    from layercalc.assumptions import Facts

#: Maxima within each other up to this many are ordered by sympy.
ORDERED = 12
#: Logarithms this close, in bits, are told apart by exact numbers, or not at all.
GUARD_BITS, LAST_BITS = 100, 600
#: A ratio with more shared nodes than this is not put to the facts.
WRITTEN_NODES = 12


class MaxNode(Join[Product]):
    """The maximum of terms of which none is known to be the greatest."""

    __slots__ = ()

    kind = "max"

    def rejoined(self, terms: Sequence[Product]) -> Product:
        """Take the maximum of other terms, nothing being known of their symbols."""
        return maximum(terms)

    def _log2(self, logs: Sequence[real.Real], bits: int) -> real.Real:
        return real.largest(logs)

    def _written(self, terms: Sequence[sympy.Expr]) -> sympy.Expr:
        """Write a maximum; a deep one without sympy's ordering of arguments, which visits every path."""
        if self.depth <= ORDERED:
            return sympy.Max(*terms, evaluate=False)
        made = sympy.Expr.__new__(sympy.Max, *terms)
        made._argset = frozenset(terms)
        return made


def to_power(value: Product, n: Scalar) -> Product:
    """Raise to a power; a number to a difference of rounded counts comes apart, to meet other powers.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> to_power(Product.of(3), sympy.floor((n + 1) / 2) - sympy.floor(n / 2))
    Product({-floor(n/2): {3: 1}, floor(n/2 + 1/2): {3: 1}})
    """
    if value.is_zero or is_number(n) or not isinstance(n, sympy.Add) or not n.has(sympy.floor):
        return value**n
    rest = Product({e: {b: p for b, p in m.items() if _has_symbols(b)} for e, m in value.groups.items()})
    number = value / rest
    made: Product = rest**n
    return math.prod((number**term for term in n.args), start=made)


def _has_symbols(base: bases.Base) -> bool:
    return not isinstance(base, int) and bool(base.free_symbols)


def maximum(terms: Iterable[Product], facts: Facts | None = None) -> Product:
    """Take the maximum, eq. (19): common factors out, dominated terms dropped.

    >>> q, a, b = sympy.symbols("q a b", positive=True)
    >>> maximum([Product.of(2 * q * a), Product.of(2 * q * b)]).to_sympy()
    2*q*Max(a, b)
    >>> maximum([Product.of(3), Product.of(4)]).rational()
    4
    """
    present = list(dict.fromkeys(term for term in terms if not term.is_zero))
    if len(present) < 2:
        return present[0] if present else ZERO
    outer, rests = factored(present)
    kept = _undominated(list(dict.fromkeys(spliced(rests, "max"))), facts)
    if len(kept) == 1:
        return outer * kept[0]
    inner, rests = factored(kept)
    return outer * inner * Product({1: {MaxNode(rests): 1}})


def _undominated(terms: Sequence[Product], facts: Facts | None) -> list[Product]:
    """Keep the greatest number, and the terms that no other is known to exceed."""
    numbers = [term for term in terms if not term.free_symbols]
    best = numbers[:1]
    for term in numbers[1:]:
        best = [term] if _greater(term, best[0]) else best
    kept: list[Product] = []
    for term in (*best, *(term for term in terms if term.free_symbols)):
        if not any(_at_least(other, term, facts) for other in kept):
            kept = [other for other in kept if not _at_least(term, other, facts)]
            kept.append(term)
    return kept


def _greater(a: Product, b: Product) -> bool:
    """Compare two numbers by logarithms, by themselves where these are too close."""
    for guard in (GUARD_BITS, LAST_BITS):
        digits = guard // 3
        bits = 64 * (guard + max(a.bound, b.bound).bit_length() + 64 + digits) // 64
        logs = a.log2_bits(bits), b.log2_bits(bits)
        if not real.close(*logs, guard):
            return real.largest(logs) == logs[0]
        exact = (a / b).rational()
        if exact is not None:
            return exact > 1
    return False


def _at_least(a: Product, b: Product, facts: Facts | None) -> bool:
    """Tell whether a >= b is known."""
    ratio = a / b
    if _plainly_at_least_one(ratio, facts):
        return True
    if facts is None or ratio.vast or not _writable(ratio):
        return False
    above, below = _halves(ratio)
    return facts.decide(sympy.Ge(above.to_sympy(), below.to_sympy())) is True


def _writable(ratio: Product) -> bool:
    """Tell whether a ratio is small enough to be written out for the facts."""
    if any(join.depth > WRITTEN_NODES for join in ratio.joins):
        return False
    return len(postorder(ratio.joins, lambda node: True)) <= WRITTEN_NODES


def _halves(ratio: Product) -> tuple[Product, Product]:
    """Split into numerator and denominator."""
    above: dict[bases.Exponent, bases.Monomial] = {}
    below: dict[bases.Exponent, bases.Monomial] = {}
    for exponent, monomial in ratio.groups.items():
        above[exponent] = {base: power for base, power in monomial.items() if power > 0}
        below[exponent] = {base: -power for base, power in monomial.items() if power < 0}
    return Product(above), Product(below)


def _plainly_at_least_one(ratio: Product, facts: Facts | None) -> bool:
    """Tell whether no symbolic factor is below 1, nor the least value of all numeric ones together.

    The power of a number is least at one end of its exponent: 3^n at the least n, 3^-n at the greatest.
    """
    numbers = ONE
    for exponent, monomial in ratio.groups.items():
        number = Product({1: {b: power for b, power in monomial.items() if isinstance(b, int)}})
        rest = {base: power for base, power in monomial.items() if not isinstance(base, int)}
        if not all(power > 0 and bases.at_least_one(base) for base, power in rest.items()):
            return False
        if rest and exponent != 1 and not _nonnegative(exponent, facts):
            return False
        end = 1 if exponent == 1 or number.is_one else _end(exponent, _greater(ONE, number), facts)
        if end is None:
            return False
        numbers *= number**end
    return not _greater(ONE, numbers)


def _end(exponent: Any, upper: bool, facts: Facts | None) -> Number | None:
    """Give the greatest, else the least value of an exponent as far as is known, None where it is not."""
    if facts is not None:
        least = facts.least(-exponent if upper else exponent)
        if least is not None:
            return -least if upper else least
    return 0 if (exponent.is_nonpositive if upper else _nonnegative(exponent, facts)) else None


def _nonnegative(exponent: Any, facts: Facts | None) -> bool:
    if exponent.is_nonnegative:
        return True
    return facts is not None and facts.decide(sympy.Ge(exponent, 0)) is True
