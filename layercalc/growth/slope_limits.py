"""Where slopes tend to: limits of rates and elasticities, and how an elasticity without a limit grows.

From the `Growth` of a measure. To: scalars, and a leading term as a `SignedSum`. Promises: what
depends on more than is known raises `Open`.
"""

from __future__ import annotations

from fractions import Fraction

from layercalc import limits
from layercalc.forms.product import Product
from layercalc.growth.growth import NOTHING, Growth, Kind, Order, direction, without_root
from layercalc.growth.regime import Open, Regime
from layercalc.growth.slope import LN2, SignedSum, written_out
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, plain, symbolic


def rate_limit(growth: Growth, regime: Regime) -> Scalar:
    """Give the limit of d log2 f / d x.

    >>> rate_limit(Growth.base(Product.of(8)), Regime())
    3

    Raises `Open` where only more than is known would tell.
    """
    top, line = growth.top, Order(1, Kind.BASE)
    if top is not None and top > line:
        return plain(sympy.oo * direction(growth, regime))
    if growth.floor is not None and growth.floor > line:
        raise Open("the rate is not known to that order")
    return logarithm(growth.rate()) if top == line else 0


def logarithm(base: Product) -> Scalar:
    """Give log2 of a base; of a number longer than `limits.DERIVED` factors, one as near as `NOTHING`.

    >>> logarithm(Product.of(8) ** Fraction(1, 2))
    Fraction(3, 2)
    """
    if written_out(base) > limits.DERIVED and not base.free_symbols:
        scale = int(1 / NOTHING)
        return Fraction(int(base.log2() * scale), scale)
    whole_base, root = without_root(base)
    return plain(log2(whole_base.to_sympy()) / root)


def elasticity_limit(growth: Growth, regime: Regime) -> Scalar:
    """Give the limit of d log f / d log x.

    >>> elasticity_limit(Growth.variable(2), Regime()), elasticity_limit(Growth.base(Product.of(3)), Regime())
    (2, oo)

    Raises `Open` as `rate_limit` does.
    """
    top = growth.top
    if top is not None and top.degree > 0:
        return plain(sympy.oo * direction(growth, regime))
    if growth.floor is not None and growth.floor > Order(0, Kind.POWER):
        raise Open("the elasticity is not known to that order")
    return growth.exponent(Kind.POWER)


def leading_elasticity(growth: Growth, x: sympy.Symbol, regime: Regime) -> SignedSum:
    """Give the leading term of an elasticity that grows without a limit.

    >>> n = sympy.Symbol("n", positive=True)
    >>> leading_elasticity(Growth.base(Product.of(8)), n, Regime()).expr
    3*n*log(2)

    Raises `Open` as `rate_limit` does, and where there is a limit.
    """
    top = growth.top
    if top is None or top.degree == 0:
        raise Open("the elasticity has a limit")
    sign, coefficient = direction(growth, regime), growth.factors[top]
    if isinstance(coefficient, Product):
        logarithms = Product.of(logarithm(coefficient**sign)) * LN2
    else:
        grows = sympy.log(x) if top.kind is Kind.POWER else sympy.log(log2(x))
        logarithms = Product.of(plain(sign * symbolic(coefficient))) * Product.of(grows)
    return SignedSum(((sign, logarithms * Product.of(top.degree) * Product.of(x) ** top.degree),))
