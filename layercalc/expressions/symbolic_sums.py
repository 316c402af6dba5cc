"""Sums and products over a number of rounds that is a symbol, and the sequences they close into.

From: comprehensions over `range(n)`, and the arguments of `factorial`, `rising`,
`geometric` and `recurrence`. To: exact numbers, or closed forms in the symbols.
Promises: what the text of a closed form says reads back as the same value, and
nothing is multiplied out that the limits forbid.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import comb
from typing import Any

from layercalc import limits
from layercalc.errors import LimitError, Span, SpecError, fail
from layercalc.expressions import arithmetic, granting, rounding
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.costs import bits, check_terms, terms
from layercalc.expressions.plans import Plan, better
from layercalc.expressions.scope import Context, Count, Entries, SymbolicList, Value, describe, is_number
from layercalc.lazy import sympy
from layercalc.network import Scalar
from layercalc.records import dataclass, field

#: Plans that are tried for the entries of one list.
PLANS = 8


def count_of(items: Count, context: Context, span: Span) -> Scalar:
    """Count the items of a range: the rounds of a loop over it.

    Raises `SpecError` for steps that are no number.
    """
    if not is_number(items.step):
        raise fail(f"this range has steps of {context.show(items.step)}; they must be a number", span)
    rounds = arithmetic.divide(arithmetic.subtract(items.stop, items.start, span), items.step, span)
    return rounds_of(rounding.ceil(rounds, span, context.facts), context, span)


def rounds_of(count: Scalar, context: Context, span: Span) -> Scalar:
    """Count the rounds of a range: none where it is empty or goes the other way.

    Raises `SpecError` where that differs between the rounds of a loop around it, which then
    may stand apart; where they do not, the count stays a maximum.
    """
    if is_number(count):
        return max(0, count)
    context.knowledge.open.append(symbolic(count))  # the rounds of a loop around it may take turns by it
    if context.facts is not None and context.facts.is_nonnegative(-count):
        return 0
    return granting.at_least_none(count, context, span)


def series(
    items: Count, read: Callable[[Value], Value | None], word: str, context: Context, span: Span
) -> Value:
    """Read a comprehension once, for a round that is a symbol; `read` gives None for what is left out.

    Raises `SpecError` for a range of numbers that is too long for a list.
    """
    if not any(hasattr(bound, "free_symbols") for bound in (items.start, items.stop, items.step)):
        hint = f"a list has at most {limits.LIST_ENTRIES:,} entries, and their number is known"
        raise fail(f"{context.show(items)} is not written out; only a loop can take it", span, hint)
    count = count_of(items, context, span)
    reading = _Reading(items, read, word, count, context, span)
    plans, seen = [Plan()], set[Plan]()
    while plans[0] not in seen and plans[0].is_short:
        seen.add(plans[0])
        try:
            with context.budget.call("a comprehension", span), context.knowledge.trial():
                parts, asked = reading.parts(plans[0])
        except LimitError:
            raise
        except SpecError:
            if not reading.asked or len(seen) == PLANS:
                raise
            plans = reading.asked
            continue
        if not asked:
            return SymbolicList(tuple(parts), count) if parts else ()
        plans = asked
    raise fail(f"no closed form is known for the entries over {context.show(items)}", span)


@dataclass
class _Reading:
    """A comprehension over a range: its entries at symbolic places, by a plan that parts them."""

    items: Count
    read: Callable[[Value], Value | None]
    word: str
    count: Scalar
    context: Context
    span: Span
    asked: list[Plan] = field(default_factory=list)

    def parts(self, plan: Plan) -> tuple[list[Entries], list[Plan]]:
        """Read the entries that stand apart, and those of each kind at a symbolic place."""
        facts, span, knowledge = self.context.knowledge.begin(), self.span, self.context.knowledge
        middle = arithmetic.subtract(self.count, plan.apart, span)
        if plan.apart:
            granting.at_least(middle, 0, self.context, span, "a list with too few entries")
        places: list[Scalar] = [*range(plan.first)]
        places += [arithmetic.subtract(self.count, left, span) for left in range(plan.last, 0, -1)]
        mark, self.asked = len(knowledge.open), []
        found = list[Entries]()
        for kind in range(plan.together):
            further = arithmetic.add(middle, plan.together - 1 - kind, span)
            count = rounding.floor(arithmetic.divide(further, plan.together, span), span, facts)
            # No author can write the prime, so that the place is none of the author's symbols.
            index = facts.index(self.word + "'" * self.context.budget.calls, count)
            place = arithmetic.add(arithmetic.multiply(plan.together, index, span), plan.first + kind, span)
            try:
                term = self.at(place)
                asks = [*better(plan, index, symbolic(count), [*knowledge.open[mark:], term])]
            except SpecError:
                self.asked = [*better(plan, index, symbolic(count), knowledge.open[mark:])]
                raise
            finally:
                facts.forget_index(index)
            if asks:
                return [], asks
            if term is not None:
                found.append(_with_plain_round(term, index, count))
        alone = [term for place in places if (term := self.at(place)) is not None]
        return [*found, *(_with_plain_round(term, index, 1) for term in alone)], []

    def at(self, place: Scalar) -> Value | None:
        """Read the entry at a place."""
        step = arithmetic.multiply(self.items.step, place, self.span)
        term = self.read(arithmetic.add(self.items.start, step, self.span))
        if term is None:
            return None
        if not (is_number(term) or hasattr(term, "free_symbols")):
            raise fail(f"the entries of a list over {self.context.show(self.items)} are numbers", self.span)
        check_terms(symbolic(term), limits.ROUNDED_TERMS, self.context.budget, self.span)
        return term


def _with_plain_round(term: Scalar, index: sympy.Symbol, count: Scalar) -> Entries:
    """Name the round by the first name that is free, so that equal series are equal."""
    from layercalc.printing.formula import ROUNDS, letters

    taken = {symbol.name for part in (term, count) for symbol in symbolic(part).atoms(sympy.Symbol)}
    named = sympy.Symbol(next(letters(ROUNDS, taken)), integer=True, nonnegative=True)
    return Entries(arithmetic.plain(symbolic(term).xreplace({index: named})), named, count)


def length(given: SymbolicList, span: Span) -> Value:
    """Count the entries."""
    return reduce(lambda total, part: arithmetic.add(total, part.count, span), given.parts, 0)


def total(given: SymbolicList, span: Span) -> Value:
    """Add over the rounds."""
    return reduce(lambda total, part: arithmetic.add(total, _total(part), span), given.parts, 0)


def product(given: SymbolicList, span: Span) -> Value:
    """Multiply over the rounds."""
    return reduce(lambda made, part: arithmetic.multiply(made, _product(part), span), given.parts, 1)


def _total(given: Entries) -> Value:
    """Add entries, closed where the term is short enough to be looked through."""
    from layercalc.forms.series import sum_over

    if _is_short(given.term):
        return sum_over(given.term, given.index, given.count)
    return sympy.Sum(symbolic(given.term), (given.index, 0, symbolic(given.count) - 1))


def _product(given: Entries) -> Value:
    """Multiply entries, closed where the term is short and not negative."""
    from layercalc.forms.product import Product
    from layercalc.forms.series import product_over

    opaque = sympy.Product(symbolic(given.term), (given.index, 0, symbolic(given.count) - 1))
    if not _is_short(given.term):
        return opaque
    try:
        return arithmetic.plain(product_over(Product.of(given.term), given.index, given.count).to_sympy())
    except ValueError:  # a negative term is not taken apart
        return opaque


def _is_short(term: Scalar) -> bool:
    from layercalc.numbers.opened import is_within

    return is_within(symbolic(term), limits.ROUNDED_TERMS)


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
    from layercalc.numbers.special import rising as symbolic_rising

    return _symbolic(symbolic_rising, (start, count), context, span)


def geometric(context: Context, span: Span, q: Value, n: Value) -> Value:
    """Give 1 + q + ... + q^(n - 1)."""
    ratio, count = arithmetic.scalar(q, span), _count(n, span, context)
    if is_number(ratio) and is_number(count):
        if ratio == 1:
            return count
        limits.check_number(count * bits(ratio), span)
        return arithmetic.whole((Fraction(ratio) ** int(count) - 1) / (ratio - 1))
    from layercalc.numbers.special import geometric as symbolic_geometric

    return _symbolic(symbolic_geometric, (ratio, count), context, span)


def recurrence(context: Context, span: Span, n: Value, *coefficients: Value) -> Value:
    """Give h(n) = c1 h(n - 1) + ... + ck h(n - k) from h(0) = 1, with 0 before."""
    past = [arithmetic.scalar(value, span) for value in coefficients]
    count = granting.whole(arithmetic.scalar(n, span), context, span, "the number of rounds")
    if is_number(count) and count < 0:
        return 0
    count = _count(n, span, context)
    if is_number(count) and all(map(is_number, past)):
        return _iterated(int(count), past, context, span)
    if is_number(count):
        length = sum(terms(symbolic(value), limits.TERMS) for value in past)
        if comb(int(count) + length, length) > limits.TERMS:
            raise fail(f"this value has over {limits.TERMS:,} terms and factors, the limit", span)
    from layercalc.numbers.special import recurrence as symbolic_recurrence

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
    granting.at_least(count, 0, context, span, f"the number of rounds is {context.show(count)}")
    return count


def _symbolic(function: Any, arguments: tuple[Scalar, ...], context: Context, span: Span) -> Value:
    for argument in arguments:
        if not is_number(argument):
            check_terms(argument, limits.ROUNDED_TERMS, context.budget, span)
    return arithmetic.plain(function(*map(symbolic, arguments)))
