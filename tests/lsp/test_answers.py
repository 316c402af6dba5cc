"""What is answered at a place of a text, asked without a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from layercalc.errors import SpecError
from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.kinds import KINDS
from layercalc.expressions.scope import CONSTANTS
from layercalc.laws import FIELDS, SEEN
from layercalc.lsp import vocabulary
from layercalc.lsp.completion import completions
from layercalc.lsp.diagnostics import diagnostics
from layercalc.lsp.documents import Document
from layercalc.lsp.hover import hover
from layercalc.lsp.layout import layout
from layercalc.lsp.mentions import meaning, mention
from layercalc.lsp.outline import outline
from layercalc.lsp.places import TextLines
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.merges import MERGES
from tests.checkout import ROOT
from tests.examples import long_run
from tests.lsp.reading import HERE, read

SPECS = sorted((ROOT / "specs").glob("*.arch"))
PARTS = sorted([*(ROOT / "specs" / "blocks").glob("*.arch"), *(ROOT / "specs" / "laws").glob("*.arch")])
REJECTED = sorted((ROOT / "tests" / "language" / "reject").glob("*.arch"))


def split(text: str) -> tuple[str, int]:
    """Take the cursor out of a text, and give its offset."""
    before, _, after = text.partition("^")
    return before + after, len(before)


def shown(text: str) -> str:
    """Give what is shown at the cursor."""
    plain, offset = split(text)
    found = hover(read(plain), offset)
    return found[0] if found else ""


def declared(text: str) -> str:
    """Give the text from the declaration of the name at the cursor to the end of its line."""
    plain, offset = split(text)
    analysis = read(plain)
    found = mention(analysis.spec, offset)
    means = meaning(analysis, found) if found else None
    return means.span.source.text[means.span.start :].split("\n")[0] if means else ""


def offered(text: str) -> list[str]:
    """Give the names that are offered at the cursor."""
    plain, offset = split(text)
    return [item.label for item in completions(plain, offset, read(plain))]


@pytest.mark.parametrize("path", [*SPECS, *PARTS], ids=lambda path: path.stem)
def test_a_shipped_file_has_no_error(path: Path) -> None:
    told = diagnostics(read(path.read_text("utf-8"), path=path), "utf-16")
    assert not [mistake for mistake in told if mistake.severity is types.DiagnosticSeverity.Error]


@pytest.mark.parametrize("path", REJECTED if long_run() else REJECTED[::3], ids=lambda path: path.stem)
def test_the_mistakes_are_those_of_check(path: Path) -> None:
    analysis = read(path.read_text("utf-8"), path=path)
    wanted: list[tuple[str, str, str]] = []
    try:
        resolve(assemble(analysis.document.source, path))
    except SpecError as error:
        wanted = [(mistake.message, mistake.hint, str(mistake.span)) for mistake in error.diagnostics]
    errors = [mistake for mistake in analysis.mistakes if mistake.severity == "error"]
    assert wanted == [(mistake.message, mistake.hint, str(mistake.span)) for mistake in errors]


def test_a_block_that_only_its_user_knows_is_a_warning_in_a_part() -> None:
    [told] = diagnostics(read("block twice { once -> once }"), "utf-16")[:1]
    assert told.severity is types.DiagnosticSeverity.Warning


def test_what_is_hardly_meant_is_a_warning() -> None:
    [told] = diagnostics(read("input(8, 20)\nconv(4, 1, bias = true)\n"), "utf-16")
    assert (told.severity, told.range.start.line) == (types.DiagnosticSeverity.Warning, 1)
    assert told.message.endswith("hint: linear(4) computes the same and has log2(4 * 8)")


def test_a_mistake_names_the_blocks_that_lead_there() -> None:
    text = "block inner { dense(0) }\nblock outer { inner }\ninput(8)\nouter\n"
    [told] = diagnostics(read(text), "utf-16")
    assert told.range.start == types.Position(0, 20)
    related = [(info.message, info.location.range.start.line) for info in told.related_information or ()]
    assert related == [("in inner, used here", 1), ("in outer, used here", 3)]


def test_a_mistake_of_a_used_file_stands_at_the_use(tmp_path: Path) -> None:
    part = tmp_path / "part.arch"
    part.write_text("block stem { conv(4 }\n", "utf-8")
    [told] = diagnostics(read('# one\nuse "part.arch"\ninput(3)\n', path=tmp_path / "main.arch"), "utf-16")
    assert told.range.start == types.Position(1, 0)
    [related] = told.related_information or ()
    assert (related.location.uri, related.location.range.start.line) == (part.as_uri(), 0)


def test_what_is_open_goes_before_what_is_on_the_disk(tmp_path: Path) -> None:
    part = tmp_path / "part.arch"
    part.write_text("block stem { relu }\n", "utf-8")
    text, main = 'use "part.arch"\ninput(3)\nstem -> tail\n', tmp_path / "main.arch"
    assert [mistake.message for mistake in read(text, path=main).mistakes] == [
        "unknown block or layer 'tail'"
    ]
    open_part = Document.of(part.as_uri(), 1, "block stem { relu } block tail { relu }\n")
    assert read(text, open_part, path=main).mistakes == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("input(3, 8, 8)\nco^nv(4, 3) -> relu", "| params | 108 |  |"),
        ("input(3, 8, 8)\nco^nv(4, 3) -> relu", "layer conv("),
        (
            "input(3, 8, 8)\nrepeat 5 { add { conv^(3, 3) | } }",
            "The first of 5 in the network: repeat 5 > add/1",
        ),
        ("block a { relu^ }\ninput(3)\na -> a", "The first of 2 in the network: a 1"),
        ("input(3, 8, 8)\nad^d { conv(3, 3) | }", "complexity their sum"),
        ("input(3, 8, 8)\nad^d { conv(3, 3) | }", "| complexity |  | 10.51 |"),
        (
            "# twice\nblock a(n = 2) { dense(n) }\ninput(3)\na^(4)",
            "**a**: 3 → 4\n\n```arch\n# twice\nblock a(n = 2)",
        ),
        ("inp^ut(3, 8, 8)", "**input**: 3 x 8 x 8"),
        ('param n = 4 where n > 2 "many"\ninput(n^)', "param n = 4 where n > 2\n```\n\nmany"),
        ("param n\ninput(3)\nden^se(n)", "| params | 4*n |  |"),
        ("let n = 4\ninput(n^)", "let n = 4"),
        ("input(3)\ndense(max^(3, 4))", "max(a, b, ...)"),
        ("input(3)\ndense(in.chan^nels)", "The channels."),
        ("input(3, 8, 8)\nconv(3, 3, padding = sam^e)", "Padding that keeps sizes"),
        ("input(3, 8, 8)\nconv(3, ker^nel = 3)", "A parameter that each call gives."),
        ("layer a { par^ams = 3 }\ninput(3)\na", "The number of parameters."),
        ("input(3)\nlet f(x) = x\ndense(3) -> dense(f^(3))", "let f(x) = x"),
        ("input(3)\nif false { rel^u } else { tanh }", "Not in the network at the defaults"),
        ("input(3)\nconv(4, ", ""),
        ("", ""),
        ("# a comm^ent\ninput(3)", ""),
    ],
)
def test_hover(text: str, wanted: str) -> None:
    assert wanted in shown(text if "^" in text else f"{text}^")
    assert bool(shown(text)) == bool(wanted)


def test_hover_in_a_text_with_a_mistake_tells_declarations() -> None:
    assert "layer conv(" in shown("input(3, 8, 8)\nco^nv(4, 3)\ndense(")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("block a(n) { relu } # here\ninput(3)\na^(4)", "a(n) { relu } # here"),
        ("block a(n) { relu } # here\ninput(3)\na(n^ = 4)", "n) { relu } # here"),
        ("param n = 2 # here\ninput(n^)", "n = 2 # here"),
        ("param n = 2\nblock a(n) { # here\ndense(n^) }", "n) { # here"),
        ("block a(n) {\nlet n = n + 1 # here\nlet m = 2\ndense(n^) }", "n = n + 1 # here"),
        ("block a {\nlet n = 1\nlet n = 2 # here\ndense(n^)\nlet n = 3 }", "n = 2 # here"),
        ("input(3)\nfor (i, j) in [(1, 2)] { # here\ndense(j^) }", "j) in [(1, 2)] { # here"),
        ("let a = [i^ for i in range(3)] # here", "i in range(3)] # here"),
        ("let f(x) = x # here\ninput(f^(3))", "f(x) = x # here"),
        ("input(3) -> relu as p # here\ntanh\nfrom p^ -> relu", "p # here"),
        ("input(3) -> relu as p # here\ndense(p^.channels)", "p # here"),
        ("block a from p, q { # here\nfrom q^ -> relu }", "q { # here"),
        ("input(3) -> relu as p^ # here", "p # here"),
        ("input(3, 8, 8)\nconv^(4, 3)", "conv("),
        (
            "input(3, 8, 8)\nconv(4, kernel^ = 3)",
            "kernel: counts, stride: counts = 1, padding: padding = same, dilation: counts = 1,",
        ),
        ('use "blocks/s^e.arch"\ninput(3)', "# Squeeze and excitation:"),
        ("input^(3)", ""),
        ("input(3)\nunknown^", ""),
        ("input(3)\ndense(max^(3, 4))", ""),
        ("input(3)\nad^d { relu | }", ""),
    ],
)
def test_definition(text: str, wanted: str) -> None:
    assert declared(text).startswith(wanted)
    assert bool(declared(text)) == bool(wanted)


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("^", "param block use conv add input", "kernel log2"),
        ("block a { ^", "conv relu a add repeat", "param log2"),
        ("block a(n) { relu }\ninput(3)\nbat^", "batchnorm a", "n"),
        ("param n = 3\ninput(3, 8, 8)\nconv(^", "filters kernel stride n log2", "conv height"),
        ("input(3, 8, 8)\nconv(4, ^", "kernel stride", "filters"),
        ("input(3, 8, 8)\nconv(4, stride = 2, ^", "kernel padding", "filters stride"),
        ("input(3, 8, 8)\nconv(4, stride = ^", "log2 same in", "kernel"),
        ("input(3, 8, 8)\nconv(4, window(^", "log2", "filters"),
        ("block a(width, deep = 2) {\nrepeat ^", "width deep range", "conv"),
        ("input(3)\nfor (i, j) in [(1, 2)] {\ndense(^", "units i j", ""),
        ("input(3)\ndense(in.^", "channels volume", "log2"),
        ("input(3) -> relu as p, q\nfrom p, ^", "p q", "relu"),
        ("block a from p, q { from ^", "p q", "relu"),
        ("layer a(n) { po^", "power params", "conv"),
        ("layer a(n) { power = ^", "n log2 in none", "conv"),
        ("let a = match 3 { 1 => ^", "log2", "conv"),
        ('use "blocks/^', "se.arch conv.arch", "blocks"),
        ('use "^', "blocks resnet.arch", "conv"),
        ('use "blocks/se.arch"\ninput(3)\n^', "squeeze_excite", ""),
        ('network A "con^', "", "conv"),
        ("input(3) # con^", "", "conv"),
        ("block ^", "", "conv param"),
        ("block a(^", "", "conv log2"),
        ("block fresh(n) { relu\nblock other { fr^", "fresh", ""),
    ],
)
def test_completion(text: str, there: str, absent: str) -> None:
    names = offered(text)
    assert set(there.split()) <= set(names)
    assert not set(absent.split()) & set(names)
    assert len(set(names)) == len(names)


def test_a_completion_tells_what_it_is() -> None:
    text = 'param n = 3 "how many"\ninput(n, '
    items = {item.label: item for item in completions(text, len(text), read(text))}
    assert items["n"].detail == "how many"
    text = "input(3, 8, 8)\n"
    conv = {item.label: item for item in completions(text, len(text), read(text))}["conv"]
    assert (conv.detail or "").startswith("conv(filters: count, kernel: counts, stride: counts = 1")
    assert isinstance(conv.documentation, types.MarkupContent)
    assert "# 5.2 Convolution" in conv.documentation.value


def test_the_outline_names_what_is_declared() -> None:
    text = (
        'network A "title"\nparam n = 3\nlet (a, b) = (1, 2)\nlet f(x) = x\nblock c(d) { relu }\ninput(3)\n'
    )
    found = outline(read(text), "utf-16")
    assert [symbol.name for symbol in found] == ["A", "n", "a", "b", "f", "c"]
    assert found[-1].detail == "c(d)"


SHARED = """block tower(width) { conv(width, 3) -> relu }
shared both = tower(4)
layer product from a, b { power = 1 / a.volume }
input(3, 8, 8) as x
block own { shared inner = conv(3, 1)  inner -> inner }
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from x -> bo^th", "both = tower(4)"),
        ("from x, x -> prod^uct", "product from a, b"),
        ("product^ { | }", "product from a, b"),
    ],
)
def test_definition_of_what_is_shared_or_takes_several_values(text: str, wanted: str) -> None:
    assert declared(SHARED + text).startswith(wanted)


