"""The domain of a closed form: the numbers at which it holds.

From what a derivation took for granted (`network.Granted`) and the symbols it speaks of;
to conditions in the author's symbols, a check of numbers, and words. Promises: at numbers
that pass the check every condition holds; a condition that follows from the others is not
told. It does not know how a condition came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Any

from layercalc.assumptions import checking, plainer, telling
from layercalc.errors import SpecError, did_you_mean, fail
from layercalc.lazy import sympy
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.records import dataclass


@dataclass(frozen=True)
class Domain:
    """The conditions under which a closed form is the network, in the author's symbols.

    `declared` are those of the author, `assumed` those of the derivation, and `others`
    equalities at which the spec describes another network.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> domain = Domain((n,), (n >= 18,), (sympy.Eq(sympy.Mod(n - 32, 3), 0), n >= 35), (sympy.Eq(n, 18),))
    >>> str(domain)
    'n = 35, 38, 41, ... (n >= 35, n mod 3 = 2); other networks at 18'
    >>> domain.conditions, domain.allows({"n": 36}), domain.allows({"n": 38})
    (('n >= 35', 'n % 3 == 2'), False, True)
    """

    symbols: tuple[sympy.Symbol, ...] = ()
    declared: tuple[Any, ...] = ()
    assumed: tuple[Any, ...] = ()
    others: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return self.told.text

    @cached_property
    def told(self) -> telling.Told:
        """The domain in words, and as conditions of the language."""
        return telling.told(self.symbols, (*self.declared, *self.assumed), self.others, self._elsewhere)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in the language, those that follow from others left out."""
        return self.told.conditions

    def allows(self, values: Mapping[str, Scalar]) -> bool:
        """Tell whether numbers, or expressions, may be put in."""
        try:
            self.put_in(values)
        except SpecError:
            return False
        return True

    def put_in(self, values: Mapping[str, Scalar]) -> Domain:
        """Give what is left of the domain where numbers, or other expressions, stand in place of symbols.

        >>> n, w = sympy.symbols("n w", integer=True, positive=True)
        >>> str(Domain((n, w), (), (w > n,)).put_in({"n": 7}))
        'w = 8, 9, 10, ... (w >= 8)'

        Raises `SpecError` for a name that is none of its symbols, and for values outside.
        """
        named = {symbol.name: symbol for symbol in self.symbols}
        for name in values:
            if name not in named:
                hint = did_you_mean(name, named) or f"its symbols: {', '.join(named) or 'none'}"
                raise fail(f"the closed form has no symbol '{name}'", hint=hint)
        chosen = {named[name]: plain(value) for name, value in values.items()}
        kinds = [kind for symbol, value in chosen.items() for kind in _kinds(symbol, value)]
        declared = self._left(chain(kinds, self.declared), chosen)
        assumed = self._left(self.assumed, chosen)
        put_in = {symbol: symbolic(value) for symbol, value in chosen.items()}
        free = {symbol for value in put_in.values() for symbol in value.free_symbols}
        symbols = (*(s for s in self.symbols if s not in chosen), *sorted(free, key=str))
        others = (other.xreplace(put_in) for other in self.others)
        return Domain(
            tuple(dict.fromkeys(symbols)), declared, assumed, tuple(o for o in others if o.free_symbols)
        )

    def _left(self, conditions: Iterable[Any], chosen: Mapping[sympy.Symbol, Scalar]) -> tuple[Any, ...]:
        """Put values into conditions; give those that are open still."""
        left: list[Any] = []
        for condition in conditions:
            found = checking.holds_at(condition, chosen)
            if found is False:
                raise self._outside(condition, chosen)
            if found is not True:
                left.append(found)
        return tuple(left)

    def _outside(self, condition: Any, chosen: Mapping[sympy.Symbol, Scalar]) -> SpecError:
        shown = ", ".join(f"{symbol} = {value}".replace("**", "^") for symbol, value in chosen.items())
        said = plainer.plainer(condition)
        broken = telling.in_words(condition if said == sympy.true else said)  # what symbols are by themselves
        message = f"the closed form does not hold at {shown}, where this is false: {broken}"
        return fail(message, hint=f"it holds for {self}")

    def _elsewhere(self, point: Mapping[sympy.Symbol, Number]) -> bool:
        """Tell whether the spec describes another network at a point."""
        kinds = (kind for symbol, value in point.items() for kind in _kinds(symbol, value))
        return all(
            checking.holds_at(condition, point) is not False for condition in chain(kinds, self.declared)
        )


def _kinds(symbol: sympy.Symbol, value: Scalar) -> Iterator[Any]:
    """Give what a symbol is by itself, whole and positive, as conditions on its value."""
    if symbol.is_integer and not (isinstance(value, int | Fraction) and value.denominator == 1):
        yield sympy.Eq(sympy.Mod(symbol, 1, evaluate=False), 0, evaluate=False)
    if symbol.is_positive:
        relation, least = (sympy.Ge, 1) if symbol.is_integer else (sympy.Gt, 0)
        yield relation(symbol, least, evaluate=False)
    elif symbol.is_nonnegative:
        yield sympy.Ge(symbol, 0, evaluate=False)


def joined(domains: Iterable[Domain]) -> Domain:
    """Give where several closed forms of one network hold, all of them.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> str(joined([Domain((n,), (), (n >= 3,)), Domain((n,), (), (n >= 5,))]))
    'n = 5, 6, 7, ... (n >= 5)'
    """
    symbols, *kinds = zip(*((d.symbols, d.declared, d.assumed, d.others) for d in domains), strict=True)
    return Domain(*(tuple(dict.fromkeys(chain(*kind))) for kind in (symbols, *kinds)))
