"""A network becomes a diagram: which blocks are open, and the text of every box.

From: a `Network`, how deep its blocks are opened, and whether the cumulative values
are shown. To: a `Diagram`. Promises: every layer is one box, unless a block around
it is closed; a repeat is one frame. It places nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from layercalc import limits
from layercalc.display import visible
from layercalc.draw.diagram import Box, BoxKind, Diagram, DiagramNode, FramedGraph, FrameKind, Graph, Item
from layercalc.draw.labels import layer_lines, shape, value_lines
from layercalc.errors import limit
from layercalc.network import Apply, Body, Inline, Merge, Network, Recursion, Repeat, Step, Weights, made
from layercalc.report import cells

if TYPE_CHECKING:
    from layercalc.measures.measure import Pair, Readings

_Drawn: TypeAlias = "Apply | Merge | Inline | Repeat | Recursion"
#: The most boxes of a picture whose depth is not given: what fits a page.
PAGE = 70
#: Stands between the titles of frames that are drawn as one.
WITHIN = " > "
MERGE = "p: max, c: sum"
SHARED = ", weights shared"
VALUES = "p, c: cumulative power and complexity, from the input to this point."
SHUT = "Boxes with two lines at their sides are blocks kept shut."
MERGES = "At a merge, power (p) takes the maximum and complexity (c) the sum."
REPEATS = "A dashed frame stands for all its rounds in series."


def diagram(network: Network, depth: int | None = None, values: bool = False) -> Diagram:
    """Make the diagram of a network, with blocks open down to a nesting depth.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> drawn = diagram(resolve(load_program("resnet")), depth=0)
    >>> [node.item.lines[0] for node in drawn.graph.nodes]
    ['input', 'stem', 'stages', 'head', 'output']

    Without a depth, blocks are opened as deep as `PAGE` boxes allow. Raises `SpecError`
    over `limits.BOXES` boxes.
    """
    with limits.deep_recursion():
        depth = _fitting(network) if depth is None else depth
        if (count := _count(network.body, depth, {})) > limits.BOXES:
            hint = "--depth-of-blocks 0 keeps every block shut" if depth else ""
            raise limit(f"this picture has {count:,} boxes, and the limit is {limits.BOXES:,}", hint=hint)
        graph = _Maker(network, _readings(network) if values else None).whole(depth)
        title = f"{network.name}: {network.title}" if network.title else network.name
        params = [f"{name} = {cells.param(network, value)}" for name, value in network.params.items()]
        told = "; ".join(filter(None, [", ".join(params), f"laws {network.laws}"]))
        return Diagram(visible(title), (visible(told),), graph, tuple(_legend(graph, values)))


def _readings(network: Network) -> Readings:
    """Prepare to measure; this imports sympy, and is done only if values are shown."""
    from layercalc.measures.measure import Readings

    return Readings(network)


def _fitting(network: Network) -> int:
    """Find the greatest depth at which the diagram fits one page."""
    if _count(network.body, limits.CALLS, {}) <= PAGE:
        return limits.CALLS
    depth = 0
    while _count(network.body, depth + 1, {}) <= PAGE:
        depth += 1
    return depth


def _count(body: Body, depth: int, known: dict[tuple[Body, int], int]) -> int:
    """Count the boxes of a body."""
    key = (body, depth)
    if key not in known:
        known[key] = sum(_boxes(step, depth, known) for step in body.steps)
    return known[key]


def _boxes(step: Step, depth: int, known: dict[tuple[Body, int], int]) -> int:
    if isinstance(step, Weights):
        return 0
    if isinstance(step, Apply | Merge) or (_is_block(step) and depth == 0):
        return 1
    inner = depth - _is_block(step)
    base = _count(step.base, inner, known) if isinstance(step, Recursion) else 0
    return _count(step.body, inner, known) + base


def _is_block(step: Step) -> bool:
    """Tell whether a step is a block that the author declared, not a repeat or one of its rounds."""
    return isinstance(step, Recursion) or (isinstance(step, Inline) and " " not in step.name)


def _legend(graph: Graph, values: bool) -> list[str]:
    """Explain the symbols that a picture uses."""
    kinds = {item.kind for item in _items(graph)}
    told = {"merge": MERGES, "repeat": REPEATS, "shut": SHUT}
    return [*(line for kind, line in told.items() if kind in kinds), *([VALUES] if values else [])]


def _items(graph: Graph) -> Iterator[Item]:
    for node in graph.nodes:
        yield node.item
        if isinstance(node.item, FramedGraph):
            yield from _items(node.item.graph)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes boxes and frames of steps; `readings` give the cumulative values, if they are shown."""

    network: Network
    readings: Readings | None

    def whole(self, depth: int) -> Graph:
        """Make the graph of the network, with its input and output as boxes."""
        body = self.network.body
        entering = self.readings.entering() if self.readings is not None else None
        graph = self._graph(body, entering, depth)
        starts = [self._end("input", number, number) for number in graph.inputs]
        values = self.readings.cumulative(body, entering) if self.readings and entering is not None else None
        ends = [
            self._end("output", number, None, values[number] if values is not None else None)
            for number in dict.fromkeys(graph.outputs)
        ]
        return Graph((), (*starts, *graph.nodes, *ends), (), graph.names)

    def _end(self, kind: str, number: int, makes: int | None, pair: Pair | None = None) -> DiagramNode:
        """Make the box of an input, which makes a value, or of an output, with its own values."""
        body = self.network.body
        several = len(body.inputs if makes is not None else body.outputs) > 1
        name = f" {body.names[number]}" if several and number in body.names else ""
        lines = [f"{kind}{name}", shape(self.network, body.shapes[number])]
        lines += value_lines(self.network, pair, ("GCIP", "GCC")) if pair is not None else ()
        sources = () if makes is not None else (number,)
        return DiagramNode(Box("end", tuple(lines)), sources, () if makes is None else (makes,))

    def _graph(self, body: Body, entering: Sequence[Pair] | None, depth: int) -> Graph:
        values = None
        if self.readings is not None and entering is not None:
            values = self.readings.cumulative(body, entering)
        nodes = []
        for number, step in body.numbered():
            if isinstance(step, Weights):
                continue
            makes = tuple(range(number, number + made(step)))
            nodes.append(DiagramNode(self._item(step, number, values, depth), step.sources, makes))
        return Graph(tuple(range(len(body.inputs))), tuple(nodes), body.outputs, body.names)

    def _item(self, step: _Drawn, number: int, values: Sequence[Pair] | None, depth: int) -> Item:
        places = range(number, number + made(step))
        told = [value_lines(self.network, values[place]) for place in places] if values else []
        if isinstance(step, Apply):
            kind: BoxKind = "plain" if step.layer.name == "identity" else "layer"
            return Box(kind, (*layer_lines(self.network, step.layer), *_owner(step), *_joined(told)))
        if isinstance(step, Merge):
            output = [shape(self.network, step.output)] if step.kind == "concat" else []
            return Box("merge", (step.kind, MERGE, *output, *_joined(told)))
        if isinstance(step, Repeat):
            return self._repeat(step, values, depth, told)
        if _is_block(step) and (depth == 0 or not step.body.steps):
            return self._shut(step, told)
        if isinstance(step, Recursion):
            return self._levels(step, depth - 1, told)
        entering = [values[source] for source in step.sources] if values else None
        return _frame("block", _title(step), self._graph(step.body, entering, depth - _is_block(step)))

    def _shut(self, step: Inline | Recursion, told: Sequence[tuple[str, ...]]) -> Box:
        """Make a closed block with the shapes that leave it; an empty one is only a name."""
        if isinstance(step, Recursion):
            tensors = [step.output]
        else:
            tensors = [step.body.shapes[number] for number in step.body.outputs]
        shapes = [(shape(self.network, tensor),) for tensor in tensors]
        values = told or [()] * len(shapes)
        lines = _joined([a + b for a, b in zip(shapes, values, strict=True)])
        return Box("shut" if step.body.steps else "plain", (_title(step), *lines))

    def _repeat(
        self, step: Repeat, values: Sequence[Pair] | None, depth: int, told: Sequence[tuple[str, ...]]
    ) -> Item:
        title = f"repeat {cells.param(self.network, step.count)}"
        entering = None
        if values is not None and self.readings is not None:
            entering = self.readings.reached(step, [values[source] for source in step.sources])
        shown = title if step.index is None else f"{title}, round {step.index}"
        return _frame("repeat", shown, self._graph(step.body, entering, depth), _notes(title, told))

    def _levels(self, step: Recursion, depth: int, told: Sequence[tuple[str, ...]]) -> Item:
        """Frame one level of a recursion; the next is a frame in it, which shows the innermost."""
        graph = self._graph(step.body, None, depth)
        inner = _frame("block", f"{step.name} within, the innermost", self._graph(step.base, None, depth))
        output, entering = step.body.outputs
        nodes = [*graph.nodes]
        place = next((n for n, node in enumerate(nodes) if 1 in node.sources), len(nodes))
        nodes.insert(place, DiagramNode(inner, (entering,), (1,)))
        graph = replace(graph, inputs=(0,), outputs=(output,), nodes=tuple(nodes))
        title = f"{step.name}, {cells.param(self.network, step.count)} times within itself"
        return _frame("repeat", f"{title}, level {step.index}", graph, _notes(title, told))


