"""`layercalc compare`: families side by side say what `eval` says of each."""

from __future__ import annotations

import csv
import json
import math
import shlex
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from layercalc.errors import SpecError
from layercalc.inspect.comparison import FamilyComparison, compare_families
from layercalc.report.compare import picture, points_table, ratio_text
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


def told(run_cli: Run, arguments: str, command: str = "compare") -> Any:
    result = run_cli(command, *shlex.split(arguments), "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def lineup(*specs: str, over: str = "", measures: str = "params", **given: str) -> FamilyComparison:
    values = {name: read_points(name, text) for name, text in given.items()}
    return compare_families(
        [(spec, load_program(spec)) for spec in specs], values, over or None, measures.split(",")
    )


@pytest.mark.parametrize(
    ("spec", "others", "options"),
    [
        ("resnet_cifar", "mlp", "--width 4"),
        ("mlp", "resnet_cifar", "--width w --depth n"),
        ("mlp", "lenet", ""),
    ],
)
def test_a_family_has_the_measures_that_eval_gives(
    run_cli: Run, spec: str, others: str, options: str
) -> None:
    family = told(run_cli, f"{others} {spec} {options}")["families"][1]
    alone = told(run_cli, f"{spec} {options}", "eval")
    (point,) = family["points"]
    assert {name: point[name] for name in alone} == alone


def test_ratios_are_to_the_first(run_cli: Run) -> None:
    families = told(run_cli, "lenet mlp resnet_cifar --measure gcc,params")["families"]
    first, *others = [family["points"][0] for family in families]
    assert first["ratios"]["params"]["value"] == 1
    for point in others:
        for name in ("gcc", "params"):
            difference = point["measures"][name]["log2"] - first["measures"][name]["log2"]
            assert point["ratios"][name]["log2"] == pytest.approx(difference, abs=1e-9)


def test_values_go_to_all_that_have_the_param(run_cli: Run) -> None:
    families = told(run_cli, "lenet resnet_cifar --classes 7 --set width=4 --measure params")["families"]
    params = [family["points"][0]["params"] for family in families]
    assert [told["classes"] for told in params] == [7, 7]
    assert "width" not in params[0]
    assert params[1]["width"] == 4


def test_several_values_make_several_families(run_cli: Run) -> None:
    arguments = "resnet_cifar --shortcuts true,false --over depth=8..20..6 --measure gcip"
    record = told(run_cli, arguments)
    assert [family["name"] for family in record["families"]] == ["shortcuts = true", "shortcuts = false"]
    assert [point["at"] for point in record["families"][0]["points"]] == [8, 14, 20]
    plain = told(run_cli, "resnet_cifar --shortcuts false --depth 14 --measure gcip", "eval")
    assert record["families"][1]["points"][1]["measures"] == plain["measures"]


def test_names_are_told_apart() -> None:
    found = lineup("mlp", "mlp", "lenet", width="8,16")
    assert [member.name for member in found.members] == [
        "mlp, width = 8", "mlp, width = 16", "mlp, width = 8 (2)", "mlp, width = 16 (2)", "lenet",
    ]  # fmt: skip


def test_what_a_spec_refuses_is_told(run_cli: Run) -> None:
    result = run_cli("compare", "resnet", "vgg", "--over", "depth=18,34", "--measure", "params,layers")
    assert result.exit_code == 0
    assert result.stdout.count("   18  ") == 2
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("   18  11,689,512")]
    assert line.split() == ["18", "11,689,512", "-", "-"]
    assert result.stdout.endswith(
        "\nvgg: depth = 18 is outside `depth == 11 or depth >= 13 and depth % 3 == 1`\n"
    )
    point = told(run_cli, "resnet vgg --over depth=18,34 --measure params")["families"][1]["points"][0]
    assert point == {
        "at": 18,
        "mistakes": ["depth = 18 is outside `depth == 11 or depth >= 13 and depth % 3 == 1`"],
    }


def test_a_refused_point_is_a_row_of_csv_too(run_cli: Run) -> None:
    arguments = "resnet vgg --over depth=18,34 --measure params --format csv"
    rows = [*csv.DictReader(StringIO(run_cli("compare", *shlex.split(arguments)).stdout))]
    assert [(row["name"], row["at"]) for row in rows] == [
        ("resnet", "18"), ("resnet", "34"), ("vgg", "18"), ("vgg", "34"),
    ]  # fmt: skip
    assert [bool(row["measures.params.value"]) for row in rows] == [True, True, False, True]
    assert "is outside" in rows[2]["mistakes"]


def test_closed_forms_stand_below_each_other_with_their_quotient(run_cli: Run) -> None:
    arguments = "resnet_cifar --shortcuts true,false --depth n --measure gcc,layers"
    lines = run_cli("compare", *shlex.split(arguments)).stdout.splitlines()[3:]
    shown = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
    assert shown[0][:2] == ["GCC", "shortcuts = true"]
    assert shown[2] == ["shortcuts = false / shortcuts = true", "0.9997^((n - 2)/6)"]
    assert shown[5][-1] == "1.0000"


