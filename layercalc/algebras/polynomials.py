"""The algebra of path lengths: polynomials in x, where x^k stands for the paths of k layers.

From what a layer is worth times x; to a coefficient for every length. Series multiply, a
merge adds, so it is (+, x) again, with every length kept apart: at x = 1 it is the algebra
of complexity. Whole coefficients stay exact, any other is a float of `BITS` bits whose
exponent has no bound, so that nothing overflows. It does not take a symbolic count: there
(+, x) with x as a symbol gives the closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from layercalc.algebras.powers import NoClosedForm
from layercalc.lazy import sympy
from layercalc.numbers import precision
from layercalc.numbers.scalar import Scalar, symbolic

BITS = 128
#: Products of two polynomials with more pairs of terms than this are not written out.
PAIRS = 1_000_000
#: Whole coefficients have at most so many bits.
LONGEST = 100_000

#: An int, or an mpf.
Coefficient: TypeAlias = Any
#: Exponents, ascending, each with its coefficient.
Polynomial: TypeAlias = tuple[tuple[int, Coefficient], ...]


@dataclass(frozen=True, slots=True)
class Polynomials:
    """Path lengths: times is the product of polynomials, plus the sum; `x` marks a layer.

    >>> x = sympy.Symbol("x")
    >>> algebra = Polynomials(x)
    >>> algebra.power(algebra.plus([algebra.one, algebra.of(x)]), 4)
    ((0, 1), (1, 4), (2, 6), (3, 4), (4, 1))
    """

    x: sympy.Symbol

    @property
    def one(self) -> Polynomial:
        """The one path without layers."""
        return ((0, 1),)

    def of(self, scalar: Scalar) -> Polynomial:
        """Take in a layer: a number times a power of x.

        Raises:
            NoClosedForm: where there are other symbols in it.
        """
        number, exponent = symbolic(scalar).as_coeff_exponent(self.x)
        return ((int(exponent), _coefficient(number)),) if number != 0 else ()

    def times(self, a: Polynomial, b: Polynomial) -> Polynomial:
        """Multiply: lengths add up.

        Raises:
            NoClosedForm: where the product is too long to be written out.
        """
        if len(a) * len(b) > PAIRS:
            raise NoClosedForm("its paths have too many lengths")
        found: dict[int, Coefficient] = {}
        for i, left in a:
            for j, right in b:
                found[i + j] = found.get(i + j, 0) + left * right
        return tuple(sorted(found.items()))

    def plus(self, values: Sequence[Polynomial]) -> Polynomial:
        """Add: paths of one length go together."""
        found: dict[int, Coefficient] = {}
        for value in values:
            for length, coefficient in value:
                found[length] = found.get(length, 0) + coefficient
        return tuple(sorted(found.items()))

    def power(self, a: Polynomial, n: Scalar) -> Polynomial:
        """Multiply with itself by squaring; the power of one term is one term.

        Raises:
            NoClosedForm: for a symbolic n, and for one that is longer than a coefficient is exact.
        """
        if not isinstance(n, int):
            raise NoClosedForm("the length of its paths is a symbol")
        if n.bit_length() > BITS:
            raise NoClosedForm("its paths are too long")
        if len(a) == 1:
            ((length, coefficient),) = a
            if isinstance(coefficient, int) and coefficient.bit_length() * n > LONGEST + n:
                raise NoClosedForm("its paths are too many")
            return ((length * n, coefficient**n),)
        result = self.one
        while n:
            result = self.times(result, a) if n & 1 else result
            n >>= 1
            a = self.times(a, a) if n else a
        return result


def _coefficient(number: sympy.Expr) -> Coefficient:
    if number.free_symbols:
        raise NoClosedForm("what its layers are worth is a symbol")
    if number.is_Integer:
        return int(number)
    if number.is_Rational:
        return precision.own(BITS).mpf(int(number.p)) / int(number.q)
    return precision.own(BITS).mpf(str(number.evalf(BITS // 3)))
