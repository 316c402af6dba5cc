"""Expressions whose values are rational, as whole numbers over a common denominator.

From sympy; to nodes of a tape, modulo 2^64 where the numbers are vast. Promises: what is rounded,
compared or divided stays within a word, or the expression is refused. A row that a form may not be
right for is told by the `guards`, all of which are true elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from layercalc.lazy import sympy
from layercalc.numbers.special import geometric, outermost, recurrence, rising
from layercalc.sweeps.rounds import Loop
from layercalc.sweeps.tape import Node, Tape, Term

#: What is compared, rounded or divided is below this.
WIDEST = 2.0**62
#: The bits of a double.
DOUBLE = 53


class UnreadError(Exception):
    """An expression that has no place on a tape."""


class Exact(NamedTuple):
    """A whole number over a denominator."""

    node: Node
    below: int = 1


class ExactReader:
    """Writes expressions on a tape, each once."""

    def __init__(self, tape: Tape, symbols: Mapping[sympy.Symbol, Exact]) -> None:
        self.tape = tape
        self.symbols = dict(symbols)
        self.guards: dict[Node, None] = {}
        self.index, self.depth = "", 0
        self._exact: dict[Any, Exact] = {}

    def exact(self, expression: sympy.Expr) -> Exact:
        """Write an expression exactly.

        >>> n = sympy.Symbol("n")
        >>> tape = Tape(("n",))
        >>> reader = ExactReader(tape, {n: Exact(tape.axis("n", 1, 9))})
        >>> made = reader.exact((n**2 + n) / 6)
        >>> made.below, made.node.high > 89
        (6, True)

        Raises:
            UnreadError: for a value that may be irrational, or has no place in a word.
        """
        if expression not in self._exact:
            self._exact[expression] = self._read_exact(expression)
        return self._exact[expression]

    def _read_exact(self, e: sympy.Expr) -> Exact:
        if e.is_Rational:
            return Exact(self.tape.number(int(e.p), whole=True), int(e.q))
        if e.is_Symbol:
            if e not in self.symbols:
                raise UnreadError(f"{e} has no value")
            known: Exact = self.symbols[e]
            return known
        if e.is_Add or e.is_Mul:
            return self._sum_exact(sympy.Add.make_args(e))
        rule = self._rules().get(e.func)
        if rule is None:
            raise UnreadError(f"{e.func} is not rational")
        return rule(e)

    def _rules(self) -> dict[type, Callable[[Any], Exact]]:
        return {
            sympy.Pow: self._power_exact,
            sympy.floor: self._floor,
            sympy.ceiling: lambda e: self._negative(self._floor(sympy.floor(-e.args[0], evaluate=False))),
            sympy.Mod: self._remainder,
            sympy.Max: lambda e: self._extreme("maximum", e),
            sympy.Min: lambda e: self._extreme("minimum", e),
            sympy.Abs: self._absolute,
            geometric: self._geometric_exact,
            recurrence: self._recurrence_exact,
            rising: self._rising_exact,
            sympy.Sum: lambda e: self._series_exact(e, "add"),
            sympy.Product: lambda e: self._series_exact(e, "multiply"),
        }

    def _sum_exact(self, terms: tuple[sympy.Expr, ...]) -> Exact:
        parts = []
        for term in terms:
            number, factors = term.as_coeff_mul()
            if not number.is_Rational:
                raise UnreadError(f"{number} is not rational")
            read = [self.exact(factor) for factor in factors]
            over = Fraction(int(number.p), int(number.q) * math.prod(one.below for one in read))
            parts.append((over, tuple(one.node for one in read)))
        below = math.lcm(*(over.denominator for over, _ in parts))
        made = [Term(int(over * below), nodes) for over, nodes in parts]
        return Exact(self.tape.sum(made, whole=True), below)

    def _power_exact(self, e: sympy.Expr) -> Exact:
        base, exponent = self.exact(e.base), e.exp
        if exponent.is_Integer and exponent > 0:
            node = self._raised(base.node, int(exponent))
            return Exact(node, base.below ** int(exponent))
        if exponent.is_number or base.below != 1:
            raise UnreadError(f"{e} is not whole")
        count = self.count(exponent)
        high = power(base.node.size, count.high)
        return Exact(self.tape.call("power_of_word", (base.node, count), -high, high, True))

    def _raised(self, node: Node, exponent: int) -> Node:
        made: Node | None = None
        for bit in f"{exponent:b}":
            if made is not None:
                made = self.tape.times(made, made)
            if bit == "1":
                made = node if made is None else self.tape.times(made, node)
        assert made is not None
        return made

    def count(self, expression: sympy.Expr) -> Node:
        """Give a whole number that is not below 0; where it is none, the row is guarded."""
        node = self.whole(self.exact(expression))
        if node.low < 0:
            self.guard("at_most", self.tape.number(0, whole=True), node)
        return node

    def whole(self, value: Exact) -> Node:
        """Give a value that is whole as a word; where it is not, the row is guarded."""
        self.word(value.node)
        if value.below == 1:
            return value.node
        below = self.tape.number(value.below, whole=True)
        rest = self.tape.call("remainder", (value.node, below), 0, value.below, True)
        self.guard("equal", rest, self.tape.number(0, whole=True))
        return self._quotient(value.node, below)

    def guard(self, relation: str, a: Node, b: Node) -> None:
        """Note what is true wherever the tape is right."""
        self.guards[self.tape.call(relation, (a, b), 0, 1)] = None

    @staticmethod
    def word(node: Node) -> Node:
        """Refuse what may not be within a word."""
        if node.size >= WIDEST:
            raise UnreadError("a number that is rounded or compared is vast")
        return node

    def _quotient(self, above: Node, below: Node) -> Node:
        ends = [math.floor(x / y) for x in (above.low, above.high) for y in (below.low, below.high) if y]
        return self.tape.call("quotient", (above, below), min(ends) - 1, max(ends) + 1, True)

    def _floor(self, e: sympy.Expr) -> Exact:
        above, below = sympy.fraction(sympy.together(e.args[0]))
        over, under = self.exact(above), self.exact(below)
        top = self.word(self._times_number(over.node, under.below))
        bottom = self.word(self._times_number(under.node, over.below))
        if bottom.low <= 0:
            self.guard("less", self.tape.number(0, whole=True), bottom)
            bottom = self.tape.call(
                "maximum", (bottom, self.tape.number(1, whole=True)), 1, bottom.high, True
            )
        return Exact(self._quotient(top, bottom))

    def _times_number(self, node: Node, number: int) -> Node:
        return node if number == 1 else self.tape.times(self.tape.number(number, whole=True), node)

    def _negative(self, value: Exact) -> Exact:
        return Exact(self._times_number(value.node, -1), value.below)

    def _alike(self, arguments: tuple[sympy.Expr, ...]) -> tuple[list[Node], int]:
        """Bring numbers over one denominator."""
        read = [self.exact(argument) for argument in arguments]
        below = math.lcm(*(one.below for one in read))
        return [self.word(self._times_number(one.node, below // one.below)) for one in read], below

    def _remainder(self, e: sympy.Expr) -> Exact:
        (a, b), below = self._alike(e.args)
        if b.low <= 0:
            self.guard("less", self.tape.number(0, whole=True), b)
            b = self.tape.call("maximum", (b, self.tape.number(1, whole=True)), 1, b.high, True)
        return Exact(self.tape.call("remainder", (a, b), 0, b.high, True), below)

    def _extreme(self, kind: str, e: sympy.Expr) -> Exact:
        nodes, below = self._alike(e.args)
        chosen: Callable[..., float] = max if kind == "maximum" else min
        made = nodes[0]
        for node in nodes[1:]:
            low, high = chosen(made.low, node.low), chosen(made.high, node.high)
            made = self.tape.call(kind, (made, node), low, high, True)
        return Exact(made, below)

    def _absolute(self, e: sympy.Expr) -> Exact:
        value = self.exact(e.args[0])
        return Exact(
            self.tape.call("absolute", (self.word(value.node),), 0, value.node.size, True), value.below
        )

    def _geometric_exact(self, e: sympy.Expr) -> Exact:
        ratio, count = self._plain(e.args[0]), self.count(e.args[1])
        high = count.high * power(max(ratio.size, 1), max(count.high - 1, 0))
        return Exact(
            self.tape.call("geometric_of_word", (ratio, count), min(0, ratio.low) and -high, high, True)
        )

    def _plain(self, expression: sympy.Expr) -> Node:
        value = self.exact(expression)
        if value.below != 1:
            raise UnreadError(f"{expression} is not whole")
        return value.node

    def _recurrence_exact(self, e: sympy.Expr) -> Exact:
        count, coefficients = self.whole(self.exact(e.args[0])), [self._plain(c) for c in e.args[1:]]
        high = power(max(1, sum(c.size for c in coefficients)), max(count.high, 0))
        nodes = (count, *coefficients)
        return Exact(self.tape.call("sequence", nodes, -high, high, True, extra="whole"))

    def _rising_exact(self, e: sympy.Expr) -> Exact:
        index = sympy.Dummy("k", integer=True)
        return self._series_exact(sympy.Product(e.args[0] + index, (index, 0, e.args[1] - 1)), "multiply")

    def _series_exact(self, e: sympy.Expr, kind: str) -> Exact:
        """Add or multiply over the rounds; the denominators of a product must be 1."""
        function, inner, low, high = self.opened(e)
        term = inner.exact(function)
        if inner.guards or (kind == "multiply" and term.below != 1):
            raise UnreadError("a round that may not be whole")
        rounds = max(0.0, high.high - low.low + 1)
        size = rounds * term.node.size if kind == "add" else power(max(1, term.node.size), rounds)
        loop = Loop(kind, inner.tape, term.node, True, inner.index)
        return Exact(self.tape.folded(loop, low, high, -size, size, True), term.below)

    def opened(self, e: sympy.Expr) -> tuple[sympy.Expr, Any, Node, Node]:
        """Give the term of a sum or product, a reader for it on a tape of its own, and its bounds."""
        function, (index, first, last) = outermost(e)
        low, high = self.whole(self.exact(first)), self.whole(self.exact(last))
        name = f"{index.name}.{self.depth + 1}"
        tape = Tape((*self.tape.names, name))
        inner = type(self)(tape, {})
        for symbol, known in self.symbols.items():
            step = self.tape.steps[known.node.number]
            if step.operation in ("axis", "round"):
                node = tape.input(step, known.node)
                inner.symbols[symbol] = Exact(node, known.below)
        inner.depth = self.depth + 1
        inner.index = name
        inner.symbols[index] = Exact(tape.round(name, low.low, max(low.low, high.high)))
        return function, inner, low, high


def power(base: float, exponent: float) -> float:
    """Raise a bound, infinity beyond doubles."""
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf
