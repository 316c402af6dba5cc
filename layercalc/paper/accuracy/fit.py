"""Fits of power laws y = a x^b + c to points given by log2 x, many fits at once.

From: log2 x, y, and weights of the points, a row of them for each fit. To: `Fits`, and one
`PowerLaw`. Promises: nothing overflows, though x itself may be far beyond the doubles; the
straight line in log2 x is the law of exponent 0 and no special case.

The law is held as y = level + rise * (e^(bend t) - 1) / bend, with t = (log2 x - mean) / spread.
Level and rise are linear, so each bend has its best ones, and only the bend is searched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Bends on both sides of the straight line: in them a spread of log2 x is from e^-10 to e^10 long.
STEEPEST = 10.0
#: Bends that are tried first; even, so that 0 is none of them.
TRIED = 80


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A fitted law, over the logarithm of x.

    >>> law = fit([1.0, 2.0, 3.0, 4.0, 5.0], [50 - 8 * 2 ** (-0.5 * log) for log in range(1, 6)])
    >>> round(law.exponent, 6), round(law.offset, 6), round(2**law.log2_factor, 6), law.factor_sign
    (-0.5, 50.0, 8.0, -1)
    >>> round(law.at(10), 6), round(law.inverse(law.at(10)), 6), law.inverse(50.5)
    (49.75, 10.0, None)
    """

    mean: float
    spread: float
    level: float
    rise: float
    bend: float

    def at(self, log: float) -> float:
        """Give y where x has this logarithm; infinite beyond the range of a double."""
        steepness = self.bend * (log - self.mean) / self.spread
        try:
            return self.level + self.rise * math.expm1(steepness) / self.bend
        except OverflowError:
            return math.copysign(math.inf, self.rise * self.bend)

    def inverse(self, y: float) -> float | None:
        """Give the logarithm of x at which the law has a value, None where it never does."""
        if not self.rise or (inner := self.bend * (y - self.level) / self.rise) <= -1:
            return None
        return self.mean + self.spread * math.log1p(inner) / self.bend

    @property
    def exponent(self) -> float:
        """The exponent b."""
        return self.bend / (self.spread * math.log(2))

    @property
    def offset(self) -> float:
        """The offset c, which the law approaches and never reaches."""
        return self.level - self.rise / self.bend

    @property
    def factor_sign(self) -> int:
        """The sign of the factor a."""
        return 1 if self.rise * self.bend > 0 else -1

    @property
    def log2_factor(self) -> float:
        """The logarithm of the factor a without its sign: a itself may be beyond the doubles."""
        size = abs(self.rise / self.bend)
        return (math.log2(size) if size else -math.inf) - self.exponent * self.mean


def formula(law: PowerLaw, label: str) -> str:
    """Write a law with the logarithm of its factor, which may be beyond the range of a double.

    >>> formula(PowerLaw(mean=400, spread=200, level=74, rise=2, bend=-2), "GWC")
    '75 - 2^5.77078 * GWC^-0.014427'
    """
    sign = "-" if law.factor_sign < 0 else "+"
    x = f"({label})" if " " in label else label
    return f"{law.offset:.6g} {sign} 2^{law.log2_factor:.6g} * {x}^{law.exponent:.5g}"


@dataclass(frozen=True)
class Fits:
    """Fits to the same points under different weights: an array for each parameter of the law."""

    mean: float
    spread: float
    level: Array
    rise: Array
    bend: Array
    r_squared: Array

    def law(self, place: int) -> PowerLaw:
        """Give one of the laws."""
        told = (float(values[place]) for values in (self.level, self.rise, self.bend))
        return PowerLaw(self.mean, self.spread, *told)

    def at(self, logs: Sequence[float] | Array) -> Array:
        """Give y for each law (rows) at each logarithm (columns)."""
        import numpy as np

        with np.errstate(over="ignore"):  # far out a law is infinite
            curved = _curved((np.asarray(logs) - self.mean) / self.spread, self.bend)
        return self.level[:, None] + self.rise[:, None] * curved


def fit(logs: Sequence[float], y: Sequence[float]) -> PowerLaw:
    """Fit one law to points of equal weight."""
    import numpy as np

    return fits(np.asarray(logs), np.asarray(y), np.ones((1, len(y)))).law(0)


def without_offset(logs: Array, y: Array) -> float:
    """Give R^2 of the best law y = a x^b, without an offset.

    >>> import numpy as np
    >>> logs = np.arange(1.0, 9.0)
    >>> round(without_offset(logs, 3 * 2 ** (0.5 * logs)), 9)
    1.0
    """
    import numpy as np
    from scipy.optimize import minimize_scalar

    t = (logs - logs.mean()) / logs.std()

    def unexplained(bend: float) -> float:
        shape = np.exp(bend * t)
        missed = y - (shape @ y) / (shape @ shape) * shape
        return float(np.square(missed).sum() / np.square(y - y.mean()).sum())

    grid = np.linspace(-STEEPEST, STEEPEST, TRIED)
    near, apart = min(grid.tolist(), key=unexplained), float(grid[1] - grid[0])
    return 1 - float(minimize_scalar(unexplained, bounds=(near - apart, near + apart)).fun)


def fits(logs: Array, y: Array, weights: Array) -> Fits:
    """Fit a law for each row of weights by least squares; scipy searches for the bends."""
    import numpy as np
    from scipy.optimize.elementwise import find_minimum

    mean, spread = float(logs.mean()), float(logs.std())
    t, weights = (logs - mean) / spread, weights / weights.sum(axis=1, keepdims=True)

    def unexplained(bend: Array, place: NDArray[np.int64]) -> Array:
        return _linear(t, y, weights[place], bend)[2]

    grid = np.linspace(-STEEPEST, STEEPEST, TRIED)
    every = np.arange(len(weights))
    best = np.argmin([_linear(t, y, weights, np.array([bend]))[2] for bend in grid], axis=0)
    inside = np.clip(best, 1, TRIED - 2)
    found: Any = find_minimum(unexplained, (grid[inside - 1], grid[inside], grid[inside + 1]), args=(every,))
    bend = np.where(found.success, found.x, grid[best])
    level, rise, left = _linear(t, y, weights, bend)
    return Fits(mean, spread, level, rise, bend, 1 - left)


def _curved(t: Array, bend: Array) -> Array:
    import numpy as np

    return np.expm1(bend[:, None] * t) / bend[:, None]


def _linear(t: Array, y: Array, weights: Array, bend: Array) -> tuple[Array, Array, Array]:
    """Give level and rise of the best law for each row of weights, and the unexplained part of the variance.

    A row has its bend, or all have the only one.
    """
    curved = _curved(t, bend)
    x_mean, y_mean = (weights * curved).sum(axis=1), weights @ y
    x_off, y_off = curved - x_mean[:, None], y - y_mean[:, None]
    rise = (weights * x_off * y_off).sum(axis=1) / (weights * x_off**2).sum(axis=1)
    left = (weights * (y_off - rise[:, None] * x_off) ** 2).sum(axis=1)
    return y_mean - rise * x_mean, rise, left / (weights * y_off**2).sum(axis=1)
