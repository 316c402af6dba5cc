"""Layers, norms and activations of ONNX; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from typing import Any

from layercalc.imports import operators, products
from layercalc.imports.onnx.operation import Operation, Reader
from layercalc.imports.values import Known, Value, product

__all__ = ["READERS"]

Sides = tuple[tuple[int, int], ...]

#: The last version in which a softmax joins all axes behind its own.
JOINING = 12


def _spread(o: Operation, name: str, rank: int, default: int = 1) -> tuple[int, ...]:
    return tuple(map(int, o.attributes.get(name) or (default,) * rank))


def _window(o: Operation, kernel: tuple[int, ...]) -> dict[str, Any]:
    rank = len(kernel)
    stride, dilation = _spread(o, "strides", rank), _spread(o, "dilations", rank)
    return {
        "kernel": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": _padding(o, kernel, stride, dilation),
        "axis": 1,
    }


def _padding(
    o: Operation, kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]
) -> Sides:
    rank, auto = len(kernel), o.attributes.get("auto_pad", b"NOTSET").decode()
    if not auto.startswith("SAME"):
        pads = _spread(o, "pads", 2 * rank, 0) if auto != "VALID" else (0,) * 2 * rank
        return tuple(zip(pads[:rank], pads[rank:], strict=True))
    sides = []
    for before, after, size, step, wide in zip(
        o.data.shape[2:], o.shape[2:], kernel, stride, dilation, strict=True
    ):
        total = max(0, (after - 1) * step + wide * (size - 1) + 1 - before)
        less, more = total // 2, total - total // 2
        sides.append((less, more) if auto == "SAME_UPPER" else (more, less))
    return tuple(sides)


def _padded(o: Operation, attributes: dict[str, Any]) -> tuple[Known, dict[str, Any]]:
    """Take what pads with zeros in front of a window into it, where both sides are alike then."""
    made = o.maker(o.data)
    if made is None or made.op != "pad" or not made.attributes["zero"]:
        return o.data, attributes
    before, after = made["before"], made["after"]
    pairs = zip(attributes["padding"], before[2:], after[2:], strict=True)
    sides = tuple((first + more, last + rest) for (first, last), more, rest in pairs)
    if any((*before[:2], *after[:2])) or any(first != last for first, last in sides):
        return o.data, attributes
    place = made.inputs[0]
    return Known(place, o.builder.nodes[place].shape), attributes | {"padding": sides}


def _conv(o: Operation) -> Value | None:
    weight, bias = o.weight(1), o.weight(2)
    if weight is None or isinstance(o[2], Known) or len(weight.shape) != len(o.shape):
        return None
    common = _window(o, weight.shape[2:]) | {
        "filters": o.shape[1],
        "groups": int(o.attributes.get("group", 1)),
    }
    data, common = _padded(o, common)
    return o.layer("conv", weight, bias, data, **common)


def _conv_transpose(o: Operation) -> Value | None:
    weight, bias = o.weight(1), o.weight(2)
    if weight is None or isinstance(o[2], Known) or o.attributes.get("auto_pad", b"NOTSET") != b"NOTSET":
        return None
    rank = len(weight.shape) - 2
    common = _window(o, weight.shape[2:]) | {
        "filters": o.shape[1],
        "groups": int(o.attributes.get("group", 1)),
    }
    if o.attributes.get("output_shape"):
        return None
    extra = _spread(o, "output_padding", rank, 0)
    return o.layer("conv_transpose", weight, bias, **common, output_padding=extra)


def _matmul(o: Operation) -> Value | None:
    a, b = o.inputs
    weight = o.weight(1)
    if isinstance(a, Known) and weight is not None and len(weight.shape) == 2 and weight.weights:
        return o.layer("linear", weight, None, units=o.shape[-1])
    return o.emit("matmul", a, b) if min(len(a.shape), len(b.shape)) > 1 else None


def _gemm(o: Operation) -> Value | None:
    a, b = o[0], o[1]
    weight, bias = o.weight(1), o.weight(2)
    if a is None or b is None:
        return None
    if o.attributes.get("transA", 0):
        a = o.builder.permuted(a, (1, 0))
    if isinstance(a, Known) and weight is not None and not isinstance(o[2], Known):
        if bias is not None and product(bias.shape) != o.shape[-1]:
            return None
        return o.layer("linear", weight, bias, a, units=o.shape[-1])
    if o[2] is not None:
        return None
    return o.emit("matmul", a, o.builder.permuted(b, (1, 0)) if o.attributes.get("transB", 0) else b)


def _einsum(o: Operation) -> Value | None:
    if len(o.inputs) != 2:
        return None
    equation = o.attributes.get("equation", b"").decode().replace(" ", "")
    weight, (left, _, result) = o.weight(1), equation.partition("->")
    first, _, second = left.partition(",")
    units = {second.replace(first[-1:], "")} if len(second) == 2 else set()
    if (
        weight is not None
        and isinstance(o[0], Known)
        and units == {result[-1:]}
        and result[:-1] == first[:-1]
    ):
        return o.layer("linear", weight, None, units=o.shape[-1])
    return products.contraction(o.builder, equation, o.inputs, o.shape)


def _attention(o: Operation) -> Value | None:
    """Read the attention of one operator, where its heads stand on an axis of their own."""
    query, key, value, mask = (o[which] for which in range(4))
    if any(o.name(which) for which in (4, 5, 6)) or isinstance(mask, Known):
        return None
    if not (isinstance(query, Known) and isinstance(key, Known) and isinstance(value, Known)):
        return None
    return products.attention(o.builder, query, key, value, mask) if len(query.shape) == 4 else None


# -- norms --------------------------------------------------------------------------


def _norm(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        scale, bias = o.weight(1), o.weight(2)
        if scale is None or bias is None:
            return None
        attributes: dict[str, Any] = {"axis": 1, "scale": bool(scale.weights), "bias": bool(bias.weights)}
        if op == "groupnorm":
            attributes["groups"] = int(o.attributes.get("num_groups", 1))
        return o.emit(op, weights=(*scale.weights, *bias.weights), **attributes)

    return reader


def _layernorm(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        scale, bias = o.weight(1), o.weight(2)
        if scale is None or isinstance(o[2], Known):
            return None
        rank, shift = len(o.shape), bias.weights if bias is not None else ()
        axes = tuple(range(int(o.attributes.get("axis", -1)) % rank, rank))
        scaled = {"scale": bool(scale.weights), "bias": bool(shift)}
        return o.emit(op, weights=(*scale.weights, *shift), axes=axes, **scaled)

    return reader


def _lrn(o: Operation) -> Value | None:
    """Read a local response normalization, of which ONNX divides the factor by the size."""
    size, defaults = int(o.attributes["size"]), (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
    alpha, beta, offset = (round(float(o.attributes.get(*one)), 9) for one in defaults)
    return o.emit("lrn", axis=1, size=size, alpha=round(alpha / size, 9), beta=beta, offset=offset)


# -- pooling and activations ----------------------------------------------------------


def _pool(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        kernel = tuple(map(int, o.attributes["kernel_shape"]))
        attributes, data = _window(o, kernel), o.data
        if op == "avgpool":
            data, attributes = _padded(o, attributes)
        return o.emit(op, data, **attributes, ceil=bool(o.attributes.get("ceil_mode", 0)))

    return reader


def _global(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        return o.emit(op, size=o.shape[2:])

    return reader


def _reduced(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        rank, axes = len(o.data.shape), o.ints(1, "axes")
        if o.name(1) and axes is None:
            return None
        if not axes and o.attributes.get("noop_with_empty_axes", 0):
            return o.data
        return o.emit(op, axes=tuple(sorted({axis % rank for axis in axes or range(rank)})))

    return reader


def _unary(op: str, **arguments: tuple[str, float]) -> Reader:
    """Read an activation, with its arguments as the attributes of ONNX and their defaults."""

    def reader(o: Operation) -> Value | None:
        given: dict[str, Any] = {
            name: round(float(o.attributes.get(theirs, default)), 6)
            for name, (theirs, default) in arguments.items()
        }
        return o.emit(op, **given)

    return reader


def _softmax(o: Operation) -> Value | None:
    rank = len(o.shape)
    axis = int(o.attributes.get("axis", -1 if o.opset > JOINING else 1)) % rank
    if o.opset <= JOINING and product(o.shape[axis + 1 :]) != 1:
        return None
    return o.emit("softmax", axis=axis)


def _clip(o: Operation) -> Value | None:
    low, high = o.number(1, "min"), o.number(2, "max")
    if (o.name(1) and low is None) or (o.name(2) and high is None):
        return None
    low, high = (None if value is None or abs(value) > 1e38 else value for value in (low, high))
    return operators.clamp(o.builder, o.data, low, high)


def _power(o: Operation) -> Value | None:
    exponent = o.number(1)
    if not isinstance(o[0], Known) or exponent is None:
        return None
    return operators.power(o.builder, o.data, exponent)


def _prelu(o: Operation) -> Value | None:
    slope = o.weight(1)
    if slope is None or not o.name(1):
        return None
    o.builder.weights.setdefault(o.name(1), slope.shape)
    return o.emit("prelu", weights=slope.weights or (o.name(1),))


#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    ("Conv", _conv),
    ("ConvTranspose", _conv_transpose),
    ("MatMul", _matmul),
    ("Gemm", _gemm),
    ("Einsum", _einsum),
    ("Attention", _attention),
    ("BatchNormalization", _norm("batchnorm")),
    ("InstanceNormalization", _norm("instancenorm")),
    ("GroupNormalization", _norm("groupnorm")),
    ("LayerNormalization", _layernorm("layernorm")),
    ("RMSNormalization", _layernorm("rmsnorm")),
    ("LRN", _lrn),
    ("MaxPool", _pool("maxpool")),
    ("AveragePool", _pool("avgpool")),
    ("GlobalAveragePool", _global("adaptive_avgpool")),
    ("GlobalMaxPool", _global("adaptive_maxpool")),
    ("ReduceMean", _reduced("mean")),
    ("ReduceSum", _reduced("sum")),
    ("ReduceMax", _reduced("amax")),
    ("ReduceL2", _reduced("vector_norm")),
    ("Relu", _unary("relu")),
    ("Selu", _unary("selu")),
    ("Gelu", _unary("gelu")),
    ("Swish", _unary("silu")),
    ("Mish", _unary("mish")),
    ("Tanh", _unary("tanh")),
    ("Sigmoid", _unary("sigmoid")),
    ("HardSwish", _unary("hardswish")),
    ("Softplus", _unary("softplus")),
    ("Sqrt", _unary("root")),
    ("Reciprocal", _unary("reciprocal")),
    ("Log", _unary("logarithm")),
    ("Exp", _unary("exponential")),
    ("Abs", _unary("absolute")),
    ("LeakyRelu", _unary("leaky_relu", slope=("alpha", 0.01))),
    ("Elu", _unary("elu", alpha=("alpha", 1.0))),
    ("Softmax", _softmax),
    ("Clip", _clip),
    ("Pow", _power),
    ("PRelu", _prelu),
)
