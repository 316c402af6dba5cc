"""Sides at whole numbers: bounds over ranges and roots of polynomials say what every number says."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.forms.join import maximum
from layercalc.forms.product import Product, add
from layercalc.growth.crossing import Comparison, against
from layercalc.growth.curve import Curve
from layercalc.growth.enclosure import log_bounds
from layercalc.growth.family import Family
from layercalc.growth.regime import Open
from layercalc.growth.sides import Exhausted, Sides, Work, compare
from layercalc.growth.solving import solve
from layercalc.growth.target import read_target
from layercalc.numbers.log2 import log2
from layercalc.numbers.special import geometric, rising
from layercalc.report.against import verdict
from layercalc.resolve.loading import assemble

n = sympy.Symbol("n", positive=True, integer=True)
of = Product.of

FORMS: dict[str, Product | sympy.Expr] = {
    "quadratic": n**2 - 12 * n + 37,
    "line": 7 * n + 5,
    "rounded": 5 * sympy.ceiling(n / 3) + n % 4 + 1,
    "exponential": add([of(3) ** (n / 7), of(n + 2)]),
    "factorial": of(rising(4, n)) * of(Fraction(1, 3)) ** (2 * n),
    "geometric": of(geometric(Fraction(3, 2), n)),
    "geometric that turns": of(geometric(Fraction(-1, 2), n)),
    "maximum": maximum([of(20 * n), of(2) ** (n / 2)]),
    "logarithm": of(log2(9 * n) * (n + 1)),
    "falling": of(900 / (n + 1)),
    "square in an exponent": of(2) ** (n**2 / 40 - n) * of(10**6),
}


def value(form: Product | sympy.Expr, number: int) -> Closed:
    return Closed(form).substitute({"n": number})


# -- bounds


@pytest.mark.parametrize("name", FORMS)
@given(st.integers(2, 200), st.integers(0, 60))
def test_bounds_hold_at_every_number(name: str, low: int, width: int) -> None:
    form = FORMS[name]
    product = form if isinstance(form, Product) else of(form)
    try:
        bounds = log_bounds(product, n, low, low + width)
    except Open:
        assert name in ("quadratic", "rounded")
        return
    for number in range(low, low + width + 1, max(1, width // 7)):
        log = value(form, number).log2
        assert log is not None
        assert bounds.low - 1e-9 <= log <= bounds.high + 1e-9


def test_what_has_no_bounds() -> None:
    for form in (of(rising(n, n)) / of(sympy.Sum(1 / (n + 1), (n, 0, 3))), of(geometric(-3, n))):
        with pytest.raises(Open):
            log_bounds(form, n, 1, 9) and log_bounds(of(geometric(-3, n)), n, 1, 9)


# -- sides, with a naive twin


def naive(a: Closed, b: Closed, last: int) -> list[int | None]:
    return [compare(*(one.substitute({"n": k}) for one in (a, b))) for k in range(1, last + 1)]


def found(a: Closed, b: Closed, last: int) -> list[int | None]:
    sides = Sides(a, b, "n", Work(10**6))
    return [s.sign for s in sides.stretches(1, last) for _ in range(s.first, s.last + 1)]


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", FORMS)
def test_sides_are_those_of_every_number(first: str, second: str) -> None:
    a, b = Closed(FORMS[first]), Closed(FORMS[second])
    assert found(a, b, 90) == naive(a, b, 90)


@given(
    st.lists(st.integers(-40, 40), min_size=1, max_size=4),
    st.lists(st.integers(1, 90), min_size=1, max_size=4),
    st.integers(1, 5),
)
def test_roots_of_polynomials_are_whole_numbers_too(
    coefficients: list[int], roots: list[int], scale: int
) -> None:
    base = sum((abs(c) + 1) * n**k for k, c in enumerate(coefficients))
    gap = scale * sympy.prod([n - root for root in roots])
    shift = sympy.Integer(10) ** 12
    a, b = Closed(sympy.expand(base + shift + gap)), Closed(sympy.expand(base + shift))
    assert found(a, b, 100) == naive(a, b, 100)


def test_a_crossing_that_no_sample_sees() -> None:
    far = 10**9
    a = Closed(sympy.expand((n - far) * (n - far - 1) + n**3))
    told = [(s.first, s.last, s.sign) for s in Sides(a, Closed(n**3), "n").stretches(1, 2**40)]
    assert told == [(1, far - 1, 1), (far, far + 1, 0), (far + 2, 2**40, 1)]


def test_numbers_are_compared_exactly() -> None:
    vast = of(2) ** (10**6)
    assert compare(Closed(10**30), Closed(10**30 + 1)) == -1
    assert compare(Closed(vast), Closed(vast)) == 0
    assert compare(Closed(add([vast, of(1)])), Closed(vast)) in (0, 1)


def test_work_ends() -> None:
    a, b = Closed(of(2) ** n), Closed(add([of(2) ** n, of(log2(n + 1))]))
    with pytest.raises(Exhausted):
        [*Sides(a, b, "n", Work(100)).stretches(1, 10**6)]


# -- families


def family(body: str, name: str = "a") -> Family:
    text = f"param n = 3\ninput(3, 8, 8)\n{body}\n"
    return Family(assemble(Source(f"{name}.arch", text), Path(f"{name}.arch")), {}, ["n"])


@cache
def compared(a: str, b: str, measure: str = "params") -> tuple[Comparison, tuple[Curve, Curve]]:
    curves = Curve(family(a, "a"), "n", measure), Curve(family(b, "b"), "n", measure)
    return against(*curves), curves


LINES = {
    "crossing": ("conv(8, 3) -> repeat n { conv(8, 3) }", "conv(8, 3) -> repeat 7 { conv(8, 3) }"),
    "touching": ("dense(n^2 + 36)", "dense(12 * n)"),
    "twice": ("dense(n^2 + 600)", "dense(50 * n)"),
    "between two numbers": ("dense(4 * n^2 + 3969)", "dense(252 * n + 1)"),
    "leaving": ("dense(max(n, 40))", "dense(40)"),
    "meeting": ("dense(min(n, 30))", "dense(30)"),
    "never": ("dense(n + 1)", "dense(n)"),
    "same": ("dense(n)", "dense(n)"),
    "rounds": ("repeat n { dense(10) }", "dense(n^2)"),
}


def naive_sides(curves: tuple[Curve, Curve], last: int) -> list[tuple[int, int]]:
    found = []
    for number in range(1, last + 1):
        samples = [curve.sample(number) for curve in curves]
        if samples[0] is not None and samples[1] is not None:
            found.append((number, compare(samples[0].closed, samples[1].closed) or 0))
    return found


@pytest.mark.parametrize("name", LINES)
def test_crossings_are_those_of_every_number(name: str) -> None:
    comparison, curves = compared(*LINES[name])
    sides = naive_sides(curves, 45)
    changes = [
        (low, high, after) for (low, before), (high, after) in itertools.pairwise(sides) if before != after
    ]
    told: list[tuple[int, int, int]] = []
    for crossing in comparison.crossings:
        below, above, equal = crossing.below, crossing.above, crossing.equal
        if equal is None:
            told.append((int(below or 0), int(above or 0), crossing.sign))
            continue
        told += [(int(below), int(equal[0]), 0)] if below is not None else []
        told += [(int(equal[1]), int(above), crossing.sign)] if above is not None else []
    assert told == changes
    assert comparison.searched is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crossing", "a overtakes b: below up to n = 6, equal at 7, above from 8"),
        ("touching", "a touches b from above: above up to n = 5, equal at 6, above again from 7"),
        ("leaving", "a leaves b: equal from 1 to 40, above from n = 41"),
        ("meeting", "b meets a: above up to n = 29, equal from 30 on"),
        ("same", "both are the same from 1 to "),
    ],
)
def test_ties_are_told(name: str, text: str) -> None:
    comparison, _ = compared(*LINES[name])
    assert verdict("n", ("a", "b"), comparison).startswith(text)


def test_what_was_not_searched_is_told() -> None:
    curves = Curve(family("dense(n)"), "n", "gcc"), Curve(family("dense(n + 1)"), "n", "gcc")
    comparison = against(*curves, Work(80))
    assert comparison.searched is not None
    assert "beyond it at samples" in verdict("n", ("a", "b"), comparison)


# -- targets


@pytest.mark.parametrize("target", [600, 3981, 12, 90, 200])
def test_targets_are_met_at_every_number(target: int) -> None:
    curve = Curve(family("dense((n - 31) * (n - 33) + 3)"), "n", "params")
    found = solve(curve, read_target(f"params = {193 * target}"))
    hits = [int(s.hit.number) for s in found.solutions if s.hit is not None]
    wanted = [k for k in range(1, 300) if (k - 31) * (k - 33) + 3 == target]
    assert hits == wanted


def test_a_dip_between_two_samples_is_seen() -> None:
    far = 10**6
    text = f"dense((n - {far}) * (n - {far + 1}) + 5 * n)"
    curve = Curve(family(text), "n", "params")
    tie = solve(curve, read_target(f"params = {193 * 5 * far}"))
    assert far in [solution.hit.number for solution in tie.solutions if solution.hit is not None]
