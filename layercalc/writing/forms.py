"""Closed forms as trees of the language: exactly, or with constants folded for reading.

From scalars and closed forms; to trees that every printer writes. Promises: the same value gives
the same tree in every run. Exactly, nothing is rounded, and a shared node that would make the text
long is named once. Folded, every number is rounded to the digits asked for, none is lost, and what
stands there more than once is named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from layercalc import limits
from layercalc.forms import base as bases
from layercalc.forms.base import Base, Exponent, Monomial
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product, add
from layercalc.lazy import sympy
from layercalc.numbers.expansion import expanded
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, symbolic
from layercalc.printing.decimals import exact_number, is_short
from layercalc.printing.expression_tree import scalar_tree
from layercalc.printing.formula import call, letters, numeral, quotient, raised, summed, variable
from layercalc.printing.text import text
from layercalc.syntax.tree import Expression, Name
from layercalc.writing.exponentials import exponentials, leading, written
from layercalc.writing.naming import repeated, too_long
from layercalc.writing.settled import gathered, settled
from layercalc.writing.written import NAMES, Written, folded_constant, numbered

#: Terms multiplied out that writing a node takes as long as.
NODE = 4
#: What stands twice in a folded text and is no longer than this is written out at both places.
SHORT = 24
#: Numbers beyond 2^±20 are taken out of a folded sum or maximum.
LONG_BITS = 20
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


def folded_parts(value: Scalar | Product, digits: int = 5, sums: Iterable[Scalar] = ()) -> Written:
    """Write a value with its constants folded to some significant digits, what it has more than once by name.

    A factor that is one of the `sums` is written as that sum would be alone.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> power = Product.of(sympy.Rational(73, 125)) ** ((n - 35) / 3)
    >>> folded_parts(Product.of(sympy.Rational(1, 7)) * power).text
    '0.14286 * 0.584^((n - 35)/3)'
    >>> block = add([Product.of(3 * w * w), Product.of(7 * w), Product.of(11)])
    >>> print(folded_parts(add([block**2, Product.of(5)]) * block**n))
    5 * (24.2*a^2 + 1) * (11 * a)^n where a = 0.27273*w^2 + 0.63636*w + 1
    """
    if not isinstance(value, Product):
        return Written(scalar_tree(gathered(expanded(value)), digits))
    return _Writer(digits, sums).write(value)


@lru_cache(maxsize=1 << 8)
def _of_product(value: Product) -> Written:
    """Write a value once, which rows of a listing after each other may have."""
    return _Writer(None).write(value)


class _Writer:
    """Writes one closed form, its nodes first; exactly, or with its numbers to some digits."""

    def __init__(self, digits: int | None, sums: Iterable[Scalar] = ()) -> None:
        self._digits = digits
        self._known: dict[Base, Expression] = {}
        self._places: dict[Base, tuple[int, str]] = {}
        self._names: Iterator[str] = iter(())
        self._definitions: list[tuple[str, Expression]] = []
        # where it folds: numbers taken out of factors, the node that is the whole value, the nodes that were
        # multiplied out, and the names of ratios
        self._scales: dict[Base, Product] = {}
        self._bare: tuple[Join[Product], ...] = ()
        self._opened: list[Join[Product]] = []
        self._ratios: dict[sympy.Expr, sympy.Symbol] = {}
        for scalar in sums:
            self._keep(scalar)

    def write(self, value: Product) -> Written:
        """Write the nodes, then the value; what is multiplied out first, as it needs no other node."""
        if value.is_zero:
            return Written(numeral("0"))
        if self._digits is not None:
            self._multiply_out(value, self._digits)
        order = [*self._opened, *postorder(value.joins, self._wanted)]
        limits.work(NODE * len(order))
        taken = {symbol.name for symbol in value.free_symbols}
        self._names = numbered(taken) if self._digits is None else letters(NAMES, taken)
        named = self._to_name(order, value)
        for node in order:
            tree = self._known.get(node) or self._join(node)
            self._known[node] = (node in named and self._named(tree)) or tree
        return Written(self._product(value), tuple(self._definitions))

    def _wanted(self, node: Join[Product]) -> bool:
        return self._digits is None or (bool(node.free_symbols) and node not in self._known)

    def _to_name(self, order: Sequence[Join[Product]], value: Product) -> set[Join[Product]]:
        """Choose the nodes that get a name; what else does is named."""
        nodes = too_long(order, value.joins)
        if self._digits is None:
            return nodes
        twice, ratios, atoms = repeated(order, value)
        for ratio in ratios:
            if name := self._named(self._scalar(ratio)):
                self._ratios[ratio] = sympy.Symbol(name.text)
        for atom in atoms:
            if atom not in self._known and (name := self._named(self._scalar(atom))):
                self._known[atom] = name
        return nodes | twice

    def _named(self, tree: Expression) -> Name | None:
        """Give a name to what is not short, None to what is."""
        if self._digits is not None and len(text(tree)) <= SHORT:
            return None
        self._definitions.append((next(self._names), tree))
        return variable(self._definitions[-1][0])

    def _join(self, node: Join[Product]) -> Expression:
        terms = [(_rank(term), self._product(term, loose=False)) for term in self._terms(node)]
        terms.sort(key=lambda term: (term[0], text(term[1])))
        if node.kind == "max":
            return call("max", [tree for _, tree in terms])
        return summed([(False, tree) for _, tree in terms])

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
        if len(factors) == 1 and power not in (1, -1):
            return raised(base, scalar_tree(sympy.expand(symbolic(power) * exponent)))
        return raised(quotient(*_sides(factors), loose), scalar_tree(exponent))

    def _factors(self, monomial: Monomial) -> list[Factor]:
        """Write the factors of a monomial, numbers first, each with its power."""
        numbers, rest = self._numbers(monomial)
        ordered = sorted(rest.items(), key=lambda item: self._place(item[0]))
        return [*numbers, *((self._base(base), power) for base, power in ordered)]

    def _numbers(self, monomial: Monomial) -> tuple[list[Factor], Monomial]:
        """Write the numeric part; give it, and what is left."""
        if self._digits is not None:
            constant, rest = self._constant(monomial)
            return [] if constant.is_one else [(folded_constant(constant, self._digits), 1)], rest
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
        if self._ratios and isinstance(base, sympy.Expr):
            base = base.xreplace(self._ratios)
        return scalar_tree(base, self._digits)

    def _place(self, base: Base) -> tuple[int, str]:
        """Order the factors: constants, sums and maxima, then the rest by name."""
        if base not in self._places:
            symbolic_ = not isinstance(base, int) and bool(base.free_symbols)
            rank = 1 if isinstance(base, Join) else 2 * symbolic_
            self._places[base] = rank, text(self._base(base))
        return self._places[base]

    # -- folding ---------------------------------------------------------------------

    def _keep(self, scalar: Scalar) -> None:
        """Write a factor as the sum that it is, the numbers that were taken out of it put back."""
        product = Product.of(scalar)
        _, rest = bases.constants(product.groups.get(1, {}))
        if set(product.groups) == {1} and [*rest.values()] == [1]:
            (base,) = rest
            self._scales[base] = Product({1: rest}) / product
            self._known[base] = self._scalar(gathered(expanded(scalar)))

    def _multiply_out(self, value: Product, digits: int) -> None:
        """Write sums of powers of numbers, the greatest number taken out."""
        nodes = value.joins[:1]
        self._bare = nodes if value == Product({1: dict.fromkeys(nodes, 1)}) else ()
        for base, terms in exponentials(value).items():
            if base in self._known:
                continue
            scale = None if base in self._bare else leading(terms)
            if scale is not None:
                self._scales[base] = scale
            self._known[base] = written(terms, digits, scale)
            self._opened += [base] if isinstance(base, Join) else []

    def _terms(self, node: Join[Product]) -> Sequence[Product]:
        """Divide by the constant term of a sum, else by a number that is long in all terms.

        It goes to the numbers before the node.
        """
        if self._digits is None:
            return node.terms
        terms = _collected(node.terms) if node.kind == "sum" else {}
        constant = terms.get(ONE)
        parts = [number * rest for rest, number in terms.items()] or list(node.terms)
        if constant is None:
            constant = self._content(parts)
        if constant.is_one or node in self._bare:
            return parts
        self._scales[node] = constant
        return [part / constant for part in parts]

    def _content(self, terms: Sequence[Product]) -> Product:
        """Give the greatest number before a term, 1 where that is short."""
        numbers = [self._constant(term.groups.get(1, {}))[0] for term in terms]
        top = max(numbers, key=lambda number: number.log2(8))
        return top if abs(top.log2(8)) > LONG_BITS else ONE

    def _constant(self, monomial: Monomial) -> tuple[Product, Monomial]:
        """Split off the numbers, what was taken out of the other factors among them."""
        numbers, rest = bases.constants(monomial)
        value = Product({1: numbers})
        for base, power in rest.items():
            if base in self._scales:
                value = value * self._scales[base] ** power
        return value, rest


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


def _collected(terms: Iterable[Product]) -> dict[Product, Product]:
    """Add up the constants, irrational ones as well, before each product of symbols."""
    numbers: dict[Product, list[Product]] = {}
    for term in terms:
        number = Product({1: bases.constants(term.groups.get(1, {}))[0]})
        numbers.setdefault(term / number, []).append(number)
    return {rest: add(parts) for rest, parts in numbers.items()}
