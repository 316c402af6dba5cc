"""The fold of `evaluate` against the flat graph: in algebras without closed forms, then in those with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import pytest

from layercalc.evaluate import Reading
from layercalc.forms.product import Product
from layercalc.measures.measure import Readings
from layercalc.network import Body
from tests.twin import dynamic, naive
from tests.twin.algebras import Free, Plain
from tests.twin.hard_specs import on_specs
from tests.twin.holding import exactly, many, network_of
from tests.twin.naive import COMPLEXITY, LENGTH, POWER, Rule
from tests.twin.random_places import Text
from tests.twin.unroll import Graph, unroll

RULES = {"power": POWER, "complexity": COMPLEXITY, "length": LENGTH}


@many
@on_specs
def test_the_fold_in_the_free_semiring_is_the_list_of_paths(spec: Text) -> None:
    """What holds in the free semiring holds in every algebra in which times distributes over plus."""
    graph = unroll(network_of(spec.text).body)
    number = {layer: index for index, layer in enumerate(dict.fromkeys(graph.layers))}
    walked = Counter(tuple(number[layer] for layer in path) for path in naive.paths(graph))
    assert Reading(Free(), number.__getitem__).along_paths(whole(graph)) == [{0: walked}]


@on_specs
def test_the_fold_counts_every_layer_as_often_as_it_is_copied(spec: Text) -> None:
    graph = unroll(network_of(spec.text).body)
    counting = Plain(Rule(naive.local, naive.total, naive.total))
    assert Reading(counting, naive.local).over_layers(whole(graph)) == naive.over_layers(graph, naive.local)


def test_a_residual_block_is_summed_from_its_fork_on() -> None:
    """In a chain of blocks that are no two alike, each adds 1, its skip, to what its layers make."""
    blocks = [
        f"identity as x{width} add {{ from x{width} | dense({width}) dense(3) }}" for width in range(1, 50)
    ]
    sums: list[list[Fraction]] = []

    def join(values: Iterable[Fraction]) -> Fraction:
        sums.append(list(values))
        return naive.total(sums[-1])

    body = network_of(f"input(3) {' '.join(blocks)} as end add {{ from end | from x1 }}").body
    Reading(Plain(Rule(COMPLEXITY.leaf, naive.product, join)), COMPLEXITY.leaf).along_paths(body)
    assert len(sums) == len(blocks) + 1
    assert all(len(terms) == 2 and 1 in terms for terms in sums)


@pytest.mark.parametrize("name", RULES)
@on_specs
def test_cumulative_values_of_the_fold_are_those_of_every_node(name: str, spec: Text) -> None:
    graph = unroll(network_of(spec.text).body)
    rule = RULES[name]
    values = dynamic.propagate(graph, rule)
    reading = Reading(Plain(rule), rule.leaf)
    for body, places in graph.copies:
        entering = [values[place] for place in places[: len(body.inputs)]]
        assert reading.cumulative(body, entering) == [values[place] for place in places]


@on_specs
def test_cumulative_values_of_the_calculator_are_those_of_every_node(spec: Text) -> None:
    network = network_of(spec.text)
    graph, readings = unroll(network.body), Readings(network)
    for reading, rule in ((readings.power, POWER), (readings.complexity, COMPLEXITY)):
        values = dynamic.propagate(graph, rule)
        for body, places in graph.copies:
            entering = [Product.of(values[place]) for place in places[: len(body.inputs)]]
            taken = [exactly(value.to_sympy()) for value in reading.cumulative(body, entering)]
            assert taken == [values[place] for place in places]


def whole(graph: Graph) -> Body:
    """Give the body of the whole network, the last to be copied to its end."""
    return graph.copies[-1].body
