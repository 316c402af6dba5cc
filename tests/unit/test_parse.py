"""From text to tree: exact spans, flat chains, values for the command line, mistakes in several places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layercalc.errors import Source, Span, SpecError
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.parse import parse, parse_partly, parse_values
from layercalc.syntax.walk import nodes
from tests.checkout import ROOT

FILES = sorted([*(ROOT / "specs").rglob("*.arch"), *(ROOT / "tests" / "language" / "accept").rglob("*.arch")])
WORDS = (tree.Word, tree.Name, tree.Number)


def source_of(path: Path) -> Source:
    return Source(path.name, path.read_bytes().decode("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_span_is_that_of_what_was_written(path: Path) -> None:
    for node in nodes(parse(source_of(path))):
        if isinstance(node, WORDS):
            assert node.span.text == node.text
        if not isinstance(node, tree.Spec) and node.span.text:
            assert node.span.text == node.span.text.strip()
        for child in _children(node):
            assert _holds(node.span, child.span), (node, child)


def _children(node: Node) -> Iterator[Any]:
    for value in node.values():
        for child in value if isinstance(value, tuple) and not isinstance(value, Span) else (value,):
            bound = isinstance(node, tree.Binder) and child in node.bound
            if isinstance(child, Node) and not bound:  # `as a, b` stands behind the step it names
                yield child


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start <= inner.end <= outer.end


@pytest.mark.parametrize(
    ("text", "operands"),
    [("1 + 2 - 3 + 4", 4), ("1 < 2 <= 3", 3), ("a and b and c", 3), ("2 * 3 / 4 // 5 % 6", 5)],
)
def test_a_chain_is_flat(text: str, operands: int) -> None:
    [chain] = parse_values(Source("text", text))
    assert isinstance(chain, tree.Chain)
    assert len(chain.operands) == operands == len(chain.operators) + 1


def test_a_long_chain_is_flat_too() -> None:
    spec = parse(Source("t.arch", "input(3) " + "-> relu " * 5000))
    assert len(spec.items) == 5001


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("18", ["Number"]),
        ("n", ["Name"]),
        ("  18 , 34 ", ["Number", "Number"]),
        ("8..152..6, 3*m + 2, 1..2", ["Interval", "Chain", "Interval"]),
        ("[1, 2], (3,)", ["Sequence", "Sequence"]),
        ('"text", true', ["String", "Name"]),
        ("if a then 1 else 2", ["Conditional"]),
    ],
)
def test_values_are_parted_at_commas(text: str, kinds: list[str]) -> None:
    assert [type(value).__name__ for value in parse_values(Source("--p", text))] == kinds


@pytest.mark.parametrize("text", ["", "1,,2", "1..", "1 2", "import os", "n = 3", "relu -> tanh", "{", "1;2"])
def test_what_is_no_value_is_told(text: str) -> None:
    with pytest.raises(SpecError):
        parse_values(Source("--p", text))


def test_line_ends_of_all_systems_give_the_same_tree() -> None:
    lines = ["input(3)", "# a comment", "repeat 2 {", "\trelu", "}"]
    words = [
        [node.text for node in nodes(parse(Source("t.arch", end.join(lines)))) if isinstance(node, tree.Word)]
        for end in ("\n", "\r\n")
    ]
    assert words[0] == words[1] == ["input", "relu"]


SEVERAL = """
block a {
    relu

block b { relu ) }
param x = = 3
layer c {
    params = 1
    macs = = 2
}
repeat 3 {
relu
} }
let y = [1,
input(3)
activation d(x) = max(x, 0
"""


def test_mistakes_in_several_declarations_are_told_together() -> None:
    with pytest.raises(SpecError) as caught:
        parse(Source("t.arch", SEVERAL))
    told = [(str(d.span), d.message, d.hint) for d in caught.value.diagnostics]
    assert told == [
        ("t.arch:5:1", "unexpected 'block'", "'{' of line 2, column 9 is not closed"),
        ("t.arch:5:16", "unexpected ')'", ""),
        ("t.arch:6:11", "unexpected '='; expected an expression", ""),
        ("t.arch:9:12", "unexpected '='; expected an expression", ""),
        ("t.arch:13:3", "unexpected '}'", ""),
        (
            "t.arch:16:1",
            "unexpected 'activation'; expected ',' or ']'",
            "'[' of line 14, column 9 is not closed",
        ),
        (
            "t.arch:16:26",
            "the text ends too early; expected ')' or ','",
            "'(' of line 16, column 22 is not closed",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("let x = 2 ** 3", "a power is written ^"),
        ("let x = a && b", "`and` joins conditions"),
        ("let x = !a", "`not` turns a condition round"),
        ("let x = 'a'", 'words such as same stand without quotes, and a text between " and "'),
        ('let x = "a', 'a text stands between " and " on one line'),
        ("relu; tanh", "a line end parts two steps"),
    ],
)
def test_habits_of_other_languages_get_a_hint(text: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(Source("t.arch", text))
    assert caught.value.diagnostics[0].hint == hint


@pytest.mark.parametrize("path", FILES[:20], ids=lambda path: path.stem)
def test_of_a_text_with_a_mistake_the_other_items_are_read(path: Path) -> None:
    source = source_of(path)
    whole = parse(source)
    assert parse_partly(source) == whole
    broken = Source(source.name, f"{source.text}\nblock wrong(a, {{ relu }}\nparam right = 3\n")
    items = parse_partly(broken).items
    assert [item.span.text for item in items] == [item.span.text for item in whole.items] + [
        "param right = 3"
    ]
    assert all(item.span.source is broken for item in items)


@pytest.mark.parametrize(
    "text", ["", "(", "relu )\n" * 30, "(" * 300 + ")" * 300, "let x = " + "(" * 300 + "1" + ")" * 300]
)
def test_of_any_text_something_is_read(text: str) -> None:
    assert len(parse_partly(Source("t.arch", text)).items) <= text.count("relu")
