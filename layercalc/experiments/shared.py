"""What experiments share: the law sets, the measured zoo, logarithms, and curves of one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

from layercalc import zoo
from layercalc.closed import LOG_DIGITS
from layercalc.values.product import Product

#: The law sets under which every claim is looked at.
LAWS = ("paper", "channels")

Numbers: TypeAlias = Sequence[float]


@cache
def measured_zoo(laws: str) -> tuple[zoo.Measured, ...]:
    """Measure all rows of the zoo under a law set, once in a process.

    >>> len(measured_zoo("paper"))
    110

    Raises `SpecError` for a row that cannot be measured.
    """
    found = []
    for result in zoo.results(zoo.rows(), laws):
        if isinstance(result, zoo.Broken):
            raise result.error
        found.append(result)
    return tuple(found)


def log2(value: Product) -> float:
    """Take the logarithm to base two of a positive number.

    >>> log2(Product.of(2).power(10**6))
    1000000.0
    """
    return float(value.log2(LOG_DIGITS))


def told_together(found: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Join the law sets under which numbers are the same.

    >>> told_together({"paper": [1, 2], "channels": [1, 2], "literal": [3]})
    {'laws paper and channels': [1, 2], 'laws literal': [3]}
    """
    alike: dict[tuple[float, ...], list[str]] = {}
    for laws, numbers in found.items():
        alike.setdefault(tuple(numbers), []).append(laws)
    return {f"laws {' and '.join(names)}": found[names[0]] for names in alike.values()}
