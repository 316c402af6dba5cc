"""Under what conditions one term outgrows another.

From the facts of a spec and the usual values of its other symbols; to signs. Promises:
what follows from the facts is used silently; what is decided at the usual values only is
kept in `assumed`, to be told. It does not know what grows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from layercalc.assumptions import Facts
from layercalc.forms.product import Product
from layercalc.lazy import mpmath, sympy
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic

#: Logarithms closer than this are equal.
DIGITS = 40
#: A symbol that is known to stay below this does not go to infinity.
BOUND = sympy.Integer(10) ** 30


class Open(Exception):  # noqa: N818  (not an error of anyone: the question stays open)
    """The leading behaviour is not known; says why."""


class Alike(Open):
    """Two terms grow so alike that what is known of them does not tell them apart."""


@dataclass
class Regime:
    """What is known of the symbols that do not grow.

    >>> w = sympy.Symbol("w", positive=True)
    >>> regime = Regime(at={w: 64})
    >>> regime.compare(Product.of(3 * w), Product.of(100)), regime.assumed
    (1, [3*w > 100])
    """

    facts: Facts | None = None
    at: Mapping[sympy.Symbol, Number] = field(default_factory=dict)
    assumed: list[Any] = field(default_factory=list)

    def is_bounded(self, x: sympy.Symbol) -> bool:
        """Tell whether the facts keep a symbol below a number."""
        return self.facts is not None and self.facts.decide(sympy.Lt(x, BOUND)) is True

    def compare(self, a: Product, b: Product) -> int:
        """Tell which of two positive quantities is greater: 1, 0 or -1.

        Raises `Open` where the facts and the usual values do not tell.
        """
        ratio = a / b
        if ratio.is_one:
            return 0
        if not ratio.free_symbols:
            return _sign(ratio.log2(DIGITS))
        if ratio.vast:
            return self._at_usual_values(ratio, None)
        ratio = _without_roots(ratio)
        above, below = _sides(ratio)
        if self.facts is not None:
            for sign, relation in ((1, sympy.Gt), (-1, sympy.Lt), (0, sympy.Eq)):
                if self.facts.decide(relation(above, below)) is True:
                    return sign
        return self._at_usual_values(ratio, (above, below))

    def sign(self, value: Scalar) -> int:
        """Tell the sign of an exponent.

        Raises `Open` as `compare` does.
        """
        number = plain(value)
        if isinstance(number, int | Fraction):
            return (number > 0) - (number < 0)
        if number.is_positive or number.is_negative:
            return 1 if number.is_positive else -1
        if not number.free_symbols:
            return _sign(mpmath.mpf(number.evalf(DIGITS)._mpf_))
        for sign, relation in ((1, sympy.Gt), (-1, sympy.Lt)):
            if self.facts is not None and self.facts.decide(relation(number, 0)) is True:
                return sign
        usual = number.xreplace({s: symbolic(v) for s, v in self.at.items()})
        if usual.free_symbols:
            raise Open(f"it depends on whether {number} is positive".replace("**", "^"))
        found = _sign(mpmath.mpf(usual.evalf(DIGITS)._mpf_))
        if found:
            self._keep(*((number, sympy.S.Zero) if found > 0 else (sympy.S.Zero, number)))
        return found

    def _at_usual_values(self, ratio: Product, sides: tuple[sympy.Expr, sympy.Expr] | None) -> int:
        usual = ratio.substitute(dict(self.at))
        if usual.free_symbols:
            names = " and ".join(sorted(str(symbol) for symbol in usual.free_symbols))
            raise Open(f"which of its terms leads depends on {names}")
        found = 0 if usual.is_one else _sign(usual.log2(DIGITS))
        if sides is not None and found:
            self._keep(*(sides if found > 0 else reversed(sides)))
        return found

    def _keep(self, greater: sympy.Expr, less: sympy.Expr) -> None:
        relation = sympy.Gt(greater, less) if greater.free_symbols else sympy.Lt(less, greater)
        if relation not in self.assumed:
            self.assumed.append(relation)


def _sign(log: mpmath.mpf) -> int:
    if abs(log) < mpmath.mpf(10) ** (5 - DIGITS):
        return 0
    return 1 if log > 0 else -1


def _without_roots(ratio: Product) -> Product:
    """Raise to the power that makes the exponents whole, which keeps the order of both sides."""
    powers = [Fraction(power) for power in ratio.groups.get(1, {}).values()]
    return ratio ** math.lcm(*(power.denominator for power in powers))


def _sides(ratio: Product) -> tuple[sympy.Expr, sympy.Expr]:
    """Split into what stands above and what stands below the line."""
    above: list[sympy.Expr] = []
    below: list[sympy.Expr] = []
    for exponent, monomial in ratio.groups.items():
        for base, power in monomial.items():
            written = (Product({1: {base: max(power, -power)}}) ** exponent).to_sympy()
            (above if power > 0 else below).append(written)
    return sympy.Mul(*above), sympy.Mul(*below)
