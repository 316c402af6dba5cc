"""The paper's experiments, a file for each figure: numbers, pictures, and verdicts on the paper's claims.

From: specs, laws and the zoo. To: an `Outcome`. Promises: every figure in it comes from
the run, and two runs give the same. It draws and writes nothing: `plot` and `report` do.
"""

from __future__ import annotations

from layercalc.errors import did_you_mean, fail
from layercalc.paper.experiments import (
    fig6,
    fig7,
    fig8,
    fig9,
    fig10,
    fig11,
    fig12,
    fig13,
    fig14_fig15,
    wider,
)  # fmt: skip
from layercalc.paper.experiments.outcome import Claim, Experiment, Outcome, Sheet

EXPERIMENTS: tuple[Experiment, ...] = (
    fig6.EXPERIMENT,
    fig7.EXPERIMENT,
    fig8.EXPERIMENT,
    fig9.EXPERIMENT,
    fig10.EXPERIMENT,
    fig11.EXPERIMENT,
    fig12.EXPERIMENT,
    fig13.EXPERIMENT,
    *fig14_fig15.EXPERIMENTS,
    wider.EXPERIMENT,
)


def find(name: str) -> Experiment:
    """Find an experiment by name.

    >>> find("fig7").title
    'Local and cumulative values of the symmetric autoencoder'

    Raises `SpecError` for a name that no experiment has.
    """
    known = {experiment.name: experiment for experiment in EXPERIMENTS}
    if name not in known:
        hint = did_you_mean(name, known) or f"experiments: {', '.join(known)}"
        raise fail(f"no experiment is called '{name}'", hint=hint)
    return known[name]


__all__ = ["EXPERIMENTS", "Claim", "Experiment", "Outcome", "Sheet", "find"]
