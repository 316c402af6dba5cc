"""What a sweep is asked for: a spec, a grid, measures and a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from layercalc.resolve.program import Given, Program
from layercalc.sweeps.grid import Grid
from layercalc.syntax import tree


@dataclass(frozen=True)
class Request:
    """A spec, the params that are swept and those that are fixed, and what is wanted at each point.

    `where` are conditions over params and measures; points at which one is false are left out.
    """

    program: Program
    grid: Grid
    measures: tuple[str, ...]
    given: Mapping[str, Given] = field(default_factory=dict)
    assume: Sequence[tree.Expression] = ()
    where: Sequence[tree.Expression] = ()
