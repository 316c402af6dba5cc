"""The mistakes of a document in the words of the protocol."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from layercalc.errors import Span
from layercalc.lsp.analysis import Analysis
from layercalc.lsp.mistakes import Mistake, mistakes
from layercalc.lsp.places import TextLines

SOURCE = "layercalc"


def diagnostics(analysis: Analysis, encoding: str) -> list[types.Diagnostic]:
    """List all mistakes of a document."""
    lines = TextLines(analysis.document.source.text, encoding)
    kind = types.DiagnosticSeverity
    return [
        types.Diagnostic(
            range=as_range(lines, mistake.span),
            message=mistake.message,
            severity=kind.Warning if mistake.warning else kind.Error,
            source=SOURCE,
            related_information=[*_related(analysis, mistake, encoding)],
        )
        for mistake in mistakes(analysis)
    ]


def as_range(lines: TextLines, span: Span) -> types.Range:
    """Give a span in the coordinates of an editor."""
    (line, column), (last, end) = lines.range(span)
    return types.Range(types.Position(line, column), types.Position(last, end))


def location(analysis: Analysis, span: Span, encoding: str) -> types.Location | None:
    """Give the location of a span in a file that was read; None for any other text."""
    if span.source not in analysis.addresses:
        return None
    return types.Location(
        analysis.addresses[span.source], as_range(TextLines(span.source.text, encoding), span)
    )


def _related(
    analysis: Analysis, mistake: Mistake, encoding: str
) -> Iterator[types.DiagnosticRelatedInformation]:
    for span, told in mistake.related:
        if (place := location(analysis, span, encoding)) is not None:
            yield types.DiagnosticRelatedInformation(place, told)
