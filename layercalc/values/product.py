"""The closed form of a non-negative quantity, kept factored so that it cannot overflow.

From an exact scalar or other products; to a product of bases with exact exponents,
grouped under symbolic exponents. Promises: equal contents are equal and hash alike;
no giant integer is ever multiplied out. It does not choose between terms:
`values.join.maximum` does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from types import MappingProxyType

import mpmath
import sympy

from layercalc.values import base as bases
from layercalc.values import factor, real
from layercalc.values.base import Base, Exponent, Monomial
from layercalc.values.levelled import levelled
from layercalc.values.monomial import Count, count_of, counts_of, merged, raised
from layercalc.values.node import Join, postorder
from layercalc.values.scalar import Number, Scalar, is_number, plain, symbolic
from layercalc.values.signs import positive_parts, signed_terms

#: A sum within a sum becomes part of it up to this many terms, so that long chains stay linear.
SPLICED = 16
#: How sympy functions of one kind are taken apart; whoever makes such functions adds their reader.
READERS: dict[type, Callable[[sympy.Expr], Product | None]] = {}


class Product:
    """A non-negative quantity as a product of powers; zero is a value of its own.

    `groups` maps each exponent, 1 or a symbolic one, to the monomial under it.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> Product.of(12 * w).power(n).over(Product.of(w))
    Product({1: {w: -1}, n: {2: 2, 3: 1, w: 1}})
    """

    def __init__(self, groups: Mapping[Exponent, Monomial]) -> None:
        made = ONE
        for exponent, monomial in groups.items():
            for base, power in monomial.items():
                factors = _atom(base) if isinstance(base, Join) else Product.of(base)
                made = made.times(factors.power(power).power(exponent))
        self._powers, self._counts, self.is_zero = made._powers, made._counts, False

    @classmethod
    def _make(
        cls, powers: dict[Exponent, Monomial], counts: dict[Exponent, Count], zero: bool = False
    ) -> Product:
        self = object.__new__(cls)
        self._powers = {core: monomial for core, monomial in powers.items() if monomial}
        self._counts = {core: count for core, count in counts.items() if self._powers.get(core)}
        self.is_zero = zero
        return self

    _powers: dict[Exponent, Monomial]
    _counts: dict[Exponent, Count]
    is_zero: bool

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
            return _expressed(value)
        if value < 0:
            raise ValueError(f"a closed form is never negative, and this is {value}")
        return Product._make({1: factor.rational_powers(value)}, {}) if value else ZERO

    @property
    def groups(self) -> Mapping[Exponent, Monomial]:
        """The monomials under each exponent, as the repeats' counts gave them."""
        return MappingProxyType(bases.grouped(self._powers, self._counts))

    @property
    def is_one(self) -> bool:
        """Whether nothing is left of it."""
        return not self._powers and not self.is_zero

    @cached_property
    def joins(self) -> tuple[Join[Product], ...]:
        """The sums and maxima among the bases."""
        return tuple(dict.fromkeys(base for base in self._bases() if isinstance(base, Join)))

    @cached_property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""
        found: set[sympy.Symbol] = set()
        for owner in (*self._powers, *self._bases()):
            if not isinstance(owner, int):
                found |= owner.free_symbols
        return frozenset(found)

    @cached_property
    def bound(self) -> int:
        """A bound on the size of its logarithm, and of those it is made of."""
        return bases.bound(self._powers.get(1, {}))

    @cached_property
    def digest(self) -> bytes:
        """An order of products that does not depend on hashing."""
        return b"" if self.is_zero else bases.digest(self._powers)

    @cached_property
    def at_least_one(self) -> bool:
        """Whether it is seen at once to be at least 1: no base is below 1, no exponent below 0."""
        if self.is_zero or not all(isinstance(core, int) or core.is_nonnegative for core in self._powers):
            return False
        powers = (item for monomial in self._powers.values() for item in monomial.items())
        return all(power > 0 and bases.at_least_one(base) for base, power in powers)

    @cached_property
    def vast(self) -> bool:
        """Whether a number in it is too long to be multiplied out."""
        length = bases.length(self._powers.get(1, {}))
        return length > bases.RATIONAL_BITS or any(join.vast for join in self.joins)

    def times(self, other: Product) -> Product:
        """Multiply.

        >>> Product.of(6).times(Product.of(Fraction(1, 2)))
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

    def over(self, other: Product) -> Product:
        """Divide.

        >>> Product.of(6).over(Product.of(4))
        Product({1: {2: -1, 3: 1}})

        Raises:
            ZeroDivisionError: by zero.
        """
        return self.times(other.power(-1))

    def power(self, n: Scalar) -> Product:
        """Raise to a power, which costs the same for any n.

        >>> Product.of(12).power(10**6)
        Product({1: {2: 2000000, 3: 1000000}})

        Raises:
            ZeroDivisionError: zero to a negative power.
        """
        n = plain(n)
        if n == 0 or self.is_one:
            return ONE
        if self.is_zero:
            if is_number(n) and n < 0:
                raise ZeroDivisionError("division of a closed form by zero")
            return ZERO
        if n == 1:
            return self
        if isinstance(n, int | Fraction):
            powers: dict[Exponent, Monomial] = {c: raised(m, n) for c, m in self._powers.items()}
            return Product._make(powers, self._counts)
        return reduce(Product.times, (_under(e * n, monomial) for e, monomial in self.groups.items()))

    def substitute(self, values: Mapping[sympy.Symbol, Scalar]) -> Product:
        """Put scalars in place of symbols.

        >>> n = sympy.Symbol("n")
        >>> Product.of(3).power(n).substitute({n: 4}).rational()
        81
        """
        scalars = {symbol: symbolic(value) for symbol, value in values.items()}
        done: dict[Join[Product], Product] = {}
        for node in postorder(self.joins, lambda node: not node.free_symbols.isdisjoint(scalars)):
            done[node] = node.rebuild([term._replaced(scalars, done) for term in node.terms])
        return self._replaced(scalars, done)

    def log2(self, digits: int = 40) -> mpmath.mpf:
        """Take the logarithm to base two, to within 10^-digits or that part of it.

        >>> Product.of(8).power(10**6).log2()
        mpf('3000000.0')

        Raises:
            ValueError: for zero, and for a value with free symbols.
        """
        if self.is_zero or self.free_symbols:
            names = ", ".join(sorted(str(symbol) for symbol in self.free_symbols))
            reason = f"depends on {names}" if names else "is 0"
            raise ValueError(f"no logarithm: the value {reason}")
        return real.to_mpf(self.log2_bits(self.precision(digits)))

    def to_float(self) -> float | None:
        """Round to a double, None beyond the doubles.

        >>> Product.of(Fraction(73, 125)).to_float(), Product.of(2).power(5000).to_float()
        (0.584, None)
        """
        if self.is_zero:
            return 0.0
        exact = self.rational()
        if exact is not None:
            return real.to_double(exact)
        self.log2(1)
        return real.power_of_two(self.log2_bits(self.precision(40)))

    def rational(self) -> Number | None:
        """Give the exact number, None where it is not rational or over `RATIONAL_BITS`.

        >>> Product.of(2).power(-3).rational()
        Fraction(1, 8)
        """
        if self.is_zero:
            return 0
        return bases.rational(self._powers.get(1, {})) if set(self._powers) <= {1} else None

    def to_sympy(self) -> sympy.Expr:
        """Write it in sympy; vast powers stay unevaluated, shared nodes are written once.

        >>> Product.of(2).power(sympy.Symbol("n")).to_sympy()
        2**n
        """
        if self.is_zero:
            return sympy.S.Zero
        parts = (bases.to_sympy(monomial) ** exponent for exponent, monomial in bases.ordered(self.groups))
        return sympy.Mul(*parts, evaluate=not self.vast)

    def log2_bits(self, precision: int) -> real.Real:
        """Take the logarithm to base two as a raw float of so many bits."""
        return bases.log2_bits(self._powers.get(1, {}), precision)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Product):
            return NotImplemented
        return self.is_zero == other.is_zero and self._powers == other._powers

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.is_zero, frozenset((c, frozenset(m.items())) for c, m in self._powers.items())))

    def __repr__(self) -> str:
        if self.is_zero:
            return "Product.of(0)"
        groups = {e: dict(bases.ordered(monomial)) for e, monomial in bases.ordered(self.groups)}
        return f"Product({groups!r})"

    def _bases(self) -> Iterable[Base]:
        return (base for monomial in self._powers.values() for base in monomial)

    def precision(self, digits: int) -> int:
        """Give the bits in which its logarithm has so many digits."""
        needed = math.ceil(digits * 3.33) + self.bound.bit_length() + 40
        return -(-needed // 64) * 64

    def _replaced(
        self, scalars: Mapping[sympy.Symbol, sympy.Expr], nodes: Mapping[Join[Product], Product]
    ) -> Product:
        if self.free_symbols.isdisjoint(scalars):
            return self
        made = ONE
        for exponent, monomial in self.groups.items():
            inner = ONE
            for base, power in monomial.items():
                inner = inner.times(_replacement(base, scalars, nodes).power(power))
            outer = exponent if isinstance(exponent, int) else exponent.xreplace(dict(scalars))
            made = made.times(inner.power(outer))
        return made


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
    collected = _collected(spliced(levelled(rests, Product.of), "sum"))
    if len(collected) == 1:
        return outer.times(collected[0])
    inner, rests = factored(collected)
    return outer.times(inner).times(_atom(Join("sum", rests, add)))


def factored(terms: Sequence[Product]) -> tuple[Product, list[Product]]:
    """Split non-zero terms into what they have in common and what is left of each.

    >>> factored([Product.of(4), Product.of(6)])
    (Product({1: {2: 1}}), [Product({1: {2: 1}}), Product({1: {3: 1}})])
    """
    powers = bases.common_powers([term._powers for term in terms])
    if (shared := Product._make(powers, counts_of(term._counts for term in terms))).is_one:
        return ONE, list(terms)
    inverse = shared.power(-1)
    return shared, [term.times(inverse) for term in terms]


def spliced(terms: Iterable[Product], kind: str) -> list[Product]:
    """Replace a term that is itself a short sum (or maximum) by its terms.

    >>> len(spliced([add([Product.of(sympy.Symbol("w", positive=True)), ONE]), ONE], "sum"))
    3
    """
    result: list[Product] = []
    for term in terms:
        node = next((node for node in term.joins if term._powers == {1: {node: 1}}), None)
        short = node is not None and node.kind == kind and len(node.terms) <= SPLICED
        result += node.terms if node is not None and short else [term]
    return result


def _collected(terms: Sequence[Product]) -> list[Product]:
    """Add up the terms that differ only in a rational factor."""
    totals: dict[Product, Number] = {}
    for term in terms:
        number, constant = bases.coefficient(term._powers.get(1, {}))
        rest = Product._make({**term._powers, 1: constant}, term._counts)
        totals[rest] = totals.get(rest, 0) + number
    return [rest.times(Product.of(number)) for rest, number in totals.items()]


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


def _replacement(
    base: Base, scalars: Mapping[sympy.Symbol, sympy.Expr], nodes: Mapping[Join[Product], Product]
) -> Product:
    if isinstance(base, Join):
        return nodes.get(base) or _atom(base)
    if isinstance(base, int) or base.free_symbols.isdisjoint(scalars):
        return _atom(base)
    return Product.of(base.xreplace(dict(scalars)))


@lru_cache(maxsize=1 << 12)
def _expressed(expression: sympy.Expr) -> Product:
    """Take a sympy expression apart: powers, products, sums of what is not negative."""
    if (read := READERS.get(type(expression))) and (made := read(expression)) is not None:
        return made
    if expression.is_Add and expression.free_symbols:
        return _sum(expression)
    if expression.is_negative:
        raise ValueError(f"a closed form is never negative, and this is {expression}")
    if expression.is_zero:
        return ZERO
    if expression.is_Mul:
        return reduce(Product.times, map(Product.of, positive_parts(expression)))
    base, exponent = expression.as_base_exp()
    if exponent != 1:
        return Product.of(base).power(exponent)
    return _sum(expression) if expression.is_Add else _atom(expression)


def _sum(expression: sympy.Add) -> Product:
    """Add terms that are not negative; keep a difference whole, its content taken out."""
    if all(term.is_nonnegative for term in expression.args):
        return add(Product.of(term) for term in expression.args)
    terms = signed_terms(expression)
    shared, rests = factored([Product.of(size) for _, size in terms])
    difference = sympy.Add(*(sign * rest.to_sympy() for (sign, _), rest in zip(terms, rests, strict=True)))
    return shared.times(_atom(difference) if difference.is_Add else Product.of(difference))
