"""The cumulative values in a picture are those that `layers` lists, in the same order."""

from __future__ import annotations

from pathlib import Path

import pytest

from layercalc.draw.build import diagram
from layercalc.draw.diagram import Box, FramedGraph, Graph, boxes
from layercalc.draw.labels import value_lines
from layercalc.draw.layout import layout
from layercalc.errors import Source
from layercalc.inspect.layer_table import rows
from layercalc.measures import measure_all
from layercalc.report import cells
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble, load_program
from layercalc.resolve.points import read_points
from tests.twin.holding import network_of

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


@pytest.mark.parametrize(("law", "measure"), [("power", "gcip"), ("complexity", "gcc")])
def test_a_refused_law_leaves_the_values_of_the_other(law: str, measure: str) -> None:
    bad = f"layer bad {{ {law} = in.rank - 4  params = 7 }}"
    network = network_of(
        f"{bad} input(3, 8, 8) conv(4, 3) repeat 2 {{ add {{ bad | }} }} conv(4, 3)", "paper"
    )
    listed = [
        line
        for row in rows(network, refused=[measure])
        for line in value_lines(network, (row.power, row.complexity), [measure])
    ]
    drawn = diagram(network, OPEN, values=True).graph
    assert [*told(drawn)] == listed
    assert all("refused" in line and "=" in line for line in listed)
    *_, last = drawn.nodes
    assert isinstance(last.item, Box)
    refusal = f"{measure.upper()} refused: {law} is -2; it must be at least 0"
    assert refusal in " ".join(map(str.strip, last.item.lines))
    sign = {"power": "p", "complexity": "c"}[law]
    (box,) = (box for box in boxes(diagram(network, OPEN).graph) if box.lines[0] == "bad")
    assert box.told[1].startswith(f"{sign} refused: {law} is -2")
    assert box.told[2] == "params 7"


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
    return line.startswith(("p = ", "c = ", "p refused", "  "))


def test_the_output_has_the_measures() -> None:
    network = resolve(load_program("lenet"))
    taken = measure_all(network, ["gcip", "gcc"])
    *_, last = diagram(network, values=True).graph.nodes
    assert not isinstance(last.item, FramedGraph)
    told = {name: cells.number(closed, 4) for name, closed in taken.items()}
    assert last.item.lines[-1] == f"GCIP = {told['gcip']}, GCC = {told['gcc']}"


def test_labels_say_what_their_numbers_are() -> None:
    """Axes are numbered, not multiplied; a size of several terms is put in brackets, as in the listing."""
    text = "param n where n >= 1\ninput(4, 6, 5)\npermute((0, 2, 1))\n"
    text += "concat { for i in range(n) | conv(4 * i + 4, 1) }"
    program = assemble(Source("labels.arch", text), Path("labels.arch"))
    network = resolve(program, {"n": read_points("n", "n")[0]})
    graph = diagram(network, OPEN).graph
    lines = {line for box in boxes(graph) for line in box.lines}
    assert {"permute axes (0, 2, 1)", "(4*i + 8) x 5 x 6"} <= lines
    assert "(4*i + 8) x 5 x 6" in [cells.shape(network, row.output) for row in rows(network)]
    assert "before the merge" in [label.text for label in layout(graph).labels]
