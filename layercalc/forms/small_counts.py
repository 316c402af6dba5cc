"""Values that follow one form from some whole number on, with their exceptions before it one by one.

From a scalar with maxima or minima in one whole symbol; to its value at each of the
first numbers, and one form from there on. Promises: each is the value that it stands
for; a form without maxima is found, or there is none. Comparisons are sympy's own, of
differences in a symbol that is known not to be negative.
"""

from __future__ import annotations

import sympy

from layercalc.numbers.log2 import log2
from layercalc.numbers.opened import is_within
from layercalc.numbers.scalar import Scalar, plain

#: So many numbers are told one by one.
MOST = 4
#: Values of more terms, multiplied out, are not looked at.
OPENED = 500


def open_in(value: sympy.Expr) -> set[sympy.Symbol]:
    """Give the symbols in the maxima and minima of a value.

    >>> open_in(sympy.Max(3, sympy.Symbol("n")))
    {n}
    """
    return {symbol for part in value.atoms(sympy.Max, sympy.Min) for symbol in part.free_symbols}


def small_counts(value: sympy.Expr, low: int) -> list[tuple[str, Scalar]]:
    """Tell a value by conditions; none where it has no such form.

    `low` is the least number that its symbol can be.

    >>> n, w = sympy.symbols("n w", integer=True, positive=True)
    >>> small_counts(w + sympy.Max(2 * n, 5), 2)
    [('n == 2', w + 5), ('n >= 3', 2*n + w)]
    """
    symbols = open_in(value)
    if len(symbols) != 1 or not symbols <= value.free_symbols or not is_within(value, OPENED):
        return []
    (symbol,) = symbols
    if not symbol.is_integer:
        return []
    for start in (low + MOST, low + MOST - 1):  # a form in n // 2 is seen from an even or an odd number on
        form = _from(value, symbol, start)
        if form is None:
            continue
        small = {k: _put_in(value, {symbol: sympy.Integer(k)}, {}) for k in range(low, start)}
        apart = [k for k in small if sympy.expand(form.xreplace({symbol: sympy.Integer(k)}) - small[k]) != 0]
        first = max(apart, default=low - 1) + 1
        told = [(f"{symbol} == {k}", plain(small[k])) for k in range(low, first)]
        return [*told, (f"{symbol} >= {first}", plain(form))]
    return []


def _from(value: sympy.Expr, symbol: sympy.Symbol, start: int) -> sympy.Expr | None:
    """Give the form from a number on, None where it still has maxima."""
    more = sympy.Symbol(f"{symbol} - {start}", integer=True, nonnegative=True)
    form = _put_in(value, {symbol: more + start}, {})
    if form.has(sympy.Max, sympy.Min, sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return None
    return sympy.expand(form.xreplace({more: symbol - start}), log=False)


def _put_in(
    value: sympy.Expr, values: dict[sympy.Symbol, sympy.Expr], done: dict[sympy.Expr, sympy.Expr]
) -> sympy.Expr:
    """Put expressions in place of symbols; the logarithm of 0 is minus infinity, the zero of maxima."""
    if value not in done:
        if value.is_Atom:
            done[value] = values.get(value, value)
        else:
            arguments = [_put_in(argument, values, done) for argument in value.args]
            nothing = isinstance(value, log2) and arguments[0].is_zero
            done[value] = sympy.S.NegativeInfinity if nothing else value.func(*arguments)
    return done[value]
