"""GSIP: the intrinsic powers of all layers added up."""

from layercalc.measures.measure import Measure

MEASURE = Measure(
    "gsip",
    "GSIP",
    "global sum of intrinsic power",
    "eq. (3)",
    lambda readings: readings.total(lambda layer: layer.law("power")),
    laws=("power",),
)
