"""An operator of an ONNX file, as the readers of operators see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

from layercalc.imports import operators
from layercalc.imports.graph import Node
from layercalc.imports.values import Builder, Derived, Known, Parts, Value


@dataclass(frozen=True)
class Operation:
    """An operator with its inputs; one that is left out, and a number that is not known, is None.

    `shapes` are those of its outputs, `numbers` the constants of the file, `literals` those that are
    written into an operator of their own, `used` how often the tensor of each node is taken.
    """

    node: Any
    opset: int
    attributes: Mapping[str, Any]
    shapes: tuple[tuple[int, ...], ...]
    values: Mapping[str, Known | Derived]
    numbers: Mapping[str, Any]
    literals: Set[str]
    used: Mapping[int, int]
    builder: Builder

    def __getitem__(self, which: int) -> Known | Derived | None:
        return self.values.get(self.name(which))

    def name(self, which: int) -> str:
        """Name an input, empty where it is left out."""
        return self.node.input[which] if which < len(self.node.input) else ""

    @property
    def inputs(self) -> list[Known | Derived]:
        """Its inputs, without those that are left out."""
        return [self.values[name] for name in self.node.input if name]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what it makes, the first of several."""
        return self.shapes[0]

    @property
    def data(self) -> Known:
        """Its first tensor; a reader has seen that it depends on the input."""
        found = self[0]
        assert isinstance(found, Known)
        return found

    def ints(self, which: int, attribute: str = "") -> list[int] | None:
        """Give whole numbers: an input, or the attribute that older versions have; None for unknown ones."""
        if self.name(which):
            found = self.numbers.get(self.name(which))
            return None if found is None else [int(number) for number in found.reshape(-1)]
        written = self.attributes.get(attribute)
        return None if written is None else list(written)

    def number(self, which: int, attribute: str = "") -> float | None:
        """Give a single number, as `ints` does."""
        if self.name(which):
            found = self.numbers.get(self.name(which))
            return None if found is None or found.size != 1 else float(found.reshape(-1)[0])
        return self.attributes.get(attribute)

    def weight(self, which: int) -> Derived | None:
        """Give an input that holds weights: written into the file as such, or as a constant that varies."""
        value, name = self[which], self.name(which)
        if not isinstance(value, Derived) or value.weights or name not in self.literals:
            return value if isinstance(value, Derived) else None
        numbers = self.numbers.get(name)
        if numbers is not None and numbers.size > 1 and (numbers == numbers.reshape(-1)[0]).all():
            return value
        self.builder.weights[name] = value.shape
        return Derived((name,), value.shape)

    def emit(
        self, op: str, *inputs: Known | Derived, weights: Sequence[str] = (), **attributes: Any
    ) -> Known:
        """Add a node of the shape that the operator makes."""
        return self.builder.emit(op, inputs or (self.data,), self.shape, weights, attributes)

    def layer(
        self, op: str, weight: Derived, bias: Derived | None, data: Known | None = None, **attributes: Any
    ) -> Known | None:
        """Add a layer with its weights, and what these are computed with; None for one without weights."""
        if not weight.weights:
            return None
        return operators.layer(self.builder, op, data or self.data, self.shape, weight, bias, **attributes)

    def maker(self, value: Known) -> Node | None:
        """Give the node of an input that nothing else takes."""
        return self.builder.nodes[value.place] if self.used[value.place] == 1 else None

    def unknown(self, name: str) -> Value:
        """Add a node under the operator's own name, one for each tensor that it gives."""
        inputs = [value for value in self.inputs if isinstance(value, Known)]
        weights = [name for value in self.inputs if isinstance(value, Derived) for name in value.weights]
        return Parts(tuple(self.builder.emit(name, inputs, shape, weights) for shape in self.shapes))


#: What adds the meaning of an operator to a graph, or gives None for a use that has no neutral form.
Reader: TypeAlias = Callable[[Operation], "Value | None"]
