"""What accuracy is predicted from: measures of a network, and products and logarithms of them.

From: the logarithms of a network's measures. To: the logarithm of a predictor, or the predictor
as a measure of any network, with symbols too. Those of section 7.4 are GCC, GSC and GWC; the
rest are what they compete with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import mpmath

from layercalc.closed import Closed
from layercalc.errors import did_you_mean, fail
from layercalc.measures import MEASURES, gsc
from layercalc.measures.measure import Measure, Readings
from layercalc.values.log2 import log2
from layercalc.values.node import Join
from layercalc.values.product import Product
from layercalc.values.scalar import Scalar, plain, symbolic

Logs: TypeAlias = Mapping[str, float]

#: The measures that predictors are made of.
NEEDED = ("gcc", "gsc", "gwc", "params", "macs", "layers")
COUNTS = NEEDED[3:]
#: Digits of a logarithm that stands within a predictor.
DIGITS = 30


@dataclass(frozen=True, slots=True)
class Predictor:
    """A quantity as a measure, and its logarithm to base two from those of other measures.

    >>> found = find_predictor("log2(gcc) * gsc")
    >>> found.label, found.log2({"gcc": 512.0, "gsc": 14.0}), found.log2({"gcc": -3.0, "gsc": 14.0})
    ('log2(GCC) x GSC', 23.0, None)
    """

    measure: Measure
    read: Callable[[Logs], float | None]

    @property
    def name(self) -> str:
        """The name by which it is asked for."""
        return self.measure.name

    @property
    def label(self) -> str:
        """How it is headed."""
        return self.measure.label

    def log2(self, logs: Logs) -> float | None:
        """Give the logarithm, None where there is no finite one."""
        log = self.read(logs)
        return log if log is not None and math.isfinite(log) else None


def logs_of(measures: Mapping[str, Closed], names: Iterable[str] = NEEDED) -> dict[str, float]:
    """Give the logarithms of those measures that have one."""
    return {name: log for name in names if (log := measures[name].log2) is not None}


def logarithm(value: Product) -> Scalar:
    """Give log2 of a value, its numbers to `DIGITS` digits.

    >>> import sympy
    >>> n, w = sympy.symbols("n w", positive=True)
    >>> logarithm(Product.of(8 * w).power(n).times(Product.of(2)))
    n*(log2(w) + 3) + 1
    """
    total: Scalar = 0
    for exponent, monomial in value.groups.items():
        numbers = {
            base: power for base, power in monomial.items() if not Product({1: {base: 1}}).free_symbols
        }
        told: Scalar = _rounded(Product({1: numbers}))
        for base, power in monomial.items():
            if base not in numbers:
                written = base.to_sympy() if isinstance(base, Join) else symbolic(base)
                told = told + symbolic(power) * log2(written)
        total = total + symbolic(exponent) * symbolic(told)
    return plain(symbolic(total))


def _rounded(number: Product) -> Fraction:
    return Fraction(mpmath.nstr(number.log2(DIGITS), DIGITS))


def _direct(name: str) -> Predictor:
    return Predictor(MEASURES[name], lambda logs: logs.get(name))


def _of_logarithm(name: str) -> Predictor:
    inner = MEASURES[name]
    measure = Measure(
        f"log2({name})",
        f"log2({inner.label})",
        f"logarithm of the {inner.title}",
        inner.source,
        lambda readings: _positive(inner, readings),
    )
    return Predictor(measure, lambda logs: _log(logs.get(name)))


def _positive(measure: Measure, readings: Readings) -> Scalar:
    """Take the logarithm of a measure; a number below 1 has one below 0, which no measure is."""
    value = measure.take(readings)
    product = value if isinstance(value, Product) else Product.of(value)
    if product.is_zero or (not product.free_symbols and product.log2(DIGITS) < 0):
        raise fail(f"log2({measure.label}) is below 0 here")
    return logarithm(product)


def _log(log: float | None) -> float | None:
    return math.log2(log) if log is not None and log > 0 else None


def _weighted(readings: Readings) -> Product:
    return Product.of(_positive(MEASURES["gcc"], readings)).times(Product.of(gsc.gsc(readings)))


def _weighted_log(logs: Logs) -> float | None:
    log = _log(logs.get("gcc"))
    return None if log is None or "gsc" not in logs else log + logs["gsc"]


_WEIGHTED = Measure(
    "log2(gcc)*gsc",
    "log2(GCC) x GSC",
    "global weighted complexity in bits: the logarithm of GCC times GSC",
    "section 7.4, the logarithm of GCC in place of GCC",
    _weighted,
)

PREDICTORS: Mapping[str, Predictor] = {
    predictor.name: predictor
    for predictor in (
        _direct("gwc"),
        _direct("gcc"),
        _direct("gsc"),
        _of_logarithm("gwc"),
        _of_logarithm("gcc"),
        Predictor(_WEIGHTED, _weighted_log),
        _direct("params"),
        _direct("macs"),
        _direct("layers"),
    )
}


def find_predictor(name: str) -> Predictor:
    """Find a predictor by name, however it is spaced.

    Raises `SpecError` for a name that none has.
    """
    bare = "".join(name.split()).lower()
    if bare not in PREDICTORS:
        hint = did_you_mean(bare, PREDICTORS) or f"measures that predict: {', '.join(PREDICTORS)}"
        raise fail(f"no measure that predicts accuracy is called '{name}'", hint=hint)
    return PREDICTORS[bare]
