"""A program of blocks and terms becomes the text of a spec.

From: a `Program`. To: text in the canonical layout. Promises: what it writes is read again by the
language, and `fmt --check` finds nothing to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from layercalc.errors import Source
from layercalc.imports.steps import ACTIVATIONS, Declared
from layercalc.imports.structure import Block, Program
from layercalc.imports.structure.idioms import FILES
from layercalc.imports.structure.solving import ENTERING
from layercalc.imports.structure.terms import (
    Bind,
    Choice,
    Expression,
    From,
    Layer,
    Loop,
    Merge,
    Repeat,
    Series,
    Shared,
    Term,
    Value,
)
from layercalc.syntax.unparse import formatted

#: The arguments that are written by their place, in the order of the layers' declarations.
PLACES: Mapping[str, tuple[str, ...]] = {
    "conv": ("filters", "kernel"),
    "conv_transpose": ("filters", "kernel"),
    "maxpool": ("kernel",),
    "avgpool": ("kernel",),
    "linear": ("units",),
    "dense": ("units",),
    "embedding": ("words", "units"),
    "adaptive_avgpool": ("size",),
    "adaptive_maxpool": ("size",),
    "reshape": ("sizes",),
    "permute": ("axes",),
    "slice": ("start", "stop"),
    "select": ("axis", "start", "stop"),
    "pad": ("before", "after"),
    "mean": ("axis",),
    "sum": ("axis",),
    "maximum": ("axis",),
    "variance": ("axis",),
    "vector_norm": ("axis",),
    "take": ("axis", "count"),
    "copies": ("count",),
    "unfold": ("kernel",),
    "fold": ("sizes", "kernel"),
    "conv_by": ("filters", "kernel"),
    "lstm": ("units",),
    "gru": ("units",),
    "rnn": ("units",),
    "groupnorm": ("groups",),
    "learned": ("sizes",),
    "token": ("count",),
    "dropout": ("rate",),
    "upsample": ("factor",),
    "pixel_shuffle": ("factor",),
    "pixel_unshuffle": ("factor",),
    "channel_shuffle": ("groups",),
    "attention": ("heads",),
}
#: Layers behind which a line ends.
ENDS = frozenset((*ACTIVATIONS, "prelu", "glu", "maxpool", "avgpool", "dropout", "matmul"))
#: Arguments that are written as lists.
LISTS = frozenset(("sizes", "axes"))
#: Characters that a line of steps has at most, and how many steps of a branch stand in one line.
WIDTH, FEW = 96, 3
#: Characters up to which a body stands in one line.
SHORT = 84


def write(program: Program, name: str, title: str, remarks: Sequence[str]) -> str:
    """Write a program as a spec, under a name, with remarks at its head."""
    writer = _Writer(program.blocks)
    lines = [f'network {name} "{title}"' if title else f"network {name}", ""]
    lines += [f"# {remark}" for remark in remarks]
    lines += [""] if remarks else []
    files = dict.fromkeys(FILES[step.name] for step in program.layered.steps if step.name in FILES)
    lines += [*(f'use "{file}"' for file in files), ""]
    for declared in program.layered.declared:
        lines += [declaration(declared), ""]
    for called, step in program.shared.items():
        lines += writer.compound(Shared(called, Layer(step.name, tuple(step.arguments.items()))))
    lines.append("")
    for block in program.blocks.values():
        lines += [*writer.block(block), ""]
    lines += writer.body(program)
    return formatted(Source(name, "\n".join(lines) + "\n"))


def layer_text(layer: Layer) -> str:
    """Write one layer.

    >>> layer_text(Layer("conv", (("filters", 8), ("kernel", (1, 7)), ("bias", True))))
    'conv(8, (1, 7), bias = true)'
    """
    return _Writer({}).call(layer)


def declaration(declared: Declared) -> str:
    """Write the declaration of a layer."""
    if declared.formula:
        return f"activation {declared.name}({', '.join(declared.parameters)}) = {declared.formula}"
    laws = "  ".join(f"{law} = {text}" for law, text in declared.laws.items())
    inputs = f" from {', '.join(declared.values)}" if declared.values else ""
    remark = f"   # {declared.why}" if declared.why else ""
    return f"layer {declared.name}({', '.join(declared.parameters)}){inputs} {{ {laws} }}{remark}"


class _Writer:
    """Writes terms, with the defaults of the blocks that they call left out."""

    def __init__(self, blocks: Mapping[str, Block]) -> None:
        self.blocks = blocks

    def block(self, block: Block) -> Iterator[str]:
        """Write a block, line by line."""
        parameters = ", ".join(
            name if default is None else f"{name} = {value(default)}" for name, default in block.parameters
        )
        inputs = f" from {', '.join(block.inputs)}" if block.inputs else ""
        yield f"block {block.name}{f'({parameters})' if parameters else ''}{inputs} {{"
        if block.enters:
            yield f"let {ENTERING} = {block.inputs[0] if block.inputs else 'in'}.channels"
        first = next((term for term in block.body if not isinstance(term, Shared)), None)
        if len(block.inputs) == 1 and not isinstance(first, From):
            yield f"from {block.inputs[0]}"
        yield from self.series(block.body)
        yield "}"

    def body(self, program: Program) -> Iterator[str]:
        """Write the inputs of a network and its own steps."""
        inputs = [step for step in program.layered.steps if step.name == "input"]
        names = program.entering
        for place, step in enumerate(inputs):
            bound = f" as {names[place]}" if place < len(names) else ""
            yield f"input({', '.join(map(str, step.shape))}){bound}"
        yield from self.series(program.body)

    def series(self, series: Series, inner: bool = False) -> Iterator[str]:
        """Write terms: layers in chains, all else on lines of its own; `inner` are those of a branch."""
        chain: list[str] = []

        def flushed() -> Iterator[str]:
            if chain:
                yield " -> ".join(chain)
                chain.clear()

        for place, term in enumerate(series):
            if isinstance(term, Bind):
                if chain:
                    chain[-1] += f" as {term.name}"
                    yield from flushed()
                continue
            bound = series[place + 1] if place + 1 < len(series) else None
            if isinstance(term, Layer | From):
                written = self.call(term) if isinstance(term, Layer) else f"from {', '.join(term.names)}"
                if sum(map(len, (*chain, written))) + 4 * len(chain) > WIDTH:
                    yield from flushed()
                chain.append(written)
                if not isinstance(bound, Bind) and self._ends(term, series, inner):
                    yield from flushed()
                continue
            yield from flushed()
            lines = list(self.compound(term))
            if isinstance(bound, Bind):
                lines[-1] += f" as {bound.name}"
            yield from lines
        yield from flushed()

    def _ends(self, term: Layer | From, series: Series, inner: bool) -> bool:
        """Tell whether a line ends behind a term: in a branch only where it is long, and has no blocks."""
        if isinstance(term, From) or (inner and len(series) <= FEW):
            return False
        return term.name in ENDS or (term.name in self.blocks and not inner)

    def compound(self, term: Term) -> Iterator[str]:
        """Write a term that has a body, or a declaration."""
        if isinstance(term, Shared):
            yield f"shared {term.name} = {self.call(term.layer)}"
        elif isinstance(term, Merge):
            yield from self.merge(term)
        elif isinstance(term, Repeat):
            yield from _braced(f"repeat {value(term.count)}", [*self.series(term.body)])
        elif isinstance(term, Loop):
            names = ", ".join(term.names)
            rows = [value(row[0] if len(row) == 1 else tuple(row)) for row in term.rows]
            head = f"for {names if len(term.names) == 1 else f'({names})'} in [{', '.join(rows)}]"
            yield from _braced(head, [*self.series(term.body)])
        elif isinstance(term, Choice):
            yield from _braced(f"if {term.condition.text}", [*self.series(term.then, inner=True)])
            if term.otherwise:
                yield from _braced("else", [*self.series(term.otherwise, inner=True)])

    def merge(self, term: Merge) -> Iterator[str]:
        """Write a merge: in one line if its branches are short."""
        arguments = self.arguments(term.kind, term.arguments)
        head = f"{term.kind}({arguments})" if arguments else term.kind
        branches = [[*self.series(branch, inner=True)] or ["identity"] for branch in term.branches]
        line = " | ".join(branch[0] for branch in branches)
        single = all(len(branch) == 1 for branch in branches)
        if single and len(head) + len(line) < SHORT:
            yield f"{head} {{ {line} }}"
            return
        yield f"{head} {{"
        for place, (first, *more) in enumerate(branches):
            yield from [first, *more] if not place else [f"| {first}"] if single else ["|", first, *more]
        yield "}"

    def call(self, term: Layer) -> str:
        """Write a layer or a block applied."""
        arguments = self.arguments(term.name, term.arguments)
        return f"{term.name}({arguments})" if arguments else term.name

    def arguments(self, name: str, given: Sequence[tuple[str, Value]]) -> str:
        """Write arguments: those that have a place first, then by name, defaults left out."""
        block = self.blocks.get(name)
        places: Sequence[str] = PLACES.get(name, ())
        if block is not None:
            places = [parameter for parameter, default in block.parameters if default is None]
            known = dict(block.parameters)
            given = [(key, one) for key, one in given if known[key] is None or not _same(known[key], one)]
        values = dict(given)
        written, place = [], 0
        while place < len(places) and places[place] in values:
            written.append(value(values.pop(places[place]), places[place] in LISTS))
            place += 1
        return ", ".join([*written, *(f"{key} = {value(one, key in LISTS)}" for key, one in values.items())])


def _braced(head: str, lines: list[str]) -> Iterator[str]:
    """Write a body: in one line with its head if it is short."""
    if len(lines) == 1 and len(head) + len(lines[0]) < SHORT:
        yield f"{head} {{ {lines[0]} }}"
    else:
        yield from (f"{head} {{", *lines, "}")


def _same(one: Value | None, other: Value) -> bool:
    return type(one) is type(other) and one == other


def value(given: Value | None, listed: bool = False) -> str:
    """Write a value.

    >>> value((1, 7)), value((1, 7), listed=True), value(True), value(0.2)
    ('(1, 7)', '[1, 7]', 'true', '0.2')
    """
    if isinstance(given, Expression):
        return given.text
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, tuple):
        inside = ", ".join(value(one) for one in given)
        return f"[{inside}]" if listed or len(given) == 1 else f"({inside})"
    return f"{given:.12g}" if isinstance(given, float) else str(given)
