"""Closed forms as logarithms to base two, which never overflow.

From products of the room `forms`; to nodes of a tape. Promises: a sum that fits into doubles is
added as it is, any other by logarithms. What is not positive is guarded.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from layercalc.forms.base import Base
from layercalc.forms.node import Join, postorder
from layercalc.forms.product import Product
from layercalc.lazy import sympy
from layercalc.numbers.scalar import symbolic
from layercalc.numbers.special import geometric, recurrence, rising
from layercalc.sweeps.exact import UnreadError
from layercalc.sweeps.real import LARGEST, OVER, RealReader, as_product
from layercalc.sweeps.rounds import Loop
from layercalc.sweeps.tape import Node, Term


class LogReader(RealReader):
    """Writes products on a tape as logarithms; a node that is shared is written once."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._joined: dict[Join[Any], Node] = {}
        self._logs: dict[Any, Node] = {}

    def log_of_product(self, product: Product) -> Node:
        """Write the logarithm to base two of a product.

        >>> from layercalc.sweeps.exact import Exact
        >>> from layercalc.sweeps.tape import Tape
        >>> n = sympy.Symbol("n", positive=True, integer=True)
        >>> tape = Tape(("n",))
        >>> reader = LogReader(tape, {n: Exact(tape.axis("n", 1, 9))})
        >>> import numpy
        >>> tape.run({"n": numpy.array([2, 9])}, [reader.log_of_product(Product.of(8) ** (1000 * n))])
        [array([ 6000., 27000.])]

        Raises:
            UnreadError: for what has no place on a tape.
        """
        for node in postorder(product.joins, lambda node: node not in self._joined):
            self._joined[node] = self._join(node)
        return self._log_of(product)

    def _log_of(self, product: Product) -> Node:
        if product.is_zero:
            return self.tape.number(-math.inf)
        terms: list[Term] = []
        for exponent, monomial in product.groups.items():
            inside = self._terms(monomial)
            if exponent == 1:
                terms += inside
            else:
                terms += [Term(1.0, (self.real(exponent), self.tape.sum(inside)))]
        return self.tape.sum(terms)

    def _terms(self, monomial: Any) -> list[Term]:
        """Give the logarithms of bases, with their exponents before them."""
        number = math.fsum(
            float(power) * math.log2(base) for base, power in monomial.items() if isinstance(base, int)
        )
        terms = [Term(number)] if number else []
        for base, power in monomial.items():
            if not isinstance(base, int):
                terms.append(Term(float(power), (self._log_of_base(base),)))
        return terms

    def _log_of_base(self, base: Base) -> Node:
        if isinstance(base, Join):
            return self._joined[base]
        return self.log(symbolic(base))

    def _join(self, node: Join[Any]) -> Node:
        logs = [self._log_of(term) for term in node.terms]
        if node.kind == "max":
            made = logs[0]
            for other in logs[1:]:
                made = self.extreme("maximum", made, other)
            return made
        if all(log.high < OVER and log.low > -OVER for log in logs):
            return self.log2_of(self.tape.sum([self._real_term(term) for term in node.terms]))
        return self.log_of_sum(logs)

    def log_of_sum(self, logs: list[Node]) -> Node:
        """Add numbers that are given by their logarithms."""
        most = max(log.high for log in logs)
        return self.tape.call("log2_of_sum", logs, max(log.low for log in logs), most + math.log2(len(logs)))

    def _real_term(self, product: Product) -> Term:
        """Write a product that fits into a double as a term: a constant and factors."""
        logs: list[Term] = []
        number, factors = Fraction(1), list[Node]()
        for exponent, monomial in product.groups.items():
            for base, power in monomial.items():
                times = power if exponent == 1 and isinstance(power, int) else 0
                if times and isinstance(base, int) and abs(times) * base.bit_length() < OVER / 4:
                    number *= Fraction(base) ** times
                elif 0 < times <= LARGEST and not isinstance(base, int | Join):
                    factors.append(self._raised(self.real(symbolic(base)), times))
                elif exponent == 1:
                    logs += self._terms({base: power})
                else:
                    logs.append(Term(1.0, (self.real(exponent), self.tape.sum(self._terms({base: power})))))
        size = max(number.numerator, number.denominator).bit_length()
        if size > OVER:
            logs.append(Term(math.log2(number.numerator) - math.log2(number.denominator)))
            number = Fraction(1)
        if logs:
            log = self.tape.sum(logs)
            factors.append(self.tape.call("exp2", (log,), _exp2(log.low), _exp2(log.high)))
        return self._with_constants(number, factors)

    @staticmethod
    def _with_constants(number: Fraction, factors: list[Node]) -> Term:
        """Take factors that are constants into the number."""
        made = float(number) * math.prod(node.low for node in factors if not node.axes)
        return Term(made, tuple(node for node in factors if node.axes))

    def log(self, e: sympy.Expr) -> Node:
        """Write the logarithm to base two of a positive expression."""
        if e not in self._logs:
            self._logs[e] = self._read_log(e)
        return self._logs[e]

    def _read_log(self, e: sympy.Expr) -> Node:
        if e.is_Rational and e > 0:
            return self.tape.number(math.log2(int(e.p)) - math.log2(int(e.q)))
        if e.is_Mul:
            return self.tape.sum([Term(1.0, (self.log(factor),)) for factor in e.args])
        if e.is_Pow and not e.base.is_zero:
            return self.tape.sum([Term(1.0, (self.real(e.exp), self.log(e.base)))])
        if isinstance(e, geometric) and e.args[0].is_nonnegative:
            return self._log_geometric(e)
        if isinstance(e, recurrence):
            return self._log_recurrence(e)
        if isinstance(e, rising):
            return self._log_series(as_product(e), "add")
        if isinstance(e, sympy.Product):
            return self._log_series(e, "add")
        try:
            value = self.real(e)
        except UnreadError:
            value = None
        if value is None or value.size >= 2.0**OVER:
            return self._log_vast(e)
        return self.log2_of(value)

    def _log_vast(self, e: sympy.Expr) -> Node:
        """Write the logarithm of what is beyond doubles: a sum of positive terms."""
        if e.is_Add and all(term.is_nonnegative for term in e.args):
            return self.log_of_sum([self.log(term) for term in e.args])
        if isinstance(e, sympy.Max):
            made, *others = [self.log(argument) for argument in e.args]
            for other in others:
                made = self.extreme("maximum", made, other)
            return made
        if isinstance(e, sympy.Sum):
            return self._log_series(e, "log2_of_sum")
        if e.is_Pow and e.base.is_zero:
            exponent = self.real(e.exp)
            none = self.tape.call("equal", (exponent, self.tape.number(0.0)), 0, 1)
            nothing = self.tape.number(-math.inf)
            return self.tape.call("choose", (none, self.tape.number(0.0), nothing), -math.inf, 0)
        raise UnreadError(f"{e.func} is beyond doubles")

    def _log_geometric(self, e: sympy.Expr) -> Node:
        ratio, count = self.real(e.args[0]), self.tape.real(self.count(e.args[1]))
        most = max(ratio.high, 1.0)
        high = math.log2(max(count.high, 1)) + count.high * math.log2(most) if most < math.inf else math.inf
        low = 0.0 if count.low >= 1 else -math.inf
        return self.tape.call("log2_geometric", (ratio, count), low, high)

    def _log_recurrence(self, e: sympy.Expr) -> Node:
        nodes = (self.whole(self.exact(e.args[0])), *(self.real(c) for c in e.args[1:]))
        most = max(1.0, sum(c.size for c in nodes[1:]))
        high = max(nodes[0].high, 0) * math.log2(most) if most < math.inf else math.inf
        return self.tape.call("sequence", nodes, -math.inf, high, extra="log")

    def _log_series(self, e: sympy.Expr, kind: str) -> Node:
        function, inner, low, high = self.opened(e)
        term = inner.log(function)
        if inner.guards:
            raise UnreadError("a round that may lose digits")
        rounds = max(0.0, high.high - low.low + 1)
        loop = Loop(kind, inner.tape, term, False, inner.index)
        if kind == "add":
            least, most = min(0.0, rounds * term.low), max(0.0, rounds * term.high)
        else:
            least, most = -math.inf, term.high + math.log2(max(rounds, 1))
        return self.tape.folded(loop, low, high, least, most, False)


def _exp2(log: float) -> float:
    return 2.0**log if log < OVER else math.inf
