"""What each step of a tape does to arrays.

From arrays that broadcast; to an array. Whole numbers are `int64` modulo 2^64, all others doubles.
Every function is of numpy's own, or made of these; none compiles a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy

from layercalc import limits
from layercalc.errors import limit

Array: TypeAlias = "numpy.ndarray[Any, Any]"
Kernel: TypeAlias = Callable[[Sequence[Any], Any, Any], Any]

LN2 = math.log(2)
#: A double beyond two to this is written anew over a greater exponent, while a sequence is followed.
FAR = 512
#: The widest floating-point type that numpy has here, in which sequences are followed.
FINE = numpy.longdouble
#: Digits that it has beyond those of a double, and the members that are as near without them.
WIDER, SHORT = 60, 1_000
#: Logarithms of members that differ by less, in doubles, have all their digits in that type.
NEAR = 1e-9


def apply(operation: str, arguments: Sequence[Array], extra: Any, around: Any, out: Array | None) -> Array:
    """Do a step; `out` is an array that is no longer needed."""
    ufunc = UFUNCS.get(operation)
    if ufunc is None:
        return KERNELS[operation](arguments, extra, around)  # type: ignore[no-any-return]
    if out is not None and out.dtype == arguments[-1].dtype and out.shape == _shape(arguments):
        return ufunc(*arguments, out=out)  # type: ignore[no-any-return]
    return ufunc(*arguments)  # type: ignore[no-any-return]


def _shape(arguments: Sequence[Array]) -> tuple[int, ...]:
    if len(arguments) == 1 or arguments[0].shape == arguments[1].shape:
        return tuple(arguments[0].shape)
    return numpy.broadcast_shapes(*(argument.shape for argument in arguments))


def _log2_of_sum(arguments: Sequence[Array], extra: Any, around: Any) -> Array:
    """Add numbers given by their logarithms to base two."""
    most = arguments[0]
    for other in arguments[1:]:
        most = numpy.maximum(most, other)
    most = numpy.maximum(most, -1e300)
    added = numpy.exp2(arguments[0] - most)
    for other in arguments[1:]:
        added = added + numpy.exp2(other - most)
    return most + numpy.log2(added)  # type: ignore[no-any-return]


def _power_of_word(arguments: Sequence[Array], extra: Any, around: Any) -> Array:
    """Raise whole numbers to whole powers, not below 0, modulo 2^64."""
    base, exponent = numpy.broadcast_arrays(*arguments)
    made = numpy.ones(base.shape, dtype=numpy.int64)
    for place in reversed(range(int(exponent.max(initial=0)).bit_length())):
        made = made * made
        made = numpy.where(exponent >> place & 1, made * base, made)
    return made


def _geometric_of_word(arguments: Sequence[Array], extra: Any, around: Any) -> Array:
    """Add 1, q, ..., q^(n - 1) modulo 2^64, by doubling."""
    ratio, count = numpy.broadcast_arrays(*arguments)
    added, power = numpy.zeros(ratio.shape, dtype=numpy.int64), numpy.ones(ratio.shape, dtype=numpy.int64)
    for place in reversed(range(int(count.max(initial=0)).bit_length())):
        added, power = added * (power + 1), power * power
        odd = count >> place & 1
        added, power = numpy.where(odd, added + power, added), numpy.where(odd, power * ratio, power)
    return added


def _geometric(arguments: Sequence[Array], extra: Any, around: Any) -> Array:
    """Add 1, q, ..., q^(n - 1); right at ratios near 1."""
    ratio, count = numpy.broadcast_arrays(*arguments)
    slope = numpy.log1p(ratio - 1)
    near = numpy.expm1(count * slope) / (ratio - 1)
    turned = (numpy.power(ratio, count) - 1) / (ratio - 1)
    return numpy.asarray(numpy.where(ratio == 1, count, numpy.where(ratio > 0, near, turned)))


def _log2_geometric(arguments: Sequence[Array], extra: Any, around: Any) -> Array:
    """Give the logarithm to base two of 1 + q + ... + q^(n - 1), for q above 0."""
    ratio, count = numpy.broadcast_arrays(*arguments)
    step = ratio - 1
    grown = count * numpy.log1p(step)
    large = grown / LN2 + numpy.log1p(-numpy.exp(-grown)) / LN2 - numpy.log2(step)
    small = numpy.log2(numpy.expm1(grown) / step)
    return numpy.asarray(numpy.where(ratio == 1, numpy.log2(count), numpy.where(grown > 30, large, small)))


def _sequence(arguments: Sequence[Array], extra: str, around: Any) -> Array:
    """Follow h(n) = c1 h(n - 1) + ... from h(0) = 1 to the n of each point.

    The result is whole modulo 2^64, a double, or the logarithm to base two, as `extra` says. It is
    followed in doubles too: where that comes to something else, digits are lost, and it is NaN.
    """
    count, *coefficients = arguments
    check_rounds(int(count.max(initial=0)))
    if extra == "whole":
        return _followed(count, coefficients, numpy.int64)[0]
    found, heights = _followed(count, coefficients, FINE)
    rough, rough_heights = _followed(count, coefficients, numpy.float64)
    log = numpy.log2(numpy.abs(found)) + heights
    lost = ~(numpy.abs(numpy.log2(numpy.abs(rough)) + rough_heights - log) <= NEAR) & (found != 0)
    if numpy.finfo(FINE).nmant < WIDER:
        lost |= count > SHORT
    made = numpy.log2(found) + heights if extra == "log" else numpy.ldexp(found, heights.astype(numpy.int32))
    return numpy.where(lost, numpy.nan, made.astype(numpy.float64))


def _followed(count: Array, coefficients: Sequence[Array], kind: Any) -> tuple[Array, Array]:
    """Follow a sequence in numbers of a kind; give each point its member, and the exponent that is over."""
    past = [numpy.ones(numpy.broadcast_shapes((), *(c.shape for c in coefficients)), dtype=kind)]
    raised = numpy.zeros(past[0].shape, dtype=numpy.int64)
    shape = numpy.broadcast_shapes(count.shape, past[0].shape)
    found, heights = numpy.zeros(shape, dtype=kind), numpy.zeros(shape, dtype=numpy.int64)
    factors = [c.astype(kind) for c in coefficients]
    for n in range(int(count.max(initial=-1)) + 1):
        if n:
            following = sum((c * h for c, h in zip(factors, past, strict=False)), start=kind(0))
            past = [numpy.asarray(following), *past[: len(factors) - 1]]
        if kind is not numpy.int64 and n % 8 == 0:
            past, raised = _lowered(past, raised)
        here = count == n
        found, heights = numpy.where(here, past[0], found), numpy.where(here, raised, heights)
    return found, heights


def _lowered(past: list[Array], raised: Array) -> tuple[list[Array], Array]:
    """Write the members of a sequence over a greater exponent where they are vast."""
    far = numpy.abs(past[0]) > 2.0**FAR
    if not far.any():
        return past, raised
    scale = numpy.where(far, 2.0**-FAR, 1.0)
    return [member * scale.astype(member.dtype) for member in past], raised + numpy.where(far, FAR, 0)


def check_rounds(rounds: int) -> None:
    """Refuse more rounds than a sum or product at a number may have."""
    if rounds > limits.ROUNDS:
        raise limit(f"a sum or a product has over {limits.ROUNDS:,} rounds to be written out, the limit")


def _chosen(arguments: Sequence[Array], extra: Any, around: Any) -> Array:
    condition, first, other = arguments
    return numpy.where(condition, first, other)


def _fold(arguments: Sequence[Array], loop: Any, around: Any) -> Array:
    return loop.folded(*arguments, *around)  # type: ignore[no-any-return]


def _called(ufunc: Any, arguments: Sequence[Any], extra: Any, around: Any) -> Any:
    return ufunc(*arguments)


UFUNCS: Mapping[str, Any] = {
    "add": numpy.add,
    "subtract": numpy.subtract,
    "multiply": numpy.multiply,
    "divide": numpy.divide,
    "quotient": numpy.floor_divide,
    "remainder": numpy.remainder,
    "maximum": numpy.maximum,
    "minimum": numpy.minimum,
    "power_of": numpy.power,
    "log2": numpy.log2,
    "exp2": numpy.exp2,
    "sqrt": numpy.sqrt,
    "absolute": numpy.absolute,
    "floor": numpy.floor,
}
KERNELS: Mapping[str, Kernel] = {
    **{name: partial(_called, ufunc) for name, ufunc in UFUNCS.items()},
    "real": lambda a, extra, around: numpy.asarray(a[0]).astype(numpy.float64),
    "equal": lambda a, extra, around: numpy.equal(*a),
    "unequal": lambda a, extra, around: numpy.not_equal(*a),
    "less": lambda a, extra, around: numpy.less(*a),
    "at_most": lambda a, extra, around: numpy.less_equal(*a),
    "and": lambda a, extra, around: numpy.logical_and(*a),
    "or": lambda a, extra, around: numpy.logical_or(*a),
    "not": lambda a, extra, around: numpy.logical_not(*a),
    "log2_of_sum": _log2_of_sum,
    "power_of_word": _power_of_word,
    "geometric_of_word": _geometric_of_word,
    "geometric": _geometric,
    "log2_geometric": _log2_geometric,
    "sequence": _sequence,
    "choose": _chosen,
    "fold": _fold,
}
