"""Rules of merges and products: where the axes of several values meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby, zip_longest
from typing import TypeAlias

from layercalc.imports.axes.follower import Follower
from layercalc.imports.axes.layers import Rule
from layercalc.imports.graph import Attribute, Node
from layercalc.imports.layout import Axes, Axis, Factor, Held, Unfollowed, axes_of, flat, size_of, sizes_of
from layercalc.imports.names import identifier
from layercalc.imports.steps import Declared
from layercalc.imports.values import product

#: The factors of two values that stand in the same place of an axis; None where an axis is 1.
Pair: TypeAlias = tuple[Factor | None, Factor | None]


def _meet(f: Follower, node: Node) -> Held:
    sources = [f.source(node, which) for which in (0, 1)]
    for which, source in enumerate(sources):
        if source is not None:
            return _learned(f, f.value(node, 1 - which), source)
    one, other = f.value(node, 0), f.value(node, 1)
    one, other, pairs = f.matched(one, other)
    first, second = _stretched(f, one, other, pairs) or _outer(f, one, other)
    name = node.op if node.op != "min" else "max"
    rank = max(len(first.axes), len(second.axes))
    axes = tuple(a or b for a, b in zip(*(_ranked(held.axes, rank) for held in (first, second)), strict=True))
    place = f.step(name, [first.step, second.step], [size_of(axis) for axis in axes])
    foreign = tuple(tuple(map(_chosen, axis)) for axis in _side_by_side(first, second))
    return Held(place, axes, foreign)


def _side_by_side(one: Held, other: Held) -> list[list[Pair]]:
    """Give the factors of two values that are divided alike beside each other, axis by axis."""
    rank = max(len(one.foreign), len(other.foreign))
    sides = (_led(held.foreign, rank) for held in (one, other))
    return [list(zip_longest(a, b)) for a, b in zip(*sides, strict=True)]


def _real(pair: Pair) -> Pair:
    one, other = (None if factor is None or factor.copied else factor for factor in pair)
    return one, other


def _chosen(pair: Pair) -> Factor:
    """Give the factor that stands for two: one along which a value differs, of the first if both do."""
    return next(factor for factor in (*_real(pair), *pair) if factor is not None)


def _ranked(axes: Axes, rank: int) -> Axes:
    return (*axes, *((),) * (rank - len(axes)))


def _led(axes: Axes, rank: int) -> Axes:
    return (*((),) * (rank - len(axes)), *axes)


def _outer(f: Follower, one: Held, other: Held) -> tuple[Held, Held]:
    """Bring two values, divided alike, to axes in which each stretches to the other.

    Factors that stand together make one axis, if both values have them or the same one has.
    """
    real = [_real(pair) for axis in _side_by_side(one, other) for pair in axis]
    alike = groupby(real, lambda pair: (pair[0] is None, pair[1] is None))
    groups = [list(group) for kind, group in alike if not all(kind)]
    lead = set(one.axes[0] or other.axes[0])
    groups.sort(key=lambda group: not any(lead.intersection(pair) for pair in group))
    made = [
        f.arrange(held, tuple(_side(group, side) for group in groups))
        for side, held in enumerate((one, other))
    ]
    return made[0], made[1]


def _side(pairs: Iterable[Pair], side: int) -> Axis:
    return tuple(factor for pair in pairs if (factor := pair[side]) is not None)


def _stretched(f: Follower, one: Held, other: Held, pairs: dict[Factor, Factor]) -> tuple[Held, Held] | None:
    """Bring two values, divided alike, to axes in which one stretches to the other; None where each would."""
    pairs = {b: a for b, a in pairs.items() if not (a.copied or b.copied)}
    if set(flat(other.axes)) <= set(pairs):
        back = {a: b for b, a in pairs.items()}
        one = f.arrange(one, _parted(one.axes, back))
        return one, _brought(f, other, _alike(one.axes, back))
    if set(flat(one.axes)) <= set(pairs.values()):
        other = f.arrange(other, _parted(other.axes, pairs))
        return _brought(f, one, _alike(other.axes, pairs)), other
    return None


def _parted(axes: Axes, pairs: dict[Factor, Factor]) -> Axes:
    """Divide axes along a part of which something is stretched."""
    parts: list[Axis] = []
    for axis in axes:
        start = 0
        for place in range(1, len(axis)):
            if (axis[place] in pairs) != (axis[place - 1] in pairs):
                parts.append(axis[start:place])
                start = place
        parts.append(axis[start:])
    return tuple(parts)


def _alike(axes: Axes, pairs: dict[Factor, Factor]) -> Axes:
    """Give the axes of what is paired with the factors of others, as those stand."""
    return tuple(tuple(pairs[factor] for factor in axis if factor in pairs) for axis in axes)


def _brought(f: Follower, held: Held, wanted: Axes) -> Held:
    if held.axes == wanted[:1] and not flat(wanted[1:]):
        return held  # a vector stretches over the channels as it is
    return f.arrange(held, wanted)


def _learned(f: Follower, held: Held, source: Node) -> Held:
    """Write a weight that is added or multiplied: `learned` where it has the sizes of the data."""
    if source.op == "constant":
        raise Unfollowed("a constant that is larger than what it meets")
    total = sum(product(f.graph.weights[name]) for name in source.weights)
    lead = len(held.foreign) - len(source.shape)
    on: set[Factor] = set()
    for axis, size in zip(held.foreign[max(0, lead) :], source.shape[max(0, -lead) :], strict=True):
        if size != 1 and size != size_of(axis):
            raise Unfollowed("a weight that is larger than what it meets")
        on.update(axis if size != 1 else ())
    if set(held.axes[0]) < on and (whole := next((axis for axis in held.foreign if set(axis) == on), ())):
        held = f.channels(held, whole)
    sizes = [size_of(axis) if set(axis) <= on else 1 for axis in held.axes]
    known = flat(axis for axis in held.axes if set(axis) <= on)
    if set(known) == on and product(sizes) == total:
        vector = all(size == 1 for size in sizes[1:])
        return f.alike("learned", held, source.weights, sizes=tuple(sizes[: 1 if vector else None]))
    return _declared(f, held, source)


def _declared(f: Follower, held: Held, source: Node) -> Held:
    """Write a weight whose sizes are not those of the data, as a table that positions are looked up in."""
    name = identifier(source.weights[0].rpartition(".")[2])
    name = f"{name}_" if name in ("weight", "bias", "scale") else name
    if len(source.weights) == 1:
        sizes = f.graph.weights[source.weights[0]]
        declared = Declared(
            name, ("sizes",), {"params": "product(sizes)"}, "weights that are looked up and met"
        )
        return f.alike(f.declare(declared), held, source.weights, sizes=sizes)
    total = sum(product(f.graph.weights[one]) for one in source.weights)
    declared = Declared(f"{name}_count", ("count",), {"params": "count"}, "computed from several weights")
    return f.alike(f.declare(declared), held, source.weights, count=total)


def _concat(f: Follower, node: Node) -> Held:
    axis = node["axis"]
    sources = [f.source(node, which) for which in range(len(node.inputs))]
    if any(source is not None for source in sources):
        return _token(f, node, axis)
    if (merged := _patches(f, node, axis)) is not None:
        return merged
    taken = [f.value(node, which) for which in range(len(node.inputs))]
    first = f.apart(taken[0], axis)
    if first.foreign[axis]:
        place = first.axis(first.foreign[axis])
    else:
        place = next((place for place, one in enumerate(first.axes) if not one), None)
    if place is None:
        raise Unfollowed("the axis along which it joins is not an axis of its own")
    steps = [first.step]
    for more in taken[1:]:
        first, other = _shared(f, first, more, axis)
        steps.append(f.arrange(other, _axes_like(first, other, axis, place)).step)
    joined = axes_of([node.shape[axis]])[0]
    axes = tuple(joined if one == place else kept for one, kept in enumerate(first.axes))
    foreign = tuple(joined if one == axis else kept for one, kept in enumerate(first.foreign))
    arguments: dict[str, Attribute] = {} if place == 0 else {"axis": place}
    return Held(f.step("concat", steps, [size_of(one) for one in axes], arguments), axes, foreign)


def _patches(f: Follower, node: Node, axis: int) -> Held | None:
    """Write every n-th place of two axes, joined for all places to begin, as places that become channels."""
    found = [_strided(f, place) for place in node.inputs]
    starts, roots, steps, axes = (set(part) for part in zip(*found, strict=True))
    if len(roots) != 1 or len(steps) != 1 or len(axes) != 1 or len(found) < 4:
        return None
    (root,), (step,), (cut,) = roots, steps, axes
    if axis in cut or len(set(cut)) != 2 or len(starts) != len(found) or len(found) != step**2:
        return None
    held = f.held[root]
    channels = held.foreign[axis]
    if any(one for place, one in enumerate(held.foreign) if place not in (axis, *cut)):
        return None  # an axis more, which would be divided too
    held = f.arrange(held, (channels, *(held.foreign[one] for one in sorted(cut))))
    new = axes_of(node.shape)
    axes_behind = (new[axis], *(new[one] for one in sorted(cut)))
    return f.layer("pixel_unshuffle", held, axes_behind, new, factor=step)


def _strided(f: Follower, place: int) -> tuple[tuple[int, ...], int, int, tuple[int, ...]]:
    """Give where slices of a value begin, that value, their step, and their axes; a step of 0 for others."""
    starts, axes, steps = [], [], set()
    node = f.graph.nodes[place]
    while node.op == "slice" and node["step"] != 1:
        starts.append(node["start"])
        axes.append(node["axis"])
        steps.add(node["step"])
        place = node.inputs[0]
        node = f.graph.nodes[place]
    order = sorted(range(len(axes)), key=axes.__getitem__)
    step = steps.pop() if len(steps) == 1 else 0
    return tuple(starts[i] for i in order), place, step, tuple(axes[i] for i in order)


def _shared(f: Follower, first: Held, other: Held, axis: int) -> tuple[Held, Held]:
    """Divide the factors of all axes but one alike, and make those of the second the first's."""
    ends = first.foreign[axis], other.foreign[axis]

    def without(held: Held) -> Held:
        return replace(
            held, foreign=tuple(() if place == axis else one for place, one in enumerate(held.foreign))
        )

    first, other, pairs = f.matched(without(first), without(other))
    if any(a.copied or b.copied for b, a in pairs.items()):
        raise Unfollowed("an axis that is the same in all places would have to be written out")

    def mapped(axes: Axes) -> Axes:
        return tuple(tuple(pairs.get(factor, factor) for factor in one) for one in axes)

    other = replace(other, axes=mapped(other.axes), foreign=mapped(other.foreign))
    back = [
        replace(held, foreign=tuple(end if place == axis else one for place, one in enumerate(held.foreign)))
        for held, end in zip((first, other), ends, strict=True)
    ]
    return back[0], back[1]


