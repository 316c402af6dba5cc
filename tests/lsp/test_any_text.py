"""Whatever a text says, it is answered: random edits of specs, and texts that are none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.lsp.completion import completions
from layercalc.lsp.diagnostics import diagnostics, location
from layercalc.lsp.hover import hover
from layercalc.lsp.mentions import meaning, mention
from layercalc.lsp.outline import outline
from layercalc.lsp.places import TextLines
from tests.checkout import ROOT
from tests.lsp.reading import read

SPECS = [(ROOT / "specs" / f"{name}.arch").read_text("utf-8") for name in ("mlp", "rnn", "unet", "resnet")]
PIECES = [
    *"(){}[]|,.=\"#^\n\r\f\0", "->", "in.", "from a, b ", "as x ", "repeat 3 {", "use \"blocks/se.arch\"\n",
    "block relu { relu }\n", "conv(3, 3) ", "\N{GRINNING FACE}", "\ud800", "\ufeff", "9^9^9",
    "match n { 1 => ",
]  # fmt: skip
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


@st.composite
def edited(draw: st.DrawFn) -> str:
    """Write a spec and change some places of it."""
    text = draw(st.sampled_from(SPECS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


@given(edited() | st.text(max_size=60), ENCODINGS, st.randoms(use_true_random=False))
def test_any_text_is_answered(text: str, encoding: str, chance: random.Random) -> None:
    analysis = read(text)
    text = analysis.document.source.text
    lines = text.count("\n") + text.count("\r") + 1
    for told in diagnostics(analysis, encoding):
        start, end = told.range.start, told.range.end
        assert (0, 0) <= (start.line, start.character) <= (end.line, end.character)
        assert end.line < lines
    outline(analysis, encoding)
    for offset in (chance.randint(0, len(text)) for _ in range(8)):
        hover(analysis, offset)
        completions(text, offset, analysis)
        found = mention(analysis.spec, offset)
        means = meaning(analysis, found) if found is not None else None
        assert means is None or location(analysis, means.span, encoding) is not None


@given(
    st.text(
        st.sampled_from("a\n\r\t\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}\ud800"), max_size=30
    ),
    ENCODINGS,
)
def test_places_lead_back(text: str, encoding: str) -> None:
    lines = TextLines(text, encoding)
    offsets = [offset for offset in range(len(text) + 1) if text[offset - 1 : offset + 1] != "\r\n"]
    places = [lines.place(offset) for offset in offsets]
    assert [lines.offset(place) for place in places] == offsets
    assert places == sorted(set(places))


@pytest.mark.parametrize("line", ["(", "a\n", "a (\n", "let ", "block a(\n", "from a, ", "as a,\n"])
def test_a_long_text_is_answered(line: str) -> None:
    analysis = read(line * (20_000 // len(line)))
    text = line * (99_000 // len(line))
    assert diagnostics(analysis, "utf-16")
    for tail in ("repeat ", "from ", "relu\n", "conv("):
        assert completions(text + tail, len(text + tail), analysis) is not None
    hover(analysis, 10_000)
    assert [mistake.span for mistake in read(2 * text).mistakes] == [None]
