"""Whether a lifted spec gives a member back, asked in another way than the program does.

Layers are written out one by one in a plain list, each with its arguments, shapes and params, and by
the layers whose values it takes; then the measures are compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import layercalc
from layercalc.network import Applied, Body, Inline, Merge, Network, Repeat

Line = tuple[object, ...]


def points(text: str) -> list[dict[str, str]]:
    """Read the values of the params of a lifted spec, for each member, from their doc strings."""
    found = re.findall(r'^param (\w+)(?:: real)? += \S+ +"([^:]+):', text, re.MULTILINE)
    assert found
    rows = [re.split(r", | and ", values) for _, values in found]
    return [dict(zip((name for name, _ in found), row, strict=True)) for row in zip(*rows, strict=True)]


def check(text: str, point: Mapping[str, str], member: Path, measured: bool = True) -> None:
    """Hold a lifted spec at a point against a member."""
    ours, theirs = layercalc.loads(text, dict(point)), layercalc.load(member)
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
