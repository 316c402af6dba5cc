"""Predictions by a fitted curve: the accuracy of a network, and the predictor that an accuracy needs.

From: the measures of a network, or an accuracy; a `Basis`. To: a `Forecast`, or an `Aim`. Its
texts are written by `paper.pages.predict`, but for its mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from layercalc.closed import Closed
from layercalc.errors import fail, listing
from layercalc.forms.product import Product
from layercalc.growth import curve as growth_curve
from layercalc.growth import target as growth
from layercalc.growth.curve import bisect
from layercalc.growth.solving import solve
from layercalc.paper.accuracy.fitted.stored import Domain, StoredCurve, stored
from layercalc.paper.accuracy.predictor import NEEDED, Logs, Predictor, find_predictor, logs_of
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind
from layercalc.paper.accuracy.study import ALL, Estimate, Study, best, study

#: How far beyond the fitted networks, in lengths of their range, an end of an interval is looked for.
BEYOND = 1.0
FLIPPED = {"==": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Basis(NamedTuple):
    """What accuracies are predicted from: a predictor, and its curve for each accuracy.

    The curves are those stored for a `domain`, or fitted now to the paper's rows, and then it is None.
    """

    predictor: Predictor
    curves: Mapping[AccuracyKind, Study | StoredCurve]
    domain: Domain | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """The measures of a network that it reads."""
        return NEEDED if self.domain is None else tuple(self.predictor.parts)

    def outside(self, log: float) -> float:
        """Measure how many bits a logarithm is above all fitted networks (negative below them)."""
        low = min(curve.range.low for curve in self.curves.values())
        high = max(curve.range.high for curve in self.curves.values())
        return max(log - high, 0.0) + min(log - low, 0.0)


def basis(laws: str, name: str | None = None) -> Basis:
    """Study a predictor under a law set, the best one where none is named.

    Raises `SpecError` for a name that no predictor has.
    """
    predictor = best(laws) if name is None else find_predictor(name)
    return Basis(predictor, {target: study(laws, predictor.name, target) for target in TARGETS})


def stored_basis(kind: str) -> Basis:
    """Give the curves that were fitted beforehand for a kind of networks, `stored.kind_of`.

    Raises `SpecError` where they belong to other data.
    """
    domain = stored(kind)
    return Basis(domain.predictor, domain.curves, domain)


class Forecast(NamedTuple):
    """The predictor's logarithm, and the accuracies expected there with their intervals."""

    log: float
    expected: Mapping[AccuracyKind, float]
    interval: Mapping[AccuracyKind, Estimate]


def numbers(measures: Mapping[str, Closed], names: Sequence[str] = NEEDED) -> dict[str, float]:
    """Give the logarithms of some measures of a network.

    Raises `SpecError` where they depend on a symbol.
    """
    symbols = sorted({name for closed in measures.values() for name in closed.symbols})
    if symbols:
        hint = "`layercalc solve` finds the number for an accuracy: --target 'top1 = 78'"
        raise fail(f"accuracy is predicted for numbers, and {listing(symbols, 'and')} has none", hint=hint)
    return logs_of(measures, names)


def forecast(logs: Logs, of: Basis) -> Forecast:
    """Predict accuracies from the logarithms of the measures of a network.

    Raises `SpecError` where the predictor has no logarithm, and where a curve has fallen to 0.
    """
    log = of.predictor.log2(logs)
    if log is None:
        raise fail(f"{of.predictor.label} has no logarithm here, and accuracy is predicted from that")
    expected = {target: curve.expected(log) for target, curve in of.curves.items()}
    if any(value <= 0 for value in expected.values()):
        away = f"{abs(of.outside(log)):.3g} bits outside the fitted networks"
        raise fail(f"no accuracy can be predicted: the curve falls to 0 here, {away}")
    return Forecast(log, expected, {target: curve.interval(log) for target, curve in of.curves.items()})


class Aim(NamedTuple):
    """An accuracy to be reached, with the value of the predictor that it needs.

    `log` is the predictor's logarithm there. `plausible` has those between which the
    accuracy lies in the interval of a further network, None where it does as far as one looks.
    """

    target: growth.Target
    accuracy: AccuracyKind
    log: float
    plausible: tuple[float | None, float | None]


def aim(asked: growth.Target, of: Basis) -> Aim:
    """Turn a target such as `top1 = 78` into a target for the predictor, for which a family can be solved.

    Raises `SpecError` for an accuracy that the curve never has.
    """
    accuracy: AccuracyKind = "top1" if asked.measure == "top1" else "top5"
    curve, wanted = of.curves[accuracy], _percentage(asked)
    log = curve.law.inverse(wanted)
    if log is None:
        side = curve.law.factor_sign
        met = "met throughout" if asked.meets(side) else "never met"
        reach = f"{TARGETS[accuracy]} over {of.predictor.label} lies {'below' if side < 0 else 'above'}"
        text = f"{asked.text} is {met}: the curve of {reach} {curve.law.offset:.4g}"
        raise fail(text, hint="--from takes another measure")
    relation = asked.relation if curve.law.rise > 0 else FLIPPED[asked.relation]
    return Aim(_at(asked, of.predictor.name, log, relation), accuracy, log, _plausible(curve, wanted))


def _percentage(asked: growth.Target) -> float:
    wanted = asked.value.to_float()
    if wanted is None or not 0 < wanted < ALL:
        raise fail(f"{asked.text}: an accuracy is a percentage between 0 and 100")
    return wanted


def check(asked: growth.Target) -> None:
    """Refuse what is no accuracy, before anything is measured or fitted.

    Raises `SpecError` for a number that is not between 0 and 100.
    """
    _percentage(asked)


def _at(asked: growth.Target, predictor: str, log: float, relation: str = "==") -> growth.Target:
    """Make the target that a predictor has a certain logarithm, in the words of the question."""
    value = Product.of(2) ** Fraction(log)
    return growth.Target(predictor, relation, value, asked.text, exact=False)


def ends(curve: growth_curve.Curve, asked: growth.Target, found: Aim) -> tuple[Fraction | None, ...]:
    """Give the numbers of a param at both ends of the plausible range, None where there is none."""
    return tuple(_first(curve, asked, log) for log in found.plausible)


def _first(curve: growth_curve.Curve, asked: growth.Target, log: float | None) -> Fraction | None:
    if log is None:
        return None
    answer = solve(curve, _at(asked, curve.measure, log))
    return next((solution.root for solution in answer.solutions), None)


def _plausible(curve: Study | StoredCurve, wanted: float) -> tuple[float | None, float | None]:
    """Find where the upper and where the lower end of the interval reach an accuracy."""
    low, high = curve.range
    margin = BEYOND * (high - low)
    ends: tuple[Callable[[float], float], ...] = (
        lambda log: curve.interval(log).high - wanted,
        lambda log: curve.interval(log).low - wanted,
    )
    first, last = (_crossing(end, low - margin, high + margin) for end in ends)
    return first, last


def _crossing(gap: Callable[[float], float], low: float, high: float) -> float | None:
    if (gap(low) > 0) == (gap(high) > 0):
        return None
    root = bisect(lambda log: gap(float(log)), Fraction(low), Fraction(high), steps=40)
    return None if root is None else float(root)
