"""Values as short texts for cells: numbers, shapes, params. Plain numbers need no sympy."""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from layercalc.display import factors
from layercalc.expressions.scope import describe, is_scalar
from layercalc.network import Network, Scalar, Tensor
from layercalc.report.table import Formula

if TYPE_CHECKING:
    from layercalc.closed import Closed
    from layercalc.forms.product import Product

DIGITS = 5
LOG_DIGITS = 6
EXACT_LOG_DIGITS = 17
#: In the place of a value that is refused.
REFUSED = "refused"
#: Characters of a fraction that is written as a decimal.
DECIMALS = 24
_TEN = r"([\d.]+) \* 10\^(-?\d+)"
_SMALL = r"0\.0000(\d)(\d*)"


def number(closed: Closed, digits: int = DIGITS) -> str:
    """Write a value for a column, where `1.4125 * 10^1505` would be too wide.

    >>> from fractions import Fraction
    >>> from layercalc.closed import Closed
    >>> from layercalc.forms.product import Product
    >>> number(Closed(Product.of(2) ** 5000)), number(Closed(Fraction(1, 70000)))
    ('1.4125e1505', '1.4286e-5')
    """
    written = closed.folded_parts(digits)
    text = str(written)
    if ten := re.fullmatch(_TEN, text):
        return f"{ten[1]}e{ten[2]}"
    if small := re.fullmatch(_SMALL, text):
        return f"{small[1]}.{small[2] or 0}e-5"
    return Formula.of(written)


def logarithm(closed: Closed, exact: bool = False) -> str:
    """Write the logarithm to base two: `-` for 0, empty beyond the range of a double.

    >>> from layercalc.closed import Closed
    >>> from layercalc.forms.product import Product
    >>> logarithm(Closed(1024)), logarithm(Closed(0)), logarithm(Closed(Product.of(3) ** (10**6)))
    ('10', '-', '1584963')
    """
    log = closed.log2
    if log is None:
        return ""
    if not math.isfinite(log):
        return "-"
    text = f"{log:.{EXACT_LOG_DIGITS if exact else LOG_DIGITS}g}"
    return f"{log:.0f}" if "e+" in text else text


def told(network: Network, value: Product | Scalar) -> Closed:
    """Make the closed form of a value, in the symbols that the author of the network used."""
    from layercalc.closed import Closed

    return Closed.told(value, network.facts)


def shape(network: Network, tensor: Tensor) -> Formula:
    """Write a shape: channels, then the spatial sizes; one of several terms in brackets."""
    first, *others = factors(param(network, size) for size in tensor.sizes)
    return Formula(first, *(piece for size in others for piece in (" x ", size)))


def param(network: Network, value: Any) -> str:
    """Write the value of a param, an argument or a size exactly; a short decimal stays a decimal."""
    if isinstance(value, Fraction) and (decimal := _finite(value)):
        return decimal
    if isinstance(value, tuple):
        return f"[{', '.join(param(network, item) for item in value)}]"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(Decimal(value))  # of any length: `str` of an int stops at 4,300 digits
    if isinstance(value, bool) or not is_scalar(value):
        return describe(value)
    return Formula(told(network, value).exact().tree)


def _finite(value: Fraction) -> str:
    """Write a fraction exactly as a decimal; nothing for one that is none, or is long.

    >>> _finite(Fraction(12345678901234567891, 10**20)), _finite(Fraction(1, 3))
    ('0.12345678901234567891', '')
    """
    exact = Context(prec=DECIMALS, traps=[])
    decimal = exact.divide(Decimal(value.numerator), Decimal(value.denominator))
    text = "" if exact.flags[Inexact] else f"{decimal:f}"
    return text if len(text) <= DECIMALS else ""


def percent(share: float | None) -> str:
    """Write a share in percent, nothing where it is not known.

    >>> percent(0.25), percent(None)
    ('25', '')
    """
    return "" if share is None else f"{100 * share:.4g}"
