"""The numbers of the figures of accuracy as sheets: rows, curves, and a comparison of all fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind, measured
from layercalc.paper.accuracy.study import Study, study
from layercalc.paper.experiments.curves import steps
from layercalc.paper.experiments.outcome import Cell, Sheet
from layercalc.paper.experiments.shared import LAWS

#: Digits that a fitted number has: the least of a sum of squares is flat, and settles no more.
DIGITS = 6
_FITS = (
    "x", "y", "laws", "rows", "row_count", "networks", "families", "r2", "r2_bootstrap_low",
    "r2_bootstrap_high", "r2_left_out_low", "r2_left_out_high", "q2", "q2_by_family",
    "left_out_error_percent", "log_form_r2", "rank_correlation", "a_sign", "log2_abs_a", "b", "c_percent",
    "log_form_level_percent", "log_form_slope_percent_per_bit",
)  # fmt: skip


def rows_sheet(name: str) -> Sheet:
    """List the complexities and accuracies of all rows."""
    headers = ("laws", "row", "model", "log2_gcc", "log2_gsc", "log2_gwc", "top1_percent", "top5_percent")
    rows: list[Sequence[Cell]] = []
    for laws in LAWS:
        for result in measured(laws):
            logs = (result.logs[measure] for measure in ("gcc", "gsc", "gwc"))
            row = result.row
            rows.append((laws, row.name, row.model, *logs, row.top1, row.top5))
    return Sheet(name, headers, rows)


def points_sheet(name: str, target: AccuracyKind) -> Sheet:
    """List the coordinates of the rows, with the value of the curve there and its interval."""
    headers = (
        "laws", "row", "model", "log2_gwc", f"{target}_percent", "fitted_percent", "left_out_percent",
        "low_percent", "high_percent",
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for laws in LAWS:
        found = study(laws, "gwc", target)
        for each, predicted in zip(found.known, found.predicted, strict=True):
            row = each.result.row
            told = (found.law.at(each.log), float(predicted), *found.interval(each.log))
            rows.append((laws, row.name, row.model, each.log, each.accuracy, *map(_rounded, told)))
    return Sheet(name, headers, rows)


def curve_sheet(name: str, target: AccuracyKind) -> Sheet:
    """List the fitted curve with its band."""
    headers = ("laws", "log2_gwc", "fitted_percent", "band_low_percent", "band_high_percent")
    rows: list[Sequence[Cell]] = []
    for laws in LAWS:
        found = study(laws, "gwc", target)
        logs = steps(found)
        for log, band in zip(logs, found.confidence(logs), strict=True):
            rows.append((laws, *map(_rounded, (log, found.law.at(log), *band))))
    return Sheet(name, headers, rows)


def fits_sheet(name: str) -> Sheet:
    """Compare all fits: for each predictor, on all rows and on the first of each network."""
    rows: list[Sequence[Cell]] = []
    for laws in LAWS:
        for predictor in PREDICTORS:
            for target in TARGETS:
                for kept in ("all", "one of each network"):
                    found = study(laws, predictor, target, kept != "all")
                    rows.append((predictor, target, laws, kept, *_numbers(found)))
    return Sheet(name, _FITS, rows)


def _numbers(found: Study) -> Iterator[int | float]:
    yield from (len(found.known), found.networks, found.families)
    quality = (
        found.r_squared, *found.r_squared_drawn, *found.r_squared_left_out, found.q_squared,
        found.q_squared_by_family, found.error, found.straight_r_squared, found.rank_correlation,
    )  # fmt: skip
    yield from map(_rounded, quality)
    yield found.law.factor_sign
    law = found.law
    yield from map(_rounded, (law.log2_factor, law.exponent, law.offset, *found.line))


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
