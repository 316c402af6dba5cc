"""LaTeX documents: structure, hostile texts, and that they compile where a TeX is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc import load
from layercalc.report import cells
from layercalc.report.section import Section
from layercalc.report.table import Formula, Table
from layercalc.report.tex import document, escaped, latex_table

HOSTILE = (
    r"\input{/etc/passwd}", "50% off", "a & b", "$x$", "#1", "x_1^2~", "{", "}}", "\\", "[2pt]", "*", "--",
    "''", "``", "<tag>", 'say "x"', "a|b", "?`", "\x00\x1b[31m",
    "é ü ç ł ß Ω λ 層 🙂 \N{GREEK SMALL LETTER OMICRON}",    "\\\\", "\\end{document}", "-", "",
)  # fmt: skip
#: Commands of the preamble, of tables and of texts that the document may have.
KNOWN = {
    "documentclass", "usepackage", "setlength", "setcounter", "parindent", "parskip", "extrarowheight",
    "begin", "end", "section", "subsection", "toprule", "midrule", "bottomrule", "addlinespace", "endhead",
    "multicolumn", "itshape", "quad", "raggedright", "raggedleft", "arraybackslash", "texttt", "ttfamily",
    "char", "hspace", "ensuremath", "displaystyle", "allowbreak", "frac", "cdot", "left", "right", "mathit",
    "times", "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater", "textbar",
    "textendash", "textemdash", "textquoteleft", "textquoteright", "textquotedblleft", "textquotedblright",
    "log",
}  # fmt: skip
#: Between the backslash and its argument of what is set above or below a letter, or is one.
LETTERS = re.compile(r"\\(?:[`'^~=u.\"rHvc]|ss|ae|AE|o|O|l|L|oe|OE|i)(?=[{}])")


def check(text: str) -> None:
    """Hold that brackets and environments close, rows are full, and all commands are known."""
    depth = 0
    for char in re.sub(r"\\.", "", text):
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    assert text.isascii()
    opened: list[str] = []
    for kind, name in re.findall(r"(?<!\\)\\(begin|end)\{(\w+)\}", text.replace(r"\\", "")):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    bare = LETTERS.sub("", re.sub(r"\\ensuremath\{\\[A-Za-z]+\}", "", text))
    assert set(re.findall(r"\\([A-Za-z]+)", bare.replace(r"\\", ""))) <= KNOWN


def widths(text: str) -> Iterator[int]:
    """Count the cells of each row of the only table."""
    for line in text.splitlines():
        if line.endswith((r"\\", r"\\ \addlinespace")) and not line.startswith(r"\texttt"):
            across = re.match(r"\\multicolumn\{(\d+)\}", line)
            yield int(across[1]) if across else len(re.findall(r"(?<!\\)&", line)) + 1


def hostile_page() -> str:
    rows = [[text, Formula("n/2"), "2.5e-9"] for text in HOSTILE]
    table = Table(("layer [x]", "a_b", "p & q"), [["{heading} %"], *rows], ["", "note_1 & \\", *HOSTILE])
    return document(
        [Section("\n".join(HOSTILE), table), Section("$ again #", text="100 %", listing="  a_b {\n}")]
    )


def test_hostile_texts_are_only_texts() -> None:
    check(hostile_page())


def test_no_two_signs_become_one() -> None:
    assert escaped("a --> ''b''") == r"a -{}-\textgreater{} '{}'b'{}'"


@given(st.text(max_size=30))
def test_any_text_is_only_text(text: str) -> None:
    told = escaped(text)
    check(told)
    assert not re.search(r"(?<!\\)[#$%&_]|--|''", re.sub(r"\\[`'^~=.\"]", "", told))
    check(page := latex_table(Table((text, "b"), [[text, text], [text]])))
    assert set(widths(page)) == {2}


@pytest.mark.parametrize("rows", [2, 60])
def test_a_row_has_a_cell_for_each_column(rows: int) -> None:
    table = Table(("a", "b", "c"), [["x & y", Formula("n^2"), "1"]] * rows + [["across"]])
    text = latex_table(table)
    assert set(widths(text)) == {3}
    assert ("longtable" in text) == (rows == 60)


def test_a_row_that_begins_with_a_bracket_is_no_argument_of_the_line_before() -> None:
    assert "\n{}[2pt] & 1 \\\\" in latex_table(Table(("a", "b"), [["[2pt]", "1"]]))
    assert "\n{}* & 1 \\\\" in latex_table(Table(("a", "b"), [["*", "1"]]))


def test_numbers_have_powers_of_ten() -> None:
    line = latex_table(Table(("a", "b", "c"), [["2.4292e-9", "-1.5", "61706"]])).splitlines()[4]
    assert line == r"$2.4292 \cdot 10^{-9}$ & $-1.5$ & 61706 \\"


def test_sizes_are_set_one_by_one() -> None:
    network = load("densenet", growth="k").network
    line = latex_table(Table(("", ""), [["a", cells.shape(network, network.body.shapes[1])]])).splitlines()[2]
    assert line == r"a & $\displaystyle 2 \allowbreak \, k$ x 112 x 112 \\"


def test_expressions_are_set_and_the_words_around_them_are_not() -> None:
    cell = Formula("n_1 < 3", ": ", "2*n_1", " where ", "s1", " = ", "n_1 + 1")
    line = latex_table(Table(("", ""), [["a", cell]])).splitlines()[2]
    shown = [r"$\displaystyle \mathit{n\_1} < 3$: ", r"$\displaystyle 2 \allowbreak \, \mathit{n\_1}$ where "]
    assert line.startswith(f"a & {''.join(shown)}")


def test_the_paper_is_as_wide_as_the_widest_table() -> None:
    def width(table: Table) -> int:
        found = re.search(r"paperwidth=(\d+)mm", document([Section("t", table)]))
        return int(found[1]) if found else 0

    assert width(Table(("a",), [["1"]])) == 210
    assert width(Table(("a",) * 20, [["123456789"] * 20])) > 400
    assert width(Table(("a",) * 4000, [["123456789"] * 4000])) == 5000
    long = Formula(" + ".join(f"{n}*n^{n}" for n in range(1, 40)))
    assert width(Table(("a",), [[long]])) == 210  # it is broken into lines


def test_the_columns_of_a_long_table_need_no_measuring() -> None:
    head = latex_table(Table(("text", "n"), [["some words", "12345678"]] * 60)).splitlines()[0]
    assert head == (
        r"\begin{longtable}{>{\raggedright\arraybackslash}p{19mm}>{\raggedleft\arraybackslash}p{15mm}}"
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX is installed")
def test_a_hostile_page_compiles(tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text(hostile_page(), "ascii")
    subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"], cwd=tmp_path, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
