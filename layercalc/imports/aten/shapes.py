"""Merges of PyTorch, and what only moves data; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from layercalc.imports import operators
from layercalc.imports.aten.operation import Operation, Reader, name_of, with_places
from layercalc.imports.values import Derived, Known, Parts, Value, product

__all__ = ["READERS"]


def _merge(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        one, other = o["self"], o["other"]
        tensors = [value for value in (one, other) if isinstance(value, Known | Derived)]
        known = [value for value in tensors if isinstance(value, Known)]
        if len(known) == 2 or any(isinstance(value, Derived) and value.weights for value in tensors):
            return o.emit(op, *tensors)
        return o.builder.expanded(known[0], o.shape)  # a constant scales or shifts: neither layer nor merge

    return reader


def _same(o: Operation) -> Value | None:
    return o.data if o.data.shape == o.shape else None


def _reshape(o: Operation) -> Value | None:
    return o.builder.reshaped(o.data, o.shape)


def _expand(o: Operation) -> Value | None:
    return o.builder.expanded(o.data, o.shape)


#: The two axes that are exchanged, by either of their names.
AXES = (("dim0", "axis0"), ("dim1", "axis1"))


def order_of(o: Operation) -> list[int]:
    """Give which axis each axis of a turned tensor is."""
    rank = len(o.shape)
    axes = list(range(rank))
    if o["dims"] is not None:
        return [int(axis) % rank for axis in o["dims"]]
    first, second = (o[name] if o[name] is not None else o[other] for name, other in AXES)
    if first is None:  # `t` turns a matrix
        first, second = 0, 1
    axes[first], axes[second] = axes[second], axes[first]
    return axes


def _turned(o: Operation) -> Value | None:
    return o.builder.permuted(o.data, order_of(o))


def _cat(o: Operation) -> Value | None:
    tensors = [value for value in o["tensors"] if product(value.shape)]
    axis = int(o["dim"]) % len(o.shape)
    return o.builder.joined(tensors, axis)


def _stack(o: Operation) -> Value | None:
    axis = int(o["dim"]) % len(o.shape)
    shape = (*o.shape[:axis], 1, *o.shape[axis + 1 :])
    return o.emit("concat", *[o.builder.reshaped(value, shape) for value in o["tensors"]], axis=axis)


def _greatest(o: Operation) -> Value | None:
    """Read the greatest values along an axis, or of two tensors."""
    if o["dim"] is None:
        return _merge("max")(o) if o["other"] is not None else None
    axis = int(o["dim"]) % len(o.data.shape)
    return with_places(o, o.emit("amax", axes=(axis,)))


def _split(o: Operation) -> Value | None:
    """Give the parts of a tensor along an axis, as long as the program says they are."""
    if not isinstance(o.data, Known):
        return None
    axis, start, parts = int(o["dim"]) % len(o.data.shape), 0, []
    for made in o.node.meta["val"]:
        stop = start + int(made.shape[axis])
        parts.append(o.builder.sliced(o.data, axis, start, stop))
        start = stop
    return Parts(tuple(parts))


def _unbind(o: Operation) -> Value | None:
    axis = int(o["dim"]) % len(o.data.shape)
    cuts = [o.builder.sliced(o.data, axis, i, i + 1) for i in range(o.data.shape[axis])]
    return Parts(tuple(o.builder.reshaped(cut, o.shape) for cut in cuts))


def _places(o: Operation) -> tuple[int, int, int, int]:
    """Give the axis of a part of a tensor, where it begins and ends along it, and the step."""
    axis = int(o["dim"]) % len(o.data.shape)
    size = o.data.shape[axis]
    if name_of(o.node) == "select":
        index = int(o["index"]) % size
        return axis, index, index + 1, 1
    if name_of(o.node) == "narrow":
        return axis, int(o["start"]), int(o["start"]) + int(o["length"]), 1
    return axis, *slice(o["start"], o["end"], int(o["step"])).indices(size)


def part_of(o: Operation) -> tuple[int, int, int] | None:
    """Give the axis along which a tensor is cut, where the part begins and ends; None where it has gaps."""
    axis, start, stop, step = _places(o)
    return (axis, start, stop) if step == 1 else None


def _cut(o: Operation) -> Value | None:
    return o.builder.reshaped(o.builder.sliced(o.data, *_places(o)), o.shape)


def _copy(o: Operation) -> Value | None:
    """Give what is written over a tensor."""
    source = o["src"]
    known = isinstance(source, Known)
    return o.builder.expanded(source, o.shape) if known else Derived(source.weights, o.shape)


def _filled(o: Operation) -> Value | None:
    return Derived((), o.shape)


def _masked(o: Operation) -> Value | None:
    """Read a constant in the places of a mask that does not depend on the data: it changes numbers only."""
    given = [value for value in (o["mask"], o["value"]) if isinstance(value, Known | Derived)]
    if not isinstance(o.data, Known) or any(isinstance(one, Known) or one.weights for one in given):
        return None
    return o.builder.expanded(o.data, o.shape)


def _pad(o: Operation) -> Value | None:
    """Pad, by a list of numbers of places from the last axis on, before and behind."""
    given, rank = [int(size) for size in o["pad"] if size is not None], len(o.shape)
    if not any(given):
        return o.builder.reshaped(o.data, o.shape)
    before, after = [0] * rank, [0] * rank
    for place in range(len(given) // 2):
        before[rank - 1 - place], after[rank - 1 - place] = given[2 * place : 2 * place + 2]
    return o.emit("pad", before=tuple(before), after=tuple(after))


def _roll(o: Operation) -> Value | None:
    axes = tuple(int(axis) % len(o.shape) for axis in o["dims"])
    return o.emit("roll", shifts=tuple(map(int, o["shifts"])), axes=axes) if axes else None


def _shuffle(op: str, name: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        return o.emit(op, factor=int(o[name]))

    return reader


def _glu(o: Operation) -> Value | None:
    return o.emit("glu", axis=int(o["dim"]) % len(o.shape))


def _dropout(o: Operation) -> Value | None:
    return o.emit("dropout", rate=float(o["p"])) if o["p"] else o.data


#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    ("glu", _glu),
    ("dropout dropout2d feature_dropout alpha_dropout", _dropout),
    ("add", _merge("add")),
    ("sub rsub", _merge("sub")),
    ("mul", _merge("mul")),
    ("div", _merge("div")),
    ("maximum", _merge("max")),
    ("minimum", _merge("min")),
    ("max min", _greatest),
    ("cat concat", _cat),
    ("stack", _stack),
    ("split split_with_sizes chunk tensor_split", _split),
    ("unbind", _unbind),
    ("select slice narrow", _cut),
    ("copy", _copy),
    ("fill zero", _filled),
    ("masked_fill", _masked),
    ("view reshape flatten unflatten squeeze unsqueeze _unsafe_view reshape_as view_as", _reshape),
    ("transpose t swapaxes swapdims permute", _turned),
    ("expand expand_as", _expand),
    ("contiguous clone alias detach to _to_copy type_as lift_fresh_copy neg identity positive", _same),
    ("pad constant_pad_nd", _pad),
    ("roll", _roll),
    ("pixel_shuffle", _shuffle("pixel_shuffle", "upscale_factor")),
    ("pixel_unshuffle", _shuffle("pixel_unshuffle", "downscale_factor")),
    ("channel_shuffle", _shuffle("channel_shuffle", "groups")),
)