def test_a_symbol_is_one_whatever_each_spec_knows_of_it(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "w.arch"
    path.write_text("param width = 3/2 where width >= 1 input(784) dense(8*width)", "utf-8")
    families = told(run_cli, f"mlp {path} --width w --depth 1 --measure macs")["families"]
    assert families[1]["points"][0]["measures"]["macs"]["expr"] == "6272*w"
    assert families[1]["points"][0]["ratios"]["macs"]["expr"] == "3136/397"


def test_a_family_without_a_value_divides_nothing() -> None:
    found = compare_families(
        [(name, load_program(name, "literal")) for name in ("resnet", "lenet")], {}, measures=["gcc"]
    )
    assert found.ratio(found.members[1], 0, "gcc") is None
    refused = lineup("resnet", "vgg", over="depth", depth="18,34")
    assert refused.ratio(refused.members[1], 0, "params") is None
    assert points_table(refused, "params").rows[0] == ("18", "11,689,512", "-", "-")


@pytest.mark.parametrize(
    ("log", "text"), [(10, "1024.0000"), (11, "2^11.000"), (-6, "0.0156"), (-7, "2^-7.000")]
)
def test_ratios_are_powers_of_two_where_they_are_vast(log: int, text: str) -> None:
    from layercalc.closed import Closed
    from layercalc.forms.product import Product

    assert ratio_text(Closed(Product.of(2) ** log)) == text


# -- the data of a picture


def test_a_picture_has_a_curve_for_each_family_at_its_points() -> None:
    found = lineup("resnet", "vgg", over="depth", measures="gcc,params", depth="101,34,18")
    drawn = picture(found)
    assert drawn.title == "resnet and vgg, over depth"
    assert [(panel.x, panel.y) for panel in drawn.panels] == [
        ("depth", "log2 of GCC, bits"), ("depth", "params"),
    ]  # fmt: skip
    resnet, vgg = drawn.panels[1].curves
    assert (resnet.label, resnet.x, vgg.x) == ("resnet", [18.0, 34.0, 101.0], [34.0])
    assert resnet.y == pytest.approx([11689512, 21797672, 44549160])
    gcc = found.members[0].measured[0].measures["gcc"].log2
    assert drawn.panels[0].curves[0].y[2] == gcc
    assert all(map(math.isfinite, drawn.panels[0].curves[0].y))


@pytest.mark.parametrize(
    ("over", "given", "message"),
    [
        ("", {}, "a picture needs a param for its axis"),
        ("depth", {"depth": "n"}, "a picture shows numbers"),
        ("shortcuts", {"shortcuts": "true,false"}, "a picture shows numbers, and shortcuts is true"),
    ],
)
def test_what_cannot_be_drawn(over: str, given: dict[str, str], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        picture(lineup("resnet_cifar", over=over, **given))


def test_values_that_span_much_are_drawn_as_logarithms() -> None:
    [panel] = picture(lineup("mlp", "mlp", over="width", measures="params", width="2,8,4000")).panels
    assert panel.y == "log2 of params, bits"
    assert panel.curves[0].y[2] > 20


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<?xml"), ("PNG", b"\x89PNG"), ("pdf", b"%PDF-")])
def test_the_curves_are_drawn_beside_the_tables(
    run_cli: Run, tmp_path: Path, ending: str, begins: bytes
) -> None:
    arguments = ("compare", "lenet", "mlp", "--over", "classes=2,9", "--measure", "params")
    path = tmp_path / f"c.{ending}"
    result = run_cli(*arguments, "--plot", str(path))
    assert (result.exit_code, result.stdout) == (0, run_cli(*arguments).stdout)
    assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("c.gif", "c.gif: its ending means no picture\nhint: those that do are .svg, .png and .pdf\n"),
        ("c", "c: its ending means no picture"),
        ("none/c.svg", "none/c.svg: no such folder: "),
    ],
)
def test_a_picture_that_cannot_be_written(run_cli: Run, tmp_path: Path, name: str, message: str) -> None:
    result = run_cli("compare", "lenet", "mlp", "--over", "classes=2,9", "--plot", str(tmp_path / name))
    assert (result.exit_code, result.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert message in result.stderr


# -- mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("resnet", "resnet stands alone: name further specs, or give a param several values"),
        ("resnet vgg --over depth", "--over depth: it takes PARAM=VALUES\nhint: as in --over depth=18,34,50"),
        ("resnet lenet --over depth=18", "LeNet5 has no param 'depth'"),
        ("resnet vgg --depth 50 --over depth=18", "--over depth=18: depth has a value already"),
        ("resnet vgg --over depth=9..8", "--over depth=9..8: no value lies in this range"),
        ("resnet vgg --over depth=200", "error: depth = 200 is outside `depth == 11 or"),
        ("resnet nosuch", "'nosuch'"),
        ("resnet vgg --nosuch 7", "No such option"),
        ("resnet vgg --set nosuch=7", "ResNet has no param 'nosuch'"),
        ("resnet vgg --measure gc", "no measure is called 'gc'"),
        ("resnet vgg --over depth=1..9999 --width 2,3", "39,996 networks are asked for"),
        ("resnet vgg --width 2..9999 --classes 2..9999 --resolution 1..9999", "networks are asked for"),
        ("", "Missing argument 'SPEC...'"),
    ],
)
def test_mistakes(run_cli: Run, arguments: str, message: str) -> None:
    result = run_cli("compare", *shlex.split(arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_help_tells_the_params_of_all(run_cli: Run) -> None:
    shown = run_cli("compare", "lenet", "mlp", "--help").stdout
    assert "Params of LeNet5:" in shown
    assert "Params of MLP:" in shown
    assert "--depth VALUE" in shown
