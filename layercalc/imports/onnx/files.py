"""Opens an ONNX file: its operators, the shapes of its inputs, and of its weights only the shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from onnx import inliner

from layercalc import limits
from layercalc.errors import fail

#: Elements up to which a constant is kept, to compute shapes with; and one of real numbers, such as a scale.
KEPT, FEW = 65_536, 64
#: The names of tensors that PyTorch's exporter made, which are in no module.
MADE = re.compile(r"val_\d+")
#: Where a tensor has its elements.
DATA = ("raw_data", "float_data", "double_data", "int32_data", "int64_data", "uint64_data", "string_data")
#: The elements that weights have: real numbers.
REAL = frozenset(
    number
    for name, number in onnx.TensorProto.DataType.items()
    if name.startswith(("FLOAT", "DOUBLE", "BFLOAT"))
)


@dataclass(frozen=True, slots=True)
class File:
    """An ONNX file: its graph without local functions, and what it says of itself."""

    source: str
    graph: Any
    opsets: dict[str, int]
    inputs: dict[str, Any]
    uniform: frozenset[str]
    producer: str
    version: str

    @property
    def is_pytorch(self) -> bool:
        """Whether PyTorch's exporter wrote it."""
        return self.producer == "pytorch"


def load(path: Path, shapes: Sequence[tuple[int, ...]]) -> File:
    """Open a file, without what it keeps in other files."""
    if path.stat().st_size > limits.ONNX_BYTES:
        raise fail(f"{path}: has over {limits.ONNX_BYTES:,} bytes, the limit for an ONNX file")
    try:
        model = onnx.load(str(path), format="protobuf", load_external_data=False)
        uniform = _uniform(model.graph) if model.producer_name == "pytorch" else frozenset()
        _without_data(model.graph)
        if model.functions:
            model = inliner.inline_local_functions(model)
        opsets = {"" if one.domain == "ai.onnx" else one.domain: one.version for one in model.opset_import}
        made = " ".join((model.producer_name, model.producer_version.partition("+")[0])).strip()
    except Exception as error:  # noqa: BLE001 - onnx and protobuf raise many kinds of error for a broken file
        raise fail(f"{path}: not an ONNX file: {told(error)}") from None
    if not model.graph.node or "" not in opsets or not all(isinstance(name, str) for name in _names(model)):
        raise fail(f"{path}: not an ONNX file: it has no operators, or names that are no text")
    if len(model.graph.node) > limits.GRAPH_NODES:
        raise fail(f"{path}: has over {limits.GRAPH_NODES:,} operators, the limit for an ONNX file")
    version = f"onnx {onnx.__version__}" + (f", written by {made}" if made else "")
    inputs = _inputs(path, model.graph, shapes)
    return File(str(path), model.graph, opsets, inputs, uniform, model.producer_name, version)


def _names(model: Any) -> Iterator[Any]:
    """Give all names that an operator or a tensor has, and what exporters write beside them."""
    graph = model.graph
    for node in graph.node:
        yield from (node.op_type, node.domain, node.name, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)
        yield from (text for entry in node.metadata_props for text in (entry.key, entry.value))
    for one in (*graph.initializer, *graph.input, *graph.output, *graph.value_info):
        yield one.name
    yield from (one.values.name for one in graph.sparse_initializer)


def _uniform(graph: Any) -> frozenset[str]:
    """Name the tensors of one number each that PyTorch's exporter made: the ones of norms, parts of masks."""
    found = []
    for tensor in graph.initializer:
        count, raw = elements(tensor.dims), tensor.raw_data
        if MADE.fullmatch(tensor.name) and count > 1 and raw and raw == raw[: len(raw) // count] * count:
            found.append(tensor.name)
    return frozenset(found)


def _without_data(graph: Any) -> None:
    """Take the elements out of tensors that only their shape is needed of."""
    for tensor in graph.initializer:
        if elements(tensor.dims) > (FEW if tensor.data_type in REAL else KEPT):
            for name in DATA:
                tensor.ClearField(name)


def told(error: Exception) -> str:
    """Give the first line of a foreign message."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"


def elements(sizes: Sequence[int]) -> int:
    """Count the elements of a tensor."""
    total = 1
    for size in sizes:
        total *= size
    return total


def _inputs(path: Path, graph: Any, shapes: Sequence[tuple[int, ...]]) -> dict[str, Any]:
    """Give the types of the inputs, each size a number, that of the batch 1."""
    kept = {tensor.name for tensor in graph.initializer}
    given = [one for one in graph.input if one.name not in kept]
    if shapes and len(shapes) != len(given):
        raise fail(f"{path}: takes {len(given)} inputs, and --input gives {len(shapes)}")
    types = {}
    for place, one in enumerate(given):
        if not one.type.HasField("tensor_type") or not one.type.tensor_type.HasField("shape"):
            raise fail(f"{path}: the input {one.name} is no tensor of a known number of axes")
        types[one.name] = _fixed(path, one, shapes[place] if shapes else None)
    return types


def _fixed(path: Path, one: Any, shape: tuple[int, ...] | None) -> Any:
    axes = one.type.tensor_type.shape.dim
    known = [axis.dim_value if axis.HasField("dim_value") and axis.dim_value > 0 else None for axis in axes]
    if shape is not None and len(shape) != len(known) - 1:
        raise fail(
            f"{path}: the input {one.name} has {len(known)} axes, that of the batch among them, "
            f"and --input gives {len(shape)}"
        )
    sizes: list[int] = []
    for axis, size in enumerate(known):
        wanted = 1 if axis == 0 else shape[axis - 1] if shape is not None else size
        if wanted is None:
            raise fail(
                f"{path}: the file leaves axis {axis} of the input {one.name} open",
                hint="--input gives its shape, without the batch: --input 3,224,224",
            )
        if size is not None and size != wanted:
            raise fail(
                f"{path}: the file has {size} for axis {axis} of the input {one.name}, not {wanted}",
                hint=_hint(axis),
            )
        sizes.append(wanted)
    return onnx.helper.make_tensor_type_proto(one.type.tensor_type.elem_type, sizes)


def _hint(axis: int) -> str:
    return (
        "axis 0 is the batch's: export the model for a batch of 1, or with this axis open"
        if axis == 0
        else ""
    )
