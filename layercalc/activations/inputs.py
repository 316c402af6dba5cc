"""The distributions of an activation's input, each with its exact moments.

From: `normal(0, 1)` or `uniform(-1, 1)`. To: expectations of x^n e^(k x) over an interval, in
closed form, and densities at places for quadrature. Promises: the text is read by the
language's own parser, and a mistake in it has its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any, ClassVar, TypeAlias

from layercalc import limits
from layercalc.errors import Source, did_you_mean, fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.binding import match_arguments
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope, describe, is_scalar
from layercalc.lazy import mpmath, sympy
from layercalc.network import Scalar
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values

#: A number of mpmath.
mpf: TypeAlias = "mpmath.mpf"

#: Deviations to each side of its mean in which a normal value is summed, and up to which if it still counts.
_REACH = 10
_FARTHEST = 40
#: Stretches in which a uniform value is summed.
_STRETCHES = 2


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal distribution.

    >>> print(Normal(0, 1), Normal(0, 1).variance)
    N(0, 1) 1
    """

    mean: Scalar
    deviation: Scalar

    #: The last place of (x - mean) / deviation that may count.
    farthest: ClassVar[int | None] = _FARTHEST

    def __str__(self) -> str:
        return f"N({describe(self.mean)}, {_squared(self.deviation)})"

    @property
    def variance(self) -> sympy.Expr:
        """The square of the deviation."""
        return symbolic(self.deviation) ** 2

    def ends(self) -> list[float]:
        """Give the ends of the stretches to sum, as places."""
        return [float(end) for end in range(-_REACH, _REACH + 1)]

    def place(self, x: Scalar) -> mpf:
        """Give the place of a value: how many deviations it is from the mean."""
        return (_number(x) - _number(self.mean)) / _number(self.deviation)

    def at(self, place: mpf) -> tuple[mpf, mpf]:
        """Give the value at a place, and the density there."""
        return _number(self.mean) + _number(self.deviation) * place, mpmath.npdf(place)

    def expectation(self, power: int, rate: Scalar, low: Scalar | None, high: Scalar | None) -> sympy.Expr:
        """Give E[x^power e^(rate x)] where x is between two ends; None is no end.

        The exponential shifts the mean: e^(k z) phi(z) = e^(k^2 / 2) phi(z - k).

        >>> Normal(0, 1).expectation(2, 0, 0, None), Normal(0, 1).expectation(0, 1, None, None)
        (1/2, exp(1/2))
        """
        mean, deviation, k = map(symbolic, (self.mean, self.deviation, rate))
        ends = [
            None if end is None else (symbolic(end) - mean) / deviation - k * deviation for end in (low, high)
        ]
        moments = _normal_moments(power, *ends)
        centre = mean + k * deviation**2
        terms = (comb(power, j) * centre ** (power - j) * deviation**j * moments[j] for j in range(power + 1))
        return sympy.exp(k * mean + (k * deviation) ** 2 / 2) * sympy.Add(*terms)


def _normal_moments(most: int, low: Any, high: Any) -> list[sympy.Expr]:
    """Give the integrals of z^j phi(z) between two ends for j up to `most`, by recursion over j - 2."""

    def edge(end: Any, power: int) -> sympy.Expr:
        return 0 if end is None else end**power * sympy.exp(-(end**2) / 2) / sympy.sqrt(2 * sympy.pi)

    def below(end: Any, otherwise: int) -> sympy.Expr:
        return otherwise if end is None else (1 + sympy.erf(end / sympy.sqrt(2))) / 2

    moments = [sympy.S.Zero + below(high, 1) - below(low, 0)]
    for j in range(1, most + 1):
        before = (j - 1) * moments[j - 2] if j > 1 else sympy.S.Zero
        moments.append(before + edge(low, j - 1) - edge(high, j - 1))
    return moments


