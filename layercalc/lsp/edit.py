"""The canonical layout of a document, as one edit that belongs to no protocol."""

from __future__ import annotations

from layercalc.errors import MARK, Span, SpecError
from layercalc.lsp.documents import Document


def layout_edit(document: Document) -> tuple[Span, str] | None:
    """Format a document as `layercalc fmt` does: what to replace, and by what.

    None for a document that has this layout, and for one with mistakes, which is left unchanged.
    """
    from layercalc.syntax.unparse import formatted

    source = document.source
    try:
        text = source.text if document.mistakes else formatted(source)
    except SpecError:
        return None
    if text == source.text:
        return None
    start, end = _differing(source.text, text)
    span = Span(source, start, len(source.text) - end)
    return span, source.dressed(text[start : len(text) - end]).removeprefix(MARK)


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
