"""Where one family overtakes another in a measure, over a param that both have.

From: two `Curve`s. To: a `Comparison`: every crossing with the valid numbers of both on its
sides, and who is above in the end. Promises: a side is told by the networks at valid
numbers, the end by the growths. Between two samples only one crossing is found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from layercalc.errors import fail
from layercalc.growth.curve import EQUAL, NEAR, Curve, Place, Sample, bisect
from layercalc.growth.growth import Growth, compare
from layercalc.growth.leading import leading
from layercalc.growth.regime import Open, Regime
from layercalc.values.scalar import Number

#: Samples that are taken beyond the place from which the family that wins in the end is above.
BEYOND = 12


@dataclass(frozen=True)
class Crossing:
    """The place where the first family comes above the second, or falls below it: `sign` 1 or -1.

    `root` is None where the families are known at valid numbers only.
    """

    sign: int
    root: Fraction | None
    below: Number | None
    above: Number | None


@dataclass(frozen=True)
class Comparison:
    """The crossings in the range from `first` to `last`, where log2 of the quotient stands.

    `end` is the side of the first family in the limit: 1 above, -1 below, 0 where the
    quotient tends to 1, None where that is not known. Where both grow `alike` it tends
    to a constant.
    """

    crossings: Sequence[Crossing]
    first: Place
    last: Place
    end: int | None
    alike: bool = False


def against(a: Curve, b: Curve) -> Comparison:
    """Compare two families in one measure.

    >>> from layercalc.growth.family import Family
    >>> from layercalc.resolve.program import load_program
    >>> resnet, mlp = (
    ...     Curve(Family(load_program(name), {}, ["depth"]), "depth", "params")
    ...     for name in ("resnet_cifar", "mlp")
    ... )
    >>> found = against(resnet, mlp)
    >>> found.crossings, found.end
    ([], -1)

    Raises `SpecError` where no number is valid for both.
    """
    pair = _Pair(a, b)
    (end, alike), places = pair.end(), list[Place]()
    crossings: list[Crossing] = []
    settled = 0
    for place in pair.places():
        crossings += pair.between(places[-1], place) if places else []
        places.append(place)
        settled = settled + 1 if end and _sign(place.log2) == end else 0
        if settled > BEYOND and place.number > pair.scanned:
            break
    if not places:
        raise fail(f"no value of {a.param} that was tried is valid for both specs")
    return Comparison(crossings, places[0], places[-1], end, alike)


@dataclass(frozen=True)
class _Pair:
    a: Curve
    b: Curve

    @property
    def scanned(self) -> Number:
        """The greatest number that was scanned for both."""
        return max((place.number for place in self._valid()), default=0)

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

    def _valid(self) -> list[Place]:
        ours: dict[Number, Sample] = {sample.number: sample for sample in self.a.scanned}
        theirs: dict[Number, Sample] = {sample.number: sample for sample in self.b.scanned}
        numbers = sorted({*ours, *theirs})
        gaps = [(number, self.valid_gap(number)) for number in numbers]
        return [Place(number, gap) for number, gap in gaps if gap is not None]

    def places(self) -> Iterator[Place]:
        valid = self._valid()
        yield from valid
        last = valid[-1].number if valid else 0
        closed = self.a.closed is not None and self.b.closed is not None
        for place in self.a.places() if len(self.a.scanned) >= len(self.b.scanned) else self.b.places():
            if place.number > last:
                gap = self.gap(place.number) if closed else self.valid_gap(place.number)
                if gap is not None:
                    yield Place(place.number, gap)

    def between(self, low: Place, high: Place) -> list[Crossing]:
        """Find the crossing between two places, if there is one."""
        before, after = _sign(low.log2), _sign(high.log2)
        if after == 0 or before == after or before == 0:
            return []
        root = self._root(low, high)
        if not self.a.whole:
            return [Crossing(after, root, low.number, high.number)]
        start = math.floor(low.number if root is None else root)
        below = self._near(range(start, max(0, start - NEAR), -1))
        above = self._near(range(start + 1, start + NEAR))
        return [Crossing(after, root, below, above)]

    def _root(self, low: Place, high: Place) -> Fraction | None:
        if self.a.closed is None or self.b.closed is None:
            return None
        ends = self.gap(low.number), self.gap(high.number)
        if ends[0] is None or ends[1] is None or _sign(ends[0]) == _sign(ends[1]):
            return None
        return bisect(self.gap, low.number, high.number)

    def _near(self, numbers: range) -> Number | None:
        return next((n for n in numbers if self.valid_gap(n) is not None), None)


def _sign(gap: float) -> int:
    return 0 if abs(gap) <= EQUAL else 1 if gap > 0 else -1
