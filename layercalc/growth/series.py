"""The leading terms of what loops come to: factorials, geometric sums, recurrences, sums and products.

From sympy functions of `numbers.special` and `forms.series`; to growths. Promises: the
constant is exact where there is one; where a series converges, or only the leading part of
a logarithm is known, the growth has a floor. Sources: Stirling's formula; for sums the
Euler-Maclaurin formula's first term; for recurrences the dominant eigenvalue.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import reduce
from typing import Any

from layercalc.forms.product import ONE, Product
from layercalc.forms.series import FACTORED, product_over, sum_over
from layercalc.growth.growth import Growth, Kind, Order, add, as_fraction, compare
from layercalc.growth.reader import Leading, Reader
from layercalc.growth.regime import Open
from layercalc.lazy import mpmath, sympy
from layercalc.numbers import precision
from layercalc.numbers.log2 import log2
from layercalc.numbers.rational import whole
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.numbers.special import geometric, recurrence, rising

#: Digits of an eigenvalue that has no radicals.
EIGENVALUE_DIGITS = 60


def _rising(reader: Leading, expression: sympy.Expr) -> Growth:
    """Read Gamma(x + n) / Gamma(x)."""
    start, count = expression.args
    return _gamma(reader, start + count).times(_gamma(reader, start).power(-1))


def _gamma(reader: Leading, z: sympy.Expr) -> Growth:
    """Read Gamma(z) by Stirling: Gamma(a x + s) ~ sqrt(2 pi) (a x)^(a x + s - 1/2) e^(-a x)."""
    x = reader.x
    if x not in z.free_symbols:
        return Growth.of(Product.of(rising(sympy.S.One, z - 1)))
    slope = sympy.expand(z).coeff(x) if z.is_polynomial(x) and sympy.degree(z, x) == 1 else None
    if slope is None:
        return _gamma_of(reader.expression(z), z)
    if reader.regime.sign(plain(slope)) < 0:
        raise Open("a factorial of what falls")
    power = plain(sympy.expand(z - slope * x) - sympy.Rational(1, 2))
    constant = Product.of(2 * sympy.pi) ** plain(sympy.Rational(1, 2))
    scale = Growth.of(constant * Product.of(slope) ** power)
    base = (Product.of(plain(slope)) * Product.of(sympy.E) ** -1) ** plain(slope)
    made = scale.times(Growth.base(base)).times(Growth.variable(power))
    return made.times(Growth.variable(plain(slope), degree=1)).inexact()


def _gamma_of(growth: Growth, z: sympy.Expr) -> Growth:
    """Read Gamma of what is not linear: only the leading part of its logarithm, z log2 z."""
    degree = as_fraction(growth.exponent(Kind.POWER))
    if len(growth.factors) != 1 or degree is None:
        if growth.factors:
            raise Open(f"a factorial of {z}".replace("**", "^"))
        return Growth.of(Product.of(rising(sympy.S.One, growth.constant.to_sympy() - 1))).inexact()
    if degree < 0:  # Gamma(z) ~ 1 / z at 0
        return growth.power(-1).inexact()
    slope = plain(growth.constant.to_sympy() * symbolic(degree))
    return Growth.variable(slope, degree=whole(degree)).known_to(Order(whole(degree), Kind.POWER))


def _geometric(reader: Leading, expression: sympy.Expr) -> Growth:
    """Read 1 + q + ... + q^(n - 1): its last term, its first one, or n, by what q comes to."""
    ratio, count = expression.args
    growth = reader.expression(ratio)
    top = growth.top
    moving = reader.x in count.free_symbols
    if top is not None:
        if reader.regime.sign(_exponent(growth, top)) < 0:
            return Growth().inexact()
        return reader.raised_to(ratio, count - 1).inexact()
    if not moving:
        return Growth.of(plain(geometric(growth.constant.to_sympy(), count))).inexact()
    limit = symbolic(growth.constant.to_sympy())
    sign = reader.regime.compare(growth.constant, ONE)
    if sign == 0 and growth.exact:
        return reader.expression(count)
    if sign == 0:
        raise Open("a geometric sum whose ratio tends to 1")
    if sign < 0:
        return Growth.of(plain(1 / (1 - limit))).inexact()
    return reader.raised_to(ratio, count).times(Growth.of(plain(1 / (limit - 1)))).inexact()


def _exponent(growth: Growth, order: Order) -> Scalar:
    if order.kind is Kind.BASE:
        return plain(log2(growth.rate(order.degree).to_sympy()))
    return growth.exponent(order.kind, order.degree)


def _recurrence(reader: Leading, expression: sympy.Expr) -> Growth:
    """Read h(n) by its dominant eigenvalue r: r^n times r / (r - s) for each other eigenvalue s."""
    count, *coefficients = expression.args
    if any(reader.x in coefficient.free_symbols for coefficient in coefficients):
        return _growing_recurrence(reader, count, _rational_eigenvalues(reader, coefficients))
    root, times, others = _eigenvalues(reader, coefficients)
    made = reader.raised_to(root, count)
    if times > 1:
        length = reader.expression(count).power(times - 1)
        made = made.times(length).times(Growth.of(plain(1 / sympy.factorial(times - 1))))
    factors = [root / (root - other) for other in others]
    return made.times(Growth.of(plain(sympy.Mul(*factors)))).inexact()


def _growing_recurrence(reader: Leading, count: sympy.Expr, roots: list[sympy.Expr]) -> Growth:
    """Read h(n) where the eigenvalues grow: the paths that stay at the greatest one count."""
    if reader.x in count.free_symbols:
        raise Open("a recurrence whose coefficients and length both grow")
    read = [reader.expression(root) for root in roots]
    best = reduce(lambda a, b: a if compare(a, b, reader.regime) >= 0 else b, read)
    same = [
        root for root, growth in zip(roots, read, strict=True) if not compare(best, growth, reader.regime)
    ]
    if len(set(same)) > 1:
        raise Open("a recurrence with eigenvalues that grow alike")
    paths = sympy.Mul(*(count + k for k in range(1, len(same)))) / sympy.factorial(len(same) - 1)
    return reader.raised_to(same[0], count).times(reader.expression(sympy.expand(paths))).inexact()


def _rational_eigenvalues(reader: Leading, coefficients: list[sympy.Expr]) -> list[sympy.Expr]:
    """Give the eigenvalues where the characteristic polynomial comes apart into lines, all positive."""
    x, order = sympy.Dummy("x"), len(coefficients)
    written = x**order - sympy.Add(*(c * x ** (order - k) for k, c in enumerate(coefficients, start=1)))
    if sympy.count_ops(written) > FACTORED:
        raise Open("the eigenvalues of a long recurrence")
    roots: list[sympy.Expr] = []
    for part, times in sympy.factor_list(sympy.expand(written))[1]:
        if sympy.degree(part, x) != 1:
            raise Open("the eigenvalues of a recurrence depend on symbols, and are no rational functions")
        line = sympy.Poly(part, x)
        root = sympy.cancel(-line.coeff_monomial(1) / line.coeff_monomial(x))
        if reader.regime.sign(plain(root)) <= 0:
            raise Open("a recurrence with an eigenvalue that is not positive")
        roots += [root] * times
    return roots


def _eigenvalues(reader: Leading, coefficients: list[sympy.Expr]) -> tuple[sympy.Expr, int, list[sympy.Expr]]:
    """Give the dominant eigenvalue, how often it is one, and the others."""
    if len(coefficients) > 2:
        if any(coefficient.free_symbols for coefficient in coefficients):
            return _dominant(reader, _rational_eigenvalues(reader, coefficients))
        with suppress(Open):
            return _dominant(reader, _rational_eigenvalues(reader, coefficients))
        return _numeric_eigenvalues(coefficients)
    first, second = coefficients
    square = sympy.factor_list(sympy.expand(first**2 + 4 * second))
    content, parts = square
    root = sympy.sqrt(content) * sympy.Mul(*(base ** sympy.Rational(times, 2) for base, times in parts))
    if root.is_zero:
        return first / 2, 2, []
    if not root.free_symbols and not root.is_real:
        raise Open("a recurrence with complex eigenvalues")
    above, below = (sympy.expand((first + sign * root) / 2) for sign in (1, -1))
    if reader.regime.sign(plain(root)) < 0:
        above, below = below, above
    return above, 1, [below]


def _dominant(reader: Leading, roots: list[sympy.Expr]) -> tuple[sympy.Expr, int, list[sympy.Expr]]:
    def better(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return a if reader.regime.compare(Product.of(a), Product.of(b)) >= 0 else b

    best = reduce(better, roots)
    return best, roots.count(best), [root for root in roots if root != best]


def _numeric_eigenvalues(coefficients: list[sympy.Expr]) -> tuple[sympy.Expr, int, list[sympy.Expr]]:
    """Find the eigenvalues of a higher order as rationals of `EIGENVALUE_DIGITS` digits."""
    with precision.digits(2 * EIGENVALUE_DIGITS):
        numbers = [mpmath.mpf(1), *(-mpmath.mpf(c.evalf(2 * EIGENVALUE_DIGITS)._mpf_) for c in coefficients)]
        roots = sorted(mpmath.polyroots(numbers, maxsteps=500, extraprec=500), key=abs, reverse=True)
        root = roots[0]
        apart = mpmath.mpf(10) ** (-EIGENVALUE_DIGITS // 2) * abs(root)
        if abs(mpmath.im(root)) > apart or abs(abs(roots[1]) - abs(root)) < apart:
            raise Open("a recurrence without one dominant eigenvalue")
        # p'(r) / r^(k - 1) as one factor 1 - other / r
        scale = reduce(lambda a, b: a * (1 - b / root), roots[1:], mpmath.mpf(1))
        value, shrunk = _rational(mpmath.re(root)), _rational(mpmath.re(scale))
    return value, 1, [value * (1 - shrunk)]


def _rational(value: Any) -> sympy.Rational:
    scale = 10**EIGENVALUE_DIGITS
    return sympy.Rational(int(mpmath.nint(value * scale)), scale)


def _sum(reader: Leading, expression: sympy.Expr) -> Growth:
    index, last = _rounds(expression)
    term = expression.function
    if reader.x not in last.free_symbols:
        growth = reader.expression(term)
        if growth.floor is not None or any(index in _free(c) for c in growth.factors.values()):
            raise Open("which term of a sum leads depends on the round")
        constant = sum_over(growth.sign * growth.constant.to_sympy(), index, last + 1)
        return Growth(factors=growth.factors, exact=growth.exact).times(Growth.of(constant))
    if reader.x in term.free_symbols:
        return _both_grow(reader, term, index, last)
    growth = reader.over(index).expression(term)
    made = _summed(reader, growth, index, last)
    return made.known_to(growth.floor).inexact()


def _both_grow(reader: Leading, term: sympy.Expr, index: sympy.Symbol, last: sympy.Expr) -> Growth:
    """Add terms that fall from both ends inward, or from one to the other: those at the ends count.

    The ratio of a term to the one before it is monotone in the round, so that it lies between
    its values at the ends, and all inner terms together vanish beside those at the ends.
    """
    product = Product.of(term)
    ratio = _monotone_ratio(product, index)
    length = reader.expression(last)
    first, final = (reader.of(ratio.substitute({index: place})) for place in (sympy.S.Zero, last - 1))
    falls, rises = (_vanishes(reader, length.times(g)) for g in (first, final.power(-1)))
    if not (falls or rises) or not (
        (falls or _is_below_one(reader, first.power(-1))) and (rises or _is_below_one(reader, final))
    ):
        raise Open("a sum whose terms and length both grow")
    ends = [place for place, counts in ((sympy.S.Zero, falls), (last, rises)) if counts]
    return add([reader.of(product.substitute({index: place})) for place in ends], reader.regime).inexact()


def _vanishes(reader: Leading, growth: Growth) -> bool:
    """Tell whether a quantity falls to 0."""
    return growth.top is not None and reader.regime.sign(_exponent(growth, growth.top)) < 0


def _is_below_one(reader: Leading, growth: Growth) -> bool:
    """Tell whether a quantity falls to 0 or tends to what is below 1."""
    if growth.top is None:
        return growth.floor is None and reader.regime.compare(growth.constant, ONE) < 0
    return _vanishes(reader, growth)


def _monotone_ratio(term: Product, index: sympy.Symbol) -> Product:
    """Give the ratio of a term to the one before it where it rises or falls throughout.

    It does where the round stands in exponents only, to the second power at most.
    """
    made = ONE
    for exponent, monomial in term.groups.items():
        rise = sympy.expand(symbolic(exponent).subs(index, index + 1) - symbolic(exponent))
        inner = Product({1: monomial})
        if index in inner.free_symbols or not rise.is_polynomial(index) or sympy.degree(rise, index) > 1:
            raise Open("a sum whose terms and length both grow")
        made *= inner ** plain(rise)
    return made


def _summed(reader: Leading, growth: Growth, index: sympy.Symbol, last: sympy.Expr) -> Growth:
    """Add up f(0) to f(last) where f grows so: N f(N) / (d + 1) for powers, f(N) / (B - 1) for B^i."""
    top, sign = growth.top, Growth(sign=growth.sign)
    term, end = growth.told(index), last + 1

    def at(place: sympy.Expr) -> Growth:
        return sign.times(reader.of(term.substitute({index: place})))

    if top is None or top.degree == 0:
        degree = growth.exponent(Kind.POWER)
        above = reader.regime.sign(plain(symbolic(degree) + 1))
        if above > 0:
            return at(end).times(reader.expression(end)).times(Growth.of(plain(1 / (symbolic(degree) + 1))))
        logs = plain(symbolic(growth.exponent(Kind.LOG)) + 1)
        if above == 0 and reader.regime.sign(logs) > 0:
            length = Product.of(log2(end)) ** logs * Product.of(sympy.log(2) / symbolic(logs))
            return sign.times(reader.of(length * growth.constant))
    elif reader.regime.sign(_exponent(growth, top)) > 0:
        if top != Order(1, Kind.BASE):
            return at(last)
        return at(end).times(Growth.of(plain(1 / (growth.rate().to_sympy() - 1))))
    return Growth(floor=Order(0, Kind.BASE), exact=False)  # it converges, to what is not known


def _product(reader: Leading, expression: sympy.Expr) -> Growth:
    index, last = _rounds(expression)
    term = expression.function
    if reader.x not in last.free_symbols:
        growth = reader.expression(term)
        factors = {
            order: product_over(c, index, last + 1)
            if isinstance(c, Product)
            else sum_over(c, index, last + 1)
            for order, c in growth.factors.items()
        }
        constant = product_over(growth.constant, index, last + 1)
        return Growth(constant, factors, exact=growth.exact).known_to(growth.floor)
    if reader.x in term.free_symbols or not last.is_polynomial(reader.x) or sympy.degree(last, reader.x) != 1:
        raise Open("a product whose factors and length both grow")
    growth = reader.over(index).expression(term)
    with_logs = any(order.kind is Kind.LOG for order in growth.factors)
    if growth.floor is None and not with_logs and _settles(reader, term, growth, index):
        shifted = growth.told(index).substitute({index: index + 1})  # the leading part may be 0 at round 0
        closed = product_over(shifted, index, last)
        if not any(isinstance(base, sympy.Product) for inner in closed.groups.values() for base in inner):
            return reader.of(closed).known_to(Order(0, Kind.BASE))
    return _multiplied(reader, growth, index, last + 1)


def _settles(reader: Leading, term: sympy.Expr, growth: Growth, index: sympy.Symbol) -> bool:
    """Tell whether the product of the terms over their leading parts converges.

    It does where they differ by a share that falls exponentially, or faster than 1/i.
    """
    rest = sympy.expand(term - growth.sign * growth.told(index).to_sympy())
    if rest == 0:
        return True
    part = reader.over(index).expression(rest).times(growth.power(-1))
    top = part.top
    if top is None:
        return False
    exponent = _exponent(part, top)
    if top.degree == 0:
        exponent = plain(symbolic(exponent) + 1) if top.kind is Kind.POWER else 0
    return reader.regime.sign(exponent) < 0


def _multiplied(reader: Leading, growth: Growth, index: sympy.Symbol, end: sympy.Expr) -> Growth:
    """Multiply f(0) to f(last) where f grows so.

    The sum of i^j is N^(j + 1) / (j + 1), that of i^j log2 i this times log2 N - log2(e) / (j + 1).
    """
    made = Growth()
    for order, coefficient in {**growth.factors, Order(0, Kind.BASE): growth.constant}.items():
        top = whole(order.degree + 1)
        part = plain(1 / symbolic(top))
        if isinstance(coefficient, Product):
            made = made.times(Growth.base(coefficient**part, top))
            continue
        exponent = symbolic(coefficient) * symbolic(part)
        made = made.times(Growth.variable(plain(exponent), order.kind, top))
        if order.kind is Kind.POWER:
            euler = Product.of(sympy.E) ** plain(-exponent * symbolic(part))
            made = made.times(Growth.base(euler, top))
    highest = max((order.degree for order in growth.factors), default=0)
    kind = Kind.LOG if any(order.kind is Kind.LOG for order in growth.factors) else Kind.BASE
    floor = Order(whole(highest + 1), kind)
    made = made.known_to(floor, growth.floor)
    return reader.of(made.told(index).substitute({index: end})).known_to(floor)


def _rounds(expression: sympy.Expr) -> tuple[sympy.Symbol, sympy.Expr]:
    ((index, first, last),) = expression.limits
    if first != 0:
        raise Open("a series that does not start at 0")
    return index, last


def _free(coefficient: Product | Scalar) -> Any:
    return (
        coefficient.free_symbols if isinstance(coefficient, Product) else symbolic(coefficient).free_symbols
    )


#: How the functions that come from loops are read.
FUNCTIONS: Mapping[type, Reader] = {
    rising: _rising,
    geometric: _geometric,
    recurrence: _recurrence,
    sympy.Sum: _sum,
    sympy.Product: _product,
}
