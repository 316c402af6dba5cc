"""The logarithm to base two, exact.

From a positive argument; to an integer where the argument is a power of two, to a
multiple of a simpler logarithm where it is a perfect power, else to itself.
It does not split products: log2(12) stays log2(12).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from layercalc.lazy import libmp, sympy
from layercalc.numbers.factor import perfect_power

#: Bits beyond those asked for, so that the quotient of two logarithms is right to the last.
GUARD = 10


class log2(sympy.Function):  # type: ignore[misc]  # noqa: N801  (sympy names functions as they are written)
    """The logarithm to base two, as in eq. (9) and (11).

    >>> log2(8), log2(sympy.Rational(1, 9)), log2(12)
    (3, -2*log2(3), log2(12))
    """

    nargs = 1

    @classmethod
    def eval(cls, arg: Any) -> Any:
        """Give the value where it is simpler than the logarithm, None where it is not."""
        if arg.is_Rational and arg.is_positive:
            return cls._rational(Fraction(int(arg.p), int(arg.q)))
        if arg.is_zero or arg is sympy.S.Infinity:
            return sympy.S.NegativeInfinity if arg.is_zero else arg
        base, exponent = arg.as_base_exp()
        if exponent is not sympy.S.One and base.is_positive and exponent.is_real:
            return exponent * cls(base)
        return None

    @classmethod
    def _rational(cls, value: Fraction) -> Any:
        if value == 1:
            return sympy.S.Zero
        if value < 1:
            return -cls(sympy.Rational(value.denominator, value.numerator))
        root, power = perfect_power(value)
        if root == 2:
            return sympy.Integer(power)
        return power * cls(sympy.Rational(root.numerator, root.denominator)) if power > 1 else None

    def fdiff(self, argindex: int = 1) -> Any:
        """Differentiate: 1 / (x ln 2)."""
        return 1 / (self.args[0] * sympy.log(2))

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_positive else None

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[0].is_positive and self.args[0].is_finite else None

    def _eval_is_zero(self) -> bool | None:
        return (self.args[0] - 1).is_zero  # type: ignore[no-any-return]

    def _eval_is_positive(self) -> bool | None:
        return (self.args[0] - 1).is_positive  # type: ignore[no-any-return]

    def _eval_is_nonnegative(self) -> bool | None:
        return (self.args[0] - 1).is_nonnegative  # type: ignore[no-any-return]

    def _eval_rewrite_as_log(self, arg: Any, **_: Any) -> Any:
        return sympy.log(arg) / sympy.log(2)

    def _eval_rewrite_as_tractable(self, arg: Any, limitvar: Any = None, **_: Any) -> Any:
        return sympy.log(arg) / sympy.log(2)

    def _eval_evalf(self, prec: int) -> Any:
        real, imaginary, *_ = _evaluated(self, prec, {})
        return None if imaginary else sympy.Float._new(real or libmp.fzero, prec)

    def _eval_nseries(self, x: Any, n: int, logx: Any, cdir: Any = 0) -> Any:
        return self._eval_rewrite_as_log(self.args[0])._eval_nseries(x, n, logx, cdir)

    def _eval_as_leading_term(self, x: Any, logx: Any = None, cdir: Any = 0) -> Any:
        return self._eval_rewrite_as_log(self.args[0]).as_leading_term(x, logx=logx, cdir=cdir)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        power = f"^{{{exp}}}" if exp is not None else ""
        return rf"\log_{{2}}{power}{{\left({printer._print(self.args[0])} \right)}}"


def _evaluated(value: Any, prec: int, options: dict[str, Any]) -> tuple[Any, Any, int, int]:
    """Give the real and the imaginary part as raw floats, and their accuracies, as sympy wants them."""
    arg = value.args[0]
    if arg.is_Rational and arg.is_positive:
        parts = _log_of_rational(int(arg.p), int(arg.q), prec), None
    else:
        parts = sympy.core.evalf.evalf_log(sympy.log(arg, evaluate=False), prec + GUARD, options)[:2]
    ln2 = libmp.mpf_ln2(prec + GUARD)
    real, imaginary = (part and libmp.mpf_div(part, ln2, prec, "n") for part in parts)
    return real, imaginary, prec, prec


def _log_of_rational(above: int, below: int, prec: int) -> Any:
    near_one = max(0, below.bit_length() - abs(above - below).bit_length())
    bits = prec + near_one + GUARD
    return libmp.mpf_log(libmp.from_rational(above, below, bits), bits)


# Without a place in this table, sympy goes through its floats, which it caches, and whose hashes collide.
sympy.core.evalf.evalf_table[log2] = _evaluated
