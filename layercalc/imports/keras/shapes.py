"""Merges of Keras, and what only moves data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layercalc.imports.keras.layer import Layer, Reader, Shifted, Unread, axis_of, spread, whole
from layercalc.imports.values import Known, product, stretched

__all__ = ["READERS"]


def _merge(op: str) -> Reader:
    """Read a merge of any number of tensors, two at a time; a number beside one changes nothing here."""

    def reader(o: Layer) -> Known:
        made = o.x
        for other in o.values[1:]:
            made = o.emit(op, _met(made, other), made, other)
        numbers = [one for one in o.arguments if isinstance(one, int | float)]
        if op == "add" and len(o.values) == 1 and len(numbers) == 1:
            return Shifted(made.place, made.shape, numbers[0])
        return made

    return reader


def _met(one: Known, other: Known) -> tuple[int, ...]:
    shape = stretched(one.shape, other.shape)
    if stretched(other.shape, one.shape) != shape:
        raise Unread(f"{list(one.shape[1:])} and {list(other.shape[1:])} do not stretch to each other")
    return shape


def _concat(o: Layer) -> Known:
    rank = len(o.x.shape)
    given = o.named.get("axis", next((one for one in o.arguments[1:] if type(one) is int), o["axis"]))
    axis = axis_of(-1 if given is None else given, rank)
    if axis == 0 or len(o.values) < 2:
        return _alone(o)
    shapes = [[size for place, size in enumerate(one.shape) if place != axis] for one in o.values]
    if any(shape != shapes[0] for shape in shapes):
        raise Unread(f"it joins {' and '.join(str(list(one.shape[1:])) for one in o.values)}")
    total = sum(one.shape[axis] for one in o.values)
    shape = (*o.x.shape[:axis], total, *o.x.shape[axis + 1 :])
    return o.emit("concat", shape, *o.values, axis=axis)


def _alone(o: Layer) -> Known:
    if len(o.values) != 1:
        raise Unread("it joins along the axis of the batch")
    return o.x


# -- moves ----------------------------------------------------------------------------


def _reshape(o: Layer) -> Known:
    return _to(o, o["target_shape"])


def _to(o: Layer, target: Any) -> Known:
    """Give a tensor in a shape without the batch, in which one size may be -1, for what is left."""
    sizes = [whole(size, "target_shape", -1) for size in target]
    known = product(size for size in sizes if size != -1)
    total = product(o.x.shape)
    if sizes.count(-1) > 1 or known < 1 or total % known or (-1 not in sizes and known != total):
        raise Unread(f"{list(o.x.shape[1:])} is not {sizes}")
    return o.reshaped(o.x, (1, *(total // known if size == -1 else size for size in sizes)))


def _flatten(o: Layer) -> Known:
    rank = len(o.x.shape)
    x = o.x
    if o["data_format"] == "channels_first" and rank > 2:
        x = o.permuted(x, (0, *range(2, rank), 1))
    return o.reshaped(x, (1, product(x.shape)))


def _permute(o: Layer) -> Known:
    return _turned(o, (0, *(whole(axis, "dims") for axis in o["dims"])))


def _turned(o: Layer, order: Sequence[int]) -> Known:
    if sorted(order) != list(range(len(o.x.shape))) or order[0] != 0:
        raise Unread(f"{list(order[1:])} does not turn {len(o.x.shape) - 1} axes round")
    return o.permuted(o.x, order)


def _sides(o: Layer, name: str, rank: int) -> list[tuple[int, int]]:
    """Read a number of places before and behind each spatial axis, in any of the ways it may be written."""
    given = o[name]
    if isinstance(given, list) and len(given) == 2 and rank == 1 and not isinstance(given[0], list):
        given = [given]
    values = given if isinstance(given, list) else [given] * rank
    if len(values) != rank:
        raise Unread(f"its {name} is for {len(values)} axes, not {rank}")
    pairs = [spread(value, 2, name, 0) for value in values]
    return [(pair[0], pair[1]) for pair in pairs]


def _pad(rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        spatial = o.spatial(o.channels(rank))
        before, after = [0] * len(o.x.shape), [0] * len(o.x.shape)
        for axis, pair in zip(spatial, _sides(o, "padding", rank), strict=True):
            before[axis], after[axis] = pair
        if not any((*before, *after)):
            return o.x
        shape = [a + size + b for a, size, b in zip(before, o.x.shape, after, strict=True)]
        return o.emit("pad", shape, before=tuple(before), after=tuple(after))

    return reader


def _crop(rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        made = o.x
        for axis, (first, last) in zip(o.spatial(o.channels(rank)), _sides(o, "cropping", rank), strict=True):
            stop = made.shape[axis] - last
            if stop <= first:
                raise Unread(f"nothing is left of {list(o.x.shape[1:])}")
            made = o.builder.sliced(made, axis, first, stop)
        return made

    return reader


def _upsample(rank: int) -> Reader:
    def reader(o: Layer) -> Known:
        axis, axes = o.channels(rank), len(o.x.shape)
        factors = o.spread("size", rank, 2)
        others = o.spatial(axis)
        first = o.permuted(o.x, (0, axis, *others))
        sizes = [size * factor for size, factor in zip(first.shape[2:], factors, strict=True)]
        made = o.emit("upsample", (*first.shape[:2], *sizes), first)
        back = [0, *range(2, axes)]
        back.insert(axis, 1)
        return o.permuted(made, back)

    return reader


# -- operators ------------------------------------------------------------------------


def _reduced(op: str) -> Reader:
    def reader(o: Layer) -> Known:
        rank = len(o.x.shape)
        given = o.named.get("axis", next((one for one in o.arguments[1:2] if one is not None), o["axis"]))
        axes = given if isinstance(given, list) else list(range(rank)) if given is None else [given]
        over = sorted({axis_of(axis, rank) for axis in axes})
        if 0 in over:
            raise Unread("it is over the axis of the batch")
        keeps = o.named.get("keepdims", o["keepdims"])
        kept = [1 if place in over else size for place, size in enumerate(o.x.shape)]
        shape = kept if keeps else [size for place, size in enumerate(kept) if place not in over]
        return o.emit(op, shape, axes=tuple(over))

    return reader


def _reshaped(o: Layer) -> Known:
    given = o["newshape"] or o.named.get("newshape") or next(iter(o.arguments[1:]), None)
    if not isinstance(given, list) or not given or given[0] not in (-1, 1, None):
        raise Unread("its shape is not told, or begins with no batch")
    return _to(o, given[1:])


def _transposed(o: Layer) -> Known:
    given = o["axes"] or o.named.get("axes") or next(iter(o.arguments[1:]), None)
    if not isinstance(given, list):
        raise Unread("it turns the axis of the batch")
    rank = len(o.x.shape)
    return _turned(o, tuple(axis_of(axis, rank) for axis in given))


def _product(o: Layer) -> Known:
    if len(o.values) != 2 or min(len(one.shape) for one in o.values) < 3:
        raise Unread("it is not a product of two tensors of matrices")
    one, other = o.values
    if one.shape[-1] != other.shape[-2]:
        raise Unread(f"{list(one.shape[1:])} and {list(other.shape[1:])} have no product")
    lead = _met(Known(0, one.shape[:-2]), Known(0, other.shape[:-2]))
    return o.emit("matmul", (*lead, one.shape[-2], other.shape[-1]), one, other)


#: Merges by the names of layers, and those of operators by other names.
MERGES = {
    "Add": "add",
    "Subtract": "sub",
    "Multiply": "mul",
    "Average": "add",
    "Maximum": "max",
    "Minimum": "min",
}
#: The readers of this file by the names of classes.
READERS: dict[str, Reader] = {
    **{name: _merge(op) for name, op in MERGES.items()},
    **{f"ops.{name}": _merge(op) for name, op in MERGES.items() if name != "Average"},
    **{f"ops.{name}": _merge("div") for name in ("Divide", "TrueDivide")},
    "CustomScaleLayer": _merge("add"),
    "Concatenate": _concat,
    "ops.Concatenate": _concat,
    "Reshape": _reshape,
    "Permute": _permute,
    "Flatten": _flatten,
    **{f"ZeroPadding{rank}D": _pad(rank) for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": _crop(rank) for rank in (1, 2, 3)},
    **{f"UpSampling{rank}D": _upsample(rank) for rank in (1, 2, 3)},
    "ops.Mean": _reduced("mean"),
    "ops.Sum": _reduced("sum"),
    "ops.Max": _reduced("amax"),
    "ops.Reshape": _reshaped,
    "ops.Transpose": _transposed,
    "ops.Matmul": _product,
}
