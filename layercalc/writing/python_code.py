"""Closed forms as Python that needs nothing but `math`.

From scalars and products; to Python expressions, of the value or of its logarithm
to base two. Promises: a logarithm is reached by logarithms alone, so that nothing
overflows but what is a difference or a rounding of numbers too large; names are used
as `names` gives them. What Python's `math` cannot say is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from layercalc.forms import base as bases
from layercalc.forms.base import Base, Monomial
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.numbers.special import geometric, outermost, recurrence, rising
from layercalc.printing.expression_tree import condition_tree
from layercalc.printing.formula import (
    ATOM,
    PRODUCT,
    addends,
    call,
    group,
    joined,
    level,
    listed,
    negative,
    numeral,
    over_rounds,
    quotient,
    raised,
    summed,
    variable,
)
from layercalc.printing.text import python
from layercalc.syntax.tree import Expression

#: Python reads no numeral of more digits; beyond, hexadecimal ones.
NUMERAL = 4000
#: Numbers of fewer bits are multiplied out.
SHORT = 128


class Code:
    """Writes expressions; `used` are the helpers that they need.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> code = Code({"n": "depth", "w": "width"})
    >>> code.value(n * log2(w) + sympy.Rational(1, 3))
    'depth*math.log2(width) + 1/3'
    >>> code.log2(Product.of(3 * w) ** n)
    ('depth*(math.log2(3) + math.log2(width))', [])
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.used: set[str] = set()

    def value(self, scalar: Scalar) -> str:
        """Write a scalar.

        Raises:
            TypeError: for what `math` cannot say.
        """
        return python(self._scalar(scalar))

    def log2(self, value: Product) -> tuple[str, list[tuple[str, str]]]:
        """Write a logarithm, and the assignments of the names in it."""
        nodes: dict[Join[Product], Expression] = {}
        assignments: list[tuple[str, str]] = []
        for node in postorder(value.joins, lambda node: True):
            assignments.append((f"_s{len(nodes) + 1}", python(self._node(node, nodes))))
            nodes[node] = variable(assignments[-1][0])
        return python(self._log_product(value, nodes)), assignments

    def _helper(self, name: str) -> str:
        self.used.add(name)
        return name

    # -- logarithms ------------------------------------------------------------------

    def _node(self, node: Join[Product], nodes: Mapping[Join[Product], Expression]) -> Expression:
        logs = [self._log_product(term, nodes) for term in node.terms]
        return call(self._helper("_log2_sum") if node.kind == "sum" else "max", [listed(logs)])

    def _log_product(self, value: Product, nodes: Mapping[Join[Product], Expression]) -> Expression:
        """Write the logarithm of a product as a sum."""
        if value.is_zero:
            return negative(variable("math.inf"))
        terms: list[Expression] = []
        for exponent, monomial in value.groups.items():
            number, rest = _number(monomial)
            logs: list[Expression] = [] if number == 1 else [call("math.log2", [_ratio(number)])]
            logs += [_times(power, self._base(base, nodes, power)) for base, power in bases.ordered(rest)]
            terms += logs if exponent == 1 else [self._raised(self._scalar(exponent), monomial, _sum(logs))]
        return _sum(terms)

    def _raised(self, exponent: Expression, monomial: Monomial, log: Expression) -> Expression:
        if Product({1: monomial}).can_be_zero:
            return call(self._helper("_log2_power"), [log, exponent])
        return quotient([_bracketed(exponent), group(log)], loose=False)

    def _base(self, base: Base, nodes: Mapping[Join[Product], Expression], power: Number) -> Expression:
        """Write the logarithm of a base; of one below the line it may not be minus infinity."""
        if isinstance(base, Join):
            return nodes[base]
        if isinstance(base, int) or (power < 0 and isinstance(base, sympy.Symbol)):
            return call("math.log2", [self._tree(symbolic(base))])
        return self._log(symbolic(base))

    def _log(self, base: sympy.Expr) -> Expression:
        """Write the logarithm of an expression that does not come apart."""
        if isinstance(base, rising):
            self._helper("_log2")
            return call(self._helper("_log2_rising"), map(self._tree, base.args))
        if isinstance(base, recurrence):
            return call(self._helper("_log2_recurrence"), map(self._tree, base.args))
        if isinstance(base, geometric):
            ratio, count = base.args
            if not ratio.is_positive:
                function = self._helper(self._helper("_log2") + "_signed_geometric")
                return call(function, map(self._tree, base.args))
            return call(self._helper("_log2_geometric"), [self._log_of(ratio), self._tree(count)])
        if isinstance(base, sympy.Sum | sympy.Product):
            total = self._helper("_log2_sum") if isinstance(base, sympy.Sum) else "math.fsum"
            return self._over_rounds(total, base, lambda code, term: code._log_of(term))
        powers = base.atoms(sympy.Pow) if base.is_Add else set()
        if any(p.exp.free_symbols for p in powers) and all(p.base.is_positive for p in powers):
            above = [self._log_of(term) for term in base.args if term.as_coeff_Mul()[0] > 0]
            below = [self._log_of(-term) for term in base.args if term.as_coeff_Mul()[0] < 0]
            return call(self._helper("_log2_difference"), map(self._log_sum, (above, below)))
        return self._log_call(base)

    def _log_call(self, value: sympy.Expr) -> Expression:
        return call("math.log2" if value.is_positive else self._helper("_log2"), [self._tree(value)])

    def _log_sum(self, logs: Sequence[Expression]) -> Expression:
        return logs[0] if len(logs) == 1 else call(self._helper("_log2_sum"), [listed(logs)])

    def _log_of(self, expression: sympy.Expr) -> Expression:
        """Write the logarithm of an expression that may come apart, in one line."""
        value = Product.of(expression)
        nodes: dict[Join[Product], Expression] = {}
        for node in postorder(value.joins, lambda node: True):
            nodes[node] = self._node(node, nodes)
        return self._log_product(value, nodes)

    # -- values ----------------------------------------------------------------------

    def _scalar(self, scalar: Scalar) -> Expression:
        return self._tree(symbolic(plain(scalar)))

    def _tree(self, value: sympy.Expr) -> Expression:
        if value.is_Rational:
            return _ratio(Fraction(int(value.p), int(value.q)))
        if value.is_Symbol:
            return variable(self.names[value.name])
        if value.is_Add:
            return summed([part for term in value.as_ordered_terms() for part in addends(self._tree(term))])
        if value.is_Mul:
            return self._product(value)
        if value.is_Pow:
            return self._power(value)
        return self._function(value)

    def _product(self, value: sympy.Mul) -> Expression:
        above, below = sympy.fraction(value)
        number, rest = above.as_coeff_Mul()
        factors = [factor for factor in (abs(number), *sympy.Mul.make_args(rest)) if factor != 1]
        over = [] if below == 1 else [self._factor(below)]
        made = quotient([self._factor(factor) for factor in factors], over, loose=False)
        return negative(made) if number < 0 else made

    def _factor(self, value: sympy.Expr) -> Expression:
        factor = self._tree(value)
        return group(factor) if level(factor) == PRODUCT else factor

    def _power(self, value: sympy.Pow) -> Expression:
        base, exponent = value.as_base_exp()
        if exponent == sympy.S.Half:
            return call("math.sqrt", [self._tree(base)])
        if exponent.is_Rational and exponent < 0:
            return quotient([], [_bracketed(self._tree(base**-exponent))], loose=False)
        return raised(self._tree(base), self._tree(exponent))

    def _function(self, value: sympy.Expr) -> Expression:
        if isinstance(value, log2):
            return self._log_call(value.args[0])
        if function := _FUNCTIONS.get(type(value)):
            return call(function, map(self._tree, value.args))
        if isinstance(value, sympy.Max | sympy.Min):
            name = "max" if isinstance(value, sympy.Max) else "min"
            return call(name, sorted(map(self._tree, value.args), key=python))
        if isinstance(value, sympy.Mod):
            return joined([_bracketed(self._tree(argument)) for argument in value.args], " % ")
        if isinstance(value, sympy.Sum | sympy.Product):
            total = "sum" if isinstance(value, sympy.Sum) else "math.prod"
            return self._over_rounds(total, value, lambda code, term: code._tree(term))
        if isinstance(value, rising | geometric | recurrence):
            return raised(numeral("2.0"), self._log(value))
        if value in _CONSTANTS:
            return variable(_CONSTANTS[value])
        raise TypeError(f"Python's math has no way to write {value}")

    def _over_rounds(
        self, total: str, series: sympy.Expr, write: Callable[[Code, sympy.Expr], Expression]
    ) -> Expression:
        term, (index, low, high) = outermost(series)
        inner = type(self)({**self.names, index.name: f"_{index.name}"})
        shown = write(inner, term)
        self.used |= inner.used
        return over_rounds(total, shown, f"_{index.name}", map(self._bound, (low, high + 1)))

    def _bound(self, bound: sympy.Expr) -> Expression:
        return self._tree(bound)


