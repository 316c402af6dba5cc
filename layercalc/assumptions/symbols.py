"""The symbols of a spec: their bounds, their residues, and the multiples that stand for them.

From names, edges and congruences; to sympy symbols and expressions in which rounding
comes out exactly. Promises: the same name is the same symbol, and `restore` undoes
`canonical`. It decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, count
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers.linear import Residue, joined, related
from layercalc.numbers.logs import Constant
from layercalc.numbers.opened import is_short
from layercalc.numbers.polynomial import Bounds
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import plain, symbolic, times, total
from layercalc.numbers.sums import put_in
from layercalc.printing.expression_tree import scalar_text


class Symbols:
    """The symbols that are declared, and what is known of each by itself."""

    def __init__(self) -> None:
        self._symbols: dict[str, sympy.Symbol] = {}
        self._bounds: dict[sympy.Symbol, Bounds] = {}
        self._ranges: dict[sympy.Expr, Bounds] = {}
        self._residues: dict[sympy.Symbol, Residue] = {}
        self._multiples: dict[sympy.Symbol, sympy.Expr] = {}
        self._stands_for: dict[sympy.Symbol, sympy.Expr] = {}
        self._indices: dict[str, sympy.Symbol] = {}
        self._named: dict[sympy.Symbol, str] = {}
        self._outdated: set[sympy.Symbol] = set()

    def symbol(self, name: str, integer: bool = True, positive: bool = True) -> sympy.Symbol:
        """Give the symbol of a name, the same one each time.

        >>> symbols = Symbols()
        >>> symbols.symbol("n") is symbols.symbol("n")
        True
        """
        if name not in self._symbols:
            assumptions = {key: True for key, on in (("integer", integer), ("positive", positive)) if on}
            made = sympy.Symbol(name, **(assumptions or {"real": True}))
            self._symbols[name] = made
            self._bounds[made] = Bounds((1 if integer else 0) if positive else None)
        return self._symbols[name]

    def canonical(self, expression: Any) -> Any:
        """Write symbols of known residue as multiples, so that rounding comes out exactly.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> d = facts.symbol("d")
        >>> facts.assume(sympy.Eq(sympy.Mod(d - 2, 6), 0))
        >>> facts.canonical((d - 2) / 6)
        (d-2)/6
        """
        if isinstance(expression, Constant):
            return expression
        outdated = expression.free_symbols & self._outdated
        if outdated:
            expression = expression.xreplace({symbol: self._stands_for[symbol] for symbol in outdated})
        free = expression.free_symbols
        found = {symbol: self._multiple(symbol) for symbol in free & self._residues.keys()}
        found |= {symbol: self._multiples[symbol] for symbol in free & self._multiples.keys()}
        if found and isinstance(expression, sympy.Rel):
            return related(expression.func, *(put_in(side, found) for side in expression.args))
        if isinstance(expression, sympy.Expr):
            return plain(put_in(expression, found) if found else expression)
        return expression.xreplace(found)

    def restore(self, expression: Any) -> Any:
        """Put the declared symbols back in place of what `canonical` wrote.

        >>> symbols = Symbols()
        >>> symbols.restore(symbols.canonical(symbols.symbol("n") * 3))
        3*n
        """
        if isinstance(expression, Constant):
            return expression
        found = expression.free_symbols & self._stands_for.keys()
        if not found:
            return plained(expression)
        restored = expression.xreplace({symbol: self._stands_for[symbol] for symbol in found})
        if isinstance(restored, sympy.Expr) and is_short(restored):
            restored = sympy.expand_mul(restored)
        return plained(restored)

    def shown(self, expression: Any) -> Any:
        """Put the author's names in place of all others: of symbols, and of the rounds of loops.

        >>> from layercalc.assumptions import Facts
        >>> facts = Facts()
        >>> n = facts.symbol("i")
        >>> facts.index("i", n), facts.shown(facts.index("i", n) + 1)
        (j, i + 1)
        """
        restored = self.restore(expression)
        if isinstance(restored, int | Fraction):
            return restored
        free = restored.free_symbols
        names = {symbol: self._named.get(symbol, symbol.name.rstrip("'")) for symbol in free}
        borne = [symbol.name for symbol in free]
        renamed = {s: sympy.Symbol(n, **s.assumptions0) for s, n in names.items() if n not in borne}
        return restored.xreplace(renamed) if renamed else restored

    def bounds(self, symbol: sympy.Symbol) -> Bounds:
        """Give the least and the greatest value of a declared symbol, None where there is none.

        >>> symbols = Symbols()
        >>> symbols.bounds(symbols.symbol("n"))
        Bounds(low=1, high=None)
        """
        return self._bounds.get(symbol, Bounds())

    def residue(self, symbol: sympy.Symbol) -> Residue:
        """Give what is known of a symbol's remainder; the modulus is 1 where nothing is.

        >>> symbols = Symbols()
        >>> symbols.residue(symbols.symbol("n"))
        Residue(modulus=1, rest=0)
        """
        return self._residues.get(symbol, Residue(1, 0))

    @property
    def symbols(self) -> list[sympy.Symbol]:
        """The declared symbols, in the order in which they came.

        >>> symbols = Symbols()
        >>> symbols.symbol("n"), symbols.symbols
        (n, [n])
        """
        return [*self._symbols.values()]

    @property
    def stands_for(self) -> dict[sympy.Symbol, sympy.Expr]:
        """What each private symbol of `canonical` stands for, for `Product.substitute`."""
        return dict(self._stands_for)

    def _new_index(self, name: str) -> sympy.Symbol:
        """Make the symbol of a round under an unused name."""
        names: Iterable[str] = chain((name, *"ijklm"), (f"{name}{k}" for k in count(1)))
        free = next(n for n in names if n not in self._symbols and n not in self._indices)
        made = sympy.Symbol(free, integer=True, nonnegative=True)
        self._indices[free] = made
        self._named[made] = name
        self._bounds[made] = Bounds(0)
        return made

    def _congruent(self, symbol: sympy.Symbol, a: int, b: int, m: int) -> None:
        """Record a * symbol = b modulo m, together with what is known of the symbol."""
        shared = math.gcd(a, m)
        if b % shared:
            raise ValueError("nothing satisfies these conditions")
        m //= shared
        new = Residue(m, (b // shared) * pow(a // shared, -1, m) % m)
        old = self._residues.get(symbol, Residue(1, 0))
        both = joined(old, new)
        if both.modulus > 1 and symbol.is_integer:
            if both != old:
                self._outdate(symbol)
            self._residues[symbol] = both
            self._bound(symbol, self._bounds.get(symbol, Bounds()))

    def _outdate(self, symbol: sympy.Symbol) -> None:
        """Drop substitutions that use an outdated residue."""
        current = self._multiples.get(symbol, sympy.S.Zero).free_symbols
        stood = {private for private, of in self._stands_for.items() if symbol in of.free_symbols}
        self._outdated |= stood - current

    def _divisible(self, symbol: sympy.Symbol, shift: Number, modulus: sympy.Expr) -> None:
        """Record that symbol + shift is a multiple of a symbolic modulus."""
        if symbol in self._multiples:
            return
        self._outdate(symbol)
        shown = str(symbol + shift).replace(" ", "")
        below = self.restore(modulus)
        low = self._bounds.get(symbol, Bounds()).low
        above = low is not None and low + shift > 0
        sign = {"positive": True} if above else {}
        factor = sympy.Symbol(f"({shown})/{str(below).replace('**', '^')}", integer=True, **sign)
        self._multiples[symbol] = modulus * factor - shift
        self._stands_for[factor] = (symbol + shift) / below
        self._set(factor, Bounds(1 if above else None))

    def _bound(self, symbol: sympy.Symbol, bounds: Bounds) -> None:
        """Bound a symbol; of the factor that it is a multiple by, it is the symbol that gets the bounds."""
        of = self._stands_for.get(symbol, sympy.S.Zero).free_symbols & self._residues.keys()
        for parent in of:
            modulus, rest = self._residues[parent]
            if symbol in self._multiple(parent).free_symbols:
                edges = [None if edge is None else modulus * edge + rest for edge in bounds]
                self._bound(parent, Bounds(*edges))
                self._multiple(parent)
                return
        low, high = bounds
        residue = self._residues.get(symbol)
        if residue:
            low = None if low is None else low + (residue.rest - math.ceil(low)) % residue.modulus
            high = None if high is None else high - (math.floor(high) - residue.rest) % residue.modulus
        if low is not None and high is not None and low > high:
            shown = scalar_text(self.shown(symbol))
            raise ValueError(f"nothing satisfies these conditions: {shown} >= {low} and {shown} <= {high}")
        self._set(symbol, Bounds(low, high))

    def _set(self, symbol: sympy.Symbol, bounds: Bounds) -> None:
        if self._bounds.get(symbol) != bounds:
            self._changed()
            self._bounds[symbol] = bounds

    def _changed(self) -> None:
        """Forget what was derived from less."""
        self._ranges.clear()

    def _multiple(self, symbol: sympy.Symbol) -> sympy.Expr:
        modulus, rest = self._residues[symbol]
        low, high = self._bounds.get(symbol, Bounds())
        over = [None if edge is None else whole(Fraction(edge - rest, modulus)) for edge in (low, high)]
        sign = {} if over[0] is None else {"positive": True} if over[0] > 0 else {"nonnegative": over[0] == 0}
        sign = {key: value for key, value in sign.items() if value}
        name = f"({symbol}-{rest})/{modulus}" if rest else f"{symbol}/{modulus}"
        factor = sympy.Symbol(name, integer=True, **sign)
        self._stands_for[factor] = symbolic(times(Fraction(1, modulus), total([symbol, -rest])))
        self._set(factor, Bounds(*over))
        return symbolic(total([modulus * factor, rest]))


def plained(expression: Any) -> Any:
    """Give a rational as a Python number; leave relations as they are.

    >>> plained(sympy.Integer(3))
    3
    """
    if isinstance(expression, Constant) or not isinstance(expression, sympy.Expr):
        return expression
    return plain(expression)
