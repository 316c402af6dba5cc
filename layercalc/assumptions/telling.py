"""The domain of a closed form in words, "n = 35, 38, 41, ... (n >= 35, n mod 3 = 2)", and in the language.

From symbols and conditions; to text. Promises: bounds and remainders of a symbol are told
together, and what follows from the other conditions is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import Any, TypeAlias

from layercalc.assumptions.checking import holds_at
from layercalc.assumptions.decisions import Facts
from layercalc.assumptions.plainer import divisor, plainer, shares
from layercalc.lazy import sympy
from layercalc.numbers.linear import line_of, related
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import symbolic
from layercalc.printing.expression_tree import condition_tree, scalar_tree
from layercalc.printing.text import text
from layercalc.records import dataclass
from layercalc.syntax.tree import Expression

#: How many numbers of a symbol are listed, among how many they are looked for.
LISTED, SEARCHED = 3, 400
#: So many numbers, if these are all, are listed one by one.
FEW = 4

Point: TypeAlias = "Mapping[sympy.Symbol, Number]"


@dataclass(frozen=True, slots=True)
class Told:
    """A domain as words and formulas by turns, and the conditions that make it up.

    Beside the `relations` it holds that a symbol is whole, and positive, as it is made.
    """

    phrase: tuple[Any, ...]
    relations: tuple[Any, ...]

    @property
    def text(self) -> str:
        """The domain in words."""
        return "".join(part if isinstance(part, str) else in_words(part) for part in self.phrase)

    @property
    def pieces(self) -> tuple[str | Expression, ...]:
        """The domain as expressions and words by turns; where words are first, behind an empty text."""
        found: list[Any] = []
        for part in self.phrase:
            if not isinstance(part, str):
                found.append(tree_of(part))
            elif len(found) % 2 == 0 and found:
                found[-1] += part
            else:
                found += [part] if found else ["", part]
        return tuple(found)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in the language."""
        return tuple(map(language, self.relations))


def language(part: Any) -> str:
    """Write a condition or a value in the language.

    >>> n = sympy.Symbol("n", integer=True)
    >>> language(sympy.Eq(sympy.Mod(n, 3), 2)), language(n / 2)
    ('n % 3 == 2', 'n/2')
    """
    return text(tree_of(part))


def tree_of(part: Any) -> Expression:
    """Write a condition or a value as a tree of the language."""
    return scalar_tree(part) if isinstance(part, sympy.Expr) else condition_tree(part)


def in_words(condition: Any) -> str:
    """Write a condition for a reader: `n mod 3 = 2`, `n/2 is whole`.

    >>> n = sympy.Symbol("n", integer=True)
    >>> in_words(sympy.Eq(sympy.Mod(n, 3), 2)), in_words(sympy.Eq(sympy.Mod(n / 2, 1), 0))
    ('n mod 3 = 2', 'n/2 is whole')
    >>> in_words(sympy.Eq(sympy.Mod(512, n), 0, evaluate=False))
    'n divides 512'
    """
    if isinstance(condition, sympy.And | sympy.Or):
        word = " and " if isinstance(condition, sympy.And) else " or "
        parts = sorted(in_words(part) for part in condition.args)
        return word.join(f"({part})" if " or " in part or " and " in part else part for part in parts)
    if len(phrase := _phrase(condition)) > 1:
        return "".join(part if isinstance(part, str) else language(part) for part in phrase)
    return language(condition).replace(" % ", " mod ").replace("==", "=").replace("!=", "is not")


def _whole(condition: Any) -> Any | None:
    """Give what a condition says to be a whole number."""
    if isinstance(condition, sympy.Eq) and condition.rhs == 0 and condition.lhs.func is sympy.Mod:
        inner, modulus = condition.lhs.args
        return inner if modulus == 1 else None
    return None


def _phrase(condition: Any) -> tuple[Any, ...]:
    if (found := divisor(condition)) is not None:
        return (found[1], " divides ", found[0])
    return (condition,) if (inner := _whole(condition)) is None else (inner, " is whole")


def _listed(phrases: Iterable[Sequence[Any]], word: str, last: str = "") -> tuple[Any, ...]:
    """Join phrases with a separator, and another before the last."""
    found = [*phrases]
    listed = [*found[0]] if found else []
    for place, phrase in enumerate(found[1:], start=2):
        listed += [last or word if place == len(found) else word, *phrase]
    return tuple(listed)


