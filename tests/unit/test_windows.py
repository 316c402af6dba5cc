"""Sliding windows against a count of them one by one, and against the formulas PyTorch documents."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layercalc.errors import Source, Span, SpecError
from layercalc.expressions.scope import Context, Mark, Scope
from layercalc.expressions.windows import window, window_transpose

HERE = Span(Source("test", ""), 0, 0)
SIZES, KERNELS, STRIDES = st.integers(1, 40), st.integers(1, 7), st.integers(1, 5)
PADDINGS, DILATIONS = st.integers(0, 4), st.integers(1, 3)


def one(function: Any, size: int, *rest: Any) -> int:
    [result] = function(Context(Scope()), HERE, (size,), *rest)
    assert isinstance(result, int)
    return result


def windows_inside(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Count the places at which a window lies within the padded input."""
    reach = dilation * (kernel - 1)
    return sum(start + reach < size + 2 * padding for start in range(0, size + 2 * padding, stride))


@given(SIZES, KERNELS, STRIDES, PADDINGS, DILATIONS)
def test_a_window_is_counted_where_it_lies(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    count = windows_inside(size, kernel, stride, padding, dilation)
    assume(count)
    assert one(window, size, kernel, stride, padding, dilation) == count


@given(SIZES, KERNELS, STRIDES, DILATIONS)
def test_valid_is_no_padding(size: int, kernel: int, stride: int, dilation: int) -> None:
    assume(dilation * (kernel - 1) < size)
    valid = one(window, size, kernel, stride, Mark.VALID, dilation)
    assert valid == one(window, size, kernel, stride, 0, dilation)


@given(SIZES, KERNELS, STRIDES, DILATIONS)
def test_same_starts_a_window_at_every_stride(size: int, kernel: int, stride: int, dilation: int) -> None:
    assert one(window, size, kernel, stride, Mark.SAME, dilation) == len(range(0, size, stride))


@given(SIZES, KERNELS, STRIDES, DILATIONS, st.booleans())
def test_pooling_is_that_of_pytorch(size: int, kernel: int, stride: int, dilation: int, ceil: bool) -> None:
    padding = kernel // 2
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    assume(room >= 0)
    count = (math.ceil if ceil else math.floor)(room / stride) + 1
    if ceil and (count - 1) * stride >= size + padding:  # it may not start in the padding on the right
        count -= 1
    assert one(window, size, kernel, stride, padding, dilation, ceil) == count


@given(SIZES, KERNELS, STRIDES, PADDINGS, DILATIONS)
def test_transposed_windows_are_those_of_pytorch(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    result = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1
    assume(result >= 1)
    assert one(window_transpose, size, kernel, stride, padding, dilation) == result


@given(SIZES, KERNELS, STRIDES, PADDINGS, DILATIONS)
def test_a_transposed_window_is_undone_by_the_window(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    assume((size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 >= 1)
    wide = one(window_transpose, size, kernel, stride, padding, dilation)
    assert one(window, wide, kernel, stride, padding, dilation) == size
    assert one(window_transpose, size, kernel, stride, Mark.SAME) == size * stride


@given(st.lists(SIZES, min_size=1, max_size=3), KERNELS, STRIDES)
def test_axes_are_on_their_own(sizes: list[int], kernel: int, stride: int) -> None:
    together = window(Context(Scope()), HERE, tuple(sizes), kernel, stride, Mark.SAME)
    assert together == tuple(one(window, size, kernel, stride, Mark.SAME) for size in sizes)


@given(st.integers(1, 60), KERNELS, STRIDES, PADDINGS, DILATIONS)
def test_a_symbolic_window_is_the_numeric_one(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    context = Context(Scope())
    symbol = context.knowledge.begin().symbol("n")
    [closed] = window(context, HERE, (symbol,), kernel, stride, padding, dilation)
    assume(size + 2 * padding > dilation * (kernel - 1))
    assert closed.subs(symbol, size) == one(window, size, kernel, stride, padding, dilation)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((5,), 7, 1, 0), "a window of 7 does not fit into 5 with padding 0"),
        (((5,), 3, 1, 0, 4), "a window of 9 does not fit into 5 with padding 0"),
        (((5,), 3, 0, 0), "stride is 0, not a whole number of at least 1"),
        (((5,), 3, 1, -1), "padding is -1, not a whole number of at least 0"),
        (((5,), 3, 1, Mark.NONE), "padding is none, not a number"),
        (((5,), (3, 3), 1, 0), "kernel is [3, 3], and the input has 1 spatial axis"),
        (((), 3, 1, 0), "a window needs spatial axes, and the input is a vector"),
        ((5, 3, 1, 0), "the sizes are 5, not a list"),
    ],
)
def test_what_is_no_window_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        window(Context(Scope()), HERE, *arguments)
    assert caught.value.diagnostics[0].message == message


def test_a_transposed_window_of_no_size_is_refused() -> None:
    with pytest.raises(SpecError, match="gives a size of -1"):
        window_transpose(Context(Scope()), HERE, (1,), 1, 1, 1)
