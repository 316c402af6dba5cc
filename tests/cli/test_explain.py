"""`layercalc explain`: where the line is taken from, what JSON holds, and mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

SPEC = """param w = 4 where w >= 1
block pair {

    relu -> dense(8)   # two layers
}
input(8)
pair pair
repeat 3 { pair }
if w == 99 { tanh }
"""


DEEP = """param n = 4 where n >= 1
block deep(k) {
    if k == 0 { relu } else {
    add { | dense(8) -> deep(k - 1) } }
}
input(8) -> deep(n)
"""


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_line_of_standard_input(run_cli: Run) -> None:
    record = told(run_cli("explain", "-:4", "--format", "json", input=SPEC))
    assert (record["spec"], record["line"]) == ("-", 4)
    assert [(found["name"], found["uses"], found["place"]) for found in record["found"]] == [
        ("relu", 5, ["pair 1"]),
        ("dense", 5, ["pair 1"]),
    ]


@pytest.mark.parametrize("name", ["a:b.arch", "mine:4"])
def test_a_path_with_a_colon(run_cli: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(SPEC, "utf-8")
    assert "The path that carries GCIP" in run_cli("explain", str(path)).output
    assert "the first of 5 uses" in run_cli("explain", f"{path}:4").output


def test_options_before_the_spec_and_law_sets(run_cli: Run) -> None:
    record = told(run_cli("explain", "--format", "json", "--laws", "literal", "lenet:11", "--classes=7"))
    assert (record["laws"], record["params"]) == ("literal", {"classes": 7})
    working = record["found"][0]["workings"]["power"]
    assert working["equations"] == ["(8)", "(10)"]
    assert "literal.arch:" in working["at"]


def test_a_merge_in_json(run_cli: Run) -> None:
    (found,) = told(run_cli("explain", "resnet:44", "--format", "json"))["found"]
    assert found["winner"] == {"branch": 2, "ties": [], "open": [], "cases": []}
    assert [branch["steps"] for branch in found["branches"]] == [["weighted"], ["shortcut"]]
    assert sum(branch["share"] for branch in found["branches"]) == pytest.approx(1)


def test_paths_in_json(run_cli: Run) -> None:
    record = told(run_cli("explain", "resnet_cifar", "--depth", "8", "--format", "json"))
    table = record["lengths"]["table"]
    assert [(row["layers"], row["paths"]) for row in table] == [(7, 1), (10, 3), (13, 3), (16, 1)]
    assert sum(row["share"] for row in table) == pytest.approx(1)
    assert record["lengths"]["paths"]["value"] == 8
    merges = [
        link for group in record["gcip_path"] for link in group.get("way", []) if link["kind"] == "merge"
    ]
    assert [(merge["name"], merge["branch"]) for merge in merges] == [("add", 2)] * 3


def test_what_stands_behind_a_spec_is_a_line(run_cli: Run) -> None:
    result = run_cli("explain", "lenet:first")
    assert (result.exit_code, result.stderr) == (2, "error: lenet:first: a line is a number, as in lenet:1\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0", "<stdin> has 9 lines, and line 0 is asked for"),
        ("10", "<stdin> has 9 lines, and line 10 is asked for"),
        ("9999999999999999999", "line 999999999 is asked for"),
        ("1", "<stdin>:1:1: error: no layer or merge of this network stands here: it is the param 'w'"),
        ("2", "stands here: it is the block 'pair'"),
        ("3", "<stdin>:3:1: error: no layer or merge of this network stands here: the line is empty"),
        ("5", "stands here: it is a part of the block 'pair'"),
        ("6", "stands here: it is the input"),
        ("7", "stands here: the block 'pair' is called, which stands at <stdin>:2:7"),
        ("9", "it is in a part of the spec that these params do not choose"),
    ],
)
def test_a_line_that_has_no_layer(run_cli: Run, line: str, message: str) -> None:
    result = run_cli("explain", f"-:{line}", input=SPEC)
    assert result.exit_code == 2
    assert message in result.output
    assert not result.stdout


def test_the_nearest_layer_is_named(run_cli: Run) -> None:
    assert "hint: the nearest is relu, on line 4" in run_cli("explain", "-:6", input=SPEC).output
    only_used = 'use "blocks/conv.arch"\ninput(3, 8, 8)\nconv_bn(4, 3)\n'
    result = run_cli("explain", "-:3", input=only_used)
    assert "hint: all its layers stand in the files that it uses" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("resnt:3",), "no spec is called 'resnt'"),
        (("resnet:44:20",), "no spec is called 'resnet:44'"),
        (("resnet", "--depth", "18,34"), "depth takes one value here, and 2 are given"),
        (("-:3", "--n", "n"), "the n levels of deep within each other cannot be listed"),
        ((), "no SPEC is named"),
    ],
)
def test_mistakes(run_cli: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run_cli("explain", *arguments, *(["--nosuch"] if not arguments else []), input=DEEP)
    assert result.exit_code == 2
    assert message in result.output


def test_levels_that_cannot_be_listed(run_cli: Run) -> None:
    """What stands outside of them is explained, and the uses within them are counted."""
    text = run_cli("explain", "unet:31", "--levels", "n").output
    assert "conv at specs/unet.arch:31:1, used once" in text
    text = run_cli("explain", "unet:14", "--levels", "n").output
    assert "relu at specs/unet.arch:14:66, the first of 4*n + 2 uses, in level > double 1 > round 1" in text
    assert (
        "concat at specs/unet.arch:20:9, the first of its uses"
        in run_cli("explain", "unet:20", "--levels", "n").output
    )


def test_a_mistake_in_the_spec_is_told_as_check_tells_it(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.arch"
    path.write_text("input(4) dens(3)\n", "utf-8")
    checked, explained = run_cli("check", str(path)), run_cli("explain", f"{path}:1")
    assert (explained.exit_code, explained.output) == (2, checked.output)