def told(
    symbols: Sequence[sympy.Symbol], conditions: Iterable[Any], others: Iterable[Any],
    elsewhere: Callable[[Point], bool],
) -> Told:  # fmt: skip
    """Tell the conditions on some symbols; `elsewhere` tells whether a point is another network's."""
    if not symbols:
        return Told((), ())
    try:
        simple = [c if _is_bound(c) else plainer(c) for c in conditions]
        bounds, more, unequal = _sorted(symbols, [part for c in simple for part in _parts(c)])
    except ValueError:
        return Told(("no numbers",), (sympy.false,))
    facts, points = _of(symbols, bounds), _points(others)
    phrases, relations = dict[sympy.Symbol, tuple[Any, ...]](), list[Any]()
    for symbol in symbols:
        own = _own(symbol, [c for c in (*more, *unequal) if c.free_symbols == {symbol}])
        lines = _lines(symbol, facts, bounds)
        apart = [point for other, point in points if other == symbol]
        plain = [_first(symbol, facts), *(related(sympy.Ne, symbol, point) for point in apart)]
        spoken = [condition for condition in (*lines, *own) if condition not in plain]
        phrases[symbol] = _symbol(symbol, facts, own, spoken)
        relations += [*lines, *own]
    joint = [condition for condition in (*more, *unequal) if len(condition.free_symbols) != 1]
    phrase = _together(phrases)
    if joint:
        phrase += (", with ", *_listed(map(_phrase, joint), ", ", " and "))
    if away := _away(points, len(symbols) > 1, elsewhere):
        phrase += ("; other networks at ", *away)
    return Told(phrase, (*relations, *joint))


def _together(phrases: Mapping[sympy.Symbol, tuple[Any, ...]]) -> tuple[Any, ...]:
    """Join the descriptions of symbols; those that start at 1 share one."""
    said: dict[Any, list[sympy.Symbol]] = {}
    for symbol, (first, *rest) in phrases.items():
        plainly = rest and first == sympy.Eq(symbol, 1, evaluate=False) and rest[-1] == ", ..."
        said.setdefault(tuple(rest) if plainly else symbol, []).append(symbol)
    groups = []
    for *others, last in said.values():
        together = (*_listed([(symbol,) for symbol in others], ", "), " and ") if others else ()
        groups.append((*together, *phrases[last]))
    return _listed(groups, " and ")


def _parts(condition: Any) -> Iterator[Any]:
    """Split what is joined by `and`.

    Raises:
        ValueError: for what is false.
    """
    if condition in (False, sympy.false):
        raise ValueError("nothing satisfies these conditions")
    if isinstance(condition, sympy.And):
        for part in sorted(condition.args, key=sympy.default_sort_key):
            yield from _parts(part)
    elif condition not in (True, sympy.true):
        yield condition


