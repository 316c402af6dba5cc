"""The moments of any formula by quadrature, to 12 digits.

From: the formula of an activation, the distribution of its input, and places where it is
known to bend. To: the mean and the mean square of its output. Promises: a smooth formula of a
normal value is summed at even steps, which is exact but for a part that falls exponentially
in their number; of any other, a stretch is halved until its two halves give what the whole
gave and its ends have the values that its points foretell, so a bend or a jump is closed
in on wherever it is. A normal value is followed as far out as the formula counts. Only here
is an expression read at floating-point numbers, of 30 digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from layercalc.activations.formula import is_analytic, size
from layercalc.activations.inputs import Input
from layercalc.errors import SpecError, fail
from layercalc.expressions.arithmetic import symbolic
from layercalc.expressions.costs import PRECISION
from layercalc.expressions.evaluator import evaluate
from layercalc.expressions.scope import Context, is_scalar
from layercalc.lazy import Lazy, mpmath, sympy
from layercalc.syntax import tree

_quadrature = Lazy("sympy.integrals.quadrature")
#: A number of mpmath.
mpf: TypeAlias = "mpmath.mpf"

#: Even steps across a normal value; they start at no round number, for there a formula may have no value.
_STEP = 0.5
_START = -9.995
_REACH = 20
#: The part of the variance by which the sums at some steps and at those between may differ: together they
#: are as exact as its square. Steps are halved so often, while that much is gained as at smooth formulas.
_ALIKE = 1e-8
_HALVINGS = 5
_GAIN = 1.5
#: Points in a stretch, and in one narrower than the width beside: there only a bend or a jump is left.
_NODES, _FEW, _NARROW = 12, 4, 1 / 64
#: Operations on exact numbers that each part of a formula takes as long as at a floating-point number.
_EFFORT = 12
#: The parts of the variance that a stretch may be wrong by, and the one beyond the last may add.
_TOLERANCE = 1e-15
#: The part of the mean square below which a variance is none, while stretches are halved.
_NOISE = 1e-12
#: The width at which a stretch is halved no more: a jump of 1 in it is too small to be seen.
_NARROWEST = 2.0**-48
#: What may hide at the ends of a stretch, in tolerances; and how far within a stretch its ends are looked at.
_HIDDEN = 1000
_INSIDE = 2.0**-60


class _Sums(NamedTuple):
    """The contribution of an interval to the mean and to the mean square."""

    mean: mpf
    square: mpf


class _Part(NamedTuple):
    """The contribution of a half interval, and its possible error by a jump before its first point.

    A jump or a bend there shows in the values at the ends, which the points do not foretell.
    """

    sums: _Sums
    hidden: _Sums


class _Subinterval(NamedTuple):
    """An interval: its halves, their contributions, and how far the whole differs from their sum."""

    low: mpf
    high: mpf
    halves: tuple[_Part, _Part]
    sums: _Sums
    off: _Sums
    hidden: _Sums


def moments(node: tree.Activation, context: Context, x: Input, cuts: Iterable[mpf]) -> tuple[mpf, mpf]:
    """Give the mean and the mean square of a formula, at a precision of 30 digits.

    Raises `SpecError` where the formula gives no number, and where its moments do not settle.
    """
    from layercalc.numbers import precision

    with precision.digits(PRECISION):
        return _Quadrature(node, context, x).moments(cuts)


class _Quadrature:
    """Integrates one formula over one distribution."""

    def __init__(self, node: tree.Activation, context: Context, x: Input) -> None:
        self._node, self._context, self._x = node, context, x
        self._effort = _EFFORT * size(node.formula)

    def moments(self, cuts: Iterable[mpf]) -> tuple[mpf, mpf]:
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
        """Sum at even steps, halved until the sum settles; None where that is slow, or the ends matter."""
        total, edge = self._row(_START, _STEP)
        before = 1.0
        for halving in range(_HALVINGS):
            step = _STEP / 2**halving
            between, _ = self._row(_START + step / 2, step)
            off, total = _difference(total, between), _mean(total, between)
            spread = _spread(total)
            if edge > _TOLERANCE * spread / 1000 or off > before**_GAIN * spread:
                return None
            if off <= _ALIKE * spread:
                return total
            before = off / spread
        return None

    def _row(self, start: float, step: float) -> tuple[_Sums, mpf]:
        """Sum at even steps; give also the contribution of the outermost ones to the mean square."""
        places = [mpmath.mpf(start) + step * number for number in range(int(_REACH / step) + 1)]
        parts = [self._at(place, step) for place in places]
        return _total(parts), max(parts[0].square, parts[-1].square)

    def _at(self, place: mpf, width: mpf) -> _Sums:
        """Give the contribution of a place with its width."""
        x, density = self._x.at(place)
        return _weighted(width * density, self._value(x))

    def _tail(self, stretches: list[_Subinterval], sign: int) -> list[_Subinterval]:
        """Continue outwards in unit steps until the contribution is negligible."""
        total, found = _total(stretch.sums for stretch in stretches), list[_Subinterval]()
        place, last = (stretches[0].low, stretches[0]) if sign < 0 else (stretches[-1].high, stretches[-1])
        while last.sums.square > _TOLERANCE * _spread(total) / 1000:
            if abs(place) >= self._x.farthest:
                raise fail(
                    f"{self._name}: the formula grows too fast for x ~ {self._x}", self._node.formula.span
                )
            last = self._stretch(*sorted((place, place + sign)))
            found.append(last)
            total, place = _total([total, last.sums]), place + sign
        return found

    def _refined(self, stretches: list[_Subinterval]) -> _Sums:
        """Halve the intervals that are not exact enough, and sum."""
        start = _total(stretch.sums for stretch in stretches)
        most, done, left = _TOLERANCE * _spread(start), list[_Subinterval](), stretches[::-1]
        while left:
            stretch = left.pop()
            off, hidden = (_error(sums, start.mean) for sums in (stretch.off, stretch.hidden))
            narrowest = stretch.high - stretch.low < _NARROWEST
            if narrowest or (off <= most and hidden <= _HIDDEN * most):
                done.append(stretch)
                continue
            middle = (stretch.low + stretch.high) / 2
            left += [
                self._stretch(middle, stretch.high, stretch.halves[1]),
                self._stretch(stretch.low, middle, stretch.halves[0]),
            ]
        return _total(stretch.sums for stretch in done)

    def _stretch(self, low: mpf, high: mpf, whole: _Part | None = None) -> _Subinterval:
        middle = (low + high) / 2
        halves = self._part(low, middle), self._part(middle, high)
        whole = self._part(low, high) if whole is None else whole
        sums, hidden = _total(half.sums for half in halves), _total(half.hidden for half in halves)
        off = _Sums(sums.mean - whole.sums.mean, sums.square - whole.sums.square)
        return _Subinterval(low, high, halves, sums, off, hidden)

    def _part(self, low: mpf, high: mpf) -> _Part:
        width = high - low
        rule = _rule(_NODES if width > _NARROW else _FEW)
        sums, values = [], []
        for node, weight in zip(rule.nodes, rule.weights, strict=True):
            x, density = self._x.at(low + width * node)
            values.append(self._value(x))
            sums.append(_weighted(width * weight * density, values[-1]))
        ends = [(low + width * _INSIDE, rule.first), (high - width * _INSIDE, rule.last)]
        hidden = [self._hidden(place, values, told, width * rule.nodes[0]) for place, told in ends]
        return _Part(_total(sums), _total(hidden))

    def _hidden(self, place: mpf, values: list[mpf], foretold: tuple[mpf, ...], width: mpf) -> _Sums:
        """Bound the error by a jump before the first point: the value at the end less the expected one."""
        x, density = self._x.at(place)
        value, told = self._value(x), sum(a * b for a, b in zip(values, foretold, strict=True))
        mean = abs(value - told) * width * density
        return _Sums(mean, 2 * mean * max(abs(value), abs(told)))

    def _value(self, x: mpf) -> mpf:
        self._context.budget.spend(self._effort, self._node.formula.span)
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
    return _error(_Sums(a.mean - b.mean, a.square - b.square), a.mean)


def _spread(total: _Sums) -> mpf:
    """Give the variance, or what is left of the mean square where there is none."""
    return max(total.square - total.mean**2, _NOISE * total.square)


def _error(sums: _Sums, mean: mpf) -> mpf:
    """Bound the error of the variance by the error of the sums."""
    return abs(sums.square) + 2 * abs(mean * sums.mean)


def _weighted(weight: mpf, value: mpf) -> _Sums:
    return _Sums(weight * value, weight * value * value)


class _Rule(NamedTuple):
    """Points and weights between 0 and 1, and the weights that extrapolate the values there to 0 and 1."""

    nodes: tuple[mpf, ...]
    weights: tuple[mpf, ...]
    first: tuple[mpf, ...]
    last: tuple[mpf, ...]


@cache
def _rule(count: int) -> _Rule:
    """Give the Gauss-Legendre rule with a number of points."""
    from layercalc.numbers import precision

    with precision.digits(PRECISION):
        nodes, weights = _quadrature.gauss_legendre(count, PRECISION)
        points = tuple((1 + mpmath.mpf(node)) / 2 for node in nodes)
        first, last = (tuple(_lagrange(points, place, end) for place in range(count)) for end in (0, 1))
        return _Rule(points, tuple(mpmath.mpf(weight) / 2 for weight in weights), first, last)


def _lagrange(points: tuple[mpf, ...], place: int, x: int) -> mpf:
    """Give the value at x of the polynomial that is 1 at one of the points and 0 at all others."""
    others = [point for point in points if point != points[place]]
    return mpmath.fprod((x - other) / (points[place] - other) for other in others)
