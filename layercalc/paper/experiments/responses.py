"""The response of activations to inputs of several deviations, derived from formulas and sampled.

From: a law set. To: `Response`s for fig. 13. Promises: the samples are seeded and use
their own formulas, so that they check the derived values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from layercalc.activations import Input, Normal, Uniform
from layercalc.inspect.ratios import Ratio, ratios
from layercalc.lazy import sympy

if TYPE_CHECKING:
    import numpy as np

    Numbers: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]

SHOWN = ("relu", "tanh", "sigmoid", "softmax")
DISTRIBUTIONS = ("normal", "uniform")
#: Input deviations: 1/8 to 8.
DEVIATIONS = tuple(Fraction(2) ** power for power in range(-3, 4))
#: Beyond this deviation a few elements are nearly all of the sum of a vector, and N is not large.
WIDEST_OF_A_VECTOR = 2
SEED = 13


@dataclass(frozen=True, slots=True)
class Response:
    """The ratios of deviations at one input; None where a derived one would need a longer vector."""

    name: str
    distribution: str
    deviation: float
    derived: float | None
    sampled: float


@cache
def responses(laws: str, length: int) -> tuple[Response, ...]:
    """Derive and sample the response of each activation to a vector of given length."""
    drawn = _drawn(length)
    return tuple(
        Response(ratio.name, distribution, float(deviation), _derived(ratio, deviation, length), sampled)
        for distribution in DISTRIBUTIONS
        for deviation in DEVIATIONS
        for ratio in ratios(SHOWN, laws, _input(distribution, deviation))
        for sampled in [_spread(ratio.name, drawn[distribution] * float(deviation))]
    )


def _input(distribution: str, deviation: Fraction) -> Input:
    """Give the distribution around 0 that has a deviation."""
    if distribution == "normal":
        return Normal(0, deviation)
    half = sympy.sqrt(3) * sympy.Rational(deviation.numerator, deviation.denominator)
    return Uniform(-half, half)


def _derived(ratio: Ratio, deviation: Fraction, length: int) -> float | None:
    if not ratio.derived.normalised:
        return float(ratio.derived.power)
    return float(ratio.derived.power) / length if deviation <= WIDEST_OF_A_VECTOR else None


def _drawn(length: int) -> Mapping[str, Numbers]:
    """Draw values of deviation 1."""
    import numpy as np

    random = np.random.Generator(np.random.PCG64(SEED))
    half = 3**0.5
    return {"normal": random.standard_normal(length), "uniform": random.uniform(-half, half, length)}


def _spread(name: str, x: Numbers) -> float:
    import numpy as np

    return float(np.std(activated(name, x)) / np.std(x))


def activated(name: str, x: Numbers) -> Numbers:
    """Apply an activation to a sample."""
    import numpy as np

    if name == "relu":
        return np.maximum(x, 0)
    if name == "tanh":
        return np.tanh(x)
    if name == "sigmoid":
        return 1 / (1 + np.exp(-x))
    powers = np.exp(x - x.max())
    shares: Numbers = powers / powers.sum()
    return shares


def softmax_sample(length: int) -> tuple[float, float, float]:
    """Give the least and the largest output of a softmax over normal values, and their sum."""
    output = activated("softmax", _drawn(length)["normal"])
    return float(output.min()), float(output.max()), float(output.sum())
