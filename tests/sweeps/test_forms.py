"""Forms on tapes against sympy at each point: exactly, as doubles and as logarithms."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy
import pytest
import sympy

from layercalc.forms.join import maximum
from layercalc.forms.product import Product, add
from layercalc.numbers.finite_sums import put_in
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import plain
from layercalc.numbers.special import geometric, recurrence, rising
from layercalc.sweeps.counts import count
from layercalc.sweeps.exact import Exact, UnreadError
from layercalc.sweeps.logs import LogReader
from layercalc.sweeps.sheet import Axis
from layercalc.sweeps.tape import Array, Node, Tape

n, w = sympy.symbols("n w", integer=True, positive=True)
i, j = sympy.symbols("i j", integer=True, nonnegative=True)
AXES = {"n": numpy.arange(1, 12), "w": numpy.array([1, 2, 3, 8, 50, 1000])}


def reader(axes: dict[str, Array] = AXES) -> LogReader:
    tape = Tape(tuple(axes))
    symbols = {symbol: symbol.name for symbol in (n, w) if symbol.name in axes}
    return LogReader(
        tape,
        {
            s: Exact(tape.axis(name, float(axes[name].min()), float(axes[name].max())))
            for s, name in symbols.items()
        },
    )


def points() -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a in AXES["n"] for b in AXES["w"]]


def run(made: LogReader, wanted: list[Node]) -> list[Array]:
    grid = dict(zip(AXES, numpy.ix_(*AXES.values()), strict=True))
    return [numpy.broadcast_to(a, (11, 6)).ravel() for a in made.tape.run(grid, wanted)]


WHOLE = [
    3 * n * w**2 - 7 * n + 2,
    n * (n + 1) * (n + 2) / 6 + w,
    sympy.floor(n / 2 + sympy.Rational(1, 2)) * w,
    sympy.floor((3 * w + 1) / (n + 1)) - sympy.ceiling(w / n),
    sympy.Max(n, w, 5) - sympy.Min(n * w, 40),
    sympy.Mod(w, n) + sympy.Abs(n - 6),
    2**n + 3 ** (n + 1),
    sympy.floor(2**n / w),
    geometric(3, n),
    geometric(-2, n) + 10**6,
    geometric(w, n),
    recurrence(n - 2, 1, 1),
    recurrence(n, w, -2),
    rising(w, n),
    sympy.Sum(i**2 * sympy.floor(w / (i + 1)), (i, 0, n - 1)),
    sympy.Sum(sympy.Sum(i + sympy.Max(j, w), (j, 0, i)), (i, 0, n - 1)),
    sympy.Product(i + w, (i, 0, n - 1)),
    sympy.Sum(i, (i, n, n - 1)) + 4,
]


@pytest.mark.parametrize("form", WHOLE, ids=str)
def test_whole_numbers_are_exact_or_flagged(form: sympy.Expr) -> None:
    made = reader()
    counted = count(made, form, AXES)
    arrays = run(made, [*made.guards, *counted.wanted])
    guards, arrays = arrays[: len(made.guards)], arrays[len(made.guards) :]
    assert all(guard.all() for guard in guards)
    words, doubles, doubtful = counted.read(arrays)
    for place, (a, b) in enumerate(points()):
        exact = plain(put_in(form, {n: sympy.Integer(a), w: sympy.Integer(b)}))
        if doubtful is not None and doubtful[place]:
            assert abs(exact) >= 2**63  # it is built one by one
        elif abs(exact) < 2**62:
            assert words[place] == exact
        elif doubles is not None and not math.isnan(doubles[place]):
            assert words[place] == -1
            assert abs(Fraction(doubles[place]) - exact) <= Fraction(2, 10**16) * abs(exact)


REAL = [
    n * log2(3) + w / 7,
    log2(n * w + 1) ** 2,
    sympy.sqrt(n) * w - n / (w + 1),
    sympy.Max(log2(w), n / 3),
    sympy.log(w + 1) + geometric(sympy.Rational(1, 3), n),
    geometric(1 + 1 / w, n),
    sympy.Sum(log2(i + w), (i, 0, n - 1)),
    sympy.floor(log2(w) * 3 + sympy.Rational(1, 4)),
    w ** (n / 5),
]


@pytest.mark.parametrize("form", REAL, ids=str)
def test_doubles_are_near(form: sympy.Expr) -> None:
    made = reader()
    node = made.real(form)
    (values, *guards) = run(made, [node, *made.guards])
    for place, (a, b) in enumerate(points()):
        if all(guard[place] for guard in guards):
            expected = float(put_in(form, {n: sympy.Integer(a), w: sympy.Integer(b)}).evalf(30))
            assert values[place] == pytest.approx(expected, rel=1e-12, abs=1e-300)


PRODUCTS = [
    Product.of(12 * w) ** (1000 * n) / Product.of(n + 3),
    add([Product.of(w) ** n, Product.of(7), Product.of(Fraction(1, 3)) ** (n * w)]),
    add([Product.of(2) ** (900 * n), Product.of(w)]),
    maximum([Product.of(w**2), Product.of(3) ** n]),
    Product.of(geometric(w, 700 * n)),
    Product.of(recurrence(n + 400, 2 * w + 1, -(w**2) - 2 * w, w**2)),
    Product.of(rising(3, 50 * n) + 0),
    Product.of(sympy.Product(sympy.Max(i, w) + 1, (i, 0, 40 * n))),
    Product.of(sympy.Sum(w ** (30 * i), (i, 0, 9 * n))),
]


@pytest.mark.parametrize("form", PRODUCTS, ids=lambda form: str(form.to_sympy())[:60])
def test_logarithms_are_near(form: Product) -> None:
    made = reader()
    node = made.log_of_product(form)
    (values, *guards) = run(made, [node, *made.guards])
    assert all(guard.all() for guard in guards)
    for place, (a, b) in enumerate(points()):
        expected = float(form.substitute({n: a, w: b}).log2(30))
        assert abs(values[place] - expected) <= 1e-12 * max(1, abs(expected))


def test_a_lost_difference_is_guarded() -> None:
    made = reader()
    made.real(w * log2(3) - 1000 * log2(3) + sympy.Rational(1, 10**9))
    assert not run(made, [*made.guards])[0].all()


def test_what_may_be_vast_is_not_compared() -> None:
    with pytest.raises(UnreadError):
        reader().exact(sympy.floor(w**30 / (n + 1)))


def test_vast_counts_are_doubles_to_the_last_bit() -> None:
    wide = {"n": numpy.array([3, 10**6, 3 * 10**6 + 1]), "w": numpy.array([7, 10**9 + 7, 2 * 10**9 + 1])}
    made = reader(wide)
    form = sympy.expand(6 * (7 * n * w**2 + 5 * n**2 * w) / 3 - 11 * n * w)
    counted = count(made, form, wide)
    grid = dict(zip(wide, numpy.ix_(*wide.values()), strict=True))
    words, doubles, doubtful = counted.read(made.tape.run(grid, counted.wanted))
    assert doubles is not None
    assert doubtful is not None
    assert not doubtful.any()
    for (x, y), flagged in numpy.ndenumerate(doubles):
        exact = int(form.subs({n: int(wide["n"][x]), w: int(wide["w"][y])}))
        if math.isnan(flagged):
            assert words[x, y] == exact
        else:
            assert abs(Fraction(float(flagged)) - exact) <= Fraction(2, 10**16) * exact


def test_an_axis_of_fractions_has_one_denominator() -> None:
    axis = Axis.of([Fraction(1, 4), Fraction(2, 3), 5])
    assert (axis.words.tolist(), axis.below) == ([3, 8, 60], 12)


def test_a_sequence_that_loses_its_digits_is_told_apart() -> None:
    # h(n) = (n + 1)(n + 2) / 2 at the ratio 1: near it, doubles lose most of the digits.
    axes = {"n": numpy.array([10, 30_000])}
    made = reader(axes)
    q = 1 + sympy.Rational(1, 10**7)
    node = made.real(recurrence(n, 3 * q, -3 * q**2, q**3))
    (values,) = made.tape.run(axes, [node])
    assert values[0] == pytest.approx(66 * float(q) ** 10, rel=1e-12)
    assert math.isnan(values[1]) or values[1] == pytest.approx(
        30_001 * 30_002 / 2 * float(q) ** 30_000, rel=1e-12
    )
