"""Marks of counts: factors that are 1 at some whole numbers of a symbol, and 0 at the others.

From a mark, as `powers.from_count` and `at_count` make them, and what is known of the symbols; to
the places where it is 0 and where it is 1. A way that stands in a maximum loses its mark where
another way is as good at all places of 0, and is left out where one is at all places of 1: then
the maximum is the same, and shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from layercalc import assumptions
from layercalc.lazy import sympy

if TYPE_CHECKING:
    from layercalc.assumptions import Facts

#: So many numbers below the last one at which a mark changes are looked at, one by one.
TOLD_APART = 24

V = TypeVar("V")
PutIn: TypeAlias = "dict[sympy.Symbol, sympy.Expr]"
"""What is put in for symbols."""
Exceeds: TypeAlias = "Callable[[Sequence[V], V, PutIn, Facts | None], bool]"
"""Tells whether some value is known to be at least another, when something is put in."""


class Places(NamedTuple):
    """Some numbers of a symbol, and all from one on, if it is given."""

    symbol: sympy.Symbol
    numbers: tuple[int, ...]
    beyond: int | None

    def exceeded(self, others: Sequence[V], value: V, exceeds: Exceeds[V], facts: Facts | None) -> bool:
        """Tell whether at each of them some other value is known to be at least this one."""
        for number in self.numbers:
            if not exceeds(others, value, {self.symbol: sympy.Integer(number)}, facts):
                return False
        if self.beyond is None:
            return True
        try:
            known = (facts or assumptions.Facts()).assuming(sympy.Ge(self.symbol, self.beyond))
        except ValueError:  # there is no such number
            return True
        return exceeds(others, value, {}, known)


def places(mark: sympy.Expr, facts: Facts | None) -> tuple[Places, Places] | None:
    """Find where a mark is 0 and where it is 1, None where it is none, or has too many places.

    >>> from layercalc.algebras.powers import at_count, from_count
    >>> facts = assumptions.Facts()
    >>> m = facts.symbol("m")
    >>> [tuple(found) for found in places(from_count(m, 3), facts)]
    [(m, (2, 1), None), (m, (), 3)]
    >>> [tuple(found) for found in places(at_count(m - 1, 1), facts)]
    [(m, (1,), 3), (m, (2,), None)]
    """
    least = mark.atoms(sympy.Min)
    if not least or len(mark.free_symbols) != 1:
        return None
    (symbol,) = mark.free_symbols
    changes = [_threshold(one, symbol) for one in least]
    if not symbol.is_integer or None in changes:
        return None
    last = max(change for change in changes if change is not None)
    end = mark.xreplace(dict.fromkeys(least, sympy.S.One))
    values: dict[int, sympy.Expr] = {}
    for number in range(last - 1, last - 1 - TOLD_APART, -1):
        if _excluded(symbol, number, facts):
            break
        values[number] = mark.xreplace({symbol: sympy.Integer(number)})
    else:
        return None
    if not {*values.values(), end} <= {sympy.S.Zero, sympy.S.One}:
        return None
    zero, one = (tuple(n for n, value in values.items() if value == what) for what in (0, 1))
    return Places(symbol, zero, last if end == 0 else None), Places(symbol, one, last if end == 1 else None)


def without_marks(
    parts: Iterable[V], marks: Callable[[V], dict[sympy.Expr, V]], exceeds: Exceeds[V], facts: Facts | None
) -> list[V]:
    """Drop the marks of a maximum, and the parts with marks, as far as other parts are as great.

    `marks` gives those of a part, each with what the part is without it. One part is changed after
    the other, so that two do not vanish for each other.
    """
    kept = list(dict.fromkeys(parts))
    for part in tuple(kept):
        others = [other for other in kept if other is not part]
        left: V | None = part
        for mark in marks(part):
            found = places(mark, facts)
            if found is None or left is None:
                continue
            (zero, one), bare = found, marks(left)[mark]
            if one.exceeded(others, bare, exceeds, facts):
                left = None
            elif zero.exceeded(others, bare, exceeds, facts):
                left = bare
        kept = others if left is None else [left if other is part else other for other in kept]
    return kept


def _excluded(symbol: sympy.Symbol, number: int, facts: Facts | None) -> bool:
    """Tell whether a symbol is known to be above a number."""
    relation = sympy.Gt(symbol, number)
    if relation in (True, False):
        return bool(relation)
    return facts is not None and facts.decide(relation) is True


def _threshold(least: sympy.Min, symbol: sympy.Symbol) -> int | None:
    """Give the number from which on a `min(1, ...)` is 1, where its count grows evenly."""
    counts = [count for count in least.args if count != 1]
    if len(counts) != 1 or len(least.args) != 2:
        return None
    inner = counts[0].args[0] if isinstance(counts[0], sympy.floor) else counts[0]
    times = inner.coeff(symbol)
    start = inner - times * symbol
    if not (times.is_Rational and times.is_positive and start.is_Rational):
        return None
    return int(sympy.ceiling((1 - start) / times))
