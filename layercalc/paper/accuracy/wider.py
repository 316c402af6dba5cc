"""Accuracy on networks that the paper does not have: what explains it there, and what the paper's curves say.

From: the rows of the wider zoo under a law set. To: for groups of rows by era and kind, how a
predictor is related to accuracy, how far the curve fitted to the paper's rows misses, and how far
recipes of one network lie apart. Promises: nothing is drawn by lot; a group has its numbers or none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from layercalc.measures import LOGS
from layercalc.paper import zoo
from layercalc.paper.accuracy.fit import fits
from layercalc.paper.accuracy.predictor import COUNTS, PREDICTORS, Predictor
from layercalc.paper.accuracy.sample import AccuracyKind
from layercalc.paper.accuracy.study import FEWEST, study
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.era import ERAS
from layercalc.paper.zoo.wider import WiderRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layercalc.paper.accuracy.fit import Array

IMAGE_SIZE = Predictor("image_size", "image size", ("image_size",), lambda logs: logs["image_size"])
#: What accuracy is held against on the wider zoo.
COMPARED: Mapping[str, Predictor] = {**PREDICTORS, IMAGE_SIZE.name: IMAGE_SIZE}
#: Rows that a group has at least.
SMALLEST = 20


#: The eras whose weights have seen nothing but ImageNet-1k with its labels.
ALONE = ("first", "own", "long")


class Group(NamedTuple):
    """Rows of some eras, and of one of `KINDS`; what is not named takes all.

    Those that timm tests its code with are in none but that of `tests`: of 0.3 to 0.5 million
    parameters at 160 x 160, they alone would decide what explains accuracy.
    """

    eras: tuple[str, ...] = ()
    kind: str | None = None
    tests: bool = False

    def holds(self, row: WiderRow) -> bool:
        """Tell whether a row belongs to it."""
        is_in = (not self.eras or row.era in self.eras) and self.kind in (None, kind(row))
        return is_in and (self.tests or not row.model.startswith("test_"))

    @property
    def label(self) -> str:
        """Name it.

        >>> Group().label, Group(("first",), "convolutional").label, Group(tests=True).label
        ('all', 'first, convolutional', 'all and the test networks')
        """
        if self.tests:
            return "all and the test networks"
        eras = "ImageNet-1k alone" if self.eras == ALONE else " ".join(self.eras)
        return ", ".join(filter(None, (eras, self.kind))) or "all"


#: Kinds of networks: those with attention, others of families that mix channels by `linear`, all others.
KINDS = CONVOLUTIONAL, MIXING, ATTENTION = "convolutional", "with linear layers", "with attention"
#: Families without attention most of whose networks have layers that mix channels by `linear`, place by
#: place: eq. (16) counts such a layer once, where a convolution counts n times.
LINEAR = ("convnext", "mambaout", "mlp_mixer", "sequencer", "swiftformer")


def kind(row: WiderRow) -> str:
    """Tell the kind of a network.

    >>> kind(wider.find("resnet50.tv_in1k")[0])
    'convolutional'
    """
    if row.attention:
        return ATTENTION
    return MIXING if row.family in LINEAR else CONVOLUTIONAL


ALL, WITH_TESTS = Group(), Group(tests=True)
PLAIN, FIRST = Group(ALONE, CONVOLUTIONAL), Group(("first",), CONVOLUTIONAL)
_ERAS = ((), ALONE, *((era,) for era in ERAS))
GROUPS = (*(Group(eras, kind) for eras in _ERAS for kind in (None, *KINDS)), WITH_TESTS)


class Relation(NamedTuple):
    """How a predictor is related to accuracy in a group: R^2 of its power law there, and Spearman's rho."""

    rows: int
    networks: int
    r_squared: float
    rank_correlation: float


class Trial(NamedTuple):
    """How the curve of the paper's rows does in a group of networks that they do not have.

    `bias` is how far accuracies lie above the curve in the mean, `error` the root of the mean square, in
    points; `r_squared` is below 0 where their mean says more than the curve; `covered` is the share
    within the interval of the curve.
    """

    rows: int
    networks: int
    bias: float
    error: float
    r_squared: float
    covered: float


class Recipes(NamedTuple):
    """The recipes of a group that share a network.

    `ceiling` is the highest R^2 that a function of the network and its image size can have there,
    `apart` the standard deviation of the recipes of one network, in points, None where none has two.
    """

    rows: int
    networks: int
    ceiling: float
    apart: float | None


def logs_of(row: WiderRow, laws: str) -> dict[str, float]:
    """Give the logarithms that predictors take.

    >>> found = logs_of(wider.find("resnet50.tv_in1k")[0], "paper")
    >>> round(found["gcc"], 2), round(found["params"], 2), round(2 ** found["image_size"])
    (202.73, 24.61, 224)
    """
    told = row.measures[laws]
    counts = {name: math.log2(told[name]) for name in COUNTS}
    logs = {name: told[name] for name in LOGS if math.isfinite(told[name])}
    return {**logs, **counts, "image_size": math.log2(row.image_size)}


