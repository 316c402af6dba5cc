"""Random models through structure and back: their texts mean the same layers, wired alike."""

from __future__ import annotations

from hypothesis import given

from layercalc.errors import Source
from layercalc.imports.axes import follow
from layercalc.imports.convert import convert
from layercalc.imports.graph import Graph, from_json, to_json
from layercalc.imports.structure.rewrites import rewritten
from layercalc.syntax.unparse import formatted
from tests.imports import wiring
from tests.imports.random_graphs import graphs


@given(graphs())
def test_the_text_has_the_same_layers_wired_alike(graph: Graph) -> None:
    imported = convert(graph)
    assert wiring.of_network(imported.model.network) == wiring.of_steps(rewritten(follow(graph)))
    assert not imported.warnings
    assert formatted(Source("random", imported.text)) == imported.text


@given(graphs())
def test_a_graph_is_read_as_it_was_written(graph: Graph) -> None:
    assert from_json(to_json(graph)) == graph
