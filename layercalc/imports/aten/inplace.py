"""What is written into a view of a tensor, as a part of it, is written into the tensor too."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from layercalc.imports.aten.operation import Operation, is_item, name_of
from layercalc.imports.aten.shapes import order_of, part_of
from layercalc.imports.values import Builder, Derived, Known, Value

#: Views that have all elements of a tensor in their order.
WHOLE = frozenset(["view", "unflatten", "squeeze", "unsqueeze", "view_as", "alias", "detach"])
TURNED = frozenset(["transpose", "t", "swapaxes", "swapdims", "permute"])
CUT = frozenset(["slice", "narrow", "select"])
#: Views, or what may be one, of which it is not followed what is written into them.
OTHER = frozenset(
    (
        *("reshape", "reshape_as", "flatten", "contiguous", "split", "split_with_sizes", "chunk"),
        *("tensor_split", "unbind", "expand", "expand_as", "unfold", "as_strided"),
    )
)
VIEWS = WHOLE | TURNED | CUT | OTHER


def write(node: Any, values: MutableMapping[Any, Value], builder: Builder) -> None:
    """Give what an operator wrote to the tensor that it wrote into, and to all that this is a view of.

    Where that is not followed, they become what the operator makes under its own name, which later
    stages refuse if something reads it.
    """
    new = values[node.args[0]] = values[node]
    for source, view in _sources(node.args[0]):
        old = values[source]
        stale = [other for other in source.users if other is not view and _is_stale(other, node)]
        whole = isinstance(new, Known | Derived) and isinstance(old, Known | Derived)
        back = _back(Operation(view, values, builder), new, old) if whole else None  # type: ignore[arg-type]
        if back is None or stale:
            inputs = [value for value in (old, new) if isinstance(value, Known)]
            back = (
                builder.emit(str(node.target), inputs, _shape(source))
                if inputs
                else Derived((), _shape(source))
            )
            values.update(dict.fromkeys(stale, back))
        values[source] = new = back


def _is_stale(view: Any, writing: Any) -> bool:
    """Tell whether a view, or one of it, was taken before something was written, and is read behind it."""
    if not view < writing or not _is_view(view):
        return False
    return any(user > writing or _is_stale(user, writing) for user in view.users)


def _is_view(node: Any) -> bool:
    return hasattr(node.target, "_schema") and name_of(node) in VIEWS


def _sources(view: Any) -> Iterator[tuple[Any, Any]]:
    """Go from a view to what it is a view of, and on from there; each with the view."""
    while True:
        view = view.args[0] if is_item(view) else view
        if not _is_view(view):
            return
        yield view.args[0], view
        view = view.args[0]


def _shape(node: Any) -> tuple[int, ...]:
    return tuple(map(int, node.meta["val"].shape))


def _back(o: Operation, new: Known | Derived, old: Known | Derived) -> Known | Derived | None:
    """Give a tensor as it is when a view of it has become a new value; None where that is not followed."""
    name = name_of(o.node)
    if isinstance(new, Derived) and isinstance(old, Derived):
        return Derived(tuple(dict.fromkeys((*old.weights, *new.weights))), old.shape)
    if name in WHOLE:
        return o.builder.reshaped(new, old.shape)
    if name in TURNED:
        order = order_of(o)
        return o.builder.permuted(new, sorted(range(len(order)), key=order.__getitem__))
    if name not in CUT or (part := part_of(o)) is None or not isinstance(old, Known):
        return None
    axis, start, stop = part
    one = o.builder.reshaped(new, (*old.shape[:axis], stop - start, *old.shape[axis + 1 :]))
    size, pieces = old.shape[axis], [one]
    if start:
        pieces.insert(0, o.builder.sliced(old, axis, 0, start))
    if stop < size:
        pieces.append(o.builder.sliced(old, axis, stop, size))
    written = o.builder.written
    if written.get(old.place) == (axis, tuple(pieces)):
        return old  # the same is written again, as `x[1:] += y` does
    made = o.builder.joined(pieces, axis)
    if isinstance(made, Known):
        written[made.place] = axis, tuple(pieces)
    return made
