"""The canonical layout of a document, as an edit."""

from __future__ import annotations

from lsprotocol.types import TextEdit

from layercalc.errors import MARK, Span, SpecError
from layercalc.lsp.diagnostics import as_range
from layercalc.lsp.documents import Document
from layercalc.lsp.places import TextLines


def layout(document: Document, encoding: str) -> list[TextEdit]:
    """Format a document as `layercalc fmt` does; a document with mistakes is left unchanged."""
    from layercalc.syntax.unparse import formatted

    source = document.source
    try:
        text = source.text if document.mistakes else formatted(source)
    except SpecError:
        return []
    if text == source.text:
        return []
    start, end = _differing(source.text, text)
    span = Span(source, start, len(source.text) - end)
    changed = source.dressed(text[start : len(text) - end]).removeprefix(MARK)
    return [TextEdit(as_range(TextLines(source.text, encoding), span), changed)]


def _differing(one: str, other: str) -> tuple[int, int]:
    r"""Give the lengths of the lines that two texts have in common at the beginning and at the end.

    >>> _differing("a\nb\nc\n", "a\nd\nc\n")
    (2, 2)
    """
    before, after = one.splitlines(keepends=True), other.splitlines(keepends=True)
    start = _alike(before, after)
    end = _alike(before[: start - 1 if start else None : -1], after[: start - 1 if start else None : -1])
    return sum(map(len, before[:start])), sum(map(len, before[len(before) - end :]))


def _alike(one: list[str], other: list[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
