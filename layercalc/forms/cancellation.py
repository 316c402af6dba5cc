"""What cancels within a sum: differences added up with the terms beside them.

From the terms of a sum, some of which are differences such as r - 12; to fewer terms,
where something cancels. Promises: the sum is the same. It leaves alone what it cannot
make shorter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from layercalc import limits
from layercalc.forms import base as bases
from layercalc.forms.base import Monomial
from layercalc.forms.node import Join
from layercalc.forms.readable import Readable
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar

#: A sum within a sum becomes part of it up to this many terms, so that long chains stay linear.
SPLICED = 16
#: Terms that are added as fast as one is multiplied out.
ADDED = 2

T = TypeVar("T", bound=Readable)


def cancelled(terms: Sequence[T]) -> tuple[list[T], Scalar]:
    """Add differences to other terms where that leaves fewer: the terms that stay, and what was added up.

    >>> from layercalc.forms.product import Product
    >>> r = sympy.Symbol("r", positive=True)
    >>> cancelled([Product.of(12), Product.of(r - 12)])
    ([], r)
    """
    limits.work(len(terms) // ADDED)
    if not any(map(_is_difference, terms)):
        return list(terms), 0
    written = [term.to_sympy() for term in terms if _is_flat(term)]
    joined = sympy.Add(*written)
    if _length([joined]) >= _length(written) or joined.is_nonpositive:
        return list(terms), 0
    return [term for term in terms if not _is_flat(term)], joined


def _length(written: Sequence[sympy.Expr]) -> int:
    return sum(len(sympy.Add.make_args(part)) for part in written)


def _is_difference(term: Readable) -> bool:
    factors = term.groups.get(1, {}).items()
    return any(power == 1 and bases.is_expression(base) and base.is_Add for base, power in factors)


def _is_flat(term: Readable) -> bool:
    """Tell whether a term is a number times at most one expression."""
    groups = term.groups
    if not groups.keys() <= {1} or term.vast:
        return False
    rest = {base: power for base, power in groups.get(1, {}).items() if not isinstance(base, int)}
    numbers: Monomial = {b: power for b, power in groups.get(1, {}).items() if isinstance(b, int)}
    alone = len(rest) <= 1 and all(p == 1 and not isinstance(b, Join) for b, p in rest.items())
    return alone and bases.rational(numbers, bases.FOLD_BITS) is not None


def spliced(terms: Iterable[T], kind: str) -> list[T]:
    """Flatten: replace a term that is itself a short sum (or maximum) by its terms.

    >>> from layercalc.forms.product import ONE, Product, add
    >>> len(spliced([add([Product.of(sympy.Symbol("w", positive=True)), ONE]), ONE], "sum"))
    3
    """
    result: list[T] = []
    for term in terms:
        node = next((node for node in term.joins if term._powers == {1: {node: 1}}), None)
        short = node is not None and node.kind == kind and len(node.terms) <= SPLICED
        result += node.terms if node is not None and short else [term]
    return result
