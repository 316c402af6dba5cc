"""HTML: one file that asks for nothing, whose markup is ours alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.display import visible
from layercalc.errors import Source
from layercalc.report.html import html_table, page
from layercalc.report.section import Section
from layercalc.report.table import Formula, Table
from layercalc.syntax.parse import parse_values
from layercalc.syntax.tree import Chain, Expression

VOID = {"meta", "wbr"}
HOSTILE = (
    "<script>alert(1)</script>",
    "a & b",
    '"><img src=x onerror=y>',
    "</table>",
    "&lt;",
    "<!--",
    "]]>",
    "'",
)


class Reader(HTMLParser):
    """Holds that tags close in order, and gathers what is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.opened and self.opened[-1] not in ("style", "body", "tbody", "html"):
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def test_hostile_texts_are_only_texts() -> None:
    table = Table(("<b>", "n"), [[text, Formula("n < 3")] for text in HOSTILE] + [["<i>"]], HOSTILE)
    read = Reader(page([Section("\n".join(HOSTILE), table, text="<u>", listing="<s>\n&")]))
    assert not {"script", "img", "b", "i", "u", "s"} & read.seen
    assert set(HOSTILE) <= set(read.texts)
    assert {"<b>", "<i>", "<u>", "<s>\n&"} <= set(read.texts)


@given(st.text(alphabet=st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=30))
def test_any_text_is_read_back(text: str) -> None:
    read = Reader(html_table(Table(("a", "b"), [[text, "x"], [f"|{text}|"]])))
    assert any(
        visible(f"|{text}|") == told
        for told in ("".join(read.texts[place:end]) for place, end in spans(read.texts))
    )


def spans(texts: list[str]) -> list[tuple[int, int]]:
    return [(first, last) for first in range(len(texts)) for last in range(first + 1, len(texts) + 1)]


def test_nothing_is_fetched_from_anywhere() -> None:
    text = page([Section("t", Table(("a",), [[Formula("n^2")]]))])
    read = Reader(text)
    assert not {"script", "link", "img", "iframe", "object", "base"} & read.seen
    assert not {"src", "href", "srcset", "data", "action"} & read.attributes
    assert not re.search(r"url\(|@import|https?:", text)


def test_formulas_are_mathml_that_tells_its_text() -> None:
    table = html_table(Table(("", ""), [["a", Formula("n < 3", ": ", "2*n")], ["b", "2.5e-9"]]))
    assert '<span title="n &lt; 3"><math' in table
    assert '<span title="2.5e-9"><math displaystyle="true"><mn>2.5</mn>' in table
    assert "<td>b</td>" in table


def test_a_line_may_break_between_the_parts_of_a_formula() -> None:
    told = html_table(Table(("",), [[Formula("1 + n + n^2")]]))
    assert told.count("<wbr>") == 2
    assert told.count('<mo form="infix">+</mo>') == 2


@pytest.mark.parametrize(("cell", "kind"), [("12", "number"), ("2^-66.04", "number"), ("x" * 61, "long")])
def test_cells_are_set_by_what_they_are(cell: str, kind: str) -> None:
    assert f'<td class="{kind}">' in html_table(Table(("a",), [[cell]]))


def test_a_long_sum_over_a_number_can_be_broken() -> None:
    long = written_tree("(272*n*w^2 + 3572*w^2 + 48*n*w + 96531*w + 3000)/3")
    told = html_table(Table(("",), [[Formula(long)]]))
    assert told.count("<wbr>") == 4
    assert "<mfrac>" not in told
    assert "<mo>)</mo><mo>/</mo><mn>3</mn>" in told
    assert "<mfrac>" in html_table(Table(("",), [[Formula(written_tree("(n + 3000)/3"))]]))
    product = written_tree("37242 * (4.2266*n*w + 1.713*n + log2(32000*w)) * w")
    told = html_table(Table(("",), [[Formula(product)]]))
    assert told.count("<wbr>") == 4
    Reader(told)


def written_tree(text: str) -> Expression:
    (tree,) = parse_values(Source("test", text))
    assert isinstance(tree, Chain)
    return tree


def test_a_nested_listing_is_lists_within_lists() -> None:
    told = page([Section(Formula("", "the path of ", "n^2"), listing="a\n  b\n    <c>\nd", nested=True)])
    assert "<h1>the path of <span" in told
    assert "<summary>a</summary><ul><li><details open><summary>b</summary><ul><li>&lt;c&gt;</li>" in told
    assert "<pre>" not in told
    Reader(told)


def test_wide_tables_say_that_they_scroll() -> None:
    assert "The table goes on to the side: scroll." in page([Section("t")])


def test_both_colours_are_those_of_the_reader() -> None:
    assert "color-scheme: light dark" in page([Section("t")])


def test_an_outline_is_indented() -> None:
    assert "<td>&emsp;&emsp;conv</td>" in html_table(Table(("a", "b"), [["    conv", "1"]]))
