"""The domain of a closed form in words, "n = 35, 38, 41, ... (n >= 35, n mod 3 = 2)", and in the language.

From symbols and conditions; to text. Promises: bounds and remainders of a symbol are told
together, and what follows from the other conditions is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any

import sympy

from layercalc.errors import listing
from layercalc.facts.checking import holds_at
from layercalc.facts.decisions import Facts
from layercalc.values.expression_text import condition_text
from layercalc.values.linear import line_of
from layercalc.values.scalar import Number, whole

#: How many numbers of a symbol are listed, among how many they are looked for.
LISTED, SEARCHED = 3, 400
#: So many numbers, if these are all, are listed one by one.
FEW = 4

Point = Mapping[sympy.Symbol, Number]


@dataclass(frozen=True, slots=True)
class Told:
    """A domain in words, and its conditions in the language."""

    text: str
    conditions: tuple[str, ...]


def in_words(condition: Any) -> str:
    """Write a condition for a reader: `n mod 3 = 2`, `n/2 is whole`.

    >>> n = sympy.Symbol("n", integer=True)
    >>> in_words(sympy.Eq(sympy.Mod(n, 3), 2)), in_words(sympy.Eq(sympy.Mod(n / 2, 1), 0))
    ('n mod 3 = 2', 'n/2 is whole')
    """
    if isinstance(condition, sympy.Eq) and condition.rhs == 0 and condition.lhs.func is sympy.Mod:
        inner, modulus = condition.lhs.args
        if modulus == 1:
            return f"{condition_text(sympy.Eq(inner, 0, evaluate=False)).removesuffix(' == 0')} is whole"
    text = condition_text(condition)
    return text.replace(" % ", " mod ").replace("==", "=").replace("!=", "is not")


def told(
    symbols: Sequence[sympy.Symbol], conditions: Iterable[Any], others: Iterable[Any],
    elsewhere: Callable[[Point], bool],
) -> Told:  # fmt: skip
    """Tell the conditions on some symbols; `elsewhere` tells whether a point is another network's."""
    if not symbols:
        return Told("", ())
    try:
        facts, more, unequal = _sorted(symbols, [part for c in conditions for part in _parts(c)])
    except ValueError:
        return Told("no numbers", ("false",))
    points = _points(others)
    pieces, texts = list[str](), list[str]()
    alone = [condition for condition in more if len(condition.free_symbols) == 1]
    for symbol in symbols:
        own = [c for c in (*alone, *unequal) if c.free_symbols == {symbol}]
        lines, condition = _lines(symbol, facts), _own(symbol, own)
        apart = [point for other, point in points if other == symbol]
        spoken = [in_words(c) for c in condition if not (isinstance(c, sympy.Ne) and c.rhs in apart)]
        pieces.append(_symbol(symbol, facts, own, [*lines, *spoken]))
        texts += [*_conditions(symbol, facts), *map(condition_text, condition)]
    joint = [condition for condition in (*more, *unequal) if len(condition.free_symbols) != 1]
    text = listing(pieces, "and") + (f", with {listing([*map(in_words, joint)], 'and')}" if joint else "")
    away = _away(points, len(symbols) > 1, elsewhere)
    return Told(text + (f"; other networks at {away}" if away else ""), (*texts, *map(condition_text, joint)))


def _parts(condition: Any) -> Iterator[Any]:
    """Split what is joined by `and`."""
    if isinstance(condition, sympy.And):
        for part in sorted(condition.args, key=sympy.default_sort_key):
            yield from _parts(part)
    elif condition not in (True, False):
        yield condition


def _sorted(symbols: Sequence[sympy.Symbol], conditions: Sequence[Any]) -> tuple[Facts, list[Any], list[Any]]:
    """Take what bounds one symbol into facts; give the others that say more, and the inequalities.

    Raises:
        ValueError: where nothing satisfies the conditions.
    """
    facts, plain, more, unequal = _of(symbols), list[Any](), list[Any](), list[Any]()
    for condition in conditions:
        if _is_bound(condition):
            facts.assume(condition)
            plain.append(condition)
        else:
            (unequal if isinstance(condition, sympy.Ne) else more).append(condition)
    kept: list[Any] = []
    for condition in dict.fromkeys(more):
        if facts.decide(condition) is not True:
            facts.assume(condition)
            kept.append(condition)
    for condition in kept[:-1]:
        others = [*plain, *(other for other in kept if other is not condition)]
        if _of(symbols, others).decide(condition) is True:
            kept.remove(condition)
    return facts, kept, [c for c in dict.fromkeys(unequal) if facts.decide(c) is not True]


