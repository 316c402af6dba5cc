"""The domain of a closed form as truths on a tape, in the order in which a network is made.

From the conditions under which a form was derived; to one truth for each. Promises: a point at which
all hold has the measures of the form. A point at which the first that fails is `sure` is no network;
of any other point the form says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from layercalc.assumptions.domain import Domain
from layercalc.assumptions.plainer import plainer
from layercalc.assumptions.telling import in_words
from layercalc.lazy import sympy
from layercalc.sweeps.exact import WIDEST, UnreadError
from layercalc.sweeps.logs import LogReader
from layercalc.sweeps.tape import Node

#: Irrational numbers this close are not told apart.
CLOSE = 1e-9
#: The steps of relations, by sympy's signs; those that are turned have their sides exchanged.
RELATIONS = {
    "==": ("equal", False), "!=": ("unequal", False), "<": ("less", False),
    "<=": ("at_most", False), ">": ("less", True), ">=": ("at_most", True),
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """A condition in the author's symbols; `sure` where a point at which it fails first is no network."""

    said: Any
    sure: bool

    @property
    def text(self) -> str:
        """What is false of a point that is dropped."""
        return f"{in_words(plainer(self.said))} is false"


def conditions(domain: Domain, needed: Iterable[Any]) -> list[Condition]:
    """List the conditions of a domain, those first that the author declares.

    >>> n = sympy.Symbol("n", positive=True, integer=True)
    >>> found = conditions(Domain((n,), (n >= 8,), (n > 20,)), [])
    >>> [(condition.text, condition.sure) for condition in found[2:]]
    [('n >= 8 is false', True), ('n > 20 is false', False)]
    """
    surely = set(needed)
    made = [Condition(said, sure=False) for symbol in domain.symbols for said in _kinds(symbol)]
    made += [Condition(part, sure=True) for said in domain.declared for part in _parts(said)]
    return made + [Condition(said, sure=said in surely) for said in domain.assumed]


def _kinds(symbol: sympy.Symbol) -> Iterator[Any]:
    if symbol.is_integer:
        yield sympy.Eq(sympy.Mod(symbol, 1, evaluate=False), 0, evaluate=False)
    if symbol.is_positive:
        yield sympy.Gt(symbol, 0, evaluate=False)
    elif symbol.is_nonnegative:
        yield sympy.Ge(symbol, 0, evaluate=False)


def _parts(said: Any) -> Iterator[Any]:
    yield from said.args if isinstance(said, sympy.And) else (said,)


class TruthReader(LogReader):
    """Writes conditions on a tape."""

    def truth(self, said: Any) -> Node:
        """Write a condition as true or false; what is too close to be told is guarded.

        >>> from layercalc.sweeps.exact import Exact
        >>> from layercalc.sweeps.tape import Tape
        >>> import numpy
        >>> n = sympy.Symbol("n", positive=True, integer=True)
        >>> tape = Tape(("n",))
        >>> reader = TruthReader(tape, {n: Exact(tape.axis("n", 1, 9))})
        >>> made = reader.truth(sympy.And(sympy.Eq(sympy.Mod(n, 3), 2), n > 2))
        >>> tape.run({"n": numpy.arange(1, 9)}, [made])[0].nonzero()[0] + 1
        array([5, 8])

        Raises:
            UnreadError: for what has no place on a tape.
        """
        if said in (sympy.true, sympy.false):
            truth = bool(said)
            return self.tape.call(
                "equal", (self.tape.number(0.0), self.tape.number(0.0 if truth else 1.0)), 0, 1
            )
        if isinstance(said, sympy.And | sympy.Or):
            made, *others = [self.truth(part) for part in said.args]
            for other in others:
                made = self.tape.call("and" if isinstance(said, sympy.And) else "or", (made, other), 0, 1)
            return made
        if isinstance(said, sympy.Not):
            return self.tape.call("not", (self.truth(said.args[0]),), 0, 1)
        if getattr(said, "rel_op", None) not in RELATIONS:
            raise UnreadError(f"{said} is no relation")
        relation, turned = RELATIONS[said.rel_op]
        a, b = self._sides(said.lhs, said.rhs)
        return self.tape.call(relation, (b, a) if turned else (a, b), 0, 1)

    def _sides(self, a: sympy.Expr, b: sympy.Expr) -> tuple[Node, Node]:
        """Give two sides to compare: whole numbers, else doubles that are far enough apart."""
        try:
            (left, right), _ = self._alike((a, b))
        except UnreadError:
            pass
        else:
            return left, right
        try:
            left, right = self.real(a), self.real(b)
            vast = self.vast(a, left) or self.vast(b, right)
        except UnreadError:
            vast = True
        if vast:
            left, right = self.log(a), self.log(b)
        self.apart(left, right)
        return left, right

    def vast(self, side: sympy.Expr, read: Node) -> bool:
        """Tell whether a side may be beyond doubles, and is compared by its logarithm."""
        return read.size > WIDEST**8

    def apart(self, a: Node, b: Node) -> None:
        """Guard two sides that are no whole numbers: too close, they are not told apart."""
        size = self.tape.call("absolute", (self.tape.minus(a, b),), 0, a.size + b.size)
        both = self.tape.plus(
            self.tape.call("absolute", (a,), 0, a.size), self.tape.call("absolute", (b,), 0, b.size)
        )
        least = self.tape.times(self.tape.number(float(Fraction(CLOSE))), both)
        self.guard("less", least, size)
