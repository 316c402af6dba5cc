"""Sweeps of families against `eval` at each point: the same numbers, and no row where there is no network."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy
import pytest
import sympy

from layercalc.errors import Source, SpecError
from layercalc.measures import MEASURES
from layercalc.model import loads
from layercalc.resolve.assume_option import read_conditions
from layercalc.resolve.loading import assemble, load_program
from layercalc.resolve.program import Program
from layercalc.sweeps import arrays
from layercalc.sweeps.chunk import Chunk
from layercalc.sweeps.forms import Forms, derive
from layercalc.sweeps.grid import Grid, Value
from layercalc.sweeps.points import measure
from layercalc.sweeps.request import Request
from layercalc.sweeps.run import chunks
from tests.examples import long_run

Axes = Mapping[str, Sequence[Value]]
FAMILIES: dict[str, Axes] = {
    "resnet": {"depth": range(15, 160), "width": range(1, 65)},
    "resnet_cifar": {"depth": range(5, 200), "width": range(1, 100)},
    "unet": {"width": range(1, 40), "resolution": range(156, 600, 8)},
    "mlp": {"depth": range(40), "width": range(1, 3000, 7)},
    "vgg": {"width": range(1, 130), "classes": range(1, 50)},
    "vit": {"layers": range(1, 30), "width": range(12, 200, 4), "heads": range(1, 7)},
    "gpt": {"layers": range(1, 50), "width": range(12, 200, 4)},
    "densenet": {"growth": range(1, 64), "classes": range(1, 20)},
    "wide_resnet": {"depth": range(8, 100), "widening": range(1, 20)},
    "mobilenet": {"width": [Fraction(k, 2) for k in range(1, 80)], "resolution": range(32, 700, 32)},
    "transformer": {"layers": range(1, 20), "length": range(1, 300), "heads": range(1, 10)},
    "resnext": {"depth": range(44, 160), "cardinality": range(1, 40)},
}


def swept(request: Request) -> dict[tuple[float, ...], dict[str, float]]:
    """Give the rows of a sweep by their points, flagged numbers as doubles."""
    found: dict[tuple[float, ...], dict[str, float]] = {}
    for chunk in chunks(request):
        rows = zip(*(column.tolist() for column in chunk.columns.values()), strict=True)
        for row in rows:
            told = dict(zip(chunk.columns, row, strict=True))
            key = tuple(told[name] for name in request.grid.axes)
            assert key not in found
            found[key] = told
    return found


def compare(request: Request) -> int:
    """Hold a sweep to the points built one by one; give how many are networks."""
    found, networks = swept(request), 0
    for number in range(request.grid.size):
        point = request.grid.point(number)
        key = tuple(float(value) if isinstance(value, Fraction) else value for value in point.values())
        expected = measure(request, point)
        if isinstance(expected, SpecError):
            assert key not in found, f"{point} is no network"
            continue
        networks += 1
        assert key in found, f"{point} is a network"
        for name, value in expected.items():
            check(found[key], name, value, f"{name} at {point}")
    assert networks == len(found)
    return networks


def check(row: Mapping[str, float], name: str, value: float | Fraction, told: str) -> None:
    column = f"log2_{name}" if f"log2_{name}" in row else f"{name}_measured"
    got = row.get(column, row.get(name))
    assert got is not None
    if isinstance(value, int) and isinstance(got, int) and abs(value) < 2**63:
        assert got == value, told
    elif isinstance(got, int):
        assert not isinstance(value, float)
        double = Fraction(row[f"{column if column in row else name}_double"])
        assert got == -1, told
        assert abs(double - value) <= Fraction(2, 10**16) * abs(Fraction(value)), told
    else:
        assert got == value or abs(got - float(value)) <= 1e-12 * max(1, abs(float(value))), told


@pytest.mark.parametrize("spec", FAMILIES)
def test_a_sweep_is_eval_at_numbers(spec: str) -> None:
    axes, draw = FAMILIES[spec], random.Random(spec)
    each = {2: (14, 15), 3: (6, 6, 6)}[len(axes)] if long_run() else {2: (3, 4), 3: (3, 2, 2)}[len(axes)]
    some = {
        name: sorted(draw.sample(values, many))
        for (name, values), many in zip(axes.items(), each, strict=True)
    }
    program = load_program(spec)
    compare(Request(program, Grid(some), (*MEASURES,)))
    rows = {
        name: [draw.choice(values) for _ in range(200 if long_run() else 5)] for name, values in axes.items()
    }
    unique = [*dict.fromkeys(zip(*rows.values(), strict=True))]
    paired = Grid(dict(zip(axes, map(list, zip(*unique, strict=True)), strict=True)), paired=True)
    compare(Request(program, paired, (*MEASURES,)))


def request_of(text: str, axes: Axes, measures: Sequence[str] = ("params", "macs", "layers")) -> Request:
    program: Program = assemble(Source("<text>", text), Path.cwd() / "-")
    return Request(program, Grid(axes), (*measures,))


def test_other_networks_within_a_family_have_rows() -> None:
    request = Request(
        load_program("resnet"),
        Grid({"depth": [18, 34, 36, 50, 152], "width": range(1, 4)}),
        ("params", "gcc"),
    )
    assert compare(request) == 4 * 2


def test_counts_beyond_64_bits_are_flagged() -> None:
    text = "param n = 3  param w = 4  input(w, 8, 8)  repeat n { conv(w, 3) }"
    request = request_of(text, {"n": [1, 10**12], "w": [2, 10**4, 10**9, 10**13]})
    assert compare(request) == 8
    assert next(iter(chunks(request))).columns["params_double"].shape == (8,)


def test_a_count_that_no_word_holds_is_built() -> None:
    text = "param n = 3  input(1, 8, 8)  for i in range(n) { conv(2^i, 1) }"
    assert compare(request_of(text, {"n": range(1, 90, 4)})) == 23


def test_forms_with_floors_maxima_and_open_sums() -> None:
    text = """param n = 3  param r = 16 where r >= 2
