"""Activations and their ratios: as a table for people, as one for programs, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from layercalc.activations import Derived, Input
from layercalc.expressions.scope import describe
from layercalc.inspect.ratios import Ratio
from layercalc.network import Scalar
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.table import Formula, Table

#: Significant digits of the table, and of what is for programs.
DIGITS = 6
EXACT_DIGITS = 12
#: Characters of a closed form that the table has room for.
LONGEST = 160


def heading(x: Input, laws: str) -> str:
    """Name the distribution of the input, and the law set."""
    return f"Ratios of deviations and of variances for x ~ {x}; p and c of laws {laws}"


def ratios_report(found: Sequence[Ratio], x: Input, laws: str) -> Report:
    """Make the report of the ratios; programs get full precision."""
    return Report(
        lambda: [Section(heading(x, laws), ratio_table(found, x))],
        lambda: ratios_record(found, x, laws),
        lambda: flat_table(map(_record, found)),
    )


def ratio_table(found: Sequence[Ratio], x: Input) -> Table:
    """List the derived ratios beside the laws; notes give the vector length of a law's constant."""
    headers = ("activation", "sd out/in", "in/out", "var out/in", "p", "c", "p is of", "sd out/in exactly")
    rows = [
        [ratio.call, *_ratios(ratio.derived), _cell(ratio.power), _cell(ratio.complexity), ratio.reading,
         _shortened(ratio.derived.exactly)]
        for ratio in found
    ]  # fmt: skip
    notes = [note for ratio in found for note in _notes(ratio, x)]
    return Table(headers, rows, ["", *notes] if notes else ())


def ratios_record(found: Sequence[Ratio], x: Input, laws: str) -> dict[str, Any]:
    """Tell activations as JSON.

    >>> from layercalc.activations import STANDARD
    >>> from layercalc.inspect.ratios import ratios
    >>> told = ratios_record(ratios(["relu"]), STANDARD, "paper")
    >>> told["activations"][0]["power"], told["activations"][0]["power_exact"]
    (0.583819370104, 'sqrt((pi - 1)/(2*pi))')
    """
    return {"input": str(x), "laws": laws, "activations": [_record(ratio) for ratio in found]}


def _record(ratio: Ratio) -> dict[str, Any]:
    derived, lengths = ratio.derived, ratio.lengths or (None, None)
    return {
        "name": ratio.name,
        "call": ratio.call,
        "formula": ratio.formula,
        "per_element_of_n": derived.normalised,
        "power": float(derived.power),
        "complexity": float(derived.complexity),
        "variances": float(derived.square),
        "power_exact": derived.exactly or None,
        "law_power": _law(ratio.power),
        "law_complexity": _law(ratio.complexity),
        "law_is_of": ratio.reading or None,
        "n_under_deviations": _rounded(lengths[0]),
        "n_under_variances": _rounded(lengths[1]),
        "law_at": str(ratio.source),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{EXACT_DIGITS}g}")


def _law(value: Scalar | None) -> float | str | None:
    if value is None:
        return None
    return float(value) if isinstance(value, int | Fraction) else describe(value)


def _cell(value: Scalar | None) -> str:
    told = _law(value)
    return "-" if told is None else f"{told:.{DIGITS}g}" if isinstance(told, float) else told


def _ratios(derived: Derived) -> list[str]:
    numbers = (derived.power, derived.complexity, derived.square)
    signs = ("/N", "*N", "/N^2") if derived.normalised else ("", "", "")
    return [f"{float(number):.{DIGITS}g}{sign}" for number, sign in zip(numbers, signs, strict=True)]


def _shortened(text: str) -> str:
    return Formula(text) if len(text) <= LONGEST else f"a closed form of {len(text)} characters"


def _notes(ratio: Ratio, x: Input) -> list[str]:
    if ratio.lengths is None:
        return []
    lengths = "to N = {:,.1f} as a ratio of deviations, to N = {:,.1f} as one of variances"
    belongs = f"p = {_cell(ratio.power)} belongs {lengths.format(*ratio.lengths)}"
    return [f"{ratio.name}: N independent elements x ~ {x}, N large; {belongs}."]