def test_definition_within_a_block_or_a_layer() -> None:
    inner = SHARED.replace("inner -> inner", "inner -> inn^er")
    assert declared(inner).startswith("inner = conv(3, 1)")
    assert declared(SHARED.replace("a.volume", "a^.volume")).startswith("a, b {")
    assert {"a", "b"} <= {*offered("layer product from a, b { power = ^")}


def test_what_is_shared_is_shown_and_offered() -> None:
    assert "shared both = tower(4)" in shown(f"{SHARED}bo^th")
    assert "**both**: 3 x 8 x 8" in shown(f"{SHARED}bo^th")
    assert "| params | 9 |" in shown(SHARED.replace("inner = conv", "inner = co^nv") + "own").replace(
        "  ", " "
    )
    assert "| params | 0 |" in shown(SHARED.replace("inner -> inner", "inn^er -> inner") + "own")
    assert "**product**: 3 x 8 x 8 → 3 x 8 x 8" in shown(f"{SHARED}produ^ct {{ | }}")
    assert "taken from that of the first" in shown(f"{SHARED}su^b {{ | }}")
    assert {"both", "tower", "product", "sub", "div"} <= {*offered(f"{SHARED}^")}
    assert "conv" in offered("shared a = ^")
    assert "log2" not in offered("shared a = ^")
    assert "fresh" in offered("shared fresh = relu\ninput(3)\nfre^")
    assert [symbol.name for symbol in outline(read(SHARED), "utf-16")] == ["tower", "both", "product", "own"]


