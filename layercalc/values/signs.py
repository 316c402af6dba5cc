"""The signs of sympy's products and sums, read off their parts.

From expressions; to parts that are not negative, as far as that can be had. A difference
whose sign is not known is taken to be positive, as the quantity it stands for.
"""

from __future__ import annotations

import sympy


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
