"""Predictors of accuracy: measures of a network, their products and logarithms.

From: the logarithms of a network's measures. To: the logarithm of a predictor, of one network
or along a family. Section 7.4 uses GCC, GSC and GWC; the others are there for comparison.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from layercalc.closed import Closed
from layercalc.errors import did_you_mean, fail
from layercalc.forms.product import Product
from layercalc.growth.curve import Curve
from layercalc.growth.family import Family
from layercalc.measures import MEASURES
from layercalc.numbers.rational import Number

Logs: TypeAlias = Mapping[str, float]

#: The measures that predictors use; the zoo has no logarithms of the last ones.
COUNTS = ("params", "macs", "layers")
NEEDED = ("gcc", "gsc", "gwc", *COUNTS)


@dataclass(frozen=True, slots=True)
class Predictor:
    """A quantity computed from measures, given by its logarithm to base two.

    >>> found = find_predictor("log2(gcc) * gsc")
    >>> found.label, found.log2({"gcc": 512.0, "gsc": 14.0}), found.log2({"gcc": -3.0, "gsc": 14.0})
    ('log2(GCC) x GSC', 23.0, None)

    The first of `parts` is the one that decides whether the predictor grows without end.
    """

    name: str
    label: str
    parts: Sequence[str]
    read: Callable[[Logs], float]

    def log2(self, logs: Logs) -> float | None:
        """Give the logarithm, None where a part has none, or one whose own logarithm is asked for."""
        if not logs.keys() >= {*self.parts}:
            return None
        try:
            log = self.read(logs)
        except ValueError:
            return None
        return log if math.isfinite(log) else None


@dataclass(frozen=True)
class PredictorCurve(Curve):
    """A predictor along a family, computed from the closed forms of its measures.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.resolve.loading import load_program
    >>> family = Family(load_program("resnet"), {}, ["depth"])
    >>> curve = PredictorCurve(family, "depth", "log2(gcc)*gsc")
    >>> round(curve.log2(50), 6), curve.sample(50).lawful
    (21.266427, True)
    """

    of: Predictor | None = None

    @property
    def predictor(self) -> Predictor:
        """The predictor that is given, else that of the curve's name."""
        return self.of or PREDICTORS[self.measure]

    @property
    def label(self) -> str:
        """The heading of the predictor."""
        return self.predictor.label

    @cached_property
    def closed(self) -> Closed | None:
        """The closed form of the first measure, whose symbol and domain are those of the predictor."""
        return self._parts[0].closed

    @property
    def exact(self) -> Closed | None:
        """None: a predictor is a function of closed forms, and none itself."""
        return None

    def law(self, number: Number) -> float | None:
        """Compute the logarithm of the predictor from the closed forms of its measures."""
        if self.closed is None:
            return None
        logs = {part.measure: log for part in self._parts if (log := part.law(number)) is not None}
        return self.predictor.log2(logs)

    def at(self, number: Number) -> Closed | None:
        """Compute the predictor of the network at a number."""
        found = {part.measure: closed for part in self._parts if (closed := part.at(number)) is not None}
        return _valued(self.predictor.log2(logs_of(found, found))) if found else None

    def beyond(self, number: Number) -> Closed | None:
        """Give the predictor at a number whose network is too large."""
        return _valued(self.law(number))

    @cached_property
    def _parts(self) -> list[Curve]:
        return [Curve(self.family, self.param, name) for name in self.predictor.parts]


def curve_of(predictor: Predictor, family: Family, param: str) -> Curve:
    """Make the curve of a predictor along a family; for a measure, its own curve."""
    if predictor.name in MEASURES:
        return Curve(family, param, predictor.name)
    return PredictorCurve(family, param, predictor.name, predictor)


def _valued(log: float | None) -> Closed | None:
    return None if log is None else Closed(Product.of(2) ** Fraction(log))


def logs_of(measures: Mapping[str, Closed], names: Iterable[str] = NEEDED) -> dict[str, float]:
    """Give the logarithms of the measures that have one."""
    return {name: log for name in names if (log := measures[name].log2) is not None}


def _direct(name: str) -> Predictor:
    return Predictor(name, MEASURES[name].label, (name,), lambda logs: logs[name])


def _of_logarithm(name: str) -> Predictor:
    label = f"log2({MEASURES[name].label})"
    return Predictor(f"log2({name})", label, (name,), lambda logs: math.log2(logs[name]))


PREDICTORS: Mapping[str, Predictor] = {
    predictor.name: predictor
    for predictor in (
        _direct("gwc"),
        _direct("gcc"),
        _direct("gsc"),
        _of_logarithm("gwc"),
        _of_logarithm("gcc"),
        Predictor(
            "log2(gcc)*gsc",
            "log2(GCC) x GSC",
            ("gcc", "gsc"),
            lambda logs: math.log2(logs["gcc"]) + logs["gsc"],
        ),
        *map(_direct, COUNTS),
    )
}


def find_predictor(name: str) -> Predictor:
    """Find a predictor by name, whatever the spaces in it.

    Raises `SpecError` for a name that none has.
    """
    bare = "".join(name.split()).lower()
    if bare not in PREDICTORS:
        hint = did_you_mean(bare, PREDICTORS) or f"measures that predict: {', '.join(PREDICTORS)}"
        raise fail(f"no measure that predicts accuracy is called '{name}'", hint=hint)
    return PREDICTORS[bare]
