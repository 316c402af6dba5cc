"""Figure 11: accuracy against GCC and GSC, and against GWC with a fitted power law (section 7.4)."""

from __future__ import annotations

from collections.abc import Iterator

from layercalc.errors import listing
from layercalc.paper.accuracy.fit import formula
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.sample import TARGETS
from layercalc.paper.accuracy.study import DRAWS, HELD, best, study
from layercalc.paper.experiments.curves import alike, different, fitted_panel, shaded_panel
from layercalc.paper.experiments.fig14_fig15 import r_squared_claim
from layercalc.paper.experiments.fitted import fits_sheet, rows_sheet
from layercalc.paper.experiments.outcome import Claim, Experiment, Outcome
from layercalc.paper.experiments.shared import LAWS
from layercalc.plot.picture import Picture

SECTION = "7.4"
#: The part of the variance left to chance that is a fair amount, and the part that a useful curve explains.
FAIR, USEFUL = 0.1, 0.5
#: The part of the variance from which on one curve is tighter than another by a size, not by its sign alone.
SIZE = 0.01
#: The weighted complexity: the product of the paper, and the one whose numbers do not overflow.
WEIGHTED = ("gwc", "log2(gcc)*gsc")
#: An accuracy that is imposed on the curve.
WANTED = 78.0


def run() -> Outcome:
    """Fit all predictors under each law set."""
    pictures = [_picture(laws) for laws in different()]
    sheets = [rows_sheet("fig11"), fits_sheet("fig11-fits")]
    claims = [*(claim for laws in LAWS for claim in _claims(laws)), _ceiling()]
    return Outcome(sheets, pictures, claims, [*_formulas()])


def _picture(laws: str) -> Picture:
    panels = [make(laws, target) for make in (shaded_panel, fitted_panel) for target in TARGETS]
    title = "Complexity and accuracy on ImageNet"
    return Picture("fig11" if laws == LAWS[0] else f"fig11-{laws}", title, panels)


def _formulas() -> Iterator[tuple[str, str]]:
    for laws in different():
        for name in dict.fromkeys(("gwc", best(laws).name)):
            for target, title in TARGETS.items():
                label = PREDICTORS[name].label
                text = formula(study(laws, name, target).law, label)
                yield f"{title} in percent from {label}, laws {listing(alike(laws), 'and')}", text


def _claims(laws: str) -> Iterator[Claim]:
    for name in ("gcc", "gsc"):
        yield _correlated(laws, name)
    yield _dispersed(laws)
    for weighted in WEIGHTED:
        for name in ("gcc", "gsc"):
            yield _tighter(laws, weighted, name)
        for target in TARGETS:
            yield r_squared_claim(SECTION, laws, target, weighted)
    yield _suitable(laws)
    yield _imposed(laws)
    for section, name in (("8", "params"), ("8", "layers"), ("2", "macs")):
        yield _inadequate(laws, section, name)
    yield _a_priori(laws)
    for weighted in WEIGHTED:
        yield _best(laws, weighted)


def _both(laws: str, name: str, number: str) -> str:
    """Write a number of both studies of a predictor."""
    values = [f"{getattr(study(laws, name, target), number):.3f}" for target in TARGETS]
    return f"{values[0]} for Top-1 and {values[1]} for Top-5"


def _all(laws: str, name: str, number: str) -> list[float]:
    return [getattr(study(laws, name, target), number) for target in TARGETS]


def _quality(laws: str, name: str) -> str:
    """Write Q^2 of both studies, with networks and with families left out."""
    families = [f"{value:.3f}" for value in _all(laws, name, "q_squared_by_family")]
    return f"Q^2 {_both(laws, name, 'q_squared')} ({' and '.join(families)} with families left out)"


def _least_quality(laws: str, name: str) -> float:
    return min(_all(laws, name, "q_squared") + _all(laws, name, "q_squared_by_family"))


def _correlated(laws: str, name: str) -> Claim:
    title = PREDICTORS[name].label
    found = f"rank correlation {_both(laws, name, 'rank_correlation')}; over 0.5 holds"
    holds = min(_all(laws, name, "rank_correlation")) > USEFUL
    return Claim(SECTION, f"{title} is correlated to the accuracies", laws, holds, found)


def _dispersed(laws: str) -> Claim:
    text = "the correlation of GCC and of GSC shows a fair amount of dispersion"
    least = min(1 - value for name in ("gcc", "gsc") for value in _all(laws, name, "r_squared"))
    found = f"R^2 of GCC {_both(laws, 'gcc', 'r_squared')}, of GSC {_both(laws, 'gsc', 'r_squared')}"
    return Claim(SECTION, text, laws, least > FAIR, f"{found}; over {FAIR} of the variance unexplained holds")


def _weighted(name: str) -> str:
    """Name a form of the weighted complexity."""
    return "GWC" if name == "gwc" else f"GWC as {PREDICTORS[name].label}"


