"""Merges of ONNX, and what only moves data; each reader gives None for a use that has no neutral form."""

from __future__ import annotations

from collections.abc import Sequence

from layercalc.imports import operators
from layercalc.imports.graph import Node
from layercalc.imports.onnx.operation import Operation, Reader
from layercalc.imports.values import Derived, Known, Parts, Value, product, stretched

__all__ = ["READERS"]

#: Layers that an addition behind them gives a bias, and norms that a product gives a scale.
BIASED = frozenset(("linear", "conv", "conv_transpose"))
SCALED = frozenset(("layernorm", "rmsnorm", "groupnorm", "instancenorm"))


def _merge(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        values = o.inputs
        known = [value for value in values if isinstance(value, Known)]
        tensors = [value for value in values if isinstance(value, Known) or value.weights]
        if len(tensors) == 1:
            # A constant scales or shifts: neither layer nor merge.
            return o.builder.expanded(known[0], o.shape)
        if len(tensors) == 2 and len(known) == 1:
            fused = _fused(o, op, known[0], next(value for value in tensors if isinstance(value, Derived)))
            if fused is not None:
                return fused
        made = tensors[0]
        for value in tensors[1:]:
            made = o.builder.emit(op, [made, value], stretched(made.shape, value.shape))
        return made

    return reader


def _fused(o: Operation, op: str, known: Known, weight: Derived) -> Known | None:
    """Take weights that are added or multiplied into the layer before them, where it has room for them."""
    made, room = o.maker(known), {"add": "bias", "mul": "scale"}.get(op, "")
    if made is None or known.shape != o.shape or room not in made.attributes or made[room]:
        return None
    if made.op not in (BIASED if room == "bias" else ()) and made.op not in SCALED:
        return None
    if len(weight.weights) != 1 or product(o.builder.weights[weight.weights[0]]) != product(weight.shape):
        return None
    if not _fits(made, weight.shape) or (room == "scale" and made["bias"]):
        return None
    inputs = [Known(place, o.builder.nodes[place].shape) for place in made.inputs]
    names = (*made.weights, *weight.weights)
    return o.builder.emit(made.op, inputs, made.shape, names, {**made.attributes, room: True})


def _fits(made: Node, shape: tuple[int, ...]) -> bool:
    """Tell whether weights have the sizes of a layer's own bias or scale."""
    rank = len(made.shape)
    shape = (*(1,) * (rank - len(shape)), *shape)
    axes = made.attributes.get("axes") or (
        made.attributes["axis"] if "axis" in made.attributes else rank - 1,
    )
    over = {int(axis) % rank for axis in axes}  # type: ignore[union-attr, arg-type]
    return all(size == (made.shape[axis] if axis in over else 1) for axis, size in enumerate(shape))


def _same(o: Operation) -> Value | None:
    return o.data if o.data.shape == o.shape else None


def _reshape(o: Operation) -> Value | None:
    made = o.maker(o.data)
    if made is not None and made.op == "instancenorm" and not (made["scale"] or made["bias"]):
        before = o.builder.nodes[made.inputs[0]]
        if (
            before.op == "reshape"
            and o.builder.nodes[before.inputs[0]].shape == o.shape
            and len(made.shape) == 3
        ):
            whole = Known(before.inputs[0], o.shape)  # a group norm that an exporter took apart
            attributes = {"axis": 1, "groups": made.shape[1], "scale": False, "bias": False}
            return o.builder.emit("groupnorm", [whole], o.shape, (), attributes)
    return o.builder.reshaped(o.data, o.shape)


def _transpose(o: Operation) -> Value | None:
    axes = o.attributes.get("perm") or range(len(o.shape))[::-1]
    return o.builder.permuted(o.data, [int(axis) for axis in axes])


def _expand(o: Operation) -> Value | None:
    return o.builder.expanded(o.data, o.shape)


def _tile(o: Operation) -> Value | None:
    times = o.ints(1)
    if times is None or any(time != 1 != size for time, size in zip(times, o.data.shape, strict=True)):
        return None
    return o.builder.expanded(o.data, o.shape)


def _concat(o: Operation) -> Value | None:
    tensors = [value for value in o.inputs if product(value.shape)]
    axis = int(o.attributes["axis"]) % len(o.shape)
    if len(tensors) == 1:
        return tensors[0]
    return _rolled(o, tensors, axis) or o.builder.joined(tensors, axis)


def _rolled(o: Operation, tensors: Sequence[Known | Derived], axis: int) -> Known | None:
    """Join two parts of a tensor that an exporter cut to roll it along an axis."""
    nodes = [o.builder.nodes[value.place] for value in tensors if isinstance(value, Known)]
    if len(nodes) != 2 or len(tensors) != 2 or any(node.op != "slice" for node in nodes):
        return None
    first = nodes[0]
    whole = Known(first.inputs[0], o.builder.nodes[first.inputs[0]].shape)
    size, cut = whole.shape[axis], int(first["start"])
    parts = [(node.inputs, node["axis"], node["start"], node["stop"], node["step"]) for node in nodes]
    if parts != [(first.inputs, axis, cut, size, 1), (first.inputs, axis, 0, cut, 1)]:
        return None
    shift = size - cut if size - cut < cut else -cut
    return o.emit("roll", whole, shifts=(shift,), axes=(axis,))


def _split(o: Operation) -> Value | None:
    """Give the parts of a tensor along an axis, as long as the file says they are."""
    axis, start, parts = int(o.attributes.get("axis", 0)) % len(o.data.shape), 0, []
    for shape in o.shapes:
        parts.append(o.builder.sliced(o.data, axis, start, start + shape[axis]))
        start += shape[axis]
    return Parts(tuple(parts))


def _slice(o: Operation) -> Value | None:
    starts, ends = o.ints(1, "starts"), o.ints(2, "ends")
    axes, steps = o.ints(3, "axes"), o.ints(4)
    if starts is None or ends is None or (o.name(3) and axes is None) or (o.name(4) and steps is None):
        return None
    value: Known = o.data
    rank = len(value.shape)
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        axis, step = axes[place] % rank if axes else place, steps[place] if steps else 1
        if step < 1:
            return None
        value = o.builder.sliced(value, axis, *slice(start, end, step).indices(value.shape[axis]))
    return value


def _gather(o: Operation) -> Value | None:
    """Look up words, or take places of an axis that stand at equal distances."""
    table, places = o.weight(0), o[1]
    axis = int(o.attributes.get("axis", 0))
    if table is not None:
        if len(table.shape) != 2 or axis % 2 or not isinstance(places, Known) or not table.weights:
            return None
        return o.emit("embedding", places, weights=table.weights, words=table.shape[0], units=table.shape[1])
    numbers = o.ints(1)
    if not isinstance(o[0], Known) or numbers is None or not numbers:
        return None
    axis %= len(o.data.shape)
    indices = [number % o.data.shape[axis] for number in numbers]
    step = indices[1] - indices[0] if len(indices) > 1 else 1
    if step < 1 or indices != list(range(indices[0], indices[-1] + 1, step)):
        return None
    return o.builder.reshaped(o.builder.sliced(o.data, axis, indices[0], indices[-1] + 1, step), o.shape)


def _pad(o: Operation) -> Value | None:
    rank, sides, axes = len(o.shape), o.ints(1, "pads"), o.ints(3)
    if sides is None or min(sides, default=0) < 0 or (o.name(3) and axes is None):
        return None
    if not any(sides):
        return o.data
    before, after = [0] * rank, [0] * rank
    half = len(sides) // 2
    for axis, first, last in zip(axes or range(rank), sides[:half], sides[half:], strict=True):
        before[axis % rank], after[axis % rank] = first, last
    constant = o.attributes.get("mode", b"constant") == b"constant"
    zero = constant and (o.number(2, "value") or 0) == 0
    return o.emit("pad", before=tuple(before), after=tuple(after), zero=zero)


def _resize(o: Operation) -> Value | None:
    return o.emit("upsample") if o.shape[:2] == o.data.shape[:2] and len(o.shape) > 2 else None


def _shuffle(op: str) -> Reader:
    def reader(o: Operation) -> Value | None:
        if op == "pixel_shuffle" and o.attributes.get("mode", b"DCR") != b"CRD":
            return None
        return o.emit(op, factor=int(o.attributes["blocksize"]))

    return reader


def _dropout(o: Operation) -> Value | None:
    rate = o.number(1, "ratio")
    return o.emit("dropout", rate=0.5 if rate is None else round(rate, 6)) if rate != 0 else o.data


#: The readers of this file by the names of operators.
READERS: dict[str, Reader] = operators.table(
    ("Add Sum Mean", _merge("add")),
    ("Sub", _merge("sub")),
    ("Mul", _merge("mul")),
    ("Div", _merge("div")),
    ("Max", _merge("max")),
    ("Min", _merge("min")),
    ("Concat", _concat),
    ("Split", _split),
    ("Slice", _slice),
    ("Gather", _gather),
    ("Reshape Flatten Squeeze Unsqueeze", _reshape),
    ("Transpose", _transpose),
    ("Expand", _expand),
    ("Tile", _tile),
    ("Identity Cast CastLike Neg QuantizeLinear DequantizeLinear", _same),
    ("Pad", _pad),
    ("Resize Upsample", _resize),
    ("DepthToSpace", _shuffle("pixel_shuffle")),
    ("SpaceToDepth", _shuffle("pixel_unshuffle")),
    ("Dropout", _dropout),
)
