"""The paper's central claim on networks that it does not have, those of the wider zoo (sections 7.4, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from layercalc.errors import listing
from layercalc.paper.accuracy import wider as tried
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind
from layercalc.paper.accuracy.study import HELD, best, study
from layercalc.paper.accuracy.wider import ALL, COMPARED, FIRST, GROUPS, PLAIN, Group, Relation, Trial
from layercalc.paper.experiments.curves import steps
from layercalc.paper.experiments.fig11 import SIZE, USEFUL, WEIGHTED
from layercalc.paper.experiments.fig14_fig15 import NEAR, PRINTED
from layercalc.paper.experiments.outcome import Cell, Claim, Experiment, Outcome, Sheet
from layercalc.paper.zoo import wider
from layercalc.paper.zoo.era import ERAS
from layercalc.paper.zoo.wider import WiderRow
from layercalc.plot.picture import Curve, Panel, Picture

SECTION, CONCLUSION = "7.4", "8"
#: The shares of networks in an interval that keep its word.
KEPT = (HELD - 5, HELD + 5)
#: The predictors that are drawn: the paper's as a product and as it may be meant, a part of it, and memory.
DRAWN = (*WEIGHTED, "gsc", "params")
#: The groups that verdicts tell of, the first decides.
TOLD = (ALL, PLAIN, FIRST)
#: Recipes that a network has that is drawn with them.
MANY = 5


def run() -> Outcome:
    """Hold every predictor against accuracy under each law set."""
    pictures = [*map(_picture, tried.different()), _recipes_picture()]
    claims = [*_all_claims()]
    for laws in tried.different():
        claims += [replace(claim, laws=_label(laws)) for claim in _claims(laws)]
    return Outcome(
        [_relations_sheet(), _trials_sheet(), _recipes_sheet()], pictures, claims, (), [_left_out()]
    )


def _label(laws: str) -> str:
    """Name a law set with those that have its complexities."""
    return listing(tried.different()[laws], "and")


# -- sheets


def _relations_sheet() -> Sheet:
    """Tell how each predictor is related to accuracy in each group, each with its own power law."""
    headers = ("laws", "accuracy", "group", "x", "rows", "networks", "r2", "rank_correlation")
    return _sheet("wider", headers, COMPARED, tried.relations)


def _trials_sheet() -> Sheet:
    """Tell how the curves of the paper's rows do in each group of other networks."""
    headers = (
        "laws", "accuracy", "group", "x", "rows", "networks", "bias_points", "rms_error_points", "r2",
        f"in_{HELD}_percent_interval",
    )  # fmt: skip
    return _sheet("wider-curves", headers, PREDICTORS, tried.trials)


def _sheet(name: str, headers: Sequence[str], names: Sequence[str] | Any, read: Callable[..., Any]) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for laws in tried.different():
        for target in TARGETS:
            found = {predictor: read(laws, predictor, target) for predictor in names}
            rows += [
                (_label(laws), target, group.label, predictor, *told[group])
                for group in GROUPS
                for predictor, told in found.items()
                if group in told
            ]
    return Sheet(name, headers, rows)


def _recipes_sheet() -> Sheet:
    """Tell how far the recipes of one network lie apart, and what no function of the network can exceed."""
    headers = ("accuracy", "group", "rows", "networks", "highest_r2", "recipes_apart_points")
    rows = [(target, group.label, *tried.recipes(group, target)) for target in TARGETS for group in GROUPS]
    return Sheet("wider-recipes", headers, rows)


# -- pictures


def _picture(laws: str) -> Picture:
    panels = [_panel(laws, name) for name in DRAWN]
    return Picture(
        f"wider-{laws}",
        f"Complexity and accuracy of networks that the paper does not have, laws {_label(laws)}",
        panels,
    )


def _panel(laws: str, name: str) -> Panel:
    """Show Top-1 against a predictor by era, with the curve of the paper's rows and its interval."""
    found = tried.sample(tried.unknown(), laws, name, "top1")
    curve = study(laws, name, "top1")
    marks = []
    for era in ERAS:
        places = [place for place, row in enumerate(found.rows) if Group((era,)).holds(row)]
        logs, tops = (array[places].tolist() for array in (found.logs, found.accuracies))
        marks.append(Curve(f"trained: {era}", logs, tops, "marks"))
    logs = steps(curve)
    ends = [curve.interval(log) for log in logs]
    line = Curve(
        f"curve of the paper's rows, with {HELD} % interval", logs, [curve.expected(log) for log in logs],
        low=[end.low for end in ends], high=[end.high for end in ends],
    )  # fmt: skip
    told = tried.trials(laws, name, "top1").get(ALL)
    title = (
        "" if told is None else f"{told.rows} rows: {told.error:.1f} points (RMS), {told.covered:.0%} inside"
    )
    return Panel(f"log2 of {PREDICTORS[name].label}, bits", "Top-1 on ImageNet, %", [*marks, line], title)


