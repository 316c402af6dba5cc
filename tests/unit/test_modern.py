"""The families of today: the counts of public code, and their closed forms against numbers.

The counts stand in `docs/families.md`, each with its source and the command that gives it; the
parameters are held to the unit, and the multiply-accumulates as far as the source publishes them.
"""

from __future__ import annotations

import random
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import pytest
import sympy

from layercalc import specs
from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.measures import measure_all
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.syntax import tree
from layercalc.syntax.library import shipped
from layercalc.syntax.parse import parse_values
from tests.checkout import ROOT
from tests.examples import long_run
from tests.twin.holding import close, values_of

KINDS = ("language", "sequence", "vision")
ROW = re.compile(
    r"\| (?P<name>.*?) \| `layercalc eval (?P<spec>\w+)(?P<params>.*?)` "
    r"\| (?P<counted>[\d,]+) \| (?P<macs>[\d,]+) \| (?P<published>[\d.]*) \| (?P<source>.+) \|"
)


class Row(NamedTuple):
    """A row of the table of counts."""

    name: str
    spec: str
    params: str
    counted: str
    macs: str
    published: str
    source: str


def _rows() -> list[Row]:
    page = (ROOT / "docs" / "families.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| ") and "`layercalc" in line]
    found = [ROW.fullmatch(line) for line in lines]
    return [Row(**row.groupdict()) for row in found if row is not None or pytest.fail("a row is not read")]


ROWS = _rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_counts_are_those_of_the_public_implementation(row: Row) -> None:
    words = shlex.split(row.params)
    given = dict(zip((word.removeprefix("--") for word in words[::2]), words[1::2], strict=True))
    found = _measures(row.spec, given, "params", "macs")
    assert f"{found['params'].value:,}" == row.counted
    assert f"{found['macs'].value:,}" == row.macs
    if row.published:
        macs = Fraction(row.macs.replace(",", ""))
        assert round(macs / 10**9, 3) == Fraction(row.published)


@dataclass(frozen=True, slots=True)
class Family:
    """A spec with some params as symbols, and the numbers to put in their place; `slow` ones wait."""

    spec: str
    grid: Mapping[str, list[int]]
    slow: bool = False

    def __str__(self) -> str:
        return "-".join([self.spec, *self.grid])

    def points(self) -> list[dict[str, int]]:
        """Choose points of the grid, both ends among them, the same each time."""
        first, *others, last = product(*self.grid.values())
        chosen = [first, *(random.Random(str(self)).sample(others, 10) if long_run() else ()), last]
        return [dict(zip(self.grid, values, strict=True)) for values in chosen]


