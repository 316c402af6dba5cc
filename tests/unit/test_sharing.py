"""Shared weights and layers of several values where they are told: listings, pictures, explanations, VC."""

from __future__ import annotations

from pathlib import Path

import pytest

from layercalc.assumptions import Facts
from layercalc.draw.build import diagram
from layercalc.errors import Source, SpecError
from layercalc.inspect.explain.critical_path import PathLayer, PathMerge, critical_path
from layercalc.inspect.explain.merges import arriving, merge_values
from layercalc.inspect.explain.places import on_line
from layercalc.inspect.explain.workings import workings
from layercalc.inspect.layer_table import rows
from layercalc.measures import measure_all
from layercalc.network import Applied, Network
from layercalc.report.rungs import network_text
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble
from layercalc.resolve.program import Program

SHARED = """input(4, 8, 8) as x
shared c = conv(4, 3)
shared b = pair
repeat 3 { c -> relu }
b -> b
block pair { conv(4, 1) -> batchnorm }"""
MEETING = """input(4, 8, 8) as x
conv(4, 3) as y
matmul {
    from x -> linear(4)
|
    from y
}"""


def program(text: str) -> Program:
    return assemble(Source("t.arch", text), Path("t.arch"))


def network(text: str) -> Network:
    return resolve(program(text))


@pytest.mark.parametrize("unroll", [False, True])
def test_weights_are_listed_where_they_are_declared(unroll: bool) -> None:
    listed = [*rows(network(SHARED), unroll=unroll)]
    weights = [(row.place[0], row.name, row.layer) for row in listed if row.kind == "weights"]
    assert [(place, name) for place, name, _ in weights] == [
        ("weights of c", "conv"), ("weights of b", "conv"), ("weights of b", "batchnorm"),
    ]  # fmt: skip
    assert [layer.law("params") for _, _, layer in weights if layer is not None] == [144, 16, 8]
    assert {layer.law("macs") for _, _, layer in weights if layer is not None} == {None}
    uses = [row.layer for row in listed if row.layer is not None and row.kind == "layer"]
    assert {layer.law("params") for layer in uses} == {0, None}


def test_a_picture_says_whose_weights_a_layer_has() -> None:
    lines = str(diagram(network(SHARED)).graph)
    assert lines.count("c, weights shared") == 1
    assert lines.count("b, weights shared") == 2
    assert "weights of c" in network_text(network(SHARED))


def test_a_use_is_explained_with_its_weights() -> None:
    spec = program(SHARED)
    [conv, _] = on_line(spec, resolve(spec), 4)
    assert conv.times == 3
    step = conv.uses[0].site.step
    assert isinstance(step, Applied)
    told = {working.law: (working.value, working.shared) for working in workings(step.layer)}
    assert told["params"] == (144, "c")
    assert told["macs"][1] == ""
    for line, message in (
        (2, "the declaration of the shared weights 'c'"),
        (5, "the block 'pair' is called"),
    ):
        with pytest.raises(SpecError, match=message):
            on_line(spec, resolve(spec), line)


def test_what_meets_in_a_layer_is_explained_as_at_a_merge() -> None:
    spec = program(MEETING)
    built = resolve(spec)
    [found] = on_line(spec, built, 3)
    site, facts = found.uses[0].site, built.facts or Facts()
    met = merge_values(site, site.step, facts)
    assert [branch.names for branch in met.branches] == [("linear",), ()]
    assert met.winner.branch == 0
    before = arriving(site, facts)
    assert before[0] == met.branches[0].cumulative[0]
    links = critical_path(built)
    assert [type(link) for link in links] == [PathMerge, PathLayer]
    assert isinstance(links[0], PathMerge)
    assert links[0].merge is site.step
    assert [link.layer.name for link in links[0].way if isinstance(link, PathLayer)] == ["linear"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SHARED, "conv has its weights in common with others, as [bc]"),
        (MEETING, "matmul is not piecewise linear"),
        ("layer meet from a, b {}\ninput(4) as x\nfrom x, x -> meet", "meet is not piecewise linear"),
        (
            "input(4)\nshared n = batchnorm\ndense(3) n",
            "batchnorm has its weights in common with others, as n",
        ),
        ("input(4)\ndiv { dense(3) | dense(3) }", "div is no weighted sum of what meets in it"),
    ],
)
def test_what_bounds_on_vc_dimensions_do_not_cover(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        measure_all(network(text), ["vc_upper"])


def test_a_layer_of_values_that_says_its_comparisons_is_covered() -> None:
    text = "{}input(4)\n{} {{ dense(4) | dense(4) -> relu }}\ndense(1)"
    layer = text.format("layer meet from a, b { comparisons = 0 }\n", "meet")
    one, other = (
        measure_all(network(each), ["vc_upper"])["vc_upper"] for each in (layer, text.format("", "sub"))
    )
    assert one.expr == other.expr


def test_arguments_are_read_where_they_stand_and_defaults_at_each_use() -> None:
    text = """layer own(width, units = in.channels) { shape = [units]  params = width }
input(3)
shared c = own(in.channels)
c -> dense(5) -> c"""
    body = network(text).body
    assert [str(shape) for shape in body.shapes] == ["3", "3", "5", "5"]
    assert measure_all(network(text), ["params"])["params"].value == 3 + 20
