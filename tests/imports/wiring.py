"""The wiring of a network as one number, to compare what was imported with what its text means.

A value is known by the layer that makes it, its shape and the values that the layer takes; for merges
whose branches may stand in any order, these are sorted. Repeats and blocks are unrolled.
"""

from __future__ import annotations

from collections.abc import Sequence

from layercalc.imports.steps import Layered
from layercalc.network import Applied, Body, Inline, Merge, Network, Repeat

SYMMETRIC = ("add", "mul", "max")


def of_steps(layered: Layered) -> list[int]:
    """Give what the outputs of the imported steps are."""
    made: list[int] = []
    inputs = 0
    for step in layered.steps:
        if step.name == "input":
            made.append(_input(inputs))
            inputs += 1
        else:
            name = layered.shared[step.name].name if step.name in layered.shared else step.name
            made.append(_made(name, step.shape, [made[place] for place in step.inputs]))
    return [made[place] for place in layered.outputs]


def of_network(network: Network) -> list[int]:
    """Give what the outputs of a network are."""
    return _outputs(network.body, [_input(place) for place in range(len(network.body.inputs))])


def _outputs(body: Body, entering: Sequence[int]) -> list[int]:
    values = list(entering)
    for step in body.steps:
        taken = [values[source] for source in getattr(step, "sources", ())]
        if isinstance(step, Applied):
            sizes = tuple(int(size) for size in step.layer.output.sizes)
            values.append(taken[0] if step.layer.name == "identity" else _made(step.layer.name, sizes, taken))
        elif isinstance(step, Merge):
            values.append(_made(step.kind, tuple(int(size) for size in step.output.sizes), taken))
        elif isinstance(step, Inline):
            values += _outputs(step.body, taken)
        else:
            assert isinstance(step, Repeat)
            for _ in range(int(step.count)):
                taken = _outputs(step.body, taken)
            values += taken
    return [values[place] for place in body.outputs]


def _input(place: int) -> int:
    return hash(("input", place))


def _made(name: str, sizes: tuple[int, ...], taken: list[int]) -> int:
    return hash((name, sizes, tuple(sorted(taken) if name in SYMMETRIC else taken)))
