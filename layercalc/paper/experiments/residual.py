"""The ResNets and the PlainNets (the same without shortcuts) of figures 8 and 9 (section 7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeAlias

from layercalc.errors import Source
from layercalc.inspect.profile import steps
from layercalc.model import Model, load
from layercalc.paper.experiments.shared import LAWS, formulas, log2
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.points import read_points
from layercalc.syntax.library import folder

DEPTHS = (18, 34, 50, 101, 152)
RESNET, PLAINNET = FAMILIES = ("ResNet", "PlainNet")
#: The name of the step where a shortcut ends.
MERGE = "add"
#: The family of basic blocks that 34 belongs to: as with bottlenecks, its third stage grows.
BASIC = """
use "resnet.arch"
let (counts, expansion) = ([3, 4, (depth - 22) / 2, 3], 1)
input(3, resolution, resolution) -> stem -> stages -> head
"""


class ResidualStep(NamedTuple):
    """A local layer or a merge, with the logarithms of the cumulative values after it."""

    name: str
    power: float
    complexity: float


@dataclass(frozen=True, slots=True)
class ResidualNetwork:
    """A network of one of the families; `gcip` and `gcc` are logarithms to base two."""

    family: str
    depth: int
    gcip: float
    gcc: float
    steps: tuple[ResidualStep, ...]

    @property
    def merges(self) -> int:
        """The number of shortcuts."""
        return sum(step.name == MERGE for step in self.steps)

    @property
    def slope(self) -> float:
        """The average loss of power per step, in bits."""
        return -self.gcip / len(self.steps)


#: The networks by family and depth.
Members: TypeAlias = Mapping[tuple[str, int], ResidualNetwork]


@cache
def members(laws: str) -> Members:
    """Measure all ten networks and every layer of them under a law set, once in a process.

    >>> len(members("paper")["PlainNet", 18].steps)
    37
    """
    return {(family, depth): _member(family, depth, laws) for depth in DEPTHS for family in FAMILIES}


def _member(family: str, depth: int, laws: str) -> ResidualNetwork:
    model = load("resnet", depth=depth, shortcuts=family == RESNET, laws=laws)
    found = [
        ResidualStep(step.name, log2(step.power), log2(step.complexity)) for step in steps(model.network)
    ]
    gcip, gcc = (log2(model.measure(name).product) for name in ("gcip", "gcc"))
    return ResidualNetwork(family, depth, gcip, gcc, tuple(found))


def of_family(found: Members, family: str) -> list[ResidualNetwork]:
    """List the networks of one family by depth."""
    return [found[family, depth] for depth in DEPTHS]


def closed_forms() -> Iterator[tuple[str, str]]:
    """Give the closed forms of GCIP and GCC in the depth n, for both families and both kinds of blocks.

    >>> next(closed_forms())
    ('GCIP of ResNets of basic blocks, laws paper and channels', '3.0743e-7 * 0.584^(n/2)')
    """
    for family in FAMILIES:
        for blocks in ("basic", "bottleneck"):
            models = {laws: _in_depth(blocks, family == RESNET, laws) for laws in LAWS}
            yield from formulas(f"{family}s of {blocks} blocks", models)


def _in_depth(blocks: str, shortcuts: bool, laws: str) -> Model:
    if blocks == "bottleneck":
        return load("resnet", depth="n", shortcuts=shortcuts, laws=laws)
    return basic("n", shortcuts, laws)


def basic(depth: str, shortcuts: bool, laws: str) -> Model:
    """Load a network of basic blocks of any depth.

    >>> basic("34", True, "paper").gcc == load("resnet", depth=34).gcc
    True
    """
    program = assemble(Source("basic", BASIC), folder("specs") / "basic.arch", laws)
    given = {"depth": depth, "shortcuts": "true" if shortcuts else "false"}
    return Model(resolve(program, {name: read_points(name, text)[0] for name, text in given.items()}))


def differences(found: Members, name: str) -> list[float]:
    """Subtract the PlainNets' logarithms of `gcip` or `gcc` from the ResNets', depth by depth."""
    pairs = zip(of_family(found, RESNET), of_family(found, PLAINNET), strict=True)
    return [getattr(residual, name) - getattr(plain, name) for residual, plain in pairs]


def bits(values: Sequence[float], decimals: int = 1) -> str:
    """Write logarithms in a row.

    >>> bits([1.25, 2])
    '1.2, 2.0'
    """
    return ", ".join(f"{value:.{decimals}f}" for value in values)
