"""The paper's experiments, one file each: numbers, pictures as data, and what became of its claims.

From: specs, laws and the zoo. To: an `Outcome`. Promises: every figure in it comes from
the run, and two runs give the same. It draws and writes nothing: `plot` and `report` do.
"""

from layercalc.experiments import fig6
from layercalc.experiments.outcome import Claim, Experiment, Outcome, Sheet

EXPERIMENTS: tuple[Experiment, ...] = (fig6.EXPERIMENT,)

__all__ = ["EXPERIMENTS", "Claim", "Experiment", "Outcome", "Sheet"]
