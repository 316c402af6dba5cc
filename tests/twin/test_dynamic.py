"""The twin against itself: node by node equals path by path, and random specs are what they promise."""

from __future__ import annotations

import pytest

from layercalc.network import Layer
from tests.twin import dynamic, naive
from tests.twin.hard_specs import on_specs
from tests.twin.holding import network_of
from tests.twin.random_places import Text
from tests.twin.random_specs import BITS
from tests.twin.unroll import Graph, TooLargeError, unroll


@on_specs
def test_node_by_node_equals_path_by_path(spec: Text) -> None:
    graph = unroll(network_of(spec.text).body)
    walked = list(naive.paths(graph))
    assert len(walked) == dynamic.count_paths(graph) <= 2**BITS
    assert dynamic.measures(graph) == naive.measures(graph)


@on_specs
def test_a_random_spec_unrolls_to_what_it_writes_out(spec: Text) -> None:
    """Every random spec resolves, and its repeats and loops mean their bodies in series."""
    assert described(unroll(network_of(spec.text).body)) == described(unroll(network_of(spec.flat).body))


def described(graph: Graph) -> list[object]:
    return [graph.output, *((node.layer and placed(node.layer), node.sources) for node in graph.nodes)]


def placed(layer: Layer) -> tuple[object, ...]:
    return layer.name, dict(layer.arguments), layer.input, layer.output


def test_a_value_used_twice_counts_twice() -> None:
    taken = naive.measures(unroll(network_of("input(8) dense(2) as x add { from x | from x | relu }").body))
    assert taken["gcc"] == naive.rational(17) / 2 * (2 + naive.rational(1713) / 1000)
    assert taken["layers"] == taken["longest_path"] == 2


def test_a_graph_over_the_limit_is_refused() -> None:
    body = network_of("input(3) repeat 10 { repeat 10 { add { relu | relu } } }").body
    with pytest.raises(TooLargeError, match="over 100 nodes"):
        unroll(body, 100)
    with pytest.raises(TooLargeError, match="over 4096 paths"):
        naive.measures(unroll(body))


def test_a_symbolic_count_cannot_be_copied() -> None:
    body = network_of("param n = 2\ninput(3) repeat n { relu }", n="k").body
    with pytest.raises(ValueError, match="k rounds cannot be copied"):
        unroll(body)
