"""The rows of the paper's tables: each spec has the parameters and MACs of its public source, to the unit."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from layercalc import SpecError
from layercalc.cli.evaluation import eval_
from layercalc.measures import MEASURES
from layercalc.paper import zoo
from layercalc.paper.pages.zoo import zoo_table
from layercalc.paper.zoo import Broken, Measured, Row
from layercalc.report.fitted import fitted_table

ROWS = zoo.rows()
by_name = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
#: What `params_printed` may differ in, in words of the note.
SAID = ("running statistics", "one digit", "five digits")

#: Columns of a terminal.
TERMINAL = 100


@cache
def _measured(*point: object) -> Measured:
    [result] = zoo.results([next(row for row in ROWS if row.point == point)])
    assert not isinstance(result, Broken), str(result.error)
    return result


@by_name
def test_a_row_is_counted_to_the_unit_and_each_logarithm_is_finite(row: Row) -> None:
    measures = _measured(*row.point).measures
    assert (measures["params"].number, measures["macs"].number) == (row.params, row.macs)
    logs = {name: closed.log2 for name, closed in measures.items()}
    assert logs.keys() == MEASURES.keys()
    assert all(log is not None and math.isfinite(log) for log in logs.values())


def test_the_table_of_all_rows_fits_a_terminal() -> None:
    table = zoo_table([replace(_measured(*row.point), row=row) for row in ROWS])
    lines = [line.text for line in fitted_table(table, TERMINAL)]
    assert max(map(len, lines)) <= TERMINAL
    assert {"table", "model", "GCIP", "GCC", "params", "MACs", "Top-1"} <= {*lines[0].split()}


# -- what stands in the file


def test_the_rows_are_those_of_the_paper() -> None:
    assert Counter(row.table for row in ROWS) == {1: 36, 2: 39, 3: 35}
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert [row.name for row in ROWS] == sorted(row.name for row in ROWS)


@by_name
def test_what_stands_in_a_row_agrees(row: Row) -> None:
    model = re.sub(r"\W+", "_", row.model.lower())
    assert re.fullmatch(rf"t{row.table}_\d\d_{model}", row.name)
    assert (row.params_printed != row.params) == any(said in row.note for said in SAID)
    assert row.top1 is None or 50 < row.top1 < (row.top5 or 100)
    assert row.top5 is None or row.top1 is not None
    taken = {option.removeprefix("--").replace("-", "_") for param in eval_.params for option in param.opts}
    assert not taken & row.arguments.keys()


# -- names


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("AlexNet", [1, 2]),
        ("alexnet", [1, 2]),
        ("Alex Net", [1, 2]),
        ("vgg-19", [1, 2, 3]),
        ("t2_01_alexnet", [2]),
    ],
)
def test_rows_are_found_by_any_of_their_names(name: str, tables: list[int]) -> None:
    assert [row.table for row in zoo.find(name)] == tables


def test_the_rows_of_a_spec_are_found() -> None:
    assert (
        zoo.find("densenet")
        == [row for row in ROWS if row.spec == "densenet"]
        == zoo.of_specs(["densenet"], ROWS)
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AlxNet", "did you mean 'alexnet'?"),
        ("resnet 5o", "did you mean 'resnet 50'?"),
        ("?", "`layercalc zoo` lists them"),
    ],
)
def test_an_unknown_name_is_told(name: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        zoo.find(name)
    [told] = caught.value.diagnostics
    assert told.message == f"no row, model or spec of the zoo is called '{name}'"
    assert told.hint == hint
