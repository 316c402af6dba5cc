"""`layercalc sweep`: what it shows and writes, and its mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.csv
import pyarrow.parquet
import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]
GRID = ("sweep", "resnet_cifar", "--over", "depth=8..30,width=16..64*2")


def test_few_rows_are_shown(run_cli: Run) -> None:
    found = run_cli(*GRID, "--measure", "gcc,params", "--where", "params < 400000, gcc > 2^60")
    assert found.exit_code == 0, found.output
    lines = found.output.splitlines()
    assert lines[3:6] == [
        "depth  width  log2(GCC)   params",
        "    8     32     64.040  298,026",
        "   14     16    101.539  172,506",
    ]
    assert "dropped: 57, as at depth = 9, width = 16: (depth + 4) mod 6 = 0 is false" in lines


def test_a_param_that_is_true_or_false_is_a_condition(run_cli: Run) -> None:
    over = ("sweep", "resnet_cifar", "--over", "depth=8,14,shortcuts=true,false", "--measure", "params")
    bare, spelled = (
        run_cli(*over, "--where", f"not ({name}) and depth > 8").output
        for name in ("shortcuts", "shortcuts == true")
    )
    assert bare.splitlines()[3:5] == ["depth  shortcuts   params", "   14  false      172,506"]
    assert bare.replace("not (shortcuts)", "not (shortcuts == true)") == spelled
    assert "error: this is depth, not a condition" in run_cli(*over, "--where", "depth").stderr


def test_many_rows_are_shown_by_their_ends(run_cli: Run) -> None:
    found = run_cli("sweep", "mlp", "--over", "depth=2..50", "--measure", "params,layers")
    assert found.exit_code == 0, found.output
    assert "layers         5  depth = 2        101  depth = 50" in found.output
    assert "49 of 49 points have a row." in found.output


def test_no_row_is_told(run_cli: Run) -> None:
    found = run_cli("sweep", "resnet_cifar", "--over", "depth=9,10", "--measure", "params")
    assert found.exit_code == 0
    assert "0 of 2 points have a row." in found.output


def test_rows_are_written(run_cli: Run, tmp_path: Path) -> None:
    out = tmp_path / "all.parquet"
    found = run_cli(*GRID, "--measure", "params", "--out", str(out), "--width", "16")
    assert found.exit_code == 2
    assert "--over: width has a value already" in found.output
    found = run_cli(*GRID, "--measure", "params", "--set", "classes=100", "--out", str(out))
    assert found.exit_code == 0, found.output
    assert "12 of 69 points have a row." in found.output
    table = pyarrow.parquet.read_table(out)
    assert table.column_names == ["depth", "width", "params"]
    assert [*tmp_path.iterdir()] == [out]


def test_rows_of_a_file_are_measured(run_cli: Run, tmp_path: Path) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text("width,depth\n16,20\n16,21\n\n32,26\n")
    found = run_cli("sweep", "resnet_cifar", "--over", str(points), "--measure", "layers", "--out", str(out))
    assert found.exit_code == 0, found.output
    assert pyarrow.csv.read_csv(out).to_pydict() == {"width": [16, 32], "depth": [20, 26], "layers": [40, 52]}


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("width,dpth\n", ":1:1: ", "no param 'dpth'"),
        ("width,width\n1,2\n", "", "must name params, each once"),
        ("", "", "must name params, each once"),
        ("width,depth\n16,20\n16\n", ":3:1: ", "this row has 1 value, and the first row names 2"),
        ("width,depth\n16,x\n", ":2:1: ", "depth is 'x': depth must be a number here, and it is x"),
        ('width,depth\n"16\n",20\n16\n', ":4:1: ", "this row has 1 value"),
        ("width,depth\n16,\n", ":2:1: ", "depth takes one value in each row, not ''"),
        ("width,depth\n16,20..26\n", ":2:1: ", "depth takes one value in each row"),
    ],
)
def test_a_mistake_in_a_file_has_its_line(
    run_cli: Run, tmp_path: Path, text: str, place: str, told: str
) -> None:
    points = tmp_path / "points.csv"
    points.write_text(text)
    found = run_cli("sweep", "resnet_cifar", "--over", str(points))
    assert found.exit_code == 2
    assert told in found.output
    assert f"points.csv{place}" in found.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--over depth", "it takes PARAM=VALUES, or a file of points"),
        ("--over dpth=1", "no param 'dpth'"),
        ("--over depth=20..8", "no value of depth lies in this range"),
        ("--over depth=8,depth=9", "depth has values already"),
        ("--over depth=n", "--depth:1:1: error: depth must be a number here, and it is n"),
        ("--over depth=8..n", "--depth:1:4: error: an end of a range must be a number here, and it is n"),
        ("--over depth=8..10^9", "a range of over 10,000,000 points, the limit"),
        ("--over depth=1..10^7,width=1..10^7", "the limit of a sweep is 1,000,000,000,000"),
        ("--over depth=2^70", "a value of depth has over 60 bits, the limit of a sweep"),
        ("--over depth=8..99*1", "a range in multiples starts above 0, and its factor is above 1"),
        ("--over depth=20 --width w", "w is a symbol, and a sweep is at numbers"),
        ("--over depth=20 --width 8,16", "--width takes one value here"),
        ("--over depth=20 --where mcas<9", "no swept param or measure is called 'mcas'"),
        (
            "--over depth=20 --where digamma(params)>9",
            "a sweep cannot evaluate this condition",
        ),
        ("--over depth=20 --measure flops", "no measure is called 'flops'"),
        ("--over nosuch.csv", "cannot read nosuch.csv"),
        (
            "--over depth=20 --out rows.xlsx",
            "a sweep is written to a file that ends in .parquet, .csv or .arrow",
        ),
        ("--over depth=20 --part 1/2", "--part is for a sweep into a file, --out"),
        ("--over depth=20 --out rows.csv --part 3/2", "it takes a part of so many"),
        ("--over depth=20 --out no/such/rows.csv", "no such folder"),
    ],
)
def test_mistakes(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run_cli("sweep", "resnet_cifar", *arguments.split())
    assert found.exit_code == 2, found.output
    assert told in found.output
    assert not [*tmp_path.iterdir()]
