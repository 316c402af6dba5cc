"""The cumulative values in a picture are those that `layers` lists, in the same order."""

from __future__ import annotations

import pytest

from layercalc.draw.build import diagram
from layercalc.draw.diagram import FramedGraph, Graph
from layercalc.draw.labels import value_lines
from layercalc.inspect.layer_table import rows
from layercalc.measures import measure_all
from layercalc.report import cells
from layercalc.resolve import resolve
from layercalc.resolve.loading import load_program
from layercalc.resolve.points import read_points

OPEN = 99


@pytest.mark.parametrize(("name", "given"), [
    ("lenet", {}), ("resnet", {}), ("resnet", {"depth": "n"}), ("densenet", {"layers": "n"}), ("unet", {}),
    ("nasnet", {}), ("rnn", {"steps": "t"}),
])  # fmt: skip
def test_values_are_those_of_the_listing(name: str, given: dict[str, str]) -> None:
    points = {param: read_points(param, text)[0] for param, text in given.items()}
    network = resolve(load_program(name), points)
    placed = [row for row in rows(network) if row.kind != "weights"]  # these stand on no way
    listed = [line for row in placed for line in value_lines(network, (row.power, row.complexity))]
    assert [*told(diagram(network, OPEN, values=True).graph)] == listed


def told(graph: Graph) -> list[str]:
    """Give the lines of values in boxes and below repeats, in order; not those of the output."""
    lines: list[str] = []
    for node in graph.nodes:
        if isinstance(node.item, FramedGraph):
            lines += [*told(node.item.graph), *node.item.notes]
        elif node.item.kind != "end":
            lines += node.item.lines
    return [line for line in lines if is_value(line)]


def is_value(line: str) -> bool:
    return line.startswith(("p = ", "c = ", "  "))


def test_the_output_has_the_measures() -> None:
    network = resolve(load_program("lenet"))
    taken = measure_all(network, ["gcip", "gcc"])
    *_, last = diagram(network, values=True).graph.nodes
    assert not isinstance(last.item, FramedGraph)
    told = {name: cells.number(closed, 4) for name, closed in taken.items()}
    assert last.item.lines[-1] == f"GCIP = {told['gcip']}, GCC = {told['gcc']}"
