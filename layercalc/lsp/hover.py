"""The hover of a name: its declaration, and the values of the layer at that place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from layercalc import limits
from layercalc.display import LAYOUT, visible
from layercalc.errors import Span, SpecError
from layercalc.lsp import vocabulary
from layercalc.lsp.analysis import Analysis
from layercalc.lsp.cards import card, code
from layercalc.lsp.mentions import Mention, meaning, mention
from layercalc.network import Network
from layercalc.report import cells
from layercalc.syntax import tree

if TYPE_CHECKING:
    from layercalc.inspect.layer_table import LayerRow

DIGITS = 4
LAWS = {"power": "power", "complexity": "complexity", "params": "params", "macs": "MACs"}


def hover(analysis: Analysis, offset: int) -> tuple[str, Span] | None:
    """Describe as Markdown what is at an offset, with its span; None where there is nothing to describe."""
    found = mention(analysis.spec, offset)
    if found is None:
        return None
    with limits.deep_recursion():
        parts = [*_values(analysis, found), *_words(analysis, found)]
    return (visible("\n\n".join(parts), LAYOUT), found.name.span) if parts else None


def _values(analysis: Analysis, found: Mention) -> Iterator[str]:
    """Give the values at a layer, a merge or the use of a block."""
    bearer, network = found.bearer, analysis.network
    if network is None or not isinstance(bearer, tree.Call | tree.Merge) or found.name in bearer.bound:
        return
    try:
        rows, why = analysis.rows_at(bearer.span)
        if rows:
            yield from _of_rows(network, rows)
        elif use := analysis.blocks.get(bearer.span):
            shapes = [use.body.inputs[0], use.body.shapes[use.body.outputs[0]]]
            yield f"**{use.name}**: {' → '.join(cells.shape(network, shape) for shape in shapes)}"
        elif found.name.text == "input":
            yield f"**input**: {cells.shape(network, network.body.inputs[0])}"
        elif not analysis.part:
            yield f"No values: {why}." if why else "Not in the network at the defaults of its params."
    except SpecError as error:
        yield from (f"No values: {mistake.message}." for mistake in error.diagnostics)


def _of_rows(network: Network, rows: Sequence[LayerRow]) -> Iterator[str]:
    """Give the values at the first use of a layer or a merge, and the number of uses."""
    row = rows[0]
    inputs = dict.fromkeys(cells.shape(network, tensor) for tensor in row.inputs)
    yield f"**{row.name}**: {', '.join(inputs)} → {cells.shape(network, row.output)}"
    if row.layer is not None and row.layer.arguments:
        told = (f"{name} = {cells.param(network, value)}" for name, value in row.layer.arguments.items())
        yield code(f"{row.name}({', '.join(told)})")
    yield "\n".join(_table(network, row))
    yield from _where(network, rows)


def _table(network: Network, row: LayerRow) -> Iterator[str]:
    yield "| | this layer | from the input |"
    yield "| --- | ---: | ---: |"
    behind = {"power": row.power, "complexity": row.complexity}
    for law, label in LAWS.items():
        value = row.layer.law(law) if row.layer is not None else None
        own = "" if value is None else cells.number(cells.told(network, value), DIGITS)
        whole = cells.number(cells.told(network, behind[law]), DIGITS) if law in behind else ""
        if own or whole:
            yield f"| {label} | {own} | {whole} |"


def _where(network: Network, rows: Sequence[LayerRow]) -> Iterator[str]:
    """Name the first place, and count the others, including those in rounds of a repeat."""
    row, total = rows[0], rows[0].times
    for other in rows[1:]:
        total = total + other.times
    count = cells.param(network, total)
    place = " > ".join(row.place)
    if count != "1":
        yield f"The first of {count} in the network" + (f": {place}." if place else ".")
    elif place:
        yield f"In {place}."


def _words(analysis: Analysis, found: Mention) -> Iterator[str]:
    """Describe a name by its declaration, whatever the place."""
    declared = meaning(analysis, found)
    if declared is not None and not isinstance(declared.node, tree.Use):
        yield card(declared.node)
    elif declared is None:
        yield from _of_language(found)


def _of_language(found: Mention) -> Iterator[str]:
    """Describe a keyword or a built-in name."""
    name, bearer = found.name.text, found.bearer
    if isinstance(bearer, tree.Merge) and found.name is bearer.kind and name in vocabulary.MERGES:
        yield f"{vocabulary.MERGES[name]} {vocabulary.MEETING}"
    elif isinstance(bearer, tree.Apply) and name in vocabulary.FUNCTIONS:
        called, does = vocabulary.FUNCTIONS[name]
        yield f"{code(called)}\n\n{does}"
    elif isinstance(bearer, tree.Attribute) and name in vocabulary.ATTRIBUTES:
        yield vocabulary.ATTRIBUTES[name]
    elif name in vocabulary.LAWS and (isinstance(bearer, tree.Field) or _in_measure(found)):
        yield vocabulary.LAWS[name]
    elif isinstance(found.name, tree.Name) and name in vocabulary.CONSTANTS:
        yield vocabulary.CONSTANTS[name]
    elif isinstance(bearer, tree.Call) and name == "input":
        yield vocabulary.STEPS[name]


def _in_measure(found: Mention) -> bool:
    return isinstance(found.name, tree.Name) and any(isinstance(n, tree.Measure) for n in found.around)
