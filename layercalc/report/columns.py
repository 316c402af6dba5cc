"""Columns of numbers for people: thousands are grouped, and all of a column have equal decimals.

From: values of one kind. To: cells. Promises: every digit is one of the value, rounded half to even.
Expressions with symbols stay as the language writes them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial

from layercalc.closed import Closed
from layercalc.report import cells

#: The decimals of logarithms and of numbers with a prefix of the SI.
DECIMALS = 3
#: A column is written without powers of ten where its least value takes so few decimals, and its largest
#: so few digits before the point, that both are at most these.
ROOM = 8
#: And its least value is not below ten to this power.
LEAST = -4
#: A logarithm is written without a power of ten below this.
PLAIN = 10**9
#: A whole number of more digits is rounded.
WHOLE = 10**12
#: Doubles below it are whole numbers, if they are whole, and not rounded ones.
EXACT = 2**53
#: Thousands, millions and so on.
PREFIXES = "kMGTPEZY"
_TEN = re.compile(r"([\d.]+) \* 10\^(-?\d+)")


def grouped(closed: Closed, digits: int = cells.DIGITS) -> str:
    """Write a value for a cell of its own, a whole number with its thousands grouped.

    >>> grouped(Closed(25557032)), grouped(Closed(Fraction(1, 3)))
    ('25,557,032', '0.33333')
    """
    return with_commas(f"{closed.number}" if is_whole(closed) else cells.number(closed, digits))


def with_commas(text: str) -> str:
    """Group the thousands of a plain number; anything else stays.

    >>> with_commas("12443.5"), with_commas("1.5e12")
    ('12,443.5', '1.5e12')
    """
    whole, point, rest = text.partition(".")
    is_long = len(whole) > 3 and whole.isdecimal() and (rest.isdecimal() or not point)
    return f"{Decimal(text):,}" if is_long else text


def column(values: Sequence[Closed | str | None], digits: int = cells.DIGITS, si: bool = False) -> list[str]:
    """Write a column of values of one kind; `-` stands for none, and a text for itself.

    >>> column([Closed(Fraction(15129, 1000)), Closed(Fraction(10577, 100)), None, "refused"])
    ['15.129', '105.770', '-', 'refused']
    >>> column([Closed(Fraction(1, 3)), Closed(3 ** 400)]), column([Closed(1234), Closed(0)])
    (['3.3333e-1', '7.0551e190'], ['1,234', '0'])
    """
    found = {id(value): value for value in values if isinstance(value, Closed)}
    write = _writer([*found.values()], digits, si)
    texts = {key: write(value) for key, value in found.items()}
    return [texts[id(value)] if isinstance(value, Closed) else value or "-" for value in values]


def _writer(found: Sequence[Closed], digits: int, si: bool) -> Callable[[Closed], str]:
    """Choose how all values of a column are written."""
    logs = [closed.log2 for closed in found]
    if si:
        return lambda closed: shortened(closed) or grouped(closed, digits)
    if all(map(is_whole, found)) or any(log is None for log in logs):
        return partial(grouped, digits=digits)
    tens = [math.floor(log * math.log10(2) + 1e-9) for log in logs if log is not None and math.isfinite(log)]
    decimals = max(0, digits - 1 - min(tens, default=0))
    return (
        partial(_fixed, decimals=decimals) if _is_plain(tens, decimals) else partial(_powered, digits=digits)
    )


def floats(values: Sequence[float | None], digits: int = cells.DIGITS, none: str = "-") -> list[str]:
    """Write a column of measured numbers, of any sign, with equal decimals.

    >>> floats([-0.25865, 3.9982, None]), floats([100, 0.0001418], 4)
    (['-0.25865', '3.99820', '-'], ['1.000e2', '1.418e-4'])
    """
    sizes = [abs(value) for value in values if value]
    tens = [math.floor(math.log10(size) + 1e-9) for size in sizes if math.isfinite(size)]
    decimals = max(0, digits - 1 - min(tens, default=0))
    if _is_plain(tens, decimals):
        return [none if value is None else f"{value:,.{decimals}f}" for value in values]
    return [none if value is None else _tens(f"{value:.{digits - 1}e}") for value in values]


def measured(values: Sequence[int | float | None], log: bool = False) -> list[str]:
    """Write a column of a measure as numpy reckons it, or of its logarithms.

    >>> measured([116882, None]), measured([5.3926, 13.734]), measured([204.3206], log=True)
    (['116,882', '-'], ['5.3926', '13.7340'], ['204.321'])
    """
    if log:
        return ["-" if value is None else logarithm(value) for value in values]
    if all(value is None or _is_exact(value) for value in values):
        return ["-" if value is None else with_commas(str(int(value))) for value in values]
    return floats(values)


def _is_exact(value: int | float) -> bool:
    """Tell whether a number is whole, and every double near it is."""
    return isinstance(value, int) or (abs(value) < EXACT and value.is_integer())


def logarithms(values: Iterable[Closed | None]) -> list[str]:
    """Write a column of logarithms to base two; nothing for what has none, `-` for that of 0.

    >>> logarithms([Closed(1024), Closed(0), None])
    ['10.000', '-', '']
    """
    return ["" if closed is None else logarithm(closed.log2) for closed in values]


def logarithm(log: float | None) -> str:
    """Write a logarithm to base two with its decimals.

    >>> logarithm(-34.82451)
    '-34.825'
    """
    if log is None:
        return ""
    if not math.isfinite(log):
        return "-"
    return f"{log:,.{DECIMALS}f}" if abs(log) < PLAIN else _tens(f"{log:.{DECIMALS}e}")


def shortened(closed: Closed) -> str:
    """Shorten a whole number by a prefix of the SI; nothing for what is none, or is short.

    >>> shortened(Closed(25_557_032)), shortened(Closed(999_999_999)), shortened(Closed(812))
    ('25.557 M', '1.000 G', '')
    """
    number = closed.value
    if not isinstance(number, int) or not 1000 <= number < 1000 ** (len(PREFIXES) + 1):
        return ""
    power = (len(str(number)) - 1) // 3
    if round(Fraction(number, 1000**power), DECIMALS) >= 1000 and power < len(PREFIXES):
        power += 1
    told = round(Fraction(number * 10**DECIMALS, 1000**power))
    return f"{Decimal(told).scaleb(-DECIMALS):.{DECIMALS}f} {PREFIXES[power - 1]}"


def is_whole(closed: Closed) -> bool:
    """Tell whether a value is a whole number that is written out.

    >>> from layercalc.forms.product import Product
    >>> is_whole(Closed(Product.of(12))), is_whole(Closed(Product.of(12) ** 100))
    (True, False)
    """
    log = closed.log2
    return log is not None and log < math.log2(WHOLE) and isinstance(closed.number, int)


def _is_plain(tens: Sequence[int], decimals: int) -> bool:
    """Tell whether numbers of these powers of ten are written without them."""
    return decimals + max([0, *tens]) <= ROOM and min([0, *tens]) >= LEAST


def _fixed(closed: Closed, decimals: int) -> str:
    """Write a number with so many decimals."""
    log = closed.log2
    before = 1 if log is None or not math.isfinite(log) else math.floor(log * math.log10(2) + 1e-9) + 1
    written = str(closed.folded_parts(max(1, before + decimals)))
    return f"{Decimal(written):,.{decimals}f}"


def _powered(closed: Closed, digits: int) -> str:
    """Write a number as one digit, decimals and a power of ten."""
    written = str(closed.folded_parts(digits))
    if ten := _TEN.fullmatch(written):
        return f"{Decimal(ten[1]):.{digits - 1}f}e{ten[2]}"
    try:
        number = Decimal(written)
    except InvalidOperation:  # a power of ten whose exponent is one too
        return cells.number(closed, digits)
    return _tens(f"{number:.{digits - 1}e}") if closed.value != 0 else "0"


def _tens(text: str) -> str:
    """Write a power of ten as the language does, `2e5` for `2e+05`."""
    digits, e, power = text.partition("e")
    return f"{digits}e{int(power)}" if e else text
