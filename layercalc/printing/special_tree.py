"""What the language says otherwise than sympy: sums and products over rounds, and two functions.

From sympy's `Sum` and `Product`, and functions of `numbers.special`; to trees that mean the
same: a geometric sum at a number is its quotient, a rising factorial from 1 is a factorial.
How their arguments are written is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain, count
from typing import TypeAlias

from layercalc.lazy import sympy
from layercalc.numbers import special
from layercalc.printing.formula import call, over_rounds
from layercalc.syntax.tree import Expression

#: How an expression is written.
Write: TypeAlias = "Callable[[sympy.Expr], Expression]"

#: What a round is called whose own name is one of these, or cannot be used: the first that is free.
ROUNDS = "ijkl"


def special_tree(value: sympy.Expr, write: Write) -> Expression | None:
    """Write what has no function of its name in the language; None for anything else.

    >>> from layercalc.printing.expression_tree import scalar_tree
    >>> from layercalc.printing.text import text
    >>> i, n, w = sympy.symbols("i n w", positive=True)
    >>> [text(special_tree(f, scalar_tree)) for f in (special.rising(1, n), special.geometric(3, n))]
    ['factorial(n)', '(3^n - 1)/2']
    >>> text(special_tree(sympy.Sum(1 / (i + w), (i, 0, n - 1)), scalar_tree))
    'sum([1/(i + w) for i in range(n)])'
    """
    if isinstance(value, sympy.Sum | sympy.Product):
        return _series(value, write)
    if isinstance(value, special.geometric):
        quotient = _quotient(*value.args)
        return None if quotient is None else write(quotient)
    if isinstance(value, special.rising) and value.args[0] is sympy.S.One:
        return call("factorial", [write(value.args[1])])
    return None


def _quotient(q: sympy.Expr, n: sympy.Expr) -> sympy.Expr | None:
    """Write a geometric sum as a quotient where its ratio is a number that is not 1."""
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


def _series(value: sympy.Expr, write: Write) -> Expression:
    function, (index, low, high) = special.outermost(value)
    taken = {symbol.name for symbol in value.free_symbols | function.free_symbols - {index}}
    shown = sympy.Symbol(_round_name(index.name, taken), **index.assumptions0)
    term = write(function.xreplace({index: shown}))
    bounds = map(write, ((low,) if low != 0 else ()) + (high + 1,))
    return over_rounds("sum" if isinstance(value, sympy.Sum) else "product", term, shown.name, bounds)


def _round_name(name: str, taken: Collection[str]) -> str:
    if name.isidentifier() and name not in taken and name not in ROUNDS:
        return name
    return next(other for other in round_names() if other not in taken)
