"""GCC: the capacity of the whole network."""

from layercalc.measures.measure import Measure

MEASURE = Measure(
    "gcc",
    "GCC",
    "global cumulative complexity",
    "section 4, eq. (17), (20)",
    lambda readings: readings.output(readings.complexity),
    laws=("complexity",),
)
