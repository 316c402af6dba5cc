"""Sums, products and sequences over rounds as text of the language.

From the functions of `numbers.special` and sympy's `Sum` and `Product`; to text that
reads back as the same: a geometric sum at a number is its quotient, a rising
factorial from 1 is a factorial, the others are functions and comprehensions. How
their arguments are written is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain, count

import sympy

from layercalc.numbers.special import geometric, outermost, recurrence, rising
from layercalc.printing.decimals import ATOM, Piece

#: How an expression is written.
Write = Callable[[sympy.Expr], Piece]

#: What a round is called whose own name is one of these, or cannot be used: the first that is free.
ROUNDS = "ijkl"


def special_piece(value: sympy.Expr, write: Write) -> Piece | None:
    """Write a sum, a product or a sequence; None for anything else.

    >>> from layercalc.printing.expression_text import scalar_piece
    >>> i, n, w = sympy.symbols("i n w", positive=True)
    >>> special_piece(rising(1, n), scalar_piece).text, special_piece(geometric(3, n), scalar_piece).text
    ('factorial(n)', '(3^n - 1)/2')
    >>> special_piece(sympy.Sum(1 / (i + w), (i, 0, n - 1)), scalar_piece).text
    'sum([1/(i + w) for i in range(n)])'
    """
    rule = _RULES.get(type(value))
    return rule(value, write) if rule else None


def quotient_of(value: sympy.Expr) -> sympy.Expr | None:
    """Write a geometric sum as a quotient where its ratio is a number that is not 1.

    >>> n = sympy.Symbol("n")
    >>> quotient_of(geometric(3, n))
    3**n/2 - 1/2
    """
    q, n = value.args
    if q.free_symbols or sympy.Eq(q, 1) != False:  # noqa: E712  (sympy has a false of its own)
        return None
    return (1 - q**n) / (1 - q) if q < 1 else (q**n - 1) / (q - 1)


def bound_names(expression: sympy.Expr) -> set[str]:
    """Give the names of all symbols in an expression, those of rounds as well.

    >>> i, n = sympy.symbols("i n")
    >>> sorted(bound_names(sympy.Sum(1 / (i + 1), (i, 0, n))))
    ['i', 'n']
    """
    return {symbol.name for symbol in expression.atoms(sympy.Symbol)}


def round_names() -> Iterator[str]:
    """Give names for rounds: i, j, k, l, i1, i2, and so on.

    >>> from itertools import islice
    >>> list(islice(round_names(), 6))
    ['i', 'j', 'k', 'l', 'i1', 'i2']
    """
    return chain(ROUNDS, (f"i{number}" for number in count(1)))


def _rising(value: sympy.Expr, write: Write) -> Piece:
    x, n = value.args
    return _call("factorial", [n], write) if x is sympy.S.One else _call("rising", [x, n], write)


def _geometric(value: sympy.Expr, write: Write) -> Piece:
    quotient = quotient_of(value)
    return _call("geometric", value.args, write) if quotient is None else write(quotient)


def _recurrence(value: sympy.Expr, write: Write) -> Piece:
    return _call("recurrence", value.args, write)


def _call(name: str, arguments: Collection[sympy.Expr], write: Write) -> Piece:
    return Piece(f"{name}({', '.join(write(argument).text for argument in arguments)})", ATOM)


def _series(value: sympy.Expr, write: Write) -> Piece:
    function, (index, low, high) = outermost(value)
    taken = {symbol.name for symbol in value.free_symbols | function.free_symbols - {index}}
    shown = sympy.Symbol(_round_name(index.name, taken), **index.assumptions0)
    term = write(function.xreplace({index: shown})).text
    bounds = [write(bound).text for bound in ((low,) if low != 0 else ()) + (high + 1,)]
    name = "sum" if isinstance(value, sympy.Sum) else "product"
    return Piece(f"{name}([{term} for {shown.name} in range({', '.join(bounds)})])", ATOM)


def _round_name(name: str, taken: Collection[str]) -> str:
    if name.isidentifier() and name not in taken and name not in ROUNDS:
        return name
    return next(other for other in round_names() if other not in taken)


_RULES: Mapping[type, Callable[[sympy.Expr, Write], Piece]] = {
    rising: _rising, geometric: _geometric, recurrence: _recurrence, sympy.Sum: _series,
    sympy.Product: _series,
}  # fmt: skip
