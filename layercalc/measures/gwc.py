"""GWC: both complexities in one, which follows accuracy most closely."""

from layercalc.measures.gsc import gsc
from layercalc.measures.measure import Measure, Readings
from layercalc.values.product import Product


def gwc(readings: Readings) -> Product:
    """Multiply GCC and GSC."""
    return readings.output(readings.complexity).times(Product.of(gsc(readings)))


MEASURE = Measure(
    "gwc",
    "GWC",
    "global weighted complexity, GCC x GSC",
    "section 7.4",
    gwc,
    laws=("complexity",),
    sums=lambda readings: (gsc(readings),),
)
