"""Sums and products over the rounds of a loop, each round reckoned on all points at once.

From a tape for one round and the bounds at each point; to what all rounds come to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy

from layercalc.sweeps.kernels import KERNELS, Array, check_rounds
from layercalc.sweeps.tape import Node, Tape

#: What a loop starts from.
STARTS = {"add": 0.0, "multiply": 1.0, "log2_of_sum": -numpy.inf}


@dataclass(frozen=True, eq=False)
class Loop:
    """The rounds of a sum or product: how they meet, and the tape of one, on which `index` is the round."""

    kind: str
    tape: Tape
    term: Node
    whole: bool
    index: str

    def folded(self, low: Array, high: Array, values: Any, rounds: Any) -> Array:
        """Put the rounds of each point together."""
        if not low.size or not high.size:
            return numpy.zeros(numpy.broadcast_shapes(low.shape, high.shape))
        first, last = int(low.min()), int(high.max())
        check_rounds(last - first + 1)
        kind: Any = numpy.int64 if self.whole else numpy.float64
        made = numpy.asarray(STARTS[self.kind]).astype(kind)
        plan, together = self.tape.plan([self.term]), KERNELS[self.kind]
        for k in range(first, last + 1):
            (term,) = plan.run(values, {**(rounds or {}), self.index: numpy.asarray(k, dtype=numpy.int64)})
            here = (low <= k) & (k <= high)
            more = together([made, term], None, None)
            made = more if here.all() else numpy.where(here, more, made)
        return made
