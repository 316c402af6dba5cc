"""Whole numbers, exact in a word as far as they fit, else flagged with the nearest double.

From a form over its common denominator, modulo 2^64, and a double near it; to the number. The double
tells how often 2^64 is to be added. Promises: a number that is given as exact is; where a form is not
whole, or too vast for this, the row is told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy

from layercalc.lazy import sympy
from layercalc.sweeps.logs import LogReader
from layercalc.sweeps.tape import Array, Node, Tape

#: A double is this near, as a part of the sum of the absolute values of its terms.
NEAR = 2.0**-44
#: The numbers of a word.
LIMIT = 2.0**63
#: A form is tried at so many remainders to see that it is whole.
TRIED = 1 << 20
RING = ("axis", "constant", "add", "subtract", "multiply")


@dataclass(frozen=True)
class Count:
    """A whole number on a tape: a word over `below`, and unless it is `plain` a double and its reach."""

    word: Node
    below: int
    near: Node | None = None
    reach: Node | None = None

    @property
    def plain(self) -> bool:
        """Whether every value is whole and fits into a word."""
        return self.near is None

    @property
    def wanted(self) -> list[Node]:
        """The nodes that are read."""
        return [node for node in (self.word, self.near, self.reach) if node is not None]

    @property
    def places(self) -> int:
        """The power of two in the denominator."""
        return (self.below & -self.below).bit_length() - 1

    def read(self, arrays: list[Array]) -> tuple[Array, Array | None, Array | None]:
        """Give the words, the doubles of those that are flagged (else NaN), and where neither is known.

        A flagged word is -1.
        """
        places = self.places
        odd = self.below >> places
        word = arrays[0]
        if odd > 1:
            inverse = pow(odd, -1, 1 << 64)
            word = word * numpy.int64(inverse - (1 << 64) if inverse >> 63 else inverse)
        if self.near is None:
            return (word >> numpy.int64(places) if places else word), None, None
        return self._flagged(word, places, *numpy.broadcast_arrays(*arrays[1:]))

    def _flagged(self, word: Array, places: int, near: Array, reach: Array) -> tuple[Array, Array, Array]:
        step = 2.0 ** (64 - places)
        with numpy.errstate(all="ignore"):
            rest = word >> numpy.int64(places) if places else word
            low = rest.astype(numpy.float64)
            times = numpy.rint((near - low) / step)
            value = times * step + low
            unsure = reach * NEAR
            doubtful = ~((unsure < step / 4) & (numpy.abs(value - near) <= unsure))
            fits = (numpy.abs(value) < LIMIT * (1 - 2.0**-50)) & ~doubtful
            if places:
                rest = rest + (numpy.where(fits, times, 0).astype(numpy.int64) << numpy.int64(64 - places))
        return numpy.where(fits, rest, numpy.int64(-1)), numpy.where(fits, numpy.nan, value), doubtful


def count(reader: LogReader, value: sympy.Expr, axes: Mapping[str, Array]) -> Count:
    """Write a count on a tape; `axes` are the values that each may take.

    >>> from layercalc.sweeps.exact import Exact
    >>> n = sympy.Symbol("n", positive=True, integer=True)
    >>> tape = Tape(("n",))
    >>> reader = LogReader(tape, {n: Exact(tape.axis("n", 1, 9))})
    >>> made = count(reader, n * (n + 1) / 2, {"n": numpy.arange(1, 10)})
    >>> made.plain, made.read(tape.run({"n": numpy.arange(1, 5)}, made.wanted))[0]
    (True, array([ 1,  3,  6, 10]))
    """
    exact = reader.exact(value)
    made = Count(exact.node, exact.below)
    fits = exact.node.size / exact.below < LIMIT / (1 << made.places) * (1 - 2.0**-20)
    if fits and (exact.below == 1 or is_whole(reader.tape, exact.node, exact.below, axes)):
        return made
    return Count(exact.node, exact.below, reader.real(value), reader.real(_positive(value)))


def _positive(e: sympy.Expr) -> sympy.Expr:
    """Add the absolute values of all terms."""
    if e.is_Rational:
        return abs(e)
    if e.is_Add or e.is_Mul:
        return e.func(*map(_positive, e.args))
    if e.is_Pow and e.exp.is_Integer and e.exp > 0:
        return _positive(e.base) ** e.exp
    return e if e.is_nonnegative else sympy.Abs(e)


def is_whole(tape: Tape, node: Node, below: int, axes: Mapping[str, Array]) -> bool:
    """Tell whether a polynomial is a multiple of a number, by trying one value of each remainder."""
    if node.size >= LIMIT / 2 or not _is_polynomial(tape, node):
        return False
    names = [name for place, name in enumerate(tape.names) if node.axes >> place & 1]
    tried = [axes[name][numpy.unique(axes[name] % below, return_index=True)[1]] for name in names]
    if prod(map(len, tried)) > TRIED:
        return False
    values = dict(zip(names, numpy.ix_(*tried), strict=True))
    (found,) = tape.run(values, [node])
    return not (found % numpy.int64(below)).any()


def _is_polynomial(tape: Tape, node: Node) -> bool:
    return all(step.operation in RING for _, step in tape.plan([node]).order)