def _tighter(laws: str, weighted: str, name: str) -> Claim:
    """Hold a form of GWC beside a part of it."""
    title = PREDICTORS[name].label
    pairs = zip(_all(laws, weighted, "r_squared"), _all(laws, name, "r_squared"), strict=True)
    found = f"R^2 {_both(laws, weighted, 'r_squared')} against {_both(laws, name, 'r_squared')} of {title}"
    found += f"; {_quality(laws, weighted)} against {_quality(laws, name)}"
    drawn = [study(laws, weighted, target).ahead_of(study(laws, name, target)) for target in TARGETS]
    ahead = " and ".join(f"{low:+.3f} to {high:+.3f} (ahead in {times})" for times, (low, high) in drawn)
    gains = [own - other for own, other in pairs]
    found += (
        f"; R^2 is higher by {gains[0]:.3f} and {gains[1]:.3f}, in {DRAWS} draws of the bootstrap by {ahead}"
    )
    found += f"; a gain of {SIZE} holds, less is a sign and no size"
    text = f"{_weighted(weighted)} is related more tightly to the accuracies than {title}"
    return Claim(SECTION, text, laws, min(gains) >= SIZE, found)


def _suitable(laws: str) -> Claim:
    text = "the curve of GWC suitably approximates how complexity is related to accuracy"
    ranges = [study(laws, "gwc", target).r_squared_left_out for target in TARGETS]
    told = " and ".join(f"{low:.3f} to {high:.3f}" for low, high in ranges)
    found = f"{_quality(laws, 'gwc')}; R^2 with any network left out {told}; Q^2 over 0.5 holds"
    return Claim(SECTION, text, laws, _least_quality(laws, "gwc") > USEFUL, found)


def _imposed(laws: str) -> Claim:
    """Invert the curve of Top-1, and say how certain the result is."""
    text = "an accuracy imposed on the fitted curve can be used to design an architecture without training"
    found = study(laws, "gwc", "top1")
    log = found.law.inverse(WANTED)
    if log is None:
        return Claim(SECTION, text, laws, False, f"the curve never comes to Top-1 = {WANTED:g}")
    low, high = found.interval(log)
    told = (
        f"Top-1 = {WANTED:g} is at GWC = 2^{log:.1f}, where {HELD} of 100 further networks lie "
        f"from {low:.1f} to {high:.1f}; nothing is trained here"
    )
    return Claim(SECTION, text, laws, None, told)


def _inadequate(laws: str, section: str, name: str) -> Claim:
    title = {
        "params": "the sum of parameters (memory size)",
        "layers": "the number of layers",
        "macs": "the number of operations (FLOPs, here MACs)",
    }[name]
    pairs = [
        pair
        for number in ("q_squared", "q_squared_by_family")
        for pair in zip(_all(laws, name, number), _all(laws, "gwc", number), strict=True)
    ]
    found = f"{_quality(laws, name)}; of GWC {_quality(laws, 'gwc')}"
    text = f"{title} does not capture the capacity of a model as complexity does"
    return Claim(section, text, laws, all(own < other for own, other in pairs), found)


def _a_priori(laws: str) -> Claim:
    text = "network complexity and accuracy are correlated, so that accuracy can be estimated a priori"
    errors = [f"{value:.2f}" for value in _all(laws, "gwc", "error")]
    found = (
        f"networks left out of the fit of GWC are missed by {errors[0]} points of Top-1 and {errors[1]} "
        f"of Top-5 (root mean square), {_quality(laws, 'gwc')}; over 0.5 holds"
    )
    return Claim("8", text, laws, _least_quality(laws, "gwc") > USEFUL, found)


def _ceiling() -> Claim:
    """Say what no function of the architecture exceeds on these rows."""
    studies = [study(LAWS[0], "params", target) for target in TARGETS]
    told = " and ".join(
        f"R^2 {one.ceiling:.3f} for {TARGETS[target]}" for one, target in zip(studies, TARGETS, strict=True)
    )
    found = (
        f"over {len(studies[0].known)} rows of {studies[0].networks} architectures no function of the "
        f"architecture exceeds {told}: the rest differs between the sources of one"
    )
    return Claim("8", "the architecture tells the accuracy, whatever the training", "all", None, found)


def _best(laws: str, weighted: str) -> Claim:
    """Rank the predictors, the best one first."""
    order = sorted(PREDICTORS, key=lambda name: -sum(_all(laws, name, "q_squared")))
    told = "; ".join(f"{PREDICTORS[name].label} {_short_text(laws, name)}" for name in order)
    text = f"the weighted measure, {_weighted(weighted)}, is the one to predict accuracy from"
    return Claim(
        SECTION,
        text,
        laws,
        order[0] == weighted,
        f"Q^2 for Top-1/Top-5, families left out in brackets: {told}",
    )


def _short_text(laws: str, name: str) -> str:
    networks, families = (
        "/".join(f"{value:.3f}" for value in _all(laws, name, number))
        for number in ("q_squared", "q_squared_by_family")
    )
    return f"{networks} ({families})"


EXPERIMENT = Experiment("fig11", "Accuracy against GCC, GSC and GWC, with the power laws fitted", run)
