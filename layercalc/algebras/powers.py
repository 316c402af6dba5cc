"""Powers of a linear map for a symbolic count: what all algebras have in common.

From the map of a loop's body, a sparse square matrix over an algebra (row r gives the
leaving value r as a sum over the entering ones), seen as a graph with an edge from r
to i for every entry; to the part of it that one entry of a power depends on.
It does not know an algebra: `powers_plus` and `powers_max` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, symbolic

if TYPE_CHECKING:
    from layercalc.assumptions import Facts

V = TypeVar("V")
Rows: TypeAlias = Sequence[Mapping[int, V]]


class NoClosedForm(Exception):  # noqa: N818  (the reader's diagnostic is made of it)
    """A power has no closed form that is known; `reason` says why, in a clause.

    >>> NoClosedForm("the count may be 0").reason
    'the count may be 0'
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def between(rows: Rows[Any], start: int, end: int) -> list[int]:
    """List the values on the ways from one to another, both included; empty where there is no way.

    >>> between([{0: 1}, {0: 1, 1: 1}, {1: 1}], 1, 0), between([{0: 1}, {0: 1}], 0, 1)
    ([0, 1], [])
    """
    ahead = _reached(rows, start)
    return sorted(number for number in ahead if end in _reached(rows, number))


def components(rows: Rows[Any], among: Sequence[int]) -> list[list[int]]:
    """Split values into the strongly connected parts of the graph between them.

    >>> components([{1: 1}, {0: 1}, {0: 1, 2: 1}], [0, 1, 2])
    [[0, 1], [2]]
    """
    ahead = {number: _reached(rows, number) for number in among}
    parts = {
        number: [other for other in among if other in ahead[number] and number in ahead[other]]
        for number in among
    }
    return [part for number, part in parts.items() if number == part[0]]


def is_sure(relation: Any, facts: Facts | None) -> bool:
    """Tell whether a relation is known to hold.

    >>> is_sure(sympy.Symbol("n", positive=True) >= 0, None), is_sure(sympy.Symbol("n") >= 0, None)
    (True, False)
    """
    if relation in (True, False):
        return bool(relation)
    return facts is not None and facts.decide(relation) is True


def least_count(count: Scalar, facts: Facts | None, highest: int) -> int:
    """Give the least value that a whole count can have, as far as is known and up to `highest`.

    >>> least_count(sympy.Symbol("n", integer=True, positive=True) + 2, None, 10)
    3
    """
    known = 0
    while known < highest and _reaches(count, known + 1, facts):
        known += 1
    return known


def from_count(count: sympy.Expr, least: int) -> sympy.Expr:
    """Give 1 from some count on, and 0 before.

    >>> [from_count(sympy.Integer(n), 2) for n in range(4)]
    [0, 0, 1, 1]
    """
    return sympy.Min(1, sympy.floor(count / least)) if least else sympy.S.One


def at_count(count: sympy.Expr, number: int) -> sympy.Expr:
    """Give 1 at one count, and 0 at all others.

    >>> [at_count(sympy.Integer(n), 1) for n in range(4)]
    [0, 1, 0, 0]
    """
    return from_count(count, number) - from_count(count, number + 1)


def _reaches(count: Scalar, least: int, facts: Facts | None) -> bool:
    above = symbolic(count) - least
    return bool(above.is_nonnegative or (above + 1).is_positive) or is_sure(
        sympy.Ge(symbolic(count), least), facts
    )


def _reached(rows: Rows[Any], start: int) -> set[int]:
    reached, todo = {start}, [start]
    while todo:
        new = [number for number in rows[todo.pop()] if number not in reached]
        reached.update(new)
        todo += new
    return reached
