"""The cost of values, counted so that no spec exceeds the limits of work and memory.

From: a value that an expression gave. To: the same value, its cost taken from the
budget. Promises: the lists, numbers and symbolic terms of one value stay within
the published limits, and a constant is real and of a size that can be rounded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from layercalc import limits
from layercalc.errors import Span, SpecError, fail
from layercalc.expressions.scope import Budget, Value, is_number, is_symbolic
from layercalc.numbers.logs import Logs

#: Digits of a floating-point number: only the moments of activations are read at such.
PRECISION = 30
#: Operations on numbers that one on symbols takes as long as, at the least; one on constants; the
#: assumptions of a new symbol; a remainder.
SYMBOLIC = 40
CONSTANT = 200
ASSUMPTION = 400
REMAINDER = 800
#: Terms that a function takes as long as which sympy evaluates slowly.
SLOW = 10


def charged(value: Value, budget: Budget, span: Span) -> Value:
    """Give a value, and charge its cost to the budget.

    Raises `SpecError` for a value over a limit, and for one that is not real.
    """
    if isinstance(value, tuple):
        count, work = entries(value)
        if count > limits.LIST_ENTRIES:
            raise fail(f"this list has over {limits.LIST_ENTRIES:,} entries, the limit", span)
        budget.spend(count + work, span)
    elif is_number(value):
        if work := effort(value):
            budget.spend(work, span)
    elif isinstance(value, Logs):
        count = _terms_of_logs(value)
        if count > limits.TERMS:
            raise _too_long(limits.TERMS, span)
        budget.spend(SYMBOLIC + count * count // 16 + CONSTANT, span)
    elif is_symbolic(value):
        if any(part.is_Float for part in value.args or (value,)):
            value = value.evalf(PRECISION)
        _check_symbolic(value, budget, span)
    return value


def _check_symbolic(value: Any, budget: Budget, span: Span) -> None:
    if not value.is_Float:
        check_terms(value, limits.TERMS, budget, span)
        budget.spend((value.is_number and CONSTANT) + (value.func.__name__ == "Mod" and REMAINDER), span)
    if not _plainly_real(value) and not _UNREAL.isdisjoint(type(atom).__name__ for atom in value.atoms()):
        raise fail("this is no real number", span)
    if value.is_number and _may_be_long(value):
        limits.check_number(_length(value, span), span)


#: What stands in every value that is not real; asked for `is_real`, sympy tells one time and not another.
_UNREAL = {"ImaginaryUnit", "NaN", "Infinity", "NegativeInfinity", "ComplexInfinity"}


def _plainly_real(value: Any) -> bool:
    """Tell whether a value is made of real ones without a root, so that its atoms need not be seen."""
    parts = value.args if value.is_Add or value.is_Mul else (value,)
    return all(part.is_Rational or part.is_Symbol or part.is_Add for part in parts)


def _may_be_long(constant: Any) -> bool:
    """Tell whether powers stand in a constant: without them it is as short as the numbers in it."""
    stack = [constant]
    while stack:
        part = stack.pop()
        if part.is_Pow or part.func.__name__ == "exp":
            return True
        stack.extend(part.args)
    return False


def effort(number: int | Fraction) -> int:
    """Give the operations that one on this number takes as long as: none if it is short."""
    return (bits(number) >> 12) ** 2


def bits(number: int | Fraction) -> int:
    """Count the bits of a number, numerator and denominator together.

    >>> bits(5), bits(Fraction(1, 2))
    (4, 3)
    """
    if isinstance(number, int):
        return number.bit_length() + 1
    return number.numerator.bit_length() + number.denominator.bit_length()


def entries(value: Value) -> tuple[int, int]:
    """Count the entries of a list, with those of the lists in it, as far as the limit; and their effort.

    >>> entries((1, (2, 3)))
    (4, 0)
    """
    count, work, stack = 0, 0, [value]
    while stack and count <= limits.LIST_ENTRIES:
        items = stack.pop()
        count += len(items)
        for item in items:
            if isinstance(item, tuple):
                stack.append(item)
            elif is_number(item):
                work += effort(item)
    return count, work


def check_terms(expression: Any, most: int, budget: Budget, span: Span, share: int = 16) -> None:
    """Refuse a symbolic value of too many terms; take what reading it costs, their square over `share`."""
    count = terms(expression, most)
    if count > most:
        raise _too_long(most, span)
    budget.spend(SYMBOLIC + count * count // share, span)


def _too_long(most: int, span: Span) -> SpecError:
    return fail(f"this value has over {most:,} terms and factors, the limit", span)


def _terms_of_logs(value: Logs) -> int:
    """Count as `terms` does: a number, or a product of a number and the function of one, in a sum."""
    parts = [(times, of) for of, times in value.logs.items()]
    count = sum(2 if times == 1 else 4 for times, _ in parts)
    count += sum((bits(times) // 64) + bits(of) // 64 for times, of in parts)
    number = 1 + bits(value.number) // 64 if value.number else 0
    return count + number + (len(parts) + bool(number) > 1)


def terms(expression: Any, most: int) -> int:
    """Count the parts of a symbolic value as far as `most`.

    Powers and maxima count as if written out, but for whole powers of constants; in a constant,
    each product within another counts its sums twice, as sympy evaluates them: a nest 16 deep
    65,536 times.
    """
    count, stack = 0, [(expression, 1, 1)]
    while stack and count <= most:
        part, times, again = stack.pop()
        count += times
        if part.is_Rational:
            count += bits(Fraction(int(part.p), int(part.q))) // 64
        elif part.is_Pow and part.exp.is_Integer and not part.base.is_Atom:
            written = 1 if part.is_number else min(abs(int(part.exp)), most + 1)
            stack.append((part.base, times * written, again))
        elif (part.is_Mul or part.is_Pow) and part.is_number:
            stack += [(p, times * again, 2) if _is_nested(p) else (p, times, again) for p in part.args]
        else:
            name = part.func.__name__
            count += times * (SLOW if name in ("tanh", "erf") else 0)
            times *= len(part.args) if name in ("Max", "Min") else 1
            stack.extend((argument, times, again) for argument in part.args)
    return count


def _is_nested(part: Any) -> bool:
    """Tell whether a part is more than a number, a symbol or one function of these."""
    return any(inner.args for inner in part.args)


def magnitude(expression: Any) -> int:
    """Give the size of a constant, rounded up, or the largest number that stands in an expression."""
    if expression.is_number:
        return int(abs(expression.evalf(2))) + 1
    return max(int(abs(part)) + 1 for part in (expression.as_coeff_Add()[0], expression.as_coeff_Mul()[0]))


def _length(constant: Any, span: Span) -> int:
    """Give the bits before the point of a constant, or the zeros behind it."""
    size = constant.evalf(2)
    if not size.is_Float:
        raise fail("this is no real number", span)
    return int(abs(size._mpf_[2] + size._mpf_[3]))
