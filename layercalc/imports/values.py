"""What a reader knows of a foreign tensor while it reads, and how it adds nodes to a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from layercalc.imports.graph import Attribute, Call, Graph, Node, pruned


@dataclass(frozen=True, slots=True)
class Known:
    """A tensor that depends on the inputs: the place of its node, and its shape."""

    place: int
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A tensor that does not: read or computed from these weights, or from none."""

    weights: tuple[str, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """The tensors that a split gives."""

    items: tuple[Known | Derived, ...]


Value: TypeAlias = "Known | Derived | Parts"
#: Values that are joined: often all of them are known.
_Tensor = TypeVar("_Tensor", bound=Known | Derived)


@dataclass(slots=True)
class Builder:
    """A graph that is being built; `call` is the call of a module in which nodes are made now.

    `written` tells of tensors into parts of which something was written: along which axis, and of what
    they are made since.
    """

    source: str
    version: str
    weights: dict[str, tuple[int, ...]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    call: int = 0
    written: dict[int, tuple[int, tuple[Known | Derived, ...]]] = field(default_factory=dict)

    def emit(
        self,
        op: str,
        inputs: Sequence[Known | Derived],
        shape: Iterable[int],
        weights: Iterable[str] = (),
        attributes: Mapping[str, Attribute] | None = None,
    ) -> Known:
        """Add a node; an input that depends on weights or nothing gets a node of its own."""
        places = tuple(self.place(value) for value in inputs)
        sizes = tuple(shape)
        self.nodes.append(Node(op, places, sizes, self.call, attributes or {}, tuple(weights)))
        return Known(len(self.nodes) - 1, sizes)

    def place(self, value: Known | Derived) -> int:
        """Give the place of a value's node."""
        if isinstance(value, Known):
            return value.place
        kind = "weight" if value.weights else "constant"
        self.nodes.append(Node(kind, (), value.shape, self.call, {}, value.weights))
        return len(self.nodes) - 1

    def reshaped(self, value: Known | Derived, shape: Iterable[int]) -> Known | Derived:
        """Give the same elements in another shape."""
        sizes = tuple(shape)
        if sizes == value.shape:
            return value
        if isinstance(value, Derived):
            return Derived(value.weights, sizes)
        return self.emit("reshape", [value], sizes)

    def permuted(self, value: Known | Derived, axes: Sequence[int]) -> Known | Derived:
        """Give a tensor with its axes in another order."""
        order = tuple(axis % len(value.shape) for axis in axes)
        sizes = tuple(value.shape[axis] for axis in order)
        if order == tuple(range(len(order))):
            return value
        if isinstance(value, Derived):
            return Derived(value.weights, sizes)
        return self.emit("permute", [value], sizes, attributes={"axes": order})

    def expanded(self, value: Known, shape: tuple[int, ...]) -> Known:
        """Give a tensor that is the same along axes of a length other than 1."""
        return value if value.shape == shape else self.emit("expand", [value], shape)

    def sliced(self, value: Known, axis: int, start: int, stop: int, step: int = 1) -> Known:
        """Give the places from `start` up to and without `stop` along an axis."""
        length = len(range(start, stop, step))
        if length == value.shape[axis]:
            return value
        if (piece := self._piece(value, axis, start, stop)) is not None and step == 1:
            return piece
        sizes = (*value.shape[:axis], length, *value.shape[axis + 1 :])
        return self.emit(
            "slice", [value], sizes, attributes={"axis": axis, "start": start, "stop": stop, "step": step}
        )

    def joined(self, values: Sequence[_Tensor], axis: int) -> _Tensor | Known:
        """Join values along an axis; where they are all the parts of one, its axes are turned round."""
        first = values[0]
        if len(values) == 1:
            return first
        shape = (*first.shape[:axis], sum(one.shape[axis] for one in values), *first.shape[axis + 1 :])
        if (whole := self._whole(values)) is None:
            return self.emit("concat", values, shape, attributes={"axis": axis})
        root, along = whole
        if along == axis:
            return root
        sizes = (*root.shape[:along], len(values), first.shape[along], *root.shape[along + 1 :])
        order = [place for place in range(len(sizes)) if place != along]
        order.insert(axis, along)  # the number of a part counts before what stands in it
        made = self.reshaped(self.permuted(self.reshaped(root, sizes), order), shape)
        assert isinstance(made, Known)
        return made

    def _whole(self, values: Sequence[Known | Derived]) -> tuple[Known, int] | None:
        """Give the tensor of which some values are all the parts, equally long and in order, and its axis."""
        cuts = [self.nodes[value.place] for value in values if isinstance(value, Known)]
        if len(cuts) < len(values) or any(cut.op != "slice" or cut["step"] != 1 for cut in cuts):
            return None
        root, along, length = cuts[0].inputs[0], cuts[0]["axis"], cuts[0]["stop"]
        told = [(cut.inputs[0], cut["axis"], cut["start"], cut["stop"]) for cut in cuts]
        size = self.nodes[root].shape[along]
        parts = [(root, along, start, start + length) for start in range(0, size, length)]
        return (Known(root, self.nodes[root].shape), along) if told == parts else None

    def _piece(self, value: Known, axis: int, start: int, stop: int) -> Known | None:
        """Give a part of a tensor that was written into, if it is one of those that it is made of."""
        along, pieces = self.written.get(value.place, (axis, ()))
        place = 0
        for piece in pieces if along == axis else ():
            if (place, place + piece.shape[axis]) == (start, stop) and isinstance(piece, Known):
                return piece
            place += piece.shape[axis]
        return None

    def finished(self, outputs: Iterable[Known], unused: Iterable[str] = ()) -> Graph:
        """Give the graph, without what leads to no output."""
        places = tuple(dict.fromkeys(value.place for value in outputs))
        graph = Graph(
            self.source,
            self.version,
            tuple(self.nodes),
            places,
            self.weights,
            tuple(self.calls),
            tuple(unused),
        )
        return pruned(graph)


def product(sizes: Iterable[Any]) -> int:
    """Multiply whole numbers."""
    total = 1
    for size in sizes:
        total *= int(size)
    return total


def stretched(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    """Give the shape of two tensors that stretch to each other.

    >>> stretched((1, 8, 1, 1), (4, 4))
    (1, 8, 4, 4)
    """
    rank = max(len(one), len(other))
    pairs = zip((1,) * (rank - len(one)) + (*one,), (1,) * (rank - len(other)) + (*other,), strict=True)
    return tuple(b if a == 1 else a for a, b in pairs)
