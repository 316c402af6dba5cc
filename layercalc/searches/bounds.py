"""Bounds on what is searched: `macs < 10^9`.

From: the texts of bounds, conditions of the language over params, measures and accuracies. To: a mask for
each, of the points that keep it. They are compared as conditions of a sweep are, whole numbers exactly.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from layercalc.errors import SpecError, fail
from layercalc.growth.target import Target, read_target
from layercalc.measures import unknown_measure
from layercalc.resolve.assume_option import names_of, read_conditions
from layercalc.searches.columns import Columns, Mask, logarithms
from layercalc.searches.objective import ACCURACIES
from layercalc.sweeps.layout import Layout
from layercalc.sweeps.points import LOGS
from layercalc.sweeps.where import Where
from layercalc.syntax import tree
from layercalc.syntax.walk import nodes

OPTION = "--subject-to"
#: What a bound that is broken by nothing, as by a number that is not below itself, is off.
LEAST = 1e-9


@dataclass(frozen=True)
class Bound:
    """A condition that a network must fulfil; `measures` are those in it, accuracies among them."""

    condition: tree.Expression
    measures: tuple[str, ...]

    @property
    def text(self) -> str:
        """The bound as it was typed."""
        return self.condition.span.text

    @cached_property
    def target(self) -> Target | None:
        """The bound as a single measure that is to meet a number, None where it is anything else."""
        try:
            return read_target(self.text, ACCURACIES, self.measures)
        except SpecError:
            return None

    def excess(self, columns: Columns) -> float:
        """Tell how far a single point that breaks it is from keeping it: in bits, where that is known.

        >>> import numpy as np
        >>> (bound,) = read_bounds(["macs < 2^20"], ["macs"], [])
        >>> bound.excess({"macs": np.array([2**23])})
        3.0
        """
        if self.target is None:
            return 1.0
        (log,) = logarithms(columns, self.target.measure).tolist()
        return max(abs(log - self.target.log2), LEAST) if math.isfinite(log) else 1.0


def read_bounds(texts: Sequence[str], known: Collection[str], params: Collection[str]) -> list[Bound]:
    """Read bounds over the `known` measures and the params that are open.

    >>> read_bounds(["macs < 10^9 and gcc > 2^400"], ["gcc", "macs"], [])[0].measures
    ('gcc', 'macs')

    Raises `SpecError` for a text that is none, with its place.
    """
    return [_checked(condition, known, params) for condition in read_conditions(texts, OPTION)]


def _checked(condition: tree.Expression, known: Collection[str], params: Collection[str]) -> Bound:
    """Refuse a name that nothing bears, before anything is calculated."""
    measures = {**{f"log2_{name}": name for name in LOGS}, **{name: name for name in (*known, *ACCURACIES)}}
    names = names_of(condition)
    for word in nodes(condition):
        if isinstance(word, tree.Name) and word.text in names - measures.keys() - {*params}:
            (told,) = unknown_measure(word.text, [*known, *ACCURACIES, *params]).diagnostics
            raise fail(told.message, word.span, told.hint)
    return Bound(condition, tuple(dict.fromkeys(measures[name] for name in sorted(names - {*params}))))


class Bounds:
    """Bounds that are held against columns.

    `layout` tells the kinds of the columns, and `params` what the values of those that are open are over.
    """

    def __init__(self, bounds: Sequence[Bound], layout: Layout, params: Mapping[str, int]) -> None:
        kinds = {**layout.kinds, **dict.fromkeys(ACCURACIES, "real")}
        self._where = Where([bound.condition for bound in bounds], replace(layout, kinds=kinds), params)

    def kept(self, columns: Columns) -> list[Mask]:
        """Tell for each bound which points keep it."""
        return [mask for _, mask in self._where.masks(columns)]