def _axes_like(first: Held, other: Held, axis: int, place: int) -> Axes:
    return tuple(other.foreign[axis] if one == place else kept for one, kept in enumerate(first.axes))


def _token(f: Follower, node: Node, axis: int) -> Held:
    """Write learned vectors that are put in front of a sequence or behind it."""
    data = [which for which in range(len(node.inputs)) if f.source(node, which) is None]
    others = [source for which in range(len(node.inputs)) if (source := f.source(node, which)) is not None]
    if len(data) != 1 or any(source.op == "constant" for source in others):
        raise Unfollowed("constants are joined to what depends on the input")
    held = f.value(node, data[0])
    rest = [one for place, one in enumerate(held.foreign) if place != axis and one]
    count = sum(source.shape[axis] for source in others)
    weights = tuple(name for source in others for name in source.weights)
    if len(rest) != 1 or product(node.shape) // node.shape[axis] != size_of(rest[0]):
        raise Unfollowed("weights are joined to what is no sequence")
    if sum(product(f.graph.weights[name]) for name in weights) != count * size_of(rest[0]):
        raise Unfollowed("what is computed from weights is joined to a sequence")
    held = f.arrange(held, (rest[0], held.foreign[axis]))
    joined = axes_of([node.shape[axis]])[0]
    foreign = tuple(joined if place == axis else one for place, one in enumerate(held.foreign))
    arguments: dict[str, Attribute] = {} if count == 1 else {"count": count}
    return f.layer("token", held, (rest[0], joined), foreign, weights, **arguments)


