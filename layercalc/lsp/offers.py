"""Completions: what an editor offers at a place, each with its meaning.

From: the text before the cursor, and what is known of the last version that was read. To:
offers, which belong to no protocol. Promises: names that the text has just declared are among
them; no network is resolved for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from layercalc.display import LAYOUT, visible
from layercalc.expressions.kinds import KINDS
from layercalc.lsp import vocabulary
from layercalc.lsp.analysis import Analysis
from layercalc.lsp.cards import card, signature
from layercalc.lsp.cursor import Cursor, CursorKind, cursor
from layercalc.lsp.mentions import (
    callable_named,
    declarations,
    declared_values,
    laws_read,
    parameters,
    values_declared,
)
from layercalc.syntax import tree
from layercalc.syntax.library import SUFFIX, folder
from layercalc.syntax.node import Node


class OfferKind(StrEnum):
    """What an offer is, in the words of the protocol of editors."""

    CLASS = "Class"
    CONSTANT = "Constant"
    FIELD = "Field"
    FILE = "File"
    FOLDER = "Folder"
    FUNCTION = "Function"
    KEYWORD = "Keyword"
    OPERATOR = "Operator"
    PROPERTY = "Property"
    VARIABLE = "Variable"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be written at a place: its name, one line on it, what it does as Markdown.

    `insert` is what is written, if that is not the name; those that are `first` stand above others.
    """

    label: str
    kind: OfferKind
    detail: str = ""
    does: str = ""
    insert: str = ""
    first: bool = False


Items: TypeAlias = Iterator[Offer]

