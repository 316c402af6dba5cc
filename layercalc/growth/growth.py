"""How a quantity grows: its leading behaviour in one symbol x, with exact constants.

A growth is a constant times factors B^(x^j), (log2 x)^(c x^j) and x^(c x^j), where B, c
and the constant are free of x. Growths multiply and are raised exactly, and of two the
greater one is found by comparing their factors, the strongest first (Hardy's scale of
logarithmico-exponential functions). It does not read expressions: `growth.leading` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

from layercalc.forms.product import ONE, Product
from layercalc.growth.regime import Alike, Open, Regime
from layercalc.lazy import sympy
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, plain, symbolic

#: What is left of constants that cancel, in parts of them.
NOTHING = sympy.Rational(1, 10**25)


class Kind(IntEnum):
    """What a factor of a growth raises: a constant, log2 x, or x; in the order of their strength."""

    BASE = 0
    LOG = 1
    POWER = 2


class Order(NamedTuple):
    """The logarithm of a factor, up to a coefficient: x^degree, times log2 log2 x or log2 x by its kind.

    >>> Order(1, Kind.BASE) > Order(0, Kind.POWER)
    True
    """

    degree: Number
    kind: Kind


#: A base for `Kind.BASE`, an exponent for the other two.
Coefficient: TypeAlias = "Product | Scalar"


@dataclass(frozen=True)
class Growth:
    """A constant times factors; `exact` where it is the quantity itself, not only its leading part.

    Below `floor`, if there is one, the factors are not known: the logarithm is known
    only up to that order, and the constant not at all.

    >>> n = sympy.Symbol("n", positive=True)
    >>> Growth.base(Product.of(4)).power(Fraction(1, 2)).times(Growth.of(3)).told(n)
    Product({1: {3: 1}, n: {2: 1}})
    """

    constant: Product = ONE
    factors: Mapping[Order, Coefficient] = field(default_factory=dict)
    sign: int = 1
    exact: bool = True
    floor: Order | None = None

    @classmethod
    def of(cls, constant: Scalar | Product) -> Growth:
        """Make a growth that is none: a constant.

        >>> Growth.of(-3).sign, Growth.of(-3).constant.rational()
        (-1, 3)
        """
        if isinstance(constant, Product):
            return cls(constant)
        value = _upright(symbolic(constant))
        negative = value.evalf(30) < 0 if not value.free_symbols else value.is_negative
        try:
            return cls(Product.of(plain(-value if negative else value)), sign=-1 if negative else 1)
        except ValueError:
            pass
        try:
            return cls(Product.of(plain(-value)), sign=-1)
        except ValueError:
            raise Open("the sign of a part of it is not known") from None

    @classmethod
    def base(cls, base: Product, degree: Number = 1) -> Growth:
        """Make B^(x^degree)."""
        return cls(factors={} if base.is_one else {Order(degree, Kind.BASE): base})

    @classmethod
    def variable(cls, exponent: Scalar = 1, kind: Kind = Kind.POWER, degree: Number = 0) -> Growth:
        """Make x^(c x^degree), or (log2 x)^(c x^degree)."""
        return cls(factors={} if is_zero(exponent) else {Order(degree, kind): exponent})

    @property
    def is_zero(self) -> bool:
        """Whether it is nothing at all."""
        return self.constant.is_zero

    @property
    def top(self) -> Order | None:
        """The order of its strongest factor, None for a constant."""
        return max(self.factors, default=None)

    def exponent(self, kind: Kind, degree: Number = 0) -> Scalar:
        """Give the exponent of x or log2 x, 0 where there is none."""
        found = self.factors.get(Order(degree, kind), 0)
        return 0 if isinstance(found, Product) else found

    def rate(self, degree: Number = 1) -> Product:
        """Give the base of B^(x^degree), 1 where there is none."""
        found = self.factors.get(Order(degree, Kind.BASE), ONE)
        return found if isinstance(found, Product) else ONE

    def times(self, other: Growth) -> Growth:
        """Multiply."""
        factors = dict(self.factors)
        for order, coefficient in other.factors.items():
            factors[order] = plus(factors[order], coefficient) if order in factors else coefficient
        return Growth(
            self.constant * other.constant, factors, self.sign * other.sign, self.exact and other.exact
        ).known_to(self.floor, other.floor)

    def power(self, exponent: Scalar) -> Growth:
        """Raise to a power that is free of x.

        Raises `Open` for a root of what is negative.
        """
        if exponent == 0:
            return Growth()
        if self.sign < 0 and not isinstance(exponent, int):
            raise Open("a root of a negative quantity")
        sign = self.sign if isinstance(exponent, int) and exponent % 2 else 1
        factors = {order: scaled(c, exponent) for order, c in self.factors.items()}
        return replace(self, constant=self.constant**exponent, factors=factors, sign=sign)

    def shifted(self, degree: Number, exponent: Scalar) -> Growth:
        """Raise to the power exponent * x^degree, which grows."""
        factors = {
            Order(whole(o.degree + degree), o.kind): scaled(c, exponent) for o, c in self.factors.items()
        }
        made = replace(self, constant=ONE, factors=factors)
        if self.floor is not None:
            made = made.known_to(Order(whole(self.floor.degree + degree), self.floor.kind))
        return made.times(Growth.base(self.constant**exponent, degree))

    def known_to(self, *floors: Order | None) -> Growth:
        """Forget what lies below an order, and the constant."""
        floor = max((order for order in floors if order is not None), default=None)
        kept = {o: c for o, c in self.factors.items() if not is_zero(c) and (floor is None or o >= floor)}
        if floor is None:
            return replace(self, factors=kept)
        return replace(self, constant=ONE, factors=kept, floor=floor, exact=False)

    def inexact(self) -> Growth:
        """Take it as the leading part of something."""
        return replace(self, exact=False)

    def told(self, x: sympy.Symbol) -> Product:
        """Write it as a closed form of x; a negative one by its size."""
        made = self.constant
        for order, coefficient in sorted(self.factors.items(), key=lambda item: item[0]):
            raised = symbolic(1) if order.degree == 0 else x ** symbolic(order.degree)
            if isinstance(coefficient, Product):
                base, root = without_root(coefficient)
                shift = _rounds(self.constant, coefficient) if order.degree == 1 else 0
                made *= base ** plain((raised + shift) / root)
                made *= coefficient**-shift
            else:
                made *= _variable(order.kind, x) ** plain(symbolic(coefficient) * raised)
        return made


def _upright(constant: sympy.Expr) -> sympy.Expr:
    """Write the logarithms of what is below 1 as negative ones of what is above."""
    from layercalc.numbers.log2 import log2

    logs = [found for found in constant.atoms(log2) if not found.free_symbols and found.evalf(30) < 0]
    return constant.xreplace({found: -log2(1 / found.args[0]) for found in logs}) if logs else constant


def _rounds(constant: Product, base: Product) -> int:
    """Count the rounds of a base that its constant holds already, where its factors agree on them."""
    held = constant.groups.get(1, {})
    powers = {b: Fraction(p) for b, p in base.groups.get(1, {}).items() if not isinstance(b, int)}
    rounds = {held.get(b, 0) / power for b, power in powers.items()}
    found = rounds.pop() if len(rounds) == 1 else Fraction(0)
    return int(found) if found.denominator == 1 else 0


def _variable(kind: Kind, x: sympy.Symbol) -> Product:
    from layercalc.numbers.log2 import log2

    return Product.of(x if kind is Kind.POWER else log2(x))


def without_root(base: Product) -> tuple[Product, int]:
    """Write a base as a root of one without fractional powers.

    >>> without_root(Product.of(7) ** Fraction(1, 3))
    (Product({1: {7: 1}}), 3)
    """
    powers = [Fraction(power) for power in base.groups.get(1, {}).values()]
    root = math.lcm(*(power.denominator for power in powers))
    return base**root, root


def plus(a: Coefficient, b: Coefficient) -> Coefficient:
    """Add two coefficients of an order: bases are multiplied, exponents added."""
    if isinstance(a, Product) and isinstance(b, Product):
        return a * b
    return plain(sympy.expand(_exponent(a) + _exponent(b)))


def scaled(coefficient: Coefficient, exponent: Scalar) -> Coefficient:
    """Multiply a coefficient: a base is raised."""
    if isinstance(coefficient, Product):
        return coefficient**exponent
    return plain(sympy.expand(_exponent(coefficient) * symbolic(exponent)))


def is_zero(coefficient: Coefficient) -> bool:
    """Tell whether a factor with this coefficient is 1."""
    return coefficient.is_one if isinstance(coefficient, Product) else coefficient == 0


def _exponent(coefficient: Any) -> sympy.Expr:
    return symbolic(coefficient)


def compare(a: Growth, b: Growth, regime: Regime) -> int:
    """Tell which of two grows faster by their factors: 1 for the first, -1 for the second, 0 for neither.

    Raises `Open` where that is not known.
    """
    floor = max((g.floor for g in (a, b) if g.floor is not None), default=None)
    for order in sorted({*a.factors, *b.factors}, reverse=True):
        if floor is not None and order < floor:
            break
        sign = _sign(a.factors.get(order), b.factors.get(order), regime)
        if sign:
            return sign
    if floor is not None:
        raise Alike("two terms grow too alike to be told apart")
    return 0


def _sign(a: Coefficient | None, b: Coefficient | None, regime: Regime) -> int:
    if isinstance(a, Product) or isinstance(b, Product):
        above, below = (c if isinstance(c, Product) else ONE for c in (a, b))
        return 0 if above == below else regime.compare(above, below)
    difference = _exponent(0 if a is None else a) - _exponent(0 if b is None else b)
    return regime.sign(plain(sympy.expand(difference)))


def add(terms: Iterable[Growth], regime: Regime) -> Growth:
    """Add: the greatest term counts, and those that grow like it add their constants.

    Raises `Open` where the greatest terms cancel and what they leave is not known.
    """
    groups: dict[frozenset[tuple[Order, Coefficient]], list[Growth]] = {}
    for term in terms:
        if not term.is_zero:
            groups.setdefault(frozenset(term.factors.items()), []).append(term)
    present = [total for group in groups.values() if not (total := _total(group)).is_zero]
    if len(present) < len(groups) and not all(term.exact for group in groups.values() for term in group):
        raise Open("its leading terms cancel")
    if not present:
        return Growth(Product.of(0))
    best = reduce(lambda a, b: _stronger(a, b, regime), present)
    if best.floor is not None:
        return best.inexact()
    same = [term for term in present if term is best or compare(term, best, regime) == 0]
    return _total(same) if len(same) == len(present) else _total(same).inexact()


def _stronger(a: Growth, b: Growth, regime: Regime) -> Growth:
    """Take the one that grows faster; of two that are alike what is known of both, of their sum too."""
    try:
        return a if compare(a, b, regime) >= 0 else b
    except Alike:
        if a.sign != b.sign:
            raise
        return a.known_to(b.floor, a.floor)


def greatest(terms: Iterable[Growth], regime: Regime, sign: int = 1) -> Growth:
    """Take the greatest, or with sign -1 the least, constants compared where the factors agree."""

    def better(a: Growth, b: Growth) -> Growth:
        try:
            found = compare(a, b, regime)
        except Alike:
            return a.known_to(b.floor, a.floor)
        if found == 0 and a.constant != b.constant:
            found = regime.compare(a.constant, b.constant)
        return a if found * sign >= 0 else b

    listed = list(terms)
    found = reduce(better, listed)
    return found if len(listed) == 1 else found.inexact()


def _total(terms: list[Growth]) -> Growth:
    """Add terms with the same factors."""
    if len(terms) == 1:
        return terms[0]
    exact = all(term.exact for term in terms)
    floor = max((term.floor for term in terms if term.floor is not None), default=None)
    constant = Growth.of(_sum([(term.sign, term.constant) for term in terms]))
    return replace(constant, factors=terms[0].factors, exact=exact).known_to(floor)


def _sum(terms: list[tuple[int, Product]]) -> Scalar | Product:
    """Add constants with their signs, exactly; what cancels is 0."""
    from layercalc.forms.product import add as add_products

    if all(sign > 0 for sign, _ in terms):
        return add_products(constant for _, constant in terms)
    written = [sign * constant.to_sympy() for sign, constant in terms]
    total = sympy.expand(sympy.Add(*written), log=False)
    if not total.free_symbols and abs(total.evalf(30)) < max(abs(w).evalf(30) for w in written) * NOTHING:
        return 0
    return plain(total)


def as_fraction(value: Scalar) -> Fraction | None:
    """Give a scalar that is a rational number, None for any other."""
    number = plain(value)
    return Fraction(number) if isinstance(number, int | Fraction) else None


def direction(growth: Growth, regime: Regime) -> int:
    """Tell whether the strongest factor grows, 1, or falls, -1; 0 for a constant.

    >>> direction(Growth.variable(-2), Regime())
    -1

    Raises `Open` where the regime does not tell.
    """
    if growth.top is None:
        return 0
    coefficient = growth.factors[growth.top]
    if isinstance(coefficient, Product):
        return regime.compare(coefficient, ONE)
    return regime.sign(coefficient)
