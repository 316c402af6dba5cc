"""Closed forms against plain rational arithmetic, their naive twin."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.assumptions import Facts
from layercalc.forms.join import maximum
from layercalc.forms.product import ONE, ZERO, Product, add
from layercalc.numbers.factor import FACTORED, prime_powers, rational_powers
from layercalc.numbers.log2 import log2
from layercalc.numbers.scalar import Scalar, plain, symbolic
from layercalc.writing.forms import exact_text

N, W, K = (sympy.Symbol(name, integer=True, positive=True) for name in ("n", "w", "k"))
positive = st.fractions(Fraction(1, 1000), 10**6, max_denominator=1000)
of = Product.of
FACTS, HALF = Facts(), Fraction(1, 2)
FACTS.symbol("n")


def number(value: Product) -> Fraction:
    """Give the exact number of a closed form without symbols."""
    exact = value.rational()
    assert exact is not None
    return Fraction(exact)


# Logarithms


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        (1, 0),
        (8, 3),
        (Fraction(1, 4), -2),
        (49, 2 * log2(7)),
        (Fraction(1, 9), -2 * log2(3)),
        (Fraction(8, 27), -3 * log2(sympy.Rational(3, 2))),
        (W**2, 2 * log2(W)),
        (2**N, N),
    ],
)
def test_log2_is_exact_and_takes_powers_out(argument: Scalar, value: Any) -> None:
    assert log2(symbolic(argument)) == value


def test_log2_is_a_function_of_sympy() -> None:
    x = sympy.Symbol("x", positive=True)
    assert log2(12).func is log2
    assert log2(3).is_positive
    assert log2(N).is_nonnegative
    assert log2(sympy.Rational(2, 3)).is_negative
    assert sympy.diff(log2(x), x) == 1 / (x * sympy.log(2))
    assert sympy.limit(log2(x) / x, x, sympy.oo) == 0
    assert log2(x).rewrite(sympy.log) == sympy.log(x) / sympy.log(2)
    assert sympy.series(log2(1 + x), x, 0, 2).removeO() == x / sympy.log(2)
    assert log2(sympy.oo) is sympy.oo
    assert log2(0) == -sympy.oo
    assert sympy.latex(log2(3) ** 2) == r"\log_{2}^{2}{\left(3 \right)}"
    assert abs(log2(3).evalf(60) - sympy.log(3, 2).evalf(60)) < sympy.Float(10) ** -58
    within = log2(1 + log2(3)) - sympy.log(1 + sympy.log(3, 2), 2)
    assert abs(within.evalf(60, maxn=60)) < sympy.Float(10) ** -58
    assert abs(log2(-4).evalf(30) - 2 - sympy.I * sympy.pi.evalf(30) / sympy.log(2).evalf(30)) < 1e-28


def test_log2_is_evaluated_without_the_floats_of_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = log2(3)
    for number in range(30):
        nested = log2(number + 1 + nested)

    def through_floats(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(sympy.Expr, "as_real_imag", through_floats)
    assert nested.evalf(20) > 0


# Products against fractions


@given(st.integers(1, 10**9))
def test_factors_multiply_back(n: int) -> None:
    factors = prime_powers(n)
    assert math.prod(base**power for base, power in factors) == n
    assert all(sympy.isprime(base) for base, _ in factors)


def test_a_square_of_a_composite_comes_apart() -> None:
    assert prime_powers(164899379**2) == ((4357, 2), (37847, 2))


def test_a_large_leftover_is_kept_whole() -> None:
    p, q = 2**61 - 1, 2**89 - 1
    assert prime_powers(6 * p * q) == ((2, 1), (3, 1), (p * q, 1))
    assert rational_powers(Fraction(p**2, 3)) == {p: 2, 3: -1}


@given(positive, positive, st.integers(-4, 4))
def test_products_are_those_of_fractions(a: Fraction, b: Fraction, n: int) -> None:
    x, y = of(a), of(b)
    assert number(x * y) == a * b
    assert number(x / y) == a / b
    assert number(x**n) == a**n
    assert x * y / y == x
    assert hash(x * y) == hash(y * x)
    if max((a * b).numerator, (a * b).denominator) < FACTORED:
        assert x * y == of(a * b)


@given(st.lists(positive, min_size=1, max_size=4))
def test_sums_and_maxima_are_those_of_fractions(values: list[Fraction]) -> None:
    made = [of(value) for value in values]
    assert add(made) == of(sum(values))
    assert maximum(made) == of(max(values))


@given(positive, st.integers(-300, 300))
def test_floats_are_rounded_as_python_rounds(a: Fraction, n: int) -> None:
    value = of(a) ** n * of(2) ** sympy.log(3) / of(2) ** sympy.log(3)
    try:
        expected: float | None = float(a**n) or None
    except OverflowError:
        expected = None
    assert value.to_float() == expected


@given(positive, positive)
def test_log2_is_that_of_the_number(a: Fraction, b: Fraction) -> None:
    value = add([of(a) * of(log2(symbolic(5))), of(b) * of(log2(symbolic(7)))])
    assert float(value.log2()) == pytest.approx(
        math.log2(a * Fraction(math.log2(5)) + b * Fraction(math.log2(7)))
    )
    found = value.to_float()
    assert found == pytest.approx(float(a) * math.log2(5) + float(b) * math.log2(7), rel=1e-14)


def test_zero_annihilates_and_is_no_divisor() -> None:
    assert of(0) is ZERO
    assert ZERO * of(W) == of(W) * ZERO == ZERO
    assert ZERO**3 == ZERO**N == ZERO
    assert ZERO**0 == ONE
    assert add([ZERO, of(3)]) == of(3) == maximum([ZERO, of(3)])
    assert add([]) == maximum([ZERO]) == ZERO
    assert (ZERO.to_float(), ZERO.rational(), ZERO.to_sympy(), repr(ZERO)) == (0.0, 0, 0, "Product.of(0)")
    with pytest.raises(ZeroDivisionError, match="division of a closed form by zero"):
        ONE / ZERO
    with pytest.raises(ValueError, match="no logarithm: the value is 0"):
        ZERO.log2()


@pytest.mark.parametrize("scalar", [-3, Fraction(-1, 2), -W, -2 * W * N, symbolic(-3) - W])
def test_a_negative_scalar_is_refused(scalar: Scalar) -> None:
    with pytest.raises(ValueError, match="a closed form is never negative, and this is -"):
        of(scalar)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match=r"0\.5 is not exact"):
        of(0.5)


def test_a_symbol_has_no_logarithm() -> None:
    with pytest.raises(ValueError, match="no logarithm: the value depends on n, w"):
        (of(W) ** N).log2()


# Exponents


def test_a_giant_power_costs_nothing() -> None:
    value = (of(12) ** (10**6)) ** (10**39)
    assert value.to_float() is None
    assert value.rational() is None
    assert float(value.log2()) == pytest.approx(10**45 * math.log2(12), rel=1e-15)
    assert value / of(12) ** (10**45 - 1) == of(12)
    assert str((of(2) ** (10**6)).to_sympy()) == "2**1000000"
    assert add([value, value]) == value * of(2)


def test_exponents_that_differ_by_an_integer_are_merged() -> None:
    count = (N - 35) / 3
    value = of(W) ** count * of(K) ** (count + 2)
    assert value.groups == {count: {W: 1, K: 1}, 1: {K: 2}}
    assert value == of(K) ** (count + 2) * of(W) ** count
    assert (of(W) ** (2 * N) * of(K) ** N).groups == {N: {W: 2, K: 1}}
    assert of(W) ** -N * of(W) ** (N + 1) == of(W)
    assert of(8) ** (N / 3) == of(2) ** N


@given(positive, positive, st.integers(0, 5), st.integers(-3, 3))
def test_a_symbolic_power_is_the_numeric_one(a: Fraction, b: Fraction, n: int, shift: int) -> None:
    value = (of(a) ** N * of(b) ** (N + shift)) ** 2
    assert number(value.substitute({N: n})) == (a**n * b ** (n + shift)) ** 2


@given(st.lists(st.tuples(positive, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4))
def test_substitution_commutes_with_sums_and_maxima(terms: list[tuple[Fraction, int, int]]) -> None:
    made = [of(c) * of(W) ** a * of(3) ** (N * b) for c, a, b in terms]
    plainly = [c * 5**a * 3 ** (2 * b) for c, a, b in terms]
    point: dict[sympy.Symbol, Scalar] = {W: 5, N: 2}
    assert number(add(made).substitute(point)) == sum(plainly)
    assert number(maximum(made).substitute(point)) == max(plainly)
    assert plain(add(made).to_sympy().subs({W: 5, N: 2})) == sum(plainly)


@pytest.mark.parametrize(
    "expression",
    [
        12 * W * N,
        W + 8,
        3 * W**2 + 6 * W,
        (N - 35) / 3,
        2 * W * (35 - N),
        -W * (35 - N),
        sympy.sqrt(W) / 3,
        W * log2(3) + 1,
        sympy.exp(N),
        2**N * W,
        sympy.ceiling(W / 3) / 7,
        1 / (W + 1),
    ],
)
def test_scalars_come_back_from_sympy(expression: sympy.Expr) -> None:
    assert sympy.expand(of(expression).to_sympy() - expression) == 0


# Where terms meet


def test_common_factors_come_out_first() -> None:
    e, q, a, b, x, y = (of(sympy.Symbol(name, positive=True)) for name in "eqabxy")
    assert maximum([e * q * a, e * b]) == e * maximum([q * a, b])
    assert maximum([of(2) * x, of(2) * y]) == of(2) * maximum([x, y])
    assert add([x / of(2), y / of(3)]) == add([of(3) * x, of(2) * y]) / of(6)
    assert add([x, y]) * e == add([e * x, e * y])
    assert maximum([x**N, y**N * of(3)]).groups.keys() == {1}
    assert maximum([e * x**N, y * x**N]) == x**N * maximum([e, y])
    assert maximum([maximum([x, y]), e]) == maximum([x, maximum([y, e])])


def test_dominated_terms_are_dropped() -> None:
    facts = Facts()
    n = facts.symbol("n")
    facts.assume(n >= 35)
    assert maximum([of(W), of(1)]) == of(W)
    assert maximum([of(W * K), of(W), of(3 * W * K)]) == of(3 * W * K)
    assert maximum([of(n), of(34)], facts) == of(n)
    assert maximum([of(Fraction(1, 2)) ** ((n - 35) / 3), ONE], facts) == ONE
    assert len(maximum([of(Fraction(1, 2)) ** ((n - 35) / 3), ONE]).joins) == 1
    assert len(maximum([of(n), of(36)], facts).joins) == 1


@pytest.mark.parametrize(
    ("a", "b", "greater"),
    [
        (of(HALF), of(HALF) ** N, 0),
        (of(HALF) ** (N - 1), of(HALF), None),
        (of(4), of(HALF) ** (N - 3), 0),
        (of(Fraction(399, 100)), of(HALF) ** (N - 3), None),
        (of(2) ** (N % 2), of(2), 1),
        (of(HALF) ** (N % 2), of(HALF), 0),
        (of(3) ** N * of(HALF) ** (N % 2), of(Fraction(3, 2)), 0),
        (of(3) ** sympy.floor(N / 2), of(HALF) ** (N % 2), 0),
    ],
    ids=str,
)
def test_powers_of_numbers_are_compared_at_the_ends_of_their_exponents(
    a: Product, b: Product, greater: int | None
) -> None:
    kept = maximum([a, b], FACTS)
    assert kept == (a, b)[greater] if greater is not None else kept not in (a, b)
    for n in range(1, 12):
        values = [number(value.substitute({N: n})) for value in (kept, a, b)]
        assert values[0] == max(values[1:])


def test_close_numbers_are_told_apart() -> None:
    near = of(10**60) / of(10**60 + 1)
    assert maximum([near, ONE]) == ONE
    root = of(2) ** Fraction(1, 2)
    assert maximum([root, of(Fraction(1414213562373095, 10**15))]) == root


def test_equal_terms_are_one_node() -> None:
    first, second = add([of(W**7), ONE]), add([ONE, of(W**7)])
    assert first.joins[0] is second.joins[0]
    assert repr(first).startswith("Product({1: {Join('sum', (Product(")
    kept = weakref.ref(first.joins[0])
    del first, second
    gc.collect(1)
    assert kept() is None


def chain(a: Product, b: Product, layers: int, join: Callable[[Sequence[Product]], Product]) -> Product:
    """Give x_layers of x_{k+1} = a x_k + b x_{k-1}."""
    x, before = ONE, ONE
    for _ in range(layers):
        x, before = join([a * x, b * before]), x
    return x


@pytest.mark.parametrize("join", [add, maximum], ids=["sum", "max"])
def test_a_graph_of_many_shared_nodes_stays_small(join: Any) -> None:
    value = chain(of(64 * W), of(Fraction(3, 7) * K), 1200, join)
    number = value.substitute({W: 3, K: Fraction(7, 3)})
    last, before = 1, 1
    for _ in range(1200):
        last, before = (192 * last + before if join is add else 192 * last), last
    assert float(number.log2()) == pytest.approx(math.log2(last), rel=1e-15)
    assert value.free_symbols == {W, K}
    assert len(str(exact_text(value))) < 10**6
    assert isinstance(value.to_sympy(), sympy.Expr)
    del value
    gc.collect(1)


def test_irrational_sums_keep_forty_digits_through_thousands_of_layers() -> None:
    value = chain(of(log2(symbolic(9))), of(log2(symbolic(5))), 3000, add)
    low, high = value.log2(40), value.log2(80)
    assert abs(low - high) < 1e-15 * high


def test_residual_chains_are_linear() -> None:
    qs = [of(q) for q in sympy.symbols("q:1000", positive=True)]
    for join in (add, maximum):
        blocks = [join([q, ONE]) for q in qs]
        value = math.prod(blocks, start=ONE)
        assert len(value.joins) == 1000


@pytest.mark.parametrize(("many", "terms"), [(3, 4), (16, 17), (17, 2)])
def test_a_short_sum_becomes_part_of_the_sum_around_it(many: int, terms: int) -> None:
    within = add(map(Product.of, sympy.symbols(f"a:{many}", positive=True)))
    (node,) = add([within, Product.of(sympy.Symbol("z", positive=True))]).joins
    assert len(node.terms) == terms
