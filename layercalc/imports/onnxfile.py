"""An ONNX file becomes a neutral graph; its weights' numbers are not read.

From: a path. To: a `graph.Graph`. The shapes are those that ONNX's own inference gives for one
example. What each operator means stands in `onnxops`. Only these two know onnx.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from layercalc.errors import fail
from layercalc.imports.graph import Call, Graph
from layercalc.imports.onnxops import READERS, Operation
from layercalc.imports.values import Builder, Derived, Known, Value

#: Elements of a tensor whose numbers are read: shapes, axes and places, never weights.
NUMBERS = 1_000
#: Where the exporter of PyTorch keeps the modules around an operator, and their classes.
SCOPES, CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"


def read_file(path: Path) -> Graph:
    """Read an ONNX file.

    Raises `SpecError` for what is none, and for shapes that are open but for the batch.
    """
    import onnx

    try:
        model = onnx.load(str(path), load_external_data=False)
        for value in model.graph.input:
            sizes = value.type.tensor_type.shape.dim
            if len(sizes) > 1 and not sizes[0].dim_value:
                sizes[0].dim_value = 1
        model = _folded(model)
    except Exception as error:  # noqa: BLE001 - onnx and protobuf raise what they like for a broken file
        raise fail(f"{path}: not an ONNX model: {type(error).__name__}") from None
    return _Reading(model, str(path), f"onnx {onnx.__version__}").graph()


def _folded(model: Any) -> Any:
    """Infer shapes, with the few numbers computed that they depend on, as those that a reshape asks for.

    Weights lose their numbers first, of which no shape depends.
    """
    import onnx

    for weight in model.graph.initializer:
        if math.prod(weight.dims) > NUMBERS:
            for kept in ("raw_data", "float_data"):
                weight.ClearField(kept)
    while True:
        model = onnx.shape_inference.infer_shapes(model, data_prop=True)
        known = _static(model)
        numbers = {
            weight.name: onnx.numpy_helper.to_array(weight)
            for weight in model.graph.initializer
            if math.prod(weight.dims) <= NUMBERS and weight.data_location == 0 and _is_whole(weight)
        }
        folded = False
        for node in list(model.graph.node):
            made = _computed(node, numbers, known)
            if made is not None:
                for name, array in zip(node.output, made, strict=True):
                    numbers[name] = array
                    model.graph.initializer.append(onnx.numpy_helper.from_array(array, name))
                model.graph.node.remove(node)
                folded = True
        if not folded:
            return model


def _is_whole(weight: Any) -> bool:
    """Tell whether a tensor is a number or some, and no weight."""
    return weight.data_type in WHOLE or math.prod(weight.dims) == 1


def _static(model: Any) -> dict[str, tuple[int, ...] | None]:
    """Give the shapes that are known, None for one that is open."""
    graph = model.graph
    found: dict[str, tuple[int, ...] | None] = {}
    for value in (*graph.input, *graph.value_info, *graph.output):
        if value.type.HasField("tensor_type") and value.type.tensor_type.HasField("shape"):
            sizes = [size.dim_value for size in value.type.tensor_type.shape.dim]
            found[value.name] = tuple(sizes) if all(sizes) else None
    return found


def _computed(node: Any, numbers: Mapping[str, Any], known: Mapping[str, Any]) -> list[Any] | None:
    """Compute what a node gives, where that depends on few known numbers, or on a shape alone."""
    import numpy
    from onnx.reference import ReferenceEvaluator

    if node.op_type == "Shape" and known.get(node.input[0]) is not None and not node.attribute:
        return [numpy.array(known[node.input[0]], dtype=numpy.int64)]
    given = [name for name in node.input if name]
    if not all(name in numbers for name in given) or not (given or node.op_type == "Constant"):
        return None
    try:
        made: Any = ReferenceEvaluator(node).run(None, {name: numbers[name] for name in given})
    except Exception:  # noqa: BLE001 - an operator that ONNX's own reference does not run stays as it is
        return None
    small = all(getattr(array, "size", NUMBERS + 1) <= NUMBERS for array in made)
    return list(made) if small and len(made) == len(node.output) else None


class _Reading:
    """One model while it is read."""

    def __init__(self, model: Any, source: str, version: str) -> None:
        self.model = model
        self.builder = Builder(source, version, calls=[Call("", model.graph.name or "Model")])
        self.values: dict[str, Value] = {"": Derived((), ())}
        self.numbers: dict[str, Any] = {}
        self.calls: dict[str, int] = {"": 0}
        self.shapes = _static(model)

    def graph(self) -> Graph:
        """Read node by node."""
        graph = self.model.graph
        given = {weight.name for weight in graph.initializer}
        for weight in graph.initializer:
            self._weight(weight)
        for value in graph.input:
            if value.name not in given:
                self.values[value.name] = self.builder.emit("input", [], self._shape(value.name))
        for node in graph.node:
            self._node(node)
        outputs = [self.values.get(value.name) for value in graph.output]
        known = [value for value in outputs if isinstance(value, Known)]
        if not known:
            raise fail(f"{self.builder.source}: no output depends on the input")
        return self.builder.finished(known)

    def _shape(self, name: str) -> tuple[int, ...]:
        shape = self.shapes.get(name)
        if shape is None:
            hint = "export it for inputs of one shape: only the batch may be open"
            raise fail(f"{self.builder.source}: the shape of {name} is open", hint=hint)
        return shape

    def _weight(self, weight: Any) -> None:
        from onnx import numpy_helper

        shape = tuple(weight.dims)
        size = math.prod(shape)
        if (weight.data_type in WHOLE and size <= NUMBERS) or size == 1:
            self.numbers[weight.name] = numpy_helper.to_array(weight) if weight.data_location == 0 else None
            self.values[weight.name] = Derived((), shape)
            return
        self.builder.weights[weight.name] = shape
        self.values[weight.name] = Derived((weight.name,), shape)

    def _node(self, node: Any) -> None:
        self.builder.call = self._call(node)
        inputs = [self.values.get(name, Derived((), ())) for name in node.input]
        if not any(isinstance(value, Known) for value in inputs):
            self._derived(node, inputs)
            return
        made = self._read(node, inputs)
        for name, value in zip(node.output, made if isinstance(made, list) else [made], strict=False):
            self.values[name] = value

    def _read(self, node: Any, inputs: list[Value]) -> Any:
        shape = self._shape(node.output[0])
        numbers = [self.numbers.get(name) for name in node.input]
        outputs = [self.shapes.get(name) or () for name in node.output]
        operation = Operation(node, inputs, numbers, shape, outputs, self.builder)
        reader = READERS.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        made = reader(operation) if reader is not None else None
        right = not isinstance(made, Known) or made.shape == shape
        return made if made is not None and right else operation.unknown()

    def _derived(self, node: Any, inputs: list[Value]) -> None:
        """Give what depends on no input: the weights that it is computed from."""
        found = [value.weights for value in inputs if isinstance(value, Derived)]
        names = tuple(dict.fromkeys(name for weights in found for name in weights))
        for name in node.output:
            self.values[name] = Derived(names, self.shapes.get(name) or ())

    def _call(self, node: Any) -> int:
        """Give the call of a module in which an operator stands, as its exporter wrote it down."""
        kept = {entry.key: entry.value for entry in getattr(node, "metadata_props", ())}
        scopes = re.findall(r"'([^']*)'", kept.get(SCOPES, ""))
        classes = re.findall(r"'([^']*)'", kept.get(CLASSES, ""))
        if not scopes:
            parts = [part for part in node.name.split("/")[1:-1] if part]
            scopes = ["", *parts]
            classes = ["", *(f"module {'/'.join(parts[: place + 1])}" for place in range(len(parts)))]
        call = 0
        for path, kind in zip(scopes, classes, strict=False):
            if path and path not in self.calls:
                self.calls[path] = len(self.builder.calls)
                self.builder.calls.append(Call(path, kind, call))
            call = self.calls[path] if path else call
        return call


#: ONNX's numbers of the types of whole numbers and conditions.
WHOLE = frozenset((2, 3, 4, 5, 6, 7, 9, 12, 13))