@dataclass(frozen=True, slots=True)
class Uniform:
    """A uniform distribution between two ends.

    >>> print(Uniform(-1, 1), Uniform(-1, 1).variance)
    U(-1, 1) 1/3
    """

    low: Scalar
    high: Scalar

    #: All places of (x - low) / (high - low) count, and none beyond.
    farthest: ClassVar[int | None] = None

    def __str__(self) -> str:
        return f"U({describe(self.low)}, {describe(self.high)})"

    @property
    def variance(self) -> sympy.Expr:
        """A twelfth of the square of its width."""
        return (symbolic(self.high) - symbolic(self.low)) ** 2 / 12

    def ends(self) -> list[float]:
        """Give the ends of the stretches to sum, as places."""
        return [end / _STRETCHES for end in range(_STRETCHES + 1)]

    def place(self, x: Scalar) -> mpf:
        """Give the place of a value: 0 at the lower end, 1 at the upper."""
        return (_number(x) - _number(self.low)) / (_number(self.high) - _number(self.low))

    def at(self, place: mpf) -> tuple[mpf, int]:
        """Give the value at a place, and the density there."""
        low = _number(self.low)
        return low + (_number(self.high) - low) * place, 1

    def expectation(self, power: int, rate: Scalar, low: Scalar | None, high: Scalar | None) -> sympy.Expr:
        """Give E[x^power e^(rate x)] where x is between two ends; None is no end.

        >>> Uniform(-1, 1).expectation(2, 0, 0, None)
        1/6
        """
        first, last = symbolic(self.low), symbolic(self.high)
        a = first if low is None else min(max(first, symbolic(low)), last)
        b = last if high is None else max(min(last, symbolic(high)), first)
        return (_integral(power, symbolic(rate), b) - _integral(power, symbolic(rate), a)) / (last - first)


def _integral(power: int, rate: sympy.Expr, x: sympy.Expr) -> sympy.Expr:
    """Give the indefinite integral of x^power e^(rate x), by parts."""
    if rate == 0:
        return x ** (power + 1) / (power + 1)
    value = sympy.exp(rate * x) / rate
    for n in range(1, power + 1):
        value = x**n * sympy.exp(rate * x) / rate - n * value / rate
    return value


Input: TypeAlias = Normal | Uniform
STANDARD = Normal(0, 1)

_KINDS: dict[str, tuple[Callable[[Scalar, Scalar], Input], tuple[str, str]]] = {
    "normal": (Normal, ("mean", "sd")), "uniform": (Uniform, ("low", "high")),
}  # fmt: skip


def read_input(text: str, name: str = "--input") -> Input:
    """Read a distribution from text; `name` is the option that gave it.

    >>> read_input("uniform(-1, 1/2)")
    Uniform(low=-1, high=Fraction(1, 2))

    Raises `SpecError` for what is no distribution, or has no width.
    """
    with limits.deep_recursion():
        [node, *more] = parse_values(Source(name, text))
        if more:
            raise fail("one distribution is taken, and here is another", more[0].span)
        hint = "normal(mean, sd) or uniform(low, high)"
        if not isinstance(node, tree.Apply):
            raise fail("this is no distribution", node.span, hint)
        kind = node.function.text
        if kind not in _KINDS:
            raise fail(
                f"unknown distribution '{kind}'", node.function.span, did_you_mean(kind, _KINDS) or hint
            )
        make, names = _KINDS[kind]
        first, second = (_argument(argument) for argument in _arguments(node, names))
        _check_width(node, first, second)
        return make(first, second)


def _arguments(node: tree.Apply, names: tuple[str, str]) -> list[tree.Argument]:
    words = [tree.Word(name, node.span) for name in names]
    wanted = [tree.Parameter(word, None, None, node.span) for word in words]
    given = match_arguments(node.function.text, wanted, node.arguments, node.span)
    return [given[name] for name in names]


def _argument(argument: tree.Argument) -> Scalar:
    value = evaluate(argument.value, Context(Scope()))
    if not is_scalar(value):
        raise fail(f"this is {describe(value)}, not a number", argument.span)
    return value


def _check_width(node: tree.Apply, first: Scalar, second: Scalar) -> None:
    """Refuse a distribution whose values are all the same."""
    if node.function.text == "normal" and not second > 0:
        raise fail(f"a deviation is {describe(second)}; it must be above 0", node.arguments[-1].span)
    if node.function.text == "uniform" and not first < second:
        told = f"uniform from {describe(first)} up to {describe(second)}"
        raise fail(f"{told}: the second end must be above the first", node.span)


def _squared(deviation: Scalar) -> str:
    return "1" if deviation == 1 else f"{describe(deviation)}^2"


@lru_cache(64)
def _number(value: Scalar) -> mpf:
    from layercalc.expressions.costs import PRECISION

    return mpmath.mpf(symbolic(value).evalf(PRECISION))
