"""The measures by their definitions: every path walked, every layer added, in rationals.

From: a `Graph`. To: exact rationals. Promises: a path is a list of layers, and its power
and complexity are the products along that list; nothing is shared between two paths.
It is slow, and refuses what has too many paths.

A merge takes the maximum (eq. 19) or the sum (eq. 20) over its branches, and a product
distributes over both, so the value at the output is the maximum or the sum over all
paths of the product along each. It is the branches that eq. (20) adds up, not the
values at their ends: G(L) = G(L_1) + G(L_2) is twice G(L_1) where both branches do the
same. So a path is told by the branch that it takes at every merge, and in
`add { from x | from x }` the value x counts twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy

from layercalc.network import Layer, Scalar
from tests.twin.unroll import Graph, TooLargeError

#: Paths that are walked at most.
PATHS = 4_096
#: Significant digits of an irrational law.
DIGITS = 60

Measures = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a measure reads paths: a law of each layer, what a series does, what a merge does."""

    leaf: Callable[[Layer], Fraction | None]
    chain: Callable[[Iterable[Fraction]], Fraction]
    join: Callable[[Iterable[Fraction]], Fraction]

    def along(self, path: Iterable[Layer]) -> Fraction:
        """Read one path; a neutral layer is left out."""
        return self.chain(value for value in map(self.leaf, path) if value is not None)


def law(name: str) -> Callable[[Layer], Fraction | None]:
    """Give the function that reads a law of a layer; it gives None where the layer is neutral."""

    def read(layer: Layer) -> Fraction | None:
        value = layer.law(name)
        return None if value is None else rational(value)

    return read


@cache
def rational(value: Scalar) -> Fraction:
    """Give a number as a rational, an irrational one to 60 digits.

    >>> rational(sympy.Rational(1, 3)), float(rational(sympy.sqrt(2)))
    (Fraction(1, 3), 1.4142135623730951)
    """
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, sympy.Rational):
        return Fraction(int(value.p), int(value.q))
    return Fraction(str(value.evalf(DIGITS)))


def local(layer: Layer) -> Fraction | None:
    """Count 1 for a layer with a power or a complexity (sections 5.10 and 5.11); a constant has neither."""
    neutral = layer.law("power") is None and layer.law("complexity") is None
    return None if neutral or layer.constant else Fraction(1)


def product(values: Iterable[Fraction]) -> Fraction:
    """Multiply."""
    return math.prod(values, start=Fraction(1))


def total(values: Iterable[Fraction]) -> Fraction:
    """Add."""
    return sum(values, Fraction(0))


POWER = Rule(law("power"), product, max)
COMPLEXITY = Rule(law("complexity"), product, total)
LENGTH = Rule(local, total, max)


def paths(graph: Graph, limit: int = PATHS) -> Iterator[tuple[Layer, ...]]:
    """Walk back from the output by every branch of every merge; give the layers in order.

    Raises `TooLargeError` behind the first `limit` paths.
    """
    found = 0
    waiting: list[tuple[int, tuple[Layer, ...]]] = [(graph.output, ())]
    while waiting:
        number, behind = waiting.pop()
        layer, sources = graph.nodes[number]
        behind = behind if layer is None else (layer, *behind)
        waiting.extend((source, behind) for source in reversed(sources))
        if not sources:
            found += 1
            if found > limit:
                raise TooLargeError(f"over {limit} paths")
            yield behind


def measures(graph: Graph, limit: int = PATHS) -> Measures:
    """Take all measures by enumeration.

    >>> from layercalc.resolve import resolve
    >>> from layercalc.resolve.loading import load_program
    >>> from tests.twin.unroll import unroll
    >>> taken = measures(unroll(resolve(load_program("autoencoder")).body))
    >>> taken["gcip"], taken["longest_path"]
    (Fraction(1, 1), Fraction(6, 1))

    Raises `TooLargeError` for more than `limit` paths.
    """
    walked = list(paths(graph, limit))
    return gathered(graph, lambda rule: rule.join(rule.along(path) for path in walked))


def gathered(graph: Graph, read: Callable[[Rule], Fraction]) -> Measures:
    """Take the measures of paths by `read`, and those that do not see the topology by eq. (3)."""
    gcc, gsc = read(COMPLEXITY), over_layers(graph, law("complexity"))
    return {
        "gcip": read(POWER),
        "gcc": gcc,
        "gsip": over_layers(graph, law("power")),
        "gsc": gsc,
        "gwc": gcc * gsc,
        "params": total(rational(layer.law("params") or 0) for layer in (*graph.layers, *graph.weights)),
        "macs": over_layers(graph, law("macs")),
        "layers": over_layers(graph, local),
        "longest_path": read(LENGTH),
    }


def over_layers(graph: Graph, leaf: Callable[[Layer], Fraction | None]) -> Fraction:
    """Add a law up over all layers; a neutral layer adds nothing."""
    return total(value for value in map(leaf, graph.layers) if value is not None)
