"""Expressions as doubles.

From sympy; to nodes of a tape. Promises: where a difference loses digits, a guard says so; what is
rounded is rounded exactly, or guarded near the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from layercalc.lazy import sympy
from layercalc.numbers.log2 import log2
from layercalc.numbers.special import geometric, recurrence, rising
from layercalc.sweeps.exact import DOUBLE, Exact, ExactReader, UnreadError, power
from layercalc.sweeps.rounds import Loop
from layercalc.sweeps.tape import Node, Tape, Term

#: Digits of a constant that is no rational number.
DIGITS = 25
#: A sum that is a smaller part of its positive terms than this has lost too many bits.
LOST = 2.0**-9
#: What is rounded is further from a whole number than this, or exact.
EDGE = 1e-9
#: Whole powers up to this are products.
LARGEST = 64
#: Logarithms beyond which a double overflows.
OVER = 1000.0


class RealReader(ExactReader):
    """Writes expressions on a tape as doubles, each once."""

    def __init__(self, tape: Tape, symbols: Mapping[sympy.Symbol, Exact]) -> None:
        super().__init__(tape, symbols)
        self._real: dict[Any, Node] = {}

    def real(self, expression: sympy.Expr) -> Node:
        """Write an expression as a double.

        >>> n = sympy.Symbol("n", positive=True)
        >>> tape = Tape(("n",))
        >>> reader = RealReader(tape, {n: Exact(tape.axis("n", 1, 9))})
        >>> import numpy
        >>> tape.run({"n": numpy.array([2, 8])}, [reader.real(3 * log2(n) + sympy.Rational(1, 2))])
        [array([3.5, 9.5])]

        Raises:
            UnreadError: for what has no place on a tape.
        """
        if expression not in self._real:
            self._real[expression] = self._read_real(expression)
        return self._real[expression]

    def _read_real(self, e: sympy.Expr) -> Node:
        if not e.free_symbols - self.symbols.keys() and not e.free_symbols:
            return self.tape.number(_constant(e))
        if e.is_Symbol:
            known = self.exact(e)
            return self._scaled(self.tape.real(known.node), Fraction(1, known.below))
        if e.is_Add or e.is_Mul:
            return self._sum_real(sympy.Add.make_args(e))
        rules: Mapping[Any, Callable[[Any], Node]] = {
            sympy.Pow: self._power_real,
            log2: lambda e: self.log2_of(self.real(e.args[0])),
            sympy.log: lambda e: self._scaled(self.log2_of(self.real(e.args[0])), math.log(2)),
            sympy.floor: self._floor_real,
            sympy.ceiling: lambda e: self._scaled(self._floor_real(sympy.floor(-e.args[0])), -1),
            sympy.Mod: self._by_exact,
            sympy.Abs: self._absolute_real,
            sympy.Max: lambda e: self._extreme_real("maximum", e),
            sympy.Min: lambda e: self._extreme_real("minimum", e),
            geometric: self._geometric_real,
            recurrence: self._recurrence_real,
            rising: self._rising_real,
            sympy.Sum: lambda e: self._series_real(e, "add"),
            sympy.Product: lambda e: self._series_real(e, "multiply"),
        }
        if e.func not in rules:
            raise UnreadError(f"{e.func} has no place on a tape")
        return rules[e.func](e)

    def _by_exact(self, e: sympy.Expr) -> Node:
        value = self.exact(e)
        return self._scaled(self.tape.real(self.word(value.node)), Fraction(1, value.below))

    def _scaled(self, node: Node, number: Any) -> Node:
        return node if number == 1 else self.tape.times(self.tape.number(float(number)), node)

    def _sum_real(self, terms: tuple[sympy.Expr, ...]) -> Node:
        above: list[Term] = []
        below: list[Term] = []
        for term in terms:
            part = self._term(term)
            (above if part.number > 0 else below).append(part)
        if not below:
            return self.tape.sum(above)
        if (exact := self._short(sympy.Add(*terms, evaluate=False))) is not None:
            return exact
        taken = self.tape.sum([Term(-part.number, part.factors) for part in below])
        if not above:
            return self._scaled(taken, -1)
        return self.difference(self.tape.sum(above), taken)

    def _short(self, e: sympy.Expr) -> Node | None:
        """Write a difference of numbers that a double holds without rounding."""
        try:
            value = self.exact(e)
        except UnreadError:
            return None
        if value.node.size >= 2.0**DOUBLE:
            return None
        return self._scaled(self.tape.real(value.node), Fraction(1, value.below))

    def difference(self, above: Node, taken: Node) -> Node:
        """Subtract; where that loses too many bits, the row is guarded."""
        made = self.tape.minus(above, taken)
        if above.low * (1 - LOST) < taken.high or above.low < 0 or taken.low < 0:
            size = self.tape.call("absolute", (made,), 0, made.size)
            least = self._scaled(self.tape.call("absolute", (above,), 0, above.size), LOST)
            self.guard("at_most", least, size)
        return made

    def _term(self, term: sympy.Expr) -> Term:
        number, nodes = 1.0, list[Node]()
        for factor in sympy.Mul.make_args(term):
            if factor.free_symbols:
                nodes.append(self.real(factor))
            else:
                number *= _constant(factor)
        return Term(number, tuple(nodes))

    def log2_of(self, node: Node) -> Node:
        """Take the logarithm to base two."""
        low = math.log2(node.low) if node.low > 0 else -math.inf
        high = math.log2(node.high) if 0 < node.high < math.inf else math.inf
        return self.tape.call("log2", (node,), low - 1e-9 * abs(low), high + 1e-9 * abs(high))

    def _power_real(self, e: sympy.Expr) -> Node:
        base = self.real(e.base)
        if e.exp.is_Integer and abs(e.exp) <= LARGEST:
            made = self._raised(base, abs(int(e.exp)))
            return made if e.exp > 0 else self._inverse(made)
        if e.exp == sympy.Rational(1, 2):
            return self.tape.call("sqrt", (base,), math.sqrt(max(base.low, 0)), math.sqrt(max(base.high, 0)))
        exponent = self.real(e.exp)
        if base.low < 0:
            raise UnreadError("a power of what may be negative")
        ends = [power(x, y) for x in (base.low, base.high) for y in (exponent.low, exponent.high) if x]
        low, high = (min(ends), max(ends)) if base.low > 0 else (0.0, math.inf)
        return self.tape.call("power_of", (base, exponent), low * (1 - 1e-9), high * (1 + 1e-9))

    def _inverse(self, node: Node) -> Node:
        low, high = -math.inf, math.inf
        if node.low > 0 or node.high < 0:
            low, high = sorted((1 / node.high, 1 / node.low))
        return self.tape.call("divide", (self.tape.number(1.0), node), low * (1 + 1e-9 * (low < 0)), high)

    def _floor_real(self, e: sympy.Expr) -> Node:
        try:
            return self._by_exact(e)
        except UnreadError:
            value = self.real(e.args[0])
        up = self.tape.plus(value, self.tape.number(EDGE))
        made = self.tape.call("floor", (up,), value.low - 1, value.high + 1)
        self.guard("at_most", self.tape.number(2 * EDGE), self.tape.minus(up, made))
        return made

    def _absolute_real(self, e: sympy.Expr) -> Node:
        value = self.real(e.args[0])
        return self.tape.call("absolute", (value,), 0, value.size)

    def _extreme_real(self, kind: str, e: sympy.Expr) -> Node:
        made, *others = [self.real(argument) for argument in e.args]
        for node in others:
            made = self.extreme(kind, made, node)
        return made

    def extreme(self, kind: str, a: Node, b: Node) -> Node:
        """Take the greater, or the lesser."""
        chosen: Callable[..., float] = max if kind == "maximum" else min
        return self.tape.call(kind, (a, b), chosen(a.low, b.low), chosen(a.high, b.high))

    def _geometric_real(self, e: sympy.Expr) -> Node:
        ratio, count = self.real(e.args[0]), self.tape.real(self.count(e.args[1]))
        high = count.high * power(max(ratio.size, 1), max(count.high - 1, 0))
        return self.tape.call("geometric", (ratio, count), 0 if ratio.low >= 0 else -high, high)

    def _recurrence_real(self, e: sympy.Expr) -> Node:
        nodes = (self.whole(self.exact(e.args[0])), *(self.real(c) for c in e.args[1:]))
        high = power(max(1, sum(c.size for c in nodes[1:])), max(nodes[0].high, 0))
        return self.tape.call("sequence", nodes, -high, high, extra="real")

    def _rising_real(self, e: sympy.Expr) -> Node:
        return self._series_real(as_product(e), "multiply")

    def _series_real(self, e: sympy.Expr, kind: str) -> Node:
        function, inner, low, high = self.opened(e)
        term = inner.real(function)
        if inner.guards:
            raise UnreadError("a round that may lose digits")
        rounds = max(0.0, high.high - low.low + 1)
        size = rounds * term.size if kind == "add" else power(max(1, term.size), rounds)
        least = 0.0 if term.low >= 0 else -size
        return self.tape.folded(
            Loop(kind, inner.tape, term, False, inner.index), low, high, least, size, False
        )


def as_product(e: sympy.Expr) -> sympy.Expr:
    """Write a rising factorial as a product over rounds."""
    index = sympy.Dummy("k", integer=True)
    return sympy.Product(e.args[0] + index, (index, 0, e.args[1] - 1))


def _constant(e: sympy.Expr) -> float:
    """Give a constant as a double; one beyond doubles has no place on a tape."""
    try:
        if e.is_Rational:
            return float(Fraction(int(e.p), int(e.q)))
        value = float(e.evalf(DIGITS))
    except (OverflowError, TypeError) as error:
        raise UnreadError(f"{e.func} is no double") from error
    if not math.isfinite(value):
        raise UnreadError(f"{e.func} is no double")
    return value
