"""Layers, products and activations of PyTorch; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layercalc.imports import operators, products
from layercalc.imports.aten.operation import Operation, Reader, name_of, with_places
from layercalc.imports.graph import Attribute
from layercalc.imports.values import Derived, Known, Value, product, stretched

__all__ = ["READERS"]


def _weights(*values: Any) -> tuple[str, ...] | None:
    """Name the weights among arguments; None where one of them depends on the input."""
    if any(isinstance(value, Known) for value in values):
        return None
    return tuple(name for value in values if isinstance(value, Derived) for name in value.weights)


def spread(value: Any, rank: int) -> tuple[int, ...]:
    """Give an entry for each axis: one number, or a list of one, stands for all."""
    numbers = tuple(value) if isinstance(value, list | tuple) else (value,)
    return tuple(map(int, numbers * rank if len(numbers) == 1 else numbers))


def _padding(o: Operation, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    padding = o["padding"]
    if padding == "same":
        totals = [step * (size - 1) for step, size in zip(dilation, kernel, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    sides = (0,) * len(kernel) if padding == "valid" else spread(padding, len(kernel))
    return tuple((side, side) for side in sides)


def _conv(o: Operation) -> Value | None:
    names, weight = _weights(o["weight"], o["bias"]), o["weight"]
    kernel = weight.shape[2:]
    rank, transposed = len(kernel), bool(o["transposed"]) or "transpose" in name_of(o.node)
    if len(o.data.shape) != rank + 2:
        return None
    dilation = spread(o["dilation"], rank)
    common: dict[str, Any] = {
        "filters": o.shape[1],
        "kernel": kernel,
        "stride": spread(o["stride"], rank),
        "padding": _padding(o, kernel, dilation),
        "dilation": dilation,
        "groups": int(o["groups"]),
        "axis": 1,
    }
    if names is None:
        return None if transposed else _conv_by(o, common)
    if transposed:
        common["output_padding"] = spread(o["output_padding"], rank)
    op = "conv_transpose" if transposed else "conv"
    return operators.layer(o.builder, op, o.data, o.shape, weight, o["bias"], **common)


def _conv_by(o: Operation, window: dict[str, Any]) -> Value | None:
    """Read a convolution whose weights are data, and whose bias is data or weights."""
    bias = o["bias"]
    if not isinstance(o["weight"], Known):
        return None
    made = o.emit("conv_by", o.data, o["weight"], **{**window, "bias": False})
    if bias is None:
        return made
    sizes = (1, bias.shape[0], *(1,) * (len(o.shape) - 2))
    return o.emit("add", made, o.builder.reshaped(bias, sizes))


def _linear(o: Operation) -> Value | None:
    names = _weights(o["weight"], o["bias"])
    if names is None:
        return None
    bias = o["bias"]
    weights = o.builder.weights
    if bias is not None and not o["weight"].weights:
        return o.emit("add", _applied(o, o.data, (), False), bias)
    if bias is not None and sum(product(weights[name]) for name in bias.weights) != product(bias.shape):
        made = _applied(o, o.data, o["weight"].weights, False)  # a part of this bias is constant
        return o.emit("add", made, bias)
    return operators.layer(o.builder, "linear", o.data, o.shape, o["weight"], bias, units=o.shape[-1])


def _applied(o: Operation, data: Known, names: Sequence[str], bias: bool) -> Known:
    return o.builder.emit("linear", [data], o.shape, names, {"units": o.shape[-1], "bias": bias})


def _matmul(o: Operation) -> Value | None:
    a, b = o.data, o["other"] if o["other"] is not None else o["mat2"]
    return _times(o, a, b, ())


def _addmm(o: Operation) -> Value | None:
    if not isinstance(o["self"], Derived):
        return None
    return _times(o, o["mat1"] or o["batch1"], o["mat2"] or o["batch2"], o["self"].weights)


def _times(o: Operation, a: Value, b: Value, bias: tuple[str, ...]) -> Value | None:
    if isinstance(a, Known) and isinstance(b, Derived) and len(b.shape) == 2 and b.weights:
        return _applied(o, a, (*b.weights, *bias), bool(bias))
    if bias or min(len(a.shape), len(b.shape)) < 2:  # type: ignore[union-attr]
        return None
    return o.emit("matmul", a, b)


def _einsum(o: Operation) -> Value | None:
    operands = o["tensors"]
    return products.contraction(o.builder, o["equation"], operands, o.shape) if len(operands) == 2 else None


def _attention(o: Operation) -> Value | None:
    mask = o["attn_mask"]
    return products.attention(o.builder, o["query"], o["key"], o["value"], mask)


def _embedding(o: Operation) -> Value | None:
    words, units = o["weight"].shape
    names = _weights(o["weight"])
    taken = o["indices"]
    if names is None or not isinstance(taken, Known):
        return None
    return o.emit("embedding", taken, weights=names, words=words, units=units)


# -- norms, pooling, activations ----------------------------------------------------


def _norm(op: str, **fixed: Attribute) -> Reader:
    def reader(o: Operation) -> Value | None:
        names = _weights(o["weight"], o["bias"])
        if names is None:
            return None
        scaled = {"scale": o["weight"] is not None, "bias": o["bias"] is not None}
        attributes: dict[str, Any] = {"axis": 1, **fixed, **scaled}
        if o["num_groups"] is not None:
            attributes["groups"] = int(o["num_groups"])
        return o.emit(op, weights=names, **attributes)

    return reader


def _layernorm(o: Operation) -> Value | None:
    names = _weights(o["weight"], o["bias"])
    if names is None:
        return None
    rank, over = len(o.shape), len(o["normalized_shape"])
    op = "layernorm" if name_of(o.node) == "layer_norm" else "rmsnorm"
    scaled = {"scale": o["weight"] is not None, "bias": o["bias"] is not None}
    return o.emit(op, weights=names, axes=tuple(range(rank - over, rank)), **scaled)


def _pool(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        rank = (
            len(o["kernel_size"]) if len(o["kernel_size"]) > 1 else int(name_of(o.node).partition("d")[0][-1])
        )
        kernel = spread(o["kernel_size"], rank)
        dilation = spread(o["dilation"] or 1, rank)
        attributes: dict[str, Any] = {
            "kernel": kernel,
            "stride": spread(o["stride"], rank) if o["stride"] else kernel,
            "padding": _padding(o, kernel, dilation),
            "dilation": dilation,
            "ceil": bool(o["ceil_mode"]),
            "axis": 1,
        }
        return o.emit(op, **attributes)

    return reader


def _max_pool(o: Operation) -> Value | None:
    made = _pool("maxpool")(o)
    return with_places(o, made) if isinstance(made, Known) else made


def _adaptive(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        return with_places(o, o.emit(op, size=o.shape[-len(o["output_size"]) :]))

    return reader


def _reduced(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        rank, axes = len(o.data.shape), o["dim"]
        over = range(rank) if axes in (None, []) else [axes] if isinstance(axes, int) else axes
        return o.emit(op, axes=tuple(sorted(axis % rank for axis in over)))

    return reader


def _unary(op: str, **renamed: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        return o.emit(op, **{ours: o[theirs] for ours, theirs in renamed.items()})

    return reader


def _softmax(o: Operation) -> Value | None:
    return o.emit("softmax", axis=int(o["dim"]) % len(o.shape))


def _clamp(o: Operation) -> Value | None:
    low, high = (
        o["min"] if o["min"] is not None else o["min_val"],
        o["max"] if o["max"] is not None else o["max_val"],
    )
    if isinstance(low, Known) or isinstance(high, Known):
        return None
    return operators.clamp(o.builder, o.data, low, high)


def _power(o: Operation) -> Value | None:
    exponent = o["exponent"]
    if not isinstance(o["self"], Known) or not isinstance(exponent, int | float):
        return None
    return operators.power(o.builder, o.data, exponent)


def _addcmul(o: Operation) -> Value | None:
    """Add a product to a tensor."""
    one, other = o["tensor1"], o["tensor2"]
    shape = stretched(one.shape, other.shape)
    return o.emit("add", o["self"], o.builder.emit("mul", [one, other], shape))


def _prelu(o: Operation) -> Value | None:
    names = _weights(o["weight"])
    return None if names is None else o.emit("prelu", weights=names)


#: Activations that have their name in the language and no argument.
PLAIN = ["relu", "relu6", "selu", "gelu", "silu", "mish", "tanh", "sigmoid", "hardswish", "hardsigmoid"]

#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    *((name, _unary(name)) for name in PLAIN),
    ("conv1d conv2d conv3d convolution conv_transpose1d conv_transpose2d conv_transpose3d", _conv),
    ("linear", _linear),
    ("matmul mm bmm", _matmul),
    ("addmm baddbmm", _addmm),
    ("einsum", _einsum),
    ("scaled_dot_product_attention", _attention),
    ("embedding", _embedding),
    ("batch_norm", _norm("batchnorm")),
    ("instance_norm", _norm("instancenorm")),
    ("group_norm", _norm("groupnorm")),
    ("layer_norm rms_norm", _layernorm),
    ("max_pool1d max_pool2d max_pool3d max_pool2d_with_indices max_pool3d_with_indices", _max_pool),
    ("avg_pool1d avg_pool2d avg_pool3d", _pool("avgpool")),
    ("adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d", _adaptive("adaptive_avgpool")),
    ("adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d", _adaptive("adaptive_maxpool")),
    ("mean", _reduced("mean")),
    ("sum", _reduced("sum")),
    ("amax amin", _reduced("amax")),
    ("softmax _softmax", _softmax),
    ("hardtanh clamp clamp_min", _clamp),
    ("prelu", _prelu),
    ("pow", _power),
    ("square", _unary("square")),
    ("sqrt", _unary("root")),
    ("rsqrt", _unary("inverse_root")),
    ("reciprocal", _unary("reciprocal")),
    ("log", _unary("logarithm")),
    ("exp", _unary("exponential")),
    ("abs", _unary("absolute")),
    ("softplus", _unary("softplus")),
    ("linalg_vector_norm norm", _reduced("vector_norm")),
    ("addcmul", _addcmul),
    ("leaky_relu", _unary("leaky_relu", slope="negative_slope")),
    ("elu", _unary("elu", alpha="alpha")),
    ("upsample_nearest1d upsample_nearest2d upsample_nearest3d", _unary("upsample")),
    ("upsample_linear1d upsample_bilinear2d upsample_bicubic2d upsample_trilinear3d", _unary("upsample")),
)
