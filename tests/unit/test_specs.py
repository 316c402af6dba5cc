"""What the shipped specs give: published counts, and the claims of the paper that a law set fulfils."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from layercalc import Model, SpecError, law_sets, load, loads, specs
from layercalc.algebras import Algebra
from layercalc.algebras.max_times import MaxTimes
from layercalc.algebras.plus_times import PlusTimes
from layercalc.algebras.total import Total
from layercalc.evaluate import Reading
from layercalc.forms.product import Product
from layercalc.measures import MEASURES
from layercalc.network import Applied, Body, Merge, Scalar
from layercalc.resolve.loading import load_program
from tests.examples import long_run
from tests.unit.test_families import FAMILIES
from tests.unit.test_modern import FAMILIES as MODERN

DECLARED = [(spec, param) for spec in specs() for param in load_program(spec).params]
#: Params that are symbols in a family are held to more there; the long run takes them here too.
HELD = {
    *((family.spec, name) for family in FAMILIES for name in family.grid if not (long_run() or family.slow)),
    *((family.spec, name) for family in MODERN for name in family.grid if not (long_run() or family.slow)),
}
FREE = [(spec, param.name.text) for spec, param in DECLARED if (spec, param.name.text) not in HELD]
DEPTHS = (18, 34, 50, 101, 152)
#: The stages of a backbone: their depths, and the widths of RegNet's.
LISTS = [
    (spec, "depths")
    for spec in ["convnext", "deeplabv3", "fpn", "regnet", "res2net", "retinanet", "swin", "yolov3"]
]
#: What cannot be a symbol, and why: truth, the names of variants, lists, and what decides of layers.
NUMBERS_ONLY = {
    **dict.fromkeys([*LISTS, ("regnet", "widths")], "not a list"),
    ("efficientnet_v2", "size"): 'no arm of this match takes "q"',
    ("moe", "heads"): "matmul: 4096/q == 1 is open",
    ("res2net", "scales"): "an index of y must be a number here",
    ("tcn", "inputs"): "q != 25 is open",
    ("efficientnet", "b"): "the index must be a number here, and it is q",
    ("mnasnet", "variant"): 'no arm of this match takes "q"',
    ("shufflenet_v2", "width"): "no arm of this match takes q",
} | {
    (spec, param.name.text): f"{param.name.text}:1:1: error: {param.name.text} is true or false"
    for spec, param in DECLARED
    if param.default is not None and param.default.span.text in ("true", "false")
}
#: In the long run all of them; else what cannot be a symbol, and every third of the rest but for HRNet's
#: last stage, whose GCC takes seconds.
PARAMS = [
    pair
    for at, pair in enumerate(FREE)
    if long_run() or pair in NUMBERS_ONLY or (at % 3 == 0 and pair != ("hrnet", "fourth"))
]
#: Members of a symbolic family, where its default is none: a list, or with a table of its own.
MEMBERS = {
    ("densenet", "depth"): 169,
    ("densenet", "layers"): 3,
    ("dpn", "depth"): 131,
    ("fb_resnet", "depth"): 101,
    ("vgg", "convolutions"): 3,
}


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
        # The tensors of the authors' pytorch/resnet.py, which table 4 rounds to 8.9, 11.0 and 36.5 millions.
        ("wide_resnet", {"depth": 40, "widening": 4}, 8_949_210),
        ("wide_resnet", {"depth": 16, "widening": 8}, 10_961_370),
        ("wide_resnet", {"depth": 28, "widening": 10}, 36_479_194),
        # Keras: SimpleRNN(128) on 28 x 28 images has 20,096, its Dense(10) 1,290.
        ("rnn", {"steps": 28, "inputs": 28, "width": 128}, 21_386),
    ],
)
def test_published_parameters(spec: str, given: dict[str, int], params: int) -> None:
    assert load(spec, given).params == params


@pytest.mark.parametrize(("depth", "widening"), [(10, 2), (16, 8), (28, 10), (40, 4)])
def test_a_wide_resnet_has_the_authors_tensors(depth: int, widening: int) -> None:
    """Add up what `gen_block_params` of github.com/szagoruyko/wide-residual-networks makes, and its use."""
    widths = [16, 16 * widening, 32 * widening, 64 * widening]
    params, macs = 2 * widths[-1] + 10 * widths[-1] + 10, 10 * widths[-1]
    convolutions = [(3 * 16 * 9, 32)]
    for size, (before, after) in zip((32, 16, 8), pairwise(widths), strict=True):
        convolutions += [(before * after, size)]
        for inputs in [before] + [after] * ((depth - 4) // 6 - 1):
            convolutions += [(9 * inputs * after, size), (9 * after * after, size)]
            params += 2 * inputs + 2 * after
    params += sum(weights for weights, _ in convolutions)
    macs += sum(weights * size**2 for weights, size in convolutions)
    model = load("wide_resnet", depth=depth, widening=widening)
    assert (model.params, model.macs) == (params, macs)


@pytest.mark.parametrize(
    ("width", "resolution", "params", "macs"),
    [
        # Howard et al. 2017, tables 6 and 7, in millions; 290 is rounded down.
        (32, 224, 4.2, 569), (24, 224, 2.6, 325), (16, 224, 1.3, 149), (8, 224, 0.5, 41),
        (32, 192, 4.2, 418), (32, 160, 4.2, 290), (32, 128, 4.2, 186),
    ],
)  # fmt: skip
def test_mobilenets_of_every_multiplier(width: int, resolution: int, params: float, macs: int) -> None:
    model = load("mobilenet", width=width, resolution=resolution)
    assert round(int(model.params) / 10**6, 1) == params
    assert abs(int(model.macs) / 10**6 - macs) < 1


@pytest.mark.parametrize(
    ("layers", "width", "heads", "params"),
    [
        # bert-base-uncased and bert-large-uncased of Hugging Face, without embeddings and pooler:
        (12, 768, 12, 109_482_240 - 23_837_184 - 590_592),
        (24, 1024, 16, 335_141_888 - 31_782_912 - 1_049_600),
        (6, 512, 8, 6 * 3_152_384),  # torch.nn.TransformerEncoderLayer(512, 8)
    ],
)
def test_parameters_of_an_encoder_stack(layers: int, width: int, heads: int, params: int) -> None:
    given = {"layers": layers, "width": width, "heads": heads, "vocabulary": 30_522, "length": 64}
    assert load("transformer", given).params - 30_522 * width == params
    attention, dense, norms = 4 * (width + 1) * width, 8 * width**2 + 5 * width, 4 * width
    assert params == layers * (attention + dense + norms)


def test_macs_of_an_encoder_stack() -> None:
    macs = load("transformer", layers="n", width="d", length="t").measure("macs")
    # Vaswani et al. 2017, table 1: t^2 d for each product of matrices, t d^2 for each dense layer of d units.
    assert macs.substitute({"n": 5, "d": 24, "t": 7}).number == 5 * (12 * 7 * 24**2 + 2 * 7**2 * 24)


@pytest.mark.parametrize("steps", [1, 2, 28])
def test_an_rnn_counts_its_weights_once_and_their_use_at_every_step(steps: int) -> None:
    model = load("rnn", steps=steps, inputs=5, width=7, outputs=3)
    assert (model.params, model.macs) == (7 * (5 + 7 + 1) + 3 * 8, steps * 7 * (5 + 7) + 3 * 7)


def test_macs_of_resnet_50() -> None:
    assert load("resnet", depth=50).macs == 4_089_184_256


@pytest.mark.parametrize("laws", ["paper", "channels", "weights"])
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


@pytest.mark.parametrize("laws", ["paper", "weights"])
def test_every_plain_net_lies_below_every_resnet(laws: str) -> None:
    plain = [_log2("gcip", depth, shortcuts=False, laws=laws) for depth in DEPTHS]
    assert max(plain) < min(_log2("gcip", depth, laws=laws) for depth in DEPTHS)


@pytest.mark.parametrize("shortcuts", [True, False])
def test_gcip_falls_with_depth_where_powers_count_weights(shortcuts: bool) -> None:
    logs = [_log2("gcip", depth, shortcuts=shortcuts, laws="weights") for depth in DEPTHS]
    assert all(after < before for before, after in pairwise(logs))


@pytest.mark.parametrize(
    ("steps", "power", "complexity"),
    [
        ("conv(6, 3, groups = 2)", Fraction(6, 18 * 4), 6 * math.log2(18)),
        ("conv(4, 1, groups = 4)", 1, 1),
        ("conv_transpose(6, 3, stride = 2, groups = 2)", Fraction(27 * 6 * 4, 4), 6 * math.log2(27)),
        ("conv_transpose(4, 1, groups = 4)", 1, 1),
        ("conv(6, 3, stride = 2, groups = 2) -> conv_transpose(4, 3, stride = 2, groups = 2)", 1, None),
    ],
)
def test_one_count_of_weights_is_in_power_and_complexity(
    steps: str, power: Fraction | int, complexity: float | None
) -> None:
    model = loads(f"input(4, 8, 8) -> {steps}", laws="weights")
    assert model.gcip == power
    assert complexity is None or model.measure("gcc").log2 == pytest.approx(math.log2(complexity))


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


#: In the long run every spec under all law sets; else under one of them, in turn: the twin has others.
UNDER = [
    (spec, laws)
    for at, spec in enumerate(specs())
    for place, laws in enumerate(law_sets())
    if long_run() or place == at % len(law_sets())
]


@pytest.mark.parametrize(("spec", "laws"), UNDER)
def test_every_spec_is_sound_under_every_law_set(spec: str, laws: str) -> None:
    model = load(spec, laws=laws)
    for name in MEASURES:
        log2 = model.measure(name).log2
        assert log2 is not None
        assert not math.isnan(log2)
        assert log2 < math.inf


@cache
def _shipped(spec: str) -> Model:
    return load(spec)


@pytest.mark.parametrize(("spec", "param"), PARAMS)
def test_every_param_may_be_a_symbol_or_says_why_not(spec: str, param: str) -> None:
    if (spec, param) in NUMBERS_ONLY:
        with pytest.raises(SpecError, match=NUMBERS_ONLY[spec, param]):
            load(spec, {param: "q"}).measure("gwc")
        return
    default = MEMBERS.get((spec, param), _shipped(spec).point[param])
    symbolic = load(spec, {param: "q"})
    numeric = load(spec, {param: default}) if (spec, param) in MEMBERS else _shipped(spec)
    for name in MEASURES if long_run() else ("gcip", "gcc", "params", "macs"):
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
    inner = [step.body for step in body.steps if not isinstance(step, Applied | Merge)]
    return len(body.steps) + sum(_steps(other, seen) for other in inner)


class _Counted:
    """An algebra that counts how often it is asked."""

    def __init__(self, algebra: Algebra[Any]) -> None:
        self.algebra, self.calls = algebra, 0
        self.one = algebra.one

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