def _recipes_picture() -> Picture:
    """Show the recipes of networks that have many, the network with the best one on top."""
    networks = [rows for rows in tried.by_network(wider.rows()).values() if len(rows) >= MANY]
    networks.sort(key=lambda rows: max(row.top1 for row in rows))
    names = [f"{rows[0].model} at {rows[0].image_size}" for rows in networks]
    panels = [
        Panel(f"{title} on ImageNet, %", "", [*_recipes(networks, target)], y_ticks=[*enumerate(names)])
        for target, title in TARGETS.items()
    ]
    return Picture("wider-recipes", f"One network under {MANY} recipes or more", panels)


def _recipes(networks: Sequence[Sequence[WiderRow]], target: AccuracyKind) -> Iterator[Curve]:
    for era in ERAS:
        rows = [(place, row) for place, alike in enumerate(networks) for row in alike if row.era == era]
        places = [float(place) for place, _ in rows]
        yield Curve(f"trained: {era}", [getattr(row, target) for _, row in rows], places, "marks")


# -- verdicts


def _all_claims() -> Iterator[Claim]:
    """Judge what no law set changes."""
    networks = tried.by_network([row for row in wider.rows() if ALL.holds(row)])
    rows = max(networks.values(), key=lambda rows: (len(rows), rows[0].name))
    tops = sorted(row.top1 for row in rows)
    told = [tried.recipes(group, "top1") for group in TOLD]
    found = (
        f"{rows[0].model} at {rows[0].image_size} has {len(rows)} recipes, Top-1 {tops[0]:.1f} to "
        f"{tops[-1]:.1f}; those of one network have a standard deviation of {told[0].apart or 0:.2f} points, "
        f"and no function of network and image size has R^2 over {_three(told, lambda one: one.ceiling)}"
    )
    yield Claim(CONCLUSION, "the architecture decides the accuracy", "all", None, found)


def _claims(laws: str) -> Iterator[Claim]:
    for name in ("gcc", "gsc"):
        yield _correlated(laws, name)
    for name in WEIGHTED:
        yield _explained(laws, name)
        yield _tighter(laws, name)
    for name in ("params", "layers", "macs"):
        yield _inadequate(laws, name)
    for name in dict.fromkeys((*WEIGHTED, best(laws).name)):
        yield _a_priori(laws, name)
    yield _best(laws)


def _three(found: Sequence[Any], read: Callable[[Any], float]) -> str:
    """Write a number of each group of `TOLD`."""
    return ", ".join(
        f"{read(one):.3f} ({group.label})" for group, one in zip(TOLD, found, strict=True) if one is not None
    )


def _related(laws: str, name: str, read: Callable[[Relation], float]) -> str:
    """Write a number of the relation to Top-1 in each group of `TOLD`, then that to Top-5 of all."""
    found = tried.relations(laws, name, "top1")
    told = _three([found.get(group) for group in TOLD], read)
    whole = tried.relations(laws, name, "top5").get(ALL)
    return told + (f"; Top-5 {read(whole):.3f}" if whole is not None else "")


def _least(laws: str, name: str, read: Callable[[Relation], float]) -> float:
    """Give the lesser number of both accuracies, of all rows."""
    found = [tried.relations(laws, name, target).get(ALL) for target in TARGETS]
    return min(read(one) if one is not None else -1.0 for one in found)


def _of_all(laws: str, name: str, target: AccuracyKind) -> float:
    found = tried.relations(laws, name, target).get(ALL)
    return found.r_squared if found is not None else -1.0


def _r_squared(one: Relation) -> float:
    return one.r_squared


def _rank(one: Relation) -> float:
    return one.rank_correlation


def _correlated(laws: str, name: str) -> Claim:
    found = f"rank correlation {_related(laws, name, _rank)}; over {USEFUL} holds"
    text = f"{PREDICTORS[name].label} is correlated to the accuracies of other networks"
    return Claim(SECTION, text, laws, _least(laws, name, _rank) > USEFUL, found)


def _explained(laws: str, name: str) -> Claim:
    label = PREDICTORS[name].label
    text = f"a power function of {label} fits other networks as it does the paper's, R^2 = {PRINTED['top1']}"
    holds = _least(laws, name, _r_squared) >= min(PRINTED.values()) - NEAR
    return Claim(
        SECTION, text, laws, holds, f"R^2 {_related(laws, name, _r_squared)}; off by at most {NEAR} holds"
    )


