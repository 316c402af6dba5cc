"""An operator of an exported program, as the readers of operators see it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from layercalc.imports.values import Builder, Derived, Known, Parts, Value

#: Operators that read the shape of a tensor only.
FRESH = frozenset(
    ("new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like", "full_like", "empty_like")
)


@dataclass(frozen=True)
class Operation:
    """An operator of the program with its arguments by name."""

    node: Any
    values: Mapping[Any, Value]
    builder: Builder

    @cached_property
    def arguments(self) -> dict[str, Any]:
        """The arguments by the names of the operator's schema, with values in the place of nodes."""
        schema = self.node.target._schema.arguments
        given = {one.name: one.default_value for one in schema if one.has_default_value()}
        given |= {one.name: self._valued(value) for one, value in zip(schema, self.node.args, strict=False)}
        return given | {name: self._valued(value) for name, value in self.node.kwargs.items()}

    def _valued(self, argument: Any) -> Any:
        if isinstance(argument, tuple | list):
            return [self._valued(item) for item in argument]
        return self.values.get(argument, argument) if hasattr(argument, "meta") else argument

    def __getitem__(self, name: str) -> Any:
        return self.arguments.get(name)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what it makes, the first of several."""
        made = self.node.meta["val"]
        first = made[0] if isinstance(made, tuple | list) else made
        return tuple(map(int, first.shape))

    @property
    def data(self) -> Any:
        """Its first tensor."""
        return self["input"] if self["input"] is not None else self["self"]

    def emit(self, op: str, *inputs: Any, weights: Sequence[str] = (), **attributes: Any) -> Known:
        """Add a node of the shape that the operator makes."""
        taken = inputs or (self.data,)
        return self.builder.emit(op, taken, self.shape, weights, attributes)

    def unknown(self) -> Value:
        """Add a node under the operator's own name, one for each tensor that it gives."""
        leaves = _flat(self.arguments.values())
        inputs = [value for value in leaves if isinstance(value, Known)]
        weights = [name for value in leaves if isinstance(value, Derived) for name in value.weights]
        made = self.node.meta["val"]
        given = [
            self.builder.emit(str(self.node.target), inputs, map(int, one.shape), weights)
            for one in (made if isinstance(made, tuple | list) else [made])
            if one is not None
        ]
        return Parts(tuple(given)) if isinstance(made, tuple | list) else given[0]


def with_places(o: Operation, greatest: Known) -> Value:
    """Give the greatest values, with their places where the operator gives them: these are not followed."""
    if not isinstance(o.node.meta["val"], tuple | list):
        return greatest
    return Parts((greatest, o.builder.emit(str(o.node.target), [o.data], o.shape)))


def _flat(values: Any) -> list[Any]:
    return [leaf for value in values for leaf in (_flat(value) if isinstance(value, list) else [value])]


def is_item(node: Any) -> bool:
    """Tell whether a node takes one of the tensors that another gives."""
    return node.target is operator.getitem


def name_of(node: Any) -> str:
    """Give the name of an operator, without its namespace, its overload and the mark of writing in place.

    >>> from types import SimpleNamespace
    >>> name_of(SimpleNamespace(target="aten.relu_.default"))
    'relu'
    """
    parts = str(node.target).split(".")
    return parts[1].rstrip("_") if len(parts) > 1 else parts[0]


def writes(node: Any) -> bool:
    """Tell whether an operator writes its result into its first tensor."""
    parts = str(node.target).split(".")
    return len(parts) > 1 and parts[1].endswith("_") and not parts[1].startswith("__")


#: What adds the meaning of an operator to a graph, or gives None for a use that has no neutral form.
Reader: TypeAlias = Callable[[Operation], "Value | None"]
