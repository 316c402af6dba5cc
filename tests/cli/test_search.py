"""`layercalc search`: tables, records, pictures, and mistakes with their places."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]
ASKED = ("search", "resnet_cifar", "--over", "depth=8..26..6,width=8,16", "--minimize", "params")


def test_json_and_csv_tell_the_same(run_cli: Run) -> None:
    asked = (*ASKED, "--maximize", "gcc,gcip", "--tolerance", "gcc=16bits", "--format")
    told = json.loads(run_cli(*asked, "json").stdout)
    rows = [*csv.DictReader(run_cli(*asked, "csv").output.splitlines())]
    assert [{name: str(value) for name, value in point.items()} for point in told["front"]] == [
        {name: value.capitalize() if name == "knee" else value for name, value in row.items()} for row in rows
    ]
    assert told["points"] == told["valid"] == told["feasible"] == 8
    assert told["over"]["depth"] == {"first": 8, "last": 26, "values": 4}
    assert told["objectives"][0] == {
        "measure": "gcc", "side": "maximize", "tolerance": {"amount": 16.0, "unit": "bits"},
    }  # fmt: skip
    assert sum(point["alike"] for point in told["front"]) <= 8


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_file_of_columns_has_the_front(run_cli: Run, tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"front.{ending}"
    pyarrow = pytest.importorskip("pyarrow")
    told = json.loads(run_cli(*ASKED, "--maximize", "gcc", "--format", "json").stdout)["front"]
    assert run_cli(*ASKED, "--maximize", "gcc", "--out", str(place)).exit_code == 0
    if ending == "parquet":
        import_module("pyarrow.parquet")
        table = pyarrow.parquet.read_table(place)
    else:
        table = pyarrow.ipc.open_file(place).read_all()
    assert table.to_pylist() == told


def test_the_rows_of_a_file_are_points(run_cli: Run, tmp_path: Path) -> None:
    place = tmp_path / "points.csv"
    place.write_text("depth,width\n20,16\n9,16\n26,8\n26,16\n")
    asked = ("search", "resnet_cifar", "--over", str(place), "--maximize", "gcc,gcip", "--minimize", "params")
    told = json.loads(run_cli(*asked, "--format", "json").stdout)
    assert [(point["depth"], point["width"]) for point in told["front"]] == [(26, 16), (26, 8), (20, 16)]
    assert (told["points"], told["valid"], told["neighbours"], told["ends"]) == (4, 3, [], {})
    assert "points of a file" in run_cli(*asked).output


def test_a_front_of_nearly_everything_is_warned_of(run_cli: Run) -> None:
    output = run_cli(*ASKED, "--maximize", "gcc,gcip").output
    assert "warning: 8 of 8 feasible points are on the front" in output
    assert "What helps: --tolerance gcc=10bits,gcip=0.7bits,params=30% lets" in output


def test_a_sample_says_that_it_is_one(run_cli: Run) -> None:
    pytest.importorskip("optuna")
    output = run_cli(*ASKED, "--maximize", "gcc", "--trials", "6", "--seed", "2").output
    assert "A sample by 6 trials of Optuna's NSGA-II with seed 2: " in output


def test_accuracies_are_those_of_predict(run_cli: Run) -> None:
    asked = ("search", "resnet", "--over", "depth=53,152", "--minimize", "params", "--maximize", "top1")
    told = json.loads(run_cli(*asked, "--subject-to", "top5 > 50", "--format", "json").stdout)
    assert told["laws"] == "channels"
    for point in told["front"]:
        expected = json.loads(
            run_cli("predict", "resnet", "--depth", str(point["depth"]), "--format", "json").stdout
        )
        assert point["top1"] == pytest.approx(expected["top1"]["expected"], rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--maximize gccc", "--maximize:1:1: error: no measure is called 'gccc'"),
        ("--maximize gcc,gcc", "--maximize:1:5: error: gcc is named twice"),
        ("--maximize params", "--minimize:1:1: error: params is to be large and small"),
        ("--maximize gcc --tolerance gcc=16", "--tolerance:1:1: error: gcc is told by its logarithm"),
        ("--maximize gcc --tolerance params=1%,gcip=1bits", "--tolerance:1:11: error: a tolerance for gcip,"),
        (
            "--maximize gcc --tolerance gcc=1bits,gcc=2bits",
            "--tolerance:1:11: error: a second tolerance for gcc",
        ),
        ("--maximize gcc --tolerance gcc=2byte", "--tolerance:1:1: error: a tolerance has no unit 'byte'"),
        ("--maximize gcc --tolerance gcc", "--tolerance:1:1: error: 'gcc' is no tolerance"),
        ("--maximize gcc --tolerance gcc=0bits", "--tolerance:1:1: error: a tolerance is at least 2^-30"),
        (
            "--maximize top1 --tolerance top1=1%",
            "--tolerance:1:1: error: a tolerance of top1 is in percentage points",
        ),
        ("--maximize gcc --subject-to macs", "--subject-to:1:1: error: this is macs, not a condition"),
        ("--maximize gcc --subject-to mac<1", "--subject-to:1:1: error: no measure is called 'mac'"),
        ("--maximize gcc --out front.doc", "its ending means no format"),
        (
            "--maximize gcc --subject-to macs<1",
            "error: no point is feasible: no network of 8 keeps 'macs<1'",
        ),
        ("--maximize gcc --over depth=20", "depth has values already"),
        ("--maximize gcc --over dept=20", "ResNetCIFAR has no param 'dept'"),
        ("--maximize gcc --from gwc", "error: a predictor is for top1 and top5"),
        ("--maximize gcc --classes 10,20", "--classes takes one value here"),
        ("--maximize gcc --picture front.doc", "its ending means no picture"),
    ],
)
def test_mistakes(run_cli: Run, arguments: str, told: str) -> None:
    result = run_cli(*ASKED, *arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_something_must_be_asked(run_cli: Run) -> None:
    result = run_cli("search", "mlp", "--over", "depth=2,3")
    assert result.exit_code == 2
    assert "error: nothing is asked of the networks" in result.stderr


def test_one_is_no_plural(run_cli: Run) -> None:
    told = run_cli("search", "mlp", "--over", "depth=3", "--maximize", "gcc").output
    assert "\n1 point: 1 network, 1 on the front.\n" in told
    told = run_cli("search", "resnet", "--over", "depth=50,51", "--maximize", "gcc").output
    counted = "\n2 points: 1 network, 1 on the front.\n"
    assert f"{counted}No network at depth = 51: (depth + 1)/3 is whole is false\n" in told