def different() -> dict[str, list[str]]:
    """List the law sets whose complexities differ, each with those that are like it.

    >>> "channels" in different()["channels"], "literal" in different()["paper"]
    (True, False)
    """
    found: dict[tuple[float, ...], list[str]] = {}
    for laws in wider.law_sets():
        told = tuple(row.measures[laws][name] for row in wider.rows() for name in ("gcc", "gsc"))
        found.setdefault(told, []).append(laws)
    return {alike[0]: alike for alike in found.values()}


class Sample(NamedTuple):
    """Rows that have a predictor, its logarithms, and their accuracies."""

    rows: Sequence[WiderRow]
    logs: Array
    accuracies: Array

    def groups(self) -> Iterator[tuple[Group, NDArray[np.bool_]]]:
        """Give the groups that are large enough, each with the rows in it."""
        import numpy as np

        for group in GROUPS:
            chosen = np.array([group.holds(row) for row in self.rows], dtype=np.bool_)
            if chosen.sum() >= SMALLEST and len(np.unique(self.logs[chosen])) >= FEWEST:
                yield group, chosen


def sample(rows: Sequence[WiderRow], laws: str, predictor: str, target: AccuracyKind) -> Sample:
    """Choose the rows that have a predictor."""
    import numpy as np

    found = [(row, log) for row in rows if (log := COMPARED[predictor].log2(logs_of(row, laws))) is not None]
    accuracies = [getattr(row, target) for row, _ in found]
    return Sample([row for row, _ in found], np.array([log for _, log in found]), np.array(accuracies))


@cache
def relations(laws: str, predictor: str, target: AccuracyKind) -> Mapping[Group, Relation]:
    """Relate a predictor to accuracy in each group."""
    import numpy as np
    from scipy.stats import spearmanr

    found = sample(wider.rows(), laws, predictor, target)
    groups = dict(found.groups())
    if not groups:
        return {}
    fitted = fits(found.logs, found.accuracies, np.array([*groups.values()], dtype=float))
    return {
        group: Relation(
            int(chosen.sum()),
            _networks(found.rows, chosen),
            float(explained),
            float(spearmanr(found.logs[chosen], found.accuracies[chosen]).statistic),
        )
        for (group, chosen), explained in zip(groups.items(), fitted.r_squared, strict=True)
    }


@cache
def trials(laws: str, predictor: str, target: AccuracyKind) -> Mapping[Group, Trial]:
    """Try the curve of the paper's rows in each group of networks that they do not have."""
    import numpy as np

    curve, found = study(laws, predictor, target), sample(unknown(), laws, predictor, target)
    ends = {log: curve.interval(log) for log in np.unique(found.logs).tolist()}
    low, high = (np.array([ends[log][end] for log in found.logs.tolist()]) for end in (0, 1))
    missed = found.accuracies - np.array([curve.expected(log) for log in found.logs.tolist()])
    inside = (low <= found.accuracies) & (found.accuracies <= high)
    return {
        group: Trial(
            int(chosen.sum()),
            _networks(found.rows, chosen),
            float(missed[chosen].mean()),
            float(np.sqrt(np.square(missed[chosen]).mean())),
            float(1 - np.square(missed[chosen]).mean() / found.accuracies[chosen].var()),
            float(inside[chosen].mean()),
        )
        for group, chosen in found.groups()
    }


@cache
def unknown() -> Sequence[WiderRow]:
    """Give the rows whose network the paper does not have, by its parameters and multiply-accumulates."""
    known = {(row.params, row.macs) for row in zoo.rows()}
    return tuple(row for row in wider.rows() if (row.params, row.macs) not in known)


@cache
def recipes(group: Group, target: AccuracyKind) -> Recipes:
    """Part the variance of accuracy into that between networks and that between recipes of one."""
    import numpy as np

    rows = [row for row in wider.rows() if group.holds(row)]
    if not rows:
        return Recipes(0, 0, 1.0, None)
    networks = [[getattr(row, target) for row in alike] for alike in by_network(rows).values()]
    within = sum(len(alike) * float(np.var(alike)) for alike in networks)
    total = len(rows) * float(np.var([getattr(row, target) for row in rows]))
    repeated = len(rows) - len(networks)
    apart = math.sqrt(within / repeated) if repeated else None
    return Recipes(len(rows), len(networks), 1 - within / total if total else 1.0, apart)


def by_network(rows: Sequence[WiderRow]) -> dict[tuple[str, int], list[WiderRow]]:
    """Gather the rows of each network at one image size."""
    found: dict[tuple[str, int], list[WiderRow]] = {}
    for row in rows:
        found.setdefault(row.network, []).append(row)
    return found


def _networks(rows: Sequence[WiderRow], chosen: NDArray[np.bool_]) -> int:
    return len({row.network for row, is_in in zip(rows, chosen, strict=True) if is_in})
