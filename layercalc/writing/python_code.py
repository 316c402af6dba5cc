"""Closed forms as Python that needs nothing but `math`.

From scalars and products; to Python expressions, of the value or of its logarithm
to base two. Promises: a logarithm is reached by logarithms alone, so that nothing
overflows but what is a difference or a rounding of numbers too large; names are used
as `names` gives them. What Python's `math` cannot say is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from layercalc.forms import base as bases
from layercalc.forms.base import Base, Monomial
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Number, Scalar, plain, symbolic
from layercalc.numbers.special import geometric, outermost, recurrence, rising

#: Python reads no numeral of more digits; beyond, hexadecimal ones.
NUMERAL = 4000
#: Numbers of fewer bits are multiplied out.
SHORT = 128

HELPERS = {
    "_log2": '''\
def _log2(x):
    """Take the logarithm of what may be 0."""
    return math.log2(x) if x else -math.inf
''',
    "_log2_power": '''\
def _log2_power(log, n):
    """Take the logarithm of a power of what may be 0; to the power 0 that is 1."""
    if n < 0 and log == -math.inf:
        raise ZeroDivisionError("0 to a negative power")
    return n * log if n else 0.0
''',
    "_log2_sum": '''\
def _log2_sum(logs):
    """Take the logarithm of a sum from the logarithms of its terms."""
    logs = list(logs)
    top = max(logs, default=-math.inf)
    return top if math.isinf(top) else top + math.log2(math.fsum(2.0 ** (log - top) for log in logs))
''',
    "_log2_difference": '''\
def _log2_difference(above, below):
    """Take the logarithm of a difference from the logarithms of its two sides."""
    return above + math.log1p(-(2.0 ** (below - above))) / math.log(2) if above > below else -math.inf
''',
    "_log2_rising": '''\
def _log2_rising(x, n):
    """Take the logarithm of x (x + 1) ... (x + n - 1)."""
    if x <= 0:
        return math.fsum(_log2(x + k) for k in range(n))
    return (math.lgamma(x + n) - math.lgamma(x)) / math.log(2)
''',
    "_log2_geometric": '''\
def _log2_geometric(log_q, n):
    """Take the logarithm of 1 + q + ... + q^(n - 1) from that of q."""
    if log_q == 0 or n == 0:
        return math.log2(n) if n else -math.inf
    if log_q < 0:
        return math.log2(math.expm1(n * log_q * math.log(2)) / math.expm1(log_q * math.log(2)))
    return (n - 1) * log_q + _log2_geometric(-log_q, n)
''',
    "_log2_signed_geometric": '''\
def _log2_signed_geometric(q, n):
    """Take the logarithm of 1 + q + ... + q^(n - 1), where q may be negative."""
    if q == 1 or n == 0:
        return math.log2(n) if n else -math.inf
    if abs(q) <= 1:
        return _log2((q**n - 1) / (q - 1))
    return n * math.log2(abs(q)) + _log2(abs(1 - q**-n) / abs(q - 1))
''',
    "_log2_recurrence": '''\
def _log2_recurrence(n, *coefficients):
    """Take the logarithm of h(n) = c1 h(n - 1) + ... + ck h(n - k), where h(0) = 1."""
    past, shift = [1.0 if n >= 0 else 0.0], 0
    for _ in range(n):
        following = math.fsum(c * h for c, h in zip(coefficients, past))
        past = [following, *past][: len(coefficients)]
        scale = math.frexp(max(past))[1]
        past, shift = [math.ldexp(h, -scale) for h in past], shift + scale
    return shift + math.log2(past[0]) if past[0] else -math.inf
''',
}


class Code:
    """Writes expressions; `used` are the helpers that they need.

    >>> n, w = sympy.symbols("n w", positive=True)
    >>> code = Code({"n": "depth", "w": "width"})
    >>> code.value(n * log2(w) + sympy.Rational(1, 3))
    'depth*math.log2(width) + 1/3'
    >>> code.log2(Product.of(3 * w) ** n)
    (['depth*(math.log2(3) + math.log2(width))'], [])
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.used: set[str] = set()

    def value(self, scalar: Scalar) -> str:
        """Write a scalar.

        Raises:
            TypeError: for what `math` cannot say.
        """
        return self._written(symbolic(plain(scalar)))

    def log2(self, value: Product) -> tuple[list[str], list[tuple[str, str]]]:
        """Write the terms of a logarithm, and the assignments of the names in them."""
        nodes: dict[Join[Product], str] = {}
        assignments: list[tuple[str, str]] = []
        for node in postorder(value.joins, lambda node: True):
            assignments.append((f"_s{len(nodes) + 1}", self._node(node, nodes)))
            nodes[node] = assignments[-1][0]
        return self._logs(value, nodes), assignments

    def _node(self, node: Join[Product], nodes: Mapping[Join[Product], str]) -> str:
        listed = ", ".join(self._sum(self._logs(term, nodes)) for term in node.terms)
        return f"{self._helper('_log2_sum') if node.kind == 'sum' else 'max'}([{listed}])"

    def _helper(self, name: str) -> str:
        self.used.add(name)
        return name

    def _logs(self, value: Product, nodes: Mapping[Join[Product], str]) -> list[str]:
        """Write the logarithms of the factors."""
        if value.is_zero:
            return ["-math.inf"]
        terms: list[str] = []
        for exponent, monomial in value.groups.items():
            number, rest = _number(monomial)
            logs = [] if number == 1 else [f"math.log2({_ratio(number)})"]
            logs += [_times(power, self._base(base, nodes, power)) for base, power in bases.ordered(rest)]
            terms += logs if exponent == 1 else [self._raised(self.value(exponent), monomial, logs)]
        return terms

    def _raised(self, exponent: str, monomial: Monomial, logs: list[str]) -> str:
        if Product({1: monomial}).can_be_zero:
            return f"{self._helper('_log2_power')}({self._sum(logs)}, {exponent})"
        return f"{_bracketed(exponent)}*({self._sum(logs)})"

    def _sum(self, terms: list[str]) -> str:
        return " + ".join(terms) or "0.0"

    def _base(self, base: Base, nodes: Mapping[Join[Product], str], power: Number) -> str:
        """Write the logarithm of a base; of one below the line it may not be minus infinity."""
        if isinstance(base, Join):
            return nodes[base]
        if power < 0 and isinstance(base, sympy.Symbol):
            return f"math.log2({self._written(base)})"
        return f"math.log2({_integer(base)})" if isinstance(base, int) else self._log(base)

    def _log(self, base: sympy.Expr) -> str:
        """Write the logarithm of an expression that does not come apart."""
        if isinstance(base, rising):
            self._helper("_log2")
            return f"{self._helper('_log2_rising')}({', '.join(map(self._written, base.args))})"
        if isinstance(base, recurrence):
            return f"{self._helper('_log2_recurrence')}({', '.join(map(self._written, base.args))})"
        if isinstance(base, geometric):
            count = self._written(base.args[1])
            if not base.args[0].is_positive:
                name = self._helper(self._helper("_log2") + "_signed_geometric")
                return f"{name}({self._written(base.args[0])}, {count})"
            ratio = self._log_of(base.args[0])
            return f"{self._helper('_log2_geometric')}({ratio}, {count})"
        if isinstance(base, sympy.Sum | sympy.Product):
            return self._log_over_rounds(base)
        powers = base.atoms(sympy.Pow) if base.is_Add else set()
        if any(p.exp.free_symbols for p in powers) and all(p.base.is_positive for p in powers):
            above = [term for term in base.args if term.as_coeff_Mul()[0] > 0]
            below = [-term for term in base.args if term.as_coeff_Mul()[0] < 0]
            sides = ", ".join(self._log_sum([self._log_of(term) for term in side]) for side in (above, below))
            return f"{self._helper('_log2_difference')}({sides})"
        return self._log_call(base)

    def _log_call(self, value: sympy.Expr) -> str:
        return f"{'math.log2' if value.is_positive else self._helper('_log2')}({self._written(value)})"

    def _log_sum(self, logs: list[str]) -> str:
        return logs[0] if len(logs) == 1 else f"{self._helper('_log2_sum')}([{', '.join(logs)}])"

    def _log_of(self, expression: sympy.Expr) -> str:
        """Write the logarithm of an expression that may come apart, in one line."""
        value = Product.of(expression)
        nodes: dict[Join[Product], str] = {}
        for node in postorder(value.joins, lambda node: True):
            nodes[node] = self._node(node, nodes)
        return self._sum(self._logs(value, nodes))

    def _log_over_rounds(self, series: sympy.Expr) -> str:
        function, (index, low, high) = outermost(series)
        inner = type(self)({**self.names, index.name: f"_{index.name}"})
        term = inner._log_of(function)
        self.used |= inner.used | ({"_log2_sum"} if isinstance(series, sympy.Sum) else set())
        total = "_log2_sum" if isinstance(series, sympy.Sum) else "math.fsum"
        return f"{total}({term} for _{index.name} in {self._rounds(low, high)})"

    def _rounds(self, low: sympy.Expr, high: sympy.Expr) -> str:
        return f"range({self._written(low)}, {self._written(high + 1)})"

    def _written(self, value: sympy.Expr) -> str:
        if value.is_Integer:
            return _integer(int(value))
        if value.is_Rational:
            return _ratio(Fraction(int(value.p), int(value.q)))
        if value.is_Symbol:
            return self.names[value.name]
        if value.is_Add:
            return " + ".join(map(self._written, value.as_ordered_terms())).replace("+ -", "- ")
        if value.is_Mul:
            return self._product(value)
        if value.is_Pow:
            return self._power(value)
        return self._function(value)

    def _product(self, value: sympy.Mul) -> str:
        above, below = sympy.fraction(value)
        number, rest = above.as_coeff_Mul()
        sign = "-" if number < 0 else ""
        factors = [*([symbolic(abs(number))] if abs(number) != 1 else []), *sympy.Mul.make_args(rest)]
        top = "*".join(self._factor(factor) for factor in factors if factor != 1) or "1"
        return f"{sign}{top}" + (f"/{self._factor(below)}" if below != 1 else "")

    def _factor(self, value: sympy.Expr) -> str:
        written = self._written(value)
        return written if value.is_Pow and "**" in written else _bracketed(written)

    def _power(self, value: sympy.Pow) -> str:
        base, exponent = value.as_base_exp()
        if exponent == sympy.S.Half:
            return f"math.sqrt({self._written(base)})"
        if exponent.is_Rational and exponent < 0:
            return f"1/{_bracketed(self._written(base**-exponent))}"
        return f"{_bracketed(self._written(base))}**{_bracketed(self._written(exponent))}"

    def _function(self, value: sympy.Expr) -> str:
        if isinstance(value, log2):
            return self._log_call(value.args[0])
        if rule := _FUNCTIONS.get(type(value)):
            return rule([self._written(argument) for argument in value.args])
        if isinstance(value, sympy.Sum | sympy.Product):
            function, (index, low, high) = outermost(value)
            inner = type(self)({**self.names, index.name: f"_{index.name}"})
            total = "sum" if isinstance(value, sympy.Sum) else "math.prod"
            term = inner._written(function)
            self.used |= inner.used
            return f"{total}({term} for _{index.name} in {self._rounds(low, high)})"
        if isinstance(value, rising | geometric | recurrence):
            return f"2.0**{_bracketed(self._log(value))}"
        if value in _CONSTANTS:
            return _CONSTANTS[value]
        raise TypeError(f"Python's math has no way to write {value}")


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
        if isinstance(condition, sympy.And | sympy.Or):
            word = " and " if isinstance(condition, sympy.And) else " or "
            parts = sorted(map(self.condition, condition.args))
            return word.join(f"({part})" if " or " in part or " and " in part else part for part in parts)
        if isinstance(condition, sympy.Not):
            return f"not ({self.condition(condition.args[0])})"
        return f"{self.value(condition.lhs)} {condition.rel_op} {self.value(condition.rhs)}"

    def _written(self, value: sympy.Expr) -> str:
        if value.is_Rational and not value.is_Integer:
            return f"Fraction({value.p}, {value.q})"
        return super()._written(value)

    def _function(self, value: sympy.Expr) -> str:
        written = super()._function(value)
        return f"Fraction({written})" if isinstance(value, sympy.floor | sympy.ceiling) else written

    def _rounds(self, low: sympy.Expr, high: sympy.Expr) -> str:
        return f"range(int({self._written(low)}), int({self._written(high + 1)}))"


