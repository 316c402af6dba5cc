"""`layercalc eval`: texts and JSON, one point and several."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from layercalc import load, specs
from layercalc.errors import Source
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Budget, Context, Scope
from layercalc.forms.product import Product
from layercalc.measures import MEASURES
from layercalc.syntax import tree
from layercalc.syntax.parse import parse_values
from layercalc.syntax.walk import value_names
from tests.examples import long_run
from tests.twin.naive import rational

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

#: Symbols for some params of each spec, and numbers to put in their place.
POINTS: dict[str, dict[str, int]] = {
    "alexnet": {"classes": 10},
    "amoebanet": {"filters": 16, "classes": 10},
    "autoencoder": {"width": 8, "kernel": 3, "resolution": 24},
    "bn_inception": {"classes": 10, "resolution": 64},
    "caffe_resnet": {"depth": 53, "width": 8},
    "densenet": {"classes": 10, "resolution": 64},
    "dpn": {"depth": 104, "classes": 10},
    "efficientnet": {"classes": 10, "depth": 2},
    "fb_resnet": {"depth": 53, "classes": 10},
    "googlenet": {"classes": 10, "resolution": 64},
    "inception_resnet_v2": {"a": 2, "b": 3, "c": 1},
    "inception_v3": {"classes": 10, "resolution": 107},
    "inception_v4": {"a": 2, "b": 3, "c": 1},
    "lenet": {"classes": 7},
    "mlp": {"depth": 5, "width": 11},
    "mnasnet": {"width": 2, "resolution": 96},
    "mobilenet": {"width": 8, "resolution": 96},
    "mobilenet_v2": {"width": 2, "resolution": 96},
    "nasnet": {"filters": 192, "classes": 10},
    "pnasnet": {"filters": 16, "classes": 10},
    "polynet": {"a": 2, "b": 4, "c": 2},
    "resnet": {"depth": 53, "width": 8, "classes": 10},
    "resnet_cifar": {"depth": 20, "width": 4},
    "resnet_v2": {"depth": 53, "resolution": 64},
    "resnext": {"depth": 53, "cardinality": 8},
    "rnn": {"inputs": 3, "width": 8},
    "shufflenet_v2": {"channels": 48, "classes": 10},
    "se_resnet": {"depth": 53, "resolution": 64},
    "se_resnext": {"depth": 53, "classes": 10},
    "senet": {"depth": 52, "cardinality": 8},
    "squeezenet": {"classes": 10, "resolution": 64},
    "transformer": {"layers": 3, "width": 32, "length": 9},
    "unet": {"width": 4, "classes": 3},
    "vgg": {"depth": 16, "units": 64},
    "wide_resnet": {"depth": 16, "widening": 3},
    "wide_resnet_imagenet": {"depth": 53, "widening": 3},
    "xception": {"middle": 3, "classes": 10},
}
MANY = "param n = 3 block nest(k) { if k > 0 { add { relu -> nest(k - 1) -> conv(n, 3) | conv(n, 3) } } } "


# -- text


@pytest.mark.parametrize("name", MEASURES)
def test_one_measure_is_one_line(run_cli: Run, name: str) -> None:
    result = run_cli("eval", "mlp", "--depth", "n", "--measure", name)
    assert result.exit_code == 0
    *_, line, _, domain = result.output.rstrip().split("\n")
    label, text = line.split("  ", 1)
    assert domain == "holds for n = 1, 2, 3, ..."
    assert (label, text.strip()) == (MEASURES[name].label, load("mlp", depth="n").measure(name).folded())


@pytest.mark.parametrize(
    "given",
    [["--measure", "gcc,gcip"], ["--measure", "gcc", "--measure", "gcip"], ["--measure", " gcc , gcip"]],
)
def test_measures_come_in_the_order_asked_for(run_cli: Run, given: list[str]) -> None:
    lines = run_cli("eval", "lenet", *given).output.splitlines()
    assert [line.split()[0] for line in lines[-2:]] == ["GCC", "GCIP"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("gcp", "did you mean 'gcip'?"), ("zzz", "measures: gcip, gcc"), ("gcc,", "measures: gcip")],
)
def test_an_unknown_measure(run_cli: Run, name: str, hint: str) -> None:
    result = run_cli("eval", "lenet", "--measure", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"hint: {hint}" in result.stderr


def test_exact_names_shared_parts_below(run_cli: Run) -> None:
    result = run_cli(
        "eval", "-", "--exact", "--n", "n", "--measure", "gcc", input=f"{MANY} input(n, 8, 8) nest(45)"
    )
    assert result.exit_code == 0
    assert "\n\nIn GCC:\n    s1 = " in result.output


def test_lists_of_points_make_a_product(run_cli: Run) -> None:
    result = run_cli("eval", "mlp", "--width", "2,3", "--depth", "1..5..2", "--measure", "params")
    rows = [line.replace(",", "").split() for line in result.output.splitlines()[3:]]
    points = [(width, depth) for width in (2, 3) for depth in (1, 3, 5)]
    assert rows[0] == ["width", "depth", "params"]
    assert [[*map(int, row)] for row in rows[1:]] == [
        [width, depth, load("mlp", width=width, depth=depth).params] for width, depth in points
    ]


def test_what_depends_on_the_point_is_not_told_of_all(run_cli: Run) -> None:
    result = run_cli("eval", "densenet", "--depth", "121,161", "--measure", "params")
    assert "growth" not in result.output
    assert "classes = 1000" in result.output


def test_beyond_a_double(run_cli: Run) -> None:
    result = run_cli("eval", "resnet", "--depth", "1000001", "--measure", "gcc,gcip")
    assert "1.5158 * 10^1203583" in result.output
    assert "8.866 * 10^-77870" in result.output
    assert not {"inf", "nan"} & set(result.output.split())


def test_beyond_what_python_prints(run_cli: Run) -> None:
    spec = "param p = 2^20000 input(4) repeat p { repeat 10^9 { dense(4) relu } }"
    folded = run_cli("eval", "-", "--measure", "gcip,layers", input=spec)
    gcip, layers = folded.output.splitlines()[-2:]
    assert gcip.split(maxsplit=1)[1] == "10^(-9.2974 * 10^6028)"
    assert layers.split(maxsplit=1)[1] == "7.9606 * 10^6029"
    exact = run_cli("eval", "-", "--measure", "gsip", "--exact", input=spec)
    assert exact.output.splitlines()[-1].endswith("2^20010 * 3^2 * 5^6 * 11")
    told = json.loads(run_cli("eval", "-", "--measure", "gsip", "--format", "json", input=spec).output)
    assert told["measures"]["gsip"]["value"] is None
    listed = run_cli("layers", "-", input=spec)
    assert listed.exit_code == 0
    assert "10^(-9.297 * 10^6028)" in listed.output


def test_zero(run_cli: Run) -> None:
    result = run_cli("eval", "resnet", "--laws", "literal", "--measure", "gcc")
    assert result.output.endswith("     value  log2\nGCC      0     -\n")


# -- JSON


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output, parse_constant=pytest.fail)


def test_json_has_the_agreed_form(run_cli: Run) -> None:
    told = _json(run_cli("eval", "resnet", "--depth", "n", "--format", "json"))
    assert list(told) == ["network", "spec", "laws", "params", "measures", "holds"]
    assert told["holds"]["conditions"] == ["n >= 35", "n % 3 == 2", "n != 152"]
    assert (told["network"], told["spec"], told["laws"]) == ("ResNet", "resnet", "paper")
    assert told["params"] == {
        "depth": "n",
        "width": 64,
        "classes": 1000,
        "resolution": 224,
        "shortcuts": True,
    }
    assert list(told["measures"]) == [
        "gcip", "gcc", "gsip", "gsc", "gwc", "params", "macs", "layers", "longest_path",
    ]  # fmt: skip
    assert all(list(measure) == ["expr", "value", "log2"] for measure in told["measures"].values())
    assert all(m["value"] is None and m["log2"] is None for m in told["measures"].values())


def test_several_points_in_json(run_cli: Run) -> None:
    told = _json(run_cli("eval", "resnet", "--depth", "18,n", "--measure", "layers", "--format", "json"))
    assert list(told) == ["points"]
    assert [point["params"]["depth"] for point in told["points"]] == [18, "n"]
    assert [point["measures"]["layers"]["value"] for point in told["points"]] == [40, None]


def test_json_beyond_a_double(run_cli: Run) -> None:
    told = _json(run_cli("eval", "resnet", "--depth", "1000001", "--format", "json"))["measures"]
    assert told["gcc"]["value"] is told["gcip"]["value"] is None
    assert math.isclose(told["gcc"]["log2"], 3998216.7822986753)
    assert told["params"]["value"] == 372401976360


def test_json_of_zero(run_cli: Run) -> None:
    told = _json(run_cli("eval", "resnet", "--laws", "literal", "--measure", "gcc", "--format", "json"))
    assert told["measures"]["gcc"] == {"expr": "0", "value": 0, "log2": None}


LAWS = ("paper", "channels", "literal")
#: In the long run every spec under all law sets; else every fourth spec under one of them, in turn.
UNDER = [
    (spec, laws)
    for at, spec in enumerate(specs())
    if long_run() or at % 4 == 0
    for laws in (LAWS if long_run() else (LAWS[at % 3],))
]


@pytest.mark.parametrize(("spec", "laws"), UNDER)
def test_an_expression_reads_back_as_its_value(run_cli: Run, spec: str, laws: str) -> None:
    point = POINTS.get(spec, {})
    given = [part for name in point for part in (f"--{name}", name)]
    told = _json(run_cli("eval", spec, *given, "--laws", laws, "--format", "json"))["measures"]
    numbers = load(spec, point, laws=laws)
    for name, record in told.items():
        _agrees(_read(record, point), numbers.measure(name).log2)


def test_named_parts_read_back_too(run_cli: Run) -> None:
    text = f"{MANY} input(n, 8, 8) nest(45)"
    told = _json(run_cli("eval", "-", "--n", "n", "--measure", "gcc", "--format", "json", input=text))
    record = told["measures"]["gcc"]
    assert list(record) == ["expr", "value", "log2", "definitions"]
    known = {"n"}
    for name, meaning in (*record["definitions"].items(), ("", record["expr"])):
        [expression] = parse_values(Source("--expr", meaning))
        assert value_names(expression) - {"log2"} <= known
        known.add(name)


def _read(record: Mapping[str, Any], point: Mapping[str, int]) -> Any:
    """Let the language itself evaluate an expression that was printed, at a point."""
    names: dict[str, Any] = dict(point)
    for name, text in record.get("definitions", {}).items():
        names[name] = rational(_value(text, names))  # exact logarithms would multiply out
    return _value(record["expr"], names)


def _value(text: str, names: Mapping[str, Any]) -> Any:
    [expression] = parse_values(Source("--expr", text))
    assert not isinstance(expression, tree.Interval)
    budget = Budget()
    budget.expressions = 10**9
    return evaluate(expression, Context(Scope(None, names), budget=budget))


def _agrees(value: Any, log2: float | None) -> None:
    product = Product.of(value)
    if product.is_zero:
        assert log2 in (None, -math.inf)
    else:
        assert float(product.log2(20)) == pytest.approx(log2, rel=1e-12, abs=1e-12)
