"""A model in layers of the language: what `axes` gives, and `structure` divides into blocks.

A `Step` is one layer or merge. As in the neutral graph, steps take values by the places of the
steps that make them. Shapes are the language's, channels first and without a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from layercalc.imports.graph import Attribute, Graph

#: Steps at which values meet, written with braces.
MERGES = frozenset(("add", "sub", "mul", "div", "max", "concat"))
#: Activations that the language has, and softmax, which acts on each element as they do.
ACTIVATIONS = (
    *("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu"),
    *("hardswish", "hardsigmoid", "mish", "tanh", "sigmoid", "softmax"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A layer or a merge: its name, its arguments in their order, and the values that it takes.

    `weights` are those that it has; `node` is the place of the operator that it comes from.
    """

    name: str
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    call: int
    arguments: Mapping[str, Attribute] = field(default_factory=dict)
    weights: tuple[str, ...] = ()
    node: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """A layer that a spec has to declare for itself: its params by name, its laws, and why.

    One with a `formula` is an activation, of which the laws are derived; `values` are the names of
    what a layer of several takes. One that is `unknown` stands for an operator that could not be followed.
    """

    name: str
    parameters: tuple[str, ...]
    laws: Mapping[str, str]
    why: str = ""
    values: tuple[str, ...] = ()
    formula: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Layered:
    """A model in steps, with its outputs and the layers that it declares; `graph` is where it comes from.

    `shared` are layers that have one set of weights for several uses, by the names that these have.
    """

    graph: Graph
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    declared: tuple[Declared, ...] = ()
    shared: Mapping[str, Step] = field(default_factory=dict)


def without_unused(layered: Layered) -> Layered:
    """Leave out steps that lead to no output."""
    needed, todo = set[int](), list(layered.outputs)
    while todo:
        place = todo.pop()
        if place not in needed:
            needed.add(place)
            todo += layered.steps[place].inputs
    kept = [place for place, step in enumerate(layered.steps) if place in needed or step.name == "input"]
    new = {place: number for number, place in enumerate(kept)}
    steps = tuple(
        replace(s, inputs=tuple(new[i] for i in s.inputs)) for s in (layered.steps[p] for p in kept)
    )
    return replace(layered, steps=steps, outputs=tuple(new[place] for place in layered.outputs))
