"""Differences within a sum, added up with the numbers beside them.

From the terms of a sum, some of which are differences such as r - 12; to fewer terms,
where something cancels. Promises: the sum is the same. It leaves alone what it cannot
make shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import sympy

from layercalc import limits
from layercalc.forms import base as bases
from layercalc.forms.base import Exponent, Monomial
from layercalc.forms.node import Join
from layercalc.numbers.scalar import Scalar

#: Terms that are added as fast as one is multiplied out.
ADDED = 2


class Term(Protocol):
    """What is asked of a term; `Product` is the one there is."""

    @property
    def groups(self) -> Mapping[Exponent, Monomial]:
        """The monomials under each exponent."""

    @property
    def vast(self) -> bool:
        """Whether a number in it is too long to be multiplied out."""

    def to_sympy(self) -> sympy.Expr:
        """Write it in sympy."""


T = TypeVar("T", bound=Term)


def levelled(terms: Sequence[T], of: Callable[[Scalar], T]) -> list[T]:
    """Add differences to the other terms where that leaves fewer; `of` makes a product.

    >>> from layercalc.forms.product import Product
    >>> r = sympy.Symbol("r", positive=True)
    >>> levelled([Product.of(12), Product.of(r - 12)], Product.of)
    [Product({1: {r: 1}})]
    """
    limits.work(len(terms) // ADDED)
    if not any(map(_is_difference, terms)):
        return list(terms)
    flat = [term for term in terms if _is_flat(term)]
    written = [term.to_sympy() for term in flat]
    joined = sympy.Add(*written)
    if _length([joined]) >= _length(written) or joined.is_nonpositive:
        return list(terms)
    return [*(term for term in terms if not _is_flat(term)), of(joined)]


def _length(written: Sequence[sympy.Expr]) -> int:
    return sum(len(sympy.Add.make_args(part)) for part in written)


def _is_difference(term: Term) -> bool:
    return any(isinstance(base, sympy.Add) and power == 1 for base, power in term.groups.get(1, {}).items())


def _is_flat(term: Term) -> bool:
    """Tell whether a term is a number times at most one expression."""
    groups = term.groups
    if not groups.keys() <= {1} or term.vast:
        return False
    rest = {base: power for base, power in groups.get(1, {}).items() if not isinstance(base, int)}
    numbers: Monomial = {b: power for b, power in groups.get(1, {}).items() if isinstance(b, int)}
    alone = len(rest) <= 1 and all(p == 1 and not isinstance(b, Join) for b, p in rest.items())
    return alone and bases.rational(numbers, bases.FOLD_BITS) is not None
