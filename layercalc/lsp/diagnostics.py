"""The mistakes of a document as an editor shows them."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from layercalc.display import visible
from layercalc.errors import WIDEST, Diagnostic, Frame, Span
from layercalc.lsp.analysis import Analysis
from layercalc.lsp.places import TextLines
from layercalc.syntax import tree

SOURCE = "layercalc"


def diagnostics(analysis: Analysis, encoding: str) -> list[types.Diagnostic]:
    """List all mistakes of a document.

    One in a file that it uses stands where the document leads there, with the place in
    that file beside it. What a part does not know may be in the specs that use it, so
    there a mistake is a warning.
    """
    lines = TextLines(analysis.document.source.text, encoding)
    kind = types.DiagnosticSeverity
    return [
        types.Diagnostic(
            range=as_range(lines, _shown(analysis, mistake)),
            message=_message(mistake),
            severity=kind.Warning if analysis.part or mistake.severity == "warning" else kind.Error,
            source=SOURCE,
            related_information=[*_related(analysis, mistake, encoding)],
        )
        for mistake in analysis.mistakes
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


def _message(mistake: Diagnostic) -> str:
    text, hint = (visible(told[:WIDEST]) for told in (mistake.message, mistake.hint))
    return f"{text}\nhint: {hint}" if hint else text


def _shown(analysis: Analysis, mistake: Diagnostic) -> Span:
    """Find the place in the document: of the mistake, of the call that led to it, or of its `use`."""
    source, span = analysis.document.source, mistake.span
    places = [place for place in (span, *_calls(mistake)) if place is not None and place.source is source]
    if places:
        return places[0]
    uses = (item.span for item in analysis.spec.items if isinstance(item, tree.Use))
    start = Span(source, 0, len(source.line(1)))
    return next(uses, start) if span is not None else start


def _calls(mistake: Diagnostic) -> Iterator[Span]:
    yield from (frame.call for frame in reversed(mistake.trace))


def _related(
    analysis: Analysis, mistake: Diagnostic, encoding: str
) -> Iterator[types.DiagnosticRelatedInformation]:
    """Give the location of a mistake in another file, then the chain of blocks, the innermost first."""
    away = mistake.span is not None and mistake.span.source is not analysis.document.source
    own = [Frame("", mistake.span)] if away and mistake.span is not None else []
    for name, span in [*own, *reversed(mistake.trace)]:
        place = location(analysis, span, encoding)
        if place is not None:
            told = f"in {name}, used here" if name else "the mistake is here"
            yield types.DiagnosticRelatedInformation(place, told)