#: A product with a matrix of weights for each channel: the laws of `linear`, over its last axis.
PRODUCT = {
    "shape": "[in.channels, in.spatial[0], units]",
    "power": "units / in.spatial[1]",
    "complexity": "log2(units * in.spatial[1])",
    "params": "count",
    "macs": "out.volume * in.spatial[1]",
}


def _weighted(f: Follower, node: Node, which: int) -> Held:
    """Write a product of which one side is weights; with the weights first it is turned round.

    Several matrices of weights for one of the data are one, with the rows of all of them.
    """
    source = f.graph.nodes[node.inputs[which]]
    held = f.value(node, 1 - which)
    held = held if which == 1 else held.permuted((*range(len(held.foreign) - 2), -1, -2))
    rank = len(node.shape)
    lead, rows, inner = _led(held.foreign, rank)[:-2], held.foreign[-2], held.foreign[-1]
    matrices = (*(1,) * (rank - len(source.shape)), *source.shape[:-2])
    pairs = zip(lead, matrices, strict=True)
    more = tuple(axes_of([size])[0] if size_of(axis) == 1 else () for axis, size in pairs)
    new = axes_of([node.shape[-1] if which == 1 else node.shape[-2]])[0]
    units = (*flat(more), *new)
    f.declare(
        Declared("weighted_product", ("units", "count"), PRODUCT, "each channel has a matrix of weights")
    )
    total = sum(product(f.graph.weights[name]) for name in source.weights)
    made = f.layer(
        "weighted_product",
        f.arrange(held, (flat(lead), rows, inner)),
        (flat(lead), rows, units),
        (*((*axis, *other) for axis, other in zip(lead, more, strict=True)), rows, new),
        source.weights,
        units=size_of(units),
        count=total,
    )
    return made if which == 1 else made.permuted((*range(len(made.foreign) - 2), -1, -2))


