"""Records the assumptions of a closed form that its declared symbols leave open.

From conditions on symbols, met while a network is made or a law is read; to the same
conditions kept (`network.Granted`), each of which holds at every number at which the closed
form is the network. Promises: what follows from the declarations is not kept, what
contradicts them is a diagnostic, and a condition on the round of a loop is kept only in a
form that speaks of all rounds at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from layercalc.errors import Span, SpecError, fail, listing
from layercalc.expressions.arithmetic import plain, symbolic
from layercalc.expressions.rounding import located
from layercalc.expressions.scope import Context, Value, describe, is_symbolic
from layercalc.lazy import sympy
from layercalc.numbers.linear import line_of, related, said_whole
from layercalc.numbers.sums import put_in

if TYPE_CHECKING:
    from layercalc.assumptions import Facts


def grant(statement: Any, context: Context, span: Span, broken: str, *, needed: bool = False) -> None:
    """Take a statement for granted; `broken` says what is wrong where it cannot be.

    It is `needed` where a number for which it is false is refused at the same place.

    Raises `SpecError` for a statement that is false, and for one on the rounds of a loop
    of which it is open whether it holds in all of them.
    """
    if statement in (True, False):
        if not statement:
            raise fail(broken, span)
        return
    facts = context.knowledge.begin()
    decided = facts.decide(statement)
    if decided is False:
        raise fail(broken, span)
    if decided is True:
        return
    from layercalc.assumptions import for_all_rounds

    for_all = for_all_rounds(statement, facts)
    if for_all is None:
        raise undecided(statement, context, span)
    if for_all is not statement:
        grant(for_all, context, span, broken)
        if not context.knowledge.law:
            facts.hold_in_rounds(statement)
        return
    knowledge = context.knowledge
    surely = needed and not knowledge.trying and not knowledge.law
    knowledge.granted.assume(statement, knowledge.law, needed=surely)
    if not context.knowledge.law:
        try:
            facts.assume(statement)
        except ValueError:
            raise fail(broken, span) from None


def whole(value: Value, context: Context, span: Span, what: str, *, needed: bool = False) -> Value:
    """Take for granted that a symbolic value is a whole number; give it, a constant in digits.

    It is `needed` where the caller refuses a number that is not whole.
    """
    if not is_symbolic(value):
        return value
    if not value.is_number and context.knowledge.begin().is_whole(value):
        return value
    broken = f"{what} is {context.show(value)}, not a whole number"
    if value.is_number:
        found = located(value, span)
        if not found.whole:
            raise fail(broken, span)
        return found.floor
    grant(said_whole(value), context, span, broken, needed=needed)
    return value


def at_least(
    value: Value, least: int, context: Context, span: Span, broken: str, *, needed: bool = False
) -> None:
    """Take for granted that a symbolic value is not below 0, or that a whole one is not below 1.

    It is `needed` where the caller refuses a number below.
    """
    if not is_symbolic(value) or value.is_number:
        return
    if _plainly_positive(value):
        return
    unknown = [related(sympy.Ge, value, least)] if least else _unknown(value, context.knowledge.begin())
    if len(unknown) == 1:
        itself = unknown[0] == related(sympy.Ge, value, least)  # else what suffices, and need not be
        grant(unknown[0], context, span, broken, needed=needed and bool(itself))
    elif unknown:
        grant(related(sympy.Ge, value, 0), context, span, broken)


def _unknown(value: Any, facts: Facts) -> list[Any]:
    """Give the conditions under which the factors of a value are not below 0, as far as they are open."""
    from layercalc.numbers.log2 import log2
    from layercalc.numbers.signs import plainly_nonnegative

    found = []
    for factor in value.args if value.is_Mul else (value,):
        base, exponent = factor.as_base_exp()
        if exponent.is_even or plainly_nonnegative(base):
            continue
        inner, least = (base.args[0], 1) if isinstance(base, log2) else (base, 0)
        parts = inner.args if least and inner.is_Mul else (inner,)
        if not all(facts.decide(related(sympy.Ge, part, least)) for part in parts):
            found.append(related(sympy.Ge, inner, least))
    return found


def positive(value: Value, context: Context, span: Span, broken: str) -> None:
    """Take for granted that a symbolic value is above 0."""
    if is_symbolic(value) and not value.is_number and not _plainly_positive(value):
        grant(related(sympy.Gt, value, 0), context, span, broken)


def at_least_none(count: Value, context: Context, span: Span) -> Any:
    """Take for granted that a range does not go the other way, or give 0 where it does.

    Raises `SpecError` where it is open and symbols may not be bounded: it may differ between
    the rounds of a loop.
    """
    forward = related(sympy.Ge, count, 0)
    if not context.knowledge.bounds and not context.knowledge.begin().decide(forward):
        context.knowledge.open.append(forward)
        raise undecided(forward, context, span)
    try:
        grant(forward, context, span, f"a range of {context.show(count)} entries")
    except SpecError:
        return sympy.Max(0, count)
    return count


def not_zero(value: Value, context: Context, span: Span) -> None:
    """Take for granted that what is divided by is not zero."""
    if not is_symbolic(value) or value.is_number or _plainly_positive(value):
        return
    for factor in sympy.Mul.make_args(value):
        base = factor.as_base_exp()[0]
        if not (base.is_number or _plainly_positive(base)):
            grant(related(sympy.Ne, base, 0), context, span, "division by zero")


def apart(
    subject: Value, number: Value, chosen: Value, read: Callable[[], Value], context: Context, span: Span
) -> None:
    """Take for granted that a symbolic subject is not the number of an arm of a match that was passed over.

    Nothing is, where that arm, which `read` gives, says the same there as the `chosen` value.
    """
    facts = context.knowledge.begin()
    equal = related(sympy.Eq, subject, number)
    if facts.decide(equal) is False:
        return
    if (line := line_of(facts.canonical(subject))) is not None:
        symbol, slope, constant = line
        with context.knowledge.trial(keep=False), suppress(SpecError):
            if _put_in(chosen, {symbol: symbolic(Fraction(number - constant) / slope)}) == read():
                return
    context.knowledge.open.append(equal)
    if equal.has(sympy.Mod):  # a remainder is any of its numbers, in turn
        raise undecided(equal, context, span)
    context.knowledge.granted.others[equal] = None
    grant(related(sympy.Ne, subject, number), context, span, f"{context.show(subject)} is {describe(number)}")


def _put_in(value: Value, point: Mapping[Any, Any]) -> Value:
    if isinstance(value, tuple):
        return tuple([_put_in(item, point) for item in value])
    return plain(put_in(value, point)) if is_symbolic(value) else value


def _plainly_positive(value: Any) -> bool:
    from layercalc.numbers.signs import plainly_nonnegative

    if value.is_Mul:
        return all(map(_plainly_positive, value.args))
    if value.is_Add:
        return any(map(_plainly_positive, value.args)) and all(map(plainly_nonnegative, value.args))
    return bool(value.is_positive)


def undecided(statement: Any, context: Context, span: Span, shown: str = "") -> SpecError:
    """Tell that a statement is open, with the symbols that it depends on and what would decide it."""
    shown = shown or context.show(statement)
    symbols, suggestion = context.facts.explain(statement) if context.facts is not None else ((), None)
    if not symbols:
        return fail(f"{shown} is open: its two sides are too close to be told apart", span)
    names = listing([str(symbol) for symbol in symbols], "and")
    hint = f"`where {describe(suggestion)}` at the param of {names} would decide it, or a number"
    return fail(f"{shown} is open: it depends on {names}", span, hint)
