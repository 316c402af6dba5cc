"""Two families side by side: where one overtakes the other, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from layercalc.errors import SpecError
from layercalc.growth.crossing import Comparison, Crossing
from layercalc.inspect.measured import why
from layercalc.measures import label_of
from layercalc.numbers.rational import Number
from layercalc.report.records import refusal
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.table import Table

#: Digits of a crossing.
DIGITS = 6


def against_report(
    param: str, names: tuple[str, str], compared: Mapping[str, Comparison | SpecError]
) -> Report:
    """Make the report of comparisons: a sentence for each, and for programs a row for each crossing."""
    return Report(
        lambda: [Section("", against_table(param, names, compared))],
        lambda: {"specs": names, "over": param, "against": against_record(names, compared)},
        lambda: flat_table(_rows(against_record(names, compared))),
    )


def _rows(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a row for each crossing; a measure without any has a row too."""
    for measure, told in record.items():
        common = {name: value for name, value in told.items() if name != "crossings"}
        for crossing in told.get("crossings") or [dict.fromkeys(("above", "value", "between", "equal"))]:
            yield {"measure": measure, **crossing, **common}


def against_table(
    param: str, names: tuple[str, str], compared: Mapping[str, Comparison | SpecError]
) -> Table:
    """Make a table with a sentence for each measure."""
    rows = [
        (label_of(measure), why(found) if isinstance(found, SpecError) else verdict(param, names, found))
        for measure, found in compared.items()
    ]
    return Table(("", f"{names[0]} against {names[1]}, in {param}"), rows)


def verdict(param: str, names: tuple[str, str], comparison: Comparison) -> str:
    """Say where one family overtakes the other, or which is above throughout.

    >>> from layercalc.growth.curve import CurvePoint
    >>> verdict("depth", ("a", "b"), Comparison([], CurvePoint(8, 2.0), CurvePoint(1000, 90.0), 1))
    'a is above throughout, from 8 to 1000, and grows faster'
    """
    if comparison.searched is not None:
        told = verdict(param, names, replace(comparison, searched=None))
        return f"{told}; number by number up to {_numeral(comparison.searched)}, beyond it at samples"
    if comparison.crossings:
        return "; ".join(_crossing(param, names, crossing) for crossing in comparison.crossings)
    first, last = _numeral(comparison.first.number), _numeral(comparison.last.number)
    side = comparison.side
    if side is None:
        gap = comparison.last.log2
        side = 0 if comparison.first.log2 == 0 == gap else 1 if gap > 0 else -1
    if side == 0:
        return f"both are the same from {first} to {last}"
    own, other = names if side > 0 else names[::-1]
    text = f"{own} is above throughout, from {first} to {last}"
    if comparison.end is None:
        return text
    if comparison.alike:
        return f"{text}; both grow alike"
    faster = "and grows faster" if comparison.end == side else f"but {other} grows faster"
    return f"{text}, {faster}"


def _crossing(param: str, names: tuple[str, str], crossing: Crossing) -> str:
    winner, loser = names if crossing.sign > 0 else names[::-1]
    if crossing.equal is not None:
        return _equal(param, names, crossing)
    at = "" if crossing.root is None else f" (at {float(crossing.root):.{DIGITS}g})"
    if crossing.below is None or crossing.above is None:
        near, word = (crossing.below, "beyond") if crossing.below is not None else (crossing.above, "below")
        where = f" {word} {param} {_numeral(near)}" if near is not None else ""
        return f"{winner} overtakes {loser}{where}{at}, with no value near that both take"
    between = f"between {param} {_numeral(crossing.below)} and {_numeral(crossing.above)}"
    return f"{winner} overtakes {loser} {between}{at}"


def _equal(param: str, names: tuple[str, str], crossing: Crossing) -> str:
    """Say where both are equal, and which is above on either side.

    >>> _equal("n", ("a", "b"), Crossing(1, None, 6, 8, (7, 7), -1))
    'a overtakes b: below up to n = 6, equal at 7, above from 8'
    """
    first, last = map(_numeral, crossing.equal or (0, 0))
    equal = f"equal at {first}" if first == last else f"equal from {first} to {last}"
    sign, before = crossing.sign, crossing.before
    own, other = names if (sign or before or 0) > 0 else names[::-1]
    below = "" if crossing.below is None else f" up to {param} = {_numeral(crossing.below)}"
    above = "" if crossing.above is None else f" from {_numeral(crossing.above)}"
    if crossing.touches:
        return f"{own} touches {other} from above: above{below}, {equal}, above again{above}"
    if not sign:
        return f"{own} meets {other}: above{below}, equal from {first} on"
    if not before:
        return f"{own} leaves {other}: {equal}, above{above.replace('from ', f'from {param} = ')}"
    return f"{own} overtakes {other}: below{below}, {equal}, above{above}"


def _numeral(number: Number) -> str:
    return str(number) if isinstance(number, int) else f"{float(number):.{DIGITS}g}"


def against_record(names: tuple[str, str], compared: Mapping[str, Comparison | SpecError]) -> dict[str, Any]:
    """Write comparisons as JSON; `above` is the spec that is above after a crossing, or in the end."""
    return {
        measure: refusal(found) if isinstance(found, SpecError) else _record(names, found)
        for measure, found in compared.items()
    }


def _record(names: tuple[str, str], comparison: Comparison) -> dict[str, Any]:
    return {
        "crossings": [
            {
                "above": {1: names[0], -1: names[1]}.get(crossing.sign, "neither"),
                "value": None if crossing.root is None else float(crossing.root),
                "between": [_number(crossing.below), _number(crossing.above)],
                "equal": None if crossing.equal is None else [*map(_number, crossing.equal)],
            }
            for crossing in comparison.crossings
        ],
        "range": [_number(comparison.first.number), _number(comparison.last.number)],
        "log2_quotient": [comparison.first.log2, comparison.last.log2],
        "end": {1: names[0], -1: names[1], 0: "neither"}.get(comparison.end or 0)
        if comparison.end is not None
        else None,
    }


def _number(number: Number | None) -> int | float | None:
    return number if number is None or isinstance(number, int) else float(number)
