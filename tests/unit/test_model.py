"""The front door for Python."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

import layercalc
from layercalc import Model, SpecError, law_sets, load, loads, measure_titles, specs
from layercalc.measures import BY_NAME, MEASURES

N = sympy.Symbol("n", integer=True, positive=True)


def test_every_measure_is_an_attribute() -> None:
    model = load("mlp", depth="n")
    assert model.layers == 2 * N + 1
    assert model.params == 65792 * N + 137738
    assert all(isinstance(getattr(model, name), sympy.Expr) for name in MEASURES)
    assert set(MEASURES) < set(dir(model))


def test_a_measure_is_taken_once() -> None:
    model = load("lenet")
    assert model.measure("gcc") is model.measure("gcc")
    with pytest.raises(AttributeError, match="no measure 'gpc': it has gcip, gcc"):
        _ = model.gpc
    with pytest.raises(SpecError, match="did you mean 'gcc'"):
        model.measure("gccc")


@pytest.mark.parametrize("name", MEASURES)
def test_a_path_and_a_name_give_the_same(name: str) -> None:
    assert load("lenet").measure(name) == load(specs()["lenet"]).measure(name)


@pytest.mark.parametrize(
    ("value", "params"),
    [
        (3, 335114),
        ("3", 335114),
        (Fraction(6, 2), 335114),
        (3.0, 335114),
        (sympy.Integer(3), 335114),
        ("n", 65792 * N + 137738),
        (N, 65792 * N + 137738),
        (sympy.Symbol("n"), 65792 * N + 137738),
        (2 * sympy.Symbol("n") + 1, 131584 * N + 203530),
        ("2*n + 1", 131584 * N + 203530),
    ],
)
def test_what_a_param_takes(value: int | str | sympy.Expr, params: sympy.Expr) -> None:
    assert load("mlp", depth=value).params == params


def test_a_param_takes_lists() -> None:
    text = "param counts = [1, 2] input(4) for count in counts { repeat count { relu } }"
    assert loads(text, counts=[2, "n"]).layers == N + 2
    assert loads(text, counts=(2, "n")).point == {"counts": (2, N)}


def test_a_param_takes_truth() -> None:
    assert load("vgg", batchnorm=True).params == 138365992
    assert load("vgg", batchnorm=False).params == 138357544


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "depth is nan, which the language has no way to write"),
        (float("inf"), "depth is inf, which"),
        (None, "depth is None, which"),
        (b"3", "depth is b'3', which"),
        (sympy.sin(N), r"depth is sin\(n\), which"),
        ("1, 2", "depth takes one value, not '1, 2'"),
        ("1..3", "depth takes one value, not '1..3'"),
        ("", "--depth:1:1: error"),
        (sympy.Symbol("a b"), "--depth:1:3: error"),
        (0, "depth = 0 is outside `depth >= 1`"),
    ],
)
def test_what_a_param_does_not_take(value: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        load("mlp", {"depth": value})


def test_a_param_may_bear_the_name_of_an_argument() -> None:
    text = "param laws = 3 param text = 2 input(text) dense(laws)"
    model = loads(text, {"laws": 5, "text": 4}, laws="channels")
    assert model.point == {"laws": 5, "text": 4}
    assert model.network.laws == "channels"


def test_an_unknown_param_gets_the_nearest_one() -> None:
    with pytest.raises(SpecError, match="did you mean 'depth'"):
        load("mlp", dept=3)


def test_mistakes_are_diagnostics() -> None:
    with pytest.raises(SpecError) as caught:
        loads("input(3)\nrelo")
    [mistake] = caught.value.diagnostics
    assert isinstance(mistake, layercalc.Diagnostic)
    assert mistake.span is not None
    assert (str(mistake.span), mistake.hint) == ("<text>:2:1", "did you mean 'relu'?")
    with pytest.raises(SpecError, match="no spec is called 'resnt'"):
        load("resnt")
    with pytest.raises(SpecError, match="no law set is called 'papr'"):
        load("resnet", laws="papr")


def test_a_network_is_no_law_set(tmp_path: Path) -> None:
    for number, text in enumerate(("input(3)\nrelu\nconv(3, 3)", "network N\nlayer relu() {}")):
        path = tmp_path / f"{number}.arch"
        path.write_text(text, "utf-8")
        with pytest.raises(SpecError) as caught:
            load("lenet", laws=str(path))
        assert [one.message for one in caught.value.diagnostics] == ["this file is a network, not a law set"]


def test_a_text_uses_files_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "head.arch").write_text("block head { dense(10) }", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert loads('use "head.arch" input(4) head').params == 50


def test_the_point_is_told_in_the_authors_symbols() -> None:
    model = load("resnet_cifar", depth="6*m + 2", resolution="r")
    m, r = (sympy.Symbol(name, integer=True, positive=True) for name in "mr")
    assert model.point == {"depth": 6 * m + 2, "width": 16, "classes": 10, "resolution": r, "shortcuts": True}


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (load("lenet"), "<LeNet5: classes = 10; laws paper>"),
        (load("mlp", depth="n/2"), "<MLP: inputs = 784, width = 256, depth = n/2, classes = 10; laws paper>"),
        (loads("input(3) relu", laws="literal"), "<<text>: laws literal>"),
        (loads("network T param a = [1, 2.5] input(3) relu"), "<T: a = [1, 5/2]; laws paper>"),
    ],
)
def test_repr(model: Model, text: str) -> None:
    assert repr(model) == text


def test_what_is_shipped() -> None:
    assert {"resnet", "vgg", "unet"} < set(specs())
    assert list(law_sets()) == ["channels", "derived", "literal", "paper", "weights"]
    assert all(path.is_file() for path in [*specs().values(), *law_sets().values()])
    assert list(measure_titles()) == [*MEASURES, *BY_NAME]


def test_no_public_name_is_hidden_by_a_module() -> None:
    """An imported submodule becomes an attribute of the package, whatever stood there."""
    modules = {module.name for module in pkgutil.iter_modules(layercalc.__path__)}
    assert not modules & {*layercalc.__all__}
    assert inspect.ismodule(layercalc.zoo)


def test_dir_shows_the_public_names() -> None:
    assert dir(layercalc) == sorted(layercalc.__all__)
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = layercalc.lod


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import layercalc, sys; print(*(name for name in sys.modules if 'layercalc' in name))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["layercalc"]


def test_the_name_of_a_variant_needs_no_quotes() -> None:
    bare, quoted = (load("mnasnet", variant=text) for text in ("D1-320", '"D1-320"'))
    assert bare.params == quoted.params == 6_932_240


def test_an_unknown_variant_gets_the_nearest() -> None:
    with pytest.raises(SpecError, match=r'no arm of this match takes "a1"') as near:
        load("mnasnet", variant="a1")
    assert near.value.diagnostics[0].hint == "did you mean 'A1'?"
    with pytest.raises(SpecError) as far:
        load("mnasnet", variant="q")
    assert far.value.diagnostics[0].hint == "it takes A1, B1, small, D1, D1-320"


def test_a_value_that_is_zero_goes_round_a_loop() -> None:
    """The letter of the paper gives unit convolutions no complexity at all."""
    assert load("amoebanet", layers="n", laws="literal").gcc == 0
