"""Values as text of the language: exactly, or with constants folded.

From scalars and closed forms; to text that the language's grammar reads back. Promises:
the same value gives the same text in every run, and a shared node that would make
the text long is named once. Folded text rounds: it is for reading.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy

from layercalc import limits
from layercalc.forms import base as bases
from layercalc.forms.base import Base, Exponent, Monomial
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product, add
from layercalc.numbers.scalar import Number, Scalar, expanded, symbolic
from layercalc.printing.decimals import (
    ATOM,
    Piece,
    exact_number,
    folded_log2,
    folded_number,
    is_short,
    joined_terms,
    quotient,
    raised_piece,
)
from layercalc.printing.expression_text import scalar_piece
from layercalc.writing.exponentials import exponentials, leading, written
from layercalc.writing.fractions import gathered
from layercalc.writing.naming import letters, numbered, repeated, repeated_atoms, repeated_ratios, too_long
from layercalc.writing.settled import is_number, settled

#: What stands twice in a folded text and is no longer than this is written out at both places.
SHORT = 24
#: Numbers beyond 2^±20 are taken out of a sum or a maximum.
LONG_BITS = 20
#: Terms multiplied out that writing a node takes as long as.
NODE = 4


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and the texts of the names in it, each after those it uses.

    >>> str(Written("2*s1", (("s1", "w + 1"),)))
    '2*s1 where s1 = w + 1'
    """

    text: str
    definitions: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Write both in one line."""
        named = ", ".join(f"{name} = {text}" for name, text in self.definitions)
        return f"{self.text} where {named}" if named else self.text


def exact_text(value: Scalar | Product) -> Written:
    """Write a value exactly: rationals as they are, logarithms kept, large numbers as powers.

    >>> from layercalc.numbers.log2 import log2
    >>> exact_text(Product.of(log2(sympy.Integer(3))) ** 4 * Product.of(2) ** 90).text
    '2^90 * log2(3)^4'
    """
    if not isinstance(value, Product):
        return Written(scalar_piece(_gathered(value)).text)
    return _Exact().write(value)


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
    >>> print(folded_parts((block**2 + Product.of(5)) * block**n))
    5 * (24.2*a^2 + 1) * (11 * a)^n where a = 0.27273*w^2 + 0.63636*w + 1
    """
    if not isinstance(value, Product):
        return Written(scalar_piece(_gathered(expanded(value)), digits).text)
    return _Folded(digits, sums).write(value)


def _gathered(value: Scalar) -> Scalar:
    return value if isinstance(value, int | Fraction) else gathered(value)


class _Exact:
    """Writes one closed form: its nodes first, then itself."""

    def __init__(self) -> None:
        self._nodes: dict[Join[Product], Piece] = {}
        self._definitions: list[tuple[str, str]] = []

    def write(self, value: Product) -> Written:
        if value.is_zero:
            return Written("0")
        order = self._order(value)
        limits.work(NODE * len(order))
        named, names = self._to_name(order, value), self._names(value.free_symbols)
        self._name_atoms(order, value, names)
        for node in order:
            piece = self._join(node)
            if node in named and len(piece.text) > self._short:
                name = next(names)
                self._definitions.append((name, piece.text))
                piece = Piece(name, ATOM)
            self._nodes[node] = piece
        return Written(self._product(value).text, tuple(self._definitions))

    _short = 0

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

    def _join(self, node: Join[Product]) -> Piece:
        pieces = [(_rank(term), self._product(term, "*")) for term in self._terms(node)]
        pieces.sort()
        if node.kind == "max":
            return Piece(f"max({', '.join(piece.text for _, piece in pieces)})", ATOM)
        return joined_terms([(False, piece) for _, piece in pieces])

    def _terms(self, node: Join[Product]) -> Sequence[Product]:
        return node.terms

    def _product(self, value: Product, sign: str = " * ") -> Piece:
        above: list[Piece] = []
        below: list[Piece] = []
        for exponent, monomial in bases.ordered(settled(value.groups)):
            over, under = self._monomial(monomial)
            if exponent == 1:
                above, below = above + over, below + under
            elif over or under:
                above.append(
                    self._raised(exponent, monomial)
                    or raised_piece(quotient(over, under, sign), scalar_piece(symbolic(exponent)))
                )
        return quotient(above, below, sign) if above or below else Piece("1", ATOM)

    def _raised(self, exponent: Exponent, monomial: Monomial) -> Piece | None:
        """Write (x^a)^n as x^(a n); None where there are more factors."""
        numbers, rest = self._number(monomial)
        if numbers or len(rest) != 1:
            return None
        ((base, power),) = rest.items()
        if power in (1, -1):
            return None
        return raised_piece(self._base(base), scalar_piece(sympy.expand(symbolic(power) * exponent)))

    def _monomial(self, monomial: Monomial) -> tuple[list[Piece], list[Piece]]:
        """Write the factors of a monomial, those above and those below the line."""
        sides: tuple[list[Piece], list[Piece]] = [], []
        numbers, rest = self._number(monomial)
        for piece, over in numbers:
            sides[0 if over else 1].append(piece)
        for base, power in sorted(rest.items(), key=lambda item: self._place(item[0])):
            sides[0 if power > 0 else 1].append(self._power(self._base(base), max(power, -power)))
        return sides

    def _number(self, monomial: Monomial) -> tuple[list[tuple[Piece, bool]], Monomial]:
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

    def _power(self, base: Piece, power: Number) -> Piece:
        return raised_piece(base, scalar_piece(power))

    def _base(self, base: Base) -> Piece:
        return self._nodes[base] if isinstance(base, Join) else scalar_piece(base)

    def _place(self, base: Base) -> tuple[int, str]:
        """Order the factors: constants, sums and maxima, then the rest by name."""
        piece = self._base(base)
        if isinstance(base, Join):
            return 1, piece.text
        return (2 if not isinstance(base, int) and base.free_symbols else 0), piece.text


