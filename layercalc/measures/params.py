"""Parameters: the weights that training sets, biases and normalisation included."""

from layercalc.measures.measure import Measure

MEASURE = Measure(
    "params",
    "params",
    "parameters",
    "tables 1 to 3",
    lambda readings: readings.total(lambda layer: layer.law("params")),
    laws=("params",),
)
