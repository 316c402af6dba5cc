"""`layercalc zoo`: its formats, filters and order, broken rows, rows by name, the progress bar."""

from __future__ import annotations

import csv
import json
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from layercalc import load, specs
from layercalc.cli import output
from layercalc.cli.output import with_progress
from layercalc.measures import LOGS, MEASURES
from layercalc.paper import zoo
from layercalc.paper.pages.zoo import command_of
from layercalc.paper.zoo import result as room

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

ALEXNET, AGAIN = zoo.find("AlexNet")
LOST = replace(ALEXNET, name="lost", model="Lost", spec="nosuch", top1=50.0)
MISGIVEN = replace(ALEXNET, name="misgiven", model="Misgiven", arguments={"classes": "0"}, top1=60.0)


def _records(result: Result) -> list[dict[str, str]]:
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return [*csv.DictReader(result.stdout.splitlines())]


# -- formats


def test_every_format_tells_the_same_rows(run_cli: Run) -> None:
    asked = ("zoo", "--family", "alexnet", "--format")
    text, markdown, data, told = (
        run_cli(*asked, name).stdout for name in ("text", "markdown", "csv", "json")
    )
    assert text.splitlines()[0] == markdown.splitlines()[0]
    cells = [line.split() for line in text.splitlines()[2:]]
    assert [
        line.replace("|", " ").split() for line in markdown.splitlines()[2:] if "---" not in line
    ] == cells
    assert [row["model"] for row in csv.DictReader(data.splitlines())] == [line[1] for line in cells[1:]]
    assert [row["row"] for row in json.loads(told)["rows"]] == [ALEXNET.name, AGAIN.name]


def test_csv_has_all_columns_in_full_precision(run_cli: Run) -> None:
    [told] = _records(run_cli("zoo", "t1_17_resnet_50", "--format", "csv"))
    model = load("resnet", depth=50)
    assert {name: told[f"log2_{name}"] for name in LOGS} == {
        name: repr(model.measure(name).log2) for name in LOGS
    }
    counts = {name: told[name] for name in MEASURES if name not in LOGS}
    assert counts == {name: str(model.measure(name).number) for name in counts}
    printed = ("row", "table", "model", "top1", "top5", "params_printed", "spec", "reference", "note")
    assert [told[name] for name in printed] == [
        "t1_17_resnet_50", "1", "ResNet 50", "76.13", "92.862", "25557032",
        "resnet", "torchvision resnet50", "",
    ]  # fmt: skip


def test_json_tells_a_row_as_eval_tells_its_network(run_cli: Run) -> None:
    told = json.loads(run_cli("zoo", "--where", 'row == "t1_15_resnet_18"', "--format", "json").stdout)
    assert told.keys() == {"laws", "rows"}
    [row] = told["rows"]
    evaluated = json.loads(run_cli("eval", "resnet", "--depth", "18", "--format", "json").stdout)
    assert row["measures"] == evaluated["measures"]
    assert (row["top1"], row["params_counted"], row["arguments"], row["mistakes"]) == (
        69.758, 11_689_512, {"depth": "18"}, [],
    )  # fmt: skip


def test_no_row_is_an_answer(run_cli: Run) -> None:
    for format_ in ("text", "markdown", "csv", "json"):
        result = run_cli("zoo", "--where", "top1 > 100", "--format", format_)
        assert (result.exit_code, result.stderr) == (0, "")
    for asked in (("--where", "top1 > 100"), ("alexnet", "--table", "3")):
        assert run_cli("zoo", *asked).stdout.startswith("0 of 110 rows; ")


# -- filters, order, laws


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("--family alexnet", ["t1_01_alexnet", "t2_01_alexnet"]),
        ("--family alexnet --table 2", ["t2_01_alexnet"]),
        ("--family alexnet --family densenet --where 'top1 > 76.8 and table < 3'", [
            "t1_03_densenet_161", "t1_05_densenet_201", "t2_05_densenet_161", "t2_07_densenet_201",
        ]),
        ("--family resnet --table 1 --sort -gcc,top1 --where 'gcc > 300'", [
            "t1_14_resnet_152", "t1_13_resnet_101", "t1_16_resnet_34",
        ]),
        ("'ResNet 50' --where 'table < 3' --sort top1", ["t2_20_resnet_50", "t1_17_resnet_50"]),
        ("--where 'top1 > 76 and top1 < 76.2'", [
            "t1_17_resnet_50", "t2_06_densenet_169", "t2_20_resnet_50",
        ]),
    ],
)  # fmt: skip
def test_rows_are_chosen_and_put_in_order(run_cli: Run, arguments: str, names: list[str]) -> None:
    found = _records(run_cli("zoo", *shlex.split(arguments), "--format", "csv"))
    assert [record["row"] for record in found] == names


