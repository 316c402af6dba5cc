"""The precision of mpmath, which all threads have in common: one of them sets it at a time.

From: digits or bits. To: a context in which mpmath calculates with them. Promises: no thread
changes the precision that another calculates with.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from layercalc.lazy import mpmath

_lock = threading.RLock()


@contextmanager
def digits(count: int) -> Iterator[None]:
    """Calculate with so many digits.

    >>> with digits(30):
    ...     str(mpmath.mpf(1) / 3)
    '0.333333333333333333333333333333'
    """
    with _lock, mpmath.workdps(count):
        yield


@contextmanager
def bits(count: int) -> Iterator[None]:
    """Calculate with so many bits.

    >>> with bits(20):
    ...     str(mpmath.mpf(1) / 3)
    '0.33333'
    """
    with _lock, mpmath.workprec(count):
        yield


@cache
def own(count: int) -> Any:
    """Give a context of mpmath that calculates with so many bits, and shares them with nobody.

    >>> str(own(20).mpf(1) / 3)
    '0.33333'
    """
    context = mpmath.MPContext()
    context.prec = count
    return context
