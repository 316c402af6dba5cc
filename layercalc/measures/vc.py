"""VC dimension: bounds for networks of piecewise-linear units, on the sign of an output.

Bartlett, Harvey, Liaw and Mehrabian, JMLR 20(63), 2019. From the W weights and L layers of a
network (`measures.layering` says what counts as one), W_i the weights in layers 1 to i and k_i
the units of layer i: theorem 7 bounds the VC dimension from above, and theorem 3 gives what
some ReLU network of as many weights and layers reaches, where W > C L > C^2.
The weights of a convolution are counted once, as they are shared; unrolled, at every place of
its output.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from layercalc.errors import fail
from layercalc.expressions.scope import describe
from layercalc.forms import product
from layercalc.lazy import sympy
from layercalc.measures.measure import Measure, Readings
from layercalc.numbers import special
from layercalc.numbers.expansion import expanded
from layercalc.numbers.scalar import Scalar, plain, symbolic

if TYPE_CHECKING:
    from layercalc.forms.product import Product

CONSTANT = "vc_constant"
SOURCE = "section 7.1; Bartlett et al. 2019"


def vc_upper(readings: Readings) -> Product:
    """Bound it by L + sum W_i log2(4 e p S log2(2 e p S)), S = sum i k_i."""
    sums = readings.layering.sums
    return _upper(readings, sums.weights, sums.placed_weights)


def vc_upper_unrolled(readings: Readings) -> Product:
    """Bound it with the weights of a convolution counted at every place."""
    sums = readings.layering.sums
    return _upper(readings, sums.unrolled, sums.placed_unrolled)


def vc_lower(readings: Readings) -> Product:
    """Give W L log2(W / L) / C."""
    return _lower(readings, readings.layering.sums.weights)


def vc_lower_unrolled(readings: Readings) -> Product:
    """Give W L log2(W / L) / C with the weights of a convolution counted at every place."""
    return _lower(readings, readings.layering.sums.unrolled)


def _upper(readings: Readings, weights: Scalar, placed: Scalar) -> Product:
    """Theorem 7: a weight of layer i is in W_i, ..., W_L; at degree 0 each layer has its own."""
    found, told = readings.layering, readings.authored
    layers, weights = told(found.layers), told(weights)
    parts = weights if found.degree == 0 else _over_layers(layers, weights, told(placed))
    if parts == 0:
        return _of(layers)
    units = told(found.sums.units if found.degree == 0 else found.sums.placed_units)
    x = 2 * sympy.E * found.breaks * symbolic(units)
    return _of(layers) + _of(parts) * _of(special.log2(2 * x * special.log2(x)))


def _of(value: Scalar) -> Product:
    return product.Product.of(value)


def _over_layers(layers: Scalar, weights: Scalar, placed: Scalar) -> Scalar:
    """Add up W_1 to W_L: a weight of layer i is in L + 1 - i of them."""
    return expanded(symbolic(weights) * (symbolic(layers) + 1) - symbolic(placed))


def _lower(readings: Readings, weights: Scalar) -> Product:
    """Theorem 3; 0 where there are no more weights than layers."""
    layers = readings.layering.layers
    if weights == 0:
        return _of(0)
    enough = readings.facts.is_nonnegative(plain(symbolic(weights) - symbolic(layers)))
    layers, weights = readings.authored(layers), readings.authored(weights)
    each = symbolic(weights) / symbolic(layers)
    log = special.log2(each if enough else sympy.Max(1, each))
    return _of(weights) * _of(layers) * _of(log) / _constant(readings)


def _constant(readings: Readings) -> Product:
    """Give the constant C of theorem 3: a param of the spec, or else a value of the law set."""
    network = readings.network
    value = network.params.get(CONSTANT, network.constants.get(CONSTANT))
    if value is None:
        raise fail(f"the laws {network.laws} say no {CONSTANT}", hint=f"let {CONSTANT} = 640")
    if isinstance(value, int | Fraction) and value > 0:
        return _of(value)
    if getattr(value, "is_positive", False):
        return _of(value)
    raise fail(f"{CONSTANT} is {describe(value)}; it must be above 0")


_TITLE = {
    "upper": "upper bound on the VC dimension",
    "lower": "VC dimension that a network as large can have",
}
_REMARK = {
    "upper": "the sign of an output cannot label more points in every way (theorem 7)",
    "lower": "some ReLU network of W weights in L layers labels as many, if W > C L > C^2 (theorem 3)",
}
_SHARED = "the weights of a convolution count once"
_UNROLLED = "the weights of a convolution count at each place of its output"


def _measure(name: str, count: str, weights: str, take: Callable[[Readings], Product]) -> Measure:
    side = name.split("_")[1]
    title = f"{_TITLE[side]}; {weights}"
    return Measure(name, f"VC {side}, {count}", title, SOURCE, take, remark=f"{_REMARK[side]}; {weights}")


MEASURES = (
    _measure("vc_upper", "shared weights", _SHARED, vc_upper),
    _measure("vc_lower", "shared weights", _SHARED, vc_lower),
    _measure("vc_upper_unrolled", "unrolled", _UNROLLED, vc_upper_unrolled),
    _measure("vc_lower_unrolled", "unrolled", _UNROLLED, vc_lower_unrolled),
)
