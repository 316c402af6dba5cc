"""How the measures of a sheet grow in a param: the classes as a table, the values as curves.

From: a sheet and a param. To: HTML, and numbers for a plot. Promises: a curve has the value of a
network at each of its points, or of the closed form where that holds; other params that stand as
symbols are put at their defaults.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from layercalc.closed import Closed
from layercalc.errors import SpecError, fail
from layercalc.growth.family import Family
from layercalc.growth.scaling import scalings
from layercalc.measures import LOGS, label_of
from layercalc.numbers.rational import Number, whole
from layercalc.playground.formulas import notes
from layercalc.playground.sheet import Sheet
from layercalc.report.html import html_table
from layercalc.report.scale import growth_table, heading

#: The measures that are drawn.
DRAWN = ("gcip", "gcc", "params", "macs")
#: Points of a curve; numbers that are looked at for them; how far it reaches beyond the value that is set.
POINTS, TRIED, BEYOND = 32, 64, 2
#: Points of a curve without a closed form: a network is built at each.
BUILT = 12


def grown(sheet: Sheet, param: str) -> dict[str, Any]:
    """Tell how each measure grows in a param.

    >>> text = "param width = 8 input(3, 8, 8) -> conv(width, 3)"
    >>> "linear" in grown(Sheet(text), "width")["html"]
    True
    """
    (found,) = scalings(_family(sheet, param))
    table = growth_table(found)
    return {"heading": heading(found), "html": html_table(table), "notes": notes(table)}


def curves(sheet: Sheet, param: str) -> dict[str, Any]:
    """Give each measure over a param: numbers, or logarithms to base two where they are told so.

    >>> text = "param width = 3 input(3, 8, 8) -> conv(width, 3)"
    >>> told = curves(Sheet(text), "width")
    >>> told["x"][:3], next(one["y"][:3] for one in told["curves"] if one["name"] == "params")
    ([1, 2, 3], [27, 54, 81])
    """
    family = _family(sheet, param)
    usual = family.usual.get(param)
    if usual is None:
        raise fail(f"{param} has no value that is a number, around which it could be drawn")
    try:
        forms = family.symbolic([param], DRAWN)
    except SpecError:
        forms = {}
    points = [*_points(family, param, usual, forms)]
    if not points:
        raise fail(f"no network is near {param} = {usual}")
    told = [
        {
            "name": name,
            "label": label_of(name),
            "log": name in LOGS,
            "y": [_shown(name, at[name]) for _, at in points],
        }
        for name in DRAWN
    ]
    return {"param": param, "usual": _float(usual), "x": [_float(x) for x, _ in points], "curves": told}


def _family(sheet: Sheet, param: str) -> Family:
    given = {name: value for name, value in sheet.numbers.items() if name != param}
    family = Family(sheet.program, given, [param])
    if param in sheet.numbers:
        usual = Family(sheet.program, sheet.numbers, [param]).usual
        family.usual = {**family.usual, **usual}
    return family


def _points(
    family: Family, param: str, usual: Number, forms: dict[str, Closed]
) -> Iterator[tuple[Number, dict[str, Closed | None]]]:
    """Give the numbers at which there is a network, with its measures."""
    numbers = _numbers(Fraction(usual), isinstance(usual, int))
    if forms:
        holds = next(iter(forms.values())).holds
        for number in _thinned([x for x in numbers if holds.allows({param: x})], POINTS):
            yield number, {name: _at(closed, param, number) for name, closed in forms.items()}
        return
    built = (x for x in _thinned(numbers, 2 * BUILT) if family.built(param, x) is not None)
    for number in islice(built, BUILT):
        yield number, {name: family.at(param, number, name) for name in DRAWN}


def _at(closed: Closed, param: str, number: Number) -> Closed | None:
    try:
        return closed.substitute({param: number})
    except SpecError:
        return None


def _numbers(usual: Fraction, integral: bool) -> list[Number]:
    """Give numbers from near 0 to beyond the usual one, which is among them, at equal steps.

    >>> _numbers(Fraction(5), True), _numbers(Fraction(224), True)[-3:]
    ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [432, 440, 448])
    """
    top = max(BEYOND * usual, Fraction(8)) if integral else BEYOND * usual
    step = Fraction(1) if integral else top / POINTS
    while top / step > TRIED:
        step *= 2
    before = math.ceil(usual / step) - 1
    return [whole(usual + step * n) for n in range(-before, math.floor((top - usual) / step) + 1)]


def _thinned(numbers: Sequence[Number], count: int) -> Sequence[Number]:
    """Leave out numbers, evenly, until so many are left."""
    return numbers[:: math.ceil(len(numbers) / count) or 1]


def _shown(name: str, closed: Closed | None) -> float | int | None:
    if closed is None:
        return None
    value = closed.log2 if name in LOGS else closed.number
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, int) and abs(value) < 2**53 else float(value)


def _float(number: Number) -> float | int:
    return number if isinstance(number, int) else float(number)
