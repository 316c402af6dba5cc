"""GCIP: how the whole network compresses its data."""

from layercalc.measures.measure import Measure

MEASURE = Measure(
    "gcip",
    "GCIP",
    "global cumulative intrinsic power",
    "section 4, eq. (18), (19)",
    lambda readings: readings.output(readings.power),
    laws=("power",),
)
