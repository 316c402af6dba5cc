"""Closed forms as trees of the language, exactly.

From scalars and closed forms; to trees that every printer writes. Promises: nothing is
rounded, the same value gives the same tree in every run, and a shared node that would make
its text long is named once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache

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
from layercalc.records import dataclass
from layercalc.syntax.tree import Expression, Name
from layercalc.writing.fractions import gathered
from layercalc.writing.naming import numbered, too_long
from layercalc.writing.settled import is_number, settled

#: Terms multiplied out that writing a node takes as long as.
NODE = 4


@dataclass(frozen=True)
class Written:
    """An expression, and what the names in it stand for, each after those it uses.

    >>> str(Written(variable("s1"), (("s1", scalar_tree(sympy.Symbol("w") + 1)),)))
    's1 where s1 = w + 1'
    """

    tree: Expression
    parts: tuple[tuple[str, Expression], ...] = ()

    @cached_property
    def text(self) -> str:
        """The expression as text."""
        return text(self.tree)

    @cached_property
    def definitions(self) -> tuple[tuple[str, str], ...]:
        """The names, and the texts of what they stand for."""
        return tuple((name, text(part)) for name, part in self.parts)

    def __str__(self) -> str:
        """Write both in one line."""
        named = ", ".join(f"{name} = {meaning}" for name, meaning in self.definitions)
        return f"{self.text} where {named}" if named else self.text


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

    def __init__(self) -> None:
        self._known: dict[Base, Expression] = {}
        self._places: dict[Base, tuple[int, str]] = {}
        self._definitions: list[tuple[str, Expression]] = []

    def write(self, value: Product) -> Written:
        """Write the nodes, then the value."""
        if value.is_zero:
            return Written(numeral("0"))
        order = self._order(value)
        limits.work(NODE * len(order))
        named, names = self._to_name(order, value), self._names(value.free_symbols)
        self._name_atoms(order, value, names)
        for node in order:
            tree = self._join(node)
            self._known[node] = (node in named and self._named(tree, names)) or tree
        return Written(self._product(value), tuple(self._definitions))

    _short = 0

    def _named(self, tree: Expression, names: Iterator[str]) -> Name | None:
        """Give a name to what is not short, None to what is."""
        if len(text(tree)) <= self._short:
            return None
        name = next(names)
        self._definitions.append((name, tree))
        return variable(name)

    def _to_name(self, order: Sequence[Join[Product]], value: Product) -> set[Join[Product]]:
        return too_long(order, value.joins)

    def _names(self, symbols: Iterable[sympy.Symbol]) -> Iterator[str]:
        return numbered(symbols)

    def _name_atoms(self, order: Sequence[Join[Product]], value: Product, names: Iterator[str]) -> None:
        """Name what stands more than once and is no node."""

    def _order(self, value: Product) -> list[Join[Product]]:
        return postorder([node for node in value.joins if self._wanted(node)], self._wanted)

    def _wanted(self, node: Join[Product]) -> bool:
        return True

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
            over, under = self._monomial(monomial)
            if exponent == 1:
                above, below = above + over, below + under
            elif over or under:
                above.append(
                    self._raised(exponent, monomial)
                    or raised(quotient(over, under, loose), scalar_tree(symbolic(exponent)))
                )
        return quotient(above, below, loose)

    def _raised(self, exponent: Exponent, monomial: Monomial) -> Expression | None:
        """Write (x^a)^n as x^(a n); None where there are more factors."""
        numbers, rest = self._number(monomial)
        if numbers or len(rest) != 1:
            return None
        ((base, power),) = rest.items()
        if power in (1, -1):
            return None
        return raised(self._base(base), scalar_tree(sympy.expand(symbolic(power) * exponent)))

    def _monomial(self, monomial: Monomial) -> tuple[list[Expression], list[Expression]]:
        """Write the factors of a monomial, those above and those below the line."""
        sides: tuple[list[Expression], list[Expression]] = [], []
        numbers, rest = self._number(monomial)
        for number, over in numbers:
            sides[0 if over else 1].append(number)
        for base, power in sorted(rest.items(), key=lambda item: self._place(item[0])):
            sides[0 if power > 0 else 1].append(self._power(self._base(base), max(power, -power)))
        return sides

    def _number(self, monomial: Monomial) -> tuple[list[tuple[Expression, bool]], Monomial]:
        """Write the numeric part; give it, above or below, and what is left."""
        numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int)}
        rest = {base: power for base, power in monomial.items() if base not in numbers}
        value = bases.rational(numbers)
        if value is not None and is_short(value):
            if value == 1:
                return [], rest
            return [(exact_number(value), True)], rest
        powers = [
            (self._power(exact_number(base), max(power, -power)), power > 0)
            for base, power in bases.ordered(numbers)
            if isinstance(base, int)
        ]
        return powers, rest

    def _power(self, base: Expression, power: Number) -> Expression:
        return raised(base, scalar_tree(power))

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


def _rank(term: Product) -> tuple[float, Number, bool]:
    """Order terms: by the powers of numbers, the degree, and numbers last; what grows most is first."""
    degree, growth = Fraction(0), 0.0
    for exponent, monomial in term.groups.items():
        for base, power in monomial.items():
            if exponent == 1:
                degree += 0 if is_number(base) else power
            elif isinstance(base, int):
                growth += power * math.log2(base) * float(symbolic(exponent).as_coeff_Mul()[0])
            else:
                degree += 1
    return -round(growth, 9), -degree, all(isinstance(base, int) for base in term.bases())
