"""sympy expressions as trees of the language.

From expressions and conditions; to nodes that every printer writes. Promises: the order
of terms depends on nothing but the terms. What the language cannot say is refused, not
approximated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers import real
from layercalc.numbers.logs import Logs
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, expanded, plain, symbolic
from layercalc.numbers.sums import added
from layercalc.printing.decimals import WHOLE_DIGITS, exact_number, folded_number
from layercalc.printing.formula import (
    NOWHERE,
    call,
    group,
    is_one,
    joined,
    negative,
    numeral,
    quotient,
    raised,
    summed,
    variable,
)
from layercalc.printing.special_tree import special_tree
from layercalc.printing.text import text
from layercalc.syntax.tree import Expression, Prefix

_FUNCTIONS = {
    "log2": "log2", "log": "log", "exp": "exp", "floor": "floor", "ceiling": "ceil", "Max": "max",
    "Min": "min", "Abs": "abs", "digamma": "digamma", "rising": "rising", "geometric": "geometric",
    "recurrence": "recurrence",
}  # fmt: skip
_RELATIONS = {
    "Equality": "==", "Unequality": "!=", "GreaterThan": ">=", "LessThan": "<=", "StrictGreaterThan": ">",
    "StrictLessThan": "<",
}  # fmt: skip


def scalar_tree(scalar: Scalar, digits: int | None = None) -> Expression:
    """Write a scalar; exactly, or with its numbers to some digits.

    >>> n, w = sympy.symbols("n w")
    >>> text(scalar_tree((n - 35) / 3)), text(scalar_tree(sympy.ceiling(w / 2) * 3))
    ('(n - 35)/3', '3*ceil(w/2)')

    Raises:
        TypeError: for what the language cannot say.
    """
    return _written(plain(scalar), digits)


@lru_cache(maxsize=4096)  # the order of factors is that of their text: each is written several times
def _written(value: Scalar, digits: int | None) -> Expression:
    return _Writer(digits).written(value)


def scalar_text(scalar: Scalar) -> str:
    """Write a scalar exactly, as text.

    >>> scalar_text(sympy.Symbol("n") / 2)
    'n/2'
    """
    return text(scalar_tree(scalar))


def condition_tree(
    condition: Any,
    write: Callable[[Scalar], Expression] = scalar_tree,
    shown: Callable[[Expression], str] = text,
) -> Expression:
    """Write a sympy condition; what is joined by `and` or `or` in the order of how it is shown.

    >>> n = sympy.Symbol("n", integer=True)
    >>> text(condition_tree(sympy.And(n > 3, sympy.Eq(n % 2, 0))))
    'n % 2 == 0 and n > 3'
    """
    if isinstance(condition, sympy.And | sympy.Or):
        parts = sorted((condition_tree(part, write, shown) for part in condition.args), key=shown)
        return joined(parts, "and" if isinstance(condition, sympy.And) else "or")
    if isinstance(condition, sympy.Not):
        return Prefix("not", group(condition_tree(condition.args[0], write, shown)), NOWHERE)
    sign = _RELATIONS.get(type(condition).__name__)
    if sign is None:
        return variable(str(condition).lower())
    return joined([write(condition.lhs), write(condition.rhs)], sign)


def condition_text(condition: Any) -> str:
    """Write a sympy condition as text.

    >>> condition_text(sympy.Symbol("n") >= 3)
    'n >= 3'
    """
    return text(condition_tree(condition))


class _Writer:
    def __init__(self, digits: int | None) -> None:
        self._digits = digits

    def tree(self, scalar: Scalar) -> Expression:
        return _written(plain(scalar), self._digits)

    def written(self, value: Scalar) -> Expression:
        if isinstance(value, int | Fraction):
            return self._number(value)
        if self._digits is not None and not value.free_symbols:
            return self._number(_approximation(value))
        if isinstance(value, Logs):
            return self._logarithms(value)
        if value.is_Symbol:
            return variable(value.name)
        if value.is_Add:
            return self._sum(value)
        if value.is_Mul:
            return self._product(value)
        if value.is_Pow:
            return self._power(value)
        return self._function(value)

    def _logarithms(self, value: Logs) -> Expression:
        logs = [(times, call("log2", [self._number(of)])) for of, times in value.logs.items()]
        if len(logs) == 1 and not value.number:
            ((times, log),) = logs
            return negative(self._multiple(-times, log)) if times < 0 else self._multiple(times, log)
        below = math.lcm(*(times.denominator for times in (value.number, *value.logs.values())))
        terms = [(times < 0, False, self._multiple(_size(times) * below, log)) for times, log in logs]
        if value.number:
            terms.append((value.number < 0, True, self._number(whole(_size(value.number) * below))))
        terms.sort(key=lambda term: (*term[:2], text(term[2])))
        added = summed([(off, term) for off, _, term in terms])
        return quotient([added], [self._number(below)], loose=False) if below > 1 else added

    def _multiple(self, times: Number, log: Expression) -> Expression:
        above = [log] if times.numerator == 1 else [self._number(times.numerator), log]
        return quotient(
            above, [self._number(times.denominator)] if times.denominator > 1 else [], loose=False
        )

    def _number(self, value: Number) -> Expression:
        size = _size(value)
        shown = exact_number(size) if self._digits is None else folded_number(size, self._digits)
        return negative(shown) if value < 0 else shown

    def _sum(self, value: sympy.Add) -> Expression:
        if self._digits is not None and any(map(_is_irrational, value.args)):
            return self._folded_sum(value)
        below = math.lcm(*(_coefficient(term).denominator for term in value.args))
        terms = [(whole(_coefficient(term) * below), term.as_coeff_Mul()[1]) for term in value.args]
        if self._digits is not None and below > 1 and not all(_is_short(n, below) for n, _ in terms):
            return self._terms([(_coefficient(term), term.as_coeff_Mul()[1]) for term in value.args], True)
        if below > 1 and self._digits is not None:
            split = self._split(terms, below)
            if split:
                return split
        added = self._terms(terms)
        return quotient([added], [self._number(below)], loose=False) if below > 1 else added

    def _folded_sum(self, value: sympy.Add) -> Expression:
        """Add up the constants before each product of symbols, logarithms among them."""
        constants: dict[sympy.Expr, list[sympy.Expr]] = {}
        for term in sympy.Add.make_args(symbolic(expanded(value))):
            constant, rest = term.as_independent(*term.free_symbols, as_Add=False)
            constants.setdefault(rest, []).append(constant)
        sums = {rest: plain(added(*parts)) for rest, parts in constants.items()}
        numbers = {r: n if isinstance(n, int | Fraction) else _approximation(n) for r, n in sums.items()}
        terms = [(number, rest) for rest, number in numbers.items() if number]
        return self._terms(terms, True) if terms else self._number(0)

    def _terms(self, terms: list[tuple[Number, sympy.Expr]], decimals: bool = False) -> Expression:
        """Write terms, the highest powers first; with `decimals` no coefficient is a quotient."""
        signed = [
            (
                number < 0,
                self._term(_size(number), rest, decimals),
                (-_growth(rest), -_degree(rest), number < 0, rest == 1),
            )
            for number, rest in terms
        ]
        signed.sort(key=lambda term: (term[2], text(term[1])))
        return summed([(off, node) for off, node, _ in signed])

    def _term(self, number: Number, rest: sympy.Expr, decimals: bool) -> Expression:
        if rest == 1:
            return self._number(number)
        if number == 1:
            return self.tree(rest)
        if isinstance(number, Fraction) and not decimals:
            return self._product(sympy.Rational(number.numerator, number.denominator) * rest)
        above, below = self._factors(rest)
        return quotient([self._number(number), *above], below, loose=False)

    def _split(self, terms: list[tuple[Number, sympy.Expr]], below: int) -> Expression | None:
        """Write (c + a n) / q as C + a (n - m) / q, where C is whole and m least."""
        numbers = {rest: int(number) for number, rest in terms}
        constant = numbers.pop(sympy.S.One, 0)
        if len(numbers) != 1 or constant <= 0:
            return None
        ((symbol, slope),) = numbers.items()
        if not symbol.is_Symbol or slope < 2 or math.gcd(slope, below) > 1:
            return None
        shift = -constant * pow(slope, -1, below) % below
        named = (False, variable(symbol.name))
        inner = summed([named, (True, numeral(str(shift)))] if shift else [named])
        step = quotient([self._number(slope), inner], [self._number(below)], loose=False)
        return summed([(False, step), (False, self._number((constant + slope * shift) // below))])

    def _product(self, value: sympy.Mul) -> Expression:
        number, rest = _coefficient(value), value.as_coeff_Mul()[1]
        if self._digits is not None and _is_irrational(value):
            constant, rest = value.as_independent(*value.free_symbols, as_Add=False)
            number = _approximation(constant)
        above, below = self._factors(rest)
        size = _size(number)
        if self._digits is None or _is_short(size.numerator, size.denominator):
            above = [self._number(size.numerator), *above] if size.numerator != 1 else above
            below = [self._number(size.denominator), *below] if size.denominator != 1 else below
        else:
            above = [self._number(size), *above]
        made = quotient(above, below, loose=False)
        return negative(made) if number < 0 else made

    def _factors(self, value: sympy.Expr) -> tuple[list[Expression], list[Expression]]:
        """Split a product without a coefficient into what is above and below the line."""
        above: list[Expression] = []
        below: list[Expression] = []
        for factor in sympy.Mul.make_args(value):
            base, exponent = factor.as_base_exp()
            if exponent.is_Rational and exponent < 0:
                below.append(self.tree(base**-exponent))
            else:
                node = self.tree(factor)
                above.append(group(node) if isinstance(factor, sympy.Mod) else node)
        shown = [sorted((node for node in side if not is_one(node)), key=text) for side in (above, below)]
        return shown[0], shown[1]

    def _power(self, value: sympy.Pow) -> Expression:
        base, exponent = value.as_base_exp()
        if exponent.is_Rational and exponent < 0:
            return quotient([], [self.tree(base**-exponent)], loose=False)
        if exponent == sympy.S.Half:
            return call("sqrt", [self.tree(base)])
        return raised(self.tree(base), self.tree(exponent))

    def _function(self, value: sympy.Expr) -> Expression:
        if isinstance(value, sympy.Mod):
            return joined(map(self.tree, value.args), " % ")
        if value is sympy.E:
            return call("exp", [numeral("1")])
        if special := special_tree(value, self.tree):
            return special
        function = _FUNCTIONS.get(type(value).__name__)
        if function is None:
            raise TypeError(f"the language has no way to write {value}")
        arguments = [self.tree(argument) for argument in value.args]
        return call(function, sorted(arguments, key=text) if function in ("max", "min") else arguments)


def _is_irrational(term: sympy.Expr) -> bool:
    """Tell whether a term has a constant factor that is no rational number."""
    constant = term.as_independent(*term.free_symbols, as_Add=False)[0]
    return not constant.is_Rational


def _coefficient(term: sympy.Expr) -> Number:
    number = plain(term.as_coeff_Mul()[0])
    return number if isinstance(number, int | Fraction) else 1


def _is_short(above: Number, below: int) -> bool:
    """Tell whether a fraction reads better as it is than folded."""
    return bool(-(10**WHOLE_DIGITS) < above < 10**WHOLE_DIGITS) and below < 1000


def _size(value: Number) -> Number:
    return -value if value < 0 else value


def _degree(rest: sympy.Expr) -> int:
    powers = (factor.as_base_exp()[1] for factor in sympy.Mul.make_args(rest) if factor.free_symbols)
    return sum(int(power) if power.is_Integer else 1 for power in powers)


def _growth(rest: sympy.Expr) -> float:
    """Rank powers of numbers, 4^n above 2^n."""
    powers = [factor.as_base_exp() for factor in sympy.Mul.make_args(rest)]
    logs = (
        math.log2(base) * float(exponent.as_coeff_Mul()[0])
        for base, exponent in powers
        if base.is_Rational and base > 0 and exponent.free_symbols
    )
    return round(math.fsum(logs), 9)


def _approximation(value: sympy.Expr) -> Fraction:
    """Give a constant to 40 digits."""
    if isinstance(value, Logs):
        return real.approximation(value)
    number = value.evalf(40)
    rational = sympy.Rational(number)
    return Fraction(int(rational.p), int(rational.q))
