"""Sums of powers of numbers, multiplied out: what a folded text shows of linear recurrences.

From factors of a closed form whose only symbols are in exponents, geometric sums of numbers
among them; to terms c l^n, each c and l a number, and to their text. Promises: all but the
last bits of every coefficient are right; one that cancels is left out. It does not round:
the text does.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

from layercalc.forms.base import Base, Exponent, constants
from layercalc.forms.monomial import count_of
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product
from layercalc.forms.signed import Signed
from layercalc.lazy import libmp, sympy
from layercalc.numbers import precision, special
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.printing.decimals import folded_log2, folded_number
from layercalc.printing.expression_tree import scalar_tree
from layercalc.printing.formula import is_one, negative, numeral, quotient, raised, summed
from layercalc.syntax.tree import Expression
from layercalc.writing.written import folded_constant

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

#: Numbers under symbolic exponents; without any, 1.
Powers: TypeAlias = "frozenset[tuple[sympy.Expr, Signed]]"
#: The coefficient of each product of powers.
Terms: TypeAlias = "dict[Powers, Any]"
NO_POWERS: Powers = frozenset()


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

    >>> leading({NO_POWERS: _reals().mpf(3)}).to_float()
    3.0
    """
    top = max(terms, key=lambda powers: _growth(powers, terms))
    if terms[top] <= 0:
        return None
    mantissa, exponent = _reals().mpf(libmp.mpf_pos(terms[top]._mpf_, TAKEN_BITS, "n")).man_exp
    return Product.of(int(mantissa)) * Product.of(2) ** int(exponent)


def written(terms: Terms, digits: int, scale: Product | None) -> Expression:
    """Write terms, each divided by `scale`, with their numbers to some digits."""
    below = _number(Signed(False, scale)) if scale is not None else 1
    order = sorted(terms, key=lambda powers: _growth(powers, terms), reverse=True)
    pieces = [_term(powers, terms[powers] / below, digits) for powers in order]
    return summed(sorted(pieces, key=lambda piece: piece[0]))


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
        factors: list[Terms] = []
        for exponent, monomial in value.groups.items():
            numbers, rest = constants(monomial)
            factors.append(_raised(Signed(False, Product({1: numbers})), exponent))
            for base, power in rest.items():
                if exponent != 1 or not (isinstance(power, int) and 0 < power <= DEGREE):
                    raise _OtherError
                factors += [self.base(base)] * power
        return _multiplied(factors)

    def _expression(self, value: Scalar) -> Terms:
        value = symbolic(value)
        if not value.free_symbols:
            return {NO_POWERS: _constant(value)}
        if value.is_Add:
            return _added(map(self._expression, value.args))
        if value.is_Mul:
            return _multiplied(map(self._expression, value.args))
        if isinstance(value, special.geometric):
            return self._geometric(*value.args)
        base, exponent = value.as_base_exp()
        if base.free_symbols or exponent == 1 or not base.is_real:
            raise _OtherError
        return _raised(Signed(bool(base.is_negative), Product.of(abs(base))), exponent)

    def _geometric(self, q: sympy.Expr, n: sympy.Expr) -> Terms:
        """Write (1 - q^n) / (1 - q)."""
        if q.free_symbols or q == 1:
            raise _OtherError
        whole = _reals().one / (1 - _constant(q))
        powers = self._expression(sympy.Pow(q, n, evaluate=False))
        return _added([{NO_POWERS: whole}, {key: -whole * c for key, c in powers.items()}])


def _raised(number: Signed, exponent: Exponent) -> Terms:
    """Raise a number to an exponent, its whole rounds apart."""
    if number == (False, ONE) or exponent == 1:
        return {NO_POWERS: _number(number)}
    core, scale, shift = count_of(symbolic(exponent))
    if number.is_negative and not (isinstance(scale, int) and isinstance(shift, int)):
        raise _OtherError
    return {frozenset([(core, number.power(scale))]): _number(number.power(shift))}


def _added(parts: Iterable[Terms]) -> Terms:
    total: Terms = {}
    for part in parts:
        for powers, coefficient in part.items():
            total[powers] = total.get(powers, 0) + coefficient
        if len(total) > TERMS:
            raise _OtherError
    return total


def _multiplied(factors: Iterable[Terms]) -> Terms:
    return reduce(_product, factors, {NO_POWERS: _reals().one})


def _product(a: Terms, b: Terms) -> Terms:
    return _added({_joined(x, y): c * d} for x, c in a.items() for y, d in b.items())


def _joined(a: Powers, b: Powers) -> Powers:
    """Multiply powers, those of one exponent together."""
    made = dict(a)
    for exponent, number in b:
        made[exponent] = made[exponent].times(number) if exponent in made else number
    return frozenset(power for power in made.items() if power[1] != (False, ONE))


def _rounded(terms: Terms) -> Terms:
    """Leave out what cancels."""
    edge = max(map(abs, terms.values())) * _reals().mpf(2) ** -ROUNDING
    return {powers: coefficient for powers, coefficient in terms.items() if abs(coefficient) > edge}


def _reals() -> Any:
    return precision.own(BITS)


def _constant(value: Scalar) -> Any:
    number = plain(value)
    if isinstance(number, int | Fraction):
        return _reals().mpf(number.numerator) / number.denominator
    return _reals().mpf(symbolic(number).evalf(int(BITS * 0.302))._mpf_)


def _number(number: Signed) -> Any:
    exact = number.size.rational()
    if exact is None:
        bits = BITS + number.size.bound.bit_length()
        size = _reals().mpf(2) ** _reals().mpf(number.size.log2_bits(bits))
    else:
        size = _constant(exact)
    return -size if number.is_negative else size


def _growth(powers: Powers, terms: Terms) -> tuple[float, Any]:
    """Rank terms by the numbers under their exponents."""
    return sum(float(number.size.log2(8)) for _, number in powers), terms[powers]


def _term(powers: Powers, coefficient: Any, digits: int) -> tuple[bool, Expression]:
    """Write a term; tell whether it is taken off."""
    ordered = sorted(powers, key=lambda power: str(power[0]))
    if len(ordered) == 1:
        ((exponent, number),) = ordered
        rounds = _rounds(abs(coefficient), abs(_number(number)))
        coefficient, ordered = coefficient / _number(number) ** rounds, [(exponent + rounds, number)]
    pieces = [_power(number, exponent, digits) for exponent, number in ordered]
    size = _folded(abs(coefficient), digits)
    return coefficient < 0, quotient(pieces if pieces and is_one(size) else [size, *pieces], loose=False)


def _rounds(size: Any, base: Any) -> int:
    """Count the rounds of a power that its coefficient stands for; none where that is short."""
    if base == 1 or abs(_reals().log10(size)) <= PLAIN:
        return 0
    return max(-ROUNDS, min(ROUNDS, int(_reals().nint(_reals().log(size) / _reals().log(base)))))


def _power(number: Signed, exponent: sympy.Expr, digits: int) -> Expression:
    size = folded_constant(number.size, digits)
    return raised(negative(size) if number.is_negative else size, scalar_tree(exponent))


def _folded(size: Any, digits: int) -> Expression:
    nearest = int(_reals().nint(size))
    if abs(size - nearest) <= size * _reals().mpf(2) ** -TAKEN_BITS / 2:
        return folded_number(nearest, digits)
    return folded_log2(_reals().log(size, 2)._mpf_, digits) if size else numeral("0")
