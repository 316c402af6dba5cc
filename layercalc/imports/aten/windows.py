"""Windows, copies and look-ups of PyTorch; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layercalc.imports import operators
from layercalc.imports.aten.layers import spread
from layercalc.imports.aten.operation import Operation, Reader, name_of
from layercalc.imports.values import Derived, Known, Parts, Value, product

__all__ = ["READERS"]


def _window(o: Operation) -> dict[str, Any]:
    """Give the attributes of a window, as convolutions have them."""
    window: dict[str, Any] = {
        name: spread(o[given], 2) for name, given in (("kernel", "kernel_size"), ("stride", "stride"))
    }
    padding = tuple((side, side) for side in spread(o["padding"], 2))
    return {**window, "dilation": spread(o["dilation"], 2), "padding": padding, "axis": 1}


def _places(sizes: Sequence[int], window: dict[str, Any]) -> tuple[int, ...]:
    """Give how many places a window has along each axis."""
    entries = (window[name] for name in ("kernel", "stride", "dilation", "padding"))
    return tuple(
        (size + sum(sides) - dilation * (kernel - 1) - 1) // stride + 1
        for size, kernel, stride, dilation, sides in zip(sizes, *entries, strict=True)
    )


def _im2col(o: Operation) -> Value | None:
    if len(o.data.shape) != 4:
        return None
    window = _window(o)
    shape = (o.data.shape[0], o.shape[1], *_places(o.data.shape[2:], window))
    made = o.builder.emit("unfold", [o.data], shape, attributes=window)
    return o.builder.reshaped(made, o.shape)


def _col2im(o: Operation) -> Value | None:
    if len(o.data.shape) != 3:
        return None
    window = _window(o)
    data = o.builder.reshaped(o.data, (*o.data.shape[:2], *_places(o.shape[2:], window)))
    return o.emit("fold", data, **window)


def _unfold(o: Operation) -> Value | None:
    """Read windows along axes, one operator for each, whose places stand on new axes at the end."""
    first, along = o, [_side(o)]
    while name_of(first.node.args[0]) == "unfold":
        first = Operation(first.node.args[0], o.values, o.builder)
        along.insert(0, _side(first))
    data = first.data
    rank, windows = len(data.shape), {axis: (size, step) for axis, size, step in along}
    channels = next((axis for axis in range(1, rank) if axis not in windows), None)
    if not isinstance(data, Known) or channels is None or 0 in windows or len(windows) < len(along):
        return None
    sides = [windows.get(axis, (1, 1)) for axis in range(1, rank) if axis != channels]
    window: dict[str, Any] = {
        "kernel": tuple(size for size, _ in sides),
        "stride": tuple(step for _, step in sides),
        "dilation": (1,) * len(sides),
        "padding": ((0, 0),) * len(sides),
        "axis": channels,
    }
    shape = list(o.shape[:rank])
    shape[channels] *= product(size for size, _ in sides)
    made = o.builder.emit("unfold", [data], shape, attributes=window)
    sizes = [windows[axis][0] for axis in sorted(windows)]
    apart = o.builder.reshaped(made, (*o.shape[: channels + 1], *sizes, *o.shape[channels + 1 : rank]))
    behind = [channels + 1 + sorted(windows).index(axis) for axis, _, _ in along]
    return o.builder.permuted(apart, [*(axis for axis in range(len(o.shape)) if axis not in behind), *behind])


def _side(o: Operation) -> tuple[int, int, int]:
    """Give the axis, the size and the step of windows along one axis."""
    return int(o["dimension"]) % len(o.data.shape), int(o["size"]), int(o["step"])


# -- copies ------------------------------------------------------------------------------


def _repeat_interleave(o: Operation) -> Value | None:
    """Let each place of an axis stand several times, one behind the other."""
    if not isinstance(o["repeats"], int) or o["dim"] is None:
        return None
    axis, lead = int(o["dim"]) % len(o.shape), o.data.shape
    count = o["repeats"]
    one = o.builder.reshaped(o.data, (*lead[: axis + 1], 1, *lead[axis + 1 :]))
    return _copied(o, one, (*lead[: axis + 1], count, *lead[axis + 1 :]))


def _repeat(o: Operation) -> Value | None:
    """Let a tensor stand several times along its axes, and as often along new ones."""
    counts = [int(count) for count in (o["repeats"] if o["repeats"] is not None else o["dims"])]
    sizes = (1,) * (len(counts) - len(o.data.shape)) + o.data.shape
    counts = [1] * (len(sizes) - len(counts)) + counts
    if product(counts) < 1:
        return None
    apart = [size for pair in zip((1,) * len(sizes), sizes, strict=True) for size in pair]
    whole = [size for pair in zip(counts, sizes, strict=True) for size in pair]
    return _copied(o, o.builder.reshaped(o.data, apart), tuple(whole))


def _copied(o: Operation, one: Known | Derived, shape: tuple[int, ...]) -> Value:
    if one.shape != shape:
        one = o.builder.emit("expand", [one], shape)
    return o.builder.reshaped(one, o.shape)


# -- look-ups and the order of places ------------------------------------------------------


def _index(o: Operation) -> Value | None:
    """Look up places of one axis by numbers that do not depend on the data."""
    used = [(axis, one) for axis, one in enumerate(o["indices"]) if one is not None]
    if len(used) != 1:
        return None
    return _taken(o, *used[0])


def _index_select(o: Operation) -> Value | None:
    return _taken(o, int(o["dim"]) % len(o.shape), o["index"])


def _taken(o: Operation, axis: int, index: Value) -> Value | None:
    if not isinstance(index, Derived) or index.weights or not isinstance(o.data, Known):
        return None
    lead, rest = o.data.shape[:axis], o.data.shape[axis + 1 :]
    count = product(o.shape) // product((*lead, *rest))
    made = o.builder.emit("take", [o.data], (*lead, count, *rest), attributes={"axis": axis})
    return o.builder.reshaped(made, o.shape)


def _flip(o: Operation) -> Value | None:
    return o.emit("flip", axes=tuple(int(axis) % len(o.shape) for axis in o["dims"]))


# -- what values are divided by -------------------------------------------------------------


def _variance(o: Operation) -> Value | None:
    """Read a variance, a deviation, or one of them with the mean."""
    rank, axes = len(o.data.shape), o["dim"]
    over = range(rank) if axes in (None, []) else [axes] if isinstance(axes, int) else axes
    attributes = {"axes": tuple(sorted(axis % rank for axis in over))}
    made = o.builder.emit("variance", [o.data], o.shape, attributes=attributes)
    if "std" in name_of(o.node):
        made = o.builder.emit("root", [made], o.shape)
    if not name_of(o.node).endswith("_mean"):
        return made
    return Parts((made, o.builder.emit("mean", [o.data], o.shape, attributes=attributes)))


#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    ("im2col", _im2col),
    ("col2im", _col2im),
    ("unfold", _unfold),
    ("repeat_interleave", _repeat_interleave),
    ("repeat tile", _repeat),
    ("index", _index),
    ("index_select", _index_select),
    ("flip", _flip),
    ("var std var_mean std_mean", _variance),
)
