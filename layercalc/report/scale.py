"""Scaling laws as tables and as JSON: the growth class in words, the leading term, the slopes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.growth.growth import Growth, Kind, Order, as_fraction, direction, without_root
from layercalc.growth.regime import Open
from layercalc.growth.scaling import GrowthLaw, Scaling, Slopes
from layercalc.growth.slope import SignedSum
from layercalc.inspect.measured import MeasuredNetwork, why
from layercalc.lazy import sympy
from layercalc.measures import label_of
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.printing.expression_tree import condition_text
from layercalc.printing.formula import ONE, group, numeral, quotient, raised
from layercalc.report import cells, evaluation
from layercalc.report.columns import floats
from layercalc.report.domains import domain_lines, domain_record, of_measures
from layercalc.report.elasticities import DIGITS, elasticity_text, formula_text, signed, written
from layercalc.report.records import point_record, refusal
from layercalc.report.section import Report, Section, flat_table
from layercalc.report.table import Formula, Table
from layercalc.writing.forms import folded_parts
from layercalc.writing.written import Written

DEGREES: Mapping[Any, str] = {1: "linear", 2: "quadratic", 3: "cubic"}
COUNTS: Mapping[Any, str] = {1: "one log factor", 2: "two log factors", 3: "three log factors"}
#: And of a share.
SHARE = 3


def scaling_report(scalings: Sequence[Scaling], spec: str) -> Report:
    """Make the report of the laws in each param: two tables for people, one for programs."""

    def sections() -> list[Section]:
        told = [Section(network_heading(scalings))]
        for scaling in scalings:
            told += [Section(heading(scaling), growth_table(scaling)), Section("", slopes_table(scaling))]
        return told

    return Report(
        sections,
        lambda: {**network_record(scalings, spec), "over": scaling_records(scalings)},
        lambda: flat_table(_rows(scalings)),
    )


def _rows(scalings: Sequence[Scaling]) -> Iterator[dict[str, Any]]:
    for scaling in scaling_records(scalings):
        for measure, law in scaling["measures"].items():
            where = {"param": scaling["param"], "number": scaling["at"], "measure": measure}
            yield {**where, **law}


def network_heading(scalings: Sequence[Scaling]) -> str:
    """Name the network, its law set, and its params."""
    return evaluation.heading([MeasuredNetwork(scaling.network, {}) for scaling in scalings])


def network_record(scalings: Sequence[Scaling], spec: str) -> dict[str, Any]:
    """Write the network as JSON, with the params of the laws."""
    told = point_record(MeasuredNetwork(scalings[0].network, {}), spec)
    return {name: told[name] for name in ("network", "spec", "laws", "params")}


def heading(scaling: Scaling) -> str:
    """Name what grows, and where its numbers are taken."""
    where = f", numbers at {scaling.param} = {_number(scaling.usual)}" if scaling.usual is not None else ""
    return f"In {scaling.param}{where}"


def growth_table(scaling: Scaling) -> Table:
    """Make a table of the growth classes and leading terms, with a row for each measure."""
    rows = []
    shares = floats([law.share for law in scaling.laws], SHARE, "")
    for law, share in zip(scaling.laws, shares, strict=True):
        rows.append((label_of(law.measure), class_text(law), leading_text(law), share))
    rows += [(label_of(name), why(error), "", "") for name, error in scaling.refused.items()]
    share = "share" if scaling.usual is None else f"share at {_number(scaling.usual)}"
    headers = ("", f"growth in {scaling.param}", "leading term", share)
    return Table(headers, rows, [*_notes(scaling)], gives=(3,))


def slopes_table(scaling: Scaling) -> Table:
    """Make a table of rates and elasticities, at the usual value and in the limit."""
    name, rows = scaling.param, list[tuple[str, ...]]()
    rates = floats([law.rate.usual for law in scaling.laws], DIGITS)
    powers = floats([law.elasticity.usual for law in scaling.laws], DIGITS)
    for law, rate, power in zip(scaling.laws, rates, powers, strict=True):
        elasticity = law.elasticity
        texts = (rate, limit_text(law.rate), power, limit_text(elasticity))
        rows.append((label_of(law.measure), *texts, elasticity_text(law, scaling)))
    headers = (
        "", f"d log2/d {name}", "limit", f"d log/d log {name}", "limit", "the same in closed form",
    )  # fmt: skip
    return Table(headers, rows, gives=(2, 4, 5))


def class_text(law: GrowthLaw) -> str:
    """Say in words how a measure grows.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.growth.scaling import scalings
    >>> from layercalc.resolve.loading import load_program
    >>> (found,) = scalings(Family(load_program("resnet"), {}, ["width"]), ["gcc", "params", "gcip"])
    >>> [class_text(law) for law in found.laws]
    ['polynomial of degree 17, one log factor', 'quadratic', 'constant']
    """
    if law.growth is None:
        return f"not known: {law.reason}"
    try:
        falls = direction(law.growth, law.regime) < 0
    except Open as error:
        return f"not known: {error}"
    growth, x = law.growth, law.x
    top = growth.top
    if top is None:
        bounded = "bounded" if growth.floor == Order(0, Kind.BASE) else "slower than is told"
        return bounded if growth.floor is not None else "constant" if growth.exact else "tends to a constant"
    if top.degree == 0:
        return _polynomial(growth, falls)
    if top == Order(1, Kind.BASE):
        word = "falls exponentially" if falls else "exponential"
        return Formula.of(_base_written(growth.rate()), "", f"{word}, base ")
    word = "falls super-exponentially" if falls else "super-exponential"
    if top == Order(1, Kind.POWER):
        times = growth.exponent(Kind.POWER, 1)
        return f"{word}, {x}!" + ("" if times == 1 else f"^{_text(times)}")
    strongest = Growth(factors={top: growth.factors[top]}).told(x)
    word = word if top.degree >= 1 else "stretched exponential"
    return Formula.of(folded_parts(strongest, DIGITS), "", f"{word}, ")


def _base_written(base: Product) -> Written:
    """Write the base of an exponential; one with symbols as a root of what has none."""
    whole, root = without_root(base)
    if root == 1 or not base.free_symbols:
        return folded_parts(base, DIGITS)
    under = folded_parts(whole, DIGITS)
    exponent = quotient([ONE], [numeral(str(root))], loose=False)
    return Written(raised(group(under.tree), exponent), under.parts)


def _polynomial(growth: Growth, falls: bool) -> str:
    degree, logs = growth.exponent(Kind.POWER), growth.exponent(Kind.LOG)
    if degree == 0:
        word = "falls with a power of a logarithm" if falls else "logarithmic"
        return word if logs in (1, -1) else f"{word}, of degree {_text(logs)}"
    word = DEGREES.get(degree) or f"polynomial of degree {_text(degree)}"
    if falls:
        word = f"falls as a power, of degree {_text(degree)}"
    return f"{word}, {_logs(logs)}" if logs != 0 else word


def _logs(logs: Scalar) -> str:
    number = as_fraction(logs)
    if number is not None and number < 0:
        return "over " + _logs(plain(-symbolic(logs)))
    return COUNTS.get(logs) or f"{_text(logs)} log factors"


def leading_text(law: GrowthLaw, exact: bool = False) -> str:
    """Write the leading term; of one with a floor, only what is known."""
    if law.growth is None:
        return "-"
    told = written(law.growth.told(law.x), exact)
    if law.growth.floor is None:
        return Formula.of(told)
    return Formula("", "about ", told.tree, ", in its logarithm")


def limit_text(slopes: Slopes) -> str:
    """Write the limit of a slope."""
    limit = slopes.limit
    if limit is None:
        return "-"
    if limit in (sympy.oo, -sympy.oo):
        return "infinite" if limit == sympy.oo else "-infinite"
    try:
        return Formula.of(signed(SignedSum.of(limit))) if limit != 0 else "0"
    except Open:
        number = symbolic(limit)
        return "-" if number.free_symbols else f"{float(number.evalf(30)):.{DIGITS}g}"


def _notes(scaling: Scaling) -> list[str]:
    """Say where the closed forms hold, and under which conditions the laws do that were not given."""
    notes: list[str] = domain_lines([("", of_measures({law.measure: law.closed for law in scaling.laws}))])
    for law in scaling.laws:
        label = label_of(law.measure)
        if law.assumed:
            notes.append(f"{label}: where {' and '.join(map(condition_text, law.assumed))}")
        if law.fixed:
            values = ", ".join(f"{name} = {_number(value)}" for name, value in law.fixed.items())
            notes.append(f"{label}: at {values}, on which its leading term depends")
    return ["", *notes] if notes else []


def _text(value: Scalar) -> str:
    return str(folded_parts(value, DIGITS))


def _number(value: Number | None) -> str:
    return "-" if value is None else cells.number(Closed(value))


def law_record(law: GrowthLaw) -> dict[str, Any]:
    """Write a law as JSON: texts are expressions of the language, numbers are doubles.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.growth.scaling import scalings
    >>> from layercalc.resolve.loading import load_program
    >>> (found,) = scalings(Family(load_program("mlp"), {}, ["depth"]), ["params"])
    >>> told = law_record(found.laws[0])
    >>> told["growth"], told["leading"], told["degree"], told["elasticity"]["limit"]
    ('linear', '65792 * depth', 1, 1)
    """
    growth = law.growth
    return {
        "growth": class_text(law),
        "leading": leading_text(law, exact=True) if growth is not None and growth.floor is None else None,
        "degree": None if growth is None else _json(growth.exponent(Kind.POWER)),
        "logs": None if growth is None else _json(growth.exponent(Kind.LOG)),
        "base": None if growth is None else _base(growth),
        "factorials": None if growth is None else _json(growth.exponent(Kind.POWER, 1)),
        "share": law.share,
        "rate": _slopes_record(law.rate),
        "elasticity": _slopes_record(law.elasticity),
        "assumed": [condition_text(relation) for relation in law.assumed],
        "at": {name: _json(value) for name, value in law.fixed.items()},
    }


def _slopes_record(slopes: Slopes) -> dict[str, Any]:
    limit = None if slopes.limit is None else _json(slopes.limit)
    return {
        "expr": formula_text(slopes.formula, exact=True) if slopes.formula is not None else None,
        "value": slopes.usual,
        "limit": limit,
    }


def _base(growth: Growth) -> float | str:
    """Give the base of the exponential part, 1 where there is none."""
    rate = growth.rate()
    number = rate.to_float() if not rate.free_symbols else None
    return number if number is not None else str(written(rate, exact=True))


def _json(value: Scalar) -> int | float | str:
    """Give a finite number as a number; an infinite or symbolic value as a text."""
    if value in (sympy.oo, -sympy.oo):
        return "infinity" if value == sympy.oo else "-infinity"
    if isinstance(value, int):
        return value
    if not symbolic(value).free_symbols:
        return float(symbolic(value).evalf(30))
    return formula_text(SignedSum.of(value), exact=True)


def scaling_records(scalings: Sequence[Scaling]) -> list[dict[str, Any]]:
    """Write the laws in each param as JSON."""
    return [
        {
            "param": scaling.param,
            "at": None if scaling.usual is None else _json(scaling.usual),
            "measures": {
                **{law.measure: law_record(law) for law in scaling.laws},
                **{name: refusal(error) for name, error in scaling.refused.items()},
            },
            **domain_record(of_measures({law.measure: law.closed for law in scaling.laws})),
        }
        for scaling in scalings
    ]
