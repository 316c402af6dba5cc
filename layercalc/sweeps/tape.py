"""A tape: steps of numpy in order, each written once, with the range of its values.

From operations on nodes; to arrays, for any values on the axes. Promises: equal steps are one,
what is constant is reckoned at once, and what depends on few axes is reckoned on these alone.
Whole numbers are taken modulo 2^64: whoever needs them as numbers looks at the range. A tape
holds no code, so that it can be sent to another process.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy

from layercalc.sweeps import kernels

Array: TypeAlias = "numpy.ndarray[Any, Any]"
#: Ranges are widened by this, so that their own rounding does no harm.
SLACK = 1e-9
#: Whole numbers are taken modulo two to this.
WORD = 64


@dataclass(frozen=True, slots=True)
class Node:
    """A value on the tape: its number, the axes it depends on as bits, and the range of its values."""

    number: int
    axes: int
    low: float
    high: float
    whole: bool

    @property
    def size(self) -> float:
        """The greatest absolute value."""
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True, slots=True)
class Step:
    """An operation on earlier values; `extra` is what it takes besides."""

    operation: str
    of: tuple[int, ...]
    extra: Any = None


@dataclass(frozen=True, slots=True)
class Term:
    """A product of nodes with a constant before it, as a term of a sum; whole ones exactly."""

    number: Any
    factors: tuple[Node, ...] = ()


@dataclass
class Tape:
    """Steps in order; the first are the axes, each as whole numbers.

    >>> tape = Tape(("n", "w"))
    >>> n, w = tape.axis("n", 1, 3), tape.axis("w", 1, 2)
    >>> made = tape.sum([Term(2, (n, w)), Term(1, (w,)), Term(7)], whole=True)
    >>> tape.run({"n": numpy.array([[1], [3]]), "w": numpy.array([[1, 2]])}, [made])
    [array([[10, 13],
           [14, 21]])]
    """

    names: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    constants: dict[int, Array] = field(default_factory=dict)
    _known: dict[Any, Node] = field(default_factory=dict)

    def axis(self, name: str, low: float, high: float) -> Node:
        """Give the whole numbers of an axis."""
        return self._node("axis", (), name, 1 << self.names.index(name), low, high, True)

    def reals(self, name: str) -> Node:
        """Give an axis of doubles."""
        return self._node("axis", (), name, 1 << self.names.index(name), -math.inf, math.inf, False)

    def round(self, name: str, low: float, high: float) -> Node:
        """Give the number of a round."""
        return self._node("round", (), name, 1 << self.names.index(name), low, high, True)

    def input(self, step: Step, like: Node) -> Node:
        """Give an axis, or the round of a loop around, that stands on another tape."""
        return self._node(step.operation, (), step.extra, like.axes, like.low, like.high, True)

    def folded(self, loop: Any, low: Node, high: Node, least: float, most: float, whole: bool) -> Node:
        """Write a loop as one step; it depends on the axes of its term too."""
        key = ("fold", id(loop), low, high)
        if key not in self._known:
            self.steps.append(Step("fold", (low.number, high.number), loop))
            around = (1 << len(self.names)) - 1  # all but the round of this loop
            axes = low.axes | high.axes | loop.term.axes & around
            self._known[key] = Node(len(self.steps) - 1, axes, least, most, whole)
        return self._known[key]

    def number(self, value: Any, whole: bool = False) -> Node:
        """Give a constant; a whole one modulo 2^64."""
        if whole:
            key = ("number", "whole", value)
            if key not in self._known:
                rest = value % (1 << WORD)
                kept = numpy.array(rest - (1 << WORD) if rest >> (WORD - 1) else rest, dtype=numpy.int64)
                self._known[key] = self._constant(kept, _double(value), True)
            return self._known[key]
        made = _double(value)
        if made not in self._known:
            self._known[made] = self._constant(numpy.array(made), made, False)
        return self._known[made]

    def _constant(self, kept: Array, value: float, whole: bool) -> Node:
        self.steps.append(Step("constant", ()))
        self.constants[len(self.steps) - 1] = kept
        return Node(len(self.steps) - 1, 0, value, value, whole)

    def call(
        self,
        operation: str,
        of: Sequence[Node],
        low: float,
        high: float,
        whole: bool = False,
        extra: Any = None,
    ) -> Node:
        """Write a step, once."""
        axes = 0
        for node in of:
            axes |= node.axes
        return self._node(operation, tuple(node.number for node in of), extra, axes, low, high, whole)

    def _node(
        self, operation: str, of: tuple[int, ...], extra: Any, axes: int, low: float, high: float, whole: bool
    ) -> Node:
        key = (operation, of, extra, whole)
        if key in self._known:
            return self._known[key]
        if math.isnan(low) or math.isnan(high):
            low, high = -math.inf, math.inf
        step = Step(operation, of, extra)
        if not axes:
            with numpy.errstate(all="ignore"):
                made = kernels.KERNELS[operation]([self.constants[place] for place in of], extra, None)
            made = numpy.asarray(made)
            if not whole and made.dtype.kind == "f":
                low = high = float(made)
            node = self._constant(made, low, whole)
            node = Node(node.number, 0, low, high, whole)
        else:
            self.steps.append(step)
            node = Node(len(self.steps) - 1, axes, low, high, whole)
        self._known[key] = node
        return node

    def plus(self, a: Node, b: Node) -> Node:
        """Add."""
        return self.call("add", (a, b), _widened(a.low + b.low, -1), _widened(a.high + b.high, 1), a.whole)

    def minus(self, a: Node, b: Node) -> Node:
        """Subtract."""
        return self.call(
            "subtract", (a, b), _widened(a.low - b.high, -1), _widened(a.high - b.low, 1), a.whole
        )

    def times(self, a: Node, b: Node) -> Node:
        """Multiply."""
        ends = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
        low, high = _widened(min(ends), -1), _widened(max(ends), 1)
        if a == b:
            low = max(low, 0.0)
        return self.call("multiply", (a, b), low, high, a.whole)

    def real(self, a: Node) -> Node:
        """Give a whole number as a double."""
        return self.call("real", (a,), a.low, a.high) if a.whole else a

    def sum(self, terms: Iterable[Term], whole: bool = False) -> Node:
        """Add products; what they have in common on an axis is multiplied once."""
        known: dict[tuple[int, ...], Term] = {}
        for term in terms:
            key = tuple(sorted(node.number for node in term.factors))
            before = known.get(key)
            known[key] = term if before is None else Term(before.number + term.number, term.factors)
        return self._sum([term for term in known.values() if term.number], whole)

    def _sum(self, terms: Sequence[Term], whole: bool) -> Node:
        if not terms:
            return self.number(0, whole)
        axes = 0
        for term in terms:
            for node in term.factors:
                axes |= node.axes
        single = [bit for bit in _bits(axes) if any(n.axes == bit for t in terms for n in t.factors)]
        if axes & (axes - 1) == 0 or not single:
            return self._added([self._product(term, whole) for term in terms])
        groups = min((self._by_axis(terms, bit) for bit in single), key=len)
        made = []
        for key, rest in groups.items():
            inner = self._sum(rest, whole)
            made.append(self.times(self._product(Term(1, key), whole), inner) if key else inner)
        return self._added(made)

    @staticmethod
    def _by_axis(terms: Sequence[Term], bit: int) -> dict[tuple[Node, ...], list[Term]]:
        """Group terms by their factors on one axis."""
        groups: dict[tuple[Node, ...], list[Term]] = {}
        for term in terms:
            own = tuple(sorted((n for n in term.factors if n.axes == bit), key=lambda n: n.number))
            rest = Term(term.number, tuple(n for n in term.factors if n.axes != bit))
            groups.setdefault(own, []).append(rest)
        return groups

    def _product(self, term: Term, whole: bool) -> Node:
        """Multiply, what depends on the same axes first."""
        made: Node | None = None
        for node in sorted(term.factors, key=lambda node: (node.axes.bit_count(), node.axes, node.number)):
            made = node if made is None else self.times(made, node)
        if made is None:
            return self.number(term.number, whole)
        return made if term.number == 1 else self.times(self.number(term.number, whole), made)

    def _added(self, nodes: Sequence[Node]) -> Node:
        made: Node | None = None
        for node in sorted(nodes, key=lambda node: (node.axes.bit_count(), node.axes)):
            made = node if made is None else self.plus(made, node)
        assert made is not None
        return made

    def plan(self, wanted: Sequence[Node]) -> Plan:
        """List the steps that some nodes need, and where each value is read last."""
        last: dict[int, int] = {}
        todo = [node.number for node in wanted]
        seen = set(todo)
        while todo:
            place = todo.pop()
            for of in self.steps[place].of:
                last[of] = max(last.get(of, 0), place)
                if of not in seen:
                    seen.add(of)
                    todo.append(of)
        kept = {node.number for node in wanted}
        order = [(place, self.steps[place]) for place in sorted(seen - self.constants.keys())]
        ends = {place: end for place, end in last.items() if place not in kept}
        constants = {place: self.constants[place] for place in seen & self.constants.keys()}
        return Plan(order, ends, constants, tuple(node.number for node in wanted))

    def run(self, values: Mapping[str, Array], wanted: Sequence[Node]) -> list[Array]:
        """Reckon some nodes for values on the axes."""
        return self.plan(wanted).run(values)


@dataclass(frozen=True)
class Plan:
    """Steps in order, the last step that reads each value, the constants, and what is wanted."""

    order: list[tuple[int, Step]]
    last: dict[int, int]
    constants: dict[int, Array]
    wanted: tuple[int, ...]

    def run(self, values: Mapping[str, Array], rounds: Mapping[str, Array] | None = None) -> list[Array]:
        """Reckon what is wanted; an array that no later step reads is used anew."""
        found = dict(self.constants)
        with numpy.errstate(all="ignore"):
            for place, step in self.order:
                if step.operation == "axis":
                    found[place] = values[step.extra]
                elif step.operation == "round":
                    found[place] = (rounds or {})[step.extra]
                else:
                    arguments = [found[of] for of in step.of]
                    out = self._spare(place, step, found)
                    found[place] = kernels.apply(step.operation, arguments, step.extra, (values, rounds), out)
        return [numpy.asarray(found[place]) for place in self.wanted]

    def _spare(self, place: int, step: Step, found: dict[int, Array]) -> Array | None:
        """Drop what is read for the last time; give an array to write into."""
        out = None
        for of in set(step.of):
            if self.last.get(of) == place and of not in self.constants:
                array = found.pop(of)
                if self._owned(of) and array.ndim:
                    out = array
        return out

    def _owned(self, place: int) -> bool:
        return place not in self._inputs

    @cached_property
    def _inputs(self) -> set[int]:
        return {place for place, step in self.order if step.operation in ("axis", "round", "choose", "fold")}


def _bits(axes: int) -> list[int]:
    return [1 << place for place in range(axes.bit_length()) if axes >> place & 1]


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _times(x: float, y: float) -> float:
    return 0.0 if not x or not y else x * y


def _widened(value: float, sign: int) -> float:
    return value + sign * SLACK * abs(value)