def test_every_word_of_the_language_has_a_sentence() -> None:
    assert vocabulary.FUNCTIONS.keys() == FUNCTIONS.keys()
    assert vocabulary.MERGES.keys() == MERGES.keys()
    assert vocabulary.CONSTANTS.keys() == CONSTANTS.keys()
    assert set(vocabulary.LAWS) == {*FIELDS, *SEEN}


def test_hover_says_why_there_are_no_values() -> None:
    assert "No values: power is -1; it must be at least 0." in shown("layer a { power = -1 }\ninput(3)\na^")


@pytest.mark.parametrize(
    "text",
    [
        "input(3,8)",
        "input(3)\n\n\n\nrelu\n# kept\n\n",
        "input(3)\r\nrelu  tanh\r\n",
        "relu\n",
        "input(3",
        "\0",
        "",
    ],
)
def test_the_layout_changes_whole_lines_and_nothing_else(text: str) -> None:
    formatted = pytest.importorskip("layercalc.syntax.unparse").formatted
    document = Document.of(HERE.as_uri(), 1, text)
    lines, after = TextLines(text), text
    for edit in layout(document, "utf-16"):
        places = [(end.line, end.character) for end in (edit.range.start, edit.range.end)]
        start, end = map(lines.offset, places)
        after = text[:start] + edit.new_text + text[end:]
        assert edit.range.start.character == 0
    try:
        assert after == document.source.dressed(formatted(document.source))
    except SpecError:
        assert after == text


def test_behind_a_colon_the_kinds_are_offered() -> None:
    text = "layer mine(units: co"
    assert {item.label for item in completions(text, len(text), read(text))} == {*KINDS}
