"""Small ONNX models, made node by node; what imports this is skipped where onnx is not installed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install '.[onnx]'")
numpy = pytest.importorskip("numpy")

FLOAT, WHOLE = 1, 7


class Maker:
    """A model that is being made."""

    def __init__(self, producer: str = "") -> None:
        self.producer = producer
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, *sizes: int) -> str:
        array = numpy.random.default_rng(len(self.weights)).normal(size=sizes)
        return self.kept(name, array.astype(numpy.float32))

    def whole(self, name: str, *numbers: int) -> str:
        return self.kept(name, numpy.array(numbers, dtype=numpy.int64))

    def real(self, number: float) -> str:
        return self.kept(f"real{len(self.weights)}", numpy.array(number, dtype=numpy.float32))

    def kept(self, name: str, array: Any) -> str:
        self.weights.append(onnx.numpy_helper.from_array(array, name))
        return name

    def node(
        self, op: str, inputs: Sequence[str], name: str = "", outputs: int = 1, **attributes: Any
    ) -> str:
        value = f"{op}{len(self.nodes)}"
        names = [value, *(f"{value}_{place}" for place in range(1, outputs))]
        self.nodes.append(onnx.helper.make_node(op, list(inputs), names, name or value, **attributes))
        return value

    def model(self, outputs: str | Sequence[str], *sizes: int | str, opset: int = 17) -> Any:
        value = onnx.helper.make_tensor_value_info
        ends = [outputs] if isinstance(outputs, str) else outputs
        entering, leaving = value("x", FLOAT, list(sizes)), [value(name, FLOAT, None) for name in ends]
        graph = onnx.helper.make_graph(self.nodes, "Net", [entering], leaving, self.weights)
        imports = [onnx.helper.make_opsetid("", opset), onnx.helper.make_opsetid("other", 1)]
        return onnx.helper.make_model(graph, opset_imports=imports, producer_name=self.producer)

    def saved(self, path: Path, outputs: str | Sequence[str], *sizes: int | str, opset: int = 17) -> Path:
        path.write_bytes(self.model(outputs, *sizes, opset=opset).SerializeToString())
        return path


def image(maker: Maker, normalized: bool) -> str:
    """Make a residual block with a classifier, its normalization kept or folded into a bias."""
    bias = [] if normalized else [maker.weight("b0", 8)]
    value = maker.node("Conv", ["x", maker.weight("w0", 8, 3, 3, 3), *bias], pads=[1, 1, 1, 1])
    if normalized:
        norm = [maker.weight(f"n{place}", 8) for place in range(4)]
        value = maker.node("BatchNormalization", [value, *norm])
    value = maker.node("MaxPool", [value], kernel_shape=[2, 2], strides=[2, 2])
    body = maker.node("Conv", [value, maker.weight("w1", 8, 1, 3, 3)], pads=[1, 1, 1, 1], group=8)
    body = maker.node("Mul", [body, maker.node("Sigmoid", [body])])  # as exporters write SiLU
    value = maker.node("GlobalAveragePool", [maker.node("Add", [value, body])])
    value = maker.node("Flatten", [value])
    return maker.node("Gemm", [value, maker.weight("w2", 10, 8), maker.weight("b2", 10)], transB=1)


def tokens(maker: Maker) -> str:
    """Make a linear layer and attention, of which the shapes are computed from that of the input."""
    length = maker.node("Gather", [maker.node("Shape", ["x"]), maker.whole("one", 1)])
    heads = maker.node("Div", [maker.whole("width", 16), maker.whole("four", 4)])
    sizes = [maker.whole("batch", 1), length, maker.whole("heads", 4), heads]
    value = maker.node("MatMul", ["x", maker.weight("w", 16, 16)])
    value = maker.node("Add", [maker.weight("b", 16), value])
    value = maker.node("Reshape", [value, maker.node("Concat", sizes, axis=0)])
    query = maker.node("Transpose", [value], perm=[0, 2, 1, 3])
    key = maker.node("Transpose", [value], perm=[0, 2, 3, 1])
    scaled = maker.node("Div", [maker.node("MatMul", [query, key]), maker.real(2)])
    return maker.node("Softmax", [scaled])


def layernorm(maker: Maker, axes: list[int]) -> str:
    """Make a layer norm as exporters take it apart."""
    centred = maker.node("Sub", ["x", maker.node("ReduceMean", ["x"], axes=axes)])
    square = maker.node("Pow", [centred, maker.real(2)])
    spread = maker.node("Add", [maker.node("ReduceMean", [square], axes=axes), maker.real(1e-5)])
    return maker.node("Div", [centred, maker.node("Sqrt", [spread])])


#: What mutated sizes, axes and counts become.
NUMBERS = (-(2**63), -(2**31), -1, 0, 1, 2, 3, 7, 255, 65_536, 2**31, 2**62, 2**63 - 1)


def mutated(model: Any, chance: random.Random) -> bytes:
    """Change a few fields of a model, or a few of its bytes."""
    if chance.random() < 0.3:
        data = bytearray(model.SerializeToString())
        for _ in range(chance.randint(1, 8)):
            place, count = chance.randrange(len(data)), chance.choice([0, 1, 12])
            data[place : place + count] = chance.randbytes(chance.choice([0, 1, 5]))
        return bytes(data)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for _ in range(chance.randint(1, 3)):
        chance.choice(CHANGES)(copy, chance)
    return bytes(copy.SerializeToString())


def _operator(model: Any, chance: random.Random) -> None:
    chance.choice(model.graph.node).op_type = chance.choice(onnx.defs.get_all_schemas()).name


def _wire(model: Any, chance: random.Random) -> None:
    node = chance.choice(model.graph.node)
    values = [output for other in model.graph.node for output in other.output]
    if node.input:
        node.input[chance.randrange(len(node.input))] = chance.choice([*values, "x", "", "gone"])
    if chance.random() < 0.3:
        del node.input[-1:]


def _attribute(model: Any, chance: random.Random) -> None:
    node, number = chance.choice(model.graph.node), chance.choice(NUMBERS)
    name = chance.choice(["axis", "axes", "kernel_shape", "pads", "group", "perm", "strides", "dilations"])
    kept = [one for one in node.attribute if one.name != name]
    del node.attribute[:]
    value = chance.choice([number, [number], [number] * 4, "x", 1.5])
    node.attribute.extend([*kept, onnx.helper.make_attribute(name, value)])


def _tensor(model: Any, chance: random.Random) -> None:
    tensor = chance.choice(model.graph.initializer)
    if chance.random() < 0.4 and tensor.dims:
        tensor.dims[chance.randrange(len(tensor.dims))] = chance.choice(NUMBERS)
    elif chance.random() < 0.5:
        tensor.data_type = chance.randrange(24)
    elif tensor.data_type == WHOLE:
        numbers = [chance.choice(NUMBERS) for _ in range(len(tensor.raw_data) // 8)]
        tensor.raw_data = numpy.array(numbers, dtype=numpy.int64).tobytes()
    else:
        tensor.raw_data = tensor.raw_data[: chance.randrange(len(tensor.raw_data) + 1)]


def _version(model: Any, chance: random.Random) -> None:
    model.opset_import[0].version = chance.choice([-1, 0, 1, 7, 11, 13, 25, 10**9])


def _size(model: Any, chance: random.Random) -> None:
    axes = model.graph.input[0].type.tensor_type.shape.dim
    axes[chance.randrange(len(axes))].dim_value = chance.choice(NUMBERS)


CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    _operator,
    _wire,
    _attribute,
    _tensor,
    _version,
    _size,
)
