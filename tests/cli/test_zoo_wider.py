"""`layercalc zoo --wider`: its rows, filters, order, formats and mistakes."""

from __future__ import annotations

import csv
import json
import math
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from layercalc.measures import LOGS, MEASURES
from layercalc.paper.zoo import wider

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]


def _records(result: Result) -> list[dict[str, str]]:
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return [*csv.DictReader(result.stdout.splitlines())]


def test_every_format_tells_the_same_rows(run_cli: Run) -> None:
    asked = ("zoo", "--wider", "resnet50.tv_in1k", "--format")
    [row] = wider.find("resnet50.tv_in1k")
    text = run_cli(*asked, "text").stdout
    assert text.startswith(f"1 of {len(wider.rows())} rows of the wider zoo; ")
    assert f"resnet50  tv_in1k   {row.image_size}" in text
    [record] = _records(run_cli(*asked, "csv"))
    told = json.loads(run_cli(*asked, "json").stdout)
    assert told["laws"] == "paper"
    assert told["made"] == [*wider.head()]
    for name in MEASURES:
        column = f"log2_{name}" if name in LOGS else name
        assert float(record[column]) == told["rows"][0]["measures"][column] == row.measures["paper"][name]


def test_rows_are_chosen_and_put_in_order(run_cli: Run) -> None:
    condition = 'top1 > 75 and attention == "no" and era != "web" and gsc < 22 and params < 3*10^7'
    asked = ("--family", "resnet", "--family", "regnet", "--where", condition, "--sort", "-gsc,model")
    found = _records(run_cli("zoo", "--wider", *asked, "--laws", "channels", "--format", "csv"))
    rows = [
        row
        for row in wider.rows()
        if row.family in ("resnet", "regnet") and row.top1 > 75 and not row.attention and row.era != "web"
        if row.measures["channels"]["gsc"] < 22 and row.params < 3 * 10**7
    ]
    rows.sort(key=lambda row: (-row.measures["channels"]["gsc"], row.model))
    assert rows
    assert [(record["model"], record["tag"]) for record in found] == [(row.model, row.tag) for row in rows]


def test_the_logarithm_of_0_is_told_and_fulfils_nothing(run_cli: Run) -> None:
    row = next(row for row in wider.rows() if row.measures["literal"]["gcc"] == -math.inf)
    asked = ("zoo", "--wider", row.name, "--laws", "literal", "--format")
    assert _records(run_cli(*asked, "csv"))[0]["log2_gcc"] == "-inf"
    assert json.loads(run_cli(*asked, "json").stdout)["rows"][0]["measures"]["log2_gcc"] is None
    assert run_cli(*asked, "text").stdout.splitlines()[-1].split()[4] == "-"
    assert _records(run_cli(*asked[:-1], "--where", "gcc < 10^9", "--format", "csv")) == []


WITHOUT_QUOTES = """--where:1:8: error: no column is called 'web'
    1 | era == web
      |        ^^^
hint: a text stands in quotes: "web"
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--laws papr", "error: the wider zoo was not measured under the law set 'papr'\nhint: did you mean"),
        ("resnet5", "error: no network of the wider zoo is called 'resnet5'\nhint: did you mean 'resnet5"),
        ("--family resnt", "error: no row has the family 'resnt'\nhint: did you mean 'resnet'?\n"),
        ("--where 'table == 1'", "--where:1:1: error: no column is called 'table'"),
        ("--where 'era == web'", WITHOUT_QUOTES),
        ("--where 'log2(gcc) > 2'", "--where:1:1: error: gcc is a logarithm to base two already"),
        ("--sort spec", "error: --sort: no column is called 'spec'\nhint: "),
    ],
)
def test_mistakes_are_told(run_cli: Run, arguments: str, told: str) -> None:
    result = run_cli("zoo", "--wider", *shlex.split(arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told)


def test_a_table_of_the_paper_is_no_part_of_it(run_cli: Run) -> None:
    result = run_cli("zoo", "--wider", "--table", "1")
    assert result.exit_code == 2
    assert "--table chooses among the paper's tables" in result.stderr
