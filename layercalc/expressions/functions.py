"""The functions of the language, as one table: name, how many arguments, what it does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from layercalc import limits
from layercalc.errors import Span, fail
from layercalc.expressions import arithmetic, granting, rounding, symbolic_sums, windows
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.conditions import decide, relation, same
from layercalc.expressions.costs import charged, effort, magnitude
from layercalc.expressions.scope import Context, Count, SymbolicList, Value, describe, is_number, is_symbolic
from layercalc.lazy import sympy
from layercalc.network import Scalar
from layercalc.numbers import special
from layercalc.numbers.logs import Logs


class Builtin(NamedTuple):
    """A function of the language; `most` None means any number of arguments."""

    call: Callable[..., Value]
    least: int
    most: int | None
    parameters: tuple[str, ...] = ()


def sequence(context: Context, value: Value, span: Span) -> tuple[Value, ...]:
    """Refuse what is no list; take what reading all of it costs."""
    if isinstance(value, tuple):
        context.budget.spend(len(value), span)
        return value
    if isinstance(value, Count):
        hint = f"a list has at most {limits.LIST_ENTRIES:,} entries, and their number is known"
        raise fail(f"{context.show(value)} is not written out; only a loop can take it", span, hint)
    if isinstance(value, SymbolicList):
        raise fail(f"{context.show(value)} is not written out; only `sum` and `product` can take it", span)
    raise fail(f"this is {context.show(value)}, not a list", span)


def _log2(context: Context, span: Span, value: Value) -> Value:
    x = _positive(value, span, "log2", context)
    if isinstance(x, int | Fraction):
        return Logs.log2(x)
    return arithmetic.plain(special.log2(symbolic(x)))


def _log(context: Context, span: Span, value: Value) -> Value:
    return arithmetic.plain(sympy.log(symbolic(_positive(value, span, "log", context))))


def _digamma(context: Context, span: Span, value: Value) -> Value:
    return arithmetic.plain(special.digamma(symbolic(_positive(value, span, "digamma", context))))


def _sqrt(context: Context, span: Span, value: Value) -> Value:
    x = arithmetic.scalar(value, span)
    if isinstance(x, int | Fraction):
        if x < 0:
            raise fail(f"sqrt of {describe(x)}", span)
        up, down = math.isqrt(x.numerator), math.isqrt(x.denominator)
        if up * up == x.numerator and down * down == x.denominator:
            return arithmetic.whole(Fraction(up, down))
        arithmetic.check_root(x, span)
    granting.at_least(x, 0, context, span, f"sqrt of {context.show(x)}, which is negative")
    return sympy.sqrt(symbolic(x))


def _positive(value: Value, span: Span, name: str, context: Context) -> Scalar:
    x = arithmetic.scalar(value, span)
    if is_number(x) and x <= 0:
        raise fail(f"{name} of {describe(x)}", span)
    if is_symbolic(x):
        granting.positive(x, context, span, f"{name} of {context.show(x)}, which is not positive")
    return x


def _through_sympy(name: str) -> Callable[..., Value]:
    def call(context: Context, span: Span, value: Value) -> Value:
        x = arithmetic.scalar(value, span)
        if name == "exp":
            limits.check_number(int(abs(x)) if is_number(x) else magnitude(x), span)
        function: Any = getattr(sympy, name)
        return arithmetic.plain(function(symbolic(x)))

    return call


def _rounded(context: Context, span: Span, value: Value) -> Value:
    return rounding.floor(arithmetic.add(value, Fraction(1, 2), span), span, context.facts)


def _absolute(context: Context, span: Span, value: Value) -> Value:
    x = arithmetic.scalar(value, span)
    return abs(x) if is_number(x) else arithmetic.plain(abs(symbolic(x)))


def _extreme(sign: int) -> Callable[..., Value]:
    def call(context: Context, span: Span, *arguments: Value) -> Value:
        values = sequence(context, arguments[0], span) if len(arguments) == 1 else arguments
        if not values:
            raise fail("the largest or least of an empty list", span)
        best = arithmetic.scalar(values[0], span)
        for value in values[1:]:
            best = _better(context, span, sign, best, value)
        return best

    return call


def _better(context: Context, span: Span, sign: int, best: Value, value: Value) -> Value:
    x = arithmetic.scalar(value, span)
    if is_number(x) and is_number(best):
        context.budget.spend(effort(best), span)
        return max(best, x) if sign > 0 else min(best, x)
    if same(x, best, context, span):
        return best
    above = ">=" if sign > 0 else "<="
    for larger, other in ((x, best), (best, x)):  # where the two may be equal, only one order is decided
        decided = decide(relation(larger, above, other), context, span)
        if decided is not None:
            return larger if decided else other
    both = (sympy.Max if sign > 0 else sympy.Min)(symbolic(best), symbolic(x))
    return charged(both, context.budget, span)


def _total(context: Context, span: Span, values: Value) -> Value:
    values = _rounds(context, span, values)
    if isinstance(values, SymbolicList):
        return symbolic_sums.total(values, span)
    total: Value = 0
    for value in sequence(context, values, span):
        total = charged(arithmetic.add(total, value, span), context.budget, span)
    return total


def _rounds(context: Context, span: Span, values: Value) -> Value:
    """Read `range(n)` itself as the list of its numbers."""
    if isinstance(values, Count):
        return symbolic_sums.series(values, lambda item: item, "i", context, span)
    return values


def _product(context: Context, span: Span, values: Value) -> Value:
    values = _rounds(context, span, values)
    if isinstance(values, SymbolicList):
        return symbolic_sums.product(values, span)
    total: Value = 1
    for value in sequence(context, values, span):
        total = charged(arithmetic.multiply(total, value, span), context.budget, span)
    return total


def _length(context: Context, span: Span, value: Value) -> Value:
    if isinstance(value, SymbolicList):
        return symbolic_sums.length(value, span)
    return len(value) if isinstance(value, tuple) else len(sequence(context, value, span))


def _is_list(context: Context, span: Span, value: Value) -> Value:
    """Tell a list from one number, for a param that takes either."""
    return isinstance(value, tuple)


def _range(context: Context, span: Span, *arguments: Value) -> Value:
    """`range(stop)`, `range(start, stop)`, `range(start, stop, step)`: stop is left out, as in Python."""
    numbers = [arithmetic.scalar(value, span) for value in arguments]
    start, stop = (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) == 3 else 1
    if not all(map(is_number, (start, stop, step))):
        for number in numbers:
            granting.whole(number, context, span, "a bound of the range", needed=True)
            if is_number(number):
                arithmetic.integer(number, span, "a bound of the range")
        return Count(start, stop, step)
    bounds = [arithmetic.integer(value, span, "a bound of the range") for value in (start, stop, step)]
    if bounds[2] == 0:
        raise fail("a range with steps of 0", span)
    items = range(*bounds)
    return Count(*bounds) if length_of(items) > limits.LIST_ENTRIES else tuple(items)


def length_of(items: range) -> int:
    """Count the items of a range of any length, which `len` cannot."""
    return max(0, -((items.start - items.stop) // items.step))


def _enumerate(context: Context, span: Span, values: Value) -> Value:
    return tuple(enumerate(sequence(context, values, span)))


def _zip(context: Context, span: Span, *lists: Value) -> Value:
    columns = [sequence(context, values, span) for values in lists]
    if len({len(column) for column in columns}) > 1:
        lengths = " and ".join(str(len(column)) for column in columns)
        raise fail(f"zip: the lists have {lengths} entries", span)
    return tuple(zip(*columns, strict=True))


def _per_axis(context: Context, span: Span, value: Value) -> Value:
    tensor = context.tensor()
    if tensor is None:
        raise fail("per_axis: there is no tensor at this point", span)
    return windows.per_axis(value, tensor.rank, span)


def _floor(context: Context, span: Span, value: Value) -> Value:
    return rounding.floor(value, span, context.facts)


def _ceil(context: Context, span: Span, value: Value) -> Value:
    return rounding.ceil(value, span, context.facts)


_WINDOW = ("sizes", "kernel", "stride", "padding", "dilation")

FUNCTIONS: Mapping[str, Builtin] = {
    "log2": Builtin(_log2, 1, 1),
    "log": Builtin(_log, 1, 1),
    "sqrt": Builtin(_sqrt, 1, 1),
    "exp": Builtin(_through_sympy("exp"), 1, 1),
    "tanh": Builtin(_through_sympy("tanh"), 1, 1),
    "erf": Builtin(_through_sympy("erf"), 1, 1),
    "floor": Builtin(_floor, 1, 1),
    "ceil": Builtin(_ceil, 1, 1),
    "round": Builtin(_rounded, 1, 1),
    "abs": Builtin(_absolute, 1, 1),
    "min": Builtin(_extreme(-1), 1, None),
    "max": Builtin(_extreme(1), 1, None),
    "sum": Builtin(_total, 1, 1),
    "product": Builtin(_product, 1, 1),
    "factorial": Builtin(symbolic_sums.factorial, 1, 1),
    "rising": Builtin(symbolic_sums.rising, 2, 2),
    "geometric": Builtin(symbolic_sums.geometric, 2, 2),
    "recurrence": Builtin(symbolic_sums.recurrence, 2, 11),
    "digamma": Builtin(_digamma, 1, 1),
    "len": Builtin(_length, 1, 1),
    "is_list": Builtin(_is_list, 1, 1),
    "range": Builtin(_range, 1, 3),
    "enumerate": Builtin(_enumerate, 1, 1),
    "zip": Builtin(_zip, 1, None),
    "per_axis": Builtin(_per_axis, 1, 1),
    "window": Builtin(windows.window, 4, 6, (*_WINDOW, "ceil")),
    "window_transpose": Builtin(windows.window_transpose, 4, 5, _WINDOW),
}