def test_only_what_may_be_shown_is_measured(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoo, "rows", lambda: [LOST, ALEXNET])
    assert run_cli("zoo", "--where", "top1 > 56").exit_code == 0
    assert run_cli("zoo", "--where", "gcc > 1").exit_code == 2


def test_another_law_set_is_taken_and_named(run_cli: Run) -> None:
    result = run_cli("zoo", "alexnet", "--laws", "channels")
    assert "; laws channels\nevaluated by: layercalc eval alexnet --laws channels\n" in result.stdout
    assert (
        run_cli("zoo", "--family", "alexnet", "--laws", "channels")
        .stdout.splitlines()[0]
        .endswith("laws channels")
    )
    [told, _] = _records(run_cli("zoo", "alexnet", "--laws", "channels", "--format", "csv"))
    assert told["log2_gcc"] == repr(load("alexnet", laws="channels").measure("gcc").log2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--family alxnet", "error: no row has the spec 'alxnet'\nhint: did you mean 'alexnet'?\n"),
        ("alexnet --family vgg", "error: no row has the spec 'vgg'\nhint: specs: alexnet\n"),
        ("--sort gccc", "error: --sort: no column is called 'gccc'\nhint: did you mean 'gcc'?\n"),
        ("--where 'gcc >'", "--where:1:5: error: the text ends too early"),
        ("--laws papr", "error: no law set is called 'papr', and no such file exists\nhint: did you"),
        ("AlxNet", "error: no row, model or spec of the zoo is called 'AlxNet'\nhint: did you"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_anything_is_measured(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, arguments: str, told: str
) -> None:
    monkeypatch.setattr(room, "measure_all", None)
    result = run_cli("zoo", *shlex.split(arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told)


# -- broken rows


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put rows that cannot be measured among those that can."""
    rows = [LOST, ALEXNET, MISGIVEN, replace(LOST, name="lost_too", top1=None), AGAIN]
    monkeypatch.setattr(zoo, "rows", lambda: rows)


@pytest.mark.usefixtures("broken")
def test_a_broken_row_hides_no_other(run_cli: Run) -> None:
    result = run_cli("zoo")
    lines = [line.split() for line in result.stdout.splitlines()[3:]]
    assert [line[1] for line in lines] == ["Lost", "AlexNet", "Misgiven", "Lost", "AlexNet"]
    assert [len(line) for line in lines] == [3, 9, 3, 2, 9]
    assert result.exit_code == 2
    told = [line for line in result.stderr.splitlines() if "error: " in line]
    assert told[0] == "error: lost and 1 more: no spec is called 'nosuch', and no such file exists"
    assert re.search(
        r"alexnet\.arch:\d+:\d+: error: misgiven: dense: units is 0, not a whole number", told[1]
    )
    assert len(told) == 2


@pytest.mark.usefixtures("broken")
def test_broken_rows_come_last_in_the_order_of_a_measure(run_cli: Run) -> None:
    for column in ("gcc", "-gcc"):
        lines = run_cli("zoo", "--sort", f"{column},top1").stdout.splitlines()[3:]
        tops = [line.split()[-1] for line in lines]
        assert tops == ["56.432", "56.518", "50.000", "60.000", "Lost"]


@pytest.mark.usefixtures("broken")
def test_a_broken_row_is_told_in_every_format(run_cli: Run) -> None:
    result = run_cli("zoo", "--format", "json")
    assert result.exit_code == 2
    assert "error: lost and 1 more: " in result.stderr
    lost, whole, *_ = json.loads(result.stdout)["rows"]
    assert lost["measures"] is None
    assert lost["mistakes"][0].startswith("error: no spec is called 'nosuch'")
    assert whole["mistakes"] == []
    result = run_cli("zoo", "--format", "csv")
    first, *_ = csv.DictReader(result.stdout.splitlines())
    assert (result.exit_code, first["row"], first["log2_gcc"], first["params"]) == (2, "lost", "", "")


@pytest.mark.usefixtures("broken")
def test_a_broken_row_by_name_tells_what_is_printed(run_cli: Run) -> None:
    result = run_cli("zoo", "lost")
    assert result.exit_code == 2
    assert result.stdout.startswith("evaluated by: layercalc eval nosuch\n\nrow")
    assert "GCIP" not in result.stdout
    assert "error: lost and 1 more: " in result.stderr


def test_an_interrupt_ends_quietly(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "measure_all", stopped)
    result = run_cli("zoo", "--family", "alexnet")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")


# -- rows by name


def test_a_row_is_told_with_its_network_and_spec(run_cli: Run) -> None:
    result = run_cli("zoo", "t2_19_resnet_34")
    assert result.exit_code == 0
    facts = ("ResNet 34", "73.554", "91.456", "21,797,672", "3,663,761,408", "pretrainedmodels resnet34")
    for told in (*facts, "layercalc eval resnet --depth 34\n", *(m.label for m in MEASURES.values())):
        assert told in result.stdout
    source = specs()["resnet"].read_text("utf-8")
    assert result.stdout.endswith(f"resnet.arch:\n\n{source.rstrip()}\n")


def test_rows_of_one_network_stand_side_by_side_and_a_spec_once(run_cli: Run) -> None:
    output = run_cli("zoo", "ALEXNET").stdout
    assert f"row{' ' * 13}t1_01_alexnet{' ' * 8}t2_01_alexnet\n" in output
    assert output.count("evaluated by: ") == output.count("network AlexNet") == 1
    families = run_cli("zoo", "vgg").stdout
    assert families.count("evaluated by: ") > families.count("network VGG") == 1


def test_what_is_not_printed_is_told_so(run_cli: Run) -> None:
    lines = [line.split() for line in run_cli("zoo", "t3_34_dpn_107").stdout.splitlines()]
    assert ["Top-1", "-"] in lines
    assert ["Top-5", "-"] in lines


def test_a_note_is_told(run_cli: Run) -> None:
    [row] = zoo.find("t1_30_wide_resnet_101_2")
    assert f"\n{row.name}: {row.note}\n" in run_cli("zoo", row.name).stdout


def test_named_rows_as_json_have_their_specs(run_cli: Run) -> None:
    told = json.loads(run_cli("zoo", "alexnet", "--format", "json").stdout)
    assert told["specs"] == {"alexnet": specs()["alexnet"].read_text("utf-8")}
    assert [row["reference"] for row in told["rows"]] == ["torchvision alexnet", "pretrainedmodels alexnet"]


@pytest.mark.parametrize("name", ["t1_16_resnet_34", "t1_01_alexnet", "t2_35_vgg_16_bn"])
def test_the_command_told_evaluates_the_row(run_cli: Run, name: str) -> None:
    [row] = zoo.find(name)
    program, *arguments = shlex.split(command_of(row))
    assert program == "layercalc"
    told = json.loads(run_cli(*arguments, "--format", "json").stdout)["measures"]
    assert (told["params"]["value"], told["macs"]["value"]) == (row.params, row.macs)


def test_a_command_is_quoted_for_a_shell() -> None:
    row = replace(ALEXNET, arguments={"kernel_sizes": "[3,(5,7)]"})
    assert command_of(row, "my laws.arch") == (
        "layercalc eval alexnet --kernel-sizes '[3,(5,7)]' --laws 'my laws.arch'"
    )


# -- progress


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "patience", "shown"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)]
)
def test_a_terminal_is_told_how_far_a_long_run_is(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, patience: float, shown: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr := _Terminal() if terminal else StringIO())
    monkeypatch.setattr(output, "PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert [*with_progress(_slow(4), 4)] == [0, 1, 2, 3]
    assert ("100%" in stderr.getvalue()) == shown
    assert shown or not stderr.getvalue()


def test_no_stderr_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert [*with_progress(_slow(2), 2)] == [0, 1]


def _slow(count: int) -> Iterator[int]:
    for number in range(count):
        time.sleep(0.01)
        yield number
