"""Whether a lifted spec gives a member back, asked in another way than the program does.

Layers are written out one by one in a plain list, each with its arguments, shapes and params, and by
the layers whose values it takes; then the measures are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import layercalc
from layercalc.network import Applied, Body, Inline, Merge, Network, Repeat

Line = tuple[object, ...]


def values(text: str) -> list[str]:
    """Read the values of the param of a lifted spec from its doc string."""
    found = re.search(r'param \w+(?:: real)? = \S+ +"([^:]+):', text)
    assert found is not None
    return re.split(r", | and ", found[1])


def param(text: str) -> str:
    """Read the name of the param."""
    found = re.search(r"^param (\w+)", text, re.MULTILINE)
    assert found is not None
    return found[1]


def check(text: str, value: str, member: Path, measured: bool = True) -> None:
    """Hold a lifted spec at a value against a member."""
    ours, theirs = layercalc.loads(text, {param(text): value}), layercalc.load(member)
    assert listed(ours.network) == listed(theirs.network)
    for name in ("gcip", "gcc", "params", "macs") if measured else ():
        assert ours.measure(name).expr == theirs.measure(name).expr, name


def listed(network: Network) -> list[Line]:
    """Write a network out: a line for each layer and merge, and one for what leaves it."""
    lines: list[Line] = []
    body = network.body
    left = _walk(body, [-1 - place for place in range(len(body.inputs))], lines)
    return [*lines, ("out", *left)]


def _walk(body: Body, entering: Sequence[int], lines: list[Line]) -> list[int]:
    made = list(entering)
    for step in body.steps:
        taken = [made[source] for source in step.sources]
        if isinstance(step, Applied):
            layer = step.layer
            lines.append((layer.name, str(layer.arguments), str(layer.output), layer.law("params"), *taken))
            made.append(len(lines) - 1)
        elif isinstance(step, Merge):
            lines.append((step.kind, str(step.output), *taken))
            made.append(len(lines) - 1)
        else:
            assert isinstance(step, Inline | Repeat)
            for _ in range(int(step.count) if isinstance(step, Repeat) else 1):
                taken = _walk(step.body, taken, lines)
            made += taken
    return [made[output] for output in body.outputs]
