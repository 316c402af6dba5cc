"""Figures 14 and 15: accuracy against GWC, every network by name, with the fitted curve (appendix A.2)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from layercalc.paper import zoo
from layercalc.paper.accuracy.fit import formula
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind
from layercalc.paper.accuracy.study import Study, study
from layercalc.paper.experiments.curves import different, named_panel
from layercalc.paper.experiments.fitted import curve_sheet, points_sheet
from layercalc.paper.experiments.outcome import Claim, Experiment, Outcome
from layercalc.paper.experiments.shared import LAWS, joined_by_law_set
from layercalc.plot.picture import Picture

SECTION = "A.2"
#: The R^2 that section 7.4 prints, and how far from it counts as reproduced.
PRINTED: dict[AccuracyKind, float] = {"top1": 0.751, "top5": 0.755}
NEAR = 0.03


def _experiment(name: str, target: AccuracyKind) -> Experiment:
    title = f"{TARGETS[target]} against GWC with the fitted curve, all rows by name"
    return Experiment(name, title, lambda: _run(name, target))


def _run(name: str, target: AccuracyKind) -> Outcome:
    """Show all rows by name under each law set."""
    pictures = [
        Picture(
            name if laws == LAWS[0] else f"{name}-{laws}",
            f"{TARGETS[target]} against GWC, all rows by name (in brackets their tables)",
            [named_panel(laws, target)],
            columns=1,
        )
        for laws in different()
    ]
    sheets = [points_sheet(name, target), curve_sheet(f"{name}-curve", target)]
    claims = [claim for laws in LAWS for claim in _claims(laws, target)]
    if target == "top1":
        claims.append(_counted())
    formulas = joined_by_law_set({laws: gwc_formula(laws, target) for laws in LAWS})
    told = [(f"{TARGETS[target]} in percent, {laws}", text) for laws, text in formulas.items()]
    return Outcome(sheets, pictures, claims, told, [_unknown(target)])


def gwc_formula(laws: str, target: AccuracyKind) -> str:
    """Write the curve of GWC."""
    return formula(study(laws, "gwc", target).law, "GWC")


def r_squared_claim(section: str, laws: str, target: AccuracyKind, name: str = "gwc") -> Claim:
    """Compare a fit with the R^2 that the paper prints for GWC."""
    found, printed = study(laws, name, target), PRINTED[target]
    once = study(laws, name, target, single=True)
    low, high = found.r_squared_drawn
    text = f"a power function of {PREDICTORS[name].label} fits {TARGETS[target]} with R^2 = {printed}"
    told = (
        f"R^2 = {found.r_squared:.3f} over {len(found.known)} rows of {found.networks} networks (bootstrap "
        f"{low:.3f} to {high:.3f}, {high - low:.2f} wide), {once.r_squared:.3f} with each network once; "
        f"of a x^b + c, for a x^b alone has {found.r_squared_without_offset:.3f}: the offset is a choice"
    )
    if beyond := sum(known.log >= sys.float_info.max_exp for known in found.known):
        told = f"{told}; {beyond} rows are beyond a double, 2^{sys.float_info.max_exp}"
    return Claim(
        section, text, laws, abs(found.r_squared - printed) <= NEAR, f"{told}; off by at most {NEAR} holds"
    )


def _claims(laws: str, target: AccuracyKind) -> Iterator[Claim]:
    found = study(laws, "gwc", target)
    yield r_squared_claim(SECTION, laws, target)
    text = f"the co-ordinates of all evaluated networks with a {TARGETS[target]} are shown"
    given = [row for row in zoo.rows() if getattr(row, target) is not None]
    told = f"{len(found.known)} of the {len(given)} rows that print one, of {len(zoo.rows())}"
    yield Claim(SECTION, text, laws, len(found.known) == len(given), told)
    yield Claim(SECTION, "the curve fits the networks shown", laws, None, _farthest(found))


def _counted() -> Claim:
    """Hold the parameters that the tables print beside those of the sources."""
    rows = zoo.rows()
    other = [row for row in rows if row.params != row.params_printed]
    told = f"{len(rows) - len(other)} of {len(rows)} are those of a public source"
    named = ", ".join(f"{row.model} {row.params_printed - row.params:+,}" for row in other)
    text = "the tables report the numbers of parameters"
    return Claim(SECTION, text, "all", not other, f"{told}; the others differ: {named}")


def _farthest(found: Study) -> str:
    """Name the rows farthest from the curve."""
    misses = [(each.accuracy - found.law.at(each.log), each.result.row.model) for each in found.known]
    (most, above), (least, below) = max(misses), min(misses)
    size = (sum(miss**2 for miss, _ in misses) / len(misses)) ** 0.5
    return (
        f"rows lie {size:.2f} points from it (root mean square), "
        f"from {least:+.2f} ({below}) to {most:+.2f} ({above})"
    )


def _unknown(target: AccuracyKind) -> str:
    count = sum(getattr(row, target) is None for row in zoo.rows())
    return f"{count} of the {len(zoo.rows())} rows print no {TARGETS[target]}, and are not shown"


EXPERIMENTS = (_experiment("fig14", "top1"), _experiment("fig15", "top5"))