FAMILIES = [
    Family("gpt", {"layers": [1, 2, 13, 96], "heads": [1, 2, 12, 25], "length": [2, 1024]}),
    Family("llama", {"layers": [1, 2, 32], "groups": [1, 2, 8], "width": [256, 512, 4096]}),
    Family("moe", {"layers": [1, 2, 32], "hidden": [1, 14336], "length": [2, 4096]}),
    Family("moe", {"layers": [1, 2, 32], "heads": [8, 16, 32, 64]}),
    Family("bert", {"layers": [1, 2, 24], "heads": [1, 2, 16], "length": [2, 512]}),
    Family("t5", {"layers": [1, 2, 12], "width": [1, 2, 768], "heads": [1, 8], "length": [2, 512]}),
    Family("mamba", {"layers": [1, 2, 24], "width": [16, 32, 768], "state": [2, 16]}),
    Family("lstm", {"layers": [1, 2, 3], "units": [1, 2, 650], "length": [2, 3, 35]}),
    Family("gru", {"layers": [1, 2, 3], "units": [1, 2, 650], "length": [2, 3, 35]}),
    Family("tcn", {"levels": [1, 2, 8], "width": [2, 3, 25], "length": [2, 784]}),
    Family("wavenet", {"stacks": [1, 2, 3], "channels": [1, 2, 64], "length": [2, 16000]}),
    Family("wavenet", {"layers": [1, 2, 10], "channels": [1, 2, 64], "length": [2, 16000]}),
    Family("vit", {"layers": [1, 2, 32], "heads": [1, 2, 16], "resolution": [32, 64, 224]}),
    Family("mixer", {"layers": [1, 2, 32], "width": [1, 2, 768], "tokens": [1, 384]}),
    Family("swin", {"width": [32, 64, 96, 192], "resolution": [224, 448, 672, 896]}),
    Family("convnext", {"width": [2, 3, 96], "resolution": [64, 96, 224, 384]}),
    Family("clip", {"layers": [1, 2, 24], "width": [64, 128, 1024], "length": [2, 77]}),
    Family("dcgan", {"noise": [1, 2, 100], "width": [1, 2, 3, 64]}),
    Family("deeplabv3", {"classes": [2, 3, 21], "resolution": [16, 24, 104, 520]}),
    Family("fpn", {"channels": [1, 2, 3, 256], "resolution": [32, 64, 800]}),
    Family("retinanet", {"channels": [1, 2, 256], "anchors": [1, 9], "resolution": [32, 64, 800]}),
    Family("yolov3", {"classes": [1, 2, 80], "anchors": [1, 3], "resolution": [32, 64, 416]}),
    Family("hrnet", {"width": [1, 2, 18, 48], "resolution": [64, 96, 224, 384]}),
    Family("hrnet", {"width": [1, 2, 18, 48], "third": [1, 2, 4], "fourth": [1, 3]}, slow=True),
    Family("res2net", {"width": [1, 2, 3, 26], "resolution": [64, 96, 224]}),
    Family("res2net", {"scales": [2, 3, 4, 8], "width": [1, 2, 26]}),
    Family("regnet", {"classes": [2, 3, 1000], "resolution": [64, 96, 224, 384]}),
    Family("mobilenet_v3", {"classes": [2, 3, 1000], "resolution": [64, 96, 224, 384]}),
    Family("efficientnet_v2", {"classes": [2, 3, 1000], "resolution": [64, 96, 224, 384]}),
    Family("ghostnet", {"width": [1, 2, 3], "resolution": [64, 96, 224, 384]}),
]


@pytest.mark.no_cover
@pytest.mark.parametrize("family", [one for one in FAMILIES if long_run() or not one.slow], ids=str)
def test_a_closed_form_is_the_network_at_numbers(family: Family) -> None:
    closed = _measures(family.spec, {name: name for name in family.grid})
    for point in family.points():
        resolved = _measures(family.spec, {name: str(value) for name, value in point.items()})
        assert closed.keys() == resolved.keys()
        wrong = [name for name in closed if not _same(closed[name].substitute(point), resolved[name])]
        assert wrong == [], point


def test_the_paths_of_hrnet_are_short_in_its_loops() -> None:
    network = resolve(load_program("hrnet"), values_of({"width": "w", "third": "m", "fourth": "k"}))
    told = measure_all(network, ["gcip", "longest_path"])
    assert told["gcip"].folded() == "1.6539 * 10^-17 * 0.06793^k * 0.06793^m"
    assert "min" not in told["longest_path"].folded()


@pytest.mark.parametrize("spec", ["mamba", "t5", "fpn"])
def test_an_exact_value_is_read_as_it_is_printed(spec: str) -> None:
    closed = _measures(spec, {}, "gcc")["gcc"]
    [value] = parse_values(Source("exact", closed.exact().text))
    assert not isinstance(value, tree.Interval)
    read = evaluate(value, Context(Scope()))
    assert close(closed.log2, float(sympy.log(read, 2).evalf(30)))


def test_every_family_has_a_row_and_a_closed_form() -> None:
    named = shipped(*KINDS).keys()
    assert named <= specs().keys()
    assert {row.spec for row in ROWS} == named
    assert {family.spec for family in FAMILIES} == named


def _measures(spec: str, given: Mapping[str, str], *names: str) -> dict[str, Closed]:
    return measure_all(resolve(load_program(spec), values_of(given)), names or None)


def _same(closed: Closed, number: Closed) -> bool:
    return number.log2 is not None and close(closed.log2, number.log2)
