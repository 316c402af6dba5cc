"""The numbers at which a measure meets a target, as texts and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from layercalc.errors import SpecError, fail
from layercalc.growth.curve import Curve, Sample
from layercalc.growth.solving import Answer, Solution, side
from layercalc.growth.target import Target
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.numbers.rational import numerals
from layercalc.numbers.scalar import Scalar
from layercalc.report import cells, evaluation
from layercalc.report.columns import column, logarithms
from layercalc.report.domains import domain_lines, domain_record
from layercalc.report.records import closed_record, point_record
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.table import Table
from layercalc.writing.forms import exact_text

#: Digits of a solution, and characters up to which an exact one stands beside it.
DIGITS = 10
SHORT = 60


def unreached(curve: Curve, target: Target, answer: Answer) -> SpecError | None:
    """Give the error for a target that no number meets, or none that was looked at; None where one does."""
    label, param = curve.label, curve.param
    if answer.solutions or meets_throughout(answer, target):
        return None
    if curve.closed is not None and not curve.closed.symbols:
        sample = curve.sample(answer.first.number)
        value = cells.number(curve.closed if sample is None else sample.closed)
        return fail(f"{target.text} is never met: {label} is {value} at every {param}")
    range_ = f"from {param} = {_numeral(answer.first.number)} to {_numeral(answer.last.number)}"
    extent = f"{label} {_extent(curve, target, answer)}"
    if not answer.final:
        hint = f"no other {param} was looked at, and it may be met there"
        return fail(f"{target.text} is not met {range_}: {extent}", hint=hint)
    return fail(f"{target.text} is never met: {extent}", hint=f"it was looked at {range_}")


def _extent(curve: Curve, target: Target, answer: Answer) -> str:
    low, high = (
        f"2^{place.log2:.6g}, at {curve.param} = {_numeral(place.number)}"
        for place in (answer.least, answer.greatest)
    )
    if answer.final:
        return f"is never below {low}" if answer.least.log2 > target.log2 else f"is never above {high}"
    return f"lies between {low}, and {high}"


def meets_throughout(answer: Answer, target: Target) -> bool:
    """Tell whether every sample meets a target that has no crossing."""
    log = answer.first.log2
    return not answer.solutions and target.meets((log > target.log2) - (log < target.log2))


def heading(curve: Curve) -> str:
    """Name the network, its law set, and its params."""
    ends = [curve.family.built(curve.param, sample.number) for sample in curve.scanned[:2]]
    points = [
        MeasuredNetwork(network, {}) for network in ([curve.network] if curve.network else ends) if network
    ]
    return evaluation.heading(points)


def answer_report(
    curve: Curve, target: Target, answer: Answer, spec: str,
    remarks: Callable[[], Iterable[str]] = tuple, more: Callable[[], Mapping[str, Any]] = dict,
) -> Report:  # fmt: skip
    """Make the report of an answer: a sentence and a table for each solution, and further sections."""

    def sections() -> list[Section]:
        found = [Section(*solution) for solution in _solutions(curve, target, answer)]
        closed = [closing(curve, target, answer), *remarks()]
        return [Section(heading(curve)), *found, Section(text="\n".join(closed), notes=_domain(curve))]

    def rows() -> Table:
        record, also = answer_record(curve, target, answer, spec), more()
        where = {"for": record["for"], "target": record["target"]}
        return flat_table({**where, **solution, **also} for solution in record["solutions"])

    return Report(sections, lambda: {**answer_record(curve, target, answer, spec), **more()}, rows)


def _domain(curve: Curve) -> list[str]:
    """Write the domain of the closed form that guided the search."""
    return [] if curve.closed is None else domain_lines([("", curve.closed.holds)], "closed form ")


def _solutions(curve: Curve, target: Target, answer: Answer) -> Iterator[tuple[str, Table]]:
    """Give a sentence and a table for each solution of the target."""
    for solution in answer.solutions:
        only = target.relation == "==" and solution.hit is not None
        shown = replace(solution, below=None, above=None) if only else solution
        yield sentence(curve, target, solution), _table(curve, shown)


def sentence(curve: Curve, target: Target, solution: Solution) -> str:
    """Say at which numbers a target is met.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.growth.solving import solve
    >>> from layercalc.growth.target import read_target
    >>> from layercalc.resolve.loading import load_program
    >>> curve = Curve(Family(load_program("resnet"), {}, ["depth"]), "depth", "params")
    >>> target = read_target("params <= 30e6")
    >>> (found,) = solve(curve, target).solutions
    >>> sentence(curve, target, found)
    'params <= 30e6 up to depth = 59; it is crossed at depth = 61.93080459 = 8648513/139648'
    """
    param, text, hit = curve.param, target.text, solution.hit
    at = "" if solution.root is None else _root(solution)
    if target.relation == "==":
        return f"{text} at {param} = {at}" if at else f"{text} between two valid values of {param}"
    crossing = "" if not at else f"; it is {'reached' if hit else 'crossed'} at {param} = {at}"
    around = [sample for sample in (solution.below, hit, solution.above) if sample is not None]
    met = [sample for sample in around if target.meets(side(sample, target))]
    if not met or len(met) == len(around):
        return f"{text}{crossing}"
    if met[0] is solution.below:
        return f"{text} up to {param} = {_numeral(met[-1].number)}{crossing}"
    return f"{text} from {param} = {_numeral(met[0].number)} on{crossing}"


def _root(solution: Solution) -> str:
    root = solution.root
    if root is None:
        return "-"
    text = _numeral(root)
    exact = _exact(solution.exact)
    if exact is None or exact == text or len(exact) > SHORT:
        return text
    return f"{text} = {exact}"


def _exact(exact: Scalar | None) -> str | None:
    try:
        return None if exact is None else str(exact_text(exact))
    except TypeError:
        return None


def _numeral(number: int | Fraction) -> str:
    return numerals(number) if number == int(number) else f"{float(number):.{DIGITS}g}"


def _table(curve: Curve, solution: Solution) -> Table:
    """Make a table of the valid numbers around a solution."""
    around = (solution.below, solution.hit, solution.above)
    samples = [sample for sample in around if sample is not None]
    values = [curve.values(sample) for sample in samples]
    headers = [*values[0]] if values else [curve.label]
    told = [column([found[header] for found in values]) for header in headers]
    logs = logarithms([sample.closed for sample in samples])
    rows = [*zip([_numeral(s.number) for s in samples], *told, logs, strict=True)]
    off = [_numeral(s.number) for s in samples if curve.closed is not None and not s.lawful]
    notes = [f"At {' and '.join(off)} the spec differs from its closed form."] if off else []
    log = "log2" if len(headers) == 1 else "log2 of the quotient"
    return Table((curve.param, *headers, log), rows, notes)


def closing(curve: Curve, target: Target, answer: Answer) -> str:
    """Say which numbers were examined."""
    first, last = _numeral(answer.first.number), _numeral(answer.last.number)
    looked = f"Looked at from {curve.param} = {first} to {last}"
    if answer.searched is not None:
        looked += f", beyond {_numeral(answer.searched)} at samples"
    if meets_throughout(answer, target):
        looked = f"{target.text} throughout, from {curve.param} = {first} to {last}"
    word = "grows" if answer.last.log2 > answer.first.log2 else "falls"
    rest = f"{curve.label} tends to a constant" if answer.tends else f"{curve.label} only {word}"
    beyond = f"; beyond, {rest}" if answer.final else ""
    return f"{looked}{beyond}."


def answer_record(curve: Curve, target: Target, answer: Answer, spec: str) -> dict[str, Any]:
    """Write an answer as JSON."""
    network = curve.network or curve.family.built(curve.param, curve.scanned[0].number)
    head = {} if network is None else point_record(MeasuredNetwork(network, {}), spec)
    return {
        **{name: head[name] for name in ("network", "spec", "laws", "params") if name in head},
        "for": curve.param,
        "target": target.text,
        "solutions": [_solution_record(curve, target, solution) for solution in answer.solutions],
        "range": [_number(answer.first.number), _number(answer.last.number)],
        "final": answer.final,
        **(domain_record(curve.closed.holds) if curve.closed is not None else {}),
    }


def _solution_record(curve: Curve, target: Target, solution: Solution) -> dict[str, Any]:
    return {
        "value": None if solution.root is None else float(solution.root),
        "exact": _exact(solution.exact),
        "below": _sample_record(curve, target, solution.below),
        "above": _sample_record(curve, target, solution.above),
        "hit": _sample_record(curve, target, solution.hit),
    }


def _sample_record(curve: Curve, target: Target, sample: Sample | None) -> dict[str, Any] | None:
    if sample is None:
        return None
    return {
        "number": _number(sample.number),
        "measure": closed_record(sample.closed),
        "meets": target.meets(side(sample, target)),
        **({"sides": sides} if (sides := _sides_record(curve, sample)) else {}),
        "closed_form_agrees": sample.lawful if curve.closed is not None else None,
    }


def _sides_record(curve: Curve, sample: Sample) -> dict[str, Any]:
    """Write what a sample's value is made of, where that is more than one measure."""
    values = curve.values(sample)
    return {name: closed_record(value) for name, value in values.items()} if len(values) > 1 else {}


def _number(number: int | Fraction) -> int | float:
    return number if isinstance(number, int) else float(number)
