"""The greatest value of a linear function under linear conditions, in exact numbers.

From rows of coefficients; to the greatest value and where it is taken. Promises: a value
that is given is exact; after `PIVOTS` steps none is given. The steps are those of the
criss-cross method, which needs no point to start from and comes to an end. A row is kept in
whole numbers, with what it has been multiplied by at its end: no step asks for a fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from layercalc.numbers.rational import Number

#: Longer searches are given up.
PIVOTS = 60

Coefficients: TypeAlias = list[int]


class Optimum(NamedTuple):
    """The greatest value, and the value of each variable there."""

    value: Fraction
    at: tuple[Fraction, ...]


def greatest(objective: Sequence[Number], rows: Sequence[Sequence[Number]]) -> Optimum | None:
    """Maximise c0 + c1 x1 + ... over x >= 0 with b0 + b1 x1 + ... >= 0 for each row.

    None stands for conditions that nothing meets, and for what has no greatest value.

    >>> greatest([1, 1], [[4, -2]])
    Optimum(value=Fraction(3, 1), at=(Fraction(2, 1),))
    >>> greatest([0, 1], [[1, 1]])

    """
    table = [_in_whole_numbers(row) for row in (*rows, objective)]
    width = len(objective) - 1
    columns, basis = list(range(width)), list(range(width, width + len(rows)))
    for _ in range(PIVOTS):
        goal = table[-1]
        wrong = [(label, row, -1) for row, label in enumerate(basis) if table[row][0] < 0]
        wrong += [(label, -1, column) for column, label in enumerate(columns) if goal[column + 1] > 0]
        if not wrong:
            found = {label: Fraction(table[row][0], table[row][-1]) for row, label in enumerate(basis)}
            at = tuple(found.get(label, Fraction(0)) for label in range(width))
            return Optimum(Fraction(goal[0], goal[-1]), at)
        _, row, column = min(wrong)
        if row >= 0:
            partners = [(label, c) for c, label in enumerate(columns) if table[row][c + 1] > 0]
        else:
            partners = [(label, r) for r, label in enumerate(basis) if table[r][column + 1] < 0]
        if not partners:
            return None
        partner = min(partners)[1]
        row, column = (row, partner) if row >= 0 else (partner, column)
        _pivot(table, row, column + 1)
        basis[row], columns[column] = columns[column], basis[row]
    return None


def _in_whole_numbers(row: Sequence[Number]) -> Coefficients:
    """Multiply a row so that it has no fractions, and put what it was multiplied by at its end."""
    scale = lcm(*(value.denominator for value in row))
    return [*(int(value * scale) for value in row), scale]


def _pivot(table: list[Coefficients], row: int, column: int) -> None:
    """Solve a row for the variable of a column, and put it into the other rows."""
    *values, scale = table[row]
    sign, size = (1, values[column]) if values[column] > 0 else (-1, -values[column])
    solved = [-sign * value for value in values]
    solved[column] = sign * scale
    table[row] = [*solved, size]
    for place, other in enumerate(table):
        if place != row and (factor := other[column]):
            other[column] = 0
            made = [a * size + factor * b for a, b in zip(other, solved, strict=False)]
            made.append(other[-1] * size)
            common = gcd(*made)
            table[place] = [value // common for value in made]
