"""What the operators of ONNX mean in the neutral graph, one function for each kind.

A reader gives None for a use that has no neutral form; the operator then stands under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from layercalc.imports.products import contraction
from layercalc.imports.values import Builder, Derived, Known, Value, product


@dataclass(frozen=True)
class Operation:
    """An operator with the values and the known numbers that it takes, and the shapes that it gives."""

    node: Any
    inputs: Sequence[Value]
    numbers: Sequence[Any]
    shape: tuple[int, ...]
    shapes: Sequence[tuple[int, ...]]
    builder: Builder

    def attribute(self, name: str, default: Any = None) -> Any:
        """Give an attribute of the node."""
        from onnx import helper

        for attribute in self.node.attribute:
            if attribute.name == name:
                return helper.get_attribute_value(attribute)
        return default

    @property
    def data(self) -> Any:
        """Its first tensor."""
        return self.inputs[0]

    @property
    def rank(self) -> int:
        """The spatial axes of its first tensor."""
        return len(self.data.shape) - 2

    def ints(self, place: int, name: str = "") -> list[int] | None:
        """Give whole numbers that stand in an attribute or in an input."""
        if name and (given := self.attribute(name)) is not None:
            return [int(one) for one in given] if isinstance(given, Sequence) else [int(given)]
        if place < len(self.numbers) and self.numbers[place] is not None:
            return [int(one) for one in self.numbers[place].reshape(-1)]
        return None

    def weights(self, *places: int) -> tuple[str, ...] | None:
        """Name the weights among some inputs; None where one of them depends on the input."""
        chosen = [self.inputs[place] for place in places if place < len(self.inputs)]
        if any(isinstance(value, Known) for value in chosen):
            return None
        return tuple(name for value in chosen if isinstance(value, Derived) for name in value.weights)

    def has(self, place: int) -> bool:
        """Tell whether an input is given."""
        return place < len(self.node.input) and bool(self.node.input[place])

    def emit(self, op: str, *inputs: Any, weights: Sequence[str] = (), **attributes: Any) -> Known:
        """Add a node of the shape that the operator gives."""
        return self.builder.emit(op, inputs or (self.data,), self.shape, weights, attributes)

    def unknown(self) -> list[Known]:
        """Add a node under the operator's own name for each tensor that it gives."""
        known = [value for value in self.inputs if isinstance(value, Known)]
        names = [n for value in self.inputs if isinstance(value, Derived) for n in value.weights]
        op = f"onnx.{self.node.op_type}"
        return [self.builder.emit(op, known, shape, names) for shape in self.shapes if shape]


Reader: TypeAlias = Callable[[Operation], Any]


