"""Numbers put in place of symbols: at 0, below 0, in exponents, in rounds; beside the same by hand."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.algebras.powers_plus import closed_power
from layercalc.errors import SpecError
from layercalc.forms.join import maximum
from layercalc.forms.product import ONE, ZERO, Product, add
from layercalc.forms.series import convolved, product_over, sum_over
from layercalc.numbers.finite_sums import put_in, written_out
from layercalc.numbers.log2 import log2
from layercalc.numbers.special import geometric, outermost, recurrence, rising
from layercalc.numbers.undefined import UndefinedError
from tests.examples import examples

N, M = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("n", "m"))
R, S = (sympy.Symbol(name, integer=True, nonnegative=True) for name in "ij")
A, C = (sympy.Symbol(name, integer=True) for name in "ac")
W = sympy.Symbol("w", integer=True, positive=True)
of = Product.of
SMALL = st.integers(0, 5)
#: What may stand in a round, and the same by hand.
FACTORS = {
    "line": (C + A * R, lambda a, c, i: c + a * i),
    "line down": (C + A * (N - R), None),
    "symbol": (A * (R + 1), lambda a, c, i: a * (i + 1)),
    "round": (R, lambda a, c, i: i),
    "power": (A**R * (C + 1), lambda a, c, i: a**i * (c + 1)),
    "square": ((A * R + C) ** 2 * (R + 1), lambda a, c, i: (a * i + c) ** 2 * (i + 1)),
    "quotient": ((R + A + 1) / (R + 1), lambda a, c, i: Fraction(i + a + 1, i + 1)),
}


def by_hand(name: str, a: int, c: int, i: int, n: int) -> Fraction:
    rule = FACTORS[name][1]
    return Fraction(c + a * (n - i) if rule is None else rule(a, c, i))


@pytest.mark.parametrize("name", FACTORS)
@given(a=SMALL, c=SMALL, n=SMALL)
def test_a_product_over_rounds_holds_at_zero(name: str, a: int, c: int, n: int) -> None:
    made = product_over(of(FACTORS[name][0]), R, N).substitute({A: a, C: c, N: n})
    assert made.rational() == math.prod(by_hand(name, a, c, i, n) for i in range(n))


@pytest.mark.parametrize("later", FACTORS)
@pytest.mark.parametrize("entering", FACTORS)
@examples(12)
@given(a=SMALL, c=SMALL, n=SMALL)
def test_what_enters_in_each_round_holds_at_zero(later: str, entering: str, a: int, c: int, n: int) -> None:
    made = convolved(of(FACTORS[later][0]), of(FACTORS[entering][0]), R, N)
    total = sum(
        by_hand(entering, a, c, j, n) * math.prod(by_hand(later, a, c, k, n) for k in range(j + 1, n))
        for j in range(n)
    )
    assert made.substitute({A: a, C: c, N: n}).rational() == total


@given(a=SMALL, c=SMALL, n=SMALL)
def test_a_sum_of_powers_holds_at_zero(a: int, c: int, n: int) -> None:
    made = sum_over(A ** (N - R) * C**R, R, N)
    assert put_in(
        sympy.sympify(made), {A: sympy.Integer(a), C: sympy.Integer(c), N: sympy.Integer(n)}
    ) == sum(a ** (n - i) * c**i for i in range(n))


@given(a=st.integers(-3, 5), b=st.integers(-3, 5), power=st.integers(-2, 3), n=SMALL)
def test_differences_below_zero_are_right_or_refused(a: int, b: int, power: int, n: int) -> None:
    x, y = sympy.symbols("x y", real=True)
    value = of(x - 2) * of(y - 2) ** power * of(x - y + 1) ** N
    value = add([value * of(3), of(y - 1)])
    try:
        made = value.substitute({x: a, y: b, N: n}).rational()
    except SpecError:
        made = None
    try:
        right = 3 * (a - 2) * Fraction(b - 2) ** power * (a - b + 1) ** n + (b - 1)
    except ZeroDivisionError:
        right = Fraction(-1)
    assert made == (right if right >= 0 else None)


def test_two_differences_below_zero_multiply_to_a_number_above_it() -> None:
    a, b = sympy.symbols("a b", integer=True, positive=True)
    assert of((a - 5) * (b - 5)).substitute({a: 3, b: 3}).rational() == 4
    with pytest.raises(UndefinedError, match=r"no value at a = 3, b = 6: .* never negative"):
        of((a - 5) * (b - 5)).substitute({a: 3, b: 6})
    assert maximum([of(a - 5), of(b)]).substitute({a: 1, b: 2}).rational() == 2


def test_zero_beside_a_division_by_zero_is_no_zero() -> None:
    x, y = sympy.symbols("x y", real=True)
    with pytest.raises(UndefinedError, match="division"):
        of(x / y).substitute({x: 0, y: 0})
    with pytest.raises(UndefinedError, match="not finite"):
        (of(x) * of(rising(1 + 16 / y, N))).substitute({x: 0, y: 0})
    assert (of(x) ** (N - 1)).substitute({x: 0, N: 3}) == ZERO
    assert (of(x) ** N).substitute({x: 0}).substitute({N: 0}) == ONE
    assert (of(x) ** N).substitute({x: 0}).substitute({N: 2}) == ZERO


def test_a_sum_in_an_exponent_counts() -> None:
    rounds = sympy.Sum(sympy.Max(R - 1, 0), (R, 0, N - 1))
    assert (of(2) ** rounds).substitute({N: 7}).log2() == 15
    assert (of(2) ** (rounds + 1) * of(W)).substitute({N: 7, W: 4}).rational() == 2**18


@pytest.mark.parametrize(
    "term",
    [
        1 / (R + 1),
        sympy.Max(R - 3, 5 * R - 20, 1) / 7,
        sympy.floor((R + 2) / 3) * 2**R,
        geometric(sympy.Rational(7, 5), R) / (R + 1),
        rising(sympy.Rational(16, 3), R),
        recurrence(R, 3, 2, 7) + sympy.Mod(R, 3),
        sympy.Abs(R - 4) * sympy.ceiling(R / 2) + sympy.Min(R, 5),
        log2(9 * R + 5) * (R - 2) / 3 + log2(7) + R,
        log2(R + 1) * log2(R + 2),
        sympy.Sum(1 / (R + S + 1), (S, 0, R)),
        sympy.Sum(log2(R + S + 1) + S, (S, 0, R)),
        sympy.Product(S + 2, (S, 0, R - 1)) / (R + 1),
    ],
    ids=str,
)
def test_rounds_at_a_number_are_those_written_out(term: sympy.Expr) -> None:
    listed = [term.xreplace({R: sympy.Integer(k)}).doit() for k in range(9)]
    total = written_out(sympy.Sum(term, (R, 0, 8)))
    assert not total.has(sympy.Sum)
    assert abs(sympy.N(total - sympy.Add(*listed), 40)) < 1e-30
    product = written_out(sympy.Product(term + 1, (R, 0, 8)))
    assert abs(sympy.N(product / sympy.Mul(*(value + 1 for value in listed)) - 1, 40)) < 1e-30
    for series, right in (
        (sympy.Sum(term + 3, (R, 0, N)), total + 27),
        (sympy.Product(term + 1, (R, 0, N)), product),
    ):
        made = of(series).substitute({N: 8})
        if right.is_positive:
            assert abs(made.log2() - sympy.N(sympy.log(right, 2), 40)) < 1e-25


def test_too_many_rounds_are_refused() -> None:
    with pytest.raises(SpecError, match="rounds"):
        of(sympy.Sum(1 / (R + 1), (R, 0, N))).substitute({N: 10**9})
    with pytest.raises(SpecError, match="rounds"):
        of(sympy.Sum(1 / (R + W), (R, 0, N))).substitute({N: 10**6})


@pytest.mark.parametrize(
    "series",
    [
        sympy.Sum(sympy.Sum(1 / (R + S + 1), (S, 0, N)), (R, 0, N)),
        sympy.Sum(sympy.Sum(R * S, (S, 0, R)), (R, 0, N)),
        sympy.Sum(1 / (1 + sympy.Product(R + S + 1, (S, R, N))), (R, 0, N)),
        sympy.Sum(sympy.Sum(sympy.Sum(R * S, (W, 0, R)) + S, (S, 0, N)), (R, 0, N)),
    ],
)
def test_rounds_within_rounds_are_counted_before_any_is_read(
    series: sympy.Expr, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rounds(expression: sympy.Expr, at: dict[sympy.Symbol, int]) -> int:
        if not isinstance(expression, sympy.Sum | sympy.Product):
            return sum(rounds(part, at) for part in expression.args)
        function, (index, low, high) = outermost(expression)
        numbers = range(int(low.subs(at)), int(high.subs(at)) + 1)
        return sum(1 + rounds(function, {**at, index: k}) for k in numbers)

    with pytest.raises(SpecError, match="rounds"):
        written_out(series.xreplace({N: sympy.Integer(10**4)}))
    walked = rounds(series, {N: 5})
    monkeypatch.setattr("layercalc.limits.ROUNDS", walked)
    assert written_out(series.xreplace({N: sympy.Integer(5)})).is_Rational
    monkeypatch.setattr("layercalc.limits.ROUNDS", walked - 1)
    with pytest.raises(SpecError, match="rounds"):
        written_out(series.xreplace({N: sympy.Integer(5)}))


def test_a_value_does_not_depend_on_what_was_imported() -> None:
    code = (
        "import sympy; from layercalc.forms.product import Product; i = sympy.Symbol('i');"
        "value = Product.of(sympy.Product(i + 2, (i, 0, 3))); import layercalc.forms.series;"
        "print(value == Product.of(120), value == Product.of(sympy.Product(i + 2, (i, 0, 3))))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["True", "True"]


ROWS = {
    "skip": [{0: "a", 1: "b"}, {1: "1"}],
    "two": [{0: "a", 1: "1"}, {1: "c"}],
    "before": [{1: "a"}, {0: "b", 1: "c"}],
    "three": [{0: "a", 1: "1"}, {1: "b", 2: "1"}, {2: "c"}],
    "same": [{0: "a", 1: "1"}, {1: "a"}],
}


@pytest.mark.parametrize("name", ROWS)
@given(a=SMALL, b=SMALL, c=SMALL, n=SMALL)
def test_powers_of_maps_hold_at_zero(name: str, a: int, b: int, c: int, n: int) -> None:
    numbers = {"a": a, "b": b, "c": c, "1": 1}
    symbols = {**{letter: sympy.Symbol(letter, integer=True) for letter in "abc"}, "1": 1}
    closed = closed_power([{i: of(symbols[e]) for i, e in row.items()} for row in ROWS[name]], N)
    matrix = sympy.zeros(len(ROWS[name]))
    for row, entries in enumerate(ROWS[name]):
        for column, entry in entries.items():
            matrix[row, column] = numbers[entry]
    power = matrix**n
    put = {symbols[letter]: numbers[letter] for letter in "abc"} | {N: n}
    for row, powers in enumerate(closed):
        for column in range(len(closed)):
            made = powers.get(column, ZERO).substitute(put)
            assert made.rational() == power[row, column], (row, column)


@pytest.mark.parametrize(("degree", "closed"), [(8, True), (9, False)])
def test_a_weighted_sum_is_closed_up_to_a_degree(degree: int, closed: bool) -> None:
    assert sympy.sympify(sum_over(R**degree * W**R, R, N)).has(sympy.Sum) is not closed
