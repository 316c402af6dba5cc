"""A measure as a function of one param: the numbers that are valid, the closed form between them.

From: a `Family`. To: values at numbers, and brackets in which a difference of logarithms
changes its sign. Promises: a number counts as valid only if the network is built at it, and
its value is that network's; the closed form is used further out and between the valid
numbers. A change of sign between two samples that changes back is not seen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from layercalc.closed import Closed
from layercalc.errors import LimitError, SpecError, fail
from layercalc.expressions.kinds import REAL
from layercalc.forms.product import Product
from layercalc.growth.family import Family
from layercalc.growth.scaling import WRITTEN, free_symbols, log2_at
from layercalc.growth.sides import Sides
from layercalc.lazy import sympy
from layercalc.measures import label_of, measure_all
from layercalc.network import Network
from layercalc.numbers.rational import Number, whole

#: Numbers from 1 on, and up to the usual one, that are tried by building their networks.
SCANNED = 64
#: Valid ones among them after which no more are tried.
ENOUGH = 16
#: How far around a solution valid numbers are looked for.
NEAR = 128
#: Samples beyond the scanned numbers grow by this factor, up to `FAR`.
RATIO = Fraction(5, 4)
FAR = 2**40
#: The same where there is no closed form, and a network is built at each number.
BUILT = 2**9
#: Logarithms this close are equal.
EQUAL = 1e-9


class Sample(NamedTuple):
    """A valid number, the measure there, and whether the closed form says the same."""

    number: Number
    closed: Closed
    lawful: bool

    @property
    def log2(self) -> float:
        """The logarithm of the measure, minus infinity for 0."""
        log = self.closed.log2
        return -math.inf if log is None else log


class CurvePoint(NamedTuple):
    """A number and a logarithm there, of a network or of a closed form."""

    number: Number
    log2: float


@dataclass(frozen=True)
class Curve:
    """One measure of a family over one param.

    >>> from layercalc.resolve.loading import load_program
    >>> curve = Curve(Family(load_program("resnet"), {}, ["depth"]), "depth", "layers")
    >>> curve.closed.folded(), [sample.number for sample in curve.scanned][:4]
    ('2*depth + 5', [35, 38, 41, 44])
    >>> curve.below(Fraction(199, 2)).number, curve.above(Fraction(199, 2)).number
    (98, 101)
    """

    family: Family
    param: str
    measure: str

    @property
    def label(self) -> str:
        """How the measure is headed."""
        return label_of(self.measure)

    @cached_property
    def network(self) -> Network | None:
        """The network with the param as a symbol, None where it takes a number."""
        try:
            return self.family.network([self.param])
        except SpecError:
            return None

    @cached_property
    def closed(self) -> Closed | None:
        """The closed form, None where the param takes a number.

        Raises `SpecError` where it has other symbols.
        """
        return None if self.network is None else self.form(self.network, self.measure)

    def form(self, network: Network, measure: str) -> Closed:
        """Take a measure in closed form, which has no symbol but the param's."""
        closed = measure_all(network, [measure])[measure]
        others = [name for name in closed.symbols if name != self.param]
        if others:
            names = " and ".join(others)
            raise fail(f"{measure} depends on {names} as well: give {names} a number here")
        return closed

    @property
    def exact(self) -> Closed | None:
        """The closed form whose value is the curve's own at every number, for exact comparisons."""
        return self.closed

    def sides(self, wanted: Product) -> Sides | None:
        """Give the closed form against a value, for exact comparisons; None where that is no help."""
        if self.exact is None or not self.whole:
            return None
        rational = wanted.rational()
        return Sides(self.exact.freely(), Closed(wanted if rational is None else rational), self.param)

    @cached_property
    def x(self) -> sympy.Symbol | None:
        """The symbol of the param, None where the measure does not depend on it."""
        return None if self.closed is None else next(iter(free_symbols(self.closed)), None)

    @property
    def whole(self) -> bool:
        """Whether the param takes whole numbers only."""
        real = self.family.program.param(self.param).kind
        return (real is None or real.text != REAL) and isinstance(self.family.usual.get(self.param, 1), int)

    def log2(self, number: Number) -> float | None:
        """Take the logarithm of the closed form, at any number; where there is none, of the network."""
        if self.closed is not None:
            return self.law(number)
        sample = self.sample(number)
        return None if sample is None else sample.log2

    def law(self, number: Number) -> float | None:
        """Take the logarithm of the closed form, None where it has none."""
        return None if self.closed is None else log2_at(self.closed, {self.param: number})

    def at(self, number: Number) -> Closed | None:
        """Take the measure of the network at a number, None where the spec refuses it.

        Raises `LimitError` where only its size forbids it.
        """
        return self.family.at(self.param, number, self.measure)

    def beyond(self, number: Number) -> Closed | None:
        """Give the value of the closed form at a number whose network is too large."""
        return None if self.closed is None else self.closed.freely().substitute({self.param: number})

    def sample(self, number: Number) -> Sample | None:
        """Take the measure of the network at a number, None where it is not valid."""
        try:
            closed = self.at(number)
        except LimitError:  # too large to be built, not wrong
            told = self.beyond(number)
            return None if told is None or not self._holds(number) else Sample(number, told, True)
        if closed is None:
            return None
        law = self.law(number)
        own = Sample(number, closed, True)
        agrees = law is not None and (law == own.log2 or abs(law - own.log2) <= EQUAL * max(1, abs(law)))
        return own._replace(lawful=agrees)

    def values(self, sample: Sample) -> dict[str, Closed]:
        """Give what a table shows of a sample, by its headers."""
        return {self.label: sample.closed}

    @cached_property
    def scanned(self) -> Sequence[Sample]:
        """The valid numbers among the first `SCANNED`, and up to the usual one; none for fractions."""
        if not self.whole:
            return []
        usual = int(self.family.usual.get(self.param, 1))
        ranges = range(1, SCANNED + 1), range(usual, max(0, usual - SCANNED), -1)
        found = [sample for tried in ranges for sample in itertools.islice(self._tried(tried), ENOUGH)]
        return sorted({sample.number: sample for sample in found}.values(), key=lambda sample: sample.number)

    def _tried(self, numbers: Iterable[int]) -> Iterator[Sample]:
        inside = (number for number in numbers if self.closed is None or self._holds(number))
        return (sample for number in inside if (sample := self.sample(number)) is not None)

    def places(self) -> Iterator[CurvePoint]:
        """Give numbers in rising order with their logarithms, without an end before `FAR`."""
        last: Number = 1
        for sample in self.scanned:
            if math.isfinite(sample.log2):
                yield CurvePoint(sample.number, sample.log2)
            last = sample.number
        if not self.whole:
            usual = Fraction(self.family.usual.get(self.param, 1))
            last = whole(usual / 2**20)
        at = Fraction(last)
        while at < self.far:
            at = at * RATIO if not self.whole else Fraction(math.ceil(at * RATIO))
            found = self._from(at)
            if found is not None:
                at = max(at, Fraction(found.number))
                yield found
            elif self.closed is None:
                return

    @property
    def far(self) -> int:
        """How far it is sampled: a sum without a closed form is written out at each number."""
        if self.closed is None:
            return BUILT
        return WRITTEN if self.closed.has(sympy.Sum, sympy.Product) else FAR

    def _from(self, at: Fraction) -> CurvePoint | None:
        """Take the closed form at a number, or else the network at the next valid one."""
        if self.closed is not None:
            log = self.log2(whole(at))
            return None if log is None else CurvePoint(whole(at), log)
        sample = self.above(at)
        return (
            None
            if sample is None or not math.isfinite(sample.log2)
            else CurvePoint(sample.number, sample.log2)
        )

    def below(self, at: Fraction) -> Sample | None:
        """Give the greatest valid number up to a place, None where none is near."""
        start = math.floor(at)
        return next(self.valid(range(start, max(0, start - NEAR), -1)), None)

    def above(self, at: Fraction) -> Sample | None:
        """Give the least valid number from a place on, None where none is near."""
        start = math.ceil(at)
        return next(self.valid(range(start, start + NEAR)), None)

    def valid(self, numbers: Iterable[int]) -> Iterator[Sample]:
        """Give the valid ones among whole numbers, in their order: every search for one goes through here.

        No network is built at which the closed form does not hold; where there is no closed form,
        the first network beyond the scanned ones that is too large to be built ends the search.
        """
        for number in numbers:
            if self.closed is None and number > SCANNED and self._is_too_large(number):
                return
            if (self.closed is None or self._holds(number)) and (sample := self.sample(number)) is not None:
                yield sample

    def _is_too_large(self, number: int) -> bool:
        try:
            self.at(number)
        except LimitError:
            return True
        return False

    def _holds(self, number: Number) -> bool:
        """Tell whether the closed form is the measure of a network at a number."""
        return self.closed is not None and self.closed.holds.allows({self.param: number})


def bisect(
    f: Callable[[Number], float | None], low: Number, high: Number, steps: int = 60
) -> Fraction | None:
    """Find where a function changes its sign, to 60 bits of the bracket; None where it has no value.

    >>> float(bisect(lambda x: float(x) ** 2 - 2, 1, 2))
    1.4142135623730951
    """
    a, b = Fraction(low), Fraction(high)
    at_a = f(whole(a))
    if at_a is None:
        return None
    for _ in range(steps):
        middle = (a + b) / 2
        at = f(whole(middle))
        if at is None:
            return None
        if at == 0:
            return middle
        if (at > 0) == (at_a > 0):
            a = middle
        else:
            b = middle
    return b
