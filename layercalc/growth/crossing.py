"""Where one family overtakes another in a measure, over a param that both have.

From: two `Curve`s. To: a `Comparison`: every crossing with the valid numbers of both on its
sides, and who is above in the end. Promises: a side is told by the networks at valid
numbers, the end by the growths. Where the param takes whole numbers and both have closed
forms, no number between two samples is passed over; what is not a whole number, or has no
closed form, is known at the samples.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from layercalc.errors import fail
from layercalc.growth.curve import EQUAL, NEAR, Curve, CurvePoint, Sample, bisect
from layercalc.growth.growth import Growth, compare
from layercalc.growth.leading import leading
from layercalc.growth.regime import Open, Regime
from layercalc.growth.sides import Exhausted, Sides, Stretch, Work
from layercalc.growth.sides import compare as compare_numbers
from layercalc.numbers.rational import Number

#: What one network that is built costs, in comparisons.
BUILT = 20
#: Samples that are taken beyond the place from which the family that wins in the end is above.
BEYOND = 12


@dataclass(frozen=True)
class Crossing:
    """The place where the first family comes above the second, or falls below it: `sign` 1 or -1.

    `below` and `above` are the last valid number on the one side and the first on the other;
    between them both are equal at the valid numbers from `equal[0]` to `equal[1]`, if there are
    any. Where the sides agree they only touch; at an end of the range one side is None. `root`
    is None where the families are known at valid numbers only.
    """

    sign: int
    root: Fraction | None
    below: Number | None
    above: Number | None
    equal: tuple[Number, Number] | None = None
    before: int | None = None

    @property
    def touches(self) -> bool:
        """Whether both are equal there, and none overtakes the other."""
        return self.equal is not None and self.before == self.sign


@dataclass(frozen=True)
class Comparison:
    """The crossings in the range from `first` to `last`, where log2 of the quotient stands.

    `end` is the side of the first family in the limit: 1 above, -1 below, 0 where the
    quotient tends to 1, None where that is not known. Where both grow `alike` it tends
    to a constant. `side` is the exact one at the last number that was compared. Beyond
    `searched`, if it is given, only samples were compared.
    """

    crossings: Sequence[Crossing]
    first: CurvePoint
    last: CurvePoint
    end: int | None
    alike: bool = False
    side: int | None = None
    searched: Number | None = None


def against(a: Curve, b: Curve, work: Work | None = None) -> Comparison:
    """Compare two families in one measure.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.resolve.loading import load_program
    >>> resnet, mlp = (
    ...     Curve(Family(load_program(name), {}, ["depth"]), "depth", "params")
    ...     for name in ("resnet_cifar", "mlp")
    ... )
    >>> found = against(resnet, mlp)
    >>> found.crossings, found.end
    ([], -1)

    Raises `SpecError` where no number is valid for both.
    """
    pair = _Pair(a, b, work or Work())
    end, alike = pair.end()
    places = pair.sampled(end)
    if not places:
        raise fail(f"no value of {a.param} that was tried is valid for both specs")
    if not a.whole:
        return Comparison(pair.between_samples(places), places[0], places[-1], end, alike)
    stretches, searched = pair.stretches(places)
    runs = [*pair.runs(stretches)]
    last = places[-1]
    if len(runs) > 1 and runs[-1].first > last.number:
        last = CurvePoint(runs[-1].first, pair.gap(runs[-1].first) or 0.0)
    side = runs[-1].sign if runs else None
    return Comparison(pair.crossings(runs), places[0], last, end, alike, side, searched)


@dataclass(frozen=True)
class _Pair:
    a: Curve
    b: Curve
    work: Work

    @cached_property
    def sides(self) -> Sides | None:
        """The closed forms of both, None where one has none."""
        if self.a.exact is None or self.b.exact is None:
            return None
        return Sides(self.a.exact.freely(), self.b.exact.freely(), self.a.param, self.work)

    @cached_property
    def known(self) -> Sequence[CurvePoint]:
        """The numbers that were scanned for both, and are valid for both."""
        ours: dict[Number, Sample] = {sample.number: sample for sample in self.a.scanned}
        theirs: dict[Number, Sample] = {sample.number: sample for sample in self.b.scanned}
        gaps = [(number, self.valid_gap(number)) for number in sorted({*ours, *theirs})]
        return [CurvePoint(number, gap) for number, gap in gaps if gap is not None]

    def sampled(self, end: int | None) -> list[CurvePoint]:
        """Take samples until the family that wins in the end has been above for long."""
        places, settled = list[CurvePoint](), 0
        scanned = max((place.number for place in self.known), default=0)
        for place in self.places():
            places.append(place)
            settled = settled + 1 if end and sign_of(place.log2) == end else 0
            if settled > BEYOND and place.number > scanned:
                break
        return places

    def end(self) -> tuple[int | None, bool]:
        """Compare the growths: who is above in the limit, and whether they grow alike."""
        growths = [self._growth(curve) for curve in (self.a, self.b)]
        if growths[0] is None or growths[1] is None:
            return None, False
        (first, regime), (second, _) = growths[0], growths[1]
        try:
            found = compare(first, second, regime)
            if found:
                return found, False
            return regime.compare(first.constant, second.constant), True
        except Open:
            return None, False

    def _growth(self, curve: Curve) -> tuple[Growth, Regime] | None:
        if curve.closed is None or curve.network is None:
            return None
        x = self.a.x or self.b.x
        if x is None:
            return Growth.of(curve.closed.product), Regime()
        regime = Regime(curve.network.facts)
        try:
            return leading(curve.closed.value, curve.x or x, regime), regime
        except Open:
            return None

    def gap(self, number: Number) -> float | None:
        """Take log2 of the quotient of the closed forms."""
        logs = self.a.log2(number), self.b.log2(number)
        return None if logs[0] is None or logs[1] is None else logs[0] - logs[1]

    def valid_gap(self, number: Number) -> float | None:
        """Take log2 of the quotient at a number that is valid for both, None at any other."""
        samples = self.a.sample(number), self.b.sample(number)
        if samples[0] is None or samples[1] is None:
            return None
        gap = samples[0].log2 - samples[1].log2
        return gap if math.isfinite(gap) else None

    def places(self) -> Iterator[CurvePoint]:
        yield from self.known
        last = self.known[-1].number if self.known else 0
        closed = self.sides is not None
        for place in self.a.places() if len(self.a.scanned) >= len(self.b.scanned) else self.b.places():
            if place.number > last:
                gap = self.gap(place.number) if closed else self.valid_gap(place.number)
                if gap is not None:
                    yield CurvePoint(place.number, gap)

    def between_samples(self, places: Sequence[CurvePoint]) -> list[Crossing]:
        """Find the crossings of a param that takes fractions, from side to side."""
        found, low = list[Crossing](), None
        for place in places:
            sign = sign_of(place.log2)
            if sign and low is not None and sign != sign_of(low.log2):
                root = self._root(low.number, place.number)
                found.append(Crossing(sign, root, low.number, place.number))
            low = place if sign else low
        return found

    def stretches(self, places: Sequence[CurvePoint]) -> tuple[list[Stretch], Number | None]:
        """Give the sides at all whole numbers up to the last sample and beyond, and how far that was done.

        What was done is None where it was done throughout.
        """
        found: list[Stretch] = []
        for low, high in itertools.pairwise(places):
            found.append(self._at(low))
            try:
                found += self._inside(int(low.number) + 1, int(high.number) - 1)
            except Exhausted:
                later = [self._at(place) for place in places if place.number >= high.number]
                return found + later, low.number
        found.append(self._at(places[-1]))
        if self.sides is not None:
            with suppress(Exhausted):
                far = min(self.a.far, self.b.far)
                for stretch in self.sides.stretches(int(places[-1].number) + 1, far):
                    found.append(stretch)
        return found, None

    def _at(self, place: CurvePoint) -> Stretch:
        number = int(place.number)
        samples = [curve.sample(number) if number <= self._known_to else None for curve in (self.a, self.b)]
        if samples[0] is not None and samples[1] is not None:
            return Stretch(number, number, compare_numbers(samples[0].closed, samples[1].closed))
        exact: int | None = None
        with suppress(Exhausted):
            exact = None if self.sides is None else self.sides.sign(number)
        return Stretch(number, number, sign_of(place.log2) if exact is None else exact)

    @cached_property
    def _known_to(self) -> Number:
        return self.known[-1].number if self.known else 0

    def _inside(self, low: int, high: int) -> Iterator[Stretch]:
        """Give the sides between two samples: by the closed forms, or else network by network."""
        if self.sides is not None:
            yield from self.sides.stretches(low, high)
            return
        for number in range(low, high + 1):
            self.work.spend(BUILT)
            gap = self.valid_gap(number)
            yield Stretch(number, number, None if gap is None else sign_of(gap))

    def runs(self, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
        """Join what is on one side, from the first valid number to the last; what has none is left out."""
        joined = [*_joined(stretches)]
        valid = [self._ends(run) for run in joined if run.sign is not None] if len(joined) > 1 else joined
        return _joined([run for run in valid if run is not None])

    def _ends(self, run: Stretch) -> Stretch | None:
        first = self._near(range(run.first, min(run.last, run.first + NEAR) + 1))
        last = self._near(range(run.last, max(run.first, run.last - NEAR) - 1, -1))
        if first is None and last is None and run.last - run.first <= NEAR:
            return None
        return Stretch(run.first if first is None else first, run.last if last is None else last, run.sign)

    def crossings(self, runs: Sequence[Stretch]) -> list[Crossing]:
        """Tell where the side changes, or where both are equal."""
        found: list[Crossing] = []
        for place, run in enumerate(runs):
            before, after = runs[place - 1 : place], runs[place + 1 : place + 2]
            if run.sign == 0 and len(runs) > 1:
                found.append(self._crossing(before, after, (run.first, run.last)))
            elif before and before[0].sign:
                found.append(self._crossing(before, [run], None))
        return found

    def _crossing(
        self, before: Sequence[Stretch], after: Sequence[Stretch], equal: tuple[Number, Number] | None
    ) -> Crossing:
        below, above = before[0].last if before else None, after[0].first if after else None
        root: Fraction | None = None
        if equal is not None:
            root = Fraction(equal[0]) if equal[0] == equal[1] else None
        elif below is not None and above is not None:
            root = self._root(below, above)
        sides = [runs[0].sign if runs else None for runs in (before, after)]
        near = [None if n is None else self._near(range(n, n + 1)) for n in (below, above)]
        return Crossing(sides[1] or 0, root, near[0], near[1], equal, sides[0])

    def _root(self, low: Number, high: Number) -> Fraction | None:
        if self.sides is None:
            return None
        ends = self.gap(low), self.gap(high)
        if ends[0] is None or ends[1] is None or sign_of(ends[0]) == sign_of(ends[1]):
            return None
        return bisect(self.gap, low, high)

    def _near(self, numbers: range) -> int | None:
        return next((n for n in numbers if self.valid_gap(n) is not None), None)


def _joined(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Join neighbours on the same side; what is not known joins nothing."""
    held: Stretch | None = None
    for stretch in stretches:
        if held is not None and held.sign == stretch.sign:
            held = held._replace(last=stretch.last)
            continue
        if held is not None:
            yield held
        held = stretch
    if held is not None:
        yield held


def sign_of(gap: float) -> int:
    """Tell which of two logarithms is greater by their gap; none, where they are as good as equal."""
    return 0 if abs(gap) <= EQUAL else 1 if gap > 0 else -1
