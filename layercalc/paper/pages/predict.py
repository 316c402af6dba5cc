"""Predicted accuracies as a table, with remarks on how far to trust them, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from layercalc.errors import LimitError, listing
from layercalc.growth.curve import Curve
from layercalc.growth.solving import Answer
from layercalc.growth.target import Target
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.network import Network, Tensor
from layercalc.paper.accuracy.fit import formula
from layercalc.paper.accuracy.fitted.stored import CONVOLUTIONAL, TOKENS, StoredCurve, stored
from layercalc.paper.accuracy.forecast import Aim, Basis, Forecast, ends
from layercalc.paper.accuracy.predictor import PREDICTORS
from layercalc.paper.accuracy.sample import TARGETS, AccuracyKind
from layercalc.paper.accuracy.study import HELD, Study
from layercalc.report import cells
from layercalc.report.evaluation import heading
from layercalc.report.records import point_record
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.solve import answer_report
from layercalc.report.table import Table

#: The classes of ImageNet, and the channels of its images.
CLASSES, CHANNELS = 1000, 3


def forecast_table(
    points: Sequence[MeasuredNetwork], forecasts: Sequence[Forecast], varied: Sequence[str], basis: Basis
) -> Table:
    """Make a table with a row for each point: what varies, the predictor, both accuracies in percent."""
    rows = []
    for point, found in zip(points, forecasts, strict=True):
        values = [cells.param(point.network, point.network.params[name]) for name in varied]
        told = [(found.expected[target], *found.interval[target]) for target in TARGETS]
        rows.append([*values, power(found.log), *(f"{number:.1f}" for three in told for number in three)])
    ends = [header for label in TARGETS.values() for header in (label, "low", "high")]
    return Table([*varied, basis.predictor.label, *ends], rows, keys=len(varied) + 1)


def power(log: float) -> str:
    """Write a number by its logarithm.

    >>> power(411.256)
    '2^411.3'
    """
    return f"2^{log:.4g}"


def forecast_report(
    points: Sequence[MeasuredNetwork], forecasts: Sequence[Forecast], varied: Sequence[str], spec: str,
    basis: Basis, best: Basis,
) -> Report:  # fmt: skip
    """Make the report of the predicted accuracies of points of a family."""

    def sections() -> list[Section]:
        table = forecast_table(points, forecasts, varied, basis)
        return [
            Section(heading(points), table),
            Section(text="\n".join(remarks(points, forecasts, basis, best))),
        ]

    def records() -> list[dict[str, Any]]:
        pairs = zip(points, forecasts, strict=True)
        return [prediction_record(*pair, basis, spec) for pair in pairs]

    def record() -> dict[str, Any]:
        told = records()
        return told[0] if len(told) == 1 else {"points": told}

    return Report(sections, record, lambda: flat_table(records()))


def remarks(
    points: Sequence[MeasuredNetwork], forecasts: Sequence[Forecast], basis: Basis, best: Basis
) -> list[str]:
    """Explain what the numbers are, where they come from, and how far to trust them."""
    return [
        *_sources(basis, best),
        *(f"warning: {text}" for text in _extrapolated(points, forecasts, basis)),
        *(f"note: {text}" for text in differences(points[0].network, basis)),
    ]


def _sources(basis: Basis, best: Basis) -> Iterator[str]:
    """Say what the interval is, and where the numbers come from."""
    if basis.domain is None:
        interval = f"low to high is the {HELD} % interval of one more network"
        yield f"In percent; {interval} (jackknife+ over networks)."
        yield origin(basis, best)
        yield fitted(basis)
    else:
        yield (
            f"In percent; low to high is the {HELD} % interval of one more network: it held "
            f"{_both(basis, lambda curve: f'{curve.coverage:.1%}')} where the fit left out the whole family."
        )
        yield from told_of_domain(basis)


def told_of_domain(basis: Basis) -> Iterator[str]:
    """Say how stored curves came about: the formula, the choice, the data, and what recipes are worth."""
    domain, first = basis.domain, basis.curves["top1"]
    assert domain is not None
    assert isinstance(first, StoredCurve)
    yield f"{domain.formula}; {'; '.join(_equation(*pair) for pair in basis.curves.items())}."
    yield (
        f"Chosen of {len(domain.tried)} forms by Q^2 with whole families left out, "
        f"{_both(basis, lambda curve: f'{curve.q_squared_by_family:.3f}')}; they are missed by "
        f"{_both(basis, lambda curve: f'{curve.error:.2f}', ' points')} (RMS). The paper's is --from gwc."
    )
    low, high = first.range
    yield (
        f"Fitted to {first.rows} rows of {first.networks} {domain.title} in {first.families} families, "
        f"trained on ImageNet-1k alone, at X = {power(low)} to {power(high)}."
    )
    yield _recipes(basis)


def tried_report() -> Report:
    """Make the report of the forms that were tried, the best first, by Q^2 with families left out.

    >>> print(tried_report().sections()[0].table.plain().splitlines()[0])
    networks       form                                            Top-1  Top-5
    """
    records = [
        {"networks": stored(kind).name, "form": form, "top1": first, "top5": second}
        for kind in (CONVOLUTIONAL, TOKENS)
        for form, first, second in stored(kind).tried
    ]
    return Report(lambda: [Section("", _tried_table(records))], lambda: records, lambda: flat_table(records))


def _tried_table(records: Sequence[Mapping[str, Any]]) -> Table:
    rows, before = [], ""
    for record in records:
        networks, form, *values = record.values()
        rows.append([networks if networks != before else "", form, *(f"{value:.3f}" for value in values)])
        before = networks
    return Table(("networks", "form", *TARGETS.values()), rows, keys=2)


def _recipes(basis: Basis) -> str:
    """Say what is due to the recipe, and not to the network."""
    told = "By recipes as those of the paper's rows; later ones, longer and with stronger augmentation, add"
    told = f"{told} {_both(basis, lambda curve: f'{curve.recent:.1f}', ' points')}."
    first = basis.curves["top1"]
    assert isinstance(first, StoredCurve)
    if not first.recent:
        told = "By recipes later than those of the paper's rows: long, and with strong augmentation."
    if first.recipes_apart is None:
        return told
    apart = _both(basis, lambda curve: f"{curve.recipes_apart or 0:.1f}", " points")
    return f"{told} Same network, other recipe: +- {apart} (standard deviation)."


def _both(basis: Basis, write: Callable[[StoredCurve], str], unit: str = "") -> str:
    """Write a number of both stored curves, the unit behind the first."""
    one, other = (write(curve) for curve in basis.curves.values() if isinstance(curve, StoredCurve))
    return f"{one}{unit} for {TARGETS['top1']} and {other} for {TARGETS['top5']}"


def _equation(target: AccuracyKind, curve: Study | StoredCurve) -> str:
    return f"{TARGETS[target]} = {formula(curve.law, 'X')}"


def origin(basis: Basis, best: Basis) -> str:
    """Say which predictor is used and how good it is, and the best one."""
    label, quality = basis.predictor.label, _quality(basis)
    if basis.predictor.name != best.predictor.name:
        return f"From {label}, {quality}; best is {best.predictor.label}, {_quality(best)}."
    way = f"which of {len(PREDICTORS)} measures predicts networks left out best"
    return f"From {label}, {way}: {quality}. The paper's is --from gwc."


def _quality(basis: Basis) -> str:
    told = [f"{curve.q_squared:.3f} for {TARGETS[target]}" for target, curve in basis.curves.items()]
    return f"Q^2 {listing(told, 'and')}"


def fitted(basis: Basis) -> str:
    """Say how many rows and networks the curves are fitted to, and in which range."""
    counts = [f"{c.rows} rows of {c.networks} networks for {TARGETS[t]}" for t, c in basis.curves.items()]
    low, high = basis.curves["top1"].range
    return f"Fitted to {listing(counts, 'and')}, at {power(low)} to {power(high)}."


def _extrapolated(
    points: Sequence[MeasuredNetwork], forecasts: Sequence[Forecast], basis: Basis
) -> Iterator[str]:
    """Name the points outside the range of the fitted networks."""
    for point, found in zip(points, forecasts, strict=True):
        if bits := basis.outside(found.log):
            place = f"{basis.predictor.label} = {power(found.log)}" if len(points) > 1 else point.network.name
            yield f"{place} {extrapolated(bits)}"


def extrapolated(bits: float) -> str:
    """Say how far a predictor is outside the range of the fitted networks."""
    side = "above" if bits > 0 else "below"
    return f"lies {abs(bits):.3g} bits {side} all fitted networks: the curve is extrapolated."


def differences(network: Network, basis: Basis) -> Iterator[str]:
    """Say why a network is not an ImageNet classifier, as all fitted ones are."""
    least = _least_side(basis)
    inputs, outputs = network.body.inputs, [network.body.shapes[number] for number in network.body.outputs]
    if not (len(inputs) == 1 and inputs[0].channels == CHANNELS and min(_sizes(inputs[0])) >= least):
        yield (
            f"the fitted networks take images of {CHANNELS} x {least} x {least} or more, "
            f"this one takes {_shapes(network, inputs)}."
        )
    if [tensor.volume for tensor in outputs] != [CLASSES]:
        yield (
            f"the fitted networks tell the {CLASSES} classes of ImageNet apart, "
            f"this one gives {_shapes(network, outputs)}."
        )


def _least_side(basis: Basis) -> int:
    """Give the least side of the images that the fitted networks take."""
    first = basis.curves["top1"]
    if basis.domain is not None or isinstance(first, StoredCurve):
        return basis.domain.side if basis.domain is not None else 0
    return min(min(_sizes(known.result.image)) for known in first.known)


def aim_report(
    found: Aim, asked: Target, curve: Curve, answer: Answer, spec: str, basis: Basis, best: Basis
) -> Report:
    """Make the report of the values of a param that reach an accuracy."""

    def reached() -> Sequence[Fraction | None]:
        return ends(curve, asked, found)

    return answer_report(
        curve, found.target, answer, spec,
        lambda: aim_remarks(found, reached(), curve, answer, basis, best),
        lambda: aim_record(found, reached(), basis),
    )  # fmt: skip


def aim_remarks(
    aim: Aim, ends: Sequence[Fraction | None], curve: Curve, answer: Answer, basis: Basis, best: Basis
) -> Iterator[str]:
    """Say which value of the predictor an accuracy needs, why, and how certain that is."""
    label = basis.predictor.label
    text = f"{TARGETS[aim.accuracy]} = {basis.curves[aim.accuracy].law.at(aim.log):.4g}"
    yield f"On the curve {text} where {label} = {power(aim.log)}."
    if basis.domain is None:
        yield from (origin(basis, best), fitted(basis))
    else:
        yield from told_of_domain(basis)
    first, last = (_end(*pair, curve.param) for pair in zip(aim.plausible, ends, strict=True))
    yield f"{text} lies within the {HELD} % interval from {label} = {first} to {last}."
    if bits := basis.outside(aim.log):
        yield f"warning: {power(aim.log)} {extrapolated(bits)}"
    network = _solved(curve, answer)
    if network is not None:
        yield from (f"note: {told}" for told in differences(network, basis))


def _solved(curve: Curve, answer: Answer) -> Network | None:
    """Build the network at the first solution; None where none is valid, or it is too large."""
    beside = [side for found in answer.solutions for side in (found.hit, found.above, found.below) if side]
    try:
        return curve.family.built(curve.param, beside[0].number) if beside else None
    except LimitError:
        return None


def _end(log: float | None, number: Fraction | None, param: str) -> str:
    """Write an end of an interval, and the number of the param that comes to it."""
    if log is None:
        return "any value"
    at = f"no {param} has it" if number is None else f"{param} = {_short(float(number))}"
    return f"{power(log)} ({at})"


def _short(number: float) -> str:
    return f"{number:.4g}" if number < 10_000 else f"{number:.0f}"


def aim_record(aim: Aim, ends: Sequence[Fraction | None], basis: Basis) -> dict[str, Any]:
    """Write as JSON what an accuracy needs."""
    told = {
        "plausible": [
            {"log2": log, "number": None if number is None else float(number)}
            for log, number in zip(aim.plausible, ends, strict=True)
        ]
    }
    return {"from": {**_basis_record(aim.log, basis), **told}, "level": HELD / 100}


def _basis_record(log: float, basis: Basis) -> dict[str, Any]:
    told = {
        "measure": basis.predictor.name,
        "log2": log,
        "outside": basis.outside(log),
        "range": [*basis.curves["top1"].range],
    }
    if basis.domain is None:
        return told
    return {**told, "kind": basis.domain.name, "powers": dict(basis.domain.powers)}


def _sizes(tensor: Tensor) -> list[int]:
    return [int(size) for size in tensor.spatial] if tensor.rank == 2 else [0]


def _shapes(network: Network, tensors: Sequence[Tensor]) -> str:
    return listing([cells.shape(network, tensor) for tensor in tensors], "and")


def prediction_record(point: MeasuredNetwork, found: Forecast, basis: Basis, spec: str) -> dict[str, Any]:
    """Write a prediction as JSON."""
    head = point_record(MeasuredNetwork(point.network, {}), spec)
    return {
        **{name: head[name] for name in ("network", "spec", "laws", "params")},
        "from": _basis_record(found.log, basis),
        "level": HELD / 100,
        **{
            target: {
                "expected": found.expected[target],
                "low": found.interval[target].low,
                "high": found.interval[target].high,
                "r_squared": curve.r_squared,
                "q_squared": curve.q_squared,
                "q_squared_by_family": curve.q_squared_by_family,
                "rows": curve.rows,
                "networks": curve.networks,
                "families": curve.families,
                **_stored_record(curve),
            }
            for target, curve in basis.curves.items()
        },
        "notes": [*differences(point.network, basis)],
    }


def _stored_record(curve: Study | StoredCurve) -> dict[str, Any]:
    """Give what is known of a stored curve alone."""
    if not isinstance(curve, StoredCurve):
        return {}
    names = ("error", "coverage", "recent", "recipes_apart")
    return {name: getattr(curve, name) for name in names}
