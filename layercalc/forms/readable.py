"""Properties of a product: its symbols, its logarithm, its number, its sympy expression.

From the powers under each exponent; to what others ask of them. Promises: no giant integer
is multiplied out on the way. It does not make or change a product: `forms.product` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from layercalc.forms import base as bases
from layercalc.forms.base import Base, Exponent, Monomial
from layercalc.forms.monomial import AffineExponent
from layercalc.forms.node import Join, Part
from layercalc.lazy import mpmath, sympy
from layercalc.numbers import real, signs
from layercalc.numbers.logs import Logs
from layercalc.numbers.rational import Number


class Readable(Part):
    """The reading half of `Product`.

    >>> from layercalc.forms.product import Product
    >>> isinstance(Product.of(3), Readable)
    True
    """

    _powers: dict[Exponent, Monomial]
    _counts: dict[Exponent, AffineExponent]
    is_zero: bool

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Readable):
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

    @property
    def is_one(self) -> bool:
        """Whether nothing is left of it."""
        return not self._powers and not self.is_zero

    @property
    def can_be_zero(self) -> bool:
        """Whether a factor of it can be 0.

        >>> from layercalc.forms.product import Product
        >>> a = sympy.Symbol("a", real=True)
        >>> Product.of(3 * a).can_be_zero, Product.of(3 * a + 1).can_be_zero
        (True, False)
        """
        return any(map(_can_be_zero, self.bases()))

    @property
    def groups(self) -> Mapping[Exponent, Monomial]:
        """The monomials under each exponent, as the repeats' counts gave them."""
        return MappingProxyType(bases.grouped(self._powers, self._counts))

    @cached_property
    def joins(self) -> tuple[Join[Any], ...]:
        """The sums and maxima among the bases."""
        return tuple(dict.fromkeys(base for base in self.bases() if isinstance(base, Join)))

    @cached_property
    def free_symbols(self) -> frozenset[sympy.Symbol]:
        """The symbols it depends on."""
        found: set[sympy.Symbol] = set()
        for owner in (*self._powers, *self.bases()):
            if not isinstance(owner, int):
                found |= owner.free_symbols
        return frozenset(found)

    @cached_property
    def _logs(self) -> dict[int, real.Real]:
        return {}

    @cached_property
    def bound(self) -> int:
        """A bound on the size of its logarithm, and of those it is made of."""
        return sum(bases.bound(monomial) * real.ceiling(core) for core, monomial in self._powers.items())

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

    def log2(self, digits: int = 40) -> mpmath.mpf:
        """Take the logarithm to base two, to within 10^-digits or that part of it.

        >>> from layercalc.forms.product import Product
        >>> (Product.of(8) ** (10**6)).log2()
        mpf('3000000.0')

        Raises:
            ValueError: for zero, and for a value with free symbols.
        """
        return real.to_mpf(self.raw_log2(digits))

    def raw_log2(self, digits: int) -> real.Real:
        """Take the logarithm as `log2` does, as a raw float."""
        if self.is_zero or self.free_symbols:
            names = ", ".join(sorted(str(symbol) for symbol in self.free_symbols))
            reason = f"depends on {names}" if names else "is 0"
            raise ValueError(f"no logarithm: the value {reason}")
        return self.log2_bits(self.precision(digits))

    def to_float(self) -> float | None:
        """Round to a double, None beyond the doubles.

        >>> from layercalc.forms.product import Product
        >>> (Product.of(73) / Product.of(125)).to_float(), (Product.of(2) ** 5000).to_float()
        (0.584, None)
        """
        if self.is_zero:
            return 0.0
        exact = self.rational()
        if exact is not None:
            return real.to_double(exact)
        return real.power_of_two(self.raw_log2(40))

    def rational(self) -> Number | None:
        """Give the exact number, None where it is not rational or over `RATIONAL_BITS`.

        >>> from layercalc.forms.product import Product
        >>> (Product.of(2) ** -3).rational()
        Fraction(1, 8)
        """
        if self.is_zero:
            return 0
        return bases.rational(self._powers.get(1, {})) if set(self._powers) <= {1} else None

    def to_sympy(self) -> sympy.Expr:
        """Write it in sympy; vast powers stay unevaluated, shared nodes are written once.

        >>> from layercalc.forms.product import Product
        >>> (Product.of(2) ** sympy.Symbol("n")).to_sympy()
        2**n
        """
        if self.is_zero:
            return sympy.S.Zero
        parts = (bases.to_sympy(monomial) ** exponent for exponent, monomial in bases.ordered(self.groups))
        return sympy.Mul(*parts, evaluate=not self.vast)

    def log2_bits(self, precision: int) -> real.Real:
        """Take the logarithm to base two as a raw float of so many bits, once."""
        if precision not in self._logs:
            total = real.ZERO
            for core, monomial in self._powers.items():
                log = bases.log2_bits(monomial, precision)
                total = real.plus(total, real.times_constant(log, core, precision), precision)
            self._logs[precision] = total
        return self._logs[precision]

    def bases(self) -> Iterable[Base]:
        """List the bases, one as often as there are exponents over it."""
        return (base for monomial in self._powers.values() for base in monomial)

    def precision(self, digits: int) -> int:
        """Give the bits in which its logarithm has so many digits."""
        needed = math.ceil(digits * 3.33) + self.bound.bit_length() + 40
        return -(-needed // 64) * 64


def _can_be_zero(base: Base) -> bool:
    if isinstance(base, Join):
        return all(term.can_be_zero for term in base.terms)
    return not isinstance(base, int | Logs) and signs.may_vanish(base)
