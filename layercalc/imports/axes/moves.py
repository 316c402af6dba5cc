"""Rules of what moves data: most of it turns axes round, and writes no step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layercalc.imports.axes.follower import Follower
from layercalc.imports.axes.layers import Rule, per_axis
from layercalc.imports.axes.windows import looked_up
from layercalc.imports.graph import Node
from layercalc.imports.layout import Factor, Held, Unfollowed, axes_of, instead, size_of, sizes_of
from layercalc.imports.values import product


def _reshape(f: Follower, node: Node) -> Held:
    return f.reshaped(f.value(node), node.shape, f.ones.get(f.place, ()))


def _permute(f: Follower, node: Node) -> Held:
    return f.turned(f.value(node).permuted(node["axes"]))


def _expand(f: Follower, node: Node) -> Held:
    held = f.value(node)
    foreign = (*((),) * (len(node.shape) - len(held.foreign)), *held.foreign)
    return replace(
        held,
        foreign=tuple(
            (Factor(size, True),) if size_of(axis) == 1 and size != 1 else axis
            for axis, size in zip(foreign, node.shape, strict=True)
        ),
    )


def _slice(f: Follower, node: Node) -> Held:
    held, axis = f.value(node), node["axis"]
    start, stop, step = node["start"], node["stop"], node["step"]
    taken = f.graph.nodes[node.inputs[0]].shape
    if step != 1:
        shape = (*taken[:axis], taken[axis] // step, step, *taken[axis + 1 :])
        if (
            product(shape) != product(taken)
            or start >= step
            or len(range(start, stop, step)) != taken[axis] // step
        ):
            return looked_up(f, held, axis, node.shape[axis])
        place = _cut(f, f.reshaped(held, shape), axis + 1, start, start + 1)
        return place.reshaped(node.shape)
    return _cut(f, held, axis, start, stop)


def _cut(f: Follower, held: Held, axis: int, start: int, stop: int) -> Held:
    """Write the places from `start` up to `stop` of a foreign axis.

    Its outermost factor may be a part of an axis of the language: there the places stand together.
    """
    factors = held.foreign[axis]
    if any(factor.copied for factor in factors):
        return replace(held, foreign=instead(held.foreign, axis, axes_of([stop - start])[0]))
    place = next((place for place, one in enumerate(held.axes) if one[: len(factors)] == factors), None)
    if place is None:
        rest = tuple(tuple(one for one in kept if one not in factors) for kept in held.axes)
        held = f.arrange(held, ((*factors, *rest[0]), *(one for one in rest[1:] if one)))
        place = 0
    inner = held.axes[place][len(factors) :]
    many = size_of(inner)
    left = axes_of([stop - start])[0]
    axes = tuple((*left, *inner) if one == place else kept for one, kept in enumerate(held.axes))
    foreign = instead(held.foreign, axis, left)
    if place == 0:
        return f.layer("slice", held, axes, foreign, start=start * many, stop=stop * many)
    return f.layer("select", held, axes, foreign, axis=place, start=start * many, stop=stop * many)


def _pad(f: Follower, node: Node) -> Held:
    held, before, after = f.value(node), node["before"], node["after"]
    changed = [axis for axis in range(len(before)) if before[axis] or after[axis]]
    held, places = _spatial(f, held, changed)
    new = axes_of(node.shape)
    rank = len(held.axes) - 1
    first, last = [0] * rank, [0] * rank
    axes, foreign = held.axes, held.foreign
    for axis, place in places.items():
        first[place - 1], last[place - 1] = before[axis], after[axis]
        axes, foreign = instead(axes, place, new[axis]), instead(foreign, axis, new[axis])
    arguments: dict[str, Any] = {"before": per_axis(first)}
    if first != last:
        arguments["after"] = per_axis(last)
    return f.layer("pad", held, axes, foreign, **arguments)


def _spatial(f: Follower, held: Held, changed: list[int]) -> tuple[Held, dict[int, int]]:
    """Let some foreign axes be spatial axes of their own, and tell which."""
    for wanted in (held.axes, held.as_foreign()):
        tried = f.arrange(held, wanted)
        places = {axis: tried.axis(tried.foreign[axis]) for axis in changed}
        if all(place and tried.foreign[axis] for axis, place in places.items()):
            return tried, {axis: place for axis, place in places.items() if place}
    kept = [axis for axis, one in enumerate(held.foreign) if one and axis not in changed]
    lead = next((axis for axis in kept if set(held.foreign[axis]) & set(held.axes[0])), (*kept, None)[0])
    behind = [axis for axis in range(len(held.foreign)) if axis != lead and (axis in kept or axis in changed)]
    channels = held.foreign[lead] if lead is not None else ()
    wanted = (channels, *(held.foreign[axis] for axis in behind))
    return f.arrange(held, wanted), {axis: place for place, axis in enumerate(behind, 1) if axis in changed}


def _roll(f: Follower, node: Node) -> Held:
    held = f.value(node)
    for shift, axis in zip(node["shifts"], node["axes"], strict=True):
        if held.axis(held.foreign[axis]) is None:
            held = f.arrange(held, held.as_foreign())
        place = held.axis(held.foreign[axis])
        if place is None:
            raise Unfollowed("a part of the channels is rolled")
        arguments: dict[str, Any] = {"shift": shift} | ({} if place == 1 else {"axis": place})
        held = f.alike("roll", held, **arguments)
    return held


def _single(f: Follower, node: Node) -> Held:
    """Bring a value to an image, with nothing in the axis of the batch."""
    held = f.image(f.value(node), 1)
    if held.foreign[0]:
        raise Unfollowed("the axis of the batch holds axes of the data")
    return held


def _upsample(f: Follower, node: Node) -> Held:
    held = _single(f, node)
    new = axes_of(node.shape[2:])
    axes, foreign = (held.axes[0], *new), ((), held.axes[0], *new)
    before = sizes_of(held.axes[1:])
    factors = {after / size for after, size in zip(node.shape[2:], before, strict=True)}
    if len(factors) == 1 and next(iter(factors)).is_integer():
        factor = int(next(iter(factors)))
        return held if factor == 1 else f.layer("upsample", held, axes, foreign, factor=factor)
    return f.layer("upsample", held, axes, foreign, size=per_axis(list(node.shape[2:])))


def _shuffle(f: Follower, node: Node) -> Held:
    held = _single(f, node)
    foreign = axes_of(node.shape)
    return f.layer(node.op, held, foreign[1:], foreign, factor=node["factor"])


def _channel_shuffle(f: Follower, node: Node) -> Held:
    return f.alike("channel_shuffle", f.image(f.value(node), 1), groups=node["factor"])


RULES: dict[str, Rule] = {
    "reshape": _reshape,
    "permute": _permute,
    "expand": _expand,
    "slice": _slice,
    "pad": _pad,
    "roll": _roll,
    "upsample": _upsample,
    "pixel_shuffle": _shuffle,
    "pixel_unshuffle": _shuffle,
    "channel_shuffle": _channel_shuffle,
}