def _call(name: str) -> Callable[[list[str]], str]:
    return lambda arguments: f"{name}({', '.join(arguments)})"


_CONSTANTS = {sympy.E: "math.e", sympy.pi: "math.pi"}
_FUNCTIONS: Mapping[type, Callable[[list[str]], str]] = {
    sympy.log: _call("math.log"),
    sympy.exp: _call("math.exp"),
    sympy.floor: _call("math.floor"),
    sympy.ceiling: _call("math.ceil"),
    sympy.Abs: _call("abs"),
    sympy.Max: lambda arguments: f"max({', '.join(sorted(arguments))})",
    sympy.Min: lambda arguments: f"min({', '.join(sorted(arguments))})",
    sympy.Mod: lambda arguments: " % ".join(map(_bracketed, arguments)),
}


def _number(monomial: Monomial) -> tuple[Number, Monomial]:
    """Split off the numbers that are short when multiplied out."""
    numbers: Monomial = {b: e for b, e in monomial.items() if isinstance(b, int) and isinstance(e, int)}
    number = bases.rational(numbers, SHORT)
    if number is None:
        return 1, monomial
    return number, {base: power for base, power in monomial.items() if base not in numbers}


def _ratio(value: Number) -> str:
    written = _integer(value.numerator)
    return written if value.denominator == 1 else f"{written}/{_integer(value.denominator)}"


def _integer(value: int) -> str:
    return str(value) if value.bit_length() < 3 * NUMERAL else hex(value)


def _times(power: Number, log: str) -> str:
    if power == 1:
        return log
    return f"{_bracketed(_ratio(power))}*{_bracketed(log)}"


def _bracketed(text: str) -> str:
    """Put brackets around what is not one name, number or call."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and (letter in " +-*/%" or (letter in ")]" and place < len(text) - 1)):
            return f"({text})"
    return text
