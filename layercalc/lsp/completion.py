"""Completions in the words of the protocol."""

from __future__ import annotations

from lsprotocol.types import CompletionItem, CompletionItemKind, MarkupContent, MarkupKind

from layercalc.lsp.analysis import Analysis
from layercalc.lsp.offers import Offer, offers


def completions(text: str, offset: int, analysis: Analysis) -> list[CompletionItem]:
    """Offer what can be written at an offset of a text; for each name its nearest meaning."""
    return [_item(offer) for offer in offers(text, offset, analysis)]


def _item(offer: Offer) -> CompletionItem:
    return CompletionItem(
        offer.label,
        kind=CompletionItemKind[offer.kind.value],
        detail=offer.detail or None,
        documentation=MarkupContent(MarkupKind.Markdown, offer.does) if offer.does else None,
        insert_text=offer.insert or None,
        sort_text=f" {offer.label}" if offer.first else None,
    )
