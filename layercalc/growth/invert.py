"""Which argument gives a closed form a value, exactly: where the form is simple enough.

From: a closed form, its one symbol and a target. To: the exact solutions. It solves what is
linear or quadratic, a multiple of a power, and an exponential whose exponents are linear;
of anything else it gives none.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from layercalc.forms.node import Join
from layercalc.forms.product import ONE, Product
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, plain, symbolic


def inverse(value: Product | Scalar, x: sympy.Symbol, target: Product) -> Sequence[Scalar]:
    """Give the exact arguments at which a closed form has a value.

    >>> n = sympy.Symbol("n", positive=True)
    >>> inverse(3 * n + 5, n, Product.of(35)), inverse(2 * n**2, n, Product.of(98))
    ([10], [7])
    >>> inverse(Product.of(8) ** (n - 1), n, Product.of(2) ** 400)
    [Fraction(403, 3)]
    """
    if isinstance(value, Product):
        power = _power(value, x)
        if power is not None:
            rest, degree = power
            return [_root(target / rest, degree)]
        return _exponential(value, x, target)
    rational = target.rational()
    above, below = symbolic(value).as_numer_denom()
    if rational is None or not (above.is_polynomial(x) and below.is_polynomial(x)):
        return []
    return _polynomial(above - symbolic(rational) * below, x)


def _power(value: Product, x: sympy.Symbol) -> tuple[Product, Fraction] | None:
    """Read a product as rest * x^degree, None where it is not that."""
    degree = Fraction(value.groups.get(1, {}).get(x, 0))
    rest = value / Product.of(x) ** plain(symbolic(degree))
    return (rest, degree) if degree and x not in rest.free_symbols else None


def _root(value: Product, degree: Fraction) -> Scalar:
    found = value ** (1 / degree)
    rational = found.rational()
    return rational if rational is not None else plain(found.to_sympy())


def _exponential(value: Product, x: sympy.Symbol, target: Product) -> Sequence[Scalar]:
    """Solve rest * B^(a x + b) = target by its logarithm."""
    slope, rest = ONE, ONE
    for exponent, monomial in value.groups.items():
        line, inner = symbolic(exponent), Product({1: monomial})
        if x in inner.free_symbols or not line.is_polynomial(x) or sympy.degree(line, x) > 1:
            return []
        rise = line.coeff(x)
        slope *= inner ** plain(rise)
        rest *= inner ** plain(sympy.expand(line - rise * x))
    if slope.is_one:
        return []
    needed = target / rest
    whole = _ratio(needed, slope)
    return [whole if whole is not None else plain(_log2(needed) / _log2(slope))]


def _ratio(a: Product, b: Product) -> Fraction | int | None:
    """Give r where a = b^r is seen from their factors."""
    left, right = a.groups.get(1, {}), b.groups.get(1, {})
    if set(left) != set(right):
        return 0 if a.is_one else None
    ratios = {Fraction(left[base]) / right[base] for base in right}
    if len(ratios) != 1:
        return None
    found = plain(symbolic(ratios.pop()))
    return found if isinstance(found, int | Fraction) else None


def _log2(value: Product) -> sympy.Expr:
    """Write log2 of a product as a sum over its factors."""
    monomial = value.groups.get(1, {})
    terms = [
        symbolic(power) * log2(base.to_sympy() if isinstance(base, Join) else symbolic(base))
        for base, power in monomial.items()
    ]
    return sympy.Add(*terms)


def _polynomial(expression: sympy.Expr, x: sympy.Symbol) -> Sequence[Scalar]:
    """Solve a polynomial of degree 1 or 2, or a x^d + c: its positive solutions."""
    coefficients = sympy.Poly(expression, x).all_coeffs()
    top, *_, last = coefficients
    degree = len(coefficients) - 1
    if degree == 1 or (degree > 2 and not any(coefficients[1:-1])):
        ratio = -last / top
        return [plain(ratio ** sympy.Rational(1, degree))] if ratio > 0 else []
    if degree != 2:
        return []
    square = coefficients[1] ** 2 - 4 * top * last
    if square < 0:
        return []
    roots = [(-coefficients[1] + sign * sympy.sqrt(square)) / (2 * top) for sign in (1, -1)]
    return [plain(root) for root in dict.fromkeys(roots) if root > 0]
