"""What the editor of the page asks: mistakes, hovers, completions, layout.

From: a sheet, and an offset in its text. To: JSON. Promises: each answer is that of the
language server; offsets are counted in code units of UTF-16, as browsers count.
"""

from __future__ import annotations

from typing import Any

from layercalc.errors import Diagnostic, Span, SpecError
from layercalc.lsp.edit import layout_edit
from layercalc.lsp.hover import hover
from layercalc.lsp.mistakes import mistakes
from layercalc.lsp.offers import offers
from layercalc.playground.sheet import Sheet


def units(text: str, offset: int) -> int:
    r"""Count the code units of UTF-16 before an offset.

    >>> units("a\N{GRINNING FACE}b", 2)
    3
    """
    before = text[:offset]
    return offset if before.isascii() else len(before.encode("utf-16-le", "surrogatepass")) // 2


def offset_of(text: str, count: int) -> int:
    r"""Give the offset behind so many code units; one within a letter is that of the letter.

    >>> [offset_of("a\N{GRINNING FACE}b", count) for count in (0, 1, 2, 3, 9)]
    [0, 1, 1, 2, 3]
    """
    if text.isascii():
        return min(max(count, 0), len(text))
    data = text.encode("utf-16-le", "surrogatepass")[: 2 * max(count, 0)]
    return len(data.decode("utf-16-le", "ignore"))


def place(text: str, span: Span) -> dict[str, int]:
    """Tell a span as an editor in a browser counts."""
    return {"from": units(text, span.start), "to": units(text, span.end), "line": span.line}


def told_mistakes(sheet: Sheet) -> list[dict[str, Any]]:
    """List the mistakes of a text, each at its place."""
    return [
        {
            **place(sheet.text, mistake.span),
            "message": mistake.message,
            "warning": mistake.warning,
            "related": [f"{told} ({span})" for span, told in mistake.related],
        }
        for mistake in mistakes(sheet.analysis)
    ]


def told_error(sheet: Sheet, error: SpecError) -> list[dict[str, Any]]:
    """Tell the mistakes that an answer meets, with their places where they stand in the text."""
    return [_told(sheet, mistake) for mistake in error.diagnostics]


def _told(sheet: Sheet, mistake: Diagnostic) -> dict[str, Any]:
    span = mistake.span
    inside = span is not None and span.source is sheet.analysis.document.source
    where = place(sheet.text, span) if span is not None and inside else {}
    return {"message": mistake.message, "hint": mistake.hint, **where}


def hovered(sheet: Sheet, count: int) -> dict[str, Any]:
    """Tell what is at an offset, as Markdown; empty where there is nothing to tell."""
    found = hover(sheet.analysis, offset_of(sheet.text, count))
    return {} if found is None else {"markdown": found[0], **place(sheet.text, found[1])}


def completed(sheet: Sheet, count: int) -> dict[str, Any]:
    """Offer what can be written at an offset."""
    found = offers(sheet.text, offset_of(sheet.text, count), sheet.analysis)
    return {
        "offers": [
            {
                "label": offer.label,
                "kind": offer.kind.value.lower(),
                "detail": offer.detail,
                "does": offer.does,
                "insert": offer.insert or offer.label,
                "first": offer.first,
            }
            for offer in found
        ]
    }


def laid_out(sheet: Sheet) -> dict[str, Any]:
    """Give the canonical layout as an edit; empty for a text that has it, or has mistakes."""
    edit = layout_edit(sheet.analysis.document)
    return {} if edit is None else {**place(sheet.text, edit[0]), "insert": edit[1]}
