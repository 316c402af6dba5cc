"""What stands on a line of a spec: its layers and merges, with every use of them in the network.

From: a program, its network and a line. To: the rows of the listing for each layer and
merge that is written there, in the order written. Promises: a line where none stands, or
none that this network uses, is a mistake, whose message says what stands there and where the
nearest layer is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from layercalc.errors import Span, SpecError, fail
from layercalc.inspect.layer_table import LayerRow, Site, rows
from layercalc.laws import OwnedLaws
from layercalc.measures.measure import Readings
from layercalc.network import Layer, Network, Scalar
from layercalc.numbers.scalar import total
from layercalc.resolve.program import Program
from layercalc.syntax import tree
from layercalc.syntax.node import Node
from layercalc.syntax.walk import nodes

#: The kinds of node that a line is told by, and how.
_NODE_TEXTS: Mapping[type, str] = {
    tree.Title: "the title",
    tree.Use: "a `use`",
    tree.Param: "the param '{}'",
    tree.Let: "a `let`",
    tree.LetFunction: "the function '{}'",
    tree.Block: "the block '{}'",
    tree.Layer: "the declaration of '{}'",
    tree.Activation: "the declaration of '{}'",
    tree.Repeat: "a `repeat`",
    tree.ForEach: "a `for`",
    tree.Choose: "an `if`",
    tree.From: "a `from`",
    tree.Merge: "the merge '{}'",
    tree.Shared: "the declaration of the shared weights '{}'",
}


class LayerUse(NamedTuple):
    """A layer or a merge in one of the places where it is used."""

    row: LayerRow
    site: Site


class UsesAtSpan(NamedTuple):
    """What is written at one span: its uses that can be listed, and how many there are in all.

    `times` is None where that is not known: a merge in levels that cannot be listed.
    """

    uses: Sequence[LayerUse]
    times: Scalar | None


def on_line(program: Program, network: Network, line: int, refused: Container[str] = ()) -> list[UsesAtSpan]:
    """Find the layers and merges of a line, each with its uses; of the measures `refused` none is read.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> program = load_program("lenet")
    >>> found = on_line(program, resolve(program), 13)
    >>> [(uses[0].row.name, times) for uses, times in found]
    [('dense', 1), ('tanh', 1)]

    Raises `SpecError` where there is none.
    """
    source = program.source
    last = source.text.count("\n") + (not source.text.endswith("\n"))
    if not 1 <= line <= last:
        raise fail(f"{source.name} has {last} lines, and line {line} is asked for")
    found: dict[Span, list[LayerUse]] = {}
    for row in rows(network, levels=False, refused=refused):
        if row.site is not None and (span := row.site.step.span).source is source:
            found.setdefault(span, []).append(LayerUse(row, row.site))
    here = [span for span in sorted(found, key=lambda span: span.start) if line in _lines(span, found)]
    if not here:
        if _has_layer(program, line):  # it may stand in levels that cannot be listed: they tell so
            deque(rows(network, refused=refused), maxlen=0)
        raise _none(program, line, found)
    return [UsesAtSpan(found[span], _count(network, span, found[span], refused)) for span in here]


def _count(network: Network, span: Span, uses: Sequence[LayerUse], refused: Container[str]) -> Scalar | None:
    """Count the uses of what is written at a span, by eq. (3): levels that cannot be listed count too."""
    readings = Readings(network)
    if uses[0].row.kind == "layer":
        return readings.total(lambda layer: 1 if layer.span == span and _is_used(layer) else None)
    each = rows(network, levels=False, refused=refused)
    listed = total([row.times for row in each if row.kind == "layer"])
    return total([row.times for row, _ in uses]) if listed == readings.total(_is_used) else None


def _is_used(layer: Layer) -> int | None:
    """Count a layer, but none that stands where shared weights are declared."""
    return None if isinstance(layer.law, OwnedLaws) else 1


def _lines(span: Span, found: Mapping[Span, Sequence[LayerUse]]) -> Sequence[int]:
    """Give the lines on which a layer stands, or a merge begins and ends."""
    last = span.source.position(span.end - 1)[0]
    row = found[span][0].row
    meets = row.kind == "merge" or len(row.inputs) > 1
    return (span.line, last) if meets else range(span.line, last + 1)


def _none(program: Program, line: int, found: Mapping[Span, Sequence[LayerUse]]) -> SpecError:
    """Say what stands on a line that has no layer of the network."""
    text = program.source.line(line)
    start = sum(len(above) + 1 for above in program.source.text.split("\n")[: line - 1])
    start += len(text) - len(text.lstrip())
    span = Span(program.source, start, start + max(1, len(text.strip())))
    near = min(found, key=lambda other: abs(other.line - line), default=None)
    hint = f"the nearest is {found[near][0].row.name}, on line {near.line}" if near is not None else ""
    if not found:
        hint = "all its layers stand in the files that it uses"
    return fail(f"no layer or merge of this network stands here: {_contents(program, line)}", span, hint)


def _contents(program: Program, line: int) -> str:
    """Say what stands on a line."""
    text = program.source.line(line).strip()
    if not text or text.startswith("#"):
        return "it is a comment" if text else "the line is empty"
    starting = [node for node in _written(program) if node.span.line == line]
    shared = {node.name.text: node.call for node in _written(program) if isinstance(node, tree.Shared)}
    called = [node for node in starting if isinstance(node, tree.Call) and node not in shared.values()]
    calls = [shared.get(node.name.text, node) for node in called]
    if _has_layer(program, line):
        return "it is in a part of the spec that these params do not choose"
    for call in calls:
        if (block := program.blocks.get(call.name.text)) is not None:
            return f"the block '{call.name.text}' is called, which stands at {block.name.span}"
    if calls:
        return "it is the input"
    around = starting[:1] or [node for node in _written(program) if _covers(node.span, line)][-1:]
    return f"it is {'' if starting else 'a part of '}{_name(around[0])}" if around else "nothing stands there"


def _has_layer(program: Program, line: int) -> bool:
    """Tell whether a layer is called, or a merge written, on a line."""
    starting = [node for node in _written(program) if node.span.line == line]
    declared = [node.call for node in starting if isinstance(node, tree.Shared)]
    names = [node.name.text for node in starting if isinstance(node, tree.Call) and node not in declared]
    return any(isinstance(node, tree.Merge) for node in starting) or not program.layers.keys().isdisjoint(
        names
    )


def _written(program: Program) -> Iterator[Any]:
    """Give the declarations and steps of the spec's own file, in the order written."""
    spec = next(spec for spec in program.trees if spec.span.source is program.source)
    return (node for node in nodes(spec) if isinstance(node, tree.Call) or type(node) in _NODE_TEXTS)


def _covers(span: Span, line: int) -> bool:
    return span.line <= line <= span.source.position(span.end - 1)[0]


def _name(node: Node) -> str:
    word = getattr(node, "name", None) or getattr(node, "kind", None)
    return _NODE_TEXTS.get(type(node), "a step").format(getattr(word, "text", ""))
