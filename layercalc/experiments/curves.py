"""What the figures of accuracy share: panels of points and fitted curves, and sheets of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layercalc.accuracy.fit import PowerLaw
from layercalc.accuracy.predictor import PREDICTORS
from layercalc.accuracy.sample import TARGETS, Known, Target, measured
from layercalc.accuracy.study import CONFIDENT, HELD, Study, study
from layercalc.experiments.outcome import Cell, Sheet
from layercalc.picture import Curve, Panel

#: The law sets under which accuracies are looked at.
LAWS = ("paper", "channels")
#: Bits of GWC that are marked: they are crowded below a thousand.
TICKS = (100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 4000, 6000)
#: Points of a curve that is drawn.
POINTS = 160
#: Rows of one network within so many points of percentage bear one name.
CLOSE = 0.6
#: Digits that a fitted number has: the least of a sum of squares is flat, and settles no more.
DIGITS = 6


def label(predictor: str, target: Target | None = None) -> str:
    """Label an axis: with a target its percentages, else log2 of a predictor."""
    if target is not None:
        return f"{TARGETS[target]} accuracy on ImageNet, %"
    return f"log2 of {PREDICTORS[predictor].label}, bits"


def shaded_panel(laws: str, target: Target) -> Panel:
    """Show accuracy against GCC, each point coloured by GSC."""
    known = study(laws, "gcc", target).known
    shades = [each.result.logs["gsc"] for each in known]
    marks = Curve("", *_places(known), "marks", shades=shades)
    title = f"{TARGETS[target]} against GCC, laws {laws}"
    return Panel(label("gcc"), label("gcc", target), [marks], title, shade=label("gsc"))


def fitted_panel(laws: str, target: Target, named: bool = False) -> Panel:
    """Show accuracy against GWC with the fitted curve, its band, and where further networks lie."""
    found = study(laws, "gwc", target)
    logs = _steps(found)
    curve, band = [found.law.at(log) for log in logs], found.confidence(logs)
    names = _names(found.known) if named else ()
    ends = [found.interval(log) for log in logs]
    lines = [
        Curve("rows of the tables", *_places(found.known), "marks", names),
        Curve(
            f"a x^b + c with {CONFIDENT} % band of the bootstrap", logs, curve,
            low=[end.low for end in band], high=[end.high for end in band],
        ),
        Curve(f"low end of {HELD} % interval", logs, [end.low for end in ends]),
        Curve(f"high end of {HELD} % interval", logs, [end.high for end in ends]),
    ]  # fmt: skip
    title = f"{len(found.known)} rows, laws {laws}: R^2 = {found.r_squared:.3f}"
    ticks = [(tick, str(tick)) for tick in TICKS if found.range.low <= tick <= found.range.high]
    return Panel(
        label("gwc"), label("gwc", target), lines, title, "log" if named else "linear", x_ticks=ticks
    )


def points_sheet(name: str, target: Target) -> Sheet:
    """List the coordinates of all rows, what the curve gives there, and its interval."""
    headers = (
        "laws", "row", "model", "log2_gwc", f"{target}_percent", "fitted_percent", "left_out_percent", "low_percent", "high_percent",
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for laws in LAWS:
        found = study(laws, "gwc", target)
        for each, predicted in zip(found.known, found.predicted, strict=True):
            row = each.result.row
            told = (found.law.at(each.log), predicted, *found.interval(each.log))
            rows.append((laws, row.name, row.model, each.log, each.accuracy, *map(rounded, told)))
    return Sheet(name, headers, rows)


def rows_sheet(name: str) -> Sheet:
    """List the complexities and accuracies of all rows."""
    headers = (
        "laws",
        "row",
        "model",
        "spec",
        "log2_gcc",
        "log2_gsc",
        "log2_gwc",
        "top1_percent",
        "top5_percent",
    )
    rows: list[Sequence[Cell]] = [
        (
            laws,
            r.row.name,
            r.row.model,
            r.row.spec,
            *(r.logs[m] for m in ("gcc", "gsc", "gwc")),
            r.row.top1,
            r.row.top5,
        )
        for laws in LAWS
        for r in measured(laws)
    ]
    return Sheet(name, headers, rows)


def curve_sheet(name: str, target: Target) -> Sheet:
    """List the fitted curve with its band."""
    headers = ("laws", "log2_gwc", "fitted_percent", "band_low_percent", "band_high_percent")
    rows: list[Sequence[Cell]] = []
    for laws in LAWS:
        found = study(laws, "gwc", target)
        logs = _steps(found)
        for log, band in zip(logs, found.confidence(logs), strict=True):
            rows.append((laws, rounded(log), *map(rounded, (found.law.at(log), *band))))
    return Sheet(name, headers, rows)


def formula(law: PowerLaw, label: str) -> str:
    """Write a law as the paper has it, and with the logarithm of its factor, which always fits.

    >>> formula(PowerLaw(mean=400, spread=200, level=74, rise=2, bend=-2), "GWC")
    '75 - 2^5.77078 * GWC^-0.014427'
    """
    sign = "-" if law.factor_sign < 0 else "+"
    return f"{law.offset:.6g} {sign} 2^{law.log2_factor:.6g} * {label}^{law.exponent:.5g}"


def rounded(number: float) -> float:
    """Round a number that stems from a fit."""
    return float(f"{number:.{DIGITS}g}")


def _places(known: Sequence[Known]) -> tuple[list[float], list[float]]:
    return [each.log for each in known], [each.accuracy for each in known]


def _steps(found: Study) -> list[float]:
    low, high = found.range
    return [low + (high - low) * step / (POINTS - 1) for step in range(POINTS)]


def _names(known: Sequence[Known]) -> list[str]:
    """Name all rows, those of one network that nearly coincide by one name with their tables."""
    heads: dict[int, int] = {}
    tables: dict[int, list[int]] = {}
    for place, each in enumerate(known):
        head = next((h for h in tables if _coincide(known[h], each)), place)
        heads[place] = head
        tables.setdefault(head, []).append(each.result.row.table)
    return [_name(known[place], tables[place]) if head == place else "" for place, head in heads.items()]


def _coincide(one: Known, other: Known) -> bool:
    return one.network == other.network and abs(one.accuracy - other.accuracy) < CLOSE


def _name(known: Known, tables: Sequence[int]) -> str:
    return f"{known.result.row.model} ({', '.join(map(str, tables))})"


def fits_rows() -> Iterator[Sequence[Cell]]:
    """Study every predictor under every law set, on all rows and on one of each network."""
    for laws in LAWS:
        for name in PREDICTORS:
            for target in TARGETS:
                for single in (False, True):
                    rows = "one of each network" if single else "all"
                    found = study(laws, name, target, single)
                    yield name, target, laws, rows, *_numbers(found)


FIT_HEADERS = (
    "x", "y", "laws", "rows", "row_count", "networks", "r2", "r2_bootstrap_low", "r2_bootstrap_high",
    "r2_left_out_low", "r2_left_out_high", "q2", "left_out_error_percent", "log_form_r2",
    "rank_correlation", "a_sign", "log2_abs_a", "b", "c_percent", "log_form_level_percent",
    "log_form_slope_percent_per_bit",
)  # fmt: skip


def _numbers(found: Study) -> Iterator[int | float]:
    yield from (len(found.known), found.networks)
    law, line = found.law, found.line
    measured = (
        found.r_squared, *found.r_squared_drawn, *found.r_squared_left_out, found.q_squared, found.error,
        found.straight_r_squared, found.rank_correlation,
    )  # fmt: skip
    yield from map(rounded, measured)
    yield law.factor_sign
    yield from map(rounded, (law.log2_factor, law.exponent, law.offset, *line))