def _tighter(laws: str, weighted: str) -> Claim:
    """Hold a form of GWC beside its parts."""
    own, *parts = ([_of_all(laws, name, target) for target in TARGETS] for name in (weighted, "gcc", "gsc"))
    gain = min(mine - other for part in parts for mine, other in zip(own, part, strict=True))
    told = "; ".join(
        f"of {PREDICTORS[name].label} {_related(laws, name, _r_squared)}" for name in ("gcc", "gsc")
    )
    found = f"R^2 {_related(laws, weighted, _r_squared)}; {told}; ahead of both by {SIZE} holds"
    label = PREDICTORS[weighted].label
    text = f"{label} is related more tightly to the accuracies of other networks than GCC and GSC"
    return Claim(SECTION, text, laws, gain >= SIZE, found)


def _inadequate(laws: str, name: str) -> Claim:
    own, other = _least(laws, name, _r_squared), max(_least(laws, one, _r_squared) for one in WEIGHTED)
    title = {
        "params": "the sum of parameters (memory size)",
        "layers": "the number of layers",
        "macs": "MACs",
    }[name]
    text = f"{title} does not capture the capacity of other networks as complexity does"
    told = "; ".join(f"of {PREDICTORS[one].label} {_related(laws, one, _r_squared)}" for one in WEIGHTED)
    return Claim(CONCLUSION, text, laws, own < other, f"R^2 {_related(laws, name, _r_squared)}; {told}")


def _a_priori(laws: str, name: str) -> Claim:
    """Try the curve of the paper's rows."""
    text = f"accuracy of other networks can be estimated a priori, from the curve of {PREDICTORS[name].label}"
    found = tried.trials(laws, name, "top1")
    told = "; ".join(f"{group.label}: {_trial(found[group])}" for group in TOLD if group in found)
    whole = [tried.trials(laws, name, target).get(ALL) for target in TARGETS]
    holds = all(one is not None and one.r_squared > USEFUL and _keeps(one) for one in whole)
    rule = f"R^2 over {USEFUL} and {KEPT[0]} to {KEPT[1]} % inside hold"
    return Claim(
        CONCLUSION, text, laws, holds, f"Top-1 of networks that the paper does not have, {told}; {rule}"
    )


def _keeps(one: Trial) -> bool:
    return KEPT[0] <= 100 * one.covered <= KEPT[1]


def _trial(one: Trial) -> str:
    return (
        f"{one.rows} rows lie {one.bias:+.1f} points from it in the mean, {one.error:.1f} in the root mean "
        f"square, R^2 {one.r_squared:.2f}, {one.covered:.0%} in the {HELD} % interval"
    )


def _best(laws: str) -> Claim:
    """Rank what explains accuracy, by rank correlation, which assumes no form."""
    orders = {group: _order(laws, group, "top1") for group in TOLD}
    told = "; ".join(f"{group.label}: {', '.join(order)}" for group, order in orders.items() if order)
    first = next(iter(orders[ALL]), "")
    text = "the weighted measure, GWC, is the one that explains the accuracies of other networks"
    holds = first.startswith((PREDICTORS["gwc"].label, PREDICTORS["log2(gcc)*gsc"].label))
    return Claim(SECTION, text, laws, holds, f"rank correlation with Top-1, {told}")


def _order(laws: str, group: Group, target: AccuracyKind) -> list[str]:
    """Write the predictors with their rank correlations, the best first; a logarithm ranks as its own."""
    found = {
        name: told[group].rank_correlation
        for name in COMPARED
        if not name.startswith("log2") or "*" in name
        if group in (told := tried.relations(laws, name, target))
    }
    return [
        f"{COMPARED[name].label} {found[name]:.2f}" for name in sorted(found, key=lambda name: -found[name])
    ]


def _left_out() -> str:
    every, tests = len(wider.rows()), sum(not ALL.holds(row) for row in wider.rows())
    own = tried.relations(next(iter(tried.different())), "params", "top1")
    with_them = own[tried.WITH_TESTS].r_squared if tried.WITH_TESTS in own else float("nan")
    return (
        f"of {every} rows, {tests} are of networks that timm tests its code with, in no group but the last: "
        f"so small that R^2 of params is {with_them:.2f} with them, {own[ALL].r_squared:.2f} without; "
        f"{every - len(tried.unknown())} rows are of networks that the paper has too, and try no curve"
    )


EXPERIMENT = Experiment("wider", "Accuracy of the networks of the wider zoo, against all measures", run)
