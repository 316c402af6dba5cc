"""Linear maps over an algebra: what a loop that carries several values does in one round.

From the rows of a map, each output as a sum over the inputs, an absent input being
zero; to the map of many rounds. Promises: a number of rounds costs its logarithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import sympy

from layercalc.algebras import Algebra, MapPower, Series
from layercalc.algebras.powers import NoClosedForm
from layercalc.values.scalar import Scalar

V = TypeVar("V")
Linear: TypeAlias = dict[int, V]
"""A value as a sum over the inputs of a body: input number to coefficient."""


def repeated(
    algebra: Algebra[V], rows: list[Linear[V]], count: Scalar, index: sympy.Symbol | None
) -> list[Linear[V]]:
    """Give the map of `count` rounds, which `index` counts from 0 where they differ.

    >>> from layercalc.algebras.total import Total
    >>> repeated(Total(), [{0: 7}], 6, None)
    [{0: 42}]

    Raises:
        NoClosedForm: where the rounds are a symbol and none is known.
    """
    if all(row.keys() == {number} for number, row in enumerate(rows)):
        return [{number: _straight(algebra, row[number], count, index)} for number, row in enumerate(rows)]
    if index is not None:
        raise NoClosedForm("its rounds differ, and carry values that meet")
    if isinstance(count, int):
        return _power(algebra, rows, count)
    if not isinstance(algebra, MapPower):
        raise NoClosedForm(f"{type(algebra).__name__} has no powers of maps")
    return algebra.map_power(rows, count)


def _straight(algebra: Algebra[V], value: V, count: Scalar, index: sympy.Symbol | None) -> V:
    if index is None:
        return algebra.power(value, count)
    if not isinstance(algebra, Series):
        raise NoClosedForm(f"{type(algebra).__name__} has no series")
    made: V = algebra.series(value, index, count)
    return made


def _power(algebra: Algebra[V], rows: list[Linear[V]], count: int) -> list[Linear[V]]:
    """Raise a map to a power by squaring."""
    result: list[Linear[V]] = [{i: algebra.one} for i in range(len(rows))]
    while count:
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
