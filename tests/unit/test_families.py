"""Every family in closed form: inside its domain it is the network at these numbers, else refused."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product

import pytest

from layercalc import specs
from layercalc.assumptions.domain import Domain, joined
from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.program import Program
from layercalc.syntax.library import shipped
from tests.examples import long_run
from tests.twin.holding import close, values_of

# Thousands of networks reach hardly a line that a few do not: under coverage they take three times as long.
pytestmark = pytest.mark.no_cover

#: Points inside, besides those at the borders, and points outside.
INSIDE, OUTSIDE = (12, 5) if long_run() else (2, 2)
#: Numbers among which borders are looked for.
LOOKED_AT = 160


@dataclass(frozen=True, slots=True)
class Family:
    """A spec with params that are symbols, each with the numbers to put in its place.

    A symbol bears the name of its param; `given` are numbers and expressions of
    these symbols for other params. Only the long run takes those that are slow.
    """

    spec: str
    grid: Mapping[str, list[int]]
    given: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False

    def __str__(self) -> str:
        given = [f"{name}={text}" for name, text in self.given.items()]
        return "-".join([self.spec, *self.grid, *given])

    def closed(self, laws: str) -> dict[str, Closed]:
        """Give the measures in symbols."""
        return self._measures(laws, {name: name for name in self.grid})

    def at(self, laws: str, point: Mapping[str, int]) -> dict[str, Closed]:
        """Give the measures of the network at a point."""
        return self._measures(laws, {name: str(value) for name, value in point.items()})

    def points(self) -> Iterator[dict[str, int]]:
        """Give every point of the grid."""
        for values in product(*self.grid.values()):
            yield dict(zip(self.grid, values, strict=True))

    def chosen(self) -> list[dict[str, int]]:
        """Choose points of the grid: its corners, and others at random, the same each time."""
        points = [*self.points()]
        others = points[1:-1]
        some = random.Random(str(self)).sample(others, min(INSIDE - 2, len(others)))
        return [points[0], *some, points[-1]]

    def borders(self, holds: Domain) -> Iterator[dict[str, int]]:
        """Give the least number of each symbol, with the others as in the middle of the grid."""
        for name, point in self._lines():
            inside = (number for number in range(LOOKED_AT) if holds.allows({**point, name: number}))
            if (least := next(inside, None)) is not None:
                yield {**point, name: least}

    def outside(self, holds: Domain) -> Iterator[dict[str, int]]:
        """Give points outside, positive ones first: a symbol is positive, whatever else."""
        numbers = (1, 2, 3, 4, 5, 6, 7, 18, 34, 92, 152)
        points = ({**point, name: number} for name, point in self._lines() for number in numbers)
        positive = [*islice((point for point in points if not holds.allows(point)), OUTSIDE)]
        name, point = next(self._lines())
        yield from [*positive, *({**point, name: number} for number in range(0, -OUTSIDE, -1))][:OUTSIDE]

    def _lines(self) -> Iterator[tuple[str, dict[str, int]]]:
        middle = {name: numbers[len(numbers) // 2] for name, numbers in self.grid.items()}
        yield from ((name, middle) for name in self.grid)

    def _measures(self, laws: str, params: Mapping[str, str]) -> dict[str, Closed]:
        return measure_all(resolve(_program(self.spec, laws), values_of({**self.given, **params})))


FAMILIES = [
    Family("mlp", {"depth": [1, 2, 3, 4, 5, 10, 99], "width": [1, 2, 3, 10, 64, 100, 257, 1000]}),
    Family("autoencoder", {"width": [2, 3, 32, 65], "kernel": [2, 3, 4, 5], "resolution": [8, 16, 64, 200]}),
    Family("resnet", {"depth": [35, 38, 41, 50, 53, 101, 200], "width": [2, 3, 5, 16, 64, 65, 100, 128]}),
    Family(
        "resnet",
        {"depth": [35, 38, 41, 50, 53, 101, 200], "width": [2, 3, 5, 16, 64, 65, 100, 128]},
        {"shortcuts": "false"},
        slow=True,
    ),
    Family("resnet_cifar", {"depth": [8, 14, 20, 26, 32, 56, 110], "width": [2, 3, 5, 16, 17, 64, 100, 160]}),
    Family(
        "resnet_cifar",
        {"depth": [8, 14, 20, 26, 32, 56, 110], "width": [2, 3, 5, 16, 17, 64, 100, 160]},
        {"shortcuts": "false"},
        slow=True,
    ),
    Family("wide_resnet", {"depth": [10, 16, 22, 28, 34, 40, 100], "widening": [2, 3, 4, 5, 6, 8, 10, 12]}),
    Family("vgg", {"depth": [13, 16, 19, 22, 25, 40, 100], "width": [2, 3, 5, 16, 32, 64, 65, 100]}),
    Family("vgg", {"convolutions": [1, 2, 3, 4, 5, 10, 31], "width": [2, 3, 5, 16, 32, 64, 65, 100]}),
    Family(
        "mobilenet", {"width": [2, 3, 8, 16, 24, 31, 32, 48], "resolution": [64, 96, 128, 160, 192, 224, 320]}
    ),
    Family(
        "mobilenet_v2",
        {"width": [1, 2, 3], "classes": [1, 2, 1000], "resolution": [64, 96, 224, 320, 448, 640]},
    ),
    Family(
        "mnasnet", {"width": [1, 2, 3], "classes": [1, 2, 1000], "resolution": [64, 96, 224, 320, 448, 640]}
    ),
    # Nothing is said of what divides the resolution: these round down the map.
    Family(
        "efficientnet",
        {"width": [1, 2], "depth": [1, 2, 7], "resolution": [64, 65, 224, 331]},
    ),
    Family(
        "shufflenet_v2",
        {"channels": [4, 48, 116], "classes": [1, 2, 1000], "resolution": [64, 96, 224, 320, 448, 640]},
    ),
    Family("densenet", {"layers": [1, 2, 3, 4, 5, 6, 12], "growth": [8, 16, 24, 32, 40, 48, 56, 80]}),
    Family(
        "unet", {"width": [2, 3, 8, 16, 32, 64, 65], "resolution": [188, 204, 220, 316, 396, 572, 700, 1004]}
    ),
    Family("unet", {"levels": [1, 2, 3, 4, 5], "width": [2, 3, 5, 8, 16, 24, 32, 64, 65, 100]}),
    Family("nasnet", {"cells": [4, 5, 11], "filters": [192, 1056], "classes": [1, 2, 1000]}),
    Family(
        "transformer",
        {"layers": [1, 2, 24], "width": [24, 48, 240], "heads": [2, 3, 12], "length": [2, 100]},
    ),
    Family("rnn", {"steps": [1, 2, 3, 10, 100], "inputs": [1, 2, 9, 300], "width": [2, 3, 64]}),
    Family("alexnet", {"classes": [1, 2, 10, 100, 1000], "resolution": [*range(64, 384, 32)]}),
    Family(
        "caffe_resnet", {"depth": [50, 53, 101, 200, 1001], "width": [2, 3, 5, 8, 16, 17, 32, 64, 65, 99]}
    ),
    Family("fb_resnet", {"depth": [50, 53, 101, 200, 1001], "width": [2, 3, 5, 8, 16, 17, 32, 64, 65, 99]}),
    Family(
        "resnext", {"depth": [50, 53, 101], "cardinality": [1, 2, 3, 32, 64], "group_width": [2, 3, 4, 8]}
    ),
    Family(
        "wide_resnet_imagenet", {"depth": [50, 53, 101], "widening": [1, 2, 3, 4, 8], "width": [2, 3, 32, 64]}
    ),
    Family("se_resnet", {"depth": [50, 53, 101, 200, 1001], "resolution": [*range(64, 384, 32)]}),
    Family(
        "se_resnext", {"depth": [50, 53, 101, 200, 1001], "cardinality": [1, 2, 3, 5, 8, 12, 16, 31, 32, 64]}
    ),
    Family("senet", {"depth": [49, 52, 154, 157, 1000], "cardinality": [1, 2, 3, 5, 8, 12, 16, 31, 32, 64]}),
    Family("resnet_v2", {"depth": [38, 41, 50, 53, 101], "width": [2, 3, 5, 8, 16, 17, 32, 64, 65, 99]}),
    Family("squeezenet", {"classes": [1, 2, 10, 100, 1000], "resolution": [*range(64, 384, 32)]}),
    Family("googlenet", {"classes": [1, 2, 10, 100, 1000], "resolution": [*range(64, 384, 32)]}),
    Family("bn_inception", {"classes": [1, 2, 10, 100, 1000], "resolution": [*range(64, 384, 32)]}),
    Family("inception_v3", {"classes": [1, 2, 10, 100, 1000], "resolution": [*range(107, 427, 32)]}),
    Family("inception_v4", {"a": [1, 2, 4, 9], "b": [1, 2, 7, 30], "c": [1, 2, 3, 8]}),
    Family("inception_resnet_v2", {"a": [1, 2, 5, 10], "b": [1, 2, 20, 100], "c": [1, 2, 5, 10]}),
    Family("polynet", {"a": [1, 2, 5, 10], "b": [2, 4, 20, 40], "c": [2, 4, 10, 20]}),
    Family("polynet", {"order": [2, 3, 4, 5, 8], "resolution": [*range(107, 427, 32)]}, slow=True),
    Family("xception", {"middle": [1, 2, 8, 16, 99], "resolution": [*range(43, 363, 32)]}),
    Family("pnasnet", {"cells": [4, 5, 6, 13], "resolution": [75, 107, 203, 363]}),
    Family(
        "pnasnet",
        {"cells": [4, 5, 6, 7, 13], "filters": [8, 16, 54 * 8, 216, 1000], "stem": [3, 96]},
        slow=True,
    ),
    Family("amoebanet", {"layers": [12, 15, 36], "resolution": [64, 96, 224, 352]}),
    # Its two paths begin alike and go on alike: they are one value.
    Family("dpn", {"depth": [95, 101, 104, 131, 200], "resolution": [*range(64, 384, 32)]}),
]


#: In the long run every family under both law sets; else those that are not slow, under one of them, in turn.
LAWS = ("paper", "channels")
UNDER = [
    (family, laws)
    for at, family in enumerate(FAMILIES)
    if long_run() or not family.slow
    for laws in (LAWS if long_run() else (LAWS[at % 2],))
]


@pytest.mark.parametrize(("family", "laws"), UNDER, ids=str)
def test_a_closed_form_is_the_network_inside_its_domain_and_refused_outside(
    family: Family, laws: str
) -> None:
    closed = family.closed(laws)
    for point in family.chosen():
        resolved = family.at(laws, point)
        put_in = {name: measure.substitute(point) for name, measure in closed.items()}
        assert put_in.keys() == resolved.keys()
        assert [name for name in put_in if not _same(put_in[name], resolved[name])] == [], point
    holds = joined(measure.holds for measure in closed.values())
    for point in family.borders(holds):
        resolved = family.at(laws, point)
        wrong = [name for name in closed if not _same(closed[name].substitute(point), resolved[name])]
        assert wrong == [], point
    for point in family.outside(holds):
        with pytest.raises(SpecError):
            holds.put_in(point)
        assert _another(family, laws, closed, point), f"{point} could be inside: {holds}"


def _another(family: Family, laws: str, closed: Mapping[str, Closed], point: Mapping[str, int]) -> bool:
    """Tell whether a point has no network, or one that is not the closed form's."""
    try:
        resolved = family.at(laws, point)
        put_in = {name: measure.freely().substitute(point) for name, measure in closed.items()}
        return not all(_same(put_in[name], resolved[name]) for name in closed)
    except SpecError:
        return True


def test_every_shipped_spec_with_a_family_is_held() -> None:
    """LeNet is a single network; those of `test_modern.py` are held there."""
    modern = shipped("language", "sequence", "vision").keys()
    assert {family.spec for family in FAMILIES} == specs().keys() - {"lenet"} - modern


@cache
def _program(spec: str, laws: str) -> Program:
    return load_program(spec, laws)


def _same(closed: Closed, number: Closed) -> bool:
    return number.log2 is not None and close(closed.log2, number.log2)
