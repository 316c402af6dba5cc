"""The closed form of a non-negative quantity, kept factored so that it cannot overflow.

From an exact scalar or other products; to a product of bases with exact exponents,
grouped under symbolic exponents. Promises: equal contents are equal and hash alike;
no giant integer is ever multiplied out. It does not choose between terms:
`forms.join.maximum` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

from layercalc.forms import base as bases
from layercalc.forms import factorials
from layercalc.forms.base import Base, Exponent, Monomial
from layercalc.forms.cancellation import cancelled, spliced
from layercalc.forms.monomial import AffineExponent, count_of, counts_of, merged, raised
from layercalc.forms.node import Join, postorder
from layercalc.forms.packing import packed, unpacked
from layercalc.forms.readable import Readable
from layercalc.forms.signed import Signed
from layercalc.lazy import sympy
from layercalc.numbers import factor, finite_sums, real, signs, special
from layercalc.numbers.expansion import opened_difference
from layercalc.numbers.logs import Logs
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.numbers.sums import added
from layercalc.numbers.undefined import UndefinedError


class Product(Readable):
    """A non-negative quantity as a product of powers; zero is a value of its own.

    `groups` maps each exponent, 1 or a symbolic one, to the monomial under it.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> Product.of(12 * w) ** n / Product.of(w)
    Product({1: {w: -1}, n: {2: 2, 3: 1, w: 1}})
    """

    def __init__(self, groups: Mapping[Exponent, Monomial]) -> None:
        made = ONE
        for exponent, monomial in groups.items():
            for base, power in monomial.items():
                factors = _atom(base) if isinstance(base, Join) else Product.of(base)
                made *= (factors**power) ** exponent
        self._powers, self._counts, self.is_zero = made._powers, made._counts, False

    @classmethod
    def _make(
        cls, powers: dict[Exponent, Monomial], counts: dict[Exponent, AffineExponent], zero: bool = False
    ) -> Product:
        self = object.__new__(cls)
        self._powers = {core: monomial for core, monomial in powers.items() if monomial}
        self._counts = {core: count for core, count in counts.items() if self._powers.get(core)}
        self.is_zero = zero
        return self

    @staticmethod
    def of(scalar: Scalar) -> Product:
        """Factor an exact scalar.

        >>> Product.of(Fraction(12, 5))
        Product({1: {2: 2, 3: 1, 5: -1}})

        Raises:
            ValueError: for a scalar that is negative.
        """
        value = plain(scalar)
        if not isinstance(value, int | Fraction):
            return _logarithms(value) if isinstance(value, Logs) else _expressed(value)
        if value < 0:
            raise ValueError(f"a closed form is never negative, and this is {value}")
        return Product._make({1: factor.rational_powers(value)}, {}) if value else ZERO

    def __reduce__(self) -> tuple[Any, ...]:
        return unpacked, packed(self)

    def __mul__(self, other: Product) -> Product:
        """Multiply.

        >>> Product.of(6) * Product.of(Fraction(1, 2))
        Product({1: {3: 1}})
        """
        if self.is_zero or other.is_zero:
            return ZERO
        if not self._powers or not other._powers:
            return self if self._powers else other
        powers = dict(self._powers)
        for core, monomial in other._powers.items():
            powers[core] = merged(powers[core], monomial) if core in powers else monomial
        return Product._make(powers, counts_of((self._counts, other._counts)))

    def __truediv__(self, other: Product) -> Product:
        """Divide.

        >>> Product.of(6) / Product.of(4)
        Product({1: {2: -1, 3: 1}})

        Raises:
            ZeroDivisionError: by zero.
        """
        return self * other**-1

    def __pow__(self, n: Scalar) -> Product:
        """Raise to a power, which costs the same for any n.

        >>> Product.of(12) ** (10**6)
        Product({1: {2: 2000000, 3: 1000000}})

        Zero to a power that may be 0 stays a power.

        Raises:
            ZeroDivisionError: zero to a negative power.
        """
        n = plain(n)
        if n == 0 or self.is_one:
            return ONE
        if self.is_zero:
            return _power_of_zero(n)
        if n == 1:
            return self
        if isinstance(n, int | Fraction):
            powers: dict[Exponent, Monomial] = {c: raised(m, n) for c, m in self._powers.items()}
            return Product._make(powers, self._counts)
        return math.prod((_under(e * n, monomial) for e, monomial in self.groups.items()), start=ONE)

    def __add__(self, other: Product) -> Product:
        """Add, as `add` does.

        >>> (Product.of(6) + Product.of(4)).rational()
        10
        """
        return add([self, other])

    def substitute(self, values: Mapping[sympy.Symbol, Scalar]) -> Product:
        """Put scalars in place of symbols.

        >>> n = sympy.Symbol("n")
        >>> (Product.of(3) ** n).substitute({n: 4}).rational()
        81

        Raises:
            UndefinedError: where the value would be negative, or divided by zero.
        """
        scalars = {symbol: symbolic(value) for symbol, value in values.items()}
        try:
            made: Product = self._put_in(scalars).positive()
        except UndefinedError:
            raise
        except (ValueError, ZeroDivisionError) as error:
            raise UndefinedError.at(values, error) from error
        return made

    def _put_in(self, scalars: Mapping[sympy.Symbol, sympy.Expr]) -> Signed:
        done: dict[Join[Product], Signed] = {}
        for node in postorder(self.joins, lambda node: not node.free_symbols.isdisjoint(scalars)):
            done[node] = _rejoined(node, [term._replaced(scalars, done) for term in node.terms])
        return self._replaced(scalars, done)

    def _replaced(self, scalars: finite_sums.At, nodes: Mapping[Join[Product], Signed]) -> Signed:
        """Put scalars in; bases that become 0 or negative are raised once, by all their exponents."""
        if self.free_symbols.isdisjoint(scalars):
            return Signed(False, self)
        made, apart = ONE, dict[Base, tuple[Signed, sympy.Expr]]()
        for exponent, monomial in self.groups.items():
            inner = ONE
            outer = exponent if isinstance(exponent, int) else finite_sums.put_in(exponent, scalars)
            for base, power in monomial.items():
                found = _replacement(base, scalars, nodes)
                if found.is_negative or found.size.is_zero:
                    before = apart[base][1] if base in apart else sympy.S.Zero
                    apart[base] = found, before + symbolic(power) * outer
                else:
                    inner *= found.size**power
            made *= inner**outer
        raised_ = [found.power(plain(exponent)) for found, exponent in apart.values()]
        return reduce(Signed.times, raised_, Signed(False, made))


class SumNode(Join[Product]):
    """A sum of terms that have nothing in common."""

    __slots__ = ()

    kind = "sum"

    def rejoined(self, terms: Sequence[Product]) -> Product:
        """Add other terms."""
        return add(terms)

    def _log2(self, logs: Sequence[real.Real], bits: int) -> real.Real:
        return real.log2_sum(logs, bits)

    def _written(self, terms: Sequence[sympy.Expr]) -> sympy.Expr:
        return sympy.Add(*terms, evaluate=not self.vast)


ONE = Product._make({}, {})
ZERO = Product._make({}, {}, zero=True)


def add(terms: Iterable[Product]) -> Product:
    """Add, the common factors taken out and what is rational added up.

    >>> w = sympy.Symbol("w", positive=True)
    >>> add([Product.of(w**2), Product.of(3 * w), Product.of(2 * w)]).to_sympy()
    w*(w + 5)
    """
    present = [term for term in terms if not term.is_zero]
    if len(present) < 2:
        return present[0] if present else ZERO
    outer, rests = factored(present)
    kept, joined = cancelled(rests)
    collected = _collected(spliced(kept if joined == 0 else [*kept, Product.of(joined)], "sum"))
    if len(collected) == 1:
        return outer * collected[0]
    inner, rests = factored(collected)
    return outer * inner * _atom(SumNode(rests))


def factored(terms: Sequence[Product]) -> tuple[Product, list[Product]]:
    """Split non-zero terms into what they have in common and what is left of each.

    >>> factored([Product.of(4), Product.of(6)])
    (Product({1: {2: 1}}), [Product({1: {2: 1}}), Product({1: {3: 1}})])
    """
    powers = bases.common_powers([term._powers for term in terms])
    if (shared := Product._make(powers, counts_of(term._counts for term in terms))).is_one:
        return ONE, list(terms)
    inverse = shared**-1
    return shared, [term * inverse for term in terms]


def _collected(terms: Sequence[Product]) -> list[Product]:
    """Add up the terms that differ only in a rational factor."""
    totals: dict[Product, Number] = {}
    for term in terms:
        number, constant = bases.coefficient(term._powers.get(1, {}))
        rest = Product._make({**term._powers, 1: constant}, term._counts)
        totals[rest] = totals.get(rest, 0) + number
    return [rest * Product.of(number) for rest, number in totals.items()]


def _atom(base: Base) -> Product:
    return Product._make({1: {base: 1}}, {})


def _under(exponent: Scalar, monomial: Monomial) -> Product:
    """Put a monomial under an exponent."""
    value = plain(exponent)
    if isinstance(value, int | Fraction):
        return Product._make({1: raised(monomial, value)}, {})
    count = count_of(value)
    powers: dict[Exponent, Monomial] = {count.core: raised(monomial, count.scale)}
    powers[1] = raised(monomial, count.shift)
    return Product._make(powers, {count.core: count})


def _power_of_zero(n: Scalar) -> Product:
    """Raise 0 to a power that is not 0; if the power may be 0, the decision waits until it is a number."""
    exponent = symbolic(n)
    if exponent.is_negative:
        raise ZeroDivisionError("division of a closed form by zero")
    return ZERO if exponent.is_positive else _atom(sympy.Pow(0, exponent))


def _replacement(base: Base, scalars: finite_sums.At, nodes: Mapping[Join[Product], Signed]) -> Signed:
    if isinstance(base, Join):
        return nodes.get(base) or Signed(False, _atom(base))
    if isinstance(base, int) or base.free_symbols.isdisjoint(scalars):
        return Signed(False, _atom(base))
    known = _known(base, scalars)
    return _signed(finite_sums.put_in(base, scalars)) if known is None else known


def _signed(expression: sympy.Expr) -> Signed:
    """Factor an expression that may be negative."""
    if (known := _known(expression)) is not None:
        return known
    try:
        return Signed(False, Product.of(expression))
    except ValueError:
        if expression.is_Mul:
            return reduce(Signed.times, map(_signed, expression.args))
        return Signed(True, Product.of(-expression))


def _rejoined(node: Join[Product], terms: Sequence[Signed]) -> Signed:
    """Join changed terms again, those with a minus sign among them."""
    kept = [term.size for term in terms if not term.is_negative]
    if len(kept) < len(terms) and node.kind == "sum":
        return _summed(terms)
    if not kept:
        raise ValueError("a maximum is negative")
    return Signed(False, node.rejoined(kept))


def _summed(terms: Sequence[Signed]) -> Signed:
    """Add; where signs differ, the sum is written in sympy."""
    kinds = {term.is_negative for term in terms if not term.size.is_zero}
    if len(kinds) < 2:
        return Signed(True in kinds, add(term.size for term in terms))
    if any(term.size.vast for term in terms):
        raise ValueError("a difference of numbers that are too long to be written out")
    return _signed(sympy.Add(*(term.to_sympy() for term in terms)))


def _known(expression: sympy.Expr, at: finite_sums.At | None = None) -> Signed | None:
    """Multiply and add rounds whose bounds are numbers; None for anything else."""
    at = at or finite_sums.NOWHERE
    if isinstance(expression, special.rising):
        found = factorials.risen(*expression.args)
        return found and _factored(found[0]).times(Signed(False, ONE if found[1] == 1 else _atom(found[1])))
    if not isinstance(expression, sympy.Sum | sympy.Product) or not finite_sums.is_known(expression, at):
        return None
    try:
        if isinstance(expression, sympy.Sum):
            return _summed([_signed(symbolic(term)) for term in finite_sums.total_of(expression, at).terms()])
        return _factored(factorials.multiplied(finite_sums.factors_of(expression, at)))
    except finite_sums.InexactError:
        return _each_round(expression, at)


def _factored(number: factorials.Factored) -> Signed:
    return Signed(
        number.is_negative, ZERO if number.powers is None else Product._make({1: number.powers}, {})
    )


def _each_round(series: sympy.Expr, at: finite_sums.At) -> Signed:
    """Write a series out whose terms are no numbers: one closed form, at each round."""
    function, (index, _, _) = special.outermost(series)
    points = [{**at, index: sympy.Integer(k)} for k in finite_sums.rounds_of(series, at)]
    try:
        term = Product.of(function)
        terms = [term._put_in(point) for point in points]
    except (ValueError, ZeroDivisionError):
        terms = [_signed(finite_sums.put_in(function, point)) for point in points]
    return (
        _summed(terms) if isinstance(series, sympy.Sum) else reduce(Signed.times, terms, Signed(False, ONE))
    )


def _logarithms(value: Logs) -> Product:
    """Add multiples of logarithms; a difference is kept whole."""
    if value.is_alone:
        return _atom(value)
    if not value.adds_only:
        return _expressed(value.expression)
    return add([Product.of(value.number), *(Product.of(times) * _atom(log) for times, log in value.terms)])


@lru_cache(maxsize=1 << 12)
def _expressed(expression: sympy.Expr) -> Product:
    """Take a sympy expression apart: powers, products, sums of what is not negative."""
    if expression.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        raise ZeroDivisionError("it is not finite")
    if (known := _known(expression)) is not None:
        made: Product = known.positive()
        return made
    if (written := signs.standard(expression)) != expression:
        return Product.of(written)
    if expression.is_Add and expression.free_symbols:
        return _sum(expression)
    if not signs.plainly_nonnegative(expression) and expression.is_negative:
        raise ValueError(f"a closed form is never negative, and this is {expression}")
    if expression.is_zero:
        return ZERO
    if expression.is_Mul:
        return math.prod(map(Product.of, signs.positive_parts(expression)), start=ONE)
    base, exponent = expression.as_base_exp()
    if base.is_zero:
        return _power_of_zero(exponent)
    if exponent != 1:
        powered: Product = Product.of(base) ** exponent
        return powered
    return _sum(expression) if expression.is_Add else _atom(expression)


def _sum(expression: sympy.Add) -> Product:
    """Add terms that are not negative; keep a difference whole, its content taken out."""
    if all(term.is_nonnegative for term in expression.args):
        return add(Product.of(term) for term in expression.args)
    if (plainer := opened_difference(expression)) != expression:
        return Product.of(plainer)
    terms = signs.signed_terms(expression)
    shared, rests = factored([Product.of(size) for _, size in terms])
    difference = added(*(sign * rest.to_sympy() for (sign, _), rest in zip(terms, rests, strict=True)))
    return shared * (_atom(difference) if difference.is_Add else Product.of(difference))
