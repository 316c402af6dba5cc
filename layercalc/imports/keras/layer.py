"""A layer of a Keras model when it is called, as the readers of layers see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from layercalc import limits
from layercalc.imports.keras.config import Part
from layercalc.imports.values import Builder, Derived, Known


class Unread(Exception):  # noqa: N818 - a reason, which is caught and told as one of several
    """Why a layer cannot be read."""


@dataclass(frozen=True, slots=True)
class Shifted(Known):
    """A tensor to which a number is added, which nothing but an activation behind it sees."""

    by: float = 0.0


@dataclass(frozen=True)
class Layer:
    """A layer with the tensors that it takes, in a graph that is being built.

    `values` are its tensors in order, `arguments` and `named` all that it is called with, with
    tensors in their places. `identity` names what owns its weights; `around` is the call around it.
    """

    part: Part
    values: tuple[Known, ...]
    arguments: Sequence[Any]
    named: dict[str, Any]
    builder: Builder
    identity: str
    around: int

    @property
    def x(self) -> Known:
        """Its first tensor."""
        if not self.values:
            raise Unread("it takes no tensor")
        return self.values[0]

    def __getitem__(self, name: str) -> Any:
        return self.part.config.get(name)

    def whole(self, name: str, default: int | None = None, least: int = 1) -> int:
        """Give a whole number that is set. Raises `Unread` for what is none."""
        value = self[name]
        return whole(default if value is None and default is not None else value, name, least)

    def spread(self, name: str, rank: int, default: int = 1, least: int = 1) -> tuple[int, ...]:
        """Give an entry for each spatial axis: one number stands for all."""
        return spread(default if self[name] is None else self[name], rank, name, least)

    def channels(self, rank: int | None = None) -> int:
        """Give the axis of the channels. Raises `Unread` where the tensor has another number of axes."""
        axes = len(self.x.shape)
        if rank is not None and axes != rank + 2:
            raise Unread(f"it takes {axes} axes with that of the batch, not {rank + 2}")
        return 1 if self["data_format"] == "channels_first" else axes - 1

    def spatial(self, axis: int) -> list[int]:
        """List the axes that are neither that of the batch nor that of the channels."""
        return [place for place in range(1, len(self.x.shape)) if place != axis]

    def weight(self, name: str, *sizes: int) -> str:
        """Name a weight of the layer, and keep its shape; the same name is the same weight."""
        full = f"{self.identity}.{name}"
        kept = self.builder.weights.setdefault(full, sizes)
        if kept != sizes:
            raise Unread(f"its {name} is {list(kept)} in one call and {list(sizes)} in another")
        return full

    def weights(self, kernel: Sequence[int], bias: int, prefix: str = "") -> list[str]:
        """Name a kernel, and a bias where the layer has one."""
        names = [self.weight(f"{prefix}kernel", *kernel)]
        return [*names, self.weight(f"{prefix}bias", bias)] if self.has_bias else names

    @property
    def has_bias(self) -> bool:
        """Tell whether it adds a bias."""
        return self["use_bias"] is not False

    def emit(
        self,
        op: str,
        shape: Sequence[int],
        *inputs: Known | Derived,
        weights: Sequence[str] = (),
        **attributes: Any,
    ) -> Known:
        """Add a node of a shape; it takes the layer's first tensor if it is told no other."""
        if any(size < 1 for size in shape):
            raise Unread(f"nothing is left of {list(self.x.shape)[1:]}")
        if any(size > limits.GRAPH_SIZE for size in shape):
            raise Unread(f"an axis of over {limits.GRAPH_SIZE:,}, the limit")
        return self.builder.emit(op, inputs or (self.x,), shape, weights, attributes)

    def alike(self, op: str, value: Known, weights: Sequence[str] = (), **attributes: Any) -> Known:
        """Add a node that keeps the shape of what it takes."""
        return self.emit(op, value.shape, value, weights=weights, **attributes)

    def reshaped(self, value: Known, shape: Sequence[int]) -> Known:
        """Give the same elements in another shape."""
        made = self.builder.reshaped(value, shape)
        assert isinstance(made, Known)
        return made

    def permuted(self, value: Known, axes: Sequence[int]) -> Known:
        """Give a tensor with its axes in another order."""
        made = self.builder.permuted(value, axes)
        assert isinstance(made, Known)
        return made

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Let nodes belong to the call around the layer, as an activation does that it only names."""
        inside, self.builder.call = self.builder.call, self.around
        try:
            yield
        finally:
            self.builder.call = inside


#: What adds the meaning of a layer to a graph; several tensors are a list.
Reader: TypeAlias = Callable[[Layer], "Known | list[Known]"]


def whole(value: Any, name: str, least: int = 1) -> int:
    """Read a whole number.

    >>> whole(3, "filters")
    3
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not least <= value <= limits.GRAPH_SIZE:
        raise Unread(f"its {name} is {_short(value)}, not a whole number from {least} on")
    return value


def spread(value: Any, rank: int, name: str, least: int = 1) -> tuple[int, ...]:
    """Read an entry for each axis.

    >>> spread(3, 2, "kernel_size"), spread([1, 7], 2, "kernel_size")
    ((3, 3), (1, 7))
    """
    values = value if isinstance(value, list | tuple) else [value]
    read = tuple(whole(one, name, least) for one in values)
    if len(read) == 1:
        return read * rank
    if len(read) != rank:
        raise Unread(f"its {name} is {_short(value)}, for {rank} axes")
    return read


def axis_of(value: Any, rank: int) -> int:
    """Read an axis, which may be counted from behind.

    >>> axis_of(-1, 4)
    3
    """
    if type(value) is not int or not -rank <= value < rank:
        raise Unread(f"its axis is {_short(value)}, for {rank} axes with that of the batch")
    return value % rank


def _short(value: Any) -> str:
    return str(value)[:40]