input(3, r, r)
for i in range(n) { conv(8 + r // (i + 1), 3, stride = 1) -> relu }
concat { conv(max(n, r), 1) | conv(n % 3 + 1, 1) }"""
    assert compare(request_of(text, {"n": range(1, 7), "r": range(1, 9)}, (*MEASURES,))) == 42


def test_a_whole_param_that_need_not_be_whole() -> None:
    text = "param a = 2  input(3, 8, 8) conv(8 * a, 3) -> relu"
    assert compare(request_of(text, {"a": [Fraction(1, 16), Fraction(1, 8), Fraction(1, 2), 1, 3]})) == 4


def test_switches_are_swept() -> None:
    request = Request(
        load_program("resnet_cifar"),
        Grid({"shortcuts": [True, False], "depth": range(20, 40), "width": [8, 16]}),
        ("gcip", "params"),
    )
    assert compare(request) == 2 * 4 * 2


def test_a_spec_without_a_closed_form_is_built_point_by_point() -> None:
    text = "param w = 4  input(3, 8, 8) conv(if w == 7 or w > 9 then 2 else w, 3)"
    assert compare(request_of(text, {"w": range(1, 13)})) == 12


def test_a_refusal_for_all_is_told_without_building() -> None:
    request = Request(load_program("resnet"), Grid({"depth": [20], "width": range(2, 3000)}), ("params",))
    (chunk,) = chunks(request)
    assert (chunk.rows, chunk.built) == (0, 0)
    assert sum(chunk.dropped.counts.values()) == chunk.points == 2998


def test_every_point_is_a_row_or_dropped() -> None:
    request = Request(
        load_program("resnet_cifar"), Grid({"depth": range(5, 90), "width": range(1, 40)}), ("params",),
        {}, (), read_conditions(["params < 10^7"], "--where"),
    )  # fmt: skip
    parts: list[Chunk] = [*chunks(request, 500)]
    assert sum(part.rows + sum(part.dropped.counts.values()) for part in parts) == request.grid.size
    whole = [*chunks(request)]
    for name in whole[0].columns:
        assert numpy.array_equal(
            numpy.concatenate([part.columns[name] for part in parts]), whole[0].columns[name]
        )


def test_loaded_models_agree_with_the_first_row() -> None:
    model = loads("param width = 4  input(3, 8, 8) conv(width, 3) -> relu", width=5)
    request = request_of(
        "param width = 4  input(3, 8, 8) conv(width, 3) -> relu", {"width": [5, 6]}, ("gcc",)
    )
    (chunk,) = chunks(request)
    log = model.measure("gcc").log2
    assert log is not None
    assert math.isclose(chunk.columns["log2_gcc"][0], log)


def test_only_conditions_without_which_there_is_no_network_are_sure() -> None:
    request = Request(load_program("resnet"), Grid({"depth": [50, 53], "width": [8, 9]}), ("gcc",))
    forms = derive(request, {})
    assert isinstance(forms, Forms)
    found = {
        str(one.said): one.sure for one in forms.conditions if one.said.has(sympy.Ne, sympy.Ge, sympy.Mod)
    }
    assert found == {
        "Eq(Mod(depth, 1), 0)": False, "Eq(Mod(width, 1), 0)": False,
        "depth >= 18": True, "width >= 2": True,
        "Ne(depth, 18)": False, "Ne(depth, 34)": False, "Ne(depth, 152)": False,
        "Eq(Mod(depth/3 + 1/3, 1), 0)": True, "depth/3 - 35/3 >= 0": True,
    }  # fmt: skip


def test_measures_of_a_spec_are_swept_from_python(tmp_path: Path) -> None:
    spec = tmp_path / "own.arch"
    spec.write_text("measure volume = sum of out.volume\nparam n = 2\ninput(2, 3)\nrepeat n { relu }\n")
    assert arrays.sweep(spec, {"n": [1, 4]}, ["volume"])["volume"].tolist() == [6, 24]
    with pytest.raises(SpecError, match=r"no measure is called 'volumes'\nhint: did you mean 'volume'"):
        arrays.sweep(spec, {"n": [1, 4]}, ["volumes"])


def test_params_are_compared_exactly(tmp_path: Path) -> None:
    spec = tmp_path / "real.arch"
    spec.write_text("param a: real = 1 where a > 0\ninput(2, 8) -> conv(ceil(9*a), 3)\n")
    values = [Fraction(number, 100) for number in range(1, 100)]
    for text in ("50*a != floor(50*a) and 100*a - 29 >= 0", "100*a % 2 == 1 and a >= 0.29"):
        found = arrays.sweep(spec, {"a": values}, ["params"], where=text)["a"].tolist()
        assert found == [number / 100 for number in range(29, 100, 2)], text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1/n > 1/4", [1, 2, 3]),
        ("not 1/n > 1/4", [4]),
        ("params % n == 0", [1, 2, 3, 4]),
        ("macs // params == 16 and not not n < 3", [1, 2]),
        ("n == 0 or 1/n > 5 or not 1/n < 1/3", [0, 1, 2, 3]),
        ("not sqrt(n - 2) > 1", [2, 3]),
        ("not (n > 1 and n != 3 or n < 1)", [1, 3]),
    ],
)
def test_a_comparison_without_a_value_is_not_true(text: str, kept: list[int], tmp_path: Path) -> None:
    spec = tmp_path / "own.arch"
    spec.write_text("param n = 2 where n >= 0\ninput(4, 16)\nrepeat n { conv(4, 3) }\n")
    assert arrays.sweep(spec, {"n": range(5)}, ["params", "macs"], where=text)["n"].tolist() == kept


def test_a_reason_keeps_the_numbers_of_an_example() -> None:
    text = "param n = 2  input(3, 8, 8) conv(4, [3, 5, 40 + n][n % 3], padding = valid)"
    (chunk,) = chunks(request_of(text, {"n": range(1, 13)}, ("params",)))
    [(count, at, message)] = chunk.dropped.told()
    assert (count, at) == (4, "as at n = 2")
    assert message == "conv: a window of 42 does not fit into 8 with padding 0"
    assert [*chunk.dropped.counts] == ["conv: a window of ... does not fit into ... with padding ..."]


def test_one_value_and_one_measure_need_no_list() -> None:
    assert arrays.sweep("lenet", {"classes": 10}, "params")["params"].tolist() == [61706]
