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
        model = onnx.shape_inference.infer_shapes(model, data_prop=True)
    except Exception as error:  # noqa: BLE001 - onnx and protobuf raise what they like for a broken file
        raise fail(f"{path}: not an ONNX model: {type(error).__name__}") from None
    return _Reading(model, str(path), f"onnx {onnx.__version__}").graph()


class _Reading:
    """One model while it is read."""

    def __init__(self, model: Any, source: str, version: str) -> None:
        self.model = model
        self.builder = Builder(source, version, calls=[Call("", model.graph.name or "Model")])
        self.values: dict[str, Value] = {"": Derived((), ())}
        self.numbers: dict[str, Any] = {}
        self.calls: dict[str, int] = {"": 0}
        self.shapes = self._shapes()

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

    def _shapes(self) -> dict[str, tuple[int, ...] | None]:
        graph = self.model.graph
        found: dict[str, tuple[int, ...] | None] = {}
        for value in (*graph.input, *graph.value_info, *graph.output):
            if value.type.HasField("tensor_type") and value.type.tensor_type.HasField("shape"):
                sizes = [size.dim_value for size in value.type.tensor_type.shape.dim]
                found[value.name] = tuple(sizes) if all(sizes) else None
        return found

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
        if node.op_type == "Constant":
            self._constant(node)
            return
        inputs = [self.values.get(name, Derived((), ())) for name in node.input]
        if node.op_type == "Shape" and isinstance(inputs[0], Known | Derived):
            self._numbers(node, {})
            return
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

    def _constant(self, node: Any) -> None:
        from onnx import numpy_helper

        for attribute in node.attribute:
            if attribute.name == "value":
                array = numpy_helper.to_array(attribute.t)
                self.numbers[node.output[0]] = array if array.size <= NUMBERS else None
                self.values[node.output[0]] = Derived((), tuple(array.shape))
                return
        self._numbers(node, {})

    def _derived(self, node: Any, inputs: list[Value]) -> None:
        """Give what depends on no input: its weights, and its numbers where they are few."""
        found = [value.weights for value in inputs if isinstance(value, Derived)]
        names = tuple(dict.fromkeys(name for weights in found for name in weights))
        if not names and all(self.numbers.get(name) is not None for name in node.input if name):
            self._numbers(node, {name: self.numbers[name] for name in node.input if name})
            return
        for name in node.output:
            self.values[name] = Derived(names, self.shapes.get(name) or ())

    def _numbers(self, node: Any, given: Mapping[str, Any]) -> None:
        """Compute a few numbers: the sizes that a reshape asks for, the places of a slice."""
        import numpy
        from onnx.reference import ReferenceEvaluator

        made: Any
        if node.op_type == "Shape":
            value = self.values[node.input[0]]
            made = [numpy.array(value.shape if isinstance(value, Known | Derived) else (), dtype=numpy.int64)]
        else:
            try:
                made = ReferenceEvaluator(node).run(None, dict(given))
            except Exception:  # noqa: BLE001 - an operator that ONNX's own reference does not run stays open
                made = [None] * len(node.output)
        for name, array in zip(node.output, made, strict=False):
            small = array is not None and getattr(array, "size", NUMBERS + 1) <= NUMBERS
            self.numbers[name] = array if small else None
            self.values[name] = Derived((), tuple(getattr(array, "shape", self.shapes.get(name) or ())))

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
