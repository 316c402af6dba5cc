"""A front by its definition: every point held against every other one, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence


def dominates(p: Sequence[float], q: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(p, q, strict=True)) and any(a < b for a, b in zip(p, q, strict=True))


def front(points: Sequence[Sequence[float]]) -> list[bool]:
    return [not any(dominates(other, point) for other in points) for point in points]
