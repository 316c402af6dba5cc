"""Tables as Markdown and as comma-separated values."""

from __future__ import annotations

import csv

import pytest

from layercalc.display import visible
from layercalc.report.formats import comma_separated, markdown
from layercalc.report.table import Table

OUTLINE = Table(("layer", "n"), [["block 1"], ["conv", "12"], ["relu", "-"]], ["", "one", "two"])


def test_a_heading_across_the_columns_is_a_row_with_empty_cells() -> None:
    assert markdown(OUTLINE).splitlines()[:4] == [
        "| layer   |   n |",
        "| ------- | --: |",
        "| block 1 |     |",
        "| conv    |  12 |",
    ]
    assert comma_separated(OUTLINE) == "layer,n\nblock 1,\nconv,12\nrelu,-\n"


def test_notes_are_paragraphs_below_and_no_data() -> None:
    assert markdown(OUTLINE).endswith("|   - |\n\none\n\ntwo")


def test_an_outline_is_indented_where_spaces_would_be_dropped() -> None:
    assert markdown(Table(("a", "b"), [["    conv", "1"]])).splitlines()[2] == "| &emsp;&emsp;conv |   1 |"


@pytest.mark.parametrize("text", ["2*n*w", "a|b", "longest_path", "`x`", "[1, 2]", "x < y", "\\frac", "$2"])
def test_signs_of_markdown_stand_for_themselves(text: str) -> None:
    cell = markdown(Table(("value",), [[text]])).splitlines()[2].removeprefix("| ").removesuffix(" |")
    assert (
        "".join(part for part in cell.strip().replace("\\\\", "\0").split("\\")).replace("\0", "\\") == text
    )
    assert all(cell[place - 1] == "\\" for place, sign in enumerate(cell) if sign in "*|_`[]<$")


@pytest.mark.parametrize("text", ["a, b", 'say "x"', "2\n3", ""])
def test_any_text_can_be_read_back(text: str) -> None:
    table = Table(("key", "value"), [[text, "1"]])
    assert [*csv.reader(comma_separated(table).splitlines(keepends=True))] == [
        ["key", "value"], [visible(text), "1"],
    ]  # fmt: skip


def test_a_table_without_rows_has_its_headers() -> None:
    empty = Table(("a", "b"), [])
    assert markdown(empty) == "| a   | b   |\n| --- | --- |"
    assert comma_separated(empty) == "a,b\n"
