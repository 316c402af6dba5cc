"""Specs in colour: the patterns that editors and Pygments share, held to the grammar and to all specs."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String

from layercalc.expressions.functions import FUNCTIONS
from layercalc.expressions.scope import CONSTANTS
from layercalc.laws import FIELDS
from layercalc.resolve.loading import load_program
from layercalc.resolve.merges import MERGES
from layercalc.syntax.highlight import TOKENS, ArchLexer
from layercalc.syntax.library import folder, shipped
from layercalc.syntax.parse.grammar import machine
from tests.checkout import ROOT

GRAMMAR = folder("grammars") / "arch.tmLanguage.json"
EXTENSION = ROOT / "docs" / "vscode"
LEXER = ArchLexer(stripnl=False, ensurenl=False)
SPECS = sorted(folder("specs").rglob("*.arch"))
#: What Python's and TextMate's regular expressions write alike and mean alike.
GROUPS = {"(?:", "(?=", "(?!", "(?<!"}
ESCAPES = {r"\.", r"\s", r"\n", r"\|", r"\[", r"\]", r"\(", r"\)", r"\{"}
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _rules() -> list[dict[str, Any]]:
    rooms = json.loads(GRAMMAR.read_text("utf-8"))["repository"].values()
    return [rule for room in rooms for rule in room["patterns"]]


def _scopes(rule: dict[str, Any]) -> list[str]:
    return [rule["name"]] if "name" in rule else [item["name"] for item in rule["captures"].values()]


def _words(*begins: str) -> set[str]:
    """List the words that the patterns of some scopes are made of, without those of what must follow."""
    lists = [
        alternatives
        for rule in _rules()
        if _scopes(rule)[0].startswith(begins)
        for alternatives in re.findall(r"\((?:\?:)?((?:[A-Za-z_0-9]+\|?)+)\)", rule["match"])
    ]
    return {word for alternatives in lists for word in alternatives.split("|")}


def _layers() -> set[str]:
    return {layer for laws in shipped("laws") for layer in load_program("mlp", laws).layers}


def _tokens(text: str) -> list[tuple[Any, str]]:
    return [(kind, part) for kind, part in LEXER.get_tokens(text) if part.strip()]


def test_the_grammar_is_whole() -> None:
    grammar = json.loads(GRAMMAR.read_text("utf-8"))
    assert (grammar["scopeName"], grammar["fileTypes"]) == ("source.arch", ["arch"])
    assert [rule["include"] for rule in grammar["patterns"]] == [f"#{room}" for room in grammar["repository"]]
    for rule in _rules():
        assert rule.keys() in ({"name", "match"}, {"match", "captures"})
        assert all(scope.endswith(".arch") for scope in _scopes(rule))


@pytest.mark.parametrize("pattern", [rule["match"] for rule in _rules()])
def test_a_pattern_means_the_same_to_editors_and_to_python(pattern: str) -> None:
    assert re.compile(pattern).match("") is None
    bare = re.sub(r"\[\^?[^\]\\]*(?:\\.[^\]\\]*)*\]", "x", pattern)
    assert {*re.findall(r"\(\?<?.", pattern)} <= GROUPS
    assert {*re.findall(r"\\.", pattern)} <= ESCAPES
    assert not re.search(r"[+*?}]\+", bare)


def test_the_keywords_are_those_of_the_language() -> None:
    literals = {
        terminal.pattern.value for terminal in machine()[0].terminals if terminal.pattern.type == "str"
    }
    keywords = {word for word in literals if WORD.fullmatch(word)}
    assert "network" in keywords
    assert _words("keyword", "storage") == keywords | {"sum", "max", "longest", "of"}  # one terminal
    for word in keywords:
        assert all(kind in Keyword or kind is Operator.Word for kind, _ in _tokens(f"{word} {word}(")[:1])


@pytest.mark.parametrize(
    ("scope", "known"),
    [
        ("constant.language", lambda: CONSTANTS),
        ("support.function.merge", lambda: MERGES),
        ("support.function.builtin", lambda: FUNCTIONS),
        ("support.variable.law", lambda: FIELDS),
        ("support.class.layer", lambda: {"input", *_layers()}),
    ],
)  # fmt: skip
def test_the_names_are_those_of_the_program(scope: str, known: Callable[[], Iterable[str]]) -> None:
    assert _words(scope) == {*known()}


def test_every_kind_of_token_is_used() -> None:
    scopes = [f"{scope}." for rule in _rules() for scope in _scopes(rule)]
    assert not [begin for begin in TOKENS if not any(scope.startswith(f"{begin}.") for scope in scopes)]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_spec_is_read_without_a_fault(path: Any) -> None:
    text = path.read_text("utf-8")
    tokens = [*LEXER.get_tokens(text)]
    assert "".join(part for _, part in tokens) == text
    assert not [part for kind, part in tokens if kind in Error]


@given(st.text(alphabet='abin._ 3e-"#\n\t=>|{(let $é', max_size=40))
def test_the_tokens_of_any_text_are_the_text(text: str) -> None:
    assert "".join(part for _, part in LEXER.get_tokens(text)) == text


def test_what_a_token_is() -> None:
    text = """
        param width = 1.5e3 where width >= 2 "channels"  # the first
        let half(x) = x / 2
        block cell(f, stride = 1) from a { max { conv(half(f), stride = stride) -> relu | } as next }
        if in.channels == max(3, width) and not false { cell(in.size) }
        layer odd { power = out.volume }
    """
    assert _tokens(text) == [
        (Keyword.Declaration, "param"), (Name, "width"), (Operator, "="), (Number, "1.5e3"),
        (Keyword, "where"), (Name, "width"), (Operator, ">="), (Number, "2"), (String.Double, '"channels"'),
        (Comment.Single, "# the first"),
        (Keyword.Declaration, "let"), (Name.Function, "half"), (Punctuation, "("), (Name, "x"),
        (Punctuation, ")"), (Operator, "="), (Name, "x"), (Operator, "/"), (Number, "2"),
        (Keyword.Declaration, "block"), (Name.Function, "cell"), (Punctuation, "("), (Name, "f"),
        (Punctuation, ","), (Name.Attribute, "stride"), (Operator, "="), (Number, "1"), (Punctuation, ")"),
        (Keyword, "from"), (Name, "a"), (Punctuation, "{"), (Name.Builtin, "max"), (Punctuation, "{"),
        (Name.Builtin, "conv"), (Punctuation, "("), (Name.Function, "half"), (Punctuation, "("), (Name, "f"),
        (Punctuation, ")"), (Punctuation, ","), (Name.Attribute, "stride"), (Operator, "="),
        (Name, "stride"), (Punctuation, ")"), (Operator, "->"), (Name.Builtin, "relu"), (Operator, "|"),
        (Punctuation, "}"), (Keyword, "as"), (Name, "next"), (Punctuation, "}"),
        (Keyword, "if"), (Name.Builtin.Pseudo, "in"), (Punctuation, "."), (Name.Attribute, "channels"),
        (Operator, "=="), (Name.Builtin, "max"), (Punctuation, "("), (Number, "3"), (Punctuation, ","),
        (Name, "width"), (Punctuation, ")"), (Operator.Word, "and"), (Operator.Word, "not"),
        (Keyword.Constant, "false"), (Punctuation, "{"), (Name.Function, "cell"), (Punctuation, "("),
        (Name.Builtin.Pseudo, "in"), (Punctuation, "."), (Name.Attribute, "size"), (Punctuation, ")"),
        (Punctuation, "}"),
        (Keyword.Declaration, "layer"), (Name.Class, "odd"), (Punctuation, "{"), (Name.Property, "power"),
        (Operator, "="), (Name.Builtin.Pseudo, "out"), (Punctuation, "."), (Name.Attribute, "volume"),
        (Punctuation, "}"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ['use "blocks', "a $ b", "'single'"])
def test_what_is_no_text_of_the_language_is_an_error(text: str) -> None:
    assert any(kind in Error for kind, _ in LEXER.get_tokens(text))


def test_pygments_is_told_where_the_lexer_is() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    [place] = project["entry-points"]["pygments.lexers"].values()
    module, _, name = place.partition(":")
    assert getattr(import_module(module), name) is ArchLexer


def test_the_extension_has_the_same_grammar() -> None:
    contributed = json.loads((EXTENSION / "package.json").read_text("utf-8"))["contributes"]
    [language], [grammar] = contributed["languages"], contributed["grammars"]
    assert (EXTENSION / grammar["path"]).read_bytes() == GRAMMAR.read_bytes()
    assert grammar["scopeName"] == json.loads(GRAMMAR.read_text("utf-8"))["scopeName"]
    assert grammar["language"] == language["id"]
    assert language["extensions"] == [".arch"]
    settings = json.loads((EXTENSION / language["configuration"]).read_text("utf-8"))
    assert settings["comments"] == {"lineComment": "#"}
    for rule in [settings["wordPattern"], *settings["indentationRules"].values()]:
        re.compile(rule)
