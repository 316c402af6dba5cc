"""Reports on terminals of any width: what gives way, and that no word does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.report.fitted import broken, fitted, fitted_table
from layercalc.report.section import Section
from layercalc.report.table import Table

WIDE = Table(
    ("key", "first one", "second", "third"),
    [["part"], ["  a", "1,234", "22", "333"]],
    ["note"],
    keys=1,
    gives=(2, 3),
)


def shown(table: Table, width: int) -> list[str]:
    return [line.text for line in fitted_table(table, width)]


def test_what_fits_is_plain() -> None:
    assert "\n".join(shown(WIDE, 80)) == WIDE.plain()


@pytest.mark.parametrize(("width", "lines"), [
    (26, ["     first", "key    one  second  third", "part", "  a  1,234      22    333", "note"]),
    (18, [
        "     first", "key    one  third", "part", "  a  1,234    333", "note", "left out, for want",
        "  of width: second",
    ]),
    (12, [
        "     first", "key    one", "part", "  a  1,234", "note", "left out,", "  for want", "  of width:",
        "  second and", "  third",
    ]),
])  # fmt: skip
def test_a_table_wraps_its_headers_then_gives_up_columns_in_order(width: int, lines: list[str]) -> None:
    assert shown(WIDE, width) == lines


def test_what_gives_up_nothing_comes_in_blocks() -> None:
    table = Table(("k", "aaaa", "bbbb", "cccc"), [("1", "2", "3", "4")], ["note"], keys=1)
    assert shown(table, 13) == ["k  aaaa  bbbb", "1     2     3", "", "k  cccc", "1     4", "note"]
    assert shown(table, 2)[:2] == ["k  aaaa", "1     2"]


def test_texts_are_wrapped_and_numbers_are_not() -> None:
    table = Table(("name", "text", "number"), [["part"], ("x", "one two three and four five six", "123456")])
    assert shown(table, 34) == [
        "name  text                  number", "part", "x     one two three and     123456",
        "        four five six",
    ]  # fmt: skip


def test_lines_say_what_they_are() -> None:
    table = Table(("a", "b"), [["part"], ("x", "1"), ("y", "refused: why")])
    kinds = [line.kind for line in fitted([Section("title", table)], 80)]
    assert kinds == ["", "", "head", "group", "", "none"]


def test_letters_of_two_columns_are_counted_twice() -> None:
    assert shown(Table(("名前", "b"), [("層", "x"), ("conv", "y")]), 80) == ["名前  b", "層    x", "conv  y"]


WORDS = st.text(st.sampled_from("ab1,.(= *"), max_size=30)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 5))
    row = st.lists(WORDS, min_size=count, max_size=count)
    keys = draw(st.none() | st.integers(1, count))
    gives = draw(st.lists(st.integers(1, count - 1), unique=True)) if count > 1 else []
    return Table(
        draw(row),
        draw(st.lists(row | st.tuples(WORDS), min_size=1, max_size=4)),
        draw(st.lists(WORDS)),
        keys,
        gives,
    )


def _words(texts: Iterator[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


@given(tables(), st.integers(20, 90))
def test_no_word_is_broken_and_none_is_lost(table: Table, width: int) -> None:
    lines = shown(table, width)
    cells = [*table.headers, *(cell for row in table.rows for cell in row), *table.notes]
    added = {"left", "out,", "for", "want", "of", "width:", "and"}
    got, had = _words(iter(lines)), _words(iter(cells))
    assert got <= had | added | {f"{word}," for word in had}
    if not any("left out" in line for line in lines):
        assert had <= got


@given(WORDS, st.integers(1, 40))
def test_a_broken_line_joins_again(text: str, width: int) -> None:
    lines = broken(text, width)
    indent = len(text) - len(text.lstrip(" "))
    assert " ".join(line[indent:].removeprefix("  ") if n else line for n, line in enumerate(lines)) == text
    longest = max(map(len, re.split(" +", text)), default=0)
    assert all(len(line) <= max(width, indent + 2 + 2 * longest + 5) for line in lines)
