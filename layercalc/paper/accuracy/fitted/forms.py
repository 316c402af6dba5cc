"""The forms that are tried, stated before any is fitted; and how one is fitted.

A form reads some measures m1, m2, ... of a network. Of the first kind, `gap`, is

    Top-1 = a + r t - b / X,   X = m1^p1 m2^p2 ...,   Top-5 = a' + r' t - b' / X^q

with t = 1 for a recipe later than those of the paper's rows: what is missing to the highest accuracy
falls as a power of each measure. The other, `line`, is linear in log2 X. Top-5 has the X of Top-1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GAP, LINE = "gap", "line"
#: How far exponents may lead a search astray before it is called back.
STEEPEST = 30.0


class Form(NamedTuple):
    """A form: its kind and its measures."""

    kind: str
    measures: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name it.

        >>> Form(GAP, ("logits_gsc", "params")).label
        'gap of logits_gsc, params'
        """
        return f"{self.kind} of {', '.join(self.measures)}"


_GSC = (
    ("logits_gsc",),
    ("logits_gsc", "params"),
    ("logits_gsc", "macs"),
    ("logits_gsc", "layers"),
    ("logits_gsc", "image_side"),
    ("logits_gsc", "params", "macs"),
    ("logits_gsc", "params", "layers"),
    ("logits_gsc", "params", "image_side"),
    ("logits_gsc", "macs", "image_side"),
    ("logits_gsc", "params", "layers", "image_side"),
    ("logits_gsc", "params", "macs", "image_side"),
)
_COUNTS = (("params",), ("macs",), ("layers",), ("params", "macs"), ("params", "macs", "image_side"))
#: All that are tried, for both domains.
FORMS = tuple(Form(kind, measures) for kind in (GAP, LINE) for measures in (*_GSC, *_COUNTS))


class Curve(NamedTuple):
    """A fitted form of one accuracy: `top` is a, `recent` r, `log2_drop` the logarithm of b; `powers` of X.

    Of a line, `top` is the accuracy where X = 1, and `log2_drop` None.
    """

    top: float
    recent: float
    log2_drop: float | None
    powers: tuple[float, ...]

    def at(self, logs: Array, recent: Array | float = 0.0) -> Array:
        """Give accuracies for rows of logarithms."""
        index = logs @ np.array(self.powers)
        gap = -index if self.log2_drop is None else 2 ** np.minimum(self.log2_drop - index, STEEPEST)
        told: Array = self.top + self.recent * recent - gap
        return told


def fit(kind: str, logs: Array, recent: Array, accuracies: Array, weights: Array) -> Curve:
    """Fit a form by least squares; the recipe has an effect where there are recipes of both kinds."""
    middle, spread = logs.mean(axis=0), np.maximum(logs.std(axis=0), 1e-9)
    scaled, both = (logs - middle) / spread, recent.min() < recent.max()
    fitted = (_gap if kind == GAP else _line)(scaled, recent if both else 0 * recent, accuracies, weights)
    top, effect, level, slopes = fitted[0], float(fitted[1]) if both else 0.0, fitted[2], fitted[3:]
    if kind == LINE:
        powers = slopes / spread
        return Curve(float(top - powers @ middle), effect, None, tuple(powers.tolist()))
    powers = slopes / spread / math.log(2)
    return Curve(float(top), effect, float(level / math.log(2) + powers @ middle), tuple(powers.tolist()))


def _line(scaled: Array, recent: Array, accuracies: Array, weights: Array) -> Array:
    ones, root = np.ones((len(scaled), 1)), np.sqrt(weights)
    columns = np.hstack([ones, recent[:, None], 0 * ones, scaled])
    found: Array = np.linalg.lstsq(columns * root[:, None], accuracies * root, rcond=None)[0]
    return found


def _gap(scaled: Array, recent: Array, accuracies: Array, weights: Array) -> Array:
    """Search for a, r, log b and the exponents, from an accuracy a little above all."""
    from scipy.optimize import least_squares

    root = np.sqrt(weights)

    def gaps(found: Array) -> Array:
        inner: Array = np.exp(np.minimum(found[2] - scaled @ found[3:], STEEPEST))
        return inner

    def missed(found: Array) -> Array:
        left: Array = root * (accuracies - found[0] - found[1] * recent + gaps(found))
        return left

    def slopes(found: Array) -> Array:
        inner = gaps(found)[:, None]
        ones = np.ones_like(inner)
        return root[:, None] * np.hstack([-ones, -recent[:, None], inner, -inner * scaled])

    top = float(accuracies.max()) + 3
    level = math.log(max(top - float(np.average(accuracies, weights=weights)), 1.0))
    start = np.concatenate([[top, 0.0, level], np.full(scaled.shape[1], 0.05)])
    found: Array = least_squares(missed, start, jac=slopes, method="lm", max_nfev=400).x
    return found


def columns(form: Form, logs: Sequence[dict[str, float]]) -> Array:
    """Give the logarithms that a form reads, a row for each network."""
    return np.array([[one[name] for name in form.measures] for one in logs], dtype=float)