def _window(o: Operation, kernel: Sequence[int]) -> dict[str, Any]:
    rank = len(kernel)
    stride = tuple(o.attribute("strides") or (1,) * rank)
    dilation = tuple(o.attribute("dilations") or (1,) * rank)
    pads = list(o.attribute("pads") or (0,) * 2 * rank)
    auto = (o.attribute("auto_pad") or b"NOTSET").decode()
    if auto.startswith("SAME"):
        totals = [step * (size - 1) for step, size in zip(dilation, kernel, strict=True)]
        pads = [total // 2 for total in totals] + [total - total // 2 for total in totals]
    return {
        "kernel": tuple(kernel),
        "stride": stride,
        "dilation": dilation,
        "padding": tuple(zip(pads[:rank], pads[rank:], strict=True)),
        "axis": 1,
    }


def _conv(o: Operation) -> Any:
    names = o.weights(1, 2)
    if names is None or not isinstance(o.inputs[1], Derived):
        return None
    attributes = _window(o, o.inputs[1].shape[2:])
    attributes |= {"filters": o.shape[1], "groups": int(o.attribute("group", 1)), "bias": o.has(2)}
    if o.node.op_type == "Conv":
        return o.emit("conv", weights=names, **attributes)
    attributes["output_padding"] = tuple(o.attribute("output_padding") or (0,) * o.rank)
    return o.emit("conv_transpose", weights=names, **attributes)


def _pool(op: str) -> Reader:
    def reader(o: Operation) -> Any:
        attributes = _window(o, o.attribute("kernel_shape"))
        return o.emit(op, ceil=bool(o.attribute("ceil_mode", 0)), **attributes)

    return reader


def _global(op: str) -> Reader:
    return lambda o: o.emit(op, size=(1,) * o.rank)


def _gemm(o: Operation) -> Any:
    names = o.weights(1, 2)
    if names is None or o.attribute("transA", 0):
        return None
    return o.emit("linear", weights=names, units=o.shape[-1], bias=o.has(2))


def _matmul(o: Operation) -> Any:
    a, b = o.inputs
    if isinstance(a, Known) and isinstance(b, Derived) and len(b.shape) == 2:
        return o.emit("linear", weights=b.weights, units=o.shape[-1], bias=False)
    return o.emit("matmul", a, b) if min(len(one.shape) for one in (a, b)) > 1 else None  # type: ignore[union-attr]


def _norm(op: str) -> Reader:
    def reader(o: Operation) -> Any:
        names = o.weights(1, 2)
        if names is None:
            return None
        extra = {"groups": int(o.attribute("num_groups"))} if op == "groupnorm" else {}
        return o.emit(op, weights=names, axis=1, scale=o.has(1), bias=o.has(2), **extra)

    return reader


def _layernorm(o: Operation) -> Any:
    names, rank = o.weights(1, 2), len(o.shape)
    first = int(o.attribute("axis", -1)) % rank
    if names is None:
        return None
    return o.emit("layernorm", weights=names, axes=tuple(range(first, rank)), scale=True, bias=o.has(2))


def _unary(op: str, **renamed: tuple[str, float]) -> Reader:
    def reader(o: Operation) -> Any:
        given: dict[str, Any] = {ours: float(o.attribute(*theirs)) for ours, theirs in renamed.items()}
        return o.emit(op, **given)

    return reader


def _softmax(o: Operation) -> Any:
    return o.emit("softmax", axis=int(o.attribute("axis", -1)) % len(o.shape))


def _clip(o: Operation) -> Any:
    bounds = [o.numbers[place] if place < len(o.numbers) else None for place in (1, 2)]
    low = o.attribute("min") if bounds[0] is None else float(bounds[0])
    high = o.attribute("max") if bounds[1] is None else float(bounds[1])
    if low == 0 and high in (None, 6):
        return o.emit("relu" if high is None else "relu6")
    return None if low is None or high is None else o.emit("clamp", low=float(low), high=float(high))


#: Activations that are written as a product of a value and a function of it.
GATED: Mapping[str, str] = {"sigmoid": "silu", "hardsigmoid": "hardswish", "erf": "gelu"}


def _merge(op: str) -> Reader:
    def reader(o: Operation) -> Any:
        a, b = o.inputs[:2]
        if isinstance(a, Known) and isinstance(b, Known):
            return (_gated(o, a, b) or _gated(o, b, a) if op == "mul" else None) or o.emit(op, a, b)
        if any(isinstance(value, Derived) and value.weights for value in (a, b)):
            return o.emit(op, a, b)
        known = a if isinstance(a, Known) else b
        return known if known.shape == o.shape else o.builder.emit("expand", [known], o.shape)  # type: ignore[union-attr, list-item]

    return reader


def _gated(o: Operation, value: Known, gate: Known) -> Known | None:
    node = o.builder.nodes[gate.place]
    if node.op in GATED and node.inputs == (value.place,):
        return o.emit(GATED[node.op], value)
    return None


def _same(o: Operation) -> Any:
    return o.data if o.data.shape == o.shape else None


def _reshape(o: Operation) -> Any:
    return o.builder.reshaped(o.data, o.shape)


def _transpose(o: Operation) -> Any:
    order = o.attribute("perm") or list(reversed(range(len(o.shape))))
    return o.builder.permuted(o.data, order)


def _concat(o: Operation) -> Any:
    if len(o.inputs) == 1:
        return o.data
    return o.emit("concat", *o.inputs, axis=int(o.attribute("axis")) % len(o.shape))


def _split(o: Operation) -> Any:
    axis, start, parts = int(o.attribute("axis", 0)) % len(o.data.shape), 0, []
    for shape in o.shapes:
        parts.append(o.builder.sliced(o.data, axis, start, start + shape[axis]))
        start += shape[axis]
    return parts


def _slice(o: Operation) -> Any:
    starts, ends = o.ints(1, "starts"), o.ints(2, "ends")
    axes = o.ints(3, "axes") or list(range(len(starts or ())))
    steps = o.ints(4) or [1] * len(axes)
    if starts is None or ends is None:
        return None
    value = o.data
    for axis, first, last, step in zip(axes, starts, ends, steps, strict=True):
        place = axis % len(value.shape)
        if step < 1:
            return None
        start, stop, _ = slice(first, last, step).indices(value.shape[place])
        value = o.builder.sliced(value, place, start, stop, step)
    return value


def _gather(o: Operation) -> Any:
    table, taken = o.inputs
    axis = int(o.attribute("axis", 0))
    if isinstance(table, Derived) and isinstance(taken, Known) and axis == 0 and len(table.shape) == 2:
        words, units = table.shape
        return o.emit("embedding", taken, weights=table.weights, words=words, units=units)
    places = o.ints(1)
    if not isinstance(table, Known) or places is None or len(places) != 1:
        return None
    axis %= len(table.shape)
    place = places[0] % table.shape[axis]
    return o.builder.reshaped(o.builder.sliced(table, axis, place, place + 1), o.shape)


def _reduce(op: str) -> Reader:
    def reader(o: Operation) -> Any:
        rank = len(o.data.shape)
        axes = o.ints(1, "axes") or list(range(rank))
        return o.emit(op, axes=tuple(sorted(axis % rank for axis in axes)))

    return reader


def _pad(o: Operation) -> Any:
    pads = o.ints(1, "pads")
    if pads is None or o.has(3):
        return None
    if not any(pads):
        return o.data
    half = len(pads) // 2
    return o.emit("pad", before=tuple(pads[:half]), after=tuple(pads[half:]))


def _resize(o: Operation) -> Any:
    return o.emit("upsample") if o.shape[:2] == o.data.shape[:2] else None


def _expand(o: Operation) -> Any:
    return o.data if o.data.shape == o.shape else o.emit("expand")


def _einsum(o: Operation) -> Any:
    equation = o.attribute("equation").decode()
    both = [value for value in o.inputs if isinstance(value, Known | Derived)]
    return contraction(o.builder, equation, both, o.shape) if len(both) == 2 else None


def _power(o: Operation) -> Any:
    exponent = o.numbers[1]
    named = {1.0: "", 2.0: "square", 0.5: "root"}
    name = named.get(float(exponent.reshape(-1)[0]), "power") if exponent is not None else None
    return None if name is None else o.emit(name) if name else o.data


def _prelu(o: Operation) -> Any:
    names = o.weights(1)
    right = names and product(o.builder.weights[names[0]]) == o.data.shape[1]
    return o.emit("prelu", weights=names) if names and right else None


def _shuffle(op: str) -> Reader:
    return lambda o: o.emit(op, factor=int(o.attribute("blocksize")))


#: The readers by the names of operators.
READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("Conv", "ConvTranspose"), _conv),
    "MaxPool": _pool("maxpool"),
    "AveragePool": _pool("avgpool"),
    "GlobalAveragePool": _global("adaptive_avgpool"),
    "GlobalMaxPool": _global("adaptive_maxpool"),
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Einsum": _einsum,
    "BatchNormalization": _norm("batchnorm"),
    "InstanceNormalization": _norm("instancenorm"),
    "GroupNormalization": _norm("groupnorm"),
    "LayerNormalization": _layernorm,
    "LeakyRelu": _unary("leaky_relu", slope=("alpha", 0.01)),
    "Elu": _unary("elu", alpha=("alpha", 1.0)),
    **{name: _unary(name.lower()) for name in ("Relu", "Selu", "Gelu", "Mish", "Tanh", "Sigmoid", "Erf")},
    "HardSwish": _unary("hardswish"),
    "HardSigmoid": _unary("hardsigmoid"),
    "Softplus": _unary("softplus"),
    "Sqrt": _unary("root"),
    "Reciprocal": _unary("reciprocal"),
    "Exp": _unary("exponential"),
    "Log": _unary("logarithm"),
    "Abs": _unary("absolute"),
    "Softmax": _softmax,
    "Clip": _clip,
    "PRelu": _prelu,
    "Pow": _power,
    **{name: _merge(name.lower()) for name in ("Add", "Sub", "Mul", "Div", "Max", "Min")},
    **dict.fromkeys(("Identity", "Dropout", "Cast", "Neg"), _same),
    **dict.fromkeys(("Reshape", "Flatten", "Squeeze", "Unsqueeze"), _reshape),
    "Transpose": _transpose,
    "Expand": _expand,
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Gather": _gather,
    "ReduceMean": _reduce("mean"),
    "ReduceSum": _reduce("sum"),
    "ReduceMax": _reduce("amax"),
    "ReduceL2": _reduce("vector_norm"),
    "Pad": _pad,
    **dict.fromkeys(("Resize", "Upsample"), _resize),
    "DepthToSpace": _shuffle("pixel_shuffle"),
    "SpaceToDepth": _shuffle("pixel_unshuffle"),
}
