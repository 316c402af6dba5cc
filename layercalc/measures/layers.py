"""Layers: how many of them are local layers, neutral ones left out."""

from layercalc.measures.measure import Measure, is_local

MEASURE = Measure(
    "layers",
    "layers",
    "local layers",
    "L of eq. (3), section 7.3",
    lambda readings: readings.total(is_local),
    laws=("power", "complexity"),
)
