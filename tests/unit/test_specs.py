"""What the shipped specs give: published counts, and the claims of the paper that a law set fulfils."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from layercalc import Model, SpecError, law_sets, load, specs
from layercalc.algebras import Algebra
from layercalc.algebras.max_times import MaxTimes
from layercalc.algebras.plus_times import PlusTimes
from layercalc.algebras.total import Total
from layercalc.evaluate import Reading
from layercalc.measures import MEASURES
from layercalc.network import Apply, Body, Merge, Scalar
from layercalc.resolve.program import load_program
from layercalc.values.product import Product
from tests.checkout import ROOT

COUNTS = [*csv.DictReader((ROOT / "tests" / "data" / "counts.csv").read_text("utf-8").splitlines())]
PARAMS = [(spec, param.name.text) for spec in specs() for param in load_program(spec).params]
DEPTHS = (18, 34, 50, 101, 152)
#: What cannot be a symbol yet, and why: bodies that change the shape, lists, truth.
NUMBERS_ONLY = {
    ("densenet", "layers"): "not a list",
    ("resnet", "shortcuts"): "shortcuts:1:1: error",
    ("resnet_cifar", "shortcuts"): "shortcuts:1:1: error",
    ("vgg", "batchnorm"): "batchnorm:1:1: error",
    ("unet", "levels"): "it depends on q",
}
#: Members of a symbolic family whose default has a table of its own.
MEMBERS = {("densenet", "depth"): {"depth": 169}}


@pytest.mark.parametrize("row", COUNTS, ids=lambda row: row["row"])
def test_counts_of_the_papers_tables(row: dict[str, str]) -> None:
    model = load(row["spec"], dict(pair.split("=") for pair in row["params"].split()))
    assert (model.params, model.macs) == (int(row["params_counted"]), int(row["macs"]))


@pytest.mark.parametrize(
    ("spec", "given", "params"),
    [
        ("lenet", {}, 61_706),
        ("unet", {}, 31_030_658),
        ("resnet", {"depth": 50}, 25_557_032),
        # He et al. 2016, table 6, in millions; batch normalization counted.
        ("resnet_cifar", {"depth": 20}, 269_722),
        ("resnet_cifar", {"depth": 110}, 1_727_962),
        ("mlp", {"depth": 1, "width": 10, "inputs": 5, "classes": 2}, 82),
    ],
)
def test_published_parameters(spec: str, given: dict[str, int], params: int) -> None:
    assert load(spec, given).params == params


def test_macs_of_resnet_50() -> None:
    assert load("resnet", depth=50).macs == 4_089_184_256


@pytest.mark.parametrize("laws", ["paper", "channels"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"channels": 1, "width": 7, "kernel": 5, "resolution": 24},
        {"width": "w"},
        {"channels": "c", "width": "w", "kernel": "k", "resolution": "r"},
        {"width": "2*k", "kernel": "k"},
    ],
)
def test_a_symmetric_autoencoder_has_gcip_one(laws: str, given: dict[str, int | str]) -> None:
    assert load("autoencoder", given, laws=laws).measure("gcip").value == Product.of(1)


def test_the_letter_of_the_paper_does_not_give_that() -> None:
    assert load("autoencoder", laws="literal").gcip != 1


def test_every_plain_net_lies_below_every_resnet() -> None:
    plain = [_log2("gcip", depth, shortcuts=False) for depth in DEPTHS]
    assert max(plain) < min(_log2("gcip", depth) for depth in DEPTHS)


@pytest.mark.parametrize("laws", ["paper", "channels"])
def test_gcip_of_34_and_50_is_the_same(laws: str) -> None:
    values = [_model(depth, laws=laws).measure("gcip").value for depth in DEPTHS]
    assert values[1] == values[2]
    assert len(set(values)) == 4


@pytest.mark.parametrize("shortcuts", [True, False])
def test_gcc_rises_with_depth_under_channels(shortcuts: bool) -> None:
    logs = [_log2("gcc", depth, shortcuts=shortcuts, laws="channels") for depth in DEPTHS]
    assert logs == sorted(logs)
    assert len(set(logs)) == len(logs)


def test_gcc_does_not_rise_with_depth_under_paper() -> None:
    assert _log2("gcc", 34) > _log2("gcc", 50)


@pytest.mark.parametrize("depth", DEPTHS)
def test_gcc_hardly_tells_the_families_apart_under_channels(depth: int) -> None:
    resnet, plain = (_log2("gcc", depth, shortcuts=on, laws="channels") for on in (True, False))
    assert 0 < resnet - plain < 0.001


@pytest.mark.parametrize("laws", law_sets())
@pytest.mark.parametrize("spec", specs())
def test_every_spec_is_sound_under_every_law_set(spec: str, laws: str) -> None:
    model = load(spec, laws=laws)
    for name in MEASURES:
        log2 = model.measure(name).log2
        assert log2 is not None
        assert not math.isnan(log2)
        assert log2 < math.inf


@pytest.mark.parametrize(("spec", "param"), PARAMS)
def test_every_param_may_be_a_symbol_or_says_why_not(spec: str, param: str) -> None:
    if (spec, param) in NUMBERS_ONLY:
        with pytest.raises(SpecError, match=NUMBERS_ONLY[spec, param]):
            load(spec, {param: "q"})
        return
    symbolic, numeric = load(spec, {param: "q"}), load(spec, MEMBERS.get((spec, param), {}))
    default = numeric.point[param]
    for name in MEASURES:
        closed, number = symbolic.measure(name), numeric.measure(name)
        assert closed.substitute({"q": default}).log2 == pytest.approx(number.log2, rel=1e-12, abs=1e-12)
    assert symbolic.measure("gcc").symbols in {("q",), ()}


def test_a_published_depth_is_a_point_of_its_family() -> None:
    family = load("resnet", depth="n")
    for depth in (50, 101):
        for name in MEASURES:
            point = _model(depth).measure(name)
            assert family.measure(name).substitute({"n": depth}).log2 == pytest.approx(point.log2, rel=1e-12)


@pytest.mark.parametrize("algebra", [MaxTimes(), PlusTimes(), Total()], ids=lambda a: type(a).__name__)
def test_a_million_layers_cost_what_fifty_do(algebra: Algebra[Any]) -> None:
    (few, few_steps), (many, many_steps) = (_cost(algebra, depth) for depth in (50, 1_000_001))
    assert few_steps == many_steps
    assert many == few
    assert 0 < few < 1000


def _cost(algebra: Algebra[Any], depth: int) -> tuple[int, int]:
    """Count what a reading asks of its algebra, and the steps that the network is made of."""
    counted = _Counted(algebra)
    body = _model(depth).network.body
    reading = Reading(counted, lambda layer: layer.law("complexity"))
    reading.over_layers(body) if isinstance(algebra, Total) else reading.along_paths(body)
    return counted.calls, _steps(body, set())


def _steps(body: Body, seen: set[Body]) -> int:
    if body in seen:
        return 0
    seen.add(body)
    inner = [step.body for step in body.steps if not isinstance(step, Apply | Merge)]
    return len(body.steps) + sum(_steps(other, seen) for other in inner)


class _Counted:
    """An algebra that counts how often it is asked."""

    def __init__(self, algebra: Algebra[Any]) -> None:
        self.algebra, self.calls = algebra, 0
        self.one, self.idempotent = algebra.one, algebra.idempotent

    def of(self, scalar: Scalar) -> Any:
        self.calls += 1
        return self.algebra.of(scalar)

    def times(self, a: Any, b: Any) -> Any:
        self.calls += 1
        return self.algebra.times(a, b)

    def plus(self, values: Sequence[Any]) -> Any:
        self.calls += len(values)
        return self.algebra.plus(values)

    def power(self, a: Any, n: Scalar) -> Any:
        self.calls += 1
        return self.algebra.power(a, n)


@cache
def _model(depth: int, shortcuts: bool = True, laws: str = "paper") -> Model:
    return load("resnet", depth=depth, shortcuts=shortcuts, laws=laws)


def _log2(name: str, depth: int, shortcuts: bool = True, laws: str = "paper") -> float:
    log2 = _model(depth, shortcuts, laws).measure(name).log2
    assert log2 is not None
    return log2
