"""GSC: the complexities of all layers added up."""

from layercalc.measures.measure import Measure, Readings
from layercalc.values.scalar import Scalar


def gsc(readings: Readings) -> Scalar:
    """Sum the complexity of all layers."""
    return readings.total(lambda layer: layer.law("complexity"))


MEASURE = Measure("gsc", "GSC", "global sum of complexity", "eq. (3)", gsc, laws=("complexity",))
