"""The measures of networks with too many paths to walk: node by node, each once.

From: a `Graph`. To: exact rationals. Promises: a node's value is made from those of
its sources by eq. (17) to (20) and nothing else; `test_dynamic.py` holds it to the
enumeration of `naive.py`. Repeats are still copies, and no value is a closed form.
"""

from __future__ import annotations

from fractions import Fraction

from tests.twin import naive
from tests.twin.naive import Rule
from tests.twin.unroll import Graph

#: Every layer is left out, and a merge adds: the number of paths.
NUMBER_OF_PATHS = Rule(lambda layer: None, naive.product, naive.total)


def propagate(graph: Graph, rule: Rule) -> list[Fraction]:
    """Give the cumulative value at every node; what enters is that of a path without layers."""
    values: list[Fraction] = []
    for layer, sources in graph.nodes:
        arriving = [rule.join(values[source] for source in sources)] if sources else []
        local = None if layer is None else rule.leaf(layer)
        values.append(rule.chain(arriving if local is None else [*arriving, local]))
    return values


def count_paths(graph: Graph) -> int:
    """Count the paths to the output."""
    return int(propagate(graph, NUMBER_OF_PATHS)[graph.output])


def measures(graph: Graph) -> naive.Measures:
    """Take the measures of `naive.measures`.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> from tests.twin.unroll import unroll
    >>> graph = unroll(resolve(load_program("densenet")).body)
    >>> int(measures(graph)["params"]), count_paths(graph) == 2**58
    (7978856, True)
    """
    return naive.gathered(graph, lambda rule: propagate(graph, rule)[graph.output])
