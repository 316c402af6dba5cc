"""A study of one fit: bootstrap, cross-validation, confidence and prediction intervals.

From: rows with known accuracies. To: a `Study`. A network with several rows is left
out and drawn with all of them, and a family with all of its networks. Promises: two runs give the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from layercalc.errors import fail
from layercalc.paper.accuracy.fit import Fits, PowerLaw, fits, without_offset
from layercalc.paper.accuracy.predictor import PREDICTORS, Predictor
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind, KnownAccuracy, measured, once, sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layercalc.paper.accuracy.fit import Array

#: The number of bootstrap draws, and their seed.
DRAWS = 1000
SEED = 2026
#: With fewer networks, none can be left out.
FEWEST = 5
#: The level of prediction intervals, and of confidence intervals, in percent.
HELD = 90
CONFIDENT = 95
#: The highest accuracy.
ALL = 100.0


class Estimate(NamedTuple):
    """An interval, by its ends."""

    low: float
    high: float


@dataclass(frozen=True)
class Study:
    """A power law fitted to rows with known accuracies.

    >>> from layercalc.paper.accuracy.predictor import find_predictor
    >>> from layercalc.paper import zoo
    >>> known = sample(zoo.results(zoo.of_specs(["vgg"], zoo.rows())), find_predictor("params"), "top1")
    >>> study = Study(known)
    >>> study.networks, len(known), 0 < study.r_squared < 1, study.q_squared < study.r_squared
    (8, 14, True, True)
    """

    known: Sequence[KnownAccuracy]

    def __post_init__(self) -> None:
        if self.networks < FEWEST:
            raise fail(f"a curve is fitted to at least {FEWEST} networks, and {self.networks} have a value")

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.known)

    @property
    def networks(self) -> int:
        """The number of networks."""
        return len(set(self._network))

    @property
    def families(self) -> int:
        """The number of families."""
        return len(set(self._family))

    @cached_property
    def law(self) -> PowerLaw:
        """The law fitted to all rows."""
        return self._whole.law(0)

    @property
    def r_squared(self) -> float:
        """The share of the variance of the accuracies that the law explains."""
        return float(self._whole.r_squared[0])

    @cached_property
    def line(self) -> tuple[float, float]:
        """The straight line in log2 x: its level and its slope."""
        import numpy as np

        slope, level = np.polyfit(self._logs, self._accuracies, 1)
        return float(level), float(slope)

    @cached_property
    def straight_r_squared(self) -> float:
        """The share of the variance that the straight line in log2 x explains."""
        import numpy as np

        return float(np.corrcoef(self._logs, self._accuracies)[0, 1] ** 2)

    @cached_property
    def rank_correlation(self) -> float:
        """Spearman's rank correlation, which assumes no form of the relation."""
        from scipy.stats import spearmanr

        return float(spearmanr(self._logs, self._accuracies).statistic)

    @cached_property
    def left_out(self) -> Fits:
        """The fits with one network left out, in the order of their numbers."""
        import numpy as np

        return self._fits(self._network[None, :] != np.arange(self.networks)[:, None])

    @cached_property
    def drawn(self) -> Fits:
        """The fits of the bootstrap: as many networks as there are, drawn with replacement."""
        import numpy as np

        draw = np.random.Generator(np.random.PCG64(SEED)).multinomial
        times = draw(self.networks, [1 / self.networks] * self.networks, size=DRAWS)
        return self._fits(times[:, self._network])

    @property
    def r_squared_drawn(self) -> Estimate:
        """The interval with R^2 of `CONFIDENT` percent of the bootstrap fits."""
        return _middle(self.drawn.r_squared)

    def ahead_of(self, other: Study) -> tuple[int, Estimate]:
        """Count the draws in which R^2 is higher than in another study of the same networks.

        The interval tells by how much, in `CONFIDENT` percent of the draws.
        """
        ahead = self.drawn.r_squared - other.drawn.r_squared
        return int((ahead > 0).sum()), _middle(ahead)

    @cached_property
    def ceiling(self) -> float:
        """The highest R^2 of any function of the network: what is left differs between its rows."""
        import numpy as np

        means = np.bincount(self._network, self._accuracies) / np.bincount(self._network)
        return self._explained(self._accuracies - means[self._network])

    @cached_property
    def r_squared_without_offset(self) -> float:
        """The share of the variance that the law without an offset, a x^b, explains."""
        return without_offset(self._logs, self._accuracies)

    @property
    def r_squared_left_out(self) -> Estimate:
        """The least and the greatest R^2 with one network left out."""
        found = self.left_out.r_squared
        return Estimate(float(found.min()), float(found.max()))

    @cached_property
    def q_squared(self) -> float:
        """Q^2: R^2 of the accuracies predicted from the other networks (cross-validation)."""
        return self._explained(self._missed)

    @cached_property
    def q_squared_by_family(self) -> float:
        """Q^2 where each accuracy is predicted from the other families alone."""
        import numpy as np

        told = self._fits(self._family[None, :] != np.arange(self.families)[:, None]).at(self._logs)
        missed = self._accuracies - told[self._family, np.arange(len(self.known))]
        return self._explained(missed)

    def _explained(self, missed: Array) -> float:
        import numpy as np

        total = np.square(self._accuracies - self._accuracies.mean()).sum()
        return float(1 - np.square(missed).sum() / total)

    @property
    def error(self) -> float:
        """The root mean square error of these predictions, in percentage points."""
        import numpy as np

        return float(np.sqrt(np.square(self._missed).mean()))

    def confidence(self, logs: Sequence[float]) -> list[Estimate]:
        """Give the confidence band of the curve at logarithms: `CONFIDENT` percent of the draws lie in it."""
        return [_middle(column) for column in self.drawn.at(logs).T]

    def expected(self, log: float) -> float:
        """Give the accuracy that the law expects, a percentage."""
        return min(max(self.law.at(log), 0.0), ALL)

    def interval(self, log: float) -> Estimate:
        """Give the prediction interval, in which `HELD` percent of further networks are expected.

        It is the jackknife+ of Barber et al. 2021 over networks: each, left out, tells a
        prediction here and how far it misses there; the rows of one share its weight.
        What is proved of it is 2 * `HELD` - 100 of a hundred, for networks drawn alike.
        """
        import numpy as np

        told = self.left_out.at([log])[self._network, 0]
        misses = np.abs(self._missed)
        weights = 1 / np.bincount(self._network)[self._network] / (self.networks + 1)
        high = _reaching(told + misses, weights, HELD / 100)
        low = -_reaching(misses - told, weights, HELD / 100)
        return Estimate(*(float(min(max(end, 0.0), ALL)) for end in (low, high)))

    @property
    def range(self) -> Estimate:
        """The least and the greatest logarithm of the rows."""
        return Estimate(float(self._logs.min()), float(self._logs.max()))

    @cached_property
    def predicted(self) -> Array:
        """The accuracy of each row, predicted from the other networks."""
        import numpy as np

        return self.left_out.at(self._logs)[self._network, np.arange(len(self.known))]

    @property
    def _missed(self) -> Array:
        return self._accuracies - self.predicted

    @cached_property
    def _whole(self) -> Fits:
        import numpy as np

        return self._fits(np.ones((1, len(self.known))))

    def _fits(self, weights: NDArray[np.generic]) -> Fits:
        return fits(self._logs, self._accuracies, weights.astype(float))

    @cached_property
    def _logs(self) -> Array:
        import numpy as np

        return np.array([known.log for known in self.known])

    @cached_property
    def _accuracies(self) -> Array:
        import numpy as np

        return np.array([known.accuracy for known in self.known])

    @cached_property
    def _network(self) -> NDArray[np.int64]:
        import numpy as np

        return np.array([known.network for known in self.known], dtype=np.int64)

    @cached_property
    def _family(self) -> NDArray[np.int64]:
        import numpy as np

        return np.array([known.family for known in self.known], dtype=np.int64)


def _middle(values: Array) -> Estimate:
    import numpy as np

    outside = (100 - CONFIDENT) / 2
    return Estimate(*(float(end) for end in np.percentile(values, [outside, 100 - outside])))


def _reaching(values: Array, weights: Array, part: float) -> float:
    """Give the weighted quantile of values; infinite where the weights do not reach that far."""
    import numpy as np

    order = np.argsort(values)
    place = int(np.searchsorted(np.cumsum(weights[order]), part))
    return float(values[order[place]]) if place < len(order) else math.inf


@cache
def study(laws: str, predictor: str, target: AccuracyKind, single: bool = False) -> Study:
    """Study a predictor under a law set, on all rows of the zoo or on the first of each network."""
    known = sample(measured(laws), PREDICTORS[predictor], target)
    return Study(once(known) if single else known)


@cache
def best(laws: str) -> Predictor:
    """Find the predictor with the highest Q^2 under a law set, for both accuracies together."""

    def quality(predictor: Predictor) -> float:
        return sum(study(laws, predictor.name, target).q_squared for target in TARGETS)

    return max(PREDICTORS.values(), key=quality)
