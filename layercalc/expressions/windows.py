"""The geometry of sliding windows: the sizes that convolutions and pooling give.

`window` and `window_transpose` are functions of the language, so that the laws
of layers can be written in it; kernel, stride, padding and dilation take one
number for all axes or one for each.
"""

from __future__ import annotations

from typing import NamedTuple

from layercalc.errors import Span, fail
from layercalc.expressions import arithmetic, granting, rounding
from layercalc.expressions.conditions import compare, truth
from layercalc.expressions.scope import Context, Mark, Value, describe, is_number, is_symbolic
from layercalc.network import Scalar


def per_axis(value: Value, rank: int, span: Span, what: str = "this") -> tuple[Value, ...]:
    """Give one entry for each spatial axis; one value stands for all of them."""
    if not isinstance(value, tuple):
        return (value,) * rank
    if len(value) != rank:
        axes = "1 spatial axis" if rank == 1 else f"{rank} spatial axes"
        raise fail(f"{what} is {describe(value)}, and the input has {axes}", span)
    return value


def size(value: Value, rank: int, span: Span) -> Scalar:
    """Count the elements of a kernel: the product over the axes."""
    total: Value = 1
    for extent in per_axis(value, rank, span, "the kernel"):
        total = arithmetic.multiply(total, extent, span)
    return total


def window(context: Context, span: Span, *arguments: Value) -> Value:
    """Give the output sizes of a window sliding over the sizes.

    `window(sizes, kernel, stride, padding, dilation = 1, ceil = false)`: `same`
    gives ceil(in / stride); a number p gives
    floor((in + 2 p - dilation (kernel - 1) - 1) / stride) + 1, rounded up with
    `ceil`, where no window starts beyond the input and its left padding.
    """
    values = [*arguments, *(1, False)[len(arguments) - 4 :]]
    up = truth(values.pop(), span)
    return tuple([_window(context, span, axis, up) for axis in _axes(values, context, span)])


def window_transpose(context: Context, span: Span, *arguments: Value) -> Value:
    """Give the output sizes of a transposed window.

    `window_transpose(sizes, kernel, stride, padding, dilation = 1)`: `same` gives
    in * stride; a number p gives (in - 1) stride - 2 p + dilation (kernel - 1) + 1.
    """
    values = [*arguments, *(1,)[len(arguments) - 4 :]]
    return tuple([_transpose(span, axis) for axis in _axes(values, context, span)])


class _Axis(NamedTuple):
    """A window along one axis."""

    extent: Value
    kernel: Value
    stride: Value
    padding: Value
    dilation: Value

    @property
    def margin(self) -> Value:
        """What is padded on each side."""
        return 0 if self.padding is Mark.VALID else self.padding

    def reach(self, span: Span) -> Value:
        """Give the elements from the first to the last that one window sees."""
        steps = arithmetic.multiply(self.dilation, arithmetic.subtract(self.kernel, 1, span), span)
        return arithmetic.add(steps, 1, span)


def _axes(values: list[Value], context: Context, span: Span) -> list[_Axis]:
    sizes, arguments = values[0], dict(zip(_Axis._fields[1:], values[1:], strict=True))
    if not isinstance(sizes, tuple):
        raise fail(f"the sizes are {describe(sizes)}, not a list", span)
    if not sizes:
        raise fail("a window needs spatial axes, and the input is a vector", span)
    for extent in sizes:
        arithmetic.scalar(extent, span, "a size")
    spread = [per_axis(value, len(sizes), span, name) for name, value in arguments.items()]
    checked = [
        [_checked(name, entry, context, span) for entry in entries]
        for name, entries in zip(arguments, spread, strict=True)
    ]
    return [_Axis(*axis) for axis in zip(sizes, *checked, strict=True)]


def _checked(name: str, value: Value, context: Context, span: Span) -> Value:
    if name == "padding" and value in (Mark.SAME, Mark.VALID):
        return value
    least = 0 if name == "padding" else 1
    value = granting.whole(value, context, span, name, needed=True)
    if is_number(value) and (value < least or not isinstance(value, int)):
        raise fail(f"{name} is {describe(value)}, not a whole number of at least {least}", span)
    arithmetic.scalar(value, span, name)
    if is_symbolic(value):
        below = f"{name} is {context.show(value)}, below {least}"
        granting.at_least(value, least, context, span, below, needed=True)
    return value


def _window(context: Context, span: Span, axis: _Axis, up: bool) -> Value:
    if axis.padding is Mark.SAME:
        return rounding.ceil(arithmetic.divide(axis.extent, axis.stride, span), span, context.facts)
    room = arithmetic.subtract(_widened(axis.extent, axis.margin, 2, span), axis.reach(span), span)
    if is_number(room) and room < 0:
        shown = f"a window of {context.show(axis.reach(span))} does not fit into {context.show(axis.extent)}"
        raise fail(f"{shown} with padding {context.show(axis.margin)}", span)
    granting.at_least(room, 0, context, span, "a window does not fit", needed=True)
    steps = arithmetic.divide(room, axis.stride, span)
    if not up:
        return arithmetic.add(rounding.floor(steps, span, context.facts), 1, span)
    last = rounding.ceil(steps, span, context.facts)
    return last if _starts_beyond(last, axis, context, span) else arithmetic.add(last, 1, span)


def _starts_beyond(last: Value, axis: _Axis, context: Context, span: Span) -> bool:
    """Tell whether the last window starts beyond the input and its left padding.

    It starts less than a stride behind where it would end with the right padding.
    """
    slack = arithmetic.subtract(arithmetic.subtract(axis.reach(span), axis.margin, span), axis.stride, span)
    if is_number(slack) and slack >= 0:
        return False
    start = arithmetic.multiply(last, axis.stride, span)
    return compare(start, ">=", _widened(axis.extent, axis.margin, 1, span), context, span)


def _transpose(span: Span, axis: _Axis) -> Value:
    if axis.padding is Mark.SAME:
        return arithmetic.multiply(axis.extent, axis.stride, span)
    start = arithmetic.multiply(arithmetic.subtract(axis.extent, 1, span), axis.stride, span)
    end = arithmetic.add(start, axis.reach(span), span)
    result = _widened(end, axis.margin, -2, span)
    if is_number(result) and result < 1:
        raise fail(f"this transposed window gives a size of {describe(result)}", span)
    return result


def _widened(extent: Value, margin: Value, sides: int, span: Span) -> Value:
    return arithmetic.add(extent, arithmetic.multiply(margin, sides, span), span)
