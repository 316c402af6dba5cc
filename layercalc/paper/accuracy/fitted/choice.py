"""Chooses a form by leaving out whole families, and takes its intervals from what is missed then.

From: examples. To: a `Choice`: the curves fitted to all, how well each form predicts the families left
out of its fit, and the radius of the interval. A network weighs 1, shared by its rows.

The radius is that of split conformal prediction over families left out: so far do 90 of 100 networks lie
from what the other families say. Whether it holds is asked of each family in turn, with a radius
that knows neither it nor any fit that saw it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layercalc.paper.accuracy.fitted.forms import FORMS, Array, Curve, Form, columns, fit
from layercalc.paper.accuracy.fitted.training import Example, shares
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind
from layercalc.paper.accuracy.study import HELD

Numbers = NDArray[np.integer[Any]]
Chosen = NDArray[np.bool_] | slice


#: Networks with several recipes that tell how far recipes are apart.
FEWEST = 10


class Data:
    """Examples as arrays."""

    def __init__(self, found: Sequence[Example]) -> None:
        self.examples = found
        self.weights: Array = np.array(shares(found))
        self.recent: Array = np.array([float(one.recent) for one in found])
        self.accuracies: Mapping[AccuracyKind, Array] = {
            target: np.array([getattr(one, target) for one in found]) for target in TARGETS
        }
        self.families: Numbers = np.unique([one.family for one in found], return_inverse=True)[1]
        self.networks: Numbers = np.unique([one.network for one in found], return_inverse=True)[1]

    def logs(self, form: Form) -> Array:
        """Give the logarithms that a form reads."""
        return columns(form, [dict(one.logs) for one in self.examples])


def curves(form: Form, data: Data, kept: Chosen = slice(None)) -> dict[AccuracyKind, Curve]:
    """Fit a form to some of the examples: Top-1 first, then Top-5 with the same X."""
    logs, recent, weights = data.logs(form)[kept], data.recent[kept], data.weights[kept]
    first = fit(form.kind, logs, recent, data.accuracies["top1"][kept], weights)
    index = (logs @ np.array(first.powers))[:, None]
    second = fit(form.kind, index, recent, data.accuracies["top5"][kept], weights)
    shared = tuple(second.powers[0] * power for power in first.powers)
    return {"top1": first, "top5": second._replace(powers=shared)}


class LeftOut:
    """What a form says of examples that it has not seen, each group left out in turn."""

    def __init__(self, form: Form, data: Data, groups: Numbers) -> None:
        self.form, self.data, self.groups = form, data, groups

    @cached_property
    def missed(self) -> Mapping[AccuracyKind, Array]:
        """How far each example lies above what the other groups say."""
        found = {target: np.zeros(len(self.groups)) for target in TARGETS}
        for group in np.unique(self.groups):
            away = self.groups == group
            for target, told in missed(self.form, self.data, ~away, away).items():
                found[target][away] = told
        return found

    def explained(self, target: AccuracyKind) -> float:
        """Give Q^2 of these predictions."""
        return explained(self.data, target, self.missed[target])

    def error(self, target: AccuracyKind) -> float:
        """Give the root mean square of what is missed, in points."""
        return math.sqrt(float(np.average(np.square(self.missed[target]), weights=self.data.weights)))


def explained(data: Data, target: AccuracyKind, missed: Array) -> float:
    """Give the share of the variance that is left out of what is missed."""
    weights, known = data.weights, data.accuracies[target]
    total = np.square(known - np.average(known, weights=weights)) @ weights
    return float(1 - np.square(missed) @ weights / total)


def missed(form: Form, data: Data, kept: Chosen, asked: Chosen) -> dict[AccuracyKind, Array]:
    """Fit to some examples, and tell how far others lie above the curve."""
    logs, recent = data.logs(form)[asked], data.recent[asked]
    fitted = curves(form, data, kept)
    return {
        target: data.accuracies[target][asked] - curve.at(logs, recent) for target, curve in fitted.items()
    }


def tried(data: Data) -> dict[Form, Mapping[AccuracyKind, float]]:
    """Try all forms: give Q^2 with families left out, the best first."""
    found = {}
    for form in FORMS:
        left_out = LeftOut(form, data, data.families)
        found[form] = {target: left_out.explained(target) for target in TARGETS}
    return dict(sorted(found.items(), key=lambda pair: -sum(pair[1].values())))


def radius(missed: Array, weights: Array) -> float:
    """Give the distance that `HELD` percent of one more network are within, infinite where they are too few.

    >>> radius(np.arange(20.0), np.ones(20))
    18.0
    """
    order = np.argsort(np.abs(missed))
    reached = np.cumsum(weights[order]) / (weights.sum() + 1)
    place = int(np.searchsorted(reached, HELD / 100 - 1e-12))
    return float(np.abs(missed)[order[place]]) if place < len(order) else math.inf


def coverage(form: Form, data: Data) -> dict[AccuracyKind, float]:
    """Tell which share of networks lies in the interval that knows nothing of their family."""
    inside = {target: np.zeros(len(data.families)) for target in TARGETS}
    names = np.unique(data.families)
    others: dict[tuple[Any, Any], dict[AccuracyKind, Array]] = {}
    for one, other in itertools.permutations(names, 2):
        kept = (data.families != one) & (data.families != other)
        others[one, other] = missed(form, data, kept, data.families == other)
    alone = LeftOut(form, data, data.families).missed
    for family in names:
        away = data.families == family
        for target in TARGETS:
            left = np.zeros(len(data.families))
            for other in names[names != family]:
                left[data.families == other] = others[family, other][target]
            reach = radius(left[~away], data.weights[~away])
            inside[target][away] = np.abs(alone[target][away]) <= reach
    return {target: float(np.average(told, weights=data.weights)) for target, told in inside.items()}


def recipes_apart(data: Data, target: AccuracyKind, effect: float) -> float | None:
    """Give the standard deviation of the recipes of one network, None where too few have several.

    `effect` is that of a later recipe, which is taken off first.
    """
    same: dict[tuple[int, float], list[float]] = {}
    accuracies = data.accuracies[target] - effect * data.recent
    for one, network, known in zip(data.examples, data.networks, accuracies, strict=True):
        same.setdefault((int(network), one.logs["image_side"]), []).append(float(known))
    several = [alike for alike in same.values() if len(alike) > 1]
    if len(several) < FEWEST:
        return None
    left = sum(len(alike) * float(np.var(alike)) for alike in several)
    return math.sqrt(left / (sum(map(len, several)) - len(several)))
