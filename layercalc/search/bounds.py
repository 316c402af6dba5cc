"""Bounds on what is searched: `macs < 10^9`.

From: the text of a bound. To: a mask of the points that keep it. Promises: whole numbers are compared
exactly, measures that are told by their logarithms by those.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from layercalc.errors import Diagnostic, Source, Span, SpecError
from layercalc.growth.target import HINT as TARGET_HINT
from layercalc.growth.target import Target, read_target
from layercalc.measures import label_of
from layercalc.search.columns import Columns, Mask, is_log, values
from layercalc.search.objective import ACCURACIES
from layercalc.sweep.points import LOGS

OPTION = "--subject-to"
HINT = "a bound is a measure and what it is to meet: macs < 10^9, params <= 25e6 or log2(gcip) >= -40"
#: Bits that the logarithm of 0 counts as; the least excess, as of a number that is to be below itself.
EXPONENTS, SMALLEST = 1075.0, 1e-9
#: Above all whole numbers of a column.
BEYOND = 2**63 - 1
_COMPARED = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal}


@dataclass(frozen=True)
class Bound:
    """A relation that a measure must fulfil."""

    target: Target

    @property
    def text(self) -> str:
        """The bound as it was typed."""
        return self.target.text

    @property
    def measure(self) -> str:
        """The measure that it bounds."""
        return self.target.measure

    @property
    def heading(self) -> str:
        """What it bounds, in words."""
        if self.measure in ACCURACIES:
            return ACCURACIES[self.measure]
        label = label_of(self.measure)
        return f"log2 of {label}" if self.measure in LOGS else label

    def kept(self, columns: Columns) -> Mask:
        """Tell which points keep it.

        >>> read_bounds(["params <= 5"], ["params"])[0].kept({"params": np.array([4, 5, 6])})
        array([ True,  True, False])
        """
        compare, found = _COMPARED[self.target.relation], values(columns, self.measure)
        if is_log(columns, self.measure):
            return np.asarray(compare(found, self.target.log2))
        limit = self.target.value.rational()
        if limit is None or found.dtype.kind not in "iu":
            number = self.target.value.to_float()
            return np.asarray(compare(found, np.inf if number is None else number))
        # a whole number is below 5/2 where it is at most 2
        whole = math.ceil(limit) if self.target.relation in ("<", ">=") else math.floor(limit)
        kept = np.asarray(compare(found, min(whole, BEYOND)))
        return kept & (limit.denominator == 1) if self.target.relation == "==" else kept

    def excess(self, columns: Columns) -> float:
        """Tell by how many bits a single point breaks it, 0 where it keeps it."""
        if self.kept(columns)[0]:
            return 0.0
        value = float(values(columns, self.measure)[0])
        if not is_log(columns, self.measure):
            value = math.log2(value) if value > 0 else -EXPONENTS
        return max(abs(value - self.target.log2), SMALLEST)


def read_bounds(texts: Sequence[str], declared: Sequence[str]) -> list[Bound]:
    """Read bounds on measures, of which some are `declared`, and on accuracies.

    Raises `SpecError` for a text that is none, with its place.
    """
    return [_read(text, declared) for text in texts]


def _read(text: str, declared: Sequence[str]) -> Bound:
    try:
        return Bound(read_target(text, ACCURACIES, declared))
    except SpecError as error:
        raise type(error)(map(_as_bound, error.diagnostics)) from None


def _as_bound(mistake: Diagnostic) -> Diagnostic:
    """Tell a mistake of a target as one of a bound, at the option where it was typed."""
    hint = HINT if mistake.hint == TARGET_HINT else mistake.hint
    span = mistake.span and Span(Source(OPTION, mistake.span.source.text), *mistake.span[1:])
    return replace(mistake, message=mistake.message.replace("target", "bound"), span=span, hint=hint)
