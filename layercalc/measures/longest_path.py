"""Longest path: the local layers on the longest way from input to output."""

from layercalc.measures.measure import Measure, Readings
from layercalc.values.scalar import Scalar


def longest_path(readings: Readings) -> Scalar:
    """Count the layers in (max, +)."""
    return readings.local_layers.along_paths(readings.network.body)[0][0]


MEASURE = Measure(
    "longest_path",
    "longest path",
    "local layers on the longest path",
    "(max, +)",
    longest_path,
    laws=("power", "complexity"),
)
