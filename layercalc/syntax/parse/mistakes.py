"""Syntax mistakes in plain words, and several of them at once.

From: what Lark raises. To: a `SpecError`. After a mistake parsing continues at
the next declaration or line of steps, so that a mistake there is reported in the same run.
Every part of a text is parsed at most twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from layercalc.errors import Diagnostic, Source, Span, SpecError, listing
from layercalc.syntax.habits import character_hint, place_hint

Parsed = TypeVar("Parsed")

MOST = 10
_MARK = re.compile(r'#[^\n]*|"[^"\n]*"|[()\[\]{}]|^[A-Za-z_]\w*', re.MULTILINE)
_DECLARATIONS = {"network", "laws", "use", "param", "block", "layer", "activation", "measure", "shared"}
#: A declaration's word in the place of a step's name: what follows it then.
_MISTAKEN = re.compile(r"\b(shared|measure)\s*$")
_AFTER_A_NAME = {"(", "{", "}", "|", "->", "as"}
_PAIRS = {")": "(", "]": "[", "}": "{"}
_EXPRESSION = {"NUMBER", "NAME", "LSQB"}
_SIGNS = {
    "NAME": "a name", "NUMBER": "a number", "STRING": 'a "text"', "COMPARISON": "a comparison",
    "SIGN": "'+' or '-'", "SCALE": "'*' or '/'", "CIRCUMFLEX": "'^'", "LBRACE": "'{'", "RBRACE": "'}'",
    "LPAR": "'('", "RPAR": "')'", "LSQB": "'['", "RSQB": "']'", "VBAR": "'|'", "EQUAL": "'='",
    "COMMA": "','", "DOT": "'.'", "__ANON_0": "'..'", "__ANON_1": "'=>'", "__ANON_2": "'->'",
}  # fmt: skip


class _Item(NamedTuple):
    """A declaration, or a line of steps with the lines indented below it, and its open brackets."""

    start: int
    opened: list[int]


def gather(source: Source, read: Callable[[Source], Parsed]) -> Parsed:
    """Parse a text; after a mistake continue, and report all mistakes."""
    try:
        return read(source)
    except UnexpectedInput as error:
        first = error
    raise SpecError(mistake for mistake, _ in _mistakes(source, read, first, _items(source.text)))


def salvage(source: Source, read: Callable[[Source], Parsed]) -> Parsed:
    """Parse a text without the items that have a mistake, or else the part before the first one."""
    try:
        return read(source)
    except UnexpectedInput as error:
        first = error
    items, text = _items(source.text), source.text
    ends = [*(item.start for item in items[1:]), len(text)]
    wrong = [number for _, number in _mistakes(source, read, first, items)]
    for number in wrong:
        start, end = items[number].start, ends[number]
        text = text[:start] + " " * (end - start) + text[end:]
    for rest in (text, text[: items[wrong[0]].start]):
        with suppress(UnexpectedInput):
            return read(Source(source.name, rest))
    return read(Source(source.name, ""))


def _mistakes(
    source: Source, read: Callable[[Source], Parsed], first: UnexpectedInput, items: list[_Item]
) -> Iterator[tuple[Diagnostic, int]]:
    """List the mistakes, each with the number of its item."""
    found, behind = _tell(source, first, items, 0)
    yield found, behind - 1
    for _ in range(1, MOST):
        if behind == len(items):
            return
        start = items[behind].start
        try:
            read(Source(source.name, " " * start + source.text[start:]))
            return
        except UnexpectedInput as error:
            found, behind = _tell(source, error, items, behind)
            yield found, behind - 1


def _items(text: str) -> list[_Item]:
    """Split a text into items: each starts with a word at the start of a line, outside brackets.

    A word that opens a declaration opens one inside brackets too: one of them was not closed.
    """
    items: list[_Item] = []
    start, opened = 0, list[re.Match[str]]()
    for mark in _MARK.finditer(text):
        word = mark.group()
        if word in _PAIRS.values():
            opened.append(mark)
        elif word in _PAIRS:
            if opened and opened[-1].group() == _PAIRS[word]:
                opened.pop()
        elif word[0] not in '#"' and (word in _DECLARATIONS or not opened):
            items.append(_Item(start, [bracket.start() for bracket in opened]))
            start, opened = mark.start(), []
    return [*items, _Item(start, [bracket.start() for bracket in opened])]


def _tell(source: Source, error: UnexpectedInput, items: list[_Item], behind: int) -> tuple[Diagnostic, int]:
    """Add a mistake; give the number of the item to continue from.

    The mistake is that of the first item read that leaves a bracket open, if there is
    one; an item that is stopped at its first word is not to blame.
    """
    message, span, hint = _explain(source, error)
    number = sum(item.start <= span.start for item in items) - 1
    guilty = next((n for n in range(behind, number + 1) if items[n].opened), number)
    opened = [place for place in items[guilty].opened if place < span.end]
    if opened and not hint and not isinstance(error, UnexpectedCharacters):
        line, column = source.position(opened[-1])
        hint = f"'{source.text[opened[-1]]}' of line {line}, column {column} is not closed"
    blameless = guilty == number > behind and span.start == items[number].start
    return Diagnostic(message, span, hint), guilty + (not blameless)


def _explain(source: Source, error: UnexpectedInput) -> tuple[str, Span, str]:
    """Give the message, the place and a hint."""
    if isinstance(error, UnexpectedCharacters):
        offset = error.pos_in_stream or 0
        span = Span(source, offset, offset + 1)
        return f"{_shown(span.text)} has no meaning here", span, place_hint(span) or character_hint(span.text)
    wanted = _wanted(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else ""
    if (word := _as_a_name(source, error)) is not None:
        return f"'{word.text}' is a word of the language, not a name", word, ""
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        span = Span(source, error.token.start_pos or 0, error.token.end_pos or 0)
        return f"unexpected {_shown(span.text)}{wanted}", span, place_hint(span)
    end = len(source.text.rstrip())
    return f"the text ends too early{wanted}", Span(source, max(0, end - 1), end), ""


def _as_a_name(source: Source, error: UnexpectedInput) -> Span | None:
    """Find the word of a declaration that stands where a step is called."""
    if not isinstance(error, UnexpectedToken):
        return None
    ended = error.token.type == "$END"
    word = _MISTAKEN.search(source.text, 0, len(source.text) if ended else error.token.start_pos or 0)
    return Span(source, *word.span(1)) if word and (ended or error.token in _AFTER_A_NAME) else None


def _shown(text: str, widest: int = 60) -> str:
    if not text.isprintable():
        return f"U+{ord(text[0]):04X}"
    return f"'{text}'" if len(text) <= widest else f"'{text[:widest]}...'"


def _wanted(names: set[str] | Any) -> str:
    """List what is expected at a place, unless that is too long to read."""
    wanted = set(names)
    words = []
    if wanted >= _EXPRESSION:
        words.append("an expression")
        wanted -= {*_EXPRESSION, "SIGN", "LPAR", "STRING", "IF", "MATCH", "NOT", "IN"}
    words += sorted(_SIGNS.get(name, f"'{name.lower()}'") for name in wanted if not name.startswith("$"))
    return f"; expected {listing(words)}" if 0 < len(words) <= 4 else ""