def _sorted(
    symbols: Sequence[sympy.Symbol], conditions: Sequence[Any]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Part conditions into bounds of one symbol, others that say more than these, and inequalities.

    Raises:
        ValueError: where nothing satisfies the conditions.
    """
    bounds = [condition for condition in conditions if _is_bound(condition)]
    more = [c for c in dict.fromkeys(conditions) if not (_is_bound(c) or isinstance(c, sympy.Ne))]
    for place, condition in enumerate(more):
        others = [*more[:place], *more[place + 1 :]]
        left = [*_parts(_left(condition, _of(symbols, [*bounds, *others])))]
        left = [] if any(_is_multiple(condition, other) for other in others) else left
        if left != [condition]:
            return _sorted(symbols, [*bounds, *others, *left, *_unequal(conditions)])
    facts = _of(symbols, [*bounds, *more])
    for condition in _unequal(conditions):
        (symbol, *others) = condition.free_symbols
        low = facts.bounds(symbol).low
        is_point = line_of(condition.lhs, condition.rhs) is not None
        if (
            not others
            and is_point
            and symbol.is_integer
            and low is not None
            and condition.xreplace({symbol: symbolic(low)}) == sympy.false
        ):
            return _sorted(symbols, [*conditions, sympy.Gt(symbol, low, evaluate=False)])
    return bounds, more, [c for c in dict.fromkeys(_unequal(conditions)) if facts.decide(c) is not True]


def _is_multiple(condition: Any, other: Any) -> bool:
    """Tell whether what divides one number divides the other too, or is whole as a multiple of it."""
    (number, symbol), (less, same) = divisor(condition) or (1, 1), divisor(other) or (0, 0)
    if symbol == same:
        return bool(number % less == 0)
    ours, theirs = shares(condition), shares(other)
    turns = math.lcm(*(int(share.q) for share in theirs.values())) if ours else 0
    return turns <= SEARCHED and any(
        all((ours.get(term, 0) - turn * theirs.get(term, 0)) % 1 == 0 for term in {**ours, **theirs})
        for turn in range(1, turns + 1)
    )


def _unequal(conditions: Iterable[Any]) -> Iterator[Any]:
    return (condition for condition in conditions if isinstance(condition, sympy.Ne))


def _left(condition: Any, facts: Facts) -> Any:
    """Give what a condition says beside the facts: `true` where it follows, of `or` what can be."""
    if isinstance(condition, sympy.And | sympy.Or):
        return condition.func(*(_left(part, facts) for part in condition.args))
    decided = facts.decide(condition)
    return condition if decided is None else sympy.true if decided else sympy.false


def _of(symbols: Sequence[sympy.Symbol], conditions: Iterable[Any] = ()) -> Facts:
    facts = Facts()
    for symbol in symbols:
        facts.symbol(symbol.name, integer=bool(symbol.is_integer), positive=bool(symbol.is_positive))
    for condition in conditions:
        facts.assume(condition)
    return facts


def _is_bound(condition: Any) -> bool:
    """Tell whether a condition is a bound of one symbol, or the remainder of a whole one by a number."""
    if isinstance(condition, bool | sympy.Ne | sympy.Or | sympy.Not) or len(condition.free_symbols) != 1:
        return False
    if isinstance(condition, sympy.Eq) and (mods := condition.atoms(sympy.Mod)):
        (mod, *others) = mods
        line = line_of(mod.args[0])
        return not others and mod.args[1].is_Rational and line is not None and bool(line[0].is_integer)
    return isinstance(condition, sympy.Rel) and line_of(condition.lhs, condition.rhs) is not None


def _own(symbol: sympy.Symbol, conditions: Sequence[Any]) -> list[Any]:
    """Solve inequalities of a symbol for it: 2 n is not 6 as n is not 3."""
    found = []
    for condition in conditions:
        line = line_of(condition.lhs, condition.rhs) if isinstance(condition, sympy.Ne) else None
        if line is not None:
            found.append(related(sympy.Ne, symbol, Fraction(-line[2]) / line[1]))
        else:
            found.append(condition)
    return [c for c in dict.fromkeys(found) if c not in (True, sympy.true)]


def _lines(symbol: sympy.Symbol, facts: Facts, bounds: Iterable[Any]) -> list[Any]:
    """Give the bounds and the remainder of a symbol as conditions."""
    if not symbol.is_integer:
        return _edges(symbol, bounds)
    (low, high), (modulus, rest) = facts.bounds(symbol), facts.residue(symbol)
    if low is not None and low == high:
        return [sympy.Eq(symbol, low, evaluate=False)]
    found = [] if low is None else [sympy.Ge(symbol, low, evaluate=False)]
    found += [] if high is None else [sympy.Le(symbol, high, evaluate=False)]
    if modulus > 1:
        found.append(sympy.Eq(sympy.Mod(symbol, modulus, evaluate=False), rest, evaluate=False))
    return found


def _first(symbol: sympy.Symbol, facts: Facts) -> Any:
    """Give the bound that follows from a symbol's kind and remainder: the least positive number of these."""
    modulus, rest = facts.residue(symbol)
    return sympy.Ge(symbol, rest or modulus, evaluate=False) if symbol.is_positive else None


def _edges(symbol: sympy.Symbol, bounds: Iterable[Any]) -> list[Any]:
    """Give the tightest bounds of a symbol that need not be whole, which may leave out their edge."""
    lows = [(Fraction(0), True)] if symbol.is_positive else []
    highs: list[tuple[Fraction, bool]] = []
    for bound in bounds:
        line = line_of(bound.lhs, bound.rhs)
        if line is None or line[0] != symbol:
            continue
        edge, strict = Fraction(-line[2]) / line[1], isinstance(bound, sympy.Gt | sympy.Lt)
        upward = (line[1] > 0) == isinstance(bound, sympy.Gt | sympy.Ge)
        equal = isinstance(bound, sympy.Eq)
        lows += [(edge, strict)] if upward or equal else []
        highs += [(-edge, strict)] if equal or not upward else []
    found = []
    if lows:
        edge, strict = max(lows)
        found.append((sympy.Gt if strict else sympy.Ge)(symbol, symbolic(edge), evaluate=False))
    if highs:
        edge, strict = max(highs)
        found.append((sympy.Lt if strict else sympy.Le)(symbol, symbolic(-edge), evaluate=False))
    return found


def _symbol(symbol: sympy.Symbol, facts: Facts, own: Sequence[Any], spoken: Sequence[Any]) -> tuple[Any, ...]:
    """Tell one symbol: its first numbers, and the conditions on them."""
    said = [*map(_phrase, spoken)]
    if not symbol.is_integer:
        return _listed(said, " and ") or ("real ", symbol)
    numbers, ends = _numbers(symbol, facts, own)
    within = (" (", *_listed(said, ", "), ")") if said and not ends else ()
    if numbers is None:
        return ("whole ", symbol, *within)
    if not numbers:
        return ("no ", symbol, *(" (", *_listed(said, ", "), ")"))
    first, *more = numbers
    shown = _listed([(sympy.Eq(symbol, first, evaluate=False),), *((sympy.Integer(n),) for n in more)], ", ")
    return (*shown, *(() if ends else (", ...",)), *within)


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
        line = line_of(other.lhs, other.rhs)
        if line is not None:
            found.append((line[0], whole(Fraction(-line[2]) / line[1])))
    return list(dict.fromkeys(found))


def _away(
    points: Sequence[tuple[sympy.Symbol, Number]], several: bool, elsewhere: Callable[[Point], bool]
) -> tuple[Any, ...]:
    """List the points at which the spec describes other networks."""
    by_symbol: dict[sympy.Symbol, list[Number]] = {}
    for symbol, point in points:
        if elsewhere({symbol: point}):
            by_symbol.setdefault(symbol, []).append(point)
    told = []
    for symbol, numbers in by_symbol.items():
        first, *more = map(symbolic, sorted(numbers))
        head = sympy.Eq(symbol, first, evaluate=False) if several else first
        told.append(_listed([(head,), *((number,) for number in more)], ", "))
    return _listed(told, " and at ")
