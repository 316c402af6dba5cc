"""Linear maps over an algebra: what a loop that carries several values does in one round.

From the rows of a map, each output as a sum over the inputs, an absent input being
zero; to the map of many rounds. Promises: a number of rounds costs its logarithm.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeAlias, TypeVar

from layercalc import limits
from layercalc.algebras import Algebra, Maps, VaryingRounds
from layercalc.algebras.powers import NoClosedForm
from layercalc.lazy import sympy
from layercalc.numbers.scalar import Scalar, symbolic

V = TypeVar("V")
Linear: TypeAlias = dict[int, V]
"""A value as a sum over the inputs of a body: input number to coefficient."""

#: Written terms that joining two coefficients of maps takes as long as, in a map and in its square.
JOINED = 12


def repeated(
    algebra: Algebra[V],
    rows: list[Linear[V]],
    count: Scalar,
    index: sympy.Symbol | None = None,
    sources: Sequence[Hashable] = (),
) -> list[Linear[V]]:
    """Give the map of `count` rounds, which `index` counts from 0 where they differ.

    Values of the same source are equal when they go in, and may be taken for one.

    >>> from layercalc.algebras.total import Total
    >>> repeated(Total(), [{0: 7}], 6)
    [{0: 42}]

    Raises:
        NoClosedForm: where the rounds are a symbol and none is known.
    """
    if index is not None and not any(_depends(value, index) for row in rows for value in row.values()):
        index = None
    if all(row.keys() == {number} for number, row in enumerate(rows)):
        return [{number: _straight(algebra, row[number], count, index)} for number, row in enumerate(rows)]
    if isinstance(count, int) and index is None:
        return _power(algebra, rows, count)
    first, lumps = lumped(algebra, rows, sources or range(len(rows)))
    if not isinstance(algebra, Maps):
        raise NoClosedForm(f"{type(algebra).__name__} has no powers of maps")
    closed = algebra.map_power(lumps, count) if index is None else _affine(algebra, lumps, count, index)
    places = [first.index(number) for number in sorted(set(first))]
    return [{places[i]: value for i, value in closed[lump].items()} for lump in first]


def optional(algebra: Algebra[V], rows: list[Linear[V]], count: Scalar) -> list[Linear[V]]:
    """Give the map of a round that is done `count` times, which is 1 or 0.

    >>> from layercalc.algebras.total import Total
    >>> optional(Total(), [{0: 7}], sympy.Symbol("c") % 2)
    [{0: 7*(Mod(c, 2))}]

    Raises:
        NoClosedForm: where values meet that the algebra cannot leave out.
    """
    if all(row.keys() == {number} for number, row in enumerate(rows)):
        return [{number: algebra.power(row[number], count)} for number, row in enumerate(rows)]
    if not isinstance(algebra, Maps):
        raise NoClosedForm(f"{type(algebra).__name__} cannot leave out values that meet")
    done, not_done = (algebra.indicated(symbolic(once)) for once in (count, 1 - symbolic(count)))
    made: list[Linear[V]] = []
    for number, row in enumerate(rows):
        others = {i: algebra.times(value, done) for i, value in row.items() if i != number}
        own = algebra.power(row[number], count) if number in row else not_done
        made.append({number: own, **others})
    return made


def lumped(
    algebra: Algebra[V], rows: Sequence[Linear[V]], sources: Sequence[Hashable]
) -> tuple[list[int], list[Linear[V]]]:
    """Lump values that start and change alike: give the class of each value, and the map between classes.

    >>> from layercalc.algebras.plus_times import PlusTimes
    >>> from layercalc.forms.product import ONE
    >>> lumped(PlusTimes(), [{0: ONE}, {1: ONE}, {2: ONE}], [5, 5, 6])[0]
    [0, 0, 1]
    """
    lumps = _numbered(sources)
    while True:
        sums = [_by_lump(algebra, row, lumps) for row in rows]
        finer = _numbered([(lump, frozenset(row.items())) for lump, row in zip(lumps, sums, strict=True)])
        if finer == lumps:
            return lumps, [sums[lumps.index(lump)] for lump in range(max(lumps) + 1)]
        lumps = finer


def _by_lump(algebra: Algebra[V], row: Linear[V], lumps: Sequence[int]) -> Linear[V]:
    terms: dict[int, list[V]] = {}
    for number, value in row.items():
        terms.setdefault(lumps[number], []).append(value)
    return {lump: algebra.plus(values) for lump, values in terms.items()}


def _numbered(marks: Sequence[Hashable]) -> list[int]:
    """Give equal marks one number, in the order met."""
    order = list(dict.fromkeys(marks))
    return [order.index(mark) for mark in marks]


def _depends(value: object, index: sympy.Symbol) -> bool:
    return index in getattr(value, "free_symbols", ())


def _affine(
    algebra: Algebra[V], rows: Sequence[Linear[V]], count: Scalar, index: sympy.Symbol
) -> list[Linear[V]]:
    """Close values that read themselves and values that no round changes."""
    kept = {number for number, row in enumerate(rows) if row == {number: algebra.one}}
    closed: list[Linear[V]] = []
    for number, row in enumerate(rows):
        if not row.keys() <= {number, *kept}:
            raise NoClosedForm("its rounds differ, and carry values that read each other")
        own = row.get(number)
        if own is None or not isinstance(algebra, Maps):
            raise NoClosedForm("its rounds differ, and a value does not read itself")
        made: Linear[V] = {number: _straight(algebra, own, count, index)}
        for other in row.keys() - {number}:
            made[other] = algebra.convolution(own, row[other], index, count)
        closed.append(made)
    return closed


def _straight(algebra: Algebra[V], value: V, count: Scalar, index: sympy.Symbol | None) -> V:
    if index is None:
        return algebra.power(value, count)
    if not isinstance(algebra, VaryingRounds):
        raise NoClosedForm(f"{type(algebra).__name__} has no series")
    made: V = algebra.series(value, index, count)
    return made


def _power(algebra: Algebra[V], rows: list[Linear[V]], count: int) -> list[Linear[V]]:
    """Raise a map to a power by squaring; each is charged, for a count may have thousands of digits."""
    result: list[Linear[V]] = [{i: algebra.one} for i in range(len(rows))]
    while count:
        limits.work(JOINED * sum(len(rows[middle]) for row in rows for middle in row))
        result = after(algebra, rows, result) if count & 1 else result
        rows, count = after(algebra, rows, rows), count >> 1
    return result


def after(algebra: Algebra[V], second: Sequence[Linear[V]], first: Sequence[Linear[V]]) -> list[Linear[V]]:
    """Compose two maps: the outputs of the first are the inputs of the second.

    >>> from layercalc.algebras.total import Total
    >>> after(Total(), [{0: 1, 1: 2}], [{0: 3}, {0: 4}])
    [{0: 10}]
    """
    composed: list[Linear[V]] = []
    for row in second:
        terms: dict[int, list[V]] = {}
        for middle, outer in row.items():
            for number, inner in first[middle].items():
                terms.setdefault(number, []).append(algebra.times(inner, outer))
        composed.append({i: algebra.plus(values) for i, values in terms.items()})
    return composed
