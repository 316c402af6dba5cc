"""Sums of logarithms of numbers, exact: what the complexity of layers comes to at numbers.

From rational numbers; to sums that stay exact while they are added up and multiplied by rational
numbers. Promises: two are equal where sympy would write them alike, and whatever else is asked of
one is asked of what sympy makes of it, for which sympy is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from layercalc.lazy import sympy
from layercalc.numbers import log2, sums
from layercalc.numbers.factor import perfect_power
from layercalc.numbers.rational import Number, whole


class Logs:
    """A rational number, and logarithms to base two with what stands before them.

    >>> Logs.log2(9) * Fraction(1, 2) + 5, Logs.log2(12) - Logs.log2(12), Logs.log2(Fraction(1, 8))
    (log2(3) + 5, 0, -3)
    """

    free_symbols: frozenset[Any] = frozenset()
    is_number, is_integer = True, None
    is_Float = is_Rational = is_Symbol = is_Pow = False  # noqa: N815  (sympy's names)

    def __init__(self, number: Number, logs: Mapping[Number, Number]) -> None:
        self.number, self.logs = number, logs

    @staticmethod
    def log2(value: Number) -> Number | Logs:
        """Take the logarithm of a positive number: of what is above 1 and no power."""
        if value == 1:
            return 0
        if value < 1:
            return -Logs.log2(1 / Fraction(value))
        root, power = perfect_power(value)
        return power if root == 2 else Logs(0, {whole(root): power})

    def _with(self, number: Number, logs: Mapping[Number, Number], times: Number) -> Number | Logs:
        """Add a number and logarithms, these `times` so often."""
        total = dict(self.logs)
        for argument, coefficient in logs.items():
            total[argument] = whole(total.get(argument, 0) + times * coefficient)
        kept = {argument: coefficient for argument, coefficient in total.items() if coefficient}
        number = whole(self.number + times * number)
        return Logs(number, kept) if kept else number

    def __add__(self, other: Any) -> Any:
        if isinstance(other, int | Fraction):
            return self._with(other, {}, 1)
        if isinstance(other, Logs):
            return self._with(other.number, other.logs, 1)
        return self.expression + other

    def __sub__(self, other: Any) -> Any:
        return self._with(other.number, other.logs, -1) if isinstance(other, Logs) else self + -other

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, int | Fraction):
            return self.expression * other
        logs = {argument: whole(coefficient * other) for argument, coefficient in self.logs.items()}
        return Logs(whole(self.number * other), logs) if other else 0

    def __truediv__(self, other: Any) -> Any:
        return self * (1 / Fraction(other)) if isinstance(other, int | Fraction) else self.expression / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.expression

    def __neg__(self) -> Any:
        return self * -1

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Logs):
            return self.number == other.number and self.logs == other.logs
        return False if isinstance(other, int | Fraction) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.number, frozenset(self.logs.items())))

    @property
    def is_negative(self) -> Any:
        """Whether it is below 0."""
        return not self.is_positive and self.expression.is_negative

    @cached_property
    def is_positive(self) -> Any:
        """Whether it is above 0: the logarithms are those of numbers above 1."""
        return self.adds_only or self.expression.is_positive

    @property
    def terms(self) -> list[tuple[Number, Logs]]:
        """The logarithms, each with what stands before it."""
        return [(times, Logs(0, {argument: 1})) for argument, times in self.logs.items()]

    @property
    def adds_only(self) -> bool:
        """Whether nothing in it is taken off."""
        return self.number >= 0 and all(times > 0 for times in self.logs.values())

    @property
    def is_alone(self) -> bool:
        """Whether it is one logarithm and no more."""
        return not self.number and [*self.logs.values()] == [1]

    @cached_property
    def expression(self) -> Any:
        """What sympy makes of it."""
        logs = (_symbolic(times) * log2.log2(_symbolic(value)) for value, times in self.logs.items())
        return sums.added(_symbolic(self.number), *logs)

    def _sympy_(self) -> Any:  # the name under which sympy asks
        return self.expression

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.expression, name)

    def __repr__(self) -> str:
        return f"log2({next(iter(self.logs))})" if self.is_alone else str(self.expression)


#: Numbers that need no sympy.
Constant: TypeAlias = int | Fraction | Logs


def _symbolic(value: Number) -> Any:
    return sympy.Rational(value.numerator, value.denominator)
