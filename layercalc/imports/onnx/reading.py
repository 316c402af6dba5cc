"""Goes through the operators of an ONNX file in order, and adds what each means to a graph.

Shapes are inferred by onnx, operator by operator; what depends on no input and no weight is
computed by its reference evaluator, so that sizes which a file computes are numbers here. A value
is `Known` where it depends on an input, else `Derived`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import defs, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

from layercalc.errors import Diagnostic, SpecError, fail
from layercalc.imports.axes import unknown
from layercalc.imports.graph import Call, Graph
from layercalc.imports.onnx import layers, moves, recurrent
from layercalc.imports.onnx.files import FEW, KEPT, REAL, File, elements, told
from layercalc.imports.onnx.operation import Operation
from layercalc.imports.onnx.recognise import Recogniser
from layercalc.imports.onnx.scopes import Scopes
from layercalc.imports.values import Builder, Derived, Known, Parts, Value

#: The readers by the names of operators.
READERS = {**layers.READERS, **moves.READERS, **recurrent.READERS}
#: Operators that hold operators, of which the numbers in the data choose.
CONTROL = ("If", "Loop", "Scan", "SequenceMap")
#: Why an operator is not read whose shape depends on numbers.
OPEN = "the shape of what it gives is not known before it runs"
UNKNOWN = "no such operator is known"
#: Operators of which onnx does not infer that they keep the shape of what they take.
KEEPING = ("GroupNormalization", "MeanVarianceNormalization")
#: Operators by which files compute the sizes and the places that others take.
COMPUTED = frozenset(
    word
    for words in (
        "Constant ConstantOfShape Range Size Cast CastLike Identity EyeLike Trilu CumSum OneHot",
        "Gather GatherElements GatherND Concat Slice Squeeze Unsqueeze Reshape Flatten Transpose Expand Tile",
        "Add Sub Mul Div Mod Pow Neg Abs Sign Sqrt Reciprocal Exp Log Sin Cos Floor Ceil Round Min Max Clip",
        "Equal Less LessOrEqual Greater GreaterOrEqual Not And Or Where ScatterND ScatterElements Pad",
        "ReduceProd ReduceSum ReduceMax ReduceMin ReduceMean",
    )
    for word in words.split()
)


class Lost(Exception):  # noqa: N818 - a reason, which is caught and told as one of several
    """Why an operator gives nothing that can be read."""


class Reading:
    """One file while it is read: the types, the values and the numbers of its tensors by their names."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.builder = Builder(file.source, file.version)
        self.types: dict[str, Any] = {one.name: one.type for one in file.graph.value_info}
        self.values: dict[str, Known | Derived] = {}
        self.numbers: dict[str, Any] = {}
        self.literals: set[str] = set()
        self.taken = Counter(name for node in file.graph.node for name in node.input)
        self.taken.update(one.name for one in file.graph.output)
        self.used: Counter[int] = Counter()
        self.scopes = Scopes(file.graph.node, self.builder)
        self.recogniser = Recogniser(self.values, self.numbers, file.opsets[""])
        self.mistakes: list[Diagnostic] = []
        self.gone: set[str] = set()

    def graph(self) -> Graph:
        """Read node by node."""
        self._weights()
        for name, kind in self.file.inputs.items():
            self.types[name] = kind
            self._keep(name, self.builder.emit("input", [], sizes(kind) or ()))
        for place, node in enumerate(self.file.graph.node):
            self.scopes.enter(place)
            self._node(node)
        outputs = [one.name for one in self.file.graph.output]
        if self.mistakes:  # what has no form in the language is told with them
            raise SpecError([*self.mistakes, *unknown(self.builder)])
        missing = next((name for name in outputs if name not in self.values), None)
        if missing is not None:
            raise fail(f"{self.file.source}: nothing gives the output {missing}")
        known = [value for name in outputs if isinstance(value := self.values[name], Known)]
        if not known:
            raise fail(f"{self.file.source}: no output depends on the input")
        return self.builder.finished(known)

    def _weights(self) -> None:
        """Take what the file keeps: real numbers are weights, whole and single ones are constants."""
        graph = self.file.graph
        coded = {node.input[0] for node in graph.node if node.op_type == "DequantizeLinear" and node.input}
        kept = [(tensor, tuple(tensor.dims)) for tensor in graph.initializer]
        kept += [(one.values, tuple(one.dims)) for one in graph.sparse_initializer]
        sparse = {one.values.name for one in graph.sparse_initializer}
        for tensor, shape in kept:
            name, kind = tensor.name, tensor.data_type
            if min(shape, default=1) < 0:
                raise fail(f"{self.file.source}: {name} has the shape {list(shape)}")
            self.types[name] = onnx.helper.make_tensor_type_proto(kind, shape)
            self.values[name] = Derived((), shape)
            real = kind in REAL and elements(shape) > 1 and name not in self.file.uniform
            if name in coded or real:
                self.builder.weights[name] = shape
                self.values[name] = Derived((name,), shape)
            inside = name not in sparse and tensor.data_location != onnx.TensorProto.EXTERNAL
            if inside and elements(shape) <= (FEW if kind in REAL else KEPT):
                self.numbers[name] = self._array(tensor)

    def _array(self, tensor: Any) -> Any:
        try:
            return numpy_helper.to_array(tensor)
        except Exception as error:  # noqa: BLE001 - onnx and numpy raise many kinds of error for a broken tensor
            raise fail(f"{self.file.source}: the tensor {tensor.name}: {told(error)}") from None

    def _keep(self, name: str, value: Known | Derived) -> None:
        self.values[name] = value
        if isinstance(value, Known):
            self.used[value.place] += self.taken[name]

    # -- one operator --

    def _node(self, node: Any) -> None:
        """Read an operator; where it cannot be, what depends on it is not read either."""
        if any(name in self.gone for name in node.input):
            self.gone.update(node.output)
            if node.domain or node.op_type not in READERS.keys() | COMPUTED | {"Shape"}:
                self.mistakes.append(Diagnostic(f"{self._where(node)}: {_title(node)}: {UNKNOWN}"))
            return
        try:
            self._read(node)
        except Lost as reason:
            self.gone.update(node.output)
            self.mistakes.append(Diagnostic(f"{self._where(node)}: {_title(node)}: {reason}"))

    def _where(self, node: Any) -> str:
        path = self.builder.calls[self.builder.call].path
        return node.name or path or next(iter(node.output), "") or self.file.source

    def _read(self, node: Any) -> None:
        missing = next((name for name in node.input if name and name not in self.values), None)
        if missing is not None:
            raise Lost(f"takes {missing}, which nothing before it gives")
        if node.op_type in CONTROL:
            raise Lost(
                "what a model does must not depend on the numbers in its tensors, and loops are not read"
            )
        if node.op_type == "Constant" and not node.domain:
            self.literals.update(node.output)
        values = [self.values[name] for name in node.input if name]
        types = self._types(node)
        if self._computed(node, values, types):
            return
        shapes = [sizes(one) for one in types]
        if not shapes or any(shape is None or min(shape, default=1) < 0 for shape in shapes):
            raise Lost(OPEN if defs.has(node.op_type, node.domain) else UNKNOWN)
        for name, kind in zip(node.output, types, strict=False):
            self.types[name] = kind
        if any(isinstance(value, Known) for value in values):
            self._emit(node, tuple(shape for shape in shapes if shape is not None))
        else:
            self._derive(node, values, shapes)

    def _derive(self, node: Any, values: Sequence[Any], shapes: Sequence[Any]) -> None:
        """Keep what is computed from weights alone, or from none."""
        if node.op_type == "Identity" and self.file.is_pytorch and node.input[0] in self.builder.weights:
            # PyTorch's exporter writes weights once that are equal when it runs, as norms before training.
            self.builder.weights[node.output[0]] = values[0].shape
            values = [Derived((node.output[0],), values[0].shape)]
        values = values[:1] if node.op_type == "DequantizeLinear" else values
        weights = tuple(dict.fromkeys(name for value in values for name in value.weights))
        for name, shape in zip(node.output, shapes, strict=False):
            self.values[name] = Derived(weights, shape)

    def _emit(self, node: Any, shapes: tuple[tuple[int, ...], ...]) -> None:
        made = self._meaning(node, shapes)
        items = made.items if isinstance(made, Parts) else (made,)
        for name in node.output[len(items) :]:
            if self.taken[name] and name:
                raise Lost(f"its output {name} is not read")
        for name, value in zip(node.output, items, strict=False):
            if name:
                self._keep(name, value)

    def _meaning(self, node: Any, shapes: tuple[tuple[int, ...], ...]) -> Value:
        if min((min(shape, default=1) for shape in shapes), default=1) < 1:
            raise Lost("gives a tensor without elements")
        self.recogniser.add(node)
        if (found := self.recogniser.find(node, shapes[0])) is not None:
            op, source, attributes = found
            return self.builder.emit(op, [self.values[source]], shapes[0], (), attributes)
        attributes = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        operation = Operation(
            node,
            self.file.opsets[""],
            attributes,
            shapes,
            self.values,
            self.numbers,
            self.literals,
            self.used,
            self.builder,
        )
        reader = READERS.get(node.op_type) if not node.domain else None
        takes = isinstance(operation[0], Known) or node.op_type in FREE
        made = reader(operation) if reader is not None and takes else None
        if made is None or (isinstance(made, Known) and made.shape != shapes[0]):
            return self._unknown(node, operation)
        return made

    def _unknown(self, node: Any, operation: Operation) -> Value:
        """Add an operator under its own name, in a call of its own where the file tells no module."""
        before = self.builder.call
        if not self.scopes.told:
            self.builder.calls.append(Call(self._where(node), _title(node), before))
            self.builder.call = len(self.builder.calls) - 1
        made = operation.unknown(_title(node))
        self.builder.call = before
        return made

    # -- types and constants --

    def _types(self, node: Any) -> list[Any]:
        """Infer the types of what an operator gives; what onnx does not know is as the file says."""
        known = {name: self.types[name] for name in node.input if name}
        given: Mapping[str, Any] = {}
        domain = "" if node.domain == "ai.onnx" else node.domain
        if domain in self.file.opsets and defs.has(node.op_type, domain):
            given = self._inferred(node, domain, known)
        if node.op_type in KEEPING and not node.domain:
            given = {node.output[0]: known[node.input[0]]}
        names = [name for place, name in enumerate(node.output) if name or place == 0]
        return [given.get(name) or self.types.get(name) for name in names]

    def _inferred(self, node: Any, domain: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
        data = {name: numpy_helper.from_array(self.numbers[name]) for name in known if name in self.numbers}
        try:
            schema = defs.get_schema(node.op_type, self.file.opsets[domain], domain)
            schema_types = shape_inference.infer_node_outputs(
                schema,
                node,
                dict(known),
                data,
                opset_imports=[onnx.helper.make_opsetid(*one) for one in self.file.opsets.items()],
            )
        except Exception as error:  # noqa: BLE001 - onnx raises many kinds of error for a broken operator
            raise Lost(told(error)) from None
        return schema_types

    def _computed(self, node: Any, values: Iterable[Known | Derived], types: Sequence[Any]) -> bool:
        """Compute what depends on neither inputs nor weights, or on a shape alone, if it is small."""
        if len(node.output) != 1 or node.domain not in ("", "ai.onnx"):
            return False
        shape = sizes(types[0])
        if node.op_type == "Shape":
            written = {one.name: one.i for one in node.attribute}
            taken = self.values[node.input[0]].shape[written.get("start", 0) : written.get("end")]
            made = np.array(taken, dtype=np.int64)
        elif (
            node.op_type not in COMPUTED
            or shape is None
            or elements(shape) > KEPT
            or any(isinstance(value, Known) or value.weights for value in values)
        ):
            return False
        elif all(name in self.numbers for name in node.input if name):
            made = self._evaluated(node)
        else:
            return False
        self.numbers[node.output[0]] = made
        self.types[node.output[0]] = onnx.helper.make_tensor_type_proto(
            types[0].tensor_type.elem_type, made.shape
        )
        self.values[node.output[0]] = Derived((), tuple(made.shape))
        return True

    def _evaluated(self, node: Any) -> Any:
        given = {name: self.numbers[name] for name in node.input if name}
        try:
            if any(one.t.data_location == onnx.TensorProto.EXTERNAL for one in node.attribute):
                raise ValueError("a constant in another file")
            with np.errstate(all="ignore"):
                (made,) = ReferenceEvaluator(node).run(None, given)
        except Exception as error:  # noqa: BLE001 - numpy raises many kinds of error for a broken operator
            raise Lost(told(error)) from None
        return np.asarray(made)


#: Operators of which the first tensor need not depend on the input.
FREE = frozenset(
    ("Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean", "Concat", "MatMul", "Gemm", "Gather", "Einsum")
)


def sizes(kind: Any) -> tuple[int, ...] | None:
    """Give the shape of a type; None where a size is open."""
    if kind is None or not kind.HasField("tensor_type") or not kind.tensor_type.HasField("shape"):
        return None
    axes = kind.tensor_type.shape.dim
    return (
        tuple(axis.dim_value for axis in axes) if all(axis.HasField("dim_value") for axis in axes) else None
    )


def _title(node: Any) -> str:
    """Name an operator, with its domain."""
    return f"{node.domain or 'ai.onnx'}.{node.op_type}"
