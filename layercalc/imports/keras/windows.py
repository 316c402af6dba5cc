"""Convolutions and pooling: windows over the spatial axes, whichever axis the channels are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from layercalc.imports.keras.activations import activated
from layercalc.imports.keras.layer import Layer, Reader, Unread
from layercalc.imports.values import Known

__all__ = ["READERS"]


def same(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Give the padding with which an axis becomes its size over the stride, rounded up.

    The place that is left over is behind, as TensorFlow has it:

    >>> same(224, 3, 2), same(224, 3, 1), same(225, 3, 2)
    ((0, 1), (1, 1), (1, 1))
    """
    after = -(-size // stride)
    total = max(0, (after - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return total // 2, total - total // 2


def _window(
    o: Layer,
    rank: int,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    folds: bool,
) -> tuple[Known, dict[str, Any], list[int]]:
    """Give what a window takes, its attributes, and the sizes behind it.

    Zeros that stand around what a convolution takes are its padding; `folds` says so.
    """
    axis, padding = o.channels(rank), o["padding"] or "valid"
    x = o.x
    sides: tuple[tuple[int, int], ...] = ((0, 0),) * rank
    before = [x.shape[place] for place in o.spatial(axis)]
    steps = list(zip(before, kernel, stride, dilation, strict=True))
    attributes: dict[str, Any] = {}
    if padding == "same":
        sides, attributes = tuple(same(*one) for one in steps), {"same": True}
    elif padding == "causal" and rank == 1:
        sides, attributes = (((kernel[0] - 1) * dilation[0], 0),), {"causal": True}
    elif padding != "valid":
        raise Unread(f"its padding is {str(padding)[:40]}")
    elif folds and (padded := _padded(o, axis)) is not None:
        x, sides = padded
        before = [x.shape[place] for place in o.spatial(axis)]
    after = [
        (size + sum(pair) - (one - 1) * step - 1) // move + 1
        for size, pair, one, step, move in zip(before, sides, kernel, dilation, stride, strict=True)
    ]
    window = {"kernel": kernel, "stride": stride, "padding": sides, "dilation": dilation, "axis": axis}
    return x, window | attributes, after


def _padded(o: Layer, axis: int) -> tuple[Known, tuple[tuple[int, int], ...]] | None:
    """Give what zeros were put around, and how many, if that is what a layer takes."""
    node = o.builder.nodes[o.x.place]
    if node.op != "pad" or node["before"][axis] or node["after"][axis]:
        return None
    taken = o.builder.nodes[node.inputs[0]]
    sides = tuple((node["before"][place], node["after"][place]) for place in o.spatial(axis))
    return Known(node.inputs[0], taken.shape), sides


def _shape(axis: int, channels: int, spatial: Sequence[int]) -> tuple[int, ...]:
    shape = [1, *spatial]
    shape.insert(axis, channels)
    return tuple(shape)


def _convolved(o: Layer, rank: int, filters: int, groups: int, weights: list[str]) -> Known:
    size, stride = o.spread("kernel_size", rank), o.spread("strides", rank)
    x, window, after = _window(o, rank, size, stride, o.spread("dilation_rate", rank), folds=True)
    shape = _shape(window["axis"], filters, after)
    return o.emit(
        "conv", shape, x, weights=weights, filters=filters, groups=groups, bias=o.has_bias, **window
    )


def _conv(rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        entering, filters = o.x.shape[o.channels(rank)], o.whole("filters")
        groups = o.whole("groups", 1)
        if entering % groups or filters % groups:
            raise Unread(f"{groups} groups divide neither {entering} channels nor {filters}")
        kernel = (*o.spread("kernel_size", rank), entering // groups, filters)
        made = _convolved(o, rank, filters, groups, o.weights(kernel, filters))
        return activated(o, made)

    return reader


def _depthwise(rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        entering, times = o.x.shape[o.channels(rank)], o.whole("depth_multiplier", 1)
        kernel = (*o.spread("kernel_size", rank), entering, times)
        weights = o.weights(kernel, entering * times)
        return activated(o, _convolved(o, rank, entering * times, entering, weights))

    return reader


def _separable(rank: int) -> Reader:
    """Read a convolution of each channel alone, and one of one place that mixes them, with the bias."""

    def reader(o: Layer) -> Known:
        axis, filters = o.channels(rank), o.whole("filters")
        entering, times = o.x.shape[axis], o.whole("depth_multiplier", 1)
        size, stride = o.spread("kernel_size", rank), o.spread("strides", rank)
        x, window, after = _window(o, rank, size, stride, o.spread("dilation_rate", rank), folds=True)
        each = entering * times
        weight = o.weight("depthwise_kernel", *size, entering, times)
        apart = o.emit(
            "conv", _shape(axis, each, after), x, weights=[weight], filters=each, groups=entering, bias=False,
            **window,
        )  # fmt: skip
        ones = (1,) * rank
        weights = [o.weight("pointwise_kernel", *ones, each, filters)]
        weights += [o.weight("bias", filters)] if o.has_bias else []
        mixed = o.emit(
            "conv", _shape(axis, filters, after), apart, weights=weights, filters=filters, groups=1,
            bias=o.has_bias, kernel=ones, stride=ones, padding=((0, 0),) * rank, dilation=ones, axis=axis,
        )  # fmt: skip
        return activated(o, mixed)

    return reader


def _transposed(rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        axis, filters = o.channels(rank), o.whole("filters")
        if o.whole("groups", 1) != 1:
            raise Unread("its groups are not 1")
        size, stride = o.spread("kernel_size", rank), o.spread("strides", rank)
        dilation = o.spread("dilation_rate", rank)
        before = [o.x.shape[place] for place in o.spatial(axis)]
        after, sides, more = [], [], []
        given = o["output_padding"]
        extra = o.spread("output_padding", rank, least=0) if given is not None else None
        for place, (one, kernel, step, spaced) in enumerate(zip(before, size, stride, dilation, strict=True)):
            reach = (kernel - 1) * spaced + 1
            pad = reach // 2 if o["padding"] == "same" else 0
            if extra is None:
                length = one * step + (0 if o["padding"] == "same" else max(reach - step, 0))
            else:
                length = (one - 1) * step + reach - 2 * pad + extra[place]
            after.append(length)
            sides.append((pad, pad))
            more.append(length - ((one - 1) * step + reach - 2 * pad))
        kernel_sizes = (*size, filters, o.x.shape[axis])
        made = o.emit(
            "conv_transpose", _shape(axis, filters, after), weights=o.weights(kernel_sizes, filters),
            filters=filters, groups=1, bias=o.has_bias, kernel=size, stride=stride, padding=tuple(sides),
            dilation=dilation, output_padding=tuple(more), axis=axis,
        )  # fmt: skip
        return activated(o, made)

    return reader


# -- pooling --------------------------------------------------------------------------


def _pool(op: str, rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        axis, size = o.channels(rank), o.spread("pool_size", rank, 2)
        stride = size if o["strides"] is None else o.spread("strides", rank)
        x, window, after = _window(o, rank, size, stride, (1,) * rank, op == "maxpool" and _positive(o))
        return o.emit(op, _shape(axis, x.shape[axis], after), x, ceil=False, **window)

    return reader


#: Operators that give nothing below 0: zeros around it never are a maximum that it has not.
POSITIVE = frozenset(("relu", "relu6", "sigmoid", "softmax", "hardsigmoid"))


def _positive(o: Layer) -> bool:
    node = o.builder.nodes[o.x.place]
    return node.op == "pad" and o.builder.nodes[node.inputs[0]].op in POSITIVE


def _global(op: str, rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        axis = o.channels(rank)
        over = tuple(o.spatial(axis))
        kept = [1 if place in over else size for place, size in enumerate(o.x.shape)]
        shape = kept if o["keepdims"] else [size for place, size in enumerate(kept) if place not in over]
        return o.emit(op, shape, axes=over)

    return reader


def _each(name: str, make: Callable[[int], Reader], ranks: Sequence[int] = (1, 2, 3)) -> dict[str, Reader]:
    return {name.replace("#", str(rank)): make(rank) for rank in ranks}


#: The readers of this file by the names of classes.
READERS: dict[str, Reader] = {
    **_each("Conv#D", _conv),
    **_each("Convolution#D", _conv),
    **_each("DepthwiseConv#D", _depthwise, (1, 2)),
    **_each("SeparableConv#D", _separable, (1, 2)),
    **_each("Conv#DTranspose", _transposed),
    **_each("MaxPooling#D", lambda rank: _pool("maxpool", rank)),
    **_each("AveragePooling#D", lambda rank: _pool("avgpool", rank)),
    **_each("GlobalMaxPooling#D", lambda rank: _global("amax", rank)),
    **_each("GlobalAveragePooling#D", lambda rank: _global("mean", rank)),
}