def _matmul(f: Follower, node: Node) -> Held:
    for which in (0, 1):
        if f.source(node, which) is not None:
            return _weighted(f, node, which)
    a, b = _multiplied(f, f.value(node, 0)), _multiplied(f, f.value(node, 1))
    (rows, inner), (inner_b, columns) = a.foreign[-2:], b.foreign[-2:]
    one, other, _ = f.matched(*(replace(held, foreign=held.foreign[:-2]) for held in (a, b)))
    beside = _side_by_side(one, other)
    leads = [_real(pair) for axis in beside for pair in axis]
    both = [pair for pair in leads if None not in pair]
    alone = [_side((pair for pair in leads if pair[1 - side] is None), side) for side in (0, 1)]
    if all(alone) or (None, None) in leads:
        raise Unfollowed("each of the two would be stretched to the other")
    if alone[1]:  # each of the first serves several of the second; `matmul` has it the other way round
        axes = (*_side(both, 1), *alone[1]), columns, inner_b
        served, new = (_side(both, 0), inner, rows), axes_of([size_of(rows)])[0]
        lead = tuple(tuple(_chosen((pair[1], pair[0])) for pair in axis) for axis in beside)
        made = _product(f, other, axes, one, served, new)
        return Held(made, (*axes[:2], new), (*lead, new, columns))
    axes = (*_side(both, 0), *alone[0]), rows, inner
    served, new = (_side(both, 1), inner_b, columns), axes_of([size_of(columns)])[0]
    made = _product(f, one, axes, other, served, new)
    return Held(made, (*axes[:2], new), (*(tuple(map(_chosen, axis)) for axis in beside), rows, new))


def _multiplied(f: Follower, held: Held) -> Held:
    """Write out the axes of matrices along which they are the same."""
    copied = [factor for factor in flat(held.foreign[-2:]) if factor.copied]
    return f.written_out(held, copied)[0] if copied else held


def _product(f: Follower, one: Held, axes: Axes, other: Held, served: Axes, new: Axis) -> int:
    steps = [f.arrange(one, axes).step, f.arrange(other, served).step]
    return f.step("matmul", steps, sizes_of((*axes[:2], new)))


def _gain(f: Follower, node: Node) -> Held:
    name = identifier(f"{node.weights[0].rpartition('.')[2]}_count")
    declared = Declared(
        name, ("count",), {"params": "count"}, "weights that those before it are computed with"
    )
    total = sum(product(f.graph.weights[one]) for one in node.weights)
    return f.alike(f.declare(declared), f.value(node), node.weights, count=total)


RULES: dict[str, Rule] = {
    "gain": _gain,
    **dict.fromkeys(("add", "sub", "mul", "div", "max", "min"), _meet),
    "concat": _concat,
    "matmul": _matmul,
}
