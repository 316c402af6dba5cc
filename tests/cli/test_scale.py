"""`layercalc scale`: growth told as text and as JSON, one family against another, mistakes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from layercalc import load
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, Scope
from layercalc.forms.product import Product
from layercalc.resolve.points import read_points

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


def told(run_cli: Run, *arguments: str) -> Any:
    result = run_cli("scale", *arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.output)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ("resnet --over depth", ["GCC exponential, base 15.98", "params linear", "GCIP falls exponentially"]),
        ("resnet --over width", ["GCC polynomial of degree 17, one log factor", "params quadratic"]),
        ("mlp --over width --depth n", ["GCC logarithmic, of degree n + 1", "GCIP constant"]),
        ("autoencoder --over resolution", ["MACs quadratic", "GCC constant"]),
        ("transformer --over heads", ["GCC not known: heads is bounded, and has no limit"]),
    ],
)
def test_classes_in_words(run_cli: Run, arguments: str, lines: list[str]) -> None:
    output = run_cli("scale", *arguments.split()).output
    shown = [" ".join(line.split()) for line in output.splitlines()]
    for line in lines:
        assert any(text.startswith(line) for text in shown), output


def test_the_leading_term_is_an_expression_of_the_language(run_cli: Run) -> None:
    for spec, param in (("resnet", "depth"), ("resnet", "width"), ("mlp", "depth")):
        (over,) = told(run_cli, spec, "--over", param)["over"]
        for name, law in over["measures"].items():
            (point,) = read_points("leading", law["leading"])
            term = evaluate(point.expression, Context(Scope(None, {param: over["at"]})))
            share = (Product.of(term) / load(spec).measure(name).product).to_float()
            assert share == pytest.approx(law["share"], rel=1e-9)


def test_several_params_in_turn(run_cli: Run) -> None:
    record = told(run_cli, "resnet", "--over", "depth,width", "--measure", "gcc,params")
    assert [over["param"] for over in record["over"]] == ["depth", "width"]
    assert record["params"]["depth"] == "depth"
    gcc = record["over"][1]["measures"]["gcc"]
    assert gcc["degree"] == "1/3 * (depth + 1)"
    assert gcc["logs"] == 1
    assert gcc["elasticity"]["value"] == pytest.approx(17.0573, rel=1e-5)


def test_a_number_given_is_where_the_slopes_are_taken(run_cli: Run) -> None:
    at = [
        told(run_cli, "resnet", "--over", "depth", "--depth", number, "--measure", "params")["over"][0]
        for number in ("50", "101")
    ]
    assert [over["at"] for over in at] == [50, 101]
    for over, depth in zip(at, (50, 101), strict=True):
        slope = 1117184 / 3
        expected = slope * depth / (load("resnet", depth=depth).measure("params").number or 1)
        assert over["measures"]["params"]["elasticity"]["value"] == pytest.approx(expected, rel=1e-12)


def test_json_tells_what_is_infinite_as_a_text(run_cli: Run) -> None:
    (over,) = told(run_cli, "resnet", "--over", "depth", "--measure", "gcip,gcc")["over"]
    gcip, gcc = over["measures"]["gcip"], over["measures"]["gcc"]
    assert (gcip["elasticity"]["limit"], gcc["elasticity"]["limit"]) == ("-infinity", "infinity")
    assert gcip["rate"]["limit"] == pytest.approx(math.log2(0.584) / 3, rel=1e-12)
    assert gcc["base"] == pytest.approx(4080.8 ** (1 / 3), rel=1e-5)


def test_what_is_assumed_narrows_the_family(run_cli: Run) -> None:
    result = run_cli("scale", "resnet", "--over", "width", "--assume", "width >= 128", "--measure", "params")
    assert result.exit_code == 0
    assert "quadratic" in result.output


# -- against


def test_one_family_overtakes_another(run_cli: Run) -> None:
    result = run_cli("scale", "unet", "--over", "width", "--against", "resnet", "--measure", "gcc,params")
    assert result.exit_code == 0
    assert "unet overtakes resnet between width 4 and 5 (at 4.4213)" in result.output
    assert "unet overtakes resnet between width 17 and 18 (at 17.7919)" in result.output


def test_one_family_is_above_throughout(run_cli: Run) -> None:
    result = run_cli(
        "scale", "mlp", "--over", "depth", "--against", "resnet_cifar", "--measure", "gcc,layers"
    )
    assert "resnet_cifar is above throughout, from 8 to " in result.output
    assert "and grows faster" in result.output
    assert "both grow alike" in result.output


def test_values_given_go_to_both(run_cli: Run) -> None:
    arguments = "unet --over width --against resnet --measure macs --resolution 224 --levels 2 --format json"
    result = run_cli("scale", *arguments.split())
    assert result.exit_code == 0, result.stderr
    assert set(json.loads(result.output)["against"]["macs"]) == {"crossings", "range", "log2_quotient", "end"}


# -- mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("resnet --over dept", "ResNet has no param 'dept'\nhint: did you mean 'depth'?"),
        ("resnet --over shortcuts", "shortcuts is true or false: it does not grow"),
        ("resnet --over depth --depth 2*n", "depth has a value with symbols"),
        ("resnet --over depth --depth 50,101", "depth takes one value here, and 2 are given"),
        ("resnet --over depth --measure gc", "no measure is called 'gc'"),
        ("resnet --over width --against densenet", "DenseNet has no param 'width'"),
        ("resnet --over depth,width --against mlp", "--against compares two families over one param"),
        ("resnet --over depth --against mlp --width w --measure gcc", "gcc depends on w as well"),
        ("resnet", "Missing option '--over'"),
    ],
)
def test_mistakes(run_cli: Run, arguments: str, message: str) -> None:
    result = run_cli("scale", *arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert any(part in result.stderr for part in message.split("|")), result.stderr
    assert "Traceback" not in result.stderr
