"""The nine measures that every report shows: the paper's five, and four counts.

To add one, declare it here and put it into `STANDARD`; neither the nodes nor the fold change.
"""

from __future__ import annotations

from layercalc.forms import product
from layercalc.measures.measure import Measure, Readings, is_local
from layercalc.numbers.scalar import Scalar


def gsc(readings: Readings) -> Scalar:
    """Sum the complexity of all layers."""
    return readings.total(lambda layer: layer.law("complexity"))


def gwc(readings: Readings) -> product.Product:
    """Multiply GCC and GSC."""
    return readings.output(readings.complexity) * product.Product.of(gsc(readings))


def longest_path(readings: Readings) -> Scalar:
    """Count the layers in (max, +)."""
    return readings.output(readings.local_layers)


GCIP = Measure(
    "gcip",
    "GCIP",
    "global cumulative intrinsic power",
    "section 4, eq. (18), (19)",
    lambda readings: readings.output(readings.power),
    laws=("power",),
    outputs=lambda readings: readings.outputs(readings.power),
)
GCC = Measure(
    "gcc",
    "GCC",
    "global cumulative complexity",
    "section 4, eq. (17), (20)",
    lambda readings: readings.output(readings.complexity),
    laws=("complexity",),
    outputs=lambda readings: readings.outputs(readings.complexity),
)
GSIP = Measure(
    "gsip",
    "GSIP",
    "global sum of intrinsic power",
    "eq. (3)",
    lambda readings: readings.total(lambda layer: layer.law("power")),
    laws=("power",),
)
GSC = Measure("gsc", "GSC", "global sum of complexity", "eq. (3)", gsc, laws=("complexity",))
GWC = Measure(
    "gwc",
    "GWC",
    "global weighted complexity, GCC x GSC",
    "section 7.4",
    gwc,
    laws=("complexity",),
    sums=lambda readings: (gsc(readings),),
)
PARAMS = Measure(
    "params",
    "params",
    "parameters",
    "tables 1 to 3",
    lambda readings: readings.total(lambda layer: layer.law("params")),
    laws=("params",),
)
MACS = Measure(
    "macs",
    "MACs",
    "multiply-accumulates",
    "of convolutions and dense layers",
    lambda readings: readings.total(lambda layer: layer.law("macs")),
    laws=("macs",),
)
LAYERS = Measure(
    "layers",
    "layers",
    "local layers",
    "L of eq. (3), section 7.3",
    lambda readings: readings.total(is_local),
    laws=("power", "complexity"),
)
LONGEST_PATH = Measure(
    "longest_path",
    "longest path",
    "local layers on the longest path",
    "(max, +)",
    longest_path,
    laws=("power", "complexity"),
    outputs=lambda readings: readings.outputs(readings.local_layers),
)
#: In the order of reports.
STANDARD = (GCIP, GCC, GSIP, GSC, GWC, PARAMS, MACS, LAYERS, LONGEST_PATH)
