"""How a diagnostic reads: its place, its excerpt, the way that led there, its hint."""

from __future__ import annotations

import pytest

from layercalc.errors import Diagnostic, Frame, Source, Span, SpecError, did_you_mean, fail, listing

TEXT = "input(3)\r\n\tconv(3, 3) -> relu\n\nlast"
SOURCE = Source("t.arch", TEXT)


def span(text: str) -> Span:
    start = SOURCE.text.index(text)
    return Span(SOURCE, start, start + len(text))


@pytest.mark.parametrize(
    ("text", "line", "column"), [("input", 1, 1), ("conv", 2, 2), ("relu", 2, 16), ("last", 4, 1)]
)
def test_a_place_is_counted_from_one(text: str, line: int, column: int) -> None:
    assert (span(text).line, span(text).column) == (line, column)
    assert str(span(text)) == f"t.arch:{line}:{column}"
    assert repr(span(text)) == f"<t.arch:{line}:{column}>"
    assert span(text).text == text


def test_a_diagnostic_underlines_its_span() -> None:
    told = str(Diagnostic("what is wrong", span("conv(3, 3)"), "what helps")).splitlines()
    assert told == [
        "t.arch:2:2: error: what is wrong",
        "    2 |  conv(3, 3) -> relu",
        "      |  ^^^^^^^^^^",
        "hint: what helps",
    ]


def test_a_span_over_lines_is_underlined_on_the_first() -> None:
    told = str(Diagnostic("wrong", Span(SOURCE, SOURCE.text.index("relu"), len(SOURCE.text)))).splitlines()
    assert told[2] == "      |                ^^^^"


def test_an_empty_span_has_a_caret() -> None:
    assert (
        str(Diagnostic("wrong", Span(SOURCE, len(SOURCE.text), len(SOURCE.text)))).splitlines()[2]
        == "      |     ^"
    )


def test_a_diagnostic_without_a_place() -> None:
    assert str(Diagnostic("wrong")) == "error: wrong"


def test_a_long_line_is_cut_around_the_span() -> None:
    source = Source("t.arch", "a" * 500 + "RELU" + "b" * 500)
    _, line, carets = str(Diagnostic("wrong", Span(source, 500, 504))).splitlines()
    assert len(line) < 180
    assert line[carets.index("^") : carets.rindex("^") + 1] == "RELU"


def test_what_is_quoted_is_made_fit_to_print() -> None:
    told = str(Diagnostic("no such file: 'a\x1b[31m\n  b'", None, "x" * 1000)).splitlines()
    assert told[0] == "error: no such file: 'a\\x1b[31m b'"
    assert len(told[1]) < 420


def test_what_is_shown_of_a_line_stands_above_its_carets() -> None:
    source = Source("t.arch", '\t"\x1b[2J\u202e" conv("\x07")')
    _, line, carets = str(Diagnostic("wrong", Span(source, 9, 18))).splitlines()
    assert line == '    1 |  "\\x1b[2J\\u202e" conv("\\x07")'
    assert line[carets.index("^") : carets.rindex("^") + 1] == 'conv("\\x07")'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_a_line_is_one(end: str) -> None:
    source = Source("t.arch", f"\ufeffone # two{end}three{end}")
    assert (source.text, source.position(11), source.line(2)) == ("one # two\nthree\n", (2, 2), "three")
    assert source.dressed("a\nb") == f"\ufeffa{end}b"


def test_the_way_is_told_from_the_inside() -> None:
    way = tuple(Frame(f"b{number}", span("conv")) for number in range(3))
    assert str(Diagnostic("wrong", None, "", way)).splitlines()[1:] == [
        f"in b{number}, used at t.arch:2:2" for number in (2, 1, 0)
    ]


def test_the_same_mistake_is_told_once() -> None:
    error = SpecError([Diagnostic("wrong", span("conv"), "one"), Diagnostic("wrong", span("conv"), "two")])
    assert [diagnostic.hint for diagnostic in error.diagnostics] == ["one"]
    assert (
        len(SpecError([Diagnostic("wrong", span("conv")), Diagnostic("wrong", span("relu"))]).diagnostics)
        == 2
    )


def test_several_mistakes_stand_apart() -> None:
    assert str(SpecError([Diagnostic("one"), Diagnostic("two")])) == "error: one\n\nerror: two"
    assert str(fail("one")) == "error: one"


def test_a_mistake_is_seen_from_further_out() -> None:
    inner = fail("wrong", span("relu")).within(Frame("b", span("conv"))).within(Frame("a", span("last")))
    assert [frame.name for frame in inner.diagnostics[0].trace] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("batchnrom", "did you mean 'batchnorm'?"),
        ("RELU", "did you mean 'relu'?"),
        ("res", ""),
        ("x" * 1000, ""),
        ("", ""),
    ],
)
def test_the_nearest_name(name: str, hint: str) -> None:
    assert did_you_mean(name, ["relu", "batchnorm", "conv"]) == hint


def test_the_nearest_of_very_many_names() -> None:
    names = [f"{letter}{number}" for number in range(5000) for letter in "mn"]
    assert did_you_mean("n77", names).startswith("did you mean 'n")


@pytest.mark.parametrize(
    ("names", "joined"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_in_a_sentence(names: list[str], joined: str) -> None:
    assert listing(names, "and") == joined
