"""The kind of place where the cursor is, in a text that need not be finished.

From: the text before the cursor. To: the kind of the place. Promises: one pass
over any text. It reads only brackets and words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

_TOKEN = re.compile(r'#[^\n]*|"[^"\n]*"?|[A-Za-z_]\w*|\d[\w.]*|->|=>|[=!<>]=|//|\S')
_WORD = re.compile(r"[A-Za-z_]\w*")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_OPERATORS = {*"=+-*/%^<>", "//", "==", "!=", "<=", ">=", "=>", "repeat", "if", "match", "in", "where"} | {
    "and", "or", "not", "then",
}  # fmt: skip
_NAMING = {"network", "laws", "param", "block", "layer", "activation", "let", "for", "as", "shared"}
_DECLARING = {"block", "layer", "activation", "let"}
_LAWFUL = {"layer", "activation"}


class CursorKind(Enum):
    """The kinds of places, by what is written there."""

    NOTHING = auto()
    DECLARATION = auto()
    STEP = auto()
    VALUE = auto()
    ARGUMENT = auto()
    ATTRIBUTE = auto()
    LAW = auto()
    NAMED = auto()
    FILE = auto()
    KIND = auto()


@dataclass(slots=True)
class Cursor:
    """A place: its kind; within a call also the callee, and its parameters that have an argument."""

    kind: CursorKind
    callee: str = ""
    placed: int = 0
    named: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Open:
    """An open bracket, with the word before it, the kind of its contents, and the arguments so far."""

    bracket: str
    word: str = ""
    declares: bool = False
    holds: str = ""
    commas: int = 0
    named: set[str] = field(default_factory=set)


def cursor(text: str) -> Cursor:
    """Find what can be written after a text, whose last word may be unfinished.

    >>> cursor("conv(64, ker").kind, cursor("conv(64, kernel = 3, ").named
    (<CursorKind.ARGUMENT: 5>, {'kernel'})
    """
    tokens = [*_TOKEN.finditer(text)]
    words = [token.group() for token in tokens]
    if tokens and tokens[-1].end() == len(text):
        if words[-1][0] == "#":
            return Cursor(CursorKind.NOTHING)
        if words[-1][0] == '"' and (len(words[-1]) == 1 or words[-1][-1] != '"'):
            return Cursor(CursorKind.FILE if words[-2:-1] == ["use"] else CursorKind.NOTHING)
        if words[-1][0].isalnum() or words[-1][0] == "_":
            words.pop()
    return _place([word for word in words if word[0] != "#"])


def _place(words: list[str]) -> Cursor:
    opened = _opened(words)
    last, inner = words[-1] if words else "", opened[-1] if opened else None
    if last in (".", ":"):
        return Cursor(CursorKind.ATTRIBUTE if last == "." else CursorKind.KIND)
    if last in _NAMING or last == "use":
        return Cursor(CursorKind.NOTHING)
    if last == "from" or (last == "," and _in_from(words)):
        return Cursor(CursorKind.NAMED)
    if last == "=" and words[-3:-2] == ["shared"]:
        return Cursor(CursorKind.STEP)
    if inner is not None and inner.bracket == "(" and inner.word and last in "(,":
        kind = CursorKind.NOTHING if inner.declares else CursorKind.ARGUMENT
        return Cursor(kind, inner.word, inner.commas, inner.named)
    if last in _OPERATORS or (inner is not None and inner.bracket in "(["):
        return Cursor(CursorKind.VALUE)
    if inner is not None:
        return Cursor({"laws": CursorKind.LAW, "arms": CursorKind.VALUE}.get(inner.holds, CursorKind.STEP))
    return Cursor(CursorKind.DECLARATION)


def _opened(words: list[str]) -> list[_Open]:
    """List the brackets that are open after some words, the outermost first."""
    opened: list[_Open] = []
    holds = ""
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if word in "([{":
            called = before if _WORD.fullmatch(before) and before not in _OPERATORS else ""
            declares = index > 1 and words[index - 2] in _DECLARING
            opened.append(_Open(word, called, declares, holds if word == "{" else ""))
            holds = "" if word == "{" else holds
        elif word in _CLOSING and opened:
            opened.pop()
        elif word in _LAWFUL or word == "match":
            holds = "arms" if word == "match" else "laws"
        elif word == "," and opened:
            opened[-1].commas += 1
        elif word == "=" and opened and opened[-1].bracket == "(":
            opened[-1].named.add(before)
    return opened


def _in_from(words: list[str]) -> bool:
    """Tell whether a comma separates the names of a `from`."""
    place = len(words) - 1
    while place > 0 and words[place] == "," and _WORD.fullmatch(words[place - 1]):
        if words[place - 2 : place - 1] == ["from"]:
            return True
        place -= 2
    return False
