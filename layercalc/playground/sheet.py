"""A spec as it stands on the page: its text, its law set, and what its params are given.

From: a request. To: the analysis of its text, its program, its network and measures at the params
that are given. Promises: equal requests are read once; law sets are shipped ones, by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from layercalc import limits
from layercalc.errors import Span, SpecError, did_you_mean, fail, limit
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.lsp.analysis import Analysis, analyse
from layercalc.lsp.documents import Document
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.loading import DEFAULT_LAWS
from layercalc.resolve.points import read_points
from layercalc.resolve.program import Given, Program
from layercalc.syntax import tree
from layercalc.syntax.library import shipped

#: The name under which a text is told of.
ADDRESS = "untitled:spec.arch"
#: Texts whose analyses are kept, and sheets.
KEPT = 4
#: Brackets within each other that Python in a browser has room to read.
DEEPEST = 4 * limits.NESTING
#: Comments and texts, whose brackets do not count, and brackets.
_BRACKET = re.compile(r'#[^\n]*|"[^"\n]*"?|[][(){}]')


@dataclass(frozen=True)
class Sheet:
    """A text with a law set, and the values of its params as texts."""

    text: str
    laws: str = DEFAULT_LAWS
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Sheet:
        """Read a request; what is no text or no shipped law set is refused.

        >>> Sheet.of({"text": "input(3)", "params": {"n": 4}}).params
        (('n', '4'),)

        Raises `SpecError`.
        """
        text, laws, params = request.get("text"), request.get("laws", DEFAULT_LAWS), request.get("params", {})
        if not isinstance(text, str) or not isinstance(laws, str) or not isinstance(params, Mapping):
            raise fail("a request has a text, a law set and values of params")
        if laws not in (known := shipped("laws")):
            raise fail(f"no law set is called '{laws}'", hint=did_you_mean(laws, known))
        return _kept(text, laws, tuple((str(name), str(value)) for name, value in params.items()))

    @property
    def analysis(self) -> Analysis:
        """What the language server knows of the text."""
        return _analysis(self.text, self.laws)

    @cached_property
    def program(self) -> Program:
        """The program of the text.

        Raises `SpecError` with its mistakes.
        """
        if self.analysis.part:
            raise fail("this is a library or a law set, with declarations only: it has no network")
        if self.analysis.program is None:
            raise SpecError(self.analysis.mistakes)
        return self.analysis.program

    @cached_property
    def given(self) -> dict[str, Given]:
        """The values of the params that the spec has: a page may still hold others, of another text."""
        told = {}
        for name, text in self.params:
            if name not in self.program.takes:
                continue
            points = read_points(name, text)
            if len(points) != 1:
                raise fail(f"{name} takes one value, not '{text}'")
            told[name] = points[0]
        return told

    @property
    def numbers(self) -> dict[str, Given]:
        """The values without those that are the name of a symbol."""
        return {name: value for name, value in self.given.items() if not _is_symbol(value)}

    @property
    def symbols(self) -> list[str]:
        """The params that stand as symbols."""
        return [name for name, value in self.given.items() if _is_symbol(value)]

    @cached_property
    def network(self) -> Network:
        """The network at the values given.

        Raises `SpecError` with all mistakes.
        """
        if not self.given and self.analysis.network is not None and not self.analysis.part:
            return self.analysis.network
        return resolve(self.program, self.given)

    @cached_property
    def measured(self) -> MeasuredNetwork:
        """The network with the usual measures, and those that it declares."""
        return MeasuredNetwork.of(self.network, None)


def _is_symbol(value: Given) -> bool:
    return isinstance(value.expression, tree.Name) and value.expression.text not in ("true", "false")


@lru_cache(KEPT)
def _kept(text: str, laws: str, params: tuple[tuple[str, str], ...]) -> Sheet:
    return Sheet(text, laws, params)


@lru_cache(KEPT)
def _analysis(text: str, laws: str) -> Analysis:
    return analyse(_bounded(Document.of(ADDRESS, 1, text)), {}, laws)


def _bounded(document: Document) -> Document:
    """Refuse a text with very many brackets within each other before it is parsed.

    A browser gives Python a small stack. What comes near its end is far beyond the limit of the
    language, and told as that is.
    """
    depth = 0
    for found in _BRACKET.finditer(document.source.text):
        depth += (found[0] in "([{") - (found[0] in ")]}")
        if depth > DEEPEST:
            span = Span(document.source, found.start(), found.end())
            error = limit(f"this nests deeper than {limits.NESTING} levels, the limit", span)
            return replace(document, mistakes=error.diagnostics)
    return document
