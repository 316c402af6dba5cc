"""Closed forms as trees of the language, with constants folded: for reading.

From scalars and closed forms; to trees that every printer writes. Promises: the same value
gives the same tree in every run, and what stands in it more than once is named. Every
number is rounded to the digits asked for; none is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from layercalc.forms.base import Base, Monomial
from layercalc.forms.node import Join
from layercalc.forms.product import ONE, Product, add
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, expanded
from layercalc.printing.expression_tree import scalar_tree
from layercalc.syntax.tree import Expression
from layercalc.writing.exact import ExactWriter, Written
from layercalc.writing.exponentials import exponentials, folded_constant, leading, written
from layercalc.writing.fractions import gathered
from layercalc.writing.naming import letters, repeated, repeated_atoms, repeated_ratios, too_long

#: What stands twice in a folded text and is no longer than this is written out at both places.
SHORT = 24
#: Numbers beyond 2^±20 are taken out of a sum or a maximum.
LONG_BITS = 20


def folded_text(value: Scalar | Product, digits: int = 5, sums: Iterable[Scalar] = ()) -> str:
    """Write a value with its constants folded to some significant digits, symbols kept.

    A factor that is one of the `sums` is written as that sum would be alone.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> power = Product.of(sympy.Rational(73, 125)) ** ((n - 35) / 3)
    >>> folded_text(Product.of(sympy.Rational(1, 7)) * power)
    '0.14286 * 0.584^((n - 35)/3)'
    """
    return str(folded_parts(value, digits, sums))


def folded_parts(value: Scalar | Product, digits: int = 5, sums: Iterable[Scalar] = ()) -> Written:
    """Write a value as `folded_text` does, what stands more than once in it by name.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> block = add([Product.of(3 * w * w), Product.of(7 * w), Product.of(11)])
    >>> print(folded_parts(add([block**2, Product.of(5)]) * block**n))
    5 * (24.2*a^2 + 1) * (11 * a)^n where a = 0.27273*w^2 + 0.63636*w + 1
    """
    if not isinstance(value, Product):
        return Written(scalar_tree(gathered(expanded(value)), digits))
    return _FoldedWriter(digits, sums).write(value)


class _FoldedWriter(ExactWriter):
    """Writes one closed form with everything that has no symbol folded."""

    def __init__(self, digits: int, sums: Iterable[Scalar] = ()) -> None:
        super().__init__()
        self._digits = digits
        self._scales: dict[Base, Product] = {}
        self._bare: tuple[Join[Product], ...] = ()
        self._opened: list[Join[Product]] = []
        self._ratios: dict[sympy.Expr, sympy.Symbol] = {}
        for scalar in sums:
            self._keep(scalar)

    def _keep(self, scalar: Scalar) -> None:
        """Write a factor as the sum that it is, the numbers that were taken out of it put back."""
        product = Product.of(scalar)
        monomial = product.groups.get(1, {})
        symbolic_bases = [base for base in monomial if not isinstance(base, int) and base.free_symbols]
        if set(product.groups) == {1} and len(symbolic_bases) == 1 and monomial[symbolic_bases[0]] == 1:
            base = symbolic_bases[0]
            self._scales[base] = Product({1: {base: 1}}) / product
            self._known[base] = self._scalar(gathered(expanded(scalar)))

    def _order(self, value: Product) -> list[Join[Product]]:
        """List what is multiplied out first: it needs no other node."""
        return [*self._opened, *super()._order(value)]

    def _wanted(self, node: Join[Product]) -> bool:
        return bool(node.free_symbols) and node not in self._known

    def _join(self, node: Join[Product]) -> Expression:
        return self._known.get(node) or super()._join(node)

    _short = SHORT

    def _to_name(self, order: Sequence[Join[Product]], value: Product) -> set[Join[Product]]:
        return repeated(order, value) | too_long(order, value.joins)

    def _names(self, symbols: Iterable[sympy.Symbol]) -> Iterator[str]:
        return letters(symbols)

    def _name_atoms(self, order: Sequence[Join[Product]], value: Product, names: Iterator[str]) -> None:
        for ratio in repeated_ratios(order, value):
            if name := self._named(self._scalar(ratio), names):
                self._ratios[ratio] = sympy.Symbol(name.text)
        for atom in repeated_atoms(order, value):
            if atom not in self._known and (name := self._named(self._scalar(atom), names)):
                self._known[atom] = name

    def write(self, value: Product) -> Written:
        self._bare = value.joins[:1] if value == _node(value) else ()
        for base, terms in exponentials(value).items():
            if base in self._known:
                continue
            scale = None if base in self._bare else leading(terms)
            if scale is not None:
                self._scales[base] = scale
            self._known[base] = written(terms, self._digits, scale)
            self._opened += [base] if isinstance(base, Join) else []
        return super().write(value)

    def _terms(self, node: Join[Product]) -> Sequence[Product]:
        """Divide by the constant term of a sum, else by a number that is long in all terms.

        It goes to the numbers before the node.
        """
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

    def _number(self, monomial: Monomial) -> tuple[list[tuple[Expression, bool]], Monomial]:
        value, rest = self._constant(monomial)
        if value.is_one:
            return [], rest
        return [(folded_constant(value, self._digits), True)], rest

    def _constant(self, monomial: Monomial) -> tuple[Product, Monomial]:
        """Split off the numbers, what was taken out of the other factors among them."""
        numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int) or not b.free_symbols}
        rest = {base: power for base, power in monomial.items() if base not in numbers}
        value = Product({1: numbers})
        for base, power in rest.items():
            if base in self._scales:
                value = value * self._scales[base] ** power
        return value, rest

    def _scalar(self, base: Scalar) -> Expression:
        shown = base.xreplace(self._ratios) if isinstance(base, sympy.Expr) else base
        return scalar_tree(shown, self._digits)


def _collected(terms: Iterable[Product]) -> dict[Product, Product]:
    """Add up the constants, irrational ones as well, before each product of symbols."""
    numbers: dict[Product, list[Product]] = {}
    for term in terms:
        monomial = term.groups.get(1, {})
        constant = {b: e for b, e in monomial.items() if isinstance(b, int) or not b.free_symbols}
        number = Product({1: constant})
        numbers.setdefault(term / number, []).append(number)
    return {rest: add(parts) for rest, parts in numbers.items()}


def _node(value: Product) -> Product | None:
    """Give the first node of a product as a product."""
    return Product({1: {value.joins[0]: 1}}) if value.joins else None
