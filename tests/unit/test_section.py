"""Reports before they have a format: sections as text, records as rows."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from layercalc.report.formats import markdown_page
from layercalc.report.section import Section, flat_table, text_page
from layercalc.report.table import Table

TABLE = Table(("a", "b"), [["x", "1"]])
names = st.text("abc_", min_size=1, max_size=3)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
records = st.dictionaries(names, values | st.dictionaries(names, values, max_size=3), max_size=4)


def test_text_has_one_empty_line_between_all_pieces() -> None:
    sections = [Section("title\nparams"), Section("one", TABLE), Section("", TABLE), Section(text="end")]
    assert text_page(sections) == "title\nparams\n\none\n\na  b\nx  1\n\na  b\nx  1\n\nend\n"


def test_markdown_has_a_paragraph_for_each_line() -> None:
    page = markdown_page([Section("title_1\nparams", TABLE, text="p\nq")])
    assert page.split("\n\n")[:4] == ["title\\_1", "params", "p", "q"]


def test_a_listing_is_a_block_that_its_own_fences_do_not_end() -> None:
    listing = "a\n```\nb\n````"
    assert markdown_page([Section(listing=listing)]) == f"`````\n{listing}\n`````\n"
    assert text_page([Section("f:", listing=listing)]) == f"f:\n\n{listing}\n"


@given(st.lists(records, max_size=4))
def test_rows_say_what_the_records_say(told: list[dict[str, object]]) -> None:
    table = flat_table(told)
    for record, row in zip(told, table.rows, strict=True):
        cells = dict(zip(table.headers, row, strict=True))
        for name, value in record.items():
            inner = value if isinstance(value, dict) else {"": value}
            for key, leaf in inner.items():
                path = f"{name}.{key}" if key else name
                assert (json.loads(cells[path]) if cells[path] else None) == leaf


def test_lists_stay_json_in_their_cell() -> None:
    assert flat_table([{"a": [1, "x"], "b": "text"}]).rows == [['[1, "x"]', "text"]]
