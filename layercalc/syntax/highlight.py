"""Syntax highlighting: the Pygments lexer of `.arch` texts.

From: a text, whole or not. To: Pygments' tokens. Promises: the tokens joined are the
text. The patterns are those of `grammars/arch.tmLanguage.json`, which editors use as well.
Nesting is not examined.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from re import Match
from typing import Any, ClassVar

from pygments.lexer import RegexLexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from layercalc.syntax.library import SUFFIX, folder

#: Kinds of token by the scopes of the grammar; the longest scope that one begins with counts.
TOKENS: Mapping[str, Any] = {
    "comment": Comment.Single,
    "constant.language": Keyword.Constant,
    "constant.numeric": Number,
    "entity.name.function": Name.Function,
    "entity.name.type": Name.Class,
    "invalid": Error,
    "keyword": Keyword,
    "keyword.operator": Operator,
    "keyword.operator.word": Operator.Word,
    "punctuation": Punctuation,
    "storage.type": Keyword.Declaration,
    "string": String.Double,
    "support.class": Name.Builtin,
    "support.function": Name.Builtin,
    "support.variable": Name.Property,
    "variable": Name,
    "variable.language": Name.Builtin.Pseudo,
    "variable.other.member": Name.Attribute,
    "variable.parameter": Name.Attribute,
}


class ArchLexer(RegexLexer):  # type: ignore[misc]
    """The tokens of an `.arch` text.

    >>> lexer = ArchLexer()
    >>> [(str(kind), text) for kind, text in lexer.get_tokens("block stem { relu }") if text.strip()]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('Token.Keyword.Declaration', 'block'), ('Token.Name.Function', 'stem'),
     ('Token.Punctuation', '{'), ('Token.Name.Builtin', 'relu'), ('Token.Punctuation', '}')]
    """

    name = "layercalc"
    aliases: ClassVar[list[str]] = ["arch", "layercalc"]
    filenames: ClassVar[list[str]] = [f"*{SUFFIX}"]

    @classmethod
    def get_tokendefs(cls) -> dict[str, list[tuple[str, Any]]]:
        """Read the patterns once, when the first lexer is made."""
        grammar = json.loads((folder("grammars") / "arch.tmLanguage.json").read_text("utf-8"))
        rooms = (grammar["repository"][rule["include"].removeprefix("#")] for rule in grammar["patterns"])
        rules = [(rule["match"], _action(rule)) for room in rooms for rule in room["patterns"]]
        return {"root": [(r"\s+", Whitespace), *rules]}


def _action(rule: Mapping[str, Any]) -> Any:
    """Make the action for a match: one token, or one for each of its groups."""
    if "name" in rule:
        return _token(rule["name"])
    kinds = {int(number): _token(capture["name"]) for number, capture in rule["captures"].items()}

    def parts(lexer: RegexLexer, match: Match[str]) -> Iterator[tuple[int, Any, str]]:
        for number in range(1, match.re.groups + 1):
            yield match.start(number), kinds.get(number, Whitespace), match[number]

    return parts


def _token(scope: str) -> Any:
    """Give the kind of token for a scope.

    >>> _token("keyword.operator.branch.arch")
    Token.Operator
    """
    return TOKENS[max((begin for begin in TOKENS if f"{scope}.".startswith(f"{begin}.")), key=len)]
