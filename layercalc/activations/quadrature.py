"""Moments of any formula, summed to 12 digits.

From: the formula of an activation, the distribution of its input, and places where it is
known to bend. To: the mean and the mean square behind it. Promises: a smooth formula of a
normal value is summed at even steps, which is exact but for a part that falls exponentially
in their number; of any other, a stretch is halved until its two halves give what the whole
gave, so a bend or a jump is closed in wherever it is. A normal value is followed as far out
as the formula counts. Only here is an expression read at floating-point numbers, of 30 digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from layercalc import tree
from layercalc.activations.formula import is_analytic
from layercalc.activations.inputs import Input
from layercalc.errors import SpecError, fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, is_scalar
from layercalc.expressions.weights import PRECISION

if TYPE_CHECKING:
    from mpmath import mpf

#: Even steps across a normal value; they start at no round number, for there a formula may have no value.
_STEP = 0.5
_START = -9.995
_REACH = 20
#: The part of the variance by which the sums at some steps and at those between may differ: together they
#: are as exact as its square. Steps are halved so often, while that much is gained as at smooth formulas.
_ALIKE = 1e-8
_HALVINGS = 5
_GAIN = 1.5
_NODES = 12
#: Operations that the formula's value at one number takes as long as, beside its own.
_EFFORT = 100
#: The parts of the variance that a stretch may be wrong by, and the one beyond the last may add.
_TOLERANCE = 1e-16
#: The part of the mean square below which a variance is none, while stretches are halved.
_NOISE = 1e-12
#: The width at which a stretch is halved no more: a jump of 1 in it is too small to be seen.
_NARROWEST = 2.0**-56


class _Sums(NamedTuple):
    """What a stretch adds to the mean and to the mean square."""

    mean: mpf
    square: mpf


class _Stretch(NamedTuple):
    """A stretch between two ends: what its halves give, and how far the whole is from that."""

    low: mpf
    high: mpf
    halves: tuple[_Sums, _Sums]
    sums: _Sums
    off: _Sums


def moments(node: tree.Activation, context: Context, x: Input, cuts: Iterable[mpf]) -> tuple[mpf, mpf]:
    """Give the mean and the mean square of a formula, at a precision of 30 digits.

    Raises `SpecError` where the formula gives no number, and where its moments do not settle.
    """
    import mpmath

    with mpmath.workdps(PRECISION):
        return _Quadrature(node, context, x).moments(cuts)


class _Quadrature:
    """Sums one formula over the places of one distribution."""

    def __init__(self, node: tree.Activation, context: Context, x: Input) -> None:
        self._node, self._context, self._x = node, context, x

    def moments(self, cuts: Iterable[mpf]) -> tuple[mpf, mpf]:
        import mpmath

        analytic = is_analytic(self._node.formula, self._context)
        if analytic and self._x.farthest is not None and (total := self._even()) is not None:
            return total.mean, total.square
        ends = [mpmath.mpf(end) for end in self._x.ends()]
        inside = [cut for cut in cuts if ends[0] < cut < ends[-1]]
        stretches = [self._stretch(low, high) for low, high in pairwise(sorted({*ends, *inside}))]
        if self._x.farthest is not None:
            stretches += [*self._tail(stretches, -1), *self._tail(stretches, 1)]
        total = self._refined(stretches)
        return total.mean, total.square

    def _even(self) -> _Sums | None:
        """Add up at even steps, halved until nothing changes; None where that is slow, or the ends count."""
        total, edge = self._row(_START, _STEP)
        before = 1.0
        for halving in range(_HALVINGS):
            step = _STEP / 2**halving
            between, _ = self._row(_START + step / 2, step)
            off, total = _difference(total, between), _mean(total, between)
            spread = _spread(total)
            if edge > _TOLERANCE * spread / 100 or off > before**_GAIN * spread:
                return None
            if off <= _ALIKE * spread:
                return total
            before = off / spread
        return None

    def _row(self, start: float, step: float) -> tuple[_Sums, mpf]:
        """Add up at even steps; give also what the outermost add to the mean square."""
        import mpmath

        places = [mpmath.mpf(start) + step * number for number in range(int(_REACH / step) + 1)]
        parts = [self._at(place, step) for place in places]
        return _total(parts), max(parts[0].square, parts[-1].square)

    def _at(self, place: mpf, width: mpf) -> _Sums:
        """Give what a place adds, as wide as it is."""
        x, density = self._x.at(place)
        value = self._value(x)
        return _Sums(width * density * value, width * density * value * value)

    def _tail(self, stretches: list[_Stretch], sign: int) -> list[_Stretch]:
        """Go on outwards, by units, until what is added is too small to count."""
        total, found = _total(stretch.sums for stretch in stretches), list[_Stretch]()
        place, last = (stretches[0].low, stretches[0]) if sign < 0 else (stretches[-1].high, stretches[-1])
        while last.sums.square > _TOLERANCE * _spread(total) / 100:
            if abs(place) >= self._x.farthest:
                raise fail(
                    f"{self._name}: the formula grows too fast for x ~ {self._x}", self._node.formula.span
                )
            last = self._stretch(*sorted((place, place + sign)))
            found.append(last)
            total, place = _total([total, last.sums]), place + sign
        return found

    def _refined(self, stretches: list[_Stretch]) -> _Sums:
        """Halve what is not exact enough, and add up."""
        start = _total(stretch.sums for stretch in stretches)
        most, done, left = _TOLERANCE * _spread(start), list[_Stretch](), stretches[::-1]
        while left:
            stretch = left.pop()
            error = abs(stretch.off.square) + 2 * abs(start.mean * stretch.off.mean)
            if error <= most or stretch.high - stretch.low < _NARROWEST:
                done.append(stretch)
                continue
            middle = (stretch.low + stretch.high) / 2
            left += [
                self._stretch(middle, stretch.high, stretch.halves[1]),
                self._stretch(stretch.low, middle, stretch.halves[0]),
            ]
        return _total(stretch.sums for stretch in done)

    def _stretch(self, low: mpf, high: mpf, whole: _Sums | None = None) -> _Stretch:
        middle = (low + high) / 2
        halves = self._sums(low, middle), self._sums(middle, high)
        sums = _total(halves)
        whole = self._sums(low, high) if whole is None else whole
        return _Stretch(low, high, halves, sums, _Sums(sums.mean - whole.mean, sums.square - whole.square))

    def _sums(self, low: mpf, high: mpf) -> _Sums:
        width = high - low
        return _total(self._at(low + width * node, width * weight) for node, weight in _rule())

    def _value(self, x: mpf) -> mpf:
        import mpmath
        import sympy

        self._context.budget.spend(_EFFORT, self._node.formula.span)
        name = self._node.parameters[0].name.text
        where = f"at {name} = {float(x):.4g}"
        try:
            value = evaluate(self._node.formula, self._context.inner({name: sympy.Float(x, PRECISION)}))
        except SpecError as error:
            told = error.diagnostics[0]
            raise fail(f"{self._name} {where}: {told.message}", told.span, told.hint) from None
        number = symbolic(value).evalf(PRECISION) if is_scalar(value) else None
        if number is None or not (number.is_Float or number.is_Integer):
            raise fail(f"{self._name}: the formula gives no number {where}", self._node.formula.span)
        return mpmath.mpf(number)

    @property
    def _name(self) -> str:
        return self._node.name.text


def _total(parts: Iterable[_Sums]) -> _Sums:
    mean = square = 0
    for part in parts:
        mean, square = mean + part.mean, square + part.square
    return _Sums(mean, square)


def _mean(a: _Sums, b: _Sums) -> _Sums:
    return _Sums((a.mean + b.mean) / 2, (a.square + b.square) / 2)


def _difference(a: _Sums, b: _Sums) -> mpf:
    """Tell how far the variance is off where the sums are off by as much as two are from each other."""
    return abs(a.square - b.square) + 2 * abs(a.mean * (a.mean - b.mean))


def _spread(total: _Sums) -> mpf:
    """Give the variance, or what is left of the mean square where there is none."""
    return max(total.square - total.mean**2, _NOISE * total.square)


@cache
def _rule() -> list[tuple[mpf, mpf]]:
    """Give the points and weights of Gauss and Legendre between 0 and 1."""
    import mpmath
    from sympy.integrals.quadrature import gauss_legendre

    with mpmath.workdps(PRECISION):
        nodes, weights = gauss_legendre(_NODES, PRECISION)
        pairs = zip(nodes, weights, strict=True)
        return [((1 + mpmath.mpf(node)) / 2, mpmath.mpf(weight) / 2) for node, weight in pairs]
