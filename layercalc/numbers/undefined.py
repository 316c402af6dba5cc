"""The error for a point at which a closed form has no value.

From the values that were put in and the reason; to an error of the `SpecError` family. It
does not look for the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from layercalc.errors import Diagnostic, SpecError
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar


class UndefinedError(SpecError, ValueError):
    """A closed form has no value at a point.

    >>> print(UndefinedError.at({sympy.Symbol("a"): 0}, "division by zero"))
    error: no value at a = 0: division by zero
    """

    @classmethod
    def at(cls, values: Mapping[sympy.Symbol, Scalar], reason: object) -> UndefinedError:
        """Tell the point and the reason."""
        point = ", ".join(sorted(f"{symbol} = {value}" for symbol, value in values.items()))
        return cls([Diagnostic(f"no value at {point}: {reason}")])
