"""Rules of layers: what a layer of the neutral graph is in the language, and which axes it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from layercalc.imports.axes.follower import Follower
from layercalc.imports.graph import Attribute, Node
from layercalc.imports.layout import Axes, Axis, Factor, Held, Unfollowed, axes_of, flat, sizes_of
from layercalc.imports.steps import ACTIVATIONS

Rule = Callable[[Follower, Node], Held]


def _input(f: Follower, node: Node) -> Held:
    foreign = axes_of((1, *node.shape[1:]))
    looked_up = any(f.graph.nodes[user].op == "embedding" for user in f.users[f.place])
    axes = ((), *foreign[1:]) if looked_up or len(foreign) == 1 else foreign[1:]
    if "axis" in node.attributes:
        axis = node["axis"]
        axes = (foreign[axis], *(one for place, one in enumerate(foreign[1:], 1) if place != axis))
    return Held(f.step("input", [], sizes_of(axes)), axes, foreign)


# -- convolutions and pooling ------------------------------------------------------


def per_axis(values: Any) -> Attribute:
    """Write one number for all axes where they agree."""
    return values[0] if len(set(values)) == 1 else tuple(values)


def _padding(node: Node, before: tuple[int, ...], after: tuple[int, ...]) -> Attribute | None:
    """Write a padding: None where it is `same`, which is the language's default.

    It is `same` where the sizes are those of the input over the stride, rounded up, whatever the
    input is: where all of a window but one is padded, or where whole windows stand side by side.
    """
    if node.attributes.get("same"):
        return None
    sides, kernel, stride = node["padding"], node["kernel"], node["stride"]
    dilation = node.attributes.get("dilation", (1,) * len(kernel))
    reach = [step * (size - 1) for step, size in zip(dilation, kernel, strict=True)]  # type: ignore[arg-type]
    same = [sum(pair) == more for pair, more in zip(sides, reach, strict=True)]
    if all(same) and (not node.attributes.get("ceil") or set(stride) == {1}):
        return None
    if (
        tuple(more + 1 for more in reach) == tuple(stride)
        and not any(map(sum, sides))
        and all(b % s == 0 for b, s in zip(before, stride, strict=True))
    ):
        return None
    if not any(map(sum, sides)):
        return "valid"
    if any(first != last for first, last in sides):
        if all(-(-b // s) == a for b, s, a in zip(before, stride, after, strict=True)):
            return None
        raise Unfollowed(f"the padding {list(sides)} differs between the two sides")
    return per_axis([first for first, _ in sides])


def window(node: Node, before: tuple[int, ...], after: tuple[int, ...], first: str) -> dict[str, Any]:
    """Write the arguments that convolutions and pooling share, defaults left out."""
    kernel, stride = per_axis(node["kernel"]), per_axis(node["stride"])
    arguments: dict[str, Any] = {"kernel": kernel}
    if stride != (kernel if first == "pool" else 1):
        arguments["stride"] = stride
    padding = _padding(node, before, after)
    if node.attributes.get("causal"):
        arguments["causal"] = True
    elif padding is not None:
        arguments["padding"] = padding
    if any(step != 1 for step in node.attributes.get("dilation", ())):  # type: ignore[union-attr]
        arguments["dilation"] = per_axis(node["dilation"])
    if node.attributes.get("ceil") and padding is not None:
        arguments["ceil"] = True
    return arguments


def spatial(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """Give the sizes of the spatial axes: of the batch too, where data stand in it."""
    return tuple(size for place, size in enumerate(shape) if place != axis and (place or size != 1))


def gives(node: Node, filters: int | None, axis: int, held: Held) -> tuple[Axes, Axes]:
    """Give the axes behind a window: new ones, channels at `axis` of the foreign tensor."""
    channels: tuple[Factor, ...] = held.foreign[axis] if filters is None else axes_of([filters])[0]
    batch = held.foreign[0]
    spatial = axes_of(size for place, size in enumerate(node.shape) if place not in (0, axis))
    foreign = [batch, *spatial]
    foreign.insert(axis, channels)
    return (channels, *([batch] if batch else []), *spatial), tuple(foreign)


#: What a window is along an axis that it leaves alone.
STILL = {"kernel": 1, "stride": 1, "padding": (0, 0), "dilation": 1, "output_padding": 0}


def batched(node: Node, held: Held) -> Node:
    """Let a window leave the axis of the batch alone, where data stand in it."""
    if not held.foreign[0]:
        return node
    attributes = {
        name: (STILL[name], *value) if name in STILL else value  # type: ignore[misc]
        for name, value in node.attributes.items()
    }
    return replace(node, attributes=attributes)


def _conv(f: Follower, node: Node) -> Held:
    axis = node["axis"] % len(node.shape)
    taken = f.graph.nodes[node.inputs[0]].shape
    held = f.image(f.value(node), axis)
    before, after, spread = spatial(taken, axis), spatial(node.shape, axis), batched(node, held)
    arguments: dict[str, Any] = {"filters": node["filters"]}
    if node.op == "conv":
        arguments |= window(spread, before, after, "conv")
    else:
        arguments |= _transposed(spread, before, after)
    if node["groups"] != 1:
        arguments["groups"] = node["groups"]
    if node["bias"]:
        arguments["bias"] = True
    if not node.weights:
        arguments["tied"] = True  # constants, which are no parameters
    return f.layer(node.op, held, *gives(node, node["filters"], axis, held), node.weights, **arguments)


def _transposed(node: Node, before: tuple[int, ...], after: tuple[int, ...]) -> dict[str, Any]:
    arguments: dict[str, Any] = {"kernel": per_axis(node["kernel"])}
    if any(step != 1 for step in node["stride"]):
        arguments["stride"] = per_axis(node["stride"])
    if any(step != 1 for step in node["dilation"]):
        arguments["dilation"] = per_axis(node["dilation"])
    if any(a != b * s for a, b, s in zip(after, before, node["stride"], strict=True)):
        arguments["padding"] = per_axis([first for first, _ in node["padding"]])
        if any(node["output_padding"]):
            arguments["output_padding"] = per_axis(node["output_padding"])
    return arguments


def _pool(f: Follower, node: Node) -> Held:
    axis = node["axis"] % len(node.shape)
    held = f.image(f.value(node), axis)
    before = spatial(f.graph.nodes[node.inputs[0]].shape, axis)
    arguments = window(batched(node, held), before, spatial(node.shape, axis), "pool")
    return f.layer(node.op, held, *gives(node, None, axis, held), **arguments)


def _adaptive(f: Follower, node: Node) -> Held:
    held = f.value(node)
    size = node["size"]
    kind = node.op.removeprefix("adaptive_")
    if all(one == 1 for one in size):
        rank = len(held.foreign)
        return _over(f, node, held, tuple(range(rank - len(size), rank)), kind)
    held = f.image(held, 1)
    if tuple(size) == spatial(f.graph.nodes[node.inputs[0]].shape, 1):
        return held
    if held.foreign[0]:
        raise Unfollowed("the axis of the batch holds axes of the data")
    return f.layer(node.op, held, *gives(node, None, 1, held), size=per_axis(size))


def _mean(f: Follower, node: Node) -> Held:
    return _over(
        f,
        node,
        f.value(node),
        node["axes"],
        {"mean": "avgpool", "sum": "sum", "amax": "maxpool"}.get(node.op, node.op),
    )


def _over(f: Follower, node: Node, held: Held, axes: tuple[int, ...], kind: str) -> Held:
    """Pool over whole axes: over all but the channels it is global, over others one at a time."""
    gone = tuple(one for one in flat(held.foreign[axis] for axis in axes) if not one.copied)
    kept = tuple(() if place in axes else axis for place, axis in enumerate(held.foreign))
    if len(node.shape) < len(held.foreign):
        kept = tuple(axis for place, axis in enumerate(held.foreign) if place not in axes)
    if not gone:
        return Held(held.step, held.axes, kept)
    if (
        kind in ("avgpool", "maxpool")
        and set(flat(held.axes[1:])) <= set(gone)
        and not set(held.axes[0]) & set(gone)
    ):
        if _goes_on_as_image(f, f.place):
            ones = (held.axes[0], *((),) * (len(held.axes) - 1))
            return f.layer(kind, held, ones, kept, kernel="in.spatial")
        return f.layer(f"global_{kind}", held, held.axes[:1], kept)
    return _one_by_one(f, held, gone, kept, {"avgpool": "mean", "maxpool": "maximum"}.get(kind, kind))


#: What is no reduction of one axis after the other.
AT_ONCE = ("variance", "vector_norm")


def _one_by_one(f: Follower, held: Held, gone: Axis, kept: Axes, name: str) -> Held:
    parts = [axis for axis in held.axes if set(axis) & set(gone)]
    if any(not set(axis) <= set(gone) for axis in parts) or (name in AT_ONCE and len(parts) > 1):
        apart = [tuple(one for one in axis if one not in gone) for axis in held.axes]
        held = f.arrange(held, (apart[0], *(axis for axis in apart[1:] if axis), gone))
    while whole := [place for place, axis in enumerate(held.axes) if axis and set(axis) <= set(gone)]:
        last, axes = whole[-1], held.axes
        left = ((), *axes[1:]) if last == 0 else (*axes[:last], *axes[last + 1 :])
        held = f.layer(name, held, left, kept, axis=last)
    return held


#: Operators that leave the axes of what they take alone.
KEEPING = frozenset((*ACTIVATIONS, "dropout", "batchnorm", "groupnorm", "layernorm", "prelu"))


def _goes_on_as_image(f: Follower, place: int) -> bool:
    """Tell whether what a node gives goes into a convolution, or is met by what does."""
    todo = [place]
    while todo:
        for user in f.users[todo.pop()]:
            if f.graph.nodes[user].op in ("conv", "conv_transpose", "upsample"):
                return True
            if f.graph.nodes[user].op in KEEPING:
                todo.append(user)
    return False


RULES: dict[str, Rule] = {
    "input": _input,
    **dict.fromkeys(("conv", "conv_transpose"), _conv),
    **dict.fromkeys(("maxpool", "avgpool"), _pool),
    **dict.fromkeys(("adaptive_avgpool", "adaptive_maxpool"), _adaptive),
    **dict.fromkeys(("mean", "sum", "amax", "variance", "vector_norm"), _mean),
}
