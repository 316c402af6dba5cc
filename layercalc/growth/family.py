"""A spec whose params are symbols in one place and numbers in another.

From: a program, the values of its params, what is assumed. To: its measures in closed form in
the symbols of some params, and at numbers. Promises: whether a number is valid is told by
building the network at it, so every `where` and every count of rounds is respected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layercalc.closed import Closed
from layercalc.errors import LimitError, SpecError, fail
from layercalc.expressions.scope import CONSTANTS, is_number
from layercalc.lazy import sympy
from layercalc.measures import measure_all
from layercalc.network import Network
from layercalc.numbers.rational import Number, numerals
from layercalc.numbers.scalar import rational
from layercalc.resolve import resolve
from layercalc.resolve.points import read_points
from layercalc.resolve.program import Given, Program
from layercalc.syntax import tree

#: A param whose default is a list is tried at numbers below this.
FIRST = 9


@dataclass
class Family:
    """A program, what is given for its params, and the params that are to grow.

    >>> from layercalc.resolve.loading import load_program
    >>> family = Family(load_program("mlp"), {}, ("depth",))
    >>> family.usual["depth"], family.symbolic(["depth"])["params"].folded()
    (3, '65792*depth + 137738')
    >>> family.at("depth", 3, "params"), family.at("depth", 0, "params")
    (Closed(value=335114), None)
    """

    program: Program
    given: Mapping[str, Given]
    over: Sequence[str]
    assume: Sequence[tree.Expression] = ()
    usual: Mapping[str, Number] = field(init=False)
    _at: dict[tuple[str, Number], Network | None] = field(init=False, default_factory=dict)
    _values: dict[tuple[str, Number, str], Closed] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.over:
            self.program.param(name)
        self.usual = self._usual()

    def network(self, symbols: Sequence[str]) -> Network:
        """Build the network with some params as symbols, called as the params are.

        Raises `SpecError` for a spec that cannot be built so.
        """
        named = {name: read_points(name, name)[0] for name in symbols}
        return resolve(self.program, {**self.given, **named}, self.assume)

    def symbolic(self, symbols: Sequence[str], measures: Sequence[str] | None = None) -> dict[str, Closed]:
        """Take measures in closed form in some params."""
        return measure_all(self.network(symbols), measures)

    def built(self, param: str, number: Number) -> Network | None:
        """Build the network at a number, None where the spec refuses it.

        Raises `LimitError` where only its size forbids it.
        """
        key = (param, number)
        if key not in self._at:
            text = numerals(number)
            try:
                given = {**self.given, param: read_points(param, text)[0]}
                self._at[key] = resolve(self.program, given, self.assume)
            except LimitError:
                raise
            except SpecError:
                self._at[key] = None
        return self._at[key]

    def at(self, param: str, number: Number, measure: str) -> Closed | None:
        """Take a measure at a number, None where the spec refuses it."""
        network = self.built(param, number)
        if network is None:
            return None
        key = (param, number, measure)
        if key not in self._values:
            self._values[key] = measure_all(network, [measure])[measure]
        return self._values[key]

    def point(self, symbols: Mapping[str, sympy.Symbol]) -> dict[sympy.Symbol, Number]:
        """Give the usual values of symbols."""
        return {symbol: self.usual[name] for name, symbol in symbols.items() if name in self.usual}

    def _first(self, param: str) -> int | None:
        """Give the least number that a param takes whose default is a list."""
        return next((number for number in range(1, FIRST) if self.built(param, number) is not None), None)

    def _usual(self) -> dict[str, Number]:
        """Read the values that stand for symbols where one is needed: what is given, or the defaults."""
        words = {name: value.expression for name, value in self.given.items()}
        symbols = {
            word.text: name
            for name, word in words.items()
            if isinstance(word, tree.Name) and word.text not in CONSTANTS
        }
        given = {name: value for name, value in self.given.items() if name not in symbols.values()}
        try:
            params = dict(resolve(self.program, given).params)
        except SpecError:
            return {}
        for name in self.over:
            if isinstance(params[name], tuple) and (number := self._first(name)) is not None:
                params[name] = number
            if name in self.given or self.program.takes[name].default is not None:
                _check(name, params[name])  # any other is the symbol of its own name
        named = {**{name: name for name in self.over}, **symbols}
        return {symbol: rational(params[name]) for symbol, name in named.items() if _is_plain(params[name])}


def _check(name: str, value: Any) -> None:
    if isinstance(value, bool):
        raise fail(f"{name} is true or false: it does not grow")
    if isinstance(value, tuple):
        raise fail(
            f"{name} is a list: it does not grow", hint=f"give it a list with a symbol, --{name} [n, ...]"
        )
    if not is_number(value):
        raise fail(f"{name} has a value with symbols; what grows is given a number, or left at its default")


def _is_plain(value: Any) -> bool:
    return is_number(value) and not isinstance(value, bool)
