"""Figure 14: Top-1 against GWC, every network by name, with the fitted curve (appendix A.2)."""

from __future__ import annotations

from layercalc.paper.experiments.named import named_outcome
from layercalc.paper.experiments.outcome import Experiment

EXPERIMENT = Experiment(
    "fig14",
    "Top-1 against GWC with the fitted curve, all rows by name",
    lambda: named_outcome("fig14", "top1"),
)
