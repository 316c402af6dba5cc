"""A spec with all that it uses: its declarations by name, and what is done in order."""

from __future__ import annotations

from collections.abc import Iterator

from layercalc.errors import Diagnostic, Source, Span, did_you_mean, fail
from layercalc.expressions.scope import Scope
from layercalc.laws import Declared
from layercalc.records import dataclass, field
from layercalc.syntax import tree


@dataclass(frozen=True, slots=True)
class Given:
    """A value given for a param: an expression of the language, whose names are symbols."""

    expression: tree.Expression


@dataclass(slots=True)
class Program:
    """The declarations of a spec, of the files that it uses and of its law set."""

    name: str
    source: Source
    title: str = ""
    laws: str = ""
    items: list[tree.Param | tree.Step] = field(default_factory=list)
    declared: dict[str, tree.Param] = field(default_factory=dict)
    blocks: dict[str, tree.Block] = field(default_factory=dict)
    layers: dict[str, Declared] = field(default_factory=dict)
    measures: dict[str, tree.Measure] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    trees: list[tree.Spec] = field(default_factory=list)
    law_set: Program | None = None
    #: What `names` found, once it has looked: a spec is resolved at many points.
    unknown: tuple[Diagnostic, ...] | None = None

    @property
    def params(self) -> list[tree.Param]:
        """The params in the order declared."""
        return [*self.declared.values()]

    @property
    def takes(self) -> dict[str, tree.Param]:
        """The params that may be given: its own, and those of its law set."""
        laws = self.law_set.declared if self.law_set is not None else {}
        return {**laws, **self.declared}

    def param(self, name: str, span: Span | None = None) -> tree.Param:
        """Find a param by name."""
        if name in self.takes:
            return self.takes[name]
        names = [*self.takes]
        told = ", ".join(self.declared)
        hint = did_you_mean(name, names) or (f"params: {told}" if told else "it has none")
        raise fail(f"{self.name} has no param '{name}'", span, hint)

    @property
    def homes(self) -> tuple[Program, ...]:
        """Its law set, if it has one, and itself."""
        return (self,) if self.law_set is None else (self.law_set, self)

    def place(self, mistake: Diagnostic) -> tuple[int, int]:
        """Order mistakes by the files in the order of their use, and by place."""
        sources, span = [spec.span.source for spec in self.trees], mistake.span
        if span is None or span.source not in sources:
            return -1, 0
        return sources.index(span.source), span.start

    def reset(self) -> None:
        """Forget the values of an earlier point."""
        self.scope.names.clear()
        self.scope.shared = None
        if self.law_set is not None:
            self.law_set.reset()

    def callable_names(self) -> Iterator[str]:
        """Give the names of all blocks and layers."""
        yield from self.blocks
        yield from self.layers
