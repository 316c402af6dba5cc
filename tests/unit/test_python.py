"""The Python that is written gives the same numbers, without overflow, in an interpreter of its own."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given, settings

import layercalc
from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import MEASURES, measure_all
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import symbolic
from layercalc.numbers.special import recurrence
from layercalc.report.python_helpers import helpers
from layercalc.report.python_module import argument_names, python_module
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points
from layercalc.writing.python_code import Code
from tests.unit.test_text import ROUNDS, K, N, W, trees

FAMILIES: dict[str, dict[str, list[int]]] = {
    "resnet": {"depth": [50, 101, 30_002], "width": [2, 64]},
    "resnet_cifar": {"depth": [20, 6002], "width": [16]},
    "unet": {"resolution": [188, 572], "width": [3, 64]},
    "mlp": {"depth": [1, 9, 100_000], "width": [2, 300]},
    "autoencoder": {"channels": [1, 3], "width": [8], "kernel": [3, 5], "resolution": [64]},
    "lenet": {},
    "nasnet": {"cells": [4, 5, 9, 40]},
    "rnn": {"steps": [1, 5, 4000], "width": [32, 100]},
}


def run(module: str, calls: list[tuple[str, list[int]]]) -> list[float | None]:
    """Call functions of a module; None stands for an overflow."""
    code = f"""{module}
import json, sys
def call(name, arguments):
    try:
        return globals()[name](*arguments)
    except OverflowError:
        return None
print(json.dumps([call(name, arguments) for name, arguments in json.load(sys.stdin)]))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", code],
        input=json.dumps(calls), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    told: list[float | None] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("spec", FAMILIES)
def test_the_functions_of_a_family_give_its_numbers(spec: str) -> None:
    family = FAMILIES[spec]
    given = {name: read_points(name, name)[0] for name in family}
    network = resolve(load_program(spec), given)
    measured = measure_all(network)
    order = list(argument_names(MeasuredNetwork(network, {})).values())
    calls: list[tuple[str, list[int]]] = []
    expected: list[float | None] = []
    for values in product(*family.values()):
        at = dict(zip(family, values, strict=True))
        for key, closed in measured.items():
            exact = closed.substitute(at)
            calls.append((key, [at[name] for name in order]))
            number = exact.number
            tiny = exact.log2 is not None and exact.log2 < 0
            expected.append(float(number) if number is not None else 0.0 if tiny else None)
            if isinstance(closed.value, Product):
                calls.append((f"log2_{key}", [at[name] for name in order]))
                expected.append(exact.log2)
    got = run(python_module(MeasuredNetwork(network, measured)), calls)
    for call, is_, should in zip(calls, got, expected, strict=True):
        assert is_ == (None if should is None else pytest.approx(should, rel=1e-9, abs=1e-9)), call


@settings(max_examples=20)
@given(trees)
def test_any_product_has_its_logarithm(value: Product) -> None:
    check_log(value, {"n": 4, "w": 3, "k": 2})


@pytest.mark.parametrize("value", ROUNDS, ids=lambda value: str(value.to_sympy()))
@pytest.mark.parametrize("rounds", [1, 4, 3000])
def test_sums_and_products_over_rounds_do_not_overflow(value: Product, rounds: int) -> None:
    check_log(value, {"n": rounds, "w": 3, "k": 2})


@pytest.mark.parametrize("counted", [sympy.Sum(1 / (K + W), (K, 1, N / 2)), recurrence(N / 2, 1, 1)], ids=str)
def test_a_count_that_python_divides_is_a_number_of_rounds(counted: sympy.Expr) -> None:
    check_log(Product.of(counted), {"n": 8, "w": 3})


def check_log(value: Product, at: dict[str, int]) -> None:
    code = Code({name: name for name in at})
    log, assignments = code.log2(value)
    lines = [f"    {name} = {text}" for name, text in assignments]
    function = [f"def f({', '.join(at)}):", *lines, f"    return {log}"]
    [got] = run("\n".join(["import math", *helpers(function), *function]), [("f", list(at.values()))])
    expected = Closed(value).substitute(at).log2
    assert got == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (3 * N + Fraction(1, 3), "3*n + 1/3"),
        (5 - W, "5 - w"),
        (W**2 / K - N, "-n + w**2/k"),
        ((N - 2) / (3 * (K + 1)), "(n - 2)/(3*k + 3)"),
        (-2 * W * (K + 1), "-2*w*(k + 1)"),
        (2**N * log2(W), "2**n*math.log2(w)"),
        (sympy.Max(N, 3 * K) + sympy.Mod(N, 4), "n % 4 + max(3*k, n)"),
        (sympy.floor(N / 2) * sympy.ceiling(W / 3), "math.ceil(w/3)*math.floor(n/2)"),
        (sympy.sqrt(W) * sympy.exp(K), "math.sqrt(w)*math.exp(k)"),
        (W ** -N, "w**(-n)"),
        (sympy.E + sympy.pi, "math.e + math.pi"),
        (sympy.Sum(1 / (K + W), (K, 0, N - 1)), "sum(1/(_k + w) for _k in range(0, n))"),
        (sympy.Sum(K, (K, 1, 2**N / W - 1)), "sum(_k for _k in range(1, round(2**n/w)))"),
        (sympy.Sum(K**2, (K, 0, sympy.floor(N / 2))), "sum(_k**2 for _k in range(0, math.floor(n/2) + 1))"),
    ],
)  # fmt: skip
def test_scalars(value: Any, code: str) -> None:
    written = Code({"n": "n", "w": "w", "k": "k"}).value(value if isinstance(value, int) else symbolic(value))
    assert written == code


def test_what_python_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match="no way to write gamma"):
        Code({"w": "w"}).value(sympy.gamma(W))


def test_vast_numbers_are_numerals_that_python_reads() -> None:
    code = Code({})
    assert code.value(10**5000).startswith("0x")
    log, _ = code.log2(Product.of(7) ** (10**9))
    assert log == "1000000000*math.log2(7)"


@pytest.mark.parametrize(
    ("text", "given", "arguments"),
    [
        ("param depth = 3  param width = 4", {"depth": "n", "width": "w"}, ["depth", "width"]),
        ("param depth = 3  param width = 4", {"depth": "2*n + 1", "width": "n"}, ["width"]),
        ("param depth = 3  param width = 4", {"depth": "n", "width": "n"}, ["n"]),
        ("param lambda = 3  param math = 4", {"lambda": "a", "math": "b"}, ["lambda_", "math_"]),
        ("param _s1 = 3  param gcc = 4", {"_s1": "a", "gcc": "b"}, ["p_s1", "gcc_"]),
    ],
)
def test_arguments_are_called_as_params(text: str, given: dict[str, str], arguments: list[str]) -> None:
    model = layercalc.loads(f"{text} input(2) dense({' + '.join(given)})", given)
    assert list(argument_names(MeasuredNetwork(model.network, {})).values()) == arguments


def test_a_title_cannot_leave_its_docstring() -> None:
    model = layercalc.loads('network A "\u2028import os \u00e9 \\"\ninput(2) relu')
    module = python_module(MeasuredNetwork(model.network, {name: model.measure(name) for name in MEASURES}))
    assert run(module, [("layers", [])]) == [1]


def test_zero_has_a_logarithm_of_minus_infinity() -> None:
    log, _ = Code({}).log2(Product.of(0))
    assert log == "-math.inf"
    assert Closed(Product.of(0)).log2 == -math.inf


def test_the_command_writes_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "layercalc", "eval", "mlp", "--depth", "n", "--python"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run(done.stdout, [("params", [3])]) == [137738 + 3 * 65792]
