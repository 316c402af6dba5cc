"""The results of rows, the conditions that choose among them, and their order."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest

from layercalc import SpecError
from layercalc.measures import MEASURES, measure_all
from layercalc.network import Network
from layercalc.paper import zoo
from layercalc.paper.pages.zoo import full_table, zoo_table
from layercalc.paper.zoo import Broken, Row
from layercalc.paper.zoo import result as room
from layercalc.paper.zoo.column import COLUMNS, FACTS, conditions, facts, order, ordered, values
from layercalc.report.formats import comma_separated

ALEXNET, AGAIN = zoo.find("AlexNet")
RESNETS = [row for row in zoo.find("resnet") if row.table == 1]
LOST = replace(ALEXNET, name="lost", spec="nosuch", top1=None)


def _chosen(text: str, *rows: Row) -> list[str]:
    asked = conditions([text])
    results = zoo.results(rows)
    return [r.row.model for r in results if all(condition.holds(values(r)) for condition in asked)]


# -- results


def test_rows_of_one_network_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def counted(network: Network) -> object:
        taken.append(network.name)
        return measure_all(network)

    monkeypatch.setattr(room, "measure_all", counted)
    rows = [ALEXNET, RESNETS[0], AGAIN]
    assert [result.row for result in zoo.results(rows)] == rows
    assert taken == ["AlexNet", "ResNet"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("layer dead { power = 0 } input(3) dead", {"gcc"}),
        ("layer dead { complexity = 0  power = 1 } input(3) dead", {"gcip", "gsip"}),
        ("param n input(n) dense(1)", set[str]()),
    ],
)
def test_what_has_no_finite_logarithm_is_left_out(tmp_path: Path, text: str, known: set[str]) -> None:
    path = tmp_path / "x.arch"
    path.write_text(text, "utf-8")
    (result,) = zoo.results([replace(LOST, spec=str(path))])
    assert isinstance(result, zoo.Measured)
    assert result.logs.keys() == known
    assert "params" in result.measures


def test_a_row_keeps_all_that_is_finite_and_0_is_the_least() -> None:
    found = ordered(zoo.results(RESNETS, "literal"), ["-gcc"], values)
    assert [result.row.model for result in found[:2]] == ["ResNet 34", "ResNet 18"]
    assert [line[3] for line in zoo_table(found).rows] == ["337.78", "176.72", "-", "-", "-"]
    header, *lines = csv.reader(comma_separated(full_table(found)).splitlines())
    assert [float(line[header.index("log2_gwc")]) for line in lines[2:]] == [-math.inf] * 3
    assert all(line[header.index("log2_gcip")] for line in lines)


def test_what_cannot_be_told_breaks_a_row_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "x.arch"
    path.write_text("input(3) relo", "utf-8")
    message = "unknown block or layer 'relo'"
    broken, whole = zoo.results([replace(LOST, spec=str(path)), ALEXNET])
    assert isinstance(broken, Broken)
    assert [told.message for told in broken.error.diagnostics] == [message]
    assert not isinstance(whole, Broken)


# -- conditions


def test_every_column_has_a_value() -> None:
    [result] = zoo.results([ALEXNET])
    assert tuple(values(result)) == COLUMNS == (*FACTS, *MEASURES)
    assert tuple(facts(ALEXNET)) == FACTS


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("top1 >= 76.13", ["ResNet 101", "ResNet 152", "ResNet 50"]),
        ("top1 > 76.13", ["ResNet 101", "ResNet 152"]),
        ("params < 25 * 10^6 and top5 > 90", ["ResNet 34"]),
        ("gcc > 400", ["ResNet 101", "ResNet 152"]),
        ("gcc > 400, macs < 10^10", ["ResNet 101"]),
        ("gwc - gcc == gsc or layers == longest_path", []),
        ('model == "ResNet 18" or row == "t1_16_resnet_34"', ["ResNet 18", "ResNet 34"]),
        ("table == 2", []),
        ("params_printed != params", []),
    ],
)
def test_rows_are_chosen_by_conditions(text: str, models: list[str]) -> None:
    assert _chosen(text, *RESNETS) == models


def test_a_row_without_a_value_is_not_chosen() -> None:
    assert _chosen("top1 > 0 or top1 <= 0", LOST) == []
    assert _chosen("table == 1 or top1 > 0", LOST) == []
    assert _chosen("params > 0", LOST) == []
    assert _chosen("table == 1", LOST) == ["AlexNet"]


@pytest.mark.parametrize(
    ("text", "early"), [("top1 > 70 and table == 1", True), ("top1 > 70 or gcc > 1", False)]
)
def test_what_is_printed_is_known_before_anything_is_measured(text: str, early: bool) -> None:
    [condition] = conditions([text])
    assert condition.early == early


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gccc > 1", "--where:1:1: error: no column is called 'gccc'\n...hint: did you mean 'gcc'?"),
        ("x > 1", "--where:1:1: error: no column is called 'x'\n...hint: columns: row, table, model, top1, "),
        ("log2(gcc) > 400", "--where:1:1: error: gcc is a logarithm to base two already\n...gcc >= 400"),
        ("1 > log(2 * gwc)", "--where:1:5: error: gwc is a logarithm to base two already\n...gwc >= 400"),
        ("params >", "--where:1:8: error: the text ends"),
        ("1..3", "--where:1:1: error: a range is no condition"),
    ],
)
def test_what_is_no_condition_is_told(text: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        conditions([text])
    first, _, last = told.partition("\n...")
    assert str(caught.value).startswith(first)
    assert last in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("params", "--where:1:1: error: this is 11689512, not a condition"),
        ("model > 3", '--where:1:1: error: "ResNet 18" and 3 have no order'),
        ("1 / (table - 1) > 0", "--where:1:1: error: division by zero"),
    ],
)
def test_what_has_no_truth_is_told(text: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _chosen(text, *zoo.find("t1_15_resnet_18"))
    assert str(caught.value).startswith(told)


# -- order


@pytest.mark.parametrize(
    ("columns", "tops"),
    [
        ("top1", [69.758, 73.314, 76.13, 77.347, 78.312, None]),
        ("-top1", [78.312, 77.347, 76.13, 73.314, 69.758, None]),
        ("gcip, -params", [78.312, 77.347, 76.13, 73.314, 69.758, None]),
        ("gcip,params", [78.312, 77.347, 73.314, 76.13, 69.758, None]),
        ("table,-gcc", [78.312, 77.347, 73.314, 76.13, 69.758, None]),
        ("-model", [76.13, 73.314, 69.758, 78.312, 77.347, None]),
    ],
)
def test_rows_are_put_in_order_those_without_a_value_last(columns: str, tops: list[float | None]) -> None:
    found = ordered(zoo.results([replace(LOST, model=" "), *RESNETS]), order(columns), values)
    assert [result.row.top1 for result in found] == tops


@pytest.mark.parametrize(
    ("columns", "name"), [("gccc", "gccc"), ("top1,-par", "par"), ("--top1", "-top1"), ("", "")]
)
def test_an_unknown_column_is_told(columns: str, name: str) -> None:
    with pytest.raises(SpecError, match=f"--sort: no column is called '{name}'"):
        order(columns)
