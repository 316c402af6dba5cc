"""The kinds of values that a param, or a parameter of a layer, block or function, may say it takes.

From: a value and the word behind the colon, as in `layer conv(filters: count)`. To: nothing, or
a `SpecError` that has the value. Promises: of a symbol it is taken for granted that it is of the
kind, as far as that is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from layercalc.errors import Diagnostic, Span, did_you_mean, fail, listing
from layercalc.expressions import granting
from layercalc.expressions.binding import takes
from layercalc.expressions.scope import LOST, Context, Mark, Value, is_scalar, is_symbolic
from layercalc.syntax import tree
from layercalc.syntax.habits import place_hint

#: The kind of a param that need not be a whole number.
REAL = "real"


class Kind(NamedTuple):
    """A kind in words; the `least` whole number, if it has one, and whether a list of them is taken."""

    told: str
    whole: bool = True
    least: int | None = None
    lists: bool = False
    words: tuple[Mark, ...] = ()


_PADDING = "same, valid, a whole number of at least 0, or a list of them"
KINDS: Mapping[str, Kind] = {
    "count": Kind("a whole number of at least 1", least=1),
    "counts": Kind("a whole number of at least 1, or a list of them", least=1, lists=True),
    "whole": Kind("a whole number"),
    "wholes": Kind("a whole number, or a list of them", lists=True),
    "margins": Kind("a whole number of at least 0, or a list of them", least=0, lists=True),
    "padding": Kind(_PADDING, least=0, lists=True, words=(Mark.SAME, Mark.VALID)),
    REAL: Kind("a number", whole=False),
    "bool": Kind("true or false", whole=False),
}


def check_kind(
    value: Value,
    declared: tree.Parameter | tree.Param,
    context: Context,
    span: Span,
    of: str = "",
    parameters: Sequence[tree.Parameter] = (),
) -> Value:
    """Refuse a value that is not of the kind that is declared; give it, a constant that is whole in digits.

    `of` is the name of what is called, `parameters` what it takes; a param has neither.

    Where the default is a word, such as `none`, that word may be given too.
    """
    kind = KINDS.get(declared.kind.text) if declared.kind is not None else None
    default = declared.default
    if kind is None or value is LOST:
        return value
    if isinstance(value, Mark) and isinstance(default, tree.Name) and default.text == value.value:
        return value
    name = f"{of}: {declared.name.text}" if of else declared.name.text
    entries = []
    for entry in value if isinstance(value, tuple) and kind.lists else (value,):
        made = granting.whole(entry, context, span, name, needed=True) if kind.whole else entry
        if not _fits(made, kind):
            told = f"{name} is {context.show(value)}, not {kind.told}"
            raise fail(told, span, _hint(entry, kind, span) or (takes(of, parameters) if of else ""))
        if kind.least is not None and is_symbolic(made) and not made.is_positive:
            below = f"{name} is {context.show(value)}, not {kind.told}"
            granting.at_least(made, kind.least, context, span, below, needed=True)
        entries.append(made)
    return (*entries,) if isinstance(value, tuple) else entries[0]


def _hint(value: Value, kind: Kind, span: Span) -> str:
    """Tell how a word is written that is given as a text, and a number that is given in two."""
    words = [*[mark.value for mark in kind.words], *(["true", "false"] if kind is KINDS["bool"] else [])]
    if isinstance(value, str) and value.lower() in words:
        return f"{value.lower()} is written without quotes"
    return place_hint(span)


def _fits(value: Value, kind: Kind) -> bool:
    """Tell whether a value is of a kind, as far as that can be seen without knowing its symbols."""
    if isinstance(value, Mark):
        return value in kind.words
    if isinstance(value, bool) or kind is KINDS["bool"]:
        return isinstance(value, bool) and kind is KINDS["bool"]
    if is_symbolic(value) or not kind.whole:
        return is_scalar(value)
    return isinstance(value, int) and (kind.least is None or value >= kind.least)


def unknown_kind(word: tree.Word) -> Diagnostic:
    """Tell that there is no such kind."""
    hint = did_you_mean(word.text, KINDS) or f"a kind is {listing([*KINDS])}"
    return Diagnostic(f"unknown kind '{word.text}'", word.span, hint)
