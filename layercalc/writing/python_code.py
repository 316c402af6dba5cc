"""Closed forms as Python that needs nothing but `math`.

From scalars and products; to Python expressions, of the value or of its logarithm
to base two. Promises: a logarithm is reached by logarithms alone, so that nothing
overflows but what is a difference or a rounding of numbers too large; names are used
as `names` gives them. What Python's `math` cannot say is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from layercalc.forms import base as bases
from layercalc.forms.base import Base
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, rational, symbolic
from layercalc.numbers.special import geometric, outermost, recurrence, rising
from layercalc.printing.expression_tree import Writer
from layercalc.printing.formula import (
    ATOM,
    PRODUCT,
    addends,
    call,
    group,
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


class Code(Writer):
    """Writes expressions, which may call the functions of `report.python_helpers`.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> code = Code({"n": "depth", "w": "width"})
    >>> code.value(n * log2(w) + sympy.Rational(1, 3))
    'depth*math.log2(width) + 1/3'
    >>> code.log2(Product.of(3 * w) ** n)
    ('depth*(math.log2(3) + math.log2(width))', [])
    """

    _functions: ClassVar = {
        "log": "math.log", "exp": "math.exp", "floor": "math.floor", "ceiling": "math.ceil", "Max": "max",
        "Min": "min", "Abs": "abs",
    }  # fmt: skip
    _root, _language = "math.sqrt", "Python's math"

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def value(self, scalar: Scalar) -> str:
        """Write a scalar.

        Raises:
            TypeError: for what `math` cannot say.
        """
        return python(self.tree(scalar))

    def log2(self, value: Product) -> tuple[str, list[tuple[str, str]]]:
        """Write a logarithm, and the assignments of the names in it."""
        nodes: dict[Join[Product], Expression] = {}
        assignments: list[tuple[str, str]] = []
        for node in postorder(value.joins, lambda node: True):
            assignments.append((f"_s{len(nodes) + 1}", python(self._node(node, nodes))))
            nodes[node] = variable(assignments[-1][0])
        return python(self._log_product(value, nodes)), assignments

    # -- logarithms ------------------------------------------------------------------

    def _node(self, node: Join[Product], nodes: Mapping[Join[Product], Expression]) -> Expression:
        logs = [self._log_product(term, nodes) for term in node.terms]
        return call("_log2_sum" if node.kind == "sum" else "max", [listed(logs)])

    def _log_product(self, value: Product, nodes: Mapping[Join[Product], Expression]) -> Expression:
        """Write the logarithm of a product as a sum."""
        if value.is_zero:
            return negative(variable("math.inf"))
        terms: list[Expression] = []
        for exponent, monomial in value.groups.items():
            number, rest = bases.coefficient(monomial, SHORT)
            logs: list[Expression] = [] if number == 1 else [call("math.log2", [self._number(number)])]
            for base, power in bases.ordered(rest):
                log = self._base(base, nodes, power)
                logs.append(log if power == 1 else _times(self._number(power), _bracketed(log)))
            if exponent == 1:
                terms += logs
            elif Product({1: monomial}).can_be_zero:
                terms.append(call("_log2_power", [_sum(logs), self.tree(exponent)]))
            else:
                terms.append(_times(self.tree(exponent), group(_sum(logs))))
        return _sum(terms)

    def _base(self, base: Base, nodes: Mapping[Join[Product], Expression], power: Number) -> Expression:
        """Write the logarithm of a base; of one below the line it may not be minus infinity."""
        if isinstance(base, Join):
            return nodes[base] if base in nodes else self._node(base, nodes)
        if isinstance(base, int) or (power < 0 and isinstance(base, sympy.Symbol)):
            return call("math.log2", [self.tree(base)])
        return self._log(symbolic(base))

    def _log(self, base: sympy.Expr) -> Expression:
        """Write the logarithm of an expression that does not come apart."""
        if isinstance(base, geometric) and base.args[0].is_positive:
            ratio, count = base.args
            return call("_log2_geometric", [self._log_of(ratio), self.tree(count)])
        if helper := _LOGARITHMS.get(type(base)):
            return call(helper, map(self.tree, base.args))
        if isinstance(base, sympy.Sum | sympy.Product):
            total = "_log2_sum" if isinstance(base, sympy.Sum) else "math.fsum"
            return self._over_rounds(total, base, lambda code, term: code._log_of(term))
        powers = base.atoms(sympy.Pow) if base.is_Add else set()
        if any(p.exp.free_symbols for p in powers) and all(p.base.is_positive for p in powers):
            above = [self._log_of(term) for term in base.args if term.as_coeff_Mul()[0] > 0]
            below = [self._log_of(-term) for term in base.args if term.as_coeff_Mul()[0] < 0]
            return call("_log2_difference", map(self._log_sum, (above, below)))
        return self._log_call(base)

    def _log_call(self, value: sympy.Expr) -> Expression:
        return call("math.log2" if value.is_positive else "_log2", [self.tree(value)])

    def _log_sum(self, logs: Sequence[Expression]) -> Expression:
        return logs[0] if len(logs) == 1 else call("_log2_sum", [listed(logs)])

    def _log_of(self, expression: sympy.Expr) -> Expression:
        """Write the logarithm of an expression that may come apart, in one line."""
        return self._log_product(Product.of(expression), {})

    # -- values ----------------------------------------------------------------------

    def tree(self, scalar: Scalar) -> Expression:
        """Write a scalar as a tree."""
        value = symbolic(plain(scalar))
        return self._number(rational(value)) if value.is_Rational else self._expression(value)

    def _number(self, value: Number) -> Expression:
        below = [] if value.denominator == 1 else [_integer(value.denominator)]
        made = quotient([_integer(abs(value.numerator))], below, loose=False)
        return negative(made) if value < 0 else made

    def _symbol(self, name: str) -> Expression:
        return variable(self.names[name])

    def _operand(self, value: sympy.Expr) -> Expression:
        return _bracketed(self.tree(value))

    def _sorted(self, nodes: Iterable[Expression]) -> list[Expression]:
        return sorted(nodes, key=python)

    def _sum(self, value: sympy.Add) -> Expression:
        return summed([part for term in value.as_ordered_terms() for part in addends(self.tree(term))])

    def _product(self, value: sympy.Mul) -> Expression:
        above, below = sympy.fraction(value)
        number, rest = above.as_coeff_Mul()
        factors = [factor for factor in (abs(number), *sympy.Mul.make_args(rest)) if factor != 1]
        over = [] if below == 1 else [self._factor(below)]
        made = quotient([self._factor(factor) for factor in factors], over, loose=False)
        return negative(made) if number < 0 else made

    def _factor(self, value: sympy.Expr) -> Expression:
        factor = self.tree(value)
        return group(factor) if level(factor) == PRODUCT else factor

    def _function(self, value: sympy.Expr) -> Expression:
        if isinstance(value, log2):
            return self._log_call(value.args[0])
        if isinstance(value, rising | geometric | recurrence):
            return raised(numeral("2.0"), self._log(value))
        return variable(_CONSTANTS[value]) if value in _CONSTANTS else self._call(value)

    def _series(self, value: sympy.Expr) -> Expression:
        function = "sum" if isinstance(value, sympy.Sum) else "math.prod"
        return self._over_rounds(function, value, Code.tree)

    def _over_rounds(
        self, total: str, series: sympy.Expr, write: Callable[[Code, sympy.Expr], Expression]
    ) -> Expression:
        term, (index, low, high) = outermost(series)
        name = f"_{index.name}"
        shown = write(type(self)({**self.names, index.name: name}), term)
        return over_rounds(total, shown, name, map(self._bound, (low, high + 1)))

    def _bound(self, bound: sympy.Expr) -> Expression:
        """Write a bound of rounds: whole where the form holds, but a float where Python divides."""
        written = self.tree(bound)
        rounded = dict.fromkeys(bound.atoms(sympy.floor, sympy.ceiling), sympy.S.One)
        found = bound.xreplace(rounded).atoms(sympy.Rational, sympy.Pow)
        divides = any(part.exp.could_extract_minus_sign() if part.is_Pow else part.q != 1 for part in found)
        return call("round", [written]) if divides else written


class ExactCode(Code):
    """Writes what is exact where its names stand for fractions, and conditions on them.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> ExactCode({"n": "n"}).condition_code(sympy.Or(sympy.Eq(n, 2), n / 3 + sympy.Rational(1, 2) >= 7))
    'n == 2 or n/3 + Fraction(1, 2) >= 7'
    """

    def condition_code(self, condition: Any) -> str:
        """Write a condition.

        Raises:
            TypeError: for what `math` cannot say.
        """
        if condition in (True, False, sympy.true, sympy.false):
            return str(bool(condition))
        return python(self.condition(condition))

    def tree(self, scalar: Scalar) -> Expression:
        """Write a scalar, with fractions that are not rounded."""
        value = plain(scalar)
        if isinstance(value, Fraction):
            return call("Fraction", map(_integer, value.as_integer_ratio()))
        return super().tree(value)

    def _function(self, value: sympy.Expr) -> Expression:
        written = super()._function(value)
        return call("Fraction", [written]) if isinstance(value, sympy.floor | sympy.ceiling) else written

    def _bound(self, bound: sympy.Expr) -> Expression:
        return call("int", [self.tree(bound)])


_CONSTANTS = {sympy.E: "math.e", sympy.pi: "math.pi"}
#: What gives the logarithm of a function.
_LOGARITHMS = {
    rising: "_log2_rising", geometric: "_log2_signed_geometric", recurrence: "_log2_recurrence",
}  # fmt: skip


def _integer(value: int) -> Expression:
    size = abs(value)
    shown = numeral(str(size) if size.bit_length() < 3 * NUMERAL else hex(size))
    return negative(shown) if value < 0 else shown


def _sum(terms: Iterable[Expression]) -> Expression:
    return summed([(False, term) for term in terms] or [(False, numeral("0.0"))])


def _times(power: Expression, log: Expression) -> Expression:
    return quotient([_bracketed(power), log], loose=False)


def _bracketed(node: Expression) -> Expression:
    """Put brackets around what is not one name, number or call."""
    return node if level(node) == ATOM else group(node)
