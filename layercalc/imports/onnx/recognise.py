"""Finds activations and norms that an exporter took apart, by what they compute.

A value that elementwise operators, constants and means over the same axes make of one tensor is a
function of this tensor. It is computed on a sample by onnx's reference evaluator, and held
against the functions of `KNOWN`: however it is written, it is the same function or it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator

from layercalc import limits
from layercalc.errors import limit
from layercalc.imports.onnx.files import KEPT
from layercalc.imports.values import Derived, Known

Array = Any
#: What a function of one tensor is found to be: the operator, the tensor, and attributes.
Found = tuple[str, str, dict[str, Any]]

#: Operators on each element.
ELEMENTWISE = frozenset(
    word
    for words in (
        "Add Sub Mul Div Pow Neg Abs Exp Log Sqrt Reciprocal Erf Min Max Clip Identity Cast",
        "Relu Tanh Sigmoid HardSigmoid Softplus",
    )
    for word in words.split()
)
#: Operators over axes.
REDUCING = frozenset(("ReduceMean", "ReduceSum", "ReduceMax"))
#: Operators of which at least one is in each known function.
TELLING = frozenset(("Erf", "Tanh", "Sigmoid", "HardSigmoid", "Relu", "Clip", "Max", "Min", *REDUCING))
#: Operators that end what is taken apart: others are what they are called.
ENDS = frozenset(("Add", "Mul", "Div", "Clip", "Min", "Max", "HardSigmoid"))
#: Operators of one function: GELU by the hyperbolic tangent takes eight, a layer norm seven.
LONGEST = 12
#: Between a function with constants of half precision and the function itself.
CLOSE = 5e-4


def _norm(x: Array, axes: tuple[int, ...]) -> Array:
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True))


def _softmax(x: Array, axes: tuple[int, ...]) -> Array:
    raised = np.exp(x)
    return raised / raised.sum(axis=axes, keepdims=True)


def _gelu(x: Array) -> Array:
    return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2


def _gelu_tanh(x: Array) -> Array:
    return x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


#: Functions of each element.
KNOWN: Mapping[str, tuple[Callable[[Array], Array], ...]] = {
    "relu": (lambda x: np.maximum(x, 0),),
    "relu6": (lambda x: np.clip(x, 0, 6),),
    "hardsigmoid": (lambda x: np.clip(x + 3, 0, 6) / 6,),
    "hardswish": (lambda x: x * np.clip(x + 3, 0, 6) / 6,),
    "silu": (lambda x: x / (1 + np.exp(-x)),),
    "mish": (lambda x: x * np.tanh(np.log1p(np.exp(x))),),
    "gelu": (_gelu, _gelu_tanh),
}
#: Functions over axes.
OVER: Mapping[str, Callable[[Array, tuple[int, ...]], Array]] = {
    "layernorm": _norm,
    "rmsnorm": lambda x, axes: x / np.sqrt((x**2).mean(axis=axes, keepdims=True)),
    "softmax": _softmax,
}


class Recogniser:
    """The operators of a file so far, and what they make of one tensor."""

    def __init__(
        self,
        values: Mapping[str, Known | Derived],
        numbers: Mapping[str, Array],
        opset: int,
    ) -> None:
        self.values, self.numbers, self.opset = values, numbers, opset
        self.makers: dict[str, tuple[int, Any]] = {}
        self.found: dict[Any, tuple[str, dict[str, Any]] | None] = {}

    def add(self, node: Any) -> None:
        """Take an operator that may be part of a function."""
        if node.domain or node.op_type not in ELEMENTWISE | REDUCING:
            return
        taken = [name for name in node.input if name and not isinstance(self.values[name], Known)]
        most = KEPT if node.op_type in REDUCING else 1
        if all(name in self.numbers and self.numbers[name].size <= most for name in taken):
            self.makers[node.output[0]] = (len(self.makers), node)

    def find(self, node: Any, shape: tuple[int, ...]) -> Found | None:
        """Find the function that ends in an operator of a shape, of the tensor that is farthest back."""
        if node.op_type not in ENDS or node.output[0] not in self.makers:
            return None
        best, cone, open_ = None, list[Any](), {node.output[0]}
        while len(cone) < LONGEST:
            name = max(open_, key=lambda one: self.makers[one][0] if one in self.makers else -1)
            if name not in self.makers:
                break
            open_.remove(name)
            maker = self.makers[name][1]
            cone.append(maker)
            open_.update(one for one in maker.input if one and isinstance(self.values[one], Known))
            if len(open_) != 1 or self.values[next(iter(open_))].shape != shape:
                continue
            if (found := self._known(cone[::-1], *open_)) is not None:
                best = (found[0], next(iter(open_)), found[1])
        return best

    def _known(self, cone: list[Any], source: str) -> tuple[str, dict[str, Any]] | None:
        """Name the function that a cone of operators is; one of a kind is computed once."""
        if not any(node.op_type in TELLING for node in cone):
            return None
        numbers = [self.numbers[name] for node in cone for name in node.input if name in self.numbers]
        names: dict[str, int] = {}
        wiring = []
        for node in cone:
            places = [names.setdefault(name, len(names)) for name in (*node.input, *node.output)]
            wiring.append((node.op_type, *places, *(one.SerializeToString() for one in node.attribute)))
        held = tuple((number.dtype.str, number.shape, number.tobytes()) for number in numbers)
        key = (tuple(wiring), held, self.values[source].shape)
        if key not in self.found:
            if len(self.found) == limits.FUNCTIONS:
                raise limit(
                    f"the file has over {limits.FUNCTIONS:,} different functions of one tensor, the limit"
                )
            self.found[key] = self._computed(cone, source)
        return self.found[key]

    def _computed(self, cone: list[Any], source: str) -> tuple[str, dict[str, Any]] | None:
        rank = len(self.values[source].shape)
        over = {self._axes(node, rank) for node in cone if node.op_type in REDUCING}
        if len(over) > 1 or over & {()}:
            return None
        axes = next(iter(over), ())
        whole = self.values[source].shape
        less = tuple(1 if axis in axes else size for axis, size in enumerate(whole))
        if any(self.values[node.output[0]].shape not in (whole, less) for node in cone[:-1]):
            return None
        sample = self._sample(rank, axes)
        made = self._run(cone, source, sample)
        if made is None or made.shape != sample.shape:
            return None
        if axes:
            names = [name for name, known in OVER.items() if _close(made, known(sample, axes))]
            names = [name for name in names if name != "softmax" or len(axes) == 1]
            return (names[0], _attributes(names[0], axes)) if names else None
        for name, forms in KNOWN.items():
            if any(_close(made, known(sample)) for known in forms):
                return name, {}
        return None

    def _axes(self, node: Any, rank: int) -> tuple[int, ...]:
        written = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        axes = written.get("axes") or (
            self.numbers[node.input[1]].reshape(-1) if len(node.input) > 1 and node.input[1] else ()
        )
        return tuple(sorted(int(axis) % rank for axis in axes)) if written.get("keepdims", 1) else ()

    def _sample(self, rank: int, axes: tuple[int, ...]) -> Array:
        """Make numbers that tell functions apart, so far apart that what guards a root is nothing."""
        shape = [1] * rank
        for axis in axes[:2]:
            shape[axis] = 11
        for axis in [axis for axis in range(rank) if axis not in axes][:1]:
            shape[axis] = 3 if axes else 64
        count = math.prod(shape)
        spread = np.linspace(-7, 7, count)[(np.arange(count) * 7919) % count]
        return spread.reshape(shape)

    def _run(self, cone: list[Any], source: str, sample: Array) -> Array | None:
        given = {name: self.numbers[name] for node in cone for name in node.input if name in self.numbers}
        real = {name: one.astype(np.float64) if one.dtype.kind == "f" else one for name, one in given.items()}
        kinds = onnx.TensorProto.DOUBLE
        inputs = [onnx.helper.make_tensor_value_info(name, kinds, None) for name in (source, *given)]
        result = onnx.helper.make_tensor_value_info(cone[-1].output[0], kinds, None)
        graph = onnx.helper.make_graph(cone, "function", inputs, [result])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", self.opset)])
        try:
            with np.errstate(all="ignore"):
                (made,) = ReferenceEvaluator(model).run(None, {source: sample, **real})
        except Exception:  # noqa: BLE001 - a function that numpy refuses is none of those known
            return None
        return np.asarray(made)


def _attributes(name: str, axes: tuple[int, ...]) -> dict[str, Any]:
    return {"axis": axes[0]} if name == "softmax" else {"axes": axes, "scale": False, "bias": False}


def _close(made: Array, wanted: Array) -> bool:
    return bool(np.allclose(made, wanted, rtol=CLOSE, atol=CLOSE))
