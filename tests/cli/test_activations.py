"""`layercalc activations`: its formats tell the same, and mistakes have their place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


def test_every_format_tells_the_same_activations(run_cli: Run) -> None:
    asked = ("activations", "relu", "elu", "softmax", "--format")
    text, markdown, data, told = (run_cli(*asked, format_) for format_ in ("text", "markdown", "csv", "json"))
    assert {result.exit_code for result in (text, markdown, data, told)} == {0}
    records = json.loads(told.output)["activations"]
    rows = [*csv.DictReader(StringIO(data.output))]
    assert (
        [row["name"] for row in rows] == [record["name"] for record in records] == ["relu", "elu", "softmax"]
    )
    for row, record in zip(rows, records, strict=True):
        cells = {n: value if isinstance(value, str) else json.dumps(value) for n, value in record.items()}
        assert row == {name: "" if cell == "null" else cell for name, cell in cells.items()}
        assert f"{record['power']:.6g}" in text.output
        assert f"{record['power']:.6g}" in markdown.output


def test_json_has_both_readings_in_twelve_digits(run_cli: Run) -> None:
    told = json.loads(run_cli("activations", "relu", "--format", "json").output)
    assert (told["input"], told["laws"]) == ("N(0, 1)", "paper")
    [relu] = told["activations"]
    assert (relu["power"], relu["variances"], relu["complexity"]) == (
        0.583819370104, 0.340845056908, 1.71285855045,
    )  # fmt: skip
    assert (relu["law_power"], relu["law_complexity"], relu["law_is_of"]) == (0.584, 1.713, "deviations")
    assert "laws/paper.arch:" in relu["law_at"]


def test_another_law_set_stands_beside(run_cli: Run) -> None:
    lines = run_cli("activations", "prelu", "softmax", "--laws", "derived").output.splitlines()
    assert lines[0].endswith("laws derived")
    assert lines[3].split()[6:9] == ["0.664624", "1.50461", "deviations"]
    assert "sqrt(exp(1) - 1)/N" in lines[4]
    assert len(lines) == 5  # no constant, so no length to tell


def test_a_file_shows_its_own_activations(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.arch"
    path.write_text("activation step(x) = if x > 1/3 then 1 else 0\n", "utf-8")
    result = run_cli("activations", str(path), "--input", "uniform(0, 1)", "--format", "json")
    [step] = json.loads(result.output)["activations"]
    assert (step["name"], step["power_exact"]) == ("step", "sqrt(8/3)")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("activation f(x) = 1/3\n", ":1:19: error: f: the formula is constant for x ~ N(0, 1)"),
        ("activation f(x) = log(x)\n", ":1:19: error: f at x = -9.995: this is no real number"),
        ("activation f(x) = y\n", ":1:19: error: unknown name 'y'"),
        ("activation f(x) = (x\n", ":1:20: error: "),
    ],
)
def test_a_mistake_in_a_file_is_told_at_its_place(run_cli: Run, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.arch"
    path.write_text(text, "utf-8")
    result = run_cli("activations", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}{told}")


def test_laws_that_are_derived_work_everywhere(run_cli: Run) -> None:
    assert "0.58382^(" in run_cli("eval", "resnet", "--depth", "n", "--laws", "derived").output
    assert run_cli("zoo", "alexnet", "--laws", "derived", "--format", "csv").exit_code == 0
