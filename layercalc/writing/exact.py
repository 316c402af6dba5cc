"""Closed forms as trees of the language, exactly.

From scalars and closed forms; to trees that every printer writes. Promises: nothing is
rounded, the same value gives the same tree in every run, and a shared node that would make
its text long is named once.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import TypeAlias

from layercalc import limits
from layercalc.forms import base as bases
from layercalc.forms.base import Base, Exponent, Monomial
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.printing.decimals import exact_number, is_short
from layercalc.printing.expression_tree import scalar_tree
from layercalc.printing.formula import call, numeral, quotient, raised, summed, variable
from layercalc.printing.text import text
from layercalc.syntax.tree import Expression, Name
from layercalc.writing.naming import too_long
from layercalc.writing.settled import gathered, settled
from layercalc.writing.written import Written

#: Terms multiplied out that writing a node takes as long as.
NODE = 4
#: A factor and its power.
Factor: TypeAlias = tuple[Expression, Number]


def exact_text(value: Scalar | Product) -> Written:
    """Write a value exactly: rationals as they are, logarithms kept, large numbers as powers.

    >>> from layercalc.numbers.log2 import log2
    >>> exact_text(Product.of(log2(sympy.Integer(3))) ** 4 * Product.of(2) ** 90).text
    '2^90 * log2(3)^4'
    """
    if not isinstance(value, Product):
        return Written(scalar_tree(gathered(value)))
    return _of_product(value)


@lru_cache(maxsize=1 << 8)
def _of_product(value: Product) -> Written:
    """Write a value once, which rows of a listing after each other may have."""
    return ExactWriter().write(value)


class ExactWriter:
    """Writes one closed form: its nodes first, then itself."""

    #: No longer texts get a name.
    _short = 0

    def __init__(self) -> None:
        self._known: dict[Base, Expression] = {}
        self._places: dict[Base, tuple[int, str]] = {}
        self._definitions: list[tuple[str, Expression]] = []
        self._names: Iterator[str] = iter(())

    def write(self, value: Product) -> Written:
        """Write the nodes, then the value."""
        if value.is_zero:
            return Written(numeral("0"))
        order = self._order(value)
        limits.work(NODE * len(order))
        self._names = self._free_names({symbol.name for symbol in value.free_symbols})
        named = self._to_name(order, value)
        for node in order:
            tree = self._join(node)
            self._known[node] = (node in named and self._named(tree)) or tree
        return Written(self._product(value), tuple(self._definitions))

    def _order(self, value: Product) -> list[Join[Product]]:
        return postorder([node for node in value.joins if self._wanted(node)], self._wanted)

    def _wanted(self, node: Join[Product]) -> bool:
        return True

    def _free_names(self, taken: Collection[str]) -> Iterator[str]:
        """Give the names s1, s2, and so on, with another beginning where a symbol is called so."""
        prefix = "s"
        while any(name.startswith(prefix) and name[len(prefix) :].isdigit() for name in taken):
            prefix += "_"
        return (f"{prefix}{number}" for number in count(1))

    def _to_name(self, order: Sequence[Join[Product]], value: Product) -> set[Join[Product]]:
        return too_long(order, value.joins)

    def _named(self, tree: Expression) -> Name | None:
        """Give a name to what is not short, None to what is."""
        if len(text(tree)) <= self._short:
            return None
        self._definitions.append((next(self._names), tree))
        return variable(self._definitions[-1][0])

    def _join(self, node: Join[Product]) -> Expression:
        terms = [(_rank(term), self._product(term, loose=False)) for term in self._terms(node)]
        terms.sort(key=lambda term: (term[0], text(term[1])))
        if node.kind == "max":
            return call("max", [tree for _, tree in terms])
        return summed([(False, tree) for _, tree in terms])

    def _terms(self, node: Join[Product]) -> Sequence[Product]:
        return node.terms

    def _product(self, value: Product, loose: bool = True) -> Expression:
        above: list[Expression] = []
        below: list[Expression] = []
        for exponent, monomial in bases.ordered(settled(value.groups)):
            factors = self._factors(monomial)
            if exponent == 1:
                over, under = _sides(factors)
                above, below = above + over, below + under
            elif factors:
                above.append(self._raised(factors, exponent, loose))
        return quotient(above, below, loose)

    def _raised(self, factors: Sequence[Factor], exponent: Exponent, loose: bool) -> Expression:
        """Write factors under an exponent; (x^a)^n is x^(a n)."""
        base, power = factors[0]
        if len(factors) > 1 or power in (1, -1):
            base, power = quotient(*_sides(factors), loose), 1
        return raised(base, scalar_tree(sympy.expand(symbolic(power) * exponent) if power != 1 else exponent))

    def _factors(self, monomial: Monomial) -> list[Factor]:
        """Write the factors of a monomial, numbers first, each with its power."""
        numbers, rest = self._numbers(monomial)
        ordered = sorted(rest.items(), key=lambda item: self._place(item[0]))
        return [*numbers, *((self._base(base), power) for base, power in ordered)]

    def _numbers(self, monomial: Monomial) -> tuple[list[Factor], Monomial]:
        """Write the numeric part; give it, and what is left."""
        numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int)}
        rest = {base: power for base, power in monomial.items() if base not in numbers}
        value = bases.rational(numbers)
        if value is not None and is_short(value):
            return [(exact_number(value), 1)] if value != 1 else [], rest
        return [
            (raised(exact_number(base), scalar_tree(abs(power))), 1 if power > 0 else -1)
            for base, power in bases.ordered(numbers)
            if isinstance(base, int)
        ], rest

    def _base(self, base: Base) -> Expression:
        return self._known.get(base) or self._scalar(base)

    def _scalar(self, base: Scalar) -> Expression:
        return scalar_tree(base)

    def _place(self, base: Base) -> tuple[int, str]:
        """Order the factors: constants, sums and maxima, then the rest by name."""
        if base not in self._places:
            symbolic_ = not isinstance(base, int) and bool(base.free_symbols)
            rank = 1 if isinstance(base, Join) else 2 * symbolic_
            self._places[base] = rank, text(self._base(base))
        return self._places[base]


def _sides(factors: Iterable[Factor]) -> tuple[list[Expression], list[Expression]]:
    """Split factors into those above and those below a line."""
    above, below = (
        [raised(base, scalar_tree(sign * power)) for base, power in factors if sign * power > 0]
        for sign in (1, -1)
    )
    return above, below


def _rank(term: Product) -> tuple[float, Number, bool]:
    """Order terms: by the powers of numbers, the degree, and numbers last; what grows most is first."""
    degree, growth = Fraction(0), 0.0
    for exponent, monomial in term.groups.items():
        for base, power in monomial.items():
            if exponent == 1:
                degree += 0 if isinstance(base, int) or not base.free_symbols else power
            elif isinstance(base, int):
                growth += power * math.log2(base) * float(symbolic(exponent).as_coeff_Mul()[0])
            else:
                degree += 1
    return -round(growth, 9), -degree, all(isinstance(base, int) for base in term.bases())