class _Folded(_Exact):
    """Writes one closed form with everything that has no symbol folded."""

    def __init__(self, digits: int, sums: Iterable[Scalar] = ()) -> None:
        super().__init__()
        self._digits = digits
        self._scales: dict[Base, Product] = {}
        self._bare: tuple[Join[Product], ...] = ()
        self._sums: dict[Base, Piece] = {}
        self._atoms: dict[Base, Piece] = {}
        self._exponentials: dict[Base, Piece] = {}
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
            self._sums[base] = scalar_piece(_gathered(expanded(scalar)), self._digits)

    def _order(self, value: Product) -> list[Join[Product]]:
        """List what is multiplied out first: it needs no other node."""
        whole = [node for node in self._exponentials if isinstance(node, Join)]
        return [*whole, *super()._order(value)]

    def _wanted(self, node: Join[Product]) -> bool:
        return bool(node.free_symbols) and node not in self._sums and node not in self._exponentials

    def _join(self, node: Join[Product]) -> Piece:
        return self._exponentials.get(node) or super()._join(node)

    _short = SHORT

    def _to_name(self, order: Sequence[Join[Product]], value: Product) -> set[Join[Product]]:
        return repeated(order, value) | too_long(order, value.joins)

    def _names(self, symbols: Iterable[sympy.Symbol]) -> Iterator[str]:
        return letters(symbols)

    def _name_atoms(self, order: Sequence[Join[Product]], value: Product, names: Iterator[str]) -> None:
        for ratio in repeated_ratios(order, value):
            text = scalar_piece(ratio, self._digits).text
            if len(text) > self._short:
                self._ratios[ratio] = sympy.Symbol(next(names))
                self._definitions.append((self._ratios[ratio].name, text))
        for atom in repeated_atoms(order, value):
            text = scalar_piece(atom.xreplace(self._ratios), self._digits).text
            if len(text) > self._short and atom not in self._exponentials:
                self._atoms[atom] = Piece(next(names), ATOM)
                self._definitions.append((self._atoms[atom].text, text))

    def write(self, value: Product) -> Written:
        self._bare = value.joins[:1] if value == _node(value) else ()
        for base, terms in exponentials(value).items():
            scale = None if base in self._bare or base in self._sums else leading(terms)
            if scale is not None:
                self._scales[base] = scale
            self._exponentials[base] = written(terms, self._digits, scale)
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

    def _number(self, monomial: Monomial) -> tuple[list[tuple[Piece, bool]], Monomial]:
        value, rest = self._constant(monomial)
        if value.is_one:
            return [], rest
        exact = value.rational()
        if exact is not None:
            written = folded_number(exact, self._digits)
        else:
            written = folded_log2(value.log2_bits(value.precision(40)), self._digits)
        return [(written, True)], rest

    def _constant(self, monomial: Monomial) -> tuple[Product, Monomial]:
        """Split off the numbers, what was taken out of the other factors among them."""
        numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int) or not b.free_symbols}
        rest = {base: power for base, power in monomial.items() if base not in numbers}
        value = Product({1: numbers})
        for base, power in rest.items():
            if base in self._scales:
                value *= self._scales[base] ** power
        return value, rest

    def _base(self, base: Base) -> Piece:
        if base in self._sums or base in self._atoms:
            return self._sums.get(base) or self._atoms[base]
        if base in self._exponentials and not isinstance(base, Join):
            return self._exponentials[base]
        if isinstance(base, Join):
            return self._nodes[base]
        shown = base.xreplace(self._ratios) if isinstance(base, sympy.Expr) else base
        return scalar_piece(shown, self._digits)


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
