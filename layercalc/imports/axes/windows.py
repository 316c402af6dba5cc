"""Rules of windows that become places, of look-ups, and of what goes over a sequence step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layercalc.imports.axes.follower import Follower
from layercalc.imports.axes.layers import Rule, batched, gives, spatial, window
from layercalc.imports.graph import Node
from layercalc.imports.layout import Held, Unfollowed, axes_of, flat, instead, sizes_of


def _unfold(f: Follower, node: Node) -> Held:
    """Write windows whose elements become channels: each channel's stand together."""
    axis, taken = node["axis"], f.graph.nodes[node.inputs[0]].shape
    held = f.image(f.value(node), axis)
    spread = batched(node, held)
    arguments = window(spread, spatial(taken, axis), spatial(node.shape, axis), "conv")
    axes, foreign = gives(node, None, axis, held)
    channels = flat((axes[0], *axes_of(spread["kernel"])))
    return f.layer("unfold", held, (channels, *axes[1:]), instead(foreign, axis, channels), **arguments)


def _fold(f: Follower, node: Node) -> Held:
    kernel, taken = node["kernel"], f.graph.nodes[node.inputs[0]].shape
    held = f.reshaped(f.value(node), (taken[0], node.shape[1], *kernel, *taken[2:]))
    if held.foreign[0]:
        raise Unfollowed("the axis of the batch holds axes of the data")
    channels, behind = held.foreign[1], 2 + len(kernel)
    held = f.arrange(held, (flat(held.foreign[1:behind]), *held.foreign[behind:]))
    arguments = {"sizes": node.shape[2:], **window(node, node.shape[2:], taken[2:], "conv")}
    foreign = instead(axes_of(node.shape), 1, channels)
    return f.layer("fold", held, foreign[1:], foreign, **arguments)


def _conv_by(f: Follower, node: Node) -> Held:
    axis, taken = node["axis"], f.graph.nodes[node.inputs[0]].shape
    held, weights = f.image(f.value(node), axis), f.value(node, 1)
    arguments: dict[str, Any] = {"filters": node["filters"]}
    arguments |= window(batched(node, held), spatial(taken, axis), spatial(node.shape, axis), "conv")
    if node["groups"] != 1:
        arguments["groups"] = node["groups"]
    axes, foreign = gives(node, node["filters"], axis, held)
    return Held(f.step("conv_by", [held.step, weights.step], sizes_of(axes), arguments), axes, foreign)


def _take(f: Follower, node: Node) -> Held:
    return looked_up(f, f.value(node), node["axis"], node.shape[node["axis"]])


def looked_up(f: Follower, held: Held, axis: int, count: int) -> Held:
    """Write so many places of a foreign axis, which ones do not depend on the data."""
    held = f.apart(held, axis)
    place = f.place_of(held, axis)
    new = axes_of([count])[0]
    arguments: dict[str, Any] = {"axis": place, "count": count}
    return f.layer(
        "take", held, instead(held.axes, place, new), instead(held.foreign, axis, new), **arguments
    )


def _flip(f: Follower, node: Node) -> Held:
    held = f.value(node)
    for axis in node["axes"]:
        if held.foreign[axis] and not all(factor.copied for factor in held.foreign[axis]):
            held = f.apart(held, axis)
            held = _flipped(f, held, f.place_of(held, axis))
    return held


def _flipped(f: Follower, held: Held, place: int) -> Held:
    arguments: dict[str, Any] = {} if place == 1 else {"axis": place}
    step = f.steps[held.step]
    if step.name == "flip" and step.arguments == arguments:
        return replace(held, step=step.inputs[0])  # twice is as it was
    return f.alike("flip", held, **arguments)


def _recurrent(f: Follower, node: Node) -> Held:
    """Write a layer of cells that goes along an axis; along the others are sequences of their own."""
    held, axis = f.value(node), node["axis"]
    last = len(node.shape) - 1
    others = tuple(one for place, one in enumerate(held.foreign) if place not in (axis, last) and one)
    held = f.arrange(held, (held.foreign[last], held.foreign[axis], *others))
    held = _flipped(f, held, 1) if node["reverse"] else held
    arguments: dict[str, Any] = {"units": node["units"]}
    for name in ("bias", "state_bias"):
        if node[name] != (True if name == "bias" else node["bias"]):
            arguments[name] = node[name]
    units = axes_of([node["units"]])[0]
    axes, foreign = (units, *held.axes[1:]), (*held.foreign[:last], units)
    made = f.layer(node.op, held, axes, foreign, node.weights, **arguments)
    return _flipped(f, made, 1) if node["reverse"] else made


RULES: dict[str, Rule] = {
    "unfold": _unfold,
    "fold": _fold,
    "conv_by": _conv_by,
    "take": _take,
    "flip": _flip,
    **dict.fromkeys(("lstm", "gru", "rnn"), _recurrent),
}
