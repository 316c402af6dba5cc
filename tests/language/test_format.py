"""The canonical layout: nothing is lost, nothing is changed, and laid out twice it is as laid out once.

`format/` has texts as people might write them, `format/expected/` their layout, which
``--update-golden`` rewrites.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc import limits
from layercalc.errors import Source, SpecError
from layercalc.syntax.library import folder, read
from layercalc.syntax.parse import parse
from layercalc.syntax.unparse import columns, formatted, is_same, printer, unparse
from tests.language.mangled import mangled

HERE = Path(__file__).parent
SHIPPED = sorted(folder("specs").rglob("*.arch"))
WRITTEN = sorted((HERE / "format").glob("*.arch"))
FILES = [*SHIPPED, *WRITTEN, *sorted((HERE / "accept").rglob("*.arch"))]
REJECTED = sorted((HERE / "reject").rglob("*.arch"))
COMMENT = re.compile(r'"[^"\n]*"|(#[^\n]*)')


def comments(text: str) -> list[str]:
    return [found[1].rstrip() for found in COMMENT.finditer(text) if found[1]]


def hold(source: Source) -> str:
    """Lay a text out, and hold it to what every layout keeps."""
    spec = parse(source)
    text = unparse(spec)
    again = parse(Source("again.arch", text))
    assert is_same(spec, again)
    assert comments(text) == comments(source.text)
    assert unparse(again) == text
    assert not re.search(r"[ \t\r]\n|\n\n\n|\t|\A\n|\n\n\Z", text)
    return text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_spec_is_laid_out(path: Path) -> None:
    source = read(path)
    assert formatted(source) == source.text, "lay it out with: layercalc fmt"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_layout(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "format" / "expected" / path.name, hold(read(path)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_layout_keeps_all(path: Path) -> None:
    hold(read(path))


@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.sampled_from([0.03, 0.2, 0.9]))
def test_a_layout_keeps_all_whatever_the_white_space(path: Path, chance: random.Random, share: float) -> None:
    hold(Source(path.name, mangled(read(path).text, chance, share)))


@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(20, 80))
def test_a_layout_keeps_all_whatever_the_width(path: Path, chance: random.Random, width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "WIDTH", width)
        patch.setattr(printer, "WIDTH", width)
        hold(Source(path.name, mangled(read(path).text, chance, 0.05)))


@given(st.sampled_from(WRITTEN), st.randoms(use_true_random=False))
def test_spaces_alone_change_nothing(path: Path, chance: random.Random) -> None:
    text = read(path).text
    spread = re.sub(r'#[^\n]*|"[^"\n]*"| +', lambda found: _spread(found.group(), chance), text)
    assert formatted(Source(path.name, spread)) == formatted(Source(path.name, text))


def _spread(text: str, chance: random.Random) -> str:
    return text if text.strip() else " " * chance.randint(1, 5)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_only_texts_and_comments_pass_the_edge(path: Path) -> None:
    ends = re.compile(r'("[^"]*")?( *#.*)?$')
    lines = (ends.sub("", line).rstrip() for line in formatted(read(path)).split("\n"))
    assert max(map(len, lines)) <= columns.WIDTH


@pytest.mark.parametrize("path", REJECTED, ids=lambda path: path.stem)
def test_what_cannot_be_read_is_told_as_ever(path: Path) -> None:
    source = read(path)
    mistakes = told(lambda: parse(source))
    assert told(lambda: formatted(source)) == mistakes
    if not mistakes:
        hold(source)


def told(read_it: Callable[[], object]) -> str:
    try:
        read_it()
    except SpecError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "laid"),
    [
        ("", ""),
        (" \n\t\n", ""),
        ("# only\r\n\r\n\r\n\r\n  # comments", "# only\n\n# comments\n"),
        ('use "a#b.arch" # "c"', 'use "a#b.arch"   # "c"\n'),
        ("relu # \x0b\x0c \u2028 kept\x0c\n", "relu   # \x0b\x0c \u2028 kept\n"),
        ('param x = 1 ""', "param x = 1\n"),
        ("conv(((3)), -(-3), (4,), ())", "conv(((3)), -(-3), (4,), ())\n"),
    ],
)
def test_small_texts(text: str, laid: str) -> None:
    assert hold(Source("t.arch", text)) == laid


@pytest.mark.parametrize(
    "text",
    [
        "relu " * 2000,
        f"conv({'+'.join(['x'] * 2000)})",
        f"conv({'-' * limits.NESTING}3)",
        f"conv({'(' * limits.NESTING}3{')' * limits.NESTING})",
        f"let x = {'[' * limits.NESTING}3, # c\n{'],' * limits.NESTING}"[:-1],
        "repeat 3 {" * limits.NESTING + "relu" + "}" * limits.NESTING,
        "add{relu|" * limits.NESTING + "}" * limits.NESTING,
        "if a {relu} else " * 500 + "{tanh}",
        f"let x = {'if a then b else ' * 500}c",
        "param x = 1 where x > 0\n" * 1000,
        f"input(3){' ' * 90_000}relu",
        "#\n" * 5000,
    ],
    ids=lambda text: text[:12],
)
def test_long_and_deep_texts(text: str) -> None:
    hold(Source("t.arch", text))


def test_a_layout_that_is_no_lawful_file_is_refused() -> None:
    text = "repeat 3 {\n" * 200 + "relu\n" * 150 + "}" * 200
    with pytest.raises(SpecError, match=f"over {limits.FILE_BYTES:,} bytes"):
        formatted(Source("t.arch", text))


def test_a_layout_that_changes_a_spec_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("input(4) # a\n", "input(3)\n", "input(3) # b\n"):
        monkeypatch.setattr("layercalc.syntax.unparse.unparse", lambda spec, text=wrong: text)
        with pytest.raises(SpecError, match="would not be the same spec"):
            formatted(Source("t.arch", "input(3)# a"))
