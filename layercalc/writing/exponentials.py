"""Sums of powers of numbers, multiplied out: what a folded text shows of linear recurrences.

From factors of a closed form whose only symbols are in exponents, geometric sums of numbers
among them; to terms c l^n, each c and l a number, and to their text. Promises: all but the
last bits of every coefficient are right; one that cancels is left out. It does not round:
the text does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from layercalc.forms.base import Base, Exponent
from layercalc.forms.monomial import count_of
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product
from layercalc.lazy import libmp, sympy
from layercalc.numbers import precision, special
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.printing.decimals import folded_log2, folded_number
from layercalc.printing.expression_tree import scalar_tree
from layercalc.printing.formula import is_one, negative, numeral, quotient, raised, summed
from layercalc.syntax.tree import Expression

#: Longer sums stay as they are, in factors.
TERMS = 12
#: Sums to a higher power are not multiplied out.
DEGREE = 3
#: Bits of a coefficient, and how much smaller than the greatest one is nothing but rounding.
BITS, ROUNDING = 640, 320
#: Bits of a coefficient that is taken out.
TAKEN_BITS = 128
#: A coefficient beyond 10^±3 is moved into the exponent, by so many rounds at most.
PLAIN, ROUNDS = 3, 3


class Exponential(NamedTuple):
    """A number to a symbolic exponent, its size and its sign apart."""

    exponent: sympy.Expr
    size: Product
    is_negative: bool


#: The coefficient of each product of powers.
Terms: TypeAlias = dict[frozenset[Exponential], Any]


class _OtherError(Exception):
    """Something is no sum of powers of numbers, or a long one."""


def exponentials(value: Product) -> dict[Base, Terms]:
    """Multiply out the factors of a value, and of what is in it, that have geometric sums of numbers.

    >>> from layercalc.forms.product import add
    >>> from layercalc.printing.text import text
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> terms = add([Product.of(3) ** n, Product.of(2 * special.geometric(3, n))])
    >>> [text(written(found, 5, None)) for found in exponentials(terms).values()]
    ['2*3^n - 1']
    """
    order = postorder(value.joins, lambda node: bool(node.free_symbols))
    wanted: set[Base] = set()
    for node in order:
        if any(base in wanted or _is_geometric(base) for term in node.terms for base in _bases(term)):
            wanted.add(node)
    found: dict[Base, Terms] = {}
    reader, seen, todo = _Reader(), set[Base](), [*_bases(value)]
    while todo:
        base = todo.pop()
        if base in seen or not (base in wanted or _is_geometric(base)):
            continue
        seen.add(base)
        try:
            found[base] = _rounded(reader.base(base))
        except _OtherError:
            todo += [b for term in base.terms for b in _bases(term)] if isinstance(base, Join) else []
    return found


def leading(terms: Terms) -> Product | None:
    """Give the greatest coefficient of the terms that grow most, None where it is taken off.

    >>> leading({frozenset(): _reals().mpf(3)}).to_float()
    3.0
    """
    top = max(terms, key=lambda powers: _growth(powers, terms))
    if terms[top] <= 0:
        return None
    mantissa, exponent = _reals().mpf(libmp.mpf_pos(terms[top]._mpf_, TAKEN_BITS, "n")).man_exp
    return Product.of(int(mantissa)) * Product.of(2) ** int(exponent)


def written(terms: Terms, digits: int, scale: Product | None) -> Expression:
    """Write terms, each divided by `scale`, with their numbers to some digits."""
    below = _number(scale) if scale is not None else 1
    order = sorted(terms, key=lambda powers: _growth(powers, terms), reverse=True)
    pieces = [_term(powers, terms[powers] / below, digits) for powers in order]
    return summed(sorted(pieces, key=lambda piece: piece[0]))


def folded_constant(value: Product, digits: int) -> Expression:
    """Write a number to some digits, straight from its logarithm where it is no rational one.

    >>> from layercalc.printing.text import text
    >>> text(folded_constant(Product.of(10) ** 1505, 5))
    '1 * 10^1505'
    """
    exact = value.rational()
    if exact is not None:
        return folded_number(exact, digits)
    return folded_log2(value.log2_bits(value.precision(40)), digits)


def _bases(value: Product) -> Iterable[Base]:
    return (base for monomial in value.groups.values() for base in monomial)


def _is_geometric(base: Base) -> bool:
    return isinstance(base, sympy.Expr) and bool(base.has(special.geometric))


class _Reader:
    """Multiplies out, each node once."""

    def __init__(self) -> None:
        self._known: dict[Base, Terms | None] = {}

    def base(self, base: Base) -> Terms:
        if base not in self._known:
            self._known[base] = None
            self._known[base] = self._join(base) if isinstance(base, Join) else self._expression(base)
        terms = self._known[base]
        if terms is None:
            raise _OtherError
        return terms

    def _join(self, node: Join[Product]) -> Terms:
        if node.kind != "sum":
            raise _OtherError
        return _added(self._product(term) for term in node.terms)

    def _product(self, value: Product) -> Terms:
        total: Terms = {frozenset(): _reals().one}
        for exponent, monomial in value.groups.items():
            numbers = {b: p for b, p in monomial.items() if isinstance(b, int) or not b.free_symbols}
            total = _multiplied(total, _raised(Product({1: numbers}), False, exponent))
            for base, power in monomial.items():
                if base not in numbers:
                    if exponent != 1 or not (isinstance(power, int) and 0 < power <= DEGREE):
                        raise _OtherError
                    for _ in range(power):
                        total = _multiplied(total, self.base(base))
        return total

    def _expression(self, value: Scalar) -> Terms:
        value = symbolic(value)
        if not value.free_symbols:
            return {frozenset(): _constant(value)}
        if value.is_Add:
            return _added(self._expression(term) for term in value.args)
        if value.is_Mul:
            total: Terms = {frozenset(): _reals().one}
            for factor in value.args:
                total = _multiplied(total, self._expression(factor))
            return total
        if isinstance(value, special.geometric):
            return self._geometric(*value.args)
        base, exponent = value.as_base_exp()
        if base.free_symbols or exponent == 1 or not base.is_real:
            raise _OtherError
        return _raised(Product.of(abs(base)), bool(base.is_negative), exponent)

    def _geometric(self, q: sympy.Expr, n: sympy.Expr) -> Terms:
        """Write (1 - q^n) / (1 - q)."""
        if q.free_symbols or q == 1:
            raise _OtherError
        whole = _reals().one / (1 - _constant(q))
        powers = self._expression(sympy.Pow(q, n, evaluate=False))
        return _added([{frozenset(): whole}, {key: -whole * c for key, c in powers.items()}])


def _raised(size: Product, is_negative: bool, exponent: Exponent) -> Terms:
    """Raise a number to an exponent, its whole rounds apart."""
    if size.is_one and not is_negative:
        return {frozenset(): _reals().one}
    if exponent == 1:
        return {frozenset(): -_number(size) if is_negative else _number(size)}
    core, scale, shift = count_of(symbolic(exponent))
    if is_negative and not (isinstance(scale, int) and isinstance(shift, int)):
        raise _OtherError
    constant = _number(size**shift) * (-1 if is_negative and shift % 2 else 1)
    return {frozenset([Exponential(core, size**scale, is_negative and scale % 2 == 1)]): constant}


def _added(parts: Iterable[Terms]) -> Terms:
    total: Terms = {}
    for part in parts:
        for powers, coefficient in part.items():
            total[powers] = total.get(powers, 0) + coefficient
        if len(total) > TERMS:
            raise _OtherError
    return total


def _multiplied(a: Terms, b: Terms) -> Terms:
    return _added({_joined(x, y): c * d} for x, c in a.items() for y, d in b.items())


def _joined(a: frozenset[Exponential], b: frozenset[Exponential]) -> frozenset[Exponential]:
    """Multiply powers, those of one exponent together."""
    made: dict[sympy.Expr, Exponential] = {power.exponent: power for power in a}
    for power in b:
        other = made.get(power.exponent, Exponential(power.exponent, ONE, False))
        sign = other.is_negative != power.is_negative
        made[power.exponent] = Exponential(power.exponent, other.size * power.size, sign)
    return frozenset(power for power in made.values() if power.is_negative or not power.size.is_one)


def _rounded(terms: Terms) -> Terms:
    """Leave out what cancels."""
    edge = max(map(abs, terms.values())) * _reals().mpf(2) ** -ROUNDING
    return {powers: coefficient for powers, coefficient in terms.items() if abs(coefficient) > edge}


def _reals() -> Any:
    return precision.own(BITS)


def _constant(value: sympy.Expr) -> Any:
    number = plain(value)
    if isinstance(number, int | Fraction):
        return _reals().mpf(number.numerator) / number.denominator
    return _reals().mpf(value.evalf(int(BITS * 0.302))._mpf_)


def _number(value: Product) -> Any:
    exact = value.rational()
    if exact is not None:
        return _constant(symbolic(exact))
    return _reals().mpf(2) ** _reals().mpf(value.log2_bits(BITS + value.bound.bit_length()))


def _growth(powers: frozenset[Exponential], terms: Mapping[frozenset[Exponential], Any]) -> tuple[float, Any]:
    """Rank terms by the numbers under their exponents."""
    return sum(float(power.size.log2(8)) for power in powers), terms[powers]


def _term(powers: frozenset[Exponential], coefficient: Any, digits: int) -> tuple[bool, Expression]:
    """Write a term; tell whether it is taken off."""
    ordered = sorted(powers, key=lambda power: str(power.exponent))
    exponents = [power.exponent for power in ordered]
    if len(ordered) == 1:
        base = _number(ordered[0].size) * (-1 if ordered[0].is_negative else 1)
        rounds = _rounds(abs(coefficient), abs(base))
        coefficient, exponents = coefficient / base**rounds, [exponents[0] + rounds]
    pieces = [_base(power, digits, exponent) for power, exponent in zip(ordered, exponents, strict=True)]
    number = _folded(abs(coefficient), digits)
    factors = [number, *pieces] if not is_one(number) or not pieces else pieces
    return coefficient < 0, quotient(factors, loose=False)


def _rounds(size: Any, base: Any) -> int:
    """Count the rounds of a power that its coefficient stands for; none where that is short."""
    if base == 1 or abs(_reals().log10(size)) <= PLAIN:
        return 0
    return max(-ROUNDS, min(ROUNDS, int(_reals().nint(_reals().log(size) / _reals().log(base)))))


def _base(power: Exponential, digits: int, exponent: sympy.Expr) -> Expression:
    size = folded_constant(power.size, digits)
    base = negative(size) if power.is_negative else size
    return raised(base, scalar_tree(exponent))


def _folded(size: Any, digits: int) -> Expression:
    nearest = int(_reals().nint(size))
    if abs(size - nearest) <= size * _reals().mpf(2) ** -TAKEN_BITS / 2:
        return folded_number(nearest, digits)
    return folded_log2(_reals().log(size, 2)._mpf_, digits) if size else numeral("0")
