"""Figure 15: Top-5 against GWC, every network by name, with the fitted curve (appendix A.2)."""

from __future__ import annotations

from layercalc.paper.experiments.named import named_outcome
from layercalc.paper.experiments.outcome import Experiment

EXPERIMENT = Experiment(
    "fig15",
    "Top-5 against GWC with the fitted curve, all rows by name",
    lambda: named_outcome("fig15", "top5"),
)