class ExactCode(Code):
    """Writes what is exact where its names stand for fractions, and conditions on them.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> ExactCode({"n": "n"}).condition(sympy.Or(sympy.Eq(n, 2), n / 3 + sympy.Rational(1, 2) >= 7))
    'n == 2 or n/3 + Fraction(1, 2) >= 7'
    """

    def condition(self, condition: Any) -> str:
        """Write a condition.

        Raises:
            TypeError: for what `math` cannot say.
        """
        if condition in (True, False, sympy.true, sympy.false):
            return str(bool(condition))
        return python(condition_tree(condition, self._scalar, python))

    def _tree(self, value: sympy.Expr) -> Expression:
        if value.is_Rational and not value.is_Integer:
            return call("Fraction", map(_integer, (int(value.p), int(value.q))))
        return super()._tree(value)

    def _function(self, value: sympy.Expr) -> Expression:
        written = super()._function(value)
        return call("Fraction", [written]) if isinstance(value, sympy.floor | sympy.ceiling) else written

    def _bound(self, bound: sympy.Expr) -> Expression:
        return call("int", [self._tree(bound)])


_CONSTANTS = {sympy.E: "math.e", sympy.pi: "math.pi"}
_FUNCTIONS: Mapping[type, str] = {
    sympy.log: "math.log", sympy.exp: "math.exp", sympy.floor: "math.floor", sympy.ceiling: "math.ceil",
    sympy.Abs: "abs",
}  # fmt: skip


def _number(monomial: Monomial) -> tuple[Number, Monomial]:
    """Split off the numbers that are short when multiplied out."""
    numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int) and isinstance(e, int)}
    number = bases.rational(numbers, SHORT)
    if number is None:
        return 1, monomial
    return number, {base: power for base, power in monomial.items() if base not in numbers}


def _ratio(value: Number) -> Expression:
    below = [] if value.denominator == 1 else [_integer(value.denominator)]
    made = quotient([_integer(abs(value.numerator))], below, loose=False)
    return negative(made) if value < 0 else made


def _integer(value: int) -> Expression:
    size = abs(value)
    shown = numeral(str(size) if size.bit_length() < 3 * NUMERAL else hex(size))
    return negative(shown) if value < 0 else shown


def _sum(terms: Iterable[Expression]) -> Expression:
    return summed([(False, term) for term in terms] or [(False, numeral("0.0"))])


def _times(power: Number, log: Expression) -> Expression:
    return log if power == 1 else quotient([_bracketed(_ratio(power)), _bracketed(log)], loose=False)


def _bracketed(node: Expression) -> Expression:
    """Put brackets around what is not one name, number or call."""
    return node if level(node) == ATOM else group(node)
