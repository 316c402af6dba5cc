"""Which numbers of a param make a measure meet a target.

From: a `Curve` and a `Target`. To: an `Answer`: where the measure crosses the target, the
valid numbers on both sides, and the range that was looked at. Promises: every solution is
put back in; one is exact where the closed form can be inverted. Where the param takes whole
numbers and there is a closed form, none of them is passed over; elsewhere only one crossing
is found between two samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from layercalc.errors import fail
from layercalc.growth.curve import Curve, CurvePoint, Sample, bisect
from layercalc.growth.growth import direction
from layercalc.growth.invert import inverse
from layercalc.growth.leading import leading
from layercalc.growth.regime import Open, Regime
from layercalc.growth.sides import Exhausted, Sides, Stretch
from layercalc.growth.target import Target
from layercalc.numbers.rational import Number, whole
from layercalc.numbers.scalar import Scalar, plain, symbolic

#: Logarithms of irrational values this close, in parts of them, are equal.
SAME = 1e-13
#: A numerical solution is given up for an exact one this close to it, in parts of it.
NEAR = Fraction(1, 10**9)
#: Samples that are taken beyond the place from which the measure is on its last side.
BEYOND = 12
#: Logarithms further apart than this, on both sides of a real root, are those of a jump.
JUMP = 1e-6
#: The decimals beside a jump are this fine.
BESIDE = 10**6


@dataclass(frozen=True)
class Solution:
    """Where a measure crosses its target, the valid numbers on both sides, and one that hits it.

    `root` is None where the measure is known at valid numbers only, `exact` None where
    it cannot be written exactly.
    """

    root: Fraction | None
    exact: Scalar | None
    below: Sample | None
    above: Sample | None
    hit: Sample | None = None


@dataclass(frozen=True)
class Answer:
    """All solutions in the range from `first` to `last`; `final` tells that none lies beyond.

    Beyond `searched`, if it is given, only samples were compared with the target. The measure
    `tends` to a constant where it neither grows nor falls without end.
    """

    solutions: Sequence[Solution]
    first: CurvePoint
    last: CurvePoint
    least: CurvePoint
    greatest: CurvePoint
    final: bool
    searched: Number | None = None
    tends: bool = False


def solve(curve: Curve, target: Target) -> Answer:
    """Find where a measure crosses a target.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.growth.target import read_target
    >>> from layercalc.resolve.loading import load_program
    >>> curve = Curve(Family(load_program("resnet"), {}, ["depth"]), "depth", "layers")
    >>> (found,) = solve(curve, read_target("layers = 204")).solutions
    >>> found.exact, found.below.number, found.above.number
    (Fraction(199, 2), 98, 101)

    Raises `SpecError` where the measure depends on another symbol.
    """
    (last_side, tends), between = _last_side(curve, target), _Between(curve, target)
    places: list[CurvePoint] = []
    solutions: list[Solution] = []
    settled = 0
    for place in curve.places():
        if not places and between.side(place) == 0:
            solutions += [_hit(curve, place.number)]
        for step in between.marks(places[-1], place) if places else []:
            solutions += between.solutions(places[-1], step)
            places.append(step)
        places += [place] if not places else []
        settled = settled + 1 if last_side is not None and _rough(place, target) == last_side else 0
        if settled > BEYOND and place.number > _scanned(curve):
            break
    if not places:
        raise fail(f"{target.measure} has no value above 0 at any {curve.param} that was tried")
    for step in between.beyond(places[-1]):
        solutions += between.solutions(places[-1], step)
        places.append(step)
    by_log = sorted(places, key=lambda place: place.log2)
    final = last_side is not None and settled > 0
    return Answer(solutions, places[0], places[-1], by_log[0], by_log[-1], final, between.searched, tends)


def _scanned(curve: Curve) -> Number:
    return curve.scanned[-1].number if curve.scanned else 0


def _last_side(curve: Curve, target: Target) -> tuple[int | None, bool]:
    """Tell whether the measure ends above the target, 1, or below, -1, and whether it tends to a constant.

    The side is None where it is not known.
    """
    if curve.closed is None or curve.x is None or curve.network is None:
        return None, False
    regime = Regime(curve.network.facts)
    try:
        growth = leading(curve.closed.value, curve.x, regime)
        tends = growth.top is None and growth.floor is None and not growth.exact
        found = regime.compare(growth.constant, target.value) if tends else direction(growth, regime)
    except Open:
        return None, False
    return found or None, tends


def _rough(place: CurvePoint, target: Target) -> int:
    return (place.log2 > target.log2) - (place.log2 < target.log2)


def side(sample: Sample, target: Target) -> int:
    """Tell whether a value is above its target, 1, at it, 0, or below, -1; exactly for rational ones."""
    wanted, number = target.value.rational(), sample.closed.number
    if wanted is not None and isinstance(number, int | Fraction):
        return (number > wanted) - (number < wanted)
    gap = sample.log2 - target.log2
    if abs(gap) <= SAME * max(1, abs(target.log2)):
        return 0
    return 1 if gap > 0 else -1


@dataclass
class _Between:
    """Looks for solutions between two samples."""

    curve: Curve
    target: Target
    searched: Number | None = None

    @cached_property
    def sides(self) -> Sides | None:
        """The closed form against the target, where the param takes whole numbers."""
        return self.curve.sides(self.target.value)

    def side(self, place: CurvePoint) -> int:
        """Tell the side at a place: of the network where it is valid."""
        number = place.number
        known = self.curve.whole and number <= _scanned(self.curve)
        if known and (sample := self.curve.sample(number)) is not None:
            return side(sample, self.target)
        with suppress(Exhausted):
            exact = None if self.sides is None else self.sides.sign(int(number))
            if exact is not None:
                return exact
        return _rough(place, self.target)

    def marks(self, low: CurvePoint, high: CurvePoint) -> list[CurvePoint]:
        """Give the numbers after a sample at which the closed form changes its side, and the next sample."""
        if self.sides is None or self.searched is not None:
            return [high]
        try:
            found = [*self.sides.stretches(int(low.number) + 1, int(high.number) - 1)]
        except Exhausted:
            self.searched = low.number
            return [high]
        changes = sum(a.sign != b.sign for a, b in pairwise(found))
        if changes < 2 and {stretch.sign for stretch in found} <= {self.side(low), self.side(high)}:
            return [high]
        return [*self._ends(found), high]

    def beyond(self, last: CurvePoint) -> list[CurvePoint]:
        """Give the numbers beyond the last sample at which the closed form changes its side."""
        found: list[Stretch] = []
        if self.sides is not None and self.searched is None:
            with suppress(Exhausted):
                for stretch in self.sides.stretches(int(last.number) + 1, self.curve.far):
                    found.append(stretch)
        return self._ends(found)[:-1] if len(found) > 1 else []

    def _ends(self, stretches: Sequence[Stretch]) -> list[CurvePoint]:
        ends = dict.fromkeys(number for stretch in stretches for number in (stretch.first, stretch.last))
        logs = [(number, self.curve.log2(number)) for number in ends]
        return [CurvePoint(number, log) for number, log in logs if log is not None]

    def solutions(self, low: CurvePoint, high: CurvePoint) -> list[Solution]:
        """Find the crossing between two samples, if there is one."""
        curve, target = self.curve, self.target
        sides = self.side(low), self.side(high)
        if sides[1] == 0:
            return [_hit(curve, high.number)]
        if sides[0] == 0 or sides[0] == sides[1]:
            return []
        root = _root(curve, target, low, high)
        if root is None:
            return [_among_valid(curve, target, low, high)]
        exact = _exact(curve, target, root)
        if isinstance(exact, int | Fraction):
            root = Fraction(exact)
        if not curve.whole:
            return [_at(curve, target, root, exact)]
        return [_around(curve, target, root, exact)]


def _root(curve: Curve, target: Target, low: CurvePoint, high: CurvePoint) -> Fraction | None:
    """Bisect the closed form; None where it does not say at both ends what the networks do."""
    if curve.closed is None:
        return None
    log2 = target.log2

    def gap(number: Number) -> float | None:
        log = curve.log2(number)
        return None if log is None else log - log2

    ends = gap(low.number), gap(high.number)
    if ends[0] is None or ends[1] is None or (ends[0] > 0) == (ends[1] > 0):
        return None
    return bisect(gap, low.number, high.number)


def _exact(curve: Curve, target: Target, root: Fraction) -> Scalar | None:
    if curve.closed is None or curve.x is None or not target.exact:
        return None
    for found in inverse(curve.closed.value, curve.x, target.value):
        value = symbolic(found).evalf(30)
        if value.is_Float or value.is_Rational:
            close = abs(Fraction(str(value)) - root) if value.is_finite else None
            if close is not None and close <= NEAR * max(Fraction(1), abs(root)):
                return found
    return None


def _at(curve: Curve, target: Target, root: Fraction, exact: Scalar | None) -> Solution:
    """Give a root among real numbers; where the closed form jumps past the target, the decimals beside it."""
    log = curve.law(whole(root))
    if log is None or abs(log - target.log2) <= JUMP:
        return Solution(root, exact, None, None)
    places = (whole(Fraction(round(root * BESIDE) + step, BESIDE)) for step in (-1, 0, 1))
    beside = [sample for place in places if (sample := curve.sample(place)) is not None]
    for low, high in pairwise(beside):
        if side(low, target) != side(high, target):
            return Solution(None, None, low, high)
    return Solution(None, None, None, None)


def _around(curve: Curve, target: Target, root: Fraction, exact: Scalar | None) -> Solution:
    """Give the valid numbers around a root; one that hits the target counts for both sides."""
    nearest = round(root)
    if abs(root - nearest) < NEAR * max(Fraction(1), Fraction(nearest)):
        hit = curve.sample(nearest) if nearest > 0 else None
        if hit is not None and side(hit, target) == 0:
            return _hit(curve, nearest)
    return Solution(root, exact, curve.below(root), curve.above(root))


def _among_valid(curve: Curve, target: Target, low: CurvePoint, high: CurvePoint) -> Solution:
    """Find the two valid numbers between which the networks cross the target."""
    a, b = curve.sample(low.number), curve.sample(high.number)
    while a is not None and b is not None:
        middle = Fraction(a.number + b.number) / 2
        between = curve.below(middle)
        if between is None or between.number <= a.number:
            between = curve.above(middle)
        if between is None or not a.number < between.number < b.number:
            break
        found = side(between, target)
        if found == 0:
            return _hit(curve, between.number)
        a, b = (between, b) if found == side(a, target) else (a, between)
    return Solution(None, None, a, b)


def _hit(curve: Curve, number: Number) -> Solution:
    """Give a valid number that hits the target, with its neighbours."""
    at = Fraction(number)
    below, above = (curve.below(at - 1), curve.above(at + 1)) if curve.whole else (None, None)
    return Solution(at, plain(symbolic(number)), below, above, curve.sample(number))
