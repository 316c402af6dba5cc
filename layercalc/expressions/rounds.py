"""Sums and products over a number of rounds that is a symbol, and the sequences they close into.

From: comprehensions over `range(n)`, and the arguments of `factorial`, `rising`,
`geometric` and `recurrence`. To: exact numbers, or closed forms in the symbols.
Promises: what the text of a closed form says reads back as the same value, and
nothing is multiplied out that the limits forbid.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from layercalc import limits
from layercalc.errors import Span, fail
from layercalc.expressions import arithmetic, rounding
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.scope import Context, Count, Series, Value, describe, is_number
from layercalc.expressions.weights import bits, check_terms, terms
from layercalc.network import Scalar

if TYPE_CHECKING:
    import sympy


def count_of(items: Count, context: Context, span: Span) -> Scalar:
    """Count the items of a range: the rounds of a loop over it.

    Raises `SpecError` for steps that are no number, and for a count known to be negative.
    """
    if not is_number(items.step):
        raise fail(f"this range has steps of {context.show(items.step)}; they must be a number", span)
    rounds = arithmetic.divide(arithmetic.subtract(items.stop, items.start, span), items.step, span)
    count: Scalar = rounding.ceil(rounds, span)
    if context.facts is not None and context.facts.is_nonnegative(count) is False:
        raise fail(f"a range of {context.show(count)} entries is negative", span)
    return count


def series(
    items: Count, read: Callable[[Value], Value | None], word: str, context: Context, span: Span
) -> Value:
    """Read a comprehension once, for a round that is a symbol; `read` gives None for what is left out.

    Raises `SpecError` for a range of numbers that is too long for a list.
    """
    if not any(hasattr(bound, "free_symbols") for bound in (items.start, items.stop, items.step)):
        hint = f"a list has at most {limits.LIST_ENTRIES:,} entries, and their number is known"
        raise fail(f"{context.show(items)} is not written out; only a loop can take it", span, hint)
    import sympy

    count = count_of(items, context, span)
    with context.budget.call("a comprehension", span):
        # No author can write the prime, so that the round is none of the author's symbols.
        index = sympy.Symbol(word + "'" * context.budget.calls, integer=True, nonnegative=True)
        step = arithmetic.multiply(items.step, index, span)
        term = read(arithmetic.add(items.start, step, span))
    if term is None:
        return ()
    if not (is_number(term) or hasattr(term, "free_symbols")):
        raise fail(f"the entries of a list over {context.show(items)} are numbers", span)
    check_terms(symbolic(term), limits.ROUNDED_TERMS, context.budget, span)
    return _with_plain_round(term, index, count)


def _with_plain_round(term: Scalar, index: sympy.Symbol, count: Scalar) -> Series:
    """Name the round by the first name that is free, so that equal series are equal."""
    import sympy

    from layercalc.values.special_text import bound_names, round_names

    taken = bound_names(symbolic(term)) | bound_names(symbolic(count))
    named = sympy.Symbol(next(n for n in round_names() if n not in taken), integer=True, nonnegative=True)
    return Series(arithmetic.plain(symbolic(term).xreplace({index: named})), named, count)


def total(given: Series) -> Value:
    """Add over the rounds, closed where the term is short enough to be looked through."""
    import sympy

    from layercalc.values.series import sum_over

    if _is_short(given.term):
        return sum_over(given.term, given.index, given.count)
    return sympy.Sum(symbolic(given.term), (given.index, 0, symbolic(given.count) - 1))


def product(given: Series) -> Value:
    """Multiply over the rounds, closed where the term is short and not negative."""
    import sympy

    from layercalc.values.product import Product
    from layercalc.values.series import product_over

    opaque = sympy.Product(symbolic(given.term), (given.index, 0, symbolic(given.count) - 1))
    if not _is_short(given.term):
        return opaque
    try:
        return arithmetic.plain(product_over(Product.of(given.term), given.index, given.count).to_sympy())
    except ValueError:  # a negative term is not taken apart
        return opaque


def _is_short(term: Scalar) -> bool:
    from layercalc.values.scalar import opened_terms

    return opened_terms(symbolic(term), limits.ROUNDED_TERMS) <= limits.ROUNDED_TERMS


def factorial(context: Context, span: Span, n: Value) -> Value:
    """Give n!, 1 times 2 times ... times n."""
    return rising(context, span, 1, n)


def rising(context: Context, span: Span, x: Value, n: Value) -> Value:
    """Give x (x + 1) ... (x + n - 1)."""
    start, count = arithmetic.scalar(x, span), _count(n, span, context)
    if is_number(start) and is_number(count):
        limits.check_number(count * bits(start + count), span)
        context.budget.spend(count, span)
        made = Fraction(1)
        for k in range(int(count)):
            made *= start + k
        return arithmetic.whole(made)
    from layercalc.values.special import rising as symbolic_rising

    return _symbolic(symbolic_rising, (start, count), context, span)


def geometric(context: Context, span: Span, q: Value, n: Value) -> Value:
    """Give 1 + q + ... + q^(n - 1)."""
    ratio, count = arithmetic.scalar(q, span), _count(n, span, context)
    if is_number(ratio) and is_number(count):
        if ratio == 1:
            return count
        limits.check_number(count * bits(ratio), span)
        return arithmetic.whole((Fraction(ratio) ** int(count) - 1) / (ratio - 1))
    from layercalc.values.special import geometric as symbolic_geometric

    return _symbolic(symbolic_geometric, (ratio, count), context, span)


def recurrence(context: Context, span: Span, n: Value, *coefficients: Value) -> Value:
    """Give h(n) = c1 h(n - 1) + ... + ck h(n - k) from h(0) = 1, with 0 before."""
    past = [arithmetic.scalar(value, span) for value in coefficients]
    count = arithmetic.scalar(n, span)
    if is_number(count) and count < 0:
        return 0
    count = _count(n, span, context)
    if is_number(count) and all(map(is_number, past)):
        return _iterated(int(count), past, context, span)
    if is_number(count):
        length = sum(terms(symbolic(value), limits.TERMS) for value in past)
        if comb(int(count) + length, length) > limits.TERMS:
            raise fail(f"this value has over {limits.TERMS:,} terms and factors, the limit", span)
    from layercalc.values.special import recurrence as symbolic_recurrence

    return _symbolic(symbolic_recurrence, (count, *past), context, span)


def _iterated(count: int, coefficients: list[Any], context: Context, span: Span) -> Value:
    limits.check_number(count * (max(map(bits, coefficients)) + len(coefficients).bit_length()), span)
    context.budget.spend(count * len(coefficients), span)
    values = [Fraction(1)]
    for _ in range(count):
        pairs = zip(coefficients, reversed(values[-len(coefficients) :]), strict=False)
        values.append(sum((c * h for c, h in pairs), start=Fraction(0)))
    return arithmetic.whole(values[count])


def _count(n: Value, span: Span, context: Context) -> Any:
    count = arithmetic.scalar(n, span)
    if is_number(count) and (count < 0 or count.denominator > 1):
        raise fail(f"the number of rounds is {describe(count)}, not a whole number of at least 0", span)
    if is_number(count):
        limits.check_number(int(count), span)
    return count


def _symbolic(function: Any, arguments: tuple[Scalar, ...], context: Context, span: Span) -> Value:
    for argument in arguments:
        if not is_number(argument):
            check_terms(argument, limits.ROUNDED_TERMS, context.budget, span)
    return arithmetic.plain(function(*map(symbolic, arguments)))