def _title(step: Inline | Recursion) -> str:
    """Name a block, and say where its weights are shared."""
    return f"{step.name}{SHARED}" if isinstance(step, Inline) and step.weights is not None else step.name


def _owner(step: Apply) -> tuple[str, ...]:
    """Say whose weights a layer has; within a block that is shared, the block says so."""
    weights = step.layer.weights
    return (f"{weights.name}{SHARED}",) if weights is not None and not weights.block else ()


def _joined(told: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(line for lines in told for line in lines)


def _notes(title: str, told: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Give the values after all rounds."""
    return (f"after {title}:", *_joined(told)) if told else ()


def _frame(kind: FrameKind, title: str, graph: Graph, notes: tuple[str, ...] = ()) -> Item:
    """Put a frame around a graph; two frames directly inside each other become one."""
    node = graph.nodes[0] if len(graph.nodes) == 1 else None
    if node is None or node.sources != graph.inputs or node.makes != graph.outputs:
        return FramedGraph(kind, title, graph, notes)
    inner = node.item
    if isinstance(inner, FramedGraph) and "block" in (kind, inner.kind):
        whole: FrameKind = "repeat" if "repeat" in (kind, inner.kind) else "block"
        return FramedGraph(whole, f"{title}{WITHIN}{inner.title}", inner.graph, inner.notes + notes)
    if isinstance(inner, Box) and inner.kind == "shut" and kind == "block":
        return replace(inner, lines=(f"{title}{WITHIN}{inner.lines[0]}", *inner.lines[1:]))
    return FramedGraph(kind, title, graph, notes)
