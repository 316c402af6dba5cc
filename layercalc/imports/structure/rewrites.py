"""Steps are brought to the forms that specs have, before blocks are looked for."""

from __future__ import annotations

from dataclasses import replace

from layercalc.imports.graph import Graph
from layercalc.imports.names import identifier, unused
from layercalc.imports.steps import Layered, Step, without_unused
from layercalc.imports.values import product


def rewritten(layered: Layered) -> Layered:
    """Apply every rewrite: each keeps the params, the MACs and the shapes behind it."""
    return sharing(projections(growing(layered)))


def growing(layered: Layered) -> Layered:
    """Let a concatenation that continues another start from it, as DenseNet's grow.

    `concat(a, b)` and then `concat(a, b, c)` is `concat(concat(a, b), c)`; the steps that join
    then belong to the module around those that they join.
    """
    steps, known = list(layered.steps), dict[tuple[int, ...], int]()
    for place, step in enumerate(steps):
        if step.name != "concat" or step.arguments:
            continue
        inputs = step.inputs
        for end in range(len(inputs) - 1, 1, -1):
            if inputs[:end] in known:
                inputs = (known[inputs[:end]], *inputs[end:])
                break
        known.setdefault(step.inputs, place)
        if inputs != step.inputs:
            steps[place] = replace(step, inputs=inputs)
            for one in (place, inputs[0]):
                steps[one] = replace(steps[one], call=_around(layered.graph, steps, one))
    return replace(layered, steps=tuple(steps))


def _around(graph: Graph, steps: list[Step], place: int) -> int:
    """Give the innermost call around a step and all that it takes."""
    chains = [graph.chain(steps[one].call) for one in (place, *steps[place].inputs)]
    common = 0
    for level in zip(*chains, strict=False):
        if len(set(level)) > 1:
            break
        common = level[0]
    return common


def projections(layered: Layered) -> Layered:
    """Divide a layer whose channels go different ways into one for each, as queries, keys and values do."""
    users: dict[int, list[int]] = {place: [] for place in range(len(layered.steps))}
    for place, step in enumerate(layered.steps):
        for taken in step.inputs:
            users[taken].append(place)
    steps = list(layered.steps)
    for place, step in enumerate(layered.steps):
        parts = [layered.steps[user] for user in users[place]]
        if step.name not in ("linear", "dense") or place in layered.outputs or len(parts) < 2:
            continue
        if any(part.name != "slice" for part in parts):
            continue
        spans = sorted({(part.arguments["start"], part.arguments["stop"]) for part in parts})
        ends = [0, *(stop for _, stop in spans)]
        if (
            [start for start, _ in spans] != ends[:-1]
            or ends[-1] != step.shape[0]
            or len(spans) != len(parts)
        ):
            continue
        for user, part in zip(users[place], parts, strict=True):
            arguments = {**step.arguments, "units": part.shape[0]}
            weights = tuple(f"{name}[{part.arguments['start']}:]" for name in step.weights)
            steps[user] = replace(step, arguments=arguments, shape=part.shape, weights=weights)
    return without_unused(replace(layered, steps=tuple(steps)))


def sharing(layered: Layered) -> Layered:
    """Give the uses of the same weights one name, and tie weights that different layers share."""
    first: dict[tuple[str, ...], int] = {}
    steps, shared, names = list(layered.steps), dict[str, Step](), dict[tuple[str, ...], str]()
    seen: set[str] = set()
    counting = {one.name for one in layered.declared if one.laws.get("params") == "count"}
    for place, step in enumerate(layered.steps):
        key = step.weights
        if step.name in counting and not seen.isdisjoint(key):
            count = sum(product(layered.graph.weights[name]) for name in {*key} - seen)
            steps[place] = replace(step, arguments={**step.arguments, "count": count})
        elif not key or not seen.issuperset(key):
            first.setdefault(key, place)
        elif key in first and _alike(layered.steps[first[key]], step):
            origin = layered.steps[first[key]]
            if key not in names:
                names[key] = _shared_name(key, {*shared, *(one.name for one in layered.steps)})
                shared[names[key]] = origin
                steps[first[key]] = replace(origin, name=names[key], arguments={})
            steps[place] = replace(step, name=names[key], arguments={})
        else:
            steps[place] = replace(step, arguments={**step.arguments, "tied": True})
        seen.update(key)
    return replace(layered, steps=tuple(steps), shared=shared)


def _alike(one: Step, other: Step) -> bool:
    return one.name == other.name and dict(one.arguments) == dict(other.arguments)


def _shared_name(weights: tuple[str, ...], used: set[str]) -> str:
    """Name shared weights after the module that has them."""
    parts = weights[0].split(".")[:-1] or [weights[0]]
    return unused(
        [identifier("_".join(parts[start:]), "shared") for start in reversed(range(len(parts)))], used
    )
