"""The mistakes of a document at the places where an editor shows them; they belong to no protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layercalc.display import visible
from layercalc.errors import WIDEST, Diagnostic, Frame, Span
from layercalc.lsp.analysis import Analysis
from layercalc.syntax import tree


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake at its place in the document, with other places that belong to it, and what they are."""

    span: Span
    message: str
    warning: bool
    related: Sequence[tuple[Span, str]]


def mistakes(analysis: Analysis) -> list[Mistake]:
    """List all mistakes of a document.

    One in a file that it uses stands where the document leads there, with the place in
    that file beside it. What a part does not know may be in the specs that use it, so
    there a mistake is a warning.
    """
    return [
        Mistake(
            _shown(analysis, mistake),
            _message(mistake),
            analysis.part or mistake.severity == "warning",
            [*_related(analysis, mistake)],
        )
        for mistake in analysis.mistakes
    ]


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


def _related(analysis: Analysis, mistake: Diagnostic) -> Iterator[tuple[Span, str]]:
    """Give the place of a mistake in another file, then the chain of blocks, the innermost first."""
    away = mistake.span is not None and mistake.span.source is not analysis.document.source
    own = [Frame("", mistake.span)] if away and mistake.span is not None else []
    for name, span in [*own, *reversed(mistake.trace)]:
        if span.source in analysis.addresses:
            yield span, f"in {name}, used here" if name else "the mistake is here"
