"""sympy expressions as trees of the language.

From expressions and conditions; to nodes that every printer writes. Promises: the order
of terms depends on nothing but the terms. What the language cannot say is refused, not
approximated.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from layercalc.lazy import sympy
from layercalc.numbers import real, special
from layercalc.numbers.expansion import expanded
from layercalc.numbers.logs import Constant, Logs
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.numbers.sums import added
from layercalc.printing.decimals import WHOLE_DIGITS, exact_number, folded_number
from layercalc.printing.formula import (
    NOWHERE,
    ROUNDS,
    call,
    group,
    is_one,
    joined,
    letters,
    negative,
    numeral,
    over_rounds,
    quotient,
    raised,
    summed,
    variable,
)
from layercalc.printing.text import text
from layercalc.syntax.tree import Expression, Prefix

_RELATIONS = {
    "Equality": "==", "Unequality": "!=", "GreaterThan": ">=", "LessThan": "<=", "StrictGreaterThan": ">",
    "StrictLessThan": "<",
}  # fmt: skip


def scalar_tree(scalar: Scalar, digits: int | None = None) -> Expression:
    """Write a scalar; exactly, or with its numbers to some digits.

    >>> n, w = sympy.symbols("n w")
    >>> text(scalar_tree((n - 35) / 3)), text(scalar_tree(sympy.ceiling(w / 2) * 3))
    ('(n - 35)/3', '3*ceil(w/2)')
    >>> text(scalar_tree(special.rising(1, n))), text(scalar_tree(special.geometric(3, n)))
    ('factorial(n)', '(3^n - 1)/2')

    Raises:
        TypeError: for what the language cannot say.
    """
    return _written(plain(scalar), digits)


@lru_cache(maxsize=4096)  # the order of factors is that of their text: each is written several times
def _written(value: Scalar, digits: int | None) -> Expression:
    return Writer(digits).written(value)


def scalar_text(scalar: Scalar, digits: int | None = None) -> str:
    """Write a scalar as text; exactly, or with its numbers to some digits.

    >>> scalar_text(sympy.Symbol("n") / 2), scalar_text(Fraction(-1, 3), 3)
    ('n/2', '-0.333')
    """
    return text(scalar_tree(scalar, digits))


def condition_tree(condition: Any) -> Expression:
    """Write a sympy condition; what is joined by `and` or `or` in the order of the texts.

    >>> n = sympy.Symbol("n", integer=True)
    >>> text(condition_tree(sympy.And(n > 3, sympy.Eq(n % 2, 0))))
    'n % 2 == 0 and n > 3'
    """
    return Writer().condition(condition)


def condition_text(condition: Any) -> str:
    """Write a sympy condition as text.

    >>> condition_text(sympy.Symbol("n") >= 3)
    'n >= 3'
    """
    return text(condition_tree(condition))


class Writer:
    """Writes expressions, each kind in its way; `writing.python_code` says what Python does otherwise.

    >>> w = sympy.Symbol("w")
    >>> text(Writer(3).tree(w / 1999 + sympy.log(3)))
    '0.0005*w + 1.1'
    """

    #: What sympy's functions are called.
    _functions: ClassVar[Mapping[str, str]] = {
        "log2": "log2", "log": "log", "exp": "exp", "floor": "floor", "ceiling": "ceil", "Max": "max",
        "Min": "min", "Abs": "abs", "digamma": "digamma", "rising": "rising", "geometric": "geometric",
        "recurrence": "recurrence",
    }  # fmt: skip
    _root, _language = "sqrt", "the language"

    def __init__(self, digits: int | None = None) -> None:
        self._digits = digits

    def tree(self, scalar: Scalar) -> Expression:
        """Write a scalar, once."""
        return _written(plain(scalar), self._digits)

    def condition(self, condition: Any) -> Expression:
        """Write a condition."""
        if isinstance(condition, sympy.And | sympy.Or):
            parts = self._sorted(map(self.condition, condition.args))
            return joined(parts, "and" if isinstance(condition, sympy.And) else "or")
        if isinstance(condition, sympy.Not):
            return Prefix("not", group(self.condition(condition.args[0])), NOWHERE)
        sign = _RELATIONS.get(type(condition).__name__)
        if sign is None:
            return variable(str(condition).lower())
        return joined([self.tree(condition.lhs), self.tree(condition.rhs)], sign)

    def written(self, value: Scalar) -> Expression:
        """Write a scalar that `plain` has made, whose rational numbers are Python's."""
        if isinstance(value, int | Fraction):
            return self._number(value)
        if self._digits is not None and not value.free_symbols:
            return self._number(_approximation(value))
        return self._logarithms(value) if isinstance(value, Logs) else self._expression(value)

    def _expression(self, value: sympy.Expr) -> Expression:
        if value.is_Symbol:
            return self._symbol(value.name)
        if value.is_Add:
            return self._sum(value)
        if value.is_Mul:
            return self._product(value)
        if value.is_Pow:
            return self._power(value)
        if isinstance(value, sympy.Mod):
            return joined(map(self._operand, value.args), " % ")
        if isinstance(value, sympy.Sum | sympy.Product):
            return self._series(value)
        return self._function(value)

    def _symbol(self, name: str) -> Expression:
        return variable(name)

    def _operand(self, value: sympy.Expr) -> Expression:
        """Write what 1 is divided by, or an operand of `%`."""
        return self.tree(value)

    def _sorted(self, nodes: Iterable[Expression]) -> list[Expression]:
        return sorted(nodes, key=text)

    def _number(self, value: Number) -> Expression:
        size = _size(value)
        shown = exact_number(size) if self._digits is None else folded_number(size, self._digits)
        return negative(shown) if value < 0 else shown

    def _logarithms(self, value: Logs) -> Expression:
        if value.is_alone:
            return call("log2", map(self._number, value.logs))
        terms = [*value.terms, (value.number, 1)] if value.number else value.terms
        return self._over_one_line(terms) if len(terms) > 1 else self._multiple(*terms[0])

    def _sum(self, value: sympy.Add) -> Expression:
        terms = [(_coefficient(term), term.as_coeff_Mul()[1]) for term in value.args]
        if self._digits is None:
            return self._over_one_line(terms)
        if any(map(_is_irrational, value.args)):
            return self._folded_sum(value)
        below = math.lcm(*(number.denominator for number, _ in terms))
        if below > 1 and not all(_is_short(number * below, below) for number, _ in terms):
            return self._terms(terms)
        return self._split(terms, below) or self._over_one_line(terms)

    def _over_one_line(self, terms: Sequence[tuple[Number, Scalar]]) -> Expression:
        """Write a sum over the denominator that its terms have in common."""
        below = math.lcm(*(number.denominator for number, _ in terms))
        added = self._terms([(whole(number * below), rest) for number, rest in terms])
        return quotient([added], [self._number(below)], loose=False) if below > 1 else added

    def _folded_sum(self, value: sympy.Add) -> Expression:
        """Add up the constants before each product of symbols, logarithms among them."""
        constants: dict[sympy.Expr, list[sympy.Expr]] = {}
        for term in sympy.Add.make_args(symbolic(expanded(value))):
            constant, rest = term.as_independent(*term.free_symbols, as_Add=False)
            constants.setdefault(rest, []).append(constant)
        sums = ((_approximation(plain(added(*parts))), rest) for rest, parts in constants.items())
        terms = [(number, rest) for number, rest in sums if number]
        return self._terms(terms) if terms else self._number(0)

    def _split(self, terms: Sequence[tuple[Number, sympy.Expr]], below: int) -> Expression | None:
        """Write (c + a n) / q as C + a (n - m) / q, where C is whole and m least."""
        numbers = {rest: int(number * below) for number, rest in terms}
        constant = numbers.pop(sympy.S.One, 0)
        if below == 1 or len(numbers) != 1 or constant <= 0:
            return None
        ((symbol, slope),) = numbers.items()
        if not symbol.is_Symbol or slope < 2 or math.gcd(slope, below) > 1:
            return None
        shift = -constant * pow(slope, -1, below) % below
        named = (False, variable(symbol.name))
        inner = summed([named, (True, numeral(str(shift)))] if shift else [named])
        step = quotient([self._number(slope), inner], [self._number(below)], loose=False)
        return summed([(False, step), (False, self._number((constant + slope * shift) // below))])

    def _terms(self, terms: Sequence[tuple[Number, Scalar]]) -> Expression:
        """Add numbers times what stands behind them, the highest powers first."""
        written = [
            ((*_rank(rest), number < 0, rest == 1), self._term(_size(number), rest)) for number, rest in terms
        ]
        written.sort(key=lambda term: (term[0], text(term[1])))
        return summed([(rank[2], node) for rank, node in written])

    def _term(self, number: Number, rest: Scalar) -> Expression:
        if rest == 1:
            return self._number(number)
        if number == 1:
            return self.tree(rest)
        above, below = self._factors(rest)
        return quotient([self._number(number), *above], below, loose=False)

    def _product(self, value: sympy.Mul) -> Expression:
        if self._digits is not None and _is_irrational(value):
            constant, rest = value.as_independent(*value.free_symbols, as_Add=False)
            return self._multiple(_approximation(constant), rest)
        return self._multiple(_coefficient(value), value.as_coeff_Mul()[1])

    def _multiple(self, number: Number, rest: Scalar) -> Expression:
        above, below = self._factors(rest)
        size = _size(number)
        parts = (size.numerator, size.denominator)
        over, under = parts if self._digits is None or _is_short(*parts) else (size, 1)
        above = [self._number(over), *above] if over != 1 else above
        below = [self._number(under), *below] if under != 1 else below
        made = quotient(above, below, loose=False)
        return negative(made) if number < 0 else made

    def _factors(self, value: Scalar) -> tuple[list[Expression], list[Expression]]:
        """Split a product without a coefficient into what is above and below the line."""
        if isinstance(value, Logs):
            return [self.tree(value)], []
        above: list[Expression] = []
        below: list[Expression] = []
        for factor in sympy.Mul.make_args(value):
            base, exponent = factor.as_base_exp()
            if exponent.is_Rational and exponent < 0:
                below.append(self.tree(base**-exponent))
            else:
                node = self.tree(factor)
                above.append(group(node) if isinstance(factor, sympy.Mod) else node)
        over, under = (self._sorted([node for node in side if not is_one(node)]) for side in (above, below))
        return over, under

    def _power(self, value: sympy.Pow) -> Expression:
        base, exponent = value.as_base_exp()
        if exponent.is_Rational and exponent < 0:
            return quotient([], [self._operand(base**-exponent)], loose=False)
        if exponent == sympy.S.Half:
            return call(self._root, [self.tree(base)])
        return raised(self.tree(base), self.tree(exponent))

    def _function(self, value: sympy.Expr) -> Expression:
        if value is sympy.E:
            return call("exp", [numeral("1")])
        if isinstance(value, special.geometric) and (written_out := _as_quotient(*value.args)) is not None:
            return self.tree(written_out)
        if isinstance(value, special.rising) and value.args[0] is sympy.S.One:
            return call("factorial", [self.tree(value.args[1])])
        return self._call(value)

    def _call(self, value: sympy.Expr) -> Expression:
        function = self._functions.get(type(value).__name__)
        if function is None:
            raise TypeError(f"{self._language} has no way to write {value}")
        arguments = map(self.tree, value.args)
        return call(function, self._sorted(arguments) if function in ("max", "min") else arguments)

    def _series(self, value: sympy.Expr) -> Expression:
        term, (index, low, high) = special.outermost(value)
        taken = {symbol.name for symbol in value.free_symbols | term.free_symbols - {index}}
        shown = sympy.Symbol(_round_name(index.name, taken), **index.assumptions0)
        bounds = map(self.tree, ((low,) if low != 0 else ()) + (high + 1,))
        function = "sum" if isinstance(value, sympy.Sum) else "product"
        return over_rounds(function, self.tree(term.xreplace({index: shown})), shown.name, bounds)


def _as_quotient(q: sympy.Expr, n: sympy.Expr) -> sympy.Expr | None:
    """Write a geometric sum as a quotient where its ratio is a number that is not 1."""
    if q.free_symbols or sympy.Eq(q, 1) != False:  # noqa: E712  (sympy has a false of its own)
        return None
    return (1 - q**n) / (1 - q) if q < 1 else (q**n - 1) / (q - 1)


def _round_name(name: str, taken: Collection[str]) -> str:
    if name.isidentifier() and name not in taken and name not in ROUNDS:
        return name
    return next(letters(ROUNDS, taken))


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


def _rank(rest: Scalar) -> tuple[float, int]:
    """Order what stands behind numbers: 4^n before 2^n, then w^2 before w."""
    if isinstance(rest, Constant):
        return 0.0, 0
    logs, degree = [0.0], 0
    for factor in sympy.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        if factor.free_symbols:
            degree += int(exponent) if exponent.is_Integer else 1
        if base.is_Rational and base > 0 and exponent.free_symbols:
            logs.append(math.log2(base) * float(exponent.as_coeff_Mul()[0]))
    return -round(math.fsum(logs), 9), -degree


def _approximation(value: Scalar) -> Number:
    """Give a constant to 40 digits."""
    if isinstance(value, int | Fraction):
        return value
    if isinstance(value, Logs):
        return real.approximation(value)
    number = sympy.Rational(value.evalf(40))
    return Fraction(int(number.p), int(number.q))