# What each matches is bounded: a hostile text repeats the beginnings.
_DECLARED = re.compile(r"\b(param|let|block|shared)\s+([A-Za-z_]\w*)")
_HEAD = re.compile(r"^(?:block|layer|activation)\s+\w+\s*\(([^)]{0,2000})\)", re.MULTILINE)
_TARGET = re.compile(r"\b(?:for|let)\s+\(?([\w\s,]{1,200}?)\)?\s{0,9}(?:in\b|=)")
_NAMED = re.compile(r"\bas\s+(\w+(?:\s*,\s*\w+){0,20})|\bfrom\s+(\w+(?:\s*,\s*\w+){0,20})\s*\{")
_ENTERING = re.compile(r"\bfrom\s+(\w+(?:\s*,\s*\w+){0,20})\s*\{")
_MEASURE = re.compile(r"^measure\s+\w+[^\n]{0,2000}\Z", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
#: Files that are offered behind `use`.
MOST_FILES = 200


def offers(text: str, offset: int, analysis: Analysis) -> list[Offer]:
    """Offer what can be written at an offset of a text; for each name its nearest meaning."""
    here = cursor(text[:offset])
    found: dict[str, Offer] = {}
    for item in _OFFERED[here.kind](here, text[:offset], analysis):
        found.setdefault(item.label, item)
    return [*found.values()]


def _nothing(here: Cursor, before: str, analysis: Analysis) -> Items:
    yield from ()


def _declarations(here: Cursor, before: str, analysis: Analysis) -> Items:
    yield from _of(vocabulary.DECLARATIONS, OfferKind.KEYWORD)
    yield from _steps(here, before, analysis)


def _steps(here: Cursor, before: str, analysis: Analysis) -> Items:
    for item in declarations(analysis):
        if isinstance(item, tree.Block | tree.Layer | tree.Activation):
            is_block = isinstance(item, tree.Block)
            kind = OfferKind.FUNCTION if is_block else OfferKind.CLASS
            yield _item(item.name.text, kind, signature(item), card(item))
    for item in values_declared(analysis):
        if isinstance(item, tree.Shared):
            yield _item(item.name.text, OfferKind.FUNCTION, item.span.text, card(item))
    yield from _fresh(before, {"block", "shared"})
    merges = {name: f"{does} {vocabulary.MEETING}" for name, does in vocabulary.MERGES.items()}
    yield from _of(merges, OfferKind.OPERATOR)
    yield from _of(vocabulary.STEPS, OfferKind.KEYWORD)


def _values(here: Cursor, before: str, analysis: Analysis) -> Items:
    start = max((head.start() for head in _HEAD.finditer(before)), default=0)
    local = [*_HEAD.findall(before[start:])[:1], *_TARGET.findall(before[start:])]
    local += _ENTERING.findall(before)[-1:]
    for name in [word for part in local for word in _WORD.findall(re.sub(r"=[^,]*", "", part))]:
        yield _item(name, OfferKind.VARIABLE)
    for item in values_declared(analysis):
        for word in declared_values(item):
            yield _item(word.text, _kind(item), _doc(item), card(item))
    yield from _fresh(before, {"param", "let"})
    if _MEASURE.search(before):
        yield from _of_measure(here, before, analysis)
    for name, (called, does) in vocabulary.FUNCTIONS.items():
        yield _item(name, OfferKind.FUNCTION, called, does)
    yield from _of(vocabulary.CONSTANTS, OfferKind.CONSTANT)
    yield _item("in", OfferKind.KEYWORD, "", "The tensor at this point: `in.channels`, `in.spatial`.")


def _arguments(here: Cursor, before: str, analysis: Analysis) -> Items:
    """Offer the parameters without an argument, then values."""
    found = callable_named(analysis, here.callee)
    for parameter in parameters(found.node)[here.placed - len(here.named) :] if found is not None else ():
        name = parameter.name.text
        if name not in here.named:
            told = _item(name, OfferKind.FIELD, parameter.span.text, card(found.node))  # type: ignore[union-attr]
            yield replace(told, insert=f"{name} = ", first=True)
    yield from _values(here, before, analysis)


def _kinds(here: Cursor, before: str, analysis: Analysis) -> Items:
    yield from _of({name: f"Takes {kind.told}." for name, kind in KINDS.items()}, OfferKind.KEYWORD)


def _attributes(here: Cursor, before: str, analysis: Analysis) -> Items:
    yield from _of(vocabulary.ATTRIBUTES, OfferKind.PROPERTY)


def _laws(here: Cursor, before: str, analysis: Analysis) -> Items:
    yield from _of(vocabulary.LAWS, OfferKind.PROPERTY)
    values = {word.text for item in values_declared(analysis) for word in declared_values(item)}
    for name, measure in laws_read(analysis):
        if name not in values:
            yield _item(name, OfferKind.PROPERTY, measure.doc, card(measure))


def _of_measure(here: Cursor, before: str, analysis: Analysis) -> Items:
    """Offer what a measure is made of: how it runs over layers, their laws, other measures."""
    yield from _of(vocabulary.OVER, OfferKind.KEYWORD)
    yield _item("out", OfferKind.KEYWORD, "", "The tensor behind the layer: `out.volume`.")
    for item in declarations(analysis):
        if isinstance(item, tree.Measure):
            yield _item(item.name.text, OfferKind.PROPERTY, item.doc, card(item))
    yield from _laws(here, before, analysis)


def _named(here: Cursor, before: str, analysis: Analysis) -> Items:
    for found in _NAMED.finditer(before):
        for name in _WORD.findall(found[1] or found[2]):
            yield _item(name, OfferKind.VARIABLE)


def _files(here: Cursor, before: str, analysis: Analysis) -> Items:
    """Offer the specs below the document's folder, and those of the library."""
    written = before[before.rindex('"') + 1 :].rpartition("/")[0]
    names: set[str] = set()
    for place in (analysis.document.path.parent, folder("specs")):
        names.update(_in_folder(place / written))
    for name in sorted(names)[:MOST_FILES]:
        kind = OfferKind.FILE if name.endswith(SUFFIX) else OfferKind.FOLDER
        yield _item(name, kind)


def _in_folder(place: Path) -> Iterable[str]:
    try:
        return [path.name for path in place.iterdir() if path.suffix == SUFFIX or _is_folder(path)]
    except (OSError, ValueError):
        return []


def _is_folder(path: Path) -> bool:
    return path.name[:1] not in {".", "_"} and path.is_dir()


_OFFERED: Mapping[CursorKind, Callable[[Cursor, str, Analysis], Items]] = {
    CursorKind.NOTHING: _nothing,
    CursorKind.DECLARATION: _declarations,
    CursorKind.STEP: _steps,
    CursorKind.VALUE: _values,
    CursorKind.ARGUMENT: _arguments,
    CursorKind.ATTRIBUTE: _attributes,
    CursorKind.LAW: _laws,
    CursorKind.NAMED: _named,
    CursorKind.FILE: _files,
    CursorKind.KIND: _kinds,
}


def _fresh(before: str, words: set[str]) -> Items:
    """Offer what the text has declared since it was last read."""
    for word, name in _DECLARED.findall(before):
        if word in words:
            called = word in ("block", "shared")
            kind = OfferKind.FUNCTION if called else OfferKind.VARIABLE
            yield _item(name, kind)


def _kind(item: Node) -> OfferKind:
    function = isinstance(item, tree.LetFunction)
    return OfferKind.FUNCTION if function else OfferKind.VARIABLE


def _doc(item: Node) -> str:
    return item.doc if isinstance(item, tree.Param) else ""


def _of(words: Mapping[str, str], kind: OfferKind) -> Items:
    for word, does in words.items():
        yield _item(word, kind, "", does)


def _item(name: str, kind: OfferKind, detail: str = "", does: str = "") -> Offer:
    return Offer(name, kind, visible(detail), visible(does, LAYOUT))