def _of(symbols: Sequence[sympy.Symbol], conditions: Iterable[Any] = ()) -> Facts:
    facts = Facts()
    for symbol in symbols:
        facts.symbol(symbol.name, integer=bool(symbol.is_integer), positive=bool(symbol.is_positive))
    for condition in conditions:
        facts.assume(condition)
    return facts


def _is_bound(condition: Any) -> bool:
    """Tell whether a condition is a bound of one symbol, or its remainder by a number."""
    if len(condition.free_symbols) != 1 or isinstance(condition, sympy.Ne | sympy.Or | sympy.Not):
        return False
    if isinstance(condition, sympy.Eq) and (mods := condition.atoms(sympy.Mod)):
        (mod, *others) = mods
        return not others and mod.args[1].is_Rational and line_of(mod.args[0]) is not None
    return (
        isinstance(condition, sympy.core.relational.Relational)
        and line_of(condition.lhs - condition.rhs) is not None
    )


def _own(symbol: sympy.Symbol, conditions: Sequence[Any]) -> list[Any]:
    """Solve inequalities of a symbol for it: 2 n is not 6 as n is not 3."""
    found = []
    for condition in conditions:
        line = line_of(condition.lhs - condition.rhs) if isinstance(condition, sympy.Ne) else None
        if line is not None:
            point = whole(Fraction(-line[2]) / line[1])
            if symbol.is_integer and point.denominator > 1:
                continue
            found.append(sympy.Ne(symbol, point))
        else:
            found.append(condition)
    return list(dict.fromkeys(found))


def _conditions(symbol: sympy.Symbol, facts: Facts) -> list[str]:
    """Give the bounds and the remainder of a symbol in the language."""
    (low, high), (modulus, rest) = facts.bounds(symbol), facts.residue(symbol)
    found = [f"{symbol} > 0"] if symbol.is_positive and not symbol.is_integer and not low else []
    found += (
        [f"{symbol} >= {low}"]
        if low is not None and (low or not symbol.is_positive or symbol.is_integer)
        else []
    )
    found += [f"{symbol} <= {high}"] if high is not None else []
    return found + ([f"{symbol} % {modulus} == {rest}"] if modulus > 1 else [])


def _lines(symbol: sympy.Symbol, facts: Facts) -> list[str]:
    """Give the bounds and the remainder in words, but that a symbol starts at 1."""
    plainly = f"{symbol} >= 1"
    texts = [text for text in _conditions(symbol, facts) if text != plainly or not symbol.is_integer]
    return [text.replace(" % ", " mod ").replace("==", "=") for text in texts]


def _symbol(symbol: sympy.Symbol, facts: Facts, own: Sequence[Any], spoken: Sequence[str]) -> str:
    """Tell one symbol: its first numbers, and the conditions on them."""
    if not symbol.is_integer:
        return " and ".join(spoken) or f"real {symbol}"
    numbers, ends = _numbers(symbol, facts, own)
    if numbers is None:
        return f"whole {symbol}" + (f" ({', '.join(spoken)})" if spoken else "")
    shown = ", ".join(map(str, numbers)) + ("" if ends else ", ...")
    return f"{symbol} = {shown}" + (f" ({', '.join(spoken)})" if spoken and not ends else "")


def _numbers(symbol: sympy.Symbol, facts: Facts, own: Sequence[Any]) -> tuple[list[int] | None, bool]:
    """List the first numbers of a symbol, and tell whether these are all."""
    (low, high), (modulus, _) = facts.bounds(symbol), facts.residue(symbol)
    if low is None:
        return None, False
    found: list[int] = []
    for number in count(int(low), modulus):
        if high is not None and number > high:
            return (found, True) if len(found) <= FEW else (found[:LISTED], False)
        if len(found) > FEW or number > low + SEARCHED * modulus:
            break
        if all(holds_at(condition, {symbol: number}) for condition in own):
            found.append(number)
    return (found[:LISTED], False) if found else (None, False)


def _points(others: Iterable[Any]) -> list[tuple[sympy.Symbol, Number]]:
    """Solve equalities for the symbol in them; the others are left out."""
    found = []
    for other in others:
        line = line_of(other.lhs - other.rhs)
        if line is not None:
            found.append((line[0], whole(Fraction(-line[2]) / line[1])))
    return list(dict.fromkeys(found))


def _away(
    points: Sequence[tuple[sympy.Symbol, Number]], several: bool, elsewhere: Callable[[Point], bool]
) -> str:
    """List the points at which the spec describes other networks."""
    by_symbol: dict[sympy.Symbol, list[Number]] = {}
    for symbol, point in points:
        if elsewhere({symbol: point}):
            by_symbol.setdefault(symbol, []).append(point)
    told = [(symbol, ", ".join(map(str, sorted(numbers)))) for symbol, numbers in by_symbol.items()]
    return " and at ".join(f"{symbol} = {numbers}" if several else numbers for symbol, numbers in told)
