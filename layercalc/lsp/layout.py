"""The canonical layout of a document, as an edit of the protocol."""

from __future__ import annotations

from lsprotocol.types import TextEdit

from layercalc.lsp.diagnostics import as_range
from layercalc.lsp.documents import Document
from layercalc.lsp.edit import layout_edit
from layercalc.lsp.places import TextLines


def layout(document: Document, encoding: str) -> list[TextEdit]:
    """Format a document as `layercalc fmt` does; a document with mistakes is left unchanged."""
    edit = layout_edit(document)
    if edit is None:
        return []
    span, changed = edit
    return [TextEdit(as_range(TextLines(document.source.text, encoding), span), changed)]
