"""A network becomes a diagram: which blocks are open, and the text of every box.

From: a `Network`, how deep its blocks are opened, and whether the cumulative values
are shown. To: a `Diagram`. Promises: every layer is one box, unless a block around
it is closed; a repeat is one frame. It places nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from layercalc import limits
from layercalc.display import visible
from layercalc.draw.diagram import (
    Box,
    BoxKind,
    Diagram,
    DiagramNode,
    FramedGraph,
    FrameKind,
    Graph,
    Item,
    boxes,
)  # fmt: skip
from layercalc.draw.direction import DOWN, RIGHT, Direction
from layercalc.draw.labels import (
    TOTALS,
    call_lines,
    end_lines,
    layer_lines,
    layer_told,
    level,
    shape,
    shape_lines,
    value_lines,
    way,
)
from layercalc.draw.layout import layout
from layercalc.draw.opening import Opening, is_block
from layercalc.draw.runs import TIMES
from layercalc.draw.tidy import tidied
from layercalc.errors import limit
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures.measure import Pair, Readings
from layercalc.network import Applied, Body, Inline, Layer, Merge, Network, Recursion, Repeat, Weights, made
from layercalc.report import cells

_Drawn: TypeAlias = "Applied | Merge | Inline | Repeat | Recursion"
#: A picture whose depth is not given fits a page: so many boxes, on so many pixels, upright or not.
PAGE, LONG, SHORT = 70, 1800.0, 1350.0
#: Layers that change which axis is which.
RESHAPING = ("reshape", "permute", "matmul", "flatten")
MERGE = "p: max, c: sum"
SHARED = ", weights shared"
VALUES = "p, c: cumulative power and complexity, from the input to this point."
SHUT = "Boxes with two lines at their sides are blocks kept shut."
MERGES = "At a merge, power (p) takes the maximum and complexity (c) the sum."
REPEATS = "A dashed frame stands for all its rounds in series."


def diagram(
    network: Network, depth: int | None = None, values: bool = False, opened: Opening | None = None,
    right: bool = False,
) -> Diagram:  # fmt: skip
    """Make the diagram of a network, with blocks open down to a nesting depth, and as `opened` tells.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> drawn = diagram(resolve(load_program("resnet")), depth=0)
    >>> [node.item.lines[0] for node in drawn.graph.nodes]
    ['input', 'stem', 'stages', 'head', 'output']

    Without a depth, blocks are opened as deep as a page allows, down or to the `right`. Raises `SpecError`
    over `limits.BOXES` boxes.
    """
    with limits.deep_recursion():
        totals = MeasuredNetwork.of(network, TOTALS) if values else None
        readings = Readings(network, totals.refused) if totals else None
        maker = _Maker(network, opened or Opening(), totals, readings)
        graph = maker.fitting(RIGHT if right else DOWN) if depth is None else maker.whole(depth)
        title = f"{network.name}: {network.title}" if network.title else network.name
        params = [f"{name} = {cells.param(network, value)}" for name, value in network.params.items()]
        told = "; ".join(filter(None, [", ".join(params), f"laws {network.laws}"]))
        return Diagram(visible(title), (visible(told),), graph, tuple(_legend(graph, values)), right)


def _fits(graph: Graph, direction: Direction) -> bool:
    """Tell whether a picture fits one page."""
    if sum(1 for _ in boxes(graph)) > PAGE:
        return False
    placed = layout(graph, direction)
    return max(placed.width, placed.height) <= LONG and min(placed.width, placed.height) <= SHORT


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
    """Makes boxes and frames of steps; if cumulative values are shown, `readings` give them.

    `totals` has the measures that they lead to, and why one is refused.
    """

    network: Network
    opening: Opening
    totals: MeasuredNetwork | None
    readings: Readings | None
    layers: dict[Layer, Box] = field(default_factory=dict)

    def fitting(self, direction: Direction) -> Graph:
        """Make the graph with the greatest depth at which it fits one page."""
        body, depth = self.network.body, 0
        graph = self.whole(depth)
        while not self.opening.all_open(body, depth) and self.opening.boxes(body, depth + 1) <= limits.BOXES:
            depth += 1
            deeper = self.whole(depth)
            if not _fits(deeper, direction):
                break
            graph = deeper
        return graph

    def whole(self, depth: int) -> Graph:
        """Make the graph of the network, with its input and output as boxes."""
        body = self.network.body
        if (count := self.opening.boxes(body, depth)) > limits.BOXES:
            hint = "--depth-of-blocks 0 keeps every block shut" if depth else ""
            raise limit(f"this picture has {count:,} boxes, and the limit is {limits.BOXES:,}", hint=hint)
        entering = self.readings.entering() if self.readings is not None else None
        graph = self._graph(body, entering, depth)
        starts = [self._end("input", number, number) for number in graph.inputs]
        values = self.readings.cumulative(body, entering) if self.readings and entering is not None else None
        ends = [
            self._end("output", number, None, values[number] if values is not None else None)
            for number in dict.fromkeys(graph.outputs)
        ]
        whole = replace(graph, inputs=(), nodes=(*starts, *graph.nodes, *ends), outputs=())
        return tidied(whole, short=self.readings is None)

    def _end(self, kind: str, number: int, makes: int | None, pair: Pair | None = None) -> DiagramNode:
        """Make the box of an input, which makes a value, or of an output, with its own values."""
        body = self.network.body
        several = len(body.inputs if makes is not None else body.outputs) > 1
        name = f" {body.names[number]}" if several and number in body.names else ""
        lines = [f"{kind}{name}", shape(self.network, body.shapes[number])]
        if pair is not None and self.totals is not None:
            lines += end_lines(self.totals, pair)
        sources = () if makes is not None else (number,)
        return DiagramNode(Box("end", tuple(lines)), sources, () if makes is None else (makes,))

    def _graph(self, body: Body, entering: Sequence[Pair] | None, depth: int) -> Graph:
        values = None
        if self.readings is not None and entering is not None:
            values = self.readings.cumulative(body, entering)
        nodes = []
        shapes = {number: shape(self.network, tensor) for number, tensor in enumerate(body.shapes)}
        for number, step in body.numbered():
            if isinstance(step, Weights):
                continue
            makes = tuple(range(number, number + made(step)))
            item = self._item(step, number, values, depth)
            if isinstance(step, Merge) and isinstance(item, Box):
                met = [shapes[source] for source in step.sources]
                item = replace(item, told=(way(met, [shapes[number]]),))
            nodes.append(DiagramNode(item, step.sources, makes))
        levels = {} if _reshapes(body) else {number: level(a) for number, a in enumerate(body.shapes)}
        inputs = tuple(range(len(body.inputs)))
        return Graph(inputs, tuple(nodes), body.outputs, body.names, shapes, levels)

    def _item(self, step: _Drawn, number: int, values: Sequence[Pair] | None, depth: int) -> Item:
        places = range(number, number + made(step))
        refused = self.totals.refused if self.totals else ()
        told = [value_lines(self.network, values[place], refused) for place in places] if values else []
        if isinstance(step, Applied):
            box = self._layer(step.layer)
            return replace(box, lines=(*box.lines, *_owner(step), *_joined(told)))
        if isinstance(step, Merge):
            output = [shape(self.network, step.output)] if step.kind == "concat" else []
            return Box("merge", (step.kind, MERGE, *output, *_joined(told)), span=step.span)
        if isinstance(step, Repeat):
            return self._repeat(step, values, depth, told)
        if self.opening.is_shut(step, depth):
            return self._shut(step, told)
        if isinstance(step, Recursion):
            return self._levels(step, depth - 1, told)
        entering = [values[source] for source in step.sources] if values else None
        inner = self._graph(step.body, entering, depth - is_block(step))
        kind: FrameKind = "block" if is_block(step) else "round"
        return FramedGraph(kind, _title(step), inner, loop=None if is_block(step) else step.span)

    def _layer(self, layer: Layer) -> Box:
        if layer not in self.layers:
            kind: BoxKind = "plain" if layer.name == "identity" else "layer"
            lines = layer_lines(self.network, layer)
            shapes = shape_lines(self.network, layer.output)
            self.layers[layer] = Box(kind, lines, layer_told(self.network, layer), shapes, layer.span)
        return self.layers[layer]

    def _shut(self, step: Inline | Recursion, told: Sequence[tuple[str, ...]]) -> Box:
        """Make a closed block with its call and the shapes that leave it; an empty one is only a name."""
        if isinstance(step, Recursion):
            tensors = [step.output]
        else:
            tensors = [step.body.shapes[number] for number in step.body.outputs]
        shapes = [(shape(self.network, tensor),) for tensor in tensors]
        values = told or [()] * len(shapes)
        lines = _joined([a + b for a, b in zip(shapes, values, strict=True)])
        given = step.arguments if isinstance(step, Inline) else {}
        entering = [shape(self.network, tensor) for tensor in step.body.inputs]
        leaving = [text for (text,) in shapes]
        called = call_lines(self.network, _title(step), given, tensors[-1])
        kind: BoxKind = "shut" if step.body.steps else "plain"
        return Box(kind, (*called, *lines), (way(entering, leaving),), span=step.span)

    def _repeat(
        self, step: Repeat, values: Sequence[Pair] | None, depth: int, told: Sequence[tuple[str, ...]]
    ) -> Item:
        count = cells.param(self.network, step.count)
        entering = None
        if values is not None and self.readings is not None:
            entering = self.readings.reached(step, [values[source] for source in step.sources])
        graph = self._graph(step.body, entering, depth)
        if count == "1" and values is None:
            return FramedGraph("block", "", graph)
        title = f"{TIMES}{count}"
        shown = title if step.index is None else f"{title}, round {step.index}"
        return FramedGraph("repeat", shown, graph, _notes(title, told), loop=step.span)

    def _levels(self, step: Recursion, depth: int, told: Sequence[tuple[str, ...]]) -> Item:
        """Frame one level of a recursion; the next is a frame in it, which shows the innermost."""
        graph = self._graph(step.body, None, depth)
        within = self._graph(step.base, None, depth)
        inner = FramedGraph("block", f"{step.name} within, the innermost", within)
        output, entering = step.body.outputs
        nodes = [*graph.nodes]
        place = next((n for n, node in enumerate(nodes) if 1 in node.sources), len(nodes))
        nodes.insert(place, DiagramNode(inner, (entering,), (1,)))
        graph = replace(graph, inputs=(0,), outputs=(output,), nodes=tuple(nodes))
        title = f"{step.name}, {cells.param(self.network, step.count)} times within itself"
        return FramedGraph("repeat", f"{title}, level {step.index}", graph, _notes(title, told))


def _reshapes(body: Body) -> bool:
    """Tell whether sizes change their places in a body, so that none is that of an image."""
    return any(isinstance(step, Applied) and step.layer.name in RESHAPING for step in body.steps)


def _title(step: Inline | Recursion) -> str:
    """Name a block, and say where its weights are shared."""
    return f"{step.name}{SHARED}" if isinstance(step, Inline) and step.weights is not None else step.name


def _owner(step: Applied) -> tuple[str, ...]:
    """Say whose weights a layer has; within a block that is shared, the block says so."""
    weights = step.layer.weights
    return (f"{weights.name}{SHARED}",) if weights is not None and not weights.block else ()


def _joined(told: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(line for lines in told for line in lines)


def _notes(title: str, told: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Give the values after all rounds."""
    return (f"after {title}:", *_joined(told)) if told else ()
