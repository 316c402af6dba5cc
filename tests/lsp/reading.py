"""Documents read without a server."""

from __future__ import annotations

from pathlib import Path

from layercalc.lsp.analysis import Analysis, analyse
from layercalc.lsp.documents import Document
from tests.checkout import ROOT

HERE = ROOT / "specs" / "here.arch"


def read(text: str, *others: Document, path: Path = HERE) -> Analysis:
    """Read a text as an open document, beside others that are open."""
    opened = {document.path: document for document in others}
    return analyse(Document.of(path.as_uri(), 1, text), opened, "paper")
