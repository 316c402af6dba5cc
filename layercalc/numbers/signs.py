"""The signs of sympy's products and sums, deduced from their parts.

From expressions; to parts that are not negative, as far as that can be had, and to whether
one can be 0. A difference whose sign is not known is taken to be positive, as the quantity
it stands for.
"""

from __future__ import annotations

from layercalc.lazy import sympy
from layercalc.numbers.expansion import one_power
from layercalc.numbers.log2 import log2
from layercalc.numbers.polynomial import Bounds, TooLarge, least, polynomial


def plainly_nonnegative(expression: sympy.Expr) -> bool:
    """Tell whether sums and products of what is not negative show that an expression is not.

    sympy looks for the roots of a sum whose terms differ in sign, which can take minutes.

    >>> a, b = sympy.symbols("a b", positive=True)
    >>> plainly_nonnegative(a * (b + 1)), plainly_nonnegative((a - b) ** 2)
    (True, False)
    """
    if expression.is_Add or expression.is_Mul:
        return all(map(plainly_nonnegative, expression.args))
    if expression.is_Pow and not expression.base.is_Atom:
        return plainly_nonnegative(expression.base)
    return bool(expression.is_nonnegative)


def positive_parts(product: sympy.Mul) -> list[sympy.Expr]:
    """List the factors of a product, a leading minus sign moved into a difference.

    >>> a, b, c = sympy.symbols("a b c", positive=True)
    >>> positive_parts(-a * (b - c))
    [1, a, -b + c]

    Raises:
        ValueError: if the product is negative.
    """
    number, parts = product.as_coeff_mul()
    parts = list(parts)
    for place, part in enumerate(parts):
        if number < 0 and part.is_Add and not part.is_nonnegative:
            number, parts[place] = -number, -part
    if number < 0:
        raise ValueError(f"a closed form is never negative, and this is {product}")
    return [number, *parts]


def standard(expression: sympy.Expr) -> sympy.Expr:
    """Write powers of a number as one, and what is below 0 with a minus sign before it.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> standard(sympy.floor(-n / 3))
    -ceiling(n/3)
    """
    return turned(expression if expression.is_Pow or expression.is_Mul else one_power(expression))


def turned(expression: sympy.Expr) -> sympy.Expr:
    """Write the floor of what is below 0 as a ceiling with a minus sign, and the ceiling as a floor.

    >>> m = sympy.Symbol("m", positive=True, integer=True)
    >>> turned(m * sympy.floor(-m / 3 - sympy.Rational(1, 3)))
    -m*ceiling(m/3 + 1/3)
    """
    other = {sympy.floor: sympy.ceiling, sympy.ceiling: sympy.floor}
    below = {part: -other[part.func](-part.args[0]) for part in expression.atoms(*other) if _is_below(part)}
    return expression.xreplace(below) if below else expression


def _is_below(rounded: sympy.Expr) -> bool:
    """Tell whether all terms under a rounding are negative."""
    terms = sympy.Add.make_args(rounded.args[0])
    return all(term.as_coeff_Mul()[0] < 0 and term.is_nonpositive for term in terms)


def signed_terms(total: sympy.Add) -> list[tuple[int, sympy.Expr]]:
    """List the terms of a sum, the signs of their coefficients apart.

    >>> signed_terms(sympy.Symbol("n") - 35)
    [(-1, 35), (1, n)]

    Raises:
        ValueError: if no term is positive.
    """
    signs = [(-1 if term.as_coeff_Mul()[0] < 0 else 1, term) for term in total.args]
    if all(sign < 0 for sign, _ in signs):
        raise ValueError(f"a closed form is never negative, and this is {total}")
    return [(sign, sign * term) for sign, term in signs]


def surely_positive(expression: sympy.Expr) -> bool:
    """Tell whether the signs and the least values of symbols show that an expression is above 0.

    >>> a, w = sympy.Symbol("a"), sympy.Symbol("w", positive=True, integer=True)
    >>> surely_positive(log2(9 * w)), surely_positive(3 * w - 2), surely_positive(a * w)
    (True, True, False)
    """
    if expression.is_Mul:
        return all(map(surely_positive, expression.args))
    if expression.is_Pow:
        return surely_positive(expression.base)
    if isinstance(expression, log2):
        return surely_positive(expression.args[0] - 1)
    if not expression.is_Add:
        return bool(expression.is_positive)
    if all(map(plainly_nonnegative, expression.args)):
        return any(map(surely_positive, expression.args))
    try:
        low = least(polynomial(expression), _bounds)
    except TooLarge:
        return False
    return low is not None and low > 0


def _bounds(generator: sympy.Expr) -> Bounds:
    if not generator.is_nonnegative:
        return Bounds()
    return Bounds(1 if generator.is_positive and generator.is_integer else 0)


def may_vanish(expression: sympy.Expr) -> bool:
    """Tell whether an expression can be 0; a difference is taken not to be, as the size it stands for.

    >>> a, w = sympy.Symbol("a", real=True), sympy.Symbol("w", positive=True, integer=True)
    >>> may_vanish(a * w), may_vanish(log2(w)), may_vanish(log2(w + 1)), may_vanish(w - 3), may_vanish(a + 1)
    (True, True, False, False, False)
    """
    if expression.is_Mul:
        return any(map(may_vanish, expression.args))
    if expression.is_Pow:
        return may_vanish(expression.base)
    if expression.is_Add:
        is_size = any(term.as_coeff_Mul()[0] < 0 for term in expression.args)
        is_size = is_size and all(symbol.is_nonnegative for symbol in expression.free_symbols)
        return not is_size and all(map(may_vanish, expression.args))
    return not surely_positive(expression)
