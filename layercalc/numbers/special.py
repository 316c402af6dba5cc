"""What a product or a sum over rounds comes to, where a power is not enough.

From exact arguments; to sympy functions that stay as they are until they are
numbers. Promises: nothing vast is multiplied out, and each is right where its
textbook quotient is singular (a geometric sum at ratio 1, a recurrence at equal
eigenvalues). It does not look for closed forms: `forms.series` does.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

from layercalc.lazy import mpmath, sympy
from layercalc.numbers import precision
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import plain, symbolic
from layercalc.numbers.signs import plainly_nonnegative

__all__ = ["digamma", "geometric", "log2", "outermost", "recurrence", "rising"]

#: Up to so many factors or terms are written out.
WRITTEN = 16
#: Up to so many where sums are multiplied.
WRITTEN_SUMS = 3
#: Exact numbers are given below this many bits.
EXACT_BITS = 4096
#: Bits beyond those asked for.
GUARD = 64


class rising(sympy.Function):  # type: ignore[misc]  # noqa: N801  (sympy names functions as they are written)
    """The rising factorial x (x + 1) ... (x + n - 1), the Pochhammer symbol; rising(1, n) is n!.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> rising(3, n), rising(3, 4), rising(n, 2)
    (rising(3, n), 360, n*(n + 1))
    """

    nargs = 2

    @classmethod
    def eval(cls, x: Any, n: Any) -> Any:
        """Write short products out, None for the others."""
        if x.is_zero and n.is_positive:
            return sympy.S.Zero
        if n.is_Integer and 0 <= n <= WRITTEN:
            return sympy.Mul(*(x + k for k in range(int(n))))
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        """Differentiate through the digamma function."""
        x, n = self.args
        slope = digamma(x + n)
        return self * (slope - digamma(x) if argindex == 1 else slope)

    def _eval_is_positive(self) -> bool | None:
        x, n = self.args
        return True if x.is_positive and n.is_nonnegative else None

    def _eval_is_integer(self) -> bool | None:
        x, n = self.args
        return True if x.is_integer and n.is_integer and n.is_nonnegative else None

    def _eval_rewrite_as_gamma(self, x: Any, n: Any, **_: Any) -> Any:
        return sympy.gamma(x + n) / sympy.gamma(x)

    def _eval_rewrite_as_tractable(self, x: Any, n: Any, limitvar: Any = None, **_: Any) -> Any:
        return self._eval_rewrite_as_gamma(x, n).rewrite("tractable", deep=True)

    def _eval_evalf(self, prec: int) -> Any:
        bits = _bits_for(prec, abs(_magnitude(self.args[1])))
        x, n = (_real(argument, bits) for argument in self.args)
        with precision.bits(bits):
            return _float(mpmath.gammaprod([x + n], [x]), prec)


class digamma(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """The derivative of log Gamma(x): 1 + 1/2 + ... + 1/(n - 1) less Euler's constant at a whole n.

    >>> n = sympy.Symbol("n", positive=True)
    >>> digamma(n), digamma(1).evalf(5)
    (digamma(n), -0.57722)
    """

    nargs = 1

    def _eval_is_positive(self) -> bool | None:
        return True if (self.args[0] - 2).is_nonnegative else None

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_positive else None

    def _eval_evalf(self, prec: int) -> Any:
        bits = _bits_for(prec, 0)
        x = _real(self.args[0], bits)
        with precision.bits(bits):
            return _float(mpmath.digamma(x), prec)


class geometric(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """The geometric sum 1 + q + ... + q^(n - 1); n at ratio 1.

    >>> n, q = sympy.symbols("n q", positive=True)
    >>> geometric(1, n), geometric(2, 10), geometric(q, 3), geometric(q, n)
    (n, 1023, q**2 + q + 1, geometric(q, n))
    """

    nargs = 2

    @classmethod
    def eval(cls, q: Any, n: Any) -> Any:
        """Give n at ratio 1, write short sums of positive terms out, None for the others."""
        if q is sympy.S.One:
            return n
        if q is sympy.S.NegativeOne and n.is_Integer:
            return n % 2
        if n.is_Integer and 0 <= n <= WRITTEN and (n <= 1 or q.is_Rational or q.is_nonnegative):
            return sympy.Add(*(q**k for k in range(int(n))))
        if q.is_Rational and n.is_Integer and n > 0 and _bits(q) * int(n) <= EXACT_BITS:
            return (q**n - 1) / (q - 1)
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        """Differentiate: the sum of i q^(i - 1) by q, the quotient by n."""
        q, n = self.args
        if argindex == 1:
            return recurrence(n - 2, 1 + 2 * q, -(q**2) - 2 * q, q**2)
        return q**n * sympy.log(q) / (q - 1)

    def _eval_is_positive(self) -> bool | None:
        q, n = self.args
        return True if plainly_nonnegative(q) and n.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        q, n = self.args
        return True if plainly_nonnegative(q) and n.is_nonnegative else None

    def _eval_is_integer(self) -> bool | None:
        q, n = self.args
        return True if q.is_integer and n.is_integer and n.is_nonnegative else None

    def _eval_rewrite_as_Pow(self, q: Any, n: Any, **_: Any) -> Any:  # noqa: N802  (sympy's name)
        return (q**n - 1) / (q - 1)

    def _eval_rewrite_as_tractable(self, q: Any, n: Any, limitvar: Any = None, **_: Any) -> Any:
        return self._eval_rewrite_as_Pow(q, n).rewrite("tractable", deep=True)

    def _eval_evalf(self, prec: int) -> Any:
        bits = _bits_for(prec, abs(_magnitude(self.args[1])))
        q, n = (_real(argument, bits) for argument in self.args)
        with precision.bits(bits):
            if q <= 0:
                return _float((q**n - 1) / (q - 1), prec)
            slope = mpmath.log(q)
            return _float(mpmath.expm1(n * slope) / mpmath.expm1(slope) if slope else n, prec)


class recurrence(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """The sequence h(n) = c1 h(n - 1) + ... + ck h(n - k) from h(0) = 1, which is 0 before.

    It is the complete homogeneous symmetric polynomial of degree n in the eigenvalues, the
    roots of x^k = c1 x^(k - 1) + ... + ck, whether these are distinct or not.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> recurrence(10, 1, 1), recurrence(n, 3), recurrence(n, 1, 1)
    (89, 3**n, recurrence(n, 1, 1))
    """

    nargs = tuple(range(2, 12))

    @classmethod
    def eval(cls, n: Any, *coefficients: Any) -> Any:
        """Give short sequences and powers, None for the others."""
        if n.is_negative:
            return sympy.S.Zero
        if coefficients[-1].is_zero and len(coefficients) > 1:
            return cls(n, *coefficients[:-1])
        if len(coefficients) == 1:
            return coefficients[0] ** n
        if n.is_Integer and (stride := cls._stride(coefficients)) > 1:
            return sympy.S.Zero if n % stride else cls(n / stride, *coefficients[stride - 1 :: stride])
        written = WRITTEN_SUMS if any(c.has(sympy.Add) for c in coefficients) else WRITTEN
        if n.is_Integer and (n <= written or cls._is_short(int(n), coefficients)):
            return sympy.expand(cls._iterated(int(n), coefficients))
        return None

    @staticmethod
    def _stride(coefficients: tuple[Any, ...]) -> int:
        """Give the distance of the values that are not zero for want of coefficients between."""
        return math.gcd(*(place for place, c in enumerate(coefficients, start=1) if not c.is_zero))

    @staticmethod
    def _is_short(n: int, coefficients: tuple[Any, ...]) -> bool:
        rational = all(c.is_Rational for c in coefficients)
        return rational and n * max(map(_bits, coefficients)) <= EXACT_BITS

    @staticmethod
    def _iterated(n: int, coefficients: tuple[Any, ...]) -> Any:
        past = [sympy.S.One]
        for _ in range(n):
            terms = zip(coefficients, reversed(past), strict=False)
            past.append(sympy.expand(sympy.Add(*(c * h for c, h in terms))))
        return past[n]

    def _eval_is_positive(self) -> bool | None:
        n, first, *others = self.args
        return (
            True if n.is_nonnegative and first.is_positive and all(c.is_nonnegative for c in others) else None
        )

    def _eval_is_nonnegative(self) -> bool | None:
        return True if all(c.is_nonnegative for c in self.args[1:]) else None

    def _eval_is_integer(self) -> bool | None:
        return True if all(argument.is_integer for argument in self.args) else None

    def _eval_evalf(self, prec: int) -> Any:
        n, *coefficients = self.args
        if not n.is_Integer:
            return None
        bits = _bits_for(prec, 4 * abs(_magnitude(n)))
        order = len(coefficients)
        with precision.bits(bits):
            companion = mpmath.zeros(order)
            for place, coefficient in enumerate(coefficients):
                companion[0, place] = _real(coefficient, bits)
                if place:
                    companion[place, place - 1] = 1
            return _float((companion ** int(n))[0, 0], prec)


def outermost(series: sympy.Expr) -> tuple[sympy.Expr, sympy.Tuple]:
    """Split a sum or product into its term and its outermost index; sympy merges nested sums into one.

    >>> i, j, n = sympy.symbols("i j n")
    >>> outermost(sympy.Sum(sympy.Sum(1 / (i + j + 1), (j, 0, i)), (i, 0, n)))
    (Sum(1/(i + j + 1), (j, 0, i)), (i, 0, n))
    """
    *inner, rounds = series.limits
    return (series.func(series.function, *inner) if inner else series.function), rounds


def _bits_for(prec: int, more: int) -> int:
    """Give the bits to reckon with, in steps, so that a long constant is taken once for many numbers."""
    return GUARD * (1 - (-(prec + more) // GUARD))


@lru_cache(maxsize=1 << 10)
def _real(argument: Any, bits: int) -> Any:
    """Give a constant as an mpmath number of so many bits."""
    with precision.bits(bits):
        value = plain(argument)
        if isinstance(value, int | Fraction):
            return mpmath.mpf(value.numerator) / value.denominator
        return mpmath.mpf(symbolic(value).evalf(int(bits * 0.302) + 5)._mpf_)


def _float(value: Any, prec: int) -> Any:
    return sympy.Float._new(value._mpf_, prec)


def _bits(value: Any) -> int:
    return int(value.p).bit_length() + int(value.q).bit_length()


def _magnitude(value: Any) -> int:
    """Give the bits before the point of a constant."""
    return int(abs(value.evalf(3))).bit_length()
