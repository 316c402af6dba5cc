"""The outline of a document: what it declares, in the order written."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import DocumentSymbol, SymbolKind

from layercalc.display import visible
from layercalc.errors import Span
from layercalc.lsp.analysis import Analysis
from layercalc.lsp.cards import signature
from layercalc.lsp.diagnostics import as_range
from layercalc.lsp.places import TextLines
from layercalc.syntax import tree
from layercalc.syntax.walk import target_words

_KINDS = {
    tree.Title: SymbolKind.Module, tree.Param: SymbolKind.Constant, tree.LetFunction: SymbolKind.Function,
    tree.Block: SymbolKind.Function, tree.Layer: SymbolKind.Class, tree.Activation: SymbolKind.Class,
    tree.Measure: SymbolKind.Property,
}  # fmt: skip


def outline(analysis: Analysis, encoding: str) -> list[DocumentSymbol]:
    """Give the params, values, functions, blocks, layers and measures of a document."""
    lines = TextLines(analysis.document.source.text, encoding)
    return [
        DocumentSymbol(word.text, kind, as_range(lines, span), as_range(lines, word.span), visible(detail))
        for item in analysis.spec.items
        for word, kind, span, detail in _symbols(item)
    ]


def _symbols(item: tree.Declaration | tree.Step) -> Iterator[tuple[tree.Word, SymbolKind, Span, str]]:
    if isinstance(item, tree.Let):
        yield from ((word, SymbolKind.Variable, item.span, "") for word in target_words(item.target))
    elif isinstance(item, tree.Shared):
        yield item.name, SymbolKind.Function, item.span, item.call.span.text
    elif isinstance(item, tree.Title):
        yield item.name, _KINDS[tree.Title], item.span, item.title
    elif isinstance(item, tree.Param | tree.Measure):
        yield item.name, _KINDS[type(item)], item.span, item.doc
    elif isinstance(item, tree.LetFunction | tree.Block | tree.Layer | tree.Activation):
        yield item.name, _KINDS[type(item)], item.span, signature(item)
