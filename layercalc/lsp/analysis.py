"""The analysis of one version of a document: its tree, its network and all its mistakes.

From: a document, and what else is open. To: the answers of the other modules. Promises:
the mistakes are those of `layercalc check`, at the same places; what can be read of a text
with mistakes is available.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from layercalc.errors import Diagnostic, Source, Span, SpecError
from layercalc.inspect.warnings import warnings
from layercalc.lsp.documents import Document, Texts
from layercalc.network import Body, Inline, Network, Recursion, Repeat
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.program import Program
from layercalc.syntax import tree

if TYPE_CHECKING:
    from layercalc.inspect.layer_table import LayerRow
    from layercalc.measures.measure import Readings


@dataclass(frozen=True)
class Analysis:
    """A document as it was read.

    `trees` are the files read, its law set's first and its own among them, with their
    `addresses`. The warnings are among the `mistakes`. A `part` has no network of its own:
    it is there for others to use.
    """

    document: Document
    spec: tree.Spec
    trees: Sequence[tree.Spec]
    addresses: Mapping[Source, str]
    mistakes: Sequence[Diagnostic]
    network: Network | None
    part: bool
    program: Program | None = None

    @cached_property
    def _readings(self) -> Readings | None:
        """The readings of the network: what is read for one place is there for the others."""
        from layercalc.measures.measure import Readings

        return Readings(self.network) if self.network is not None else None

    @cached_property
    def _known(self) -> dict[Span, tuple[Sequence[LayerRow], str]]:
        return {}

    def rows_at(self, place: Span) -> tuple[Sequence[LayerRow], str]:
        """Give the rows of the table of layers for a place in the text, and the mistake that ends it."""
        if place not in self._known:
            self._known[place] = self._listed(place)
        return self._known[place]

    def _listed(self, place: Span) -> tuple[Sequence[LayerRow], str]:
        from layercalc.inspect.layer_table import rows

        found: list[LayerRow] = []
        try:
            if self.network is not None:
                found.extend(rows(self.network, at=place, readings=self._readings))
        except SpecError as error:
            return found, next((mistake.message for mistake in error.diagnostics), "")
        return found, ""

    @cached_property
    def blocks(self) -> Mapping[Span, Inline | Recursion]:
        """The first use of each block, by the place where it is written."""
        found: dict[Span, Inline | Recursion] = {}
        for body in self._bodies():
            for step in body.steps:
                if isinstance(step, Inline | Recursion):
                    found.setdefault(step.span, step)
        return found

    def _bodies(self) -> Iterator[Body]:
        """List each body of the network once, outer ones first."""
        waiting = [self.network.body] if self.network is not None else []
        seen: set[int] = set()
        while waiting:
            body = waiting.pop()
            if id(body) in seen:
                continue
            seen.add(id(body))
            yield body
            inner = [step.body for step in body.steps if isinstance(step, Inline | Repeat | Recursion)]
            waiting += reversed(inner)


def analyse(document: Document, opened: Mapping[Path, Document], laws: str) -> Analysis:
    """Read a document; other open documents replace their files on the disk."""
    texts = Texts(document, opened)
    program, network, part, mistakes = None, None, False, document.mistakes
    if not mistakes:
        try:
            program = assemble(document.source, document.path, laws, texts.files())
            part = _is_part(texts.trees[document.source])
            network = resolve(_with_input(program) if part else program)
            mistakes = () if part else warnings(network, program)
        except SpecError as error:
            mistakes = error.diagnostics
            texts = texts if program is not None else _read_on(document, opened, laws)
    own = texts.trees.get(document.source) or tree.Spec((), Span(document.source, 0, 0))
    return Analysis(
        document, own, (*texts.trees.values(),), texts.addresses, mistakes, network, part, program
    )


def _read_on(document: Document, opened: Mapping[Path, Document], laws: str) -> Texts:
    """Read as much as possible of a document with mistakes, and of the files that it uses."""
    texts = Texts(document, opened, tolerant=True)
    with suppress(SpecError):
        assemble(document.source, document.path, laws, texts.files())
    return texts


def _is_part(spec: tree.Spec) -> bool:
    """Tell whether a file is a library or a law set, with declarations only, and not a network."""
    does = any(isinstance(item, tree.Binder) or _is_title(item, "network") for item in spec.items)
    declares = any(isinstance(item, _SHARED) or _is_title(item, "laws") for item in spec.items)
    return declares and not does


_SHARED = tree.Block | tree.Layer | tree.Activation | tree.LetFunction


def _is_title(item: tree.Declaration | tree.Step, kind: str) -> bool:
    return isinstance(item, tree.Title) and item.kind == kind


def _with_input(program: Program) -> Program:
    """Put an input before the declarations of a library, so that it can be read like a network."""
    here = Span(program.source, 0, 0)
    one = tree.Argument(None, tree.Number("1", here), here)
    program.items.insert(0, tree.Call(tree.Word("input", here), (one,), (), here))
    return program
