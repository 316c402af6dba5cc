"""The scaling laws of a family: how each measure grows in each of some params.

From: a `Family`. To: a `GrowthLaw` for each measure and param. Promises: a question that the
symbols leave open is answered at their usual values, and that is said; what stays open
says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from layercalc.assumptions import Facts
from layercalc.closed import Closed
from layercalc.errors import SpecError
from layercalc.growth import slope
from layercalc.growth.family import Family
from layercalc.growth.growth import Growth
from layercalc.growth.leading import leading
from layercalc.growth.regime import Open, Regime
from layercalc.growth.slope import SignedSum
from layercalc.growth.slope_limits import elasticity_limit, leading_elasticity, rate_limit
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.lazy import sympy
from layercalc.network import Network
from layercalc.numbers.rational import Number
from layercalc.numbers.scalar import Scalar, plain
from layercalc.numbers.special import recurrence

#: The step of the difference that stands for a derivative between integers.
STEP = Fraction(1, 2**20)
#: A sum over rounds is written out at numbers up to this.
WRITTEN = 2**9
#: What sympy raises where a closed form has no value: it is complex or not known between whole numbers.
UNDEFINED = (ValueError, ArithmeticError, TypeError, AttributeError, NotImplementedError)
#: What makes a closed form a staircase, which is seen over an octave.
STEPPED = (sympy.floor, sympy.ceiling, sympy.Mod)


@dataclass(frozen=True)
class Slopes:
    """A derivative: in closed form, at the usual values, and its limit; None where there is none.

    `leading` is the leading term of an elasticity whose limit is infinite.
    """

    formula: SignedSum | None
    usual: float | None
    limit: Scalar | None
    leading: SignedSum | None = None


@dataclass(frozen=True)
class GrowthLaw:
    """How one measure grows in one param.

    `growth` is None where it is not known, which `reason` explains. `assumed` are the
    relations between the other symbols that were decided at their usual values, `fixed`
    the symbols that had to be put at these; `share` is the leading term's part of the
    value at the usual point.
    """

    measure: str
    closed: Closed
    x: sympy.Symbol
    growth: Growth | None
    regime: Regime
    rate: Slopes
    elasticity: Slopes
    share: float | None = None
    reason: str = ""
    fixed: dict[str, Number] = field(default_factory=dict)

    @property
    def assumed(self) -> list[Any]:
        """The relations decided at the usual values of the other symbols."""
        return self.regime.assumed


@dataclass(frozen=True)
class Scaling:
    """The laws in one param, of the network with the symbols that they speak of."""

    param: str
    usual: Number | None
    network: Network
    laws: Sequence[GrowthLaw]
    refused: Mapping[str, SpecError] = field(default_factory=dict)


def scalings(family: Family, measures: Sequence[str] | None = None) -> Iterator[Scaling]:
    """Give the laws in each param in turn, the others being symbols where the spec can be built so.

    >>> from layercalc.resolve.loading import load_program
    >>> (found,) = scalings(Family(load_program("resnet"), {}, ["width"]), ["params"])
    >>> (law,) = found.laws
    >>> law.growth.told(law.x), law.elasticity.limit, round(law.elasticity.usual, 3)
    (Product({1: {2: 2, 3: 3, 53: 1, width: 2}}), 2, 1.917)

    Raises `SpecError` for a spec that cannot be built with the param as a symbol.
    """
    joint = _joint(family)
    for param in family.over:
        network = joint or family.network([param])
        taken = MeasuredNetwork.of(network, measures)
        laws = [_law(family, network, param, name, closed) for name, closed in taken.measures.items()]
        yield Scaling(param, family.usual.get(param), network, laws, taken.refused)


def _joint(family: Family) -> Network | None:
    """Build the network with all params as symbols, None where it has to be one at a time."""
    try:
        return family.network(family.over)
    except SpecError:
        if len(family.over) == 1:
            raise
        return None


def _law(family: Family, network: Network, param: str, measure: str, closed: Closed) -> GrowthLaw:
    symbols = {str(symbol): symbol for symbol in free_symbols(closed)}
    x = symbols.pop(param, None)
    if x is None:
        x = sympy.Symbol(param, positive=True)
    point, fixed = family.point(symbols), dict[str, Number]()
    facts = network.facts or Facts()
    regime, reason, growth = Regime(facts, point), "", None
    try:
        growth = leading(closed.value, x, regime)
    except Open as error:
        reason = str(error)
        if point:
            regime, fixed = Regime(facts), {str(symbol): value for symbol, value in point.items()}
            closed = closed.freely().substitute(fixed)
            growth, reason = _retried(closed, x, regime)
    here = {**point, x: family.usual[param]} if param in family.usual else None
    rate, elasticity = _slopes(closed, x, growth, regime, here)
    share = _share(closed, growth, x, here)
    return GrowthLaw(measure, closed, x, growth, regime, rate, elasticity, share, reason, fixed)


def _retried(closed: Closed, x: sympy.Symbol, regime: Regime) -> tuple[Growth | None, str]:
    """Read the growth with the other symbols at their usual values."""
    try:
        return leading(closed.value, x, regime), ""
    except Open as error:
        return None, str(error)


def _slopes(
    closed: Closed,
    x: sympy.Symbol,
    growth: Growth | None,
    regime: Regime,
    here: Mapping[sympy.Symbol, Number] | None,
) -> tuple[Slopes, Slopes]:
    """Give rate and elasticity."""
    formulas: tuple[SignedSum | None, SignedSum | None] = None, None
    with suppress(Open, ValueError):  # a sign that only numbers tell
        formulas = slope.slopes(closed.value, x)
    usual: tuple[float | None, float | None] = None, None
    if here is not None and free_symbols(closed) <= {x, *here}:
        usual = _at(formulas[1], x, here) or _difference(closed, x, here)
    rate, elasticity = (
        Slopes(formula, number, None) for formula, number in zip(formulas, usual, strict=True)
    )
    if growth is not None:
        with suppress(Open):
            rate = replace(rate, limit=rate_limit(growth, regime))
        with suppress(Open):
            elasticity = replace(elasticity, limit=elasticity_limit(growth, regime))
            elasticity = replace(elasticity, leading=leading_elasticity(growth, x, regime))
    return rate, elasticity


def _at(
    elasticity: SignedSum | None, x: sympy.Symbol, here: Mapping[sympy.Symbol, Number]
) -> tuple[float, float] | None:
    """Give rate and elasticity at numbers, None where their form has no value, as log q / (q - 1) at 1."""
    try:
        value = math.nan if elasticity is None else elasticity.at(here)
    except UNDEFINED:
        return None
    return (value / (math.log(2) * float(here[x])), value) if math.isfinite(value) else None


def _difference(
    closed: Closed, x: sympy.Symbol, here: Mapping[sympy.Symbol, Number]
) -> tuple[float | None, float | None]:
    """Take a difference where there is no derivative: close by, over one unit, or over an octave of steps."""
    at = Fraction(here[x])
    steps = [(at * (1 - STEP), at * (1 + STEP)), (at, at + 1)]
    if closed.has(*STEPPED):
        steps = [(at, 2 * at)]
    elif closed.has(sympy.Sum, sympy.Product, recurrence):  # which have values at whole numbers only
        steps = [(at, at + 1)] if at.denominator == 1 and at <= WRITTEN else []
    values: dict[str, Scalar] = {str(symbol): value for symbol, value in here.items()}
    for low, high in steps:
        ends = [log2_at(closed, {**values, str(x): plain(place)}) for place in (low, high)]
        if ends[0] is not None and ends[1] is not None:
            gain = ends[1] - ends[0]
            return gain / float(high - low), gain / math.log2(high / low)
    return None, None


def free_symbols(closed: Closed) -> Set[sympy.Symbol]:
    """Give the symbols in a closed form.

    >>> free_symbols(Closed(7))
    frozenset()
    """
    return frozenset() if isinstance(closed.value, int | Fraction) else frozenset(closed.value.free_symbols)


def log2_at(closed: Closed, values: Mapping[str, Scalar]) -> float | None:
    """Give the logarithm of a closed form at numbers, None where it has no value there.

    >>> n = sympy.Symbol("n", positive=True)
    >>> log2_at(Closed(n + 1), {"n": 7}), log2_at(Closed(n - 5), {"n": 2})
    (3.0, None)
    """
    try:
        known = closed.freely().substitute(values)
        if known.has(sympy.Sum, sympy.Product):  # of a fractional number of rounds
            return None
        log = known.log2
    except UNDEFINED:
        return None
    return log if log is not None and math.isfinite(log) else None


def _share(
    closed: Closed, growth: Growth | None, x: sympy.Symbol, here: Mapping[sympy.Symbol, Number] | None
) -> float | None:
    """Give the leading term's part of the value at the usual point."""
    if growth is None or growth.floor is not None or here is None:
        return None
    values: dict[str, Scalar] = {str(symbol): value for symbol, value in here.items()}
    logs = log2_at(Closed(growth.told(x)), values), log2_at(closed, values)
    if logs[0] is None or logs[1] is None or abs(logs[0] - logs[1]) > 1000:
        return None
    return float(2 ** (logs[0] - logs[1]))
