"""How leading terms are read, part by part.

From: a closed form, or a part of it, in a symbol x that goes to infinity. To: its `Growth`.
Promises: each node is read once, and never by sympy's general limits; a constant is exact
or not given. It does not read the functions that come from loops: `growth.series` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from typing import Any, ClassVar, Self

from layercalc.forms.base import Base, Exponent, Monomial
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.growth.growth import Growth, Kind, Order, add, as_fraction, greatest
from layercalc.growth.regime import Open, Regime
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic

Reader = Callable[["Leading", Any], Growth]


class Leading:
    """Reads leading terms in one symbol; nodes that closed forms share are read once."""

    #: How each function is read.
    functions: ClassVar[Mapping[type, Reader]]

    def __init__(self, x: sympy.Symbol, regime: Regime) -> None:
        self.x, self.regime = x, regime
        self._joins: dict[Join[Product], Growth] = {}
        self._known: dict[sympy.Expr, Growth] = {}

    def of(self, value: Product | Scalar) -> Growth:
        """Read any value."""
        return self._product(value) if isinstance(value, Product) else self.expression(symbolic(value))

    def over(self, x: sympy.Symbol) -> Self:
        """Read in another symbol."""
        return type(self)(x, self.regime)

    def expression(self, expression: sympy.Expr) -> Growth:
        """Read a sympy expression, which may be negative."""
        if expression not in self._known:
            self._known[expression] = self._expression(expression)
        return self._known[expression]

    def raised_to(self, base: sympy.Expr, exponent: sympy.Expr) -> Growth:
        """Read a power whose base or exponent may grow, or both."""
        return self._raised(self.expression(base), base, plain(exponent))

    def raised(self, base: Growth, exponent: sympy.Expr, expanded: Mapping[int, sympy.Expr]) -> Growth:
        """Raise to a polynomial of x; `expanded` is the rest of log(base), by powers of 1/x."""
        made = Growth()
        polynomial = sympy.Poly(exponent, self.x)
        for (degree,), coefficient in polynomial.terms():
            power = plain(coefficient)
            made = made.times(base.shifted(degree, power) if degree else base.power(power))
            if not degree or base.exact:
                continue
            if not expanded:  # what is added to the base vanishes, but not the power of it
                made = made.known_to(Order(degree, Kind.BASE))
            for below, term in expanded.items():
                if below <= degree:
                    made = made.times(_exponential(symbolic(coefficient) * term, degree - below))
        return made if base.exact else made.inexact()

    def _product(self, value: Product) -> Growth:
        if value.is_zero or self.x not in value.free_symbols:
            return Growth.of(value)
        for node in postorder(value.joins, self._unread):
            terms = [self._product(term) for term in node.terms]
            if node.kind == "sum":
                self._joins[node] = add(terms, self.regime)
            else:
                self._joins[node] = greatest(terms, self.regime)
        return reduce(Growth.times, (self._group(e, m) for e, m in value.groups.items()), Growth())

    def _unread(self, node: Join[Product]) -> bool:
        return node not in self._joins and self.x in node.free_symbols

    def _group(self, exponent: Exponent, monomial: Monomial) -> Growth:
        """Read the factors under one exponent."""
        fixed = {base: power for base, power in monomial.items() if not self._moves(base)}
        made = self._raised(Growth.of(Product({1: fixed})), None, exponent)
        for base, power in monomial.items():
            if base in fixed:
                continue
            written = None if isinstance(base, Join) and base.depth > 4 else _written(base)
            growth = self._joins[base] if isinstance(base, Join) else self.expression(base)
            if growth.sign < 0:
                raise Open(f"its closed form does not hold for large {self.x}")
            made = made.times(self._raised(growth, written, plain(symbolic(exponent) * symbolic(power))))
        return made

    def _moves(self, base: Base) -> bool:
        return not isinstance(base, int) and self.x in base.free_symbols

    def _raised(self, base: Growth, written: sympy.Expr | None, exponent: Scalar | Exponent) -> Growth:
        """Raise what is known of a base, and perhaps how it is written, to any power."""
        power = symbolic(exponent)
        if self.x not in power.free_symbols:
            return base.power(plain(power))
        if base.sign < 0:
            raise Open("a power of a negative quantity")
        if not power.is_polynomial(self.x):
            return self._other_power(base, power)
        expanded = (
            {}
            if base.exact or written is None
            else _expansion(written, self.x, int(sympy.degree(power, self.x)))
        )
        return self.raised(base, power, expanded)

    def _other_power(self, base: Growth, power: sympy.Expr) -> Growth:
        """Raise a constant to c * x^j with a fraction j, to what tends to a constant, or to remainders."""
        moving = [term for term in sympy.Add.make_args(sympy.expand(power)) if self.x in term.free_symbols]
        if not base.factors and not base.is_zero and all(map(self._wavers, moving)):
            return Growth().known_to(Order(0, Kind.BASE))
        exponent = self.expression(power)
        if not exponent.factors or exponent.top is None:
            return base.power(plain(exponent.sign * exponent.constant.to_sympy())).inexact()
        degree = as_fraction(exponent.exponent(Kind.POWER))
        if len(exponent.factors) > 1 or degree is None or degree <= 0:
            if degree is not None and degree < 0 and not base.factors:
                return Growth().inexact()
            raise Open(f"its exponent {power} is no power of {self.x}".replace("**", "^"))
        coefficient = plain(exponent.sign * exponent.constant.to_sympy())
        made = base.shifted(degree, coefficient)
        return made if base.exact and exponent.exact else made.known_to(Order(degree, Kind.BASE))

    def _expression(self, expression: sympy.Expr) -> Growth:
        if self.x not in expression.free_symbols:
            return Growth.of(plain(expression))
        if expression == self.x:
            return Growth.variable()
        if expression.is_Add:
            opened = sympy.expand(self._split(expression), log=False, power_base=False)
            return self._sum(sympy.Add.make_args(opened))
        if expression.is_Mul:
            return reduce(Growth.times, map(self.expression, expression.args))
        base, exponent = expression.as_base_exp()
        if exponent != 1:
            return self._raised(self.expression(base), base, plain(exponent))
        reader = self.functions.get(type(expression))
        if reader is None:
            raise Open(f"the growth of {type(expression).__name__} is not known")
        return reader(self, expression)

    def _sum(self, terms: Sequence[sympy.Expr]) -> Growth:
        """Add terms; remainders, which stay below their divisors, vanish beside what grows."""
        wavering = [term for term in terms if self._wavers(term)]
        total = add([self.expression(term) for term in terms if term not in wavering], self.regime)
        if not wavering:
            return total
        if total.top is None or self.regime.sign(_strength(total, total.top)) <= 0:
            raise Open("a remainder beside what does not grow")
        return total.inexact()

    def _wavers(self, term: sympy.Expr) -> bool:
        """Tell whether a term is a remainder by what does not grow, times a constant."""
        moving = [factor for factor in sympy.Mul.make_args(term) if self.x in factor.free_symbols]
        return len(moving) == 1 and isinstance(moving[0], sympy.Mod) and not self._moves(moving[0].args[1])

    def _split(self, expression: sympy.Expr) -> sympy.Expr:
        """Write the logarithms of products as sums, so that what cancels does."""
        logs = {
            found: self.split_log(found.args[0]) for found in expression.atoms(log2) if self._moves(found)
        }
        return expression.xreplace(logs) if logs else expression

    def split_log(self, argument: sympy.Expr) -> sympy.Expr:
        """Write log2 of a product of powers as a sum; bases with x in them stay whole."""
        terms = []
        for exponent, monomial in Product.of(argument).groups.items():
            for base, power in monomial.items():
                written = log2(_written(base))
                terms.append(symbolic(exponent) * symbolic(power) * written)
        return sympy.Add(*terms)


def _exponential(exponent: sympy.Expr, degree: Number) -> Growth:
    """Make e^(exponent * x^degree)."""
    constant = Product.of(sympy.E) ** plain(exponent)
    return Growth.base(constant, degree) if degree else Growth.of(constant)


def _expansion(base: sympy.Expr, x: sympy.Symbol, most: int) -> Mapping[int, sympy.Expr]:
    """Expand log(base / its leading term) in powers of 1/x up to x^-most; empty where base is no polynomial.

    >>> n = sympy.Symbol("n")
    >>> _expansion(2 * n + 3, n, 2)
    {1: 3/2, 2: -9/8}
    """
    if not base.is_polynomial(x):
        return {}
    top, *below = sympy.Poly(base, x).all_coeffs()
    ratios = [symbolic(c) / top for c in below] + [sympy.S.Zero] * most
    series: dict[int, sympy.Expr] = {}
    for k in range(1, most + 1):  # from k r_k = k l_k + sum of j l_j r_(k - j)
        known = sympy.Add(*(j * series[j] * ratios[k - j - 1] for j in range(1, k)))
        series[k] = sympy.expand(ratios[k - 1] - known / k)
    return series


def _written(base: Base) -> sympy.Expr:
    return base.to_sympy() if isinstance(base, Join) else symbolic(base)


def _log2(reader: Leading, expression: sympy.Expr) -> Growth:
    """Read log2 of what grows: the strongest factor counts."""
    argument = expression.args[0]
    if argument == reader.x:
        return Growth.variable(kind=Kind.LOG)
    split = reader.split_log(argument)
    if split != expression:
        with suppress(Open):  # of the whole argument only the leading part is known, but more often
            return reader.expression(split)
    growth = reader.expression(argument)
    order = growth.top
    if order is None:
        if growth.constant.is_one:
            raise Open("a logarithm that vanishes")
        return reader.expression(log2(growth.constant.to_sympy())).inexact()
    if order.kind is Kind.LOG:
        raise Open("a logarithm of a logarithm")
    power = Growth.variable(order.degree)
    if order.kind is Kind.BASE:
        return Growth.of(log2(growth.rate(order.degree).to_sympy())).times(power).inexact()
    made = power.times(Growth.variable(kind=Kind.LOG)).times(
        Growth.of(growth.exponent(order.kind, order.degree))
    )
    return made.inexact()


def _log(reader: Leading, expression: sympy.Expr) -> Growth:
    return Growth.of(sympy.log(2)).times(reader.expression(log2(expression.args[0])))


def _extreme(sign: int) -> Reader:
    def read(reader: Leading, expression: sympy.Expr) -> Growth:
        return greatest(map(reader.expression, expression.args), reader.regime, sign)

    return read


def _rounded(reader: Leading, expression: sympy.Expr) -> Growth:
    growth = reader.expression(expression.args[0])
    top = growth.top
    if top is None or reader.regime.sign(_strength(growth, top)) <= 0:
        raise Open(f"{type(expression).__name__} of what does not grow")
    return growth.inexact()


def _strength(growth: Growth, order: Order) -> Scalar:
    if order.kind is Kind.BASE:
        return plain(log2(growth.rate(order.degree).to_sympy()))
    return growth.exponent(order.kind, order.degree)


#: How the functions of expressions are read.
FUNCTIONS: Mapping[type, Reader] = {
    log2: _log2,
    sympy.log: _log,
    sympy.Max: _extreme(1),
    sympy.Min: _extreme(-1),
    sympy.floor: _rounded,
    sympy.ceiling: _rounded,
}
