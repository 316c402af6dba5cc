"""Long expressions in lines of a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.printing.wrapping import INDENT, wrapped
from layercalc.report.fitted import fitted_table
from layercalc.report.table import Table

words = st.lists(st.sampled_from(["w", "(1 + 2*n)^3", "+", "*", "max(w, 3 - n)", "-", "/"]), min_size=1)


@given(words.map(" ".join), st.integers(16, 60))
def test_the_lines_are_the_text_and_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(line.removeprefix(INDENT) for line in lines) == text
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("aaaaaaaa * (bb + ccccc) * d", ["aaaaaaaa", "  * (bb + ccccc)", "  * d"]),
        ("aaaaaa * (bb + ccccc) * d", ["aaaaaa * (bb", "  + ccccc) * d"]),  # a line of six would be empty
        ("max(aaaa + b, cccccc - d)", ["max(aaaa + b,", "  cccccc - d)"]),
        ("x" * 20, ["x" * 20]),
        ("width = 64, depth = 3", ["width = 64,", "  depth = 3"]),
        ("aaaaaaaa -b + c - d", ["aaaaaaaa -b + c", "  - d"]),
    ],
)
def test_lines_break_before_operators_outside_brackets(text: str, lines: list[str]) -> None:
    assert wrapped(text, 16) == lines


def test_a_table_breaks_its_last_column() -> None:
    table = Table(("", ""), [["GCC", "37242 * (1 + 18.603*w)^4 * log2(32000*w) * w"], ["params", "w"]])
    assert [line.text for line in fitted_table(table, 36)] == [
        "GCC     37242 * (1 + 18.603*w)^4", "          * log2(32000*w) * w", "params  w"
    ]  # fmt: skip
