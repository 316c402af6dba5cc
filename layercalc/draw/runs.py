"""Rounds that differ by a law become one frame: those of a dense block of DenseNet, one for all 24.

From: a graph in which each round of a loop is a frame. To: the same with one frame for each run of
rounds that are drawn alike, and whose numbers follow a law. Promises: a number that is the same in
all rounds is told as it is, any other by its first and its last value, between which the steps or
the ratios are equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from layercalc.draw.diagram import Box, DiagramNode, FramedGraph, Graph, Item

#: Stands between the first and the last of numbers, as between the ends of a range in the language.
TO = ".."
#: Stands before the count of a repeat.
TIMES = "x "
#: Whole numbers in a text, and what stands between the sizes of a shape.
_NUMBER, _BY = re.compile(r"(?<![\w.])-?\d+(?![\w.])"), " x "


def with_runs(graph: Graph) -> Graph:
    """Draw each run of rounds as one frame."""
    readers = _readers(graph)
    nodes: list[DiagramNode] = []
    left = [*graph.nodes]
    while left:
        count = 1
        while count < len(left) and _follows(left[count - 1], left[count], readers):
            count += 1
        node, taken = _longest(graph, left[:count])
        nodes.append(node)
        del left[:taken]
    return replace(graph, nodes=tuple(nodes))


def _readers(graph: Graph) -> dict[int, int]:
    """Count how often each value is read."""
    readers: dict[int, int] = {}
    for value in (*graph.outputs, *(value for node in graph.nodes for value in node.sources)):
        readers[value] = readers.get(value, 0) + 1
    return readers


def _follows(node: DiagramNode, other: DiagramNode, readers: Mapping[int, int]) -> bool:
    """Tell whether a node is the next round of the loop of another, and alone reads what that makes."""
    item, behind = node.item, other.item
    if not (isinstance(item, FramedGraph) and isinstance(behind, FramedGraph)) or item.kind != "round":
        return False
    if behind.kind == "repeat" and not _count(behind).isdecimal():
        return False
    in_line = node.makes == other.sources and all(readers[value] == 1 for value in node.makes)
    return in_line and item.loop is behind.loop


def _longest(graph: Graph, rounds: Sequence[DiagramNode]) -> tuple[DiagramNode, int]:
    """Make one node of as many of these rounds as follow a law, and count them."""
    for count in range(len(rounds), 1, -1):
        together = rounds[:count]
        items = [node.item for node in together]
        if (item := _alike(items)) is not None:
            assert isinstance(item, FramedGraph)
            first, last = together[0], together[-1]
            title = f"{TIMES}{_rounds(items)}{_growth(graph, first.sources, last.makes)}"
            whole = replace(item, kind="repeat", title=title, alike=count)
            return DiagramNode(whole, first.sources, last.makes), count
    return rounds[0], 1


def _rounds(items: Sequence[Item]) -> int:
    """Count the rounds; behind those that are drawn one by one there may be a repeat of further ones."""
    *_, last = items
    assert isinstance(last, FramedGraph)
    return len(items) if last.kind == "round" else len(items) - 1 + int(_count(last))


def _count(repeat: FramedGraph) -> str:
    return repeat.title.removeprefix(TIMES)


def _growth(graph: Graph, sources: Sequence[int], makes: Sequence[int]) -> str:
    """Tell how the rounds change the channels of what they are given, where they change nothing else."""
    if len(sources) != 1 or len(makes) != 1:
        return ""
    first, last = (graph.shapes.get(values[0], "") for values in (sources, makes))
    if first == last or not first or not last:
        return ""
    channels, *sizes = first.split(_BY)
    grown, *further = last.split(_BY)
    return f", {channels} to {grown} channels" if sizes == further else ""


def _alike(items: Sequence[Item]) -> Item | None:
    """Make one item of several, None where they differ in more than numbers that follow a law."""
    first = items[0]
    if isinstance(first, Box):
        return _alike_boxes(first, [item for item in items if isinstance(item, Box)], len(items))
    frames = [item for item in items if isinstance(item, FramedGraph)]
    kinds = {item.kind for item in frames}
    if len(frames) < len(items) or not (len(kinds) == 1 or kinds == {"round", "repeat"}):
        return None
    graph = _alike_graphs([frame.graph for frame in frames])
    title = first.title if first.kind == "round" else law([frame.title for frame in frames])
    notes = _law_of_lines([frame.notes for frame in frames])
    if graph is None or title is None or notes is None:
        return None
    return replace(first, title=title, graph=graph, notes=notes)


def _alike_boxes(first: Box, boxes: Sequence[Box], count: int) -> Box | None:
    if len(boxes) < count or any(box.kind != first.kind for box in boxes):
        return None
    lines = _law_of_lines([box.lines for box in boxes]) or _law_of_lines([_in_full(box) for box in boxes])
    if lines is None:
        return None
    ends = ("in the first round:", *first.told, "in the last round:", *boxes[-1].told)
    told = first.told if boxes[-1].told == first.told else ends
    return replace(first, lines=lines, told=told)


def _in_full(box: Box) -> tuple[str, ...]:
    """Give the lines of a box with the shape that leaves it, in some rounds that which enters it too."""
    shown = not box.shape or box.lines[-len(box.shape) :] == box.shape
    return box.lines if shown else box.lines + box.shape


def _alike_graphs(graphs: Sequence[Graph]) -> Graph | None:
    first = graphs[0]
    if any(_wiring(graph) != _wiring(first) for graph in graphs):
        return None
    nodes = []
    for together in zip(*(graph.nodes for graph in graphs), strict=True):
        item = _alike([node.item for node in together])
        if item is None:
            return None
        nodes.append(replace(together[0], item=item))
    return replace(first, nodes=tuple(nodes))


def _wiring(graph: Graph) -> object:
    nodes = [(node.sources, node.makes) for node in graph.nodes]
    return graph.inputs, nodes, graph.outputs, dict(graph.names)


def _law_of_lines(told: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Make the lines of one box of those of several."""
    if len({len(lines) for lines in told}) > 1:
        return None
    laws = [law(texts) for texts in zip(*told, strict=True)]
    made = tuple(text for text in laws if text is not None)
    return made if len(made) == len(laws) else None


def law(texts: Sequence[str]) -> str | None:
    """Make one text of texts that differ in whole numbers, None where these follow no law.

    >>> law(["96 x 56 x 56", "128 x 56 x 56", "160 x 56 x 56"])
    '96..160 x 56 x 56'
    >>> law(["conv 64", "conv 128", "conv 192"]), law(["conv 64", "conv 128", "conv 64"])
    ('conv 64..192', None)
    """
    if len({*texts}) == 1:
        return texts[0]
    if len({_NUMBER.sub("", text) for text in texts}) > 1:
        return None
    columns = zip(*(map(int, _NUMBER.findall(text)) for text in texts), strict=True)
    told = [_told(numbers) for numbers in columns]
    if None in told:
        return None
    given = iter(told)
    return _NUMBER.sub(lambda _: next(given) or "", texts[0])


def _told(numbers: Sequence[int]) -> str | None:
    """Tell numbers that are equal, or have equal steps or ratios."""
    first, last = numbers[0], numbers[-1]
    if len({*numbers}) == 1:
        return str(first)
    steps = {b - a for a, b in pairwise(numbers)}
    ratios = all(a * c == b * b for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False))
    return f"{first}{TO}{last}" if len(steps) == 1 or (ratios and 0 not in numbers) else None
