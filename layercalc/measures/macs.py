"""MACs: multiply-accumulates of one pass over one input."""

from layercalc.measures.measure import Measure

MEASURE = Measure(
    "macs",
    "MACs",
    "multiply-accumulates",
    "of convolutions and dense layers",
    lambda readings: readings.total(lambda layer: layer.law("macs")),
    laws=("macs",),
)
