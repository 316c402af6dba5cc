"""Targets that are met, and families that overtake each other: every answer is put back in."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from layercalc import load
from layercalc.closed import Closed
from layercalc.errors import Source, SpecError
from layercalc.forms.product import Product
from layercalc.growth.crossing import Comparison, against, sign_of
from layercalc.growth.curve import Curve, Sample, bisect
from layercalc.growth.family import Family
from layercalc.growth.invert import inverse
from layercalc.growth.quotient import MeasuresTarget, QuotientCurve, read_comparison
from layercalc.growth.scaling import log2_at
from layercalc.growth.sides import compare
from layercalc.growth.solving import Answer, side, solve
from layercalc.growth.target import read_target
from layercalc.numbers.rational import Number
from layercalc.resolve.loading import assemble, load_program

n = sympy.Symbol("n", positive=True)


@cache
def curve(spec: str, param: str, measure: str) -> Curve:
    return Curve(Family(load_program(spec), {}, [param]), param, measure)


def solved(spec: str, param: str, text: str) -> tuple[Curve, Answer]:
    target = read_target(text)
    found = curve(spec, param, target.measure)
    return found, solve(found, target)


# -- targets


@pytest.mark.parametrize(
    ("text", "measure", "relation", "log2"),
    [
        ("gwc = 2^400", "gwc", "==", 400),
        ("gwc==2^400", "gwc", "==", 400),
        ("log2(gwc) = 400", "gwc", "==", 400),
        ("log2(gcc) >= -3/2", "gcc", ">=", -1.5),
        ("params <= 25e6", "params", "<=", math.log2(25e6)),
        ("macs<4*10^9", "macs", "<", math.log2(4e9)),
        ("gcc > log2(3)", "gcc", ">", math.log2(math.log2(3))),
    ],
)
def test_targets_are_read(text: str, measure: str, relation: str, log2: float) -> None:
    target = read_target(text)
    assert (target.measure, target.relation) == (measure, relation)
    assert target.log2 == pytest.approx(log2, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gwcc = 2", "--target:1:1: error: no measure is called 'gwcc'"),
        ("gwc", "'gwc' is no target"),
        ("gwc + 2", "is no target"),
        ("gwc = n", "--target:1:7: error: unknown name 'n'\n    1 | gwc = n\n      |       \\^"),
        ("gwc=n=m", "1 | gwc=n=m\n      | \\^{7}"),
        ("gwc == n", "--target:1:8: error: unknown name 'n'"),
        ("gwc = 0", "a target is above 0, and this is 0"),
        ("gwc = -2", "a target is above 0, and this is -2"),
        ("2^400 = gwc", "neither a measure nor log2 of one"),
        ("log2(gwc, 2) = 4", "neither a measure"),
        ("1 < gwc < 2", "neither a measure|one relation"),
        ("gwc = true", "this is true, not a number"),
        ("gwc = 2, 3", "is no target"),
        ("gwc = 10^(10^9)", "the limit"),
    ],
)
def test_what_is_no_target(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_target(text)


# -- exact inverses


@given(st.integers(1, 10**6), st.integers(-(10**6), 10**6), st.integers(1, 10**4))
def test_a_line_is_inverted_exactly(slope: int, start: int, at: int) -> None:
    value = slope * at + start
    if value > 0:
        assert inverse(slope * n + start, n, Product.of(value)) == [at]


@given(st.fractions(1, 9), st.fractions(2, 99), st.integers(1, 300), st.fractions(-3, 3))
def test_an_exponential_is_inverted_exactly(
    start: Fraction, base: Fraction, at: int, shift: Fraction
) -> None:
    value = Product.of(base) ** (n / 3 + sympy.Rational(shift.numerator, shift.denominator)) * Product.of(
        start
    )
    (found,) = inverse(value, n, value.substitute({n: at}))
    assert float(sympy.Float(found if isinstance(found, sympy.Expr) else float(found))) == pytest.approx(at)


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        (n**2 + n, 30, [5]),
        (3 * n**4, 48, [2]),
        (Product.of(5 * n**3), 40, [2]),
        (Product.of(5 / n), Fraction(1, 2), [10]),
        (n**2 - 7 * n + 13, 1, [4, 3]),
        (n**2 + 1, Fraction(1, 2), []),
        (n**3 + n, 10, []),
    ],
)
def test_inverses(value: Product | sympy.Expr, target: int | Fraction, expected: list[int]) -> None:
    assert inverse(value, n, Product.of(target)) == expected


# -- solutions


@pytest.mark.parametrize(
    ("spec", "param", "text"),
    [
        ("resnet", "depth", "gwc = 2^400"),
        ("resnet", "depth", "params = 30e6"),
        ("resnet", "width", "gcc = 2^300"),
        ("resnet", "width", "macs = 1e10"),
        ("resnet_cifar", "depth", "gcip = 1e-20"),
        ("mlp", "width", "gsc = 100"),
        ("mlp", "width", "gsip = 7"),
        ("vgg", "depth", "gsc = 20000"),
        ("unet", "width", "gcc = 2^200"),
        ("autoencoder", "resolution", "macs = 1e9"),
    ],
)
def test_solutions_are_put_back_in(spec: str, param: str, text: str) -> None:
    target = read_target(text)
    found, answer = solved(spec, param, text)
    assert answer.solutions
    for solution in answer.solutions:
        assert found.closed is not None
        assert solution.root is not None
        back = log2_at(found.closed, {param: solution.root})
        assert back == pytest.approx(target.log2, rel=1e-9, abs=1e-9)
        assert solution.below is not None
        assert solution.above is not None
        numbers = int(solution.below.number), int(solution.above.number)
        logs = [load(spec, {param: number}).measure(target.measure).log2 or 0.0 for number in numbers]
        assert min(logs) < target.log2 < max(logs)
        for number in range(numbers[0] + 1, numbers[1]):
            with pytest.raises(SpecError):
                load(spec, {param: number})


def test_a_target_that_is_hit() -> None:
    _, answer = solved("resnet", "depth", "params = 25557032")
    (solution,) = answer.solutions
    numbers = [s.number for s in (solution.below, solution.hit, solution.above) if s is not None]
    assert (solution.exact, numbers) == (50, [47, 50, 53])


def test_a_target_one_off_is_not_hit() -> None:
    _, answer = solved("resnet", "depth", "params = 25557033")
    (solution,) = answer.solutions
    assert solution.hit is None
    assert [s.number for s in (solution.below, solution.above) if s is not None] == [50, 53]


@pytest.mark.parametrize(("parts", "expected"), [(0, 0), (5e-14, 0), (-5e-14, 0), (5e-13, 1), (-5e-13, -1)])
def test_an_irrational_value_is_at_its_target_to_thirteen_digits(parts: float, expected: int) -> None:
    exponent = sympy.Rational(801, 2) * (1 + sympy.Rational(parts))
    found = Sample(1, Closed(Product.of(2) ** exponent), True)
    assert side(found, read_target("log2(gcc) = 400.5")) == expected


def test_a_published_variant_is_no_point_of_the_closed_form() -> None:
    found = curve("resnet", "depth", "params")
    lawful = {sample.number: sample.lawful for sample in found.scanned}
    assert lawful.keys().isdisjoint({18, 34})
    assert lawful[50]


def test_a_measure_that_turns_has_two_solutions() -> None:
    _, answer = solved("mlp", "width", "gsip = 7")
    assert [float(s.root) for s in answer.solutions if s.root is not None] == pytest.approx(
        [3.0825492729, 2543.3494507], rel=1e-9
    )


def test_a_spec_that_takes_numbers_only_is_searched_among_them() -> None:
    text = "param n = 3 where n <= 40 input(n, 8, 8) conv(if n % 5 == 0 then 4 else 2 * n, 1)"
    family = Family(assemble(Source("<text>", text), Path.cwd() / "-"), {}, ["n"])
    found = Curve(family, "n", "params")
    assert found.closed is None
    answer = solve(found, read_target("params = 101"))
    assert answer.solutions
    for solution in answer.solutions:
        assert solution.root is None
        assert solution.below is not None
        assert solution.above is not None
        logs = sorted([solution.below.log2, solution.above.log2])
        assert logs[0] < math.log2(101) < logs[1]


def test_an_answer_beyond_what_was_scanned_is_in_step() -> None:
    _, answer = solved("resnet", "depth", "log2(gcc) = 1e6")
    (solution,) = answer.solutions
    assert solution.below is not None
    assert solution.above is not None
    assert int(solution.above.number) - int(solution.below.number) == 3
    assert int(solution.below.number) % 3 == 2


@given(st.fractions(-5, 5), st.fractions(Fraction(1, 9), 9))
def test_bisection(root: Fraction, slope: Fraction) -> None:
    found = bisect(lambda x: float(slope * (x - root)), -6, 6)
    assert found is not None
    assert abs(found - root) < Fraction(1, 10**12)


# -- crossings


@pytest.mark.parametrize(("gap", "sign"), [(5e-10, 0), (-5e-10, 0), (2e-9, 1), (-2e-9, -1)])
def test_curves_closer_than_a_billionth_are_equal(gap: float, sign: int) -> None:
    assert sign_of(gap) == sign


@cache
def compared(a: str, b: str, param: str, measure: str) -> tuple[Comparison, Curve, Curve]:
    curves = curve(a, param, measure), curve(b, param, measure)
    return against(*curves), *curves


@pytest.mark.parametrize(
    ("a", "b", "param", "measure"),
    [
        ("resnet_cifar", "mlp", "depth", "gcip"),
        ("unet", "resnet", "width", "gcc"),
        ("unet", "resnet", "width", "params"),
        ("wide_resnet", "resnet_cifar", "depth", "gcc"),
        ("mlp", "resnet_cifar", "width", "gsip"),
        ("vgg", "mlp", "depth", "layers"),
    ],
)
def test_crossings_are_where_the_sides_change(a: str, b: str, param: str, measure: str) -> None:
    found, first, second = compared(a, b, param, measure)
    for crossing in found.crossings:
        if crossing.below is None or crossing.above is None:
            continue
        sides = []
        for number in (crossing.below, crossing.above):
            ours, theirs = first.sample(number), second.sample(number)
            assert ours is not None
            assert theirs is not None
            sides.append(ours.log2 - theirs.log2)
        assert sides[1] * crossing.sign > 0
        assert sides[0] * crossing.sign <= 0
    if found.end:
        far = [log2_at(one.closed, {param: 10**15}) for one in (first, second) if one.closed is not None]
        assert far[0] is None or far[1] is None or (far[0] - far[1]) * found.end > 0


def test_crossings_of_unet_and_resnet() -> None:
    found, _, _ = compared("unet", "resnet", "width", "gcc")
    (crossing,) = found.crossings
    assert (crossing.sign, crossing.below, crossing.above) == (1, 4, 5)


def test_families_that_grow_alike() -> None:
    found, _, _ = compared("mlp", "resnet_cifar", "depth", "layers")
    assert (found.crossings, found.end, found.alike) == ([], 0, True)


# -- measures on both sides


def brute(found: Curve, numbers: range) -> list[tuple[Number, Number]]:
    """Give the valid numbers between which both sides change places, network by network."""
    assert isinstance(found, QuotientCurve)
    valid = [sample.number for sample in found.valid(numbers)]
    above = [compare(*found.ends(number)) for number in valid]
    return [
        (valid[i], valid[i + 1])
        for i in range(len(valid) - 1)
        if above[i] is not None and above[i] != above[i + 1] and 0 not in above[i : i + 2]
    ]


@pytest.mark.parametrize(
    ("spec", "param", "text", "numbers"),
    [
        ("resnet", "depth", "macs <= 160*params", range(19, 80)),
        ("resnet", "depth", "log2(gcc) <= layers + 100", range(19, 120)),
        ("mlp", "width", "gsip >= params/10^4", range(1, 120)),
        ("mlp", "depth", "gcc <= 2^(params/13000)/1000", range(1, 40)),
        ("densenet", "growth", "macs/params >= 6/5*layers", range(1, 20)),
        ("vgg", "width", "gcc >= params^4", range(1, 40)),
    ],
)
def test_sides_of_measures_cross_where_networks_do(spec: str, param: str, text: str, numbers: range) -> None:
    target = read_comparison(text)
    assert isinstance(target, MeasuresTarget)
    found = QuotientCurve(Family(load_program(spec), {}, [param]), param, target.measure, target)
    answer = solve(found, target)
    crossed = [
        (solution.below.number, solution.above.number)
        for solution in answer.solutions
        if solution.below and solution.above and not solution.hit
    ]
    assert crossed
    assert [pair for pair in crossed if pair[1] < numbers.stop] == brute(found, numbers)


def test_a_quotient_of_polynomials_is_inverted_exactly() -> None:
    target = read_comparison("macs = 160*params")
    assert isinstance(target, MeasuresTarget)
    found = QuotientCurve(Family(load_program("resnet"), {}, ["depth"]), "depth", target.measure, target)
    (solution,) = solve(found, target).solutions
    exact = Fraction(str(solution.exact))
    macs, params = (curve("resnet", "depth", name).closed for name in ("macs", "params"))
    assert macs is not None
    assert params is not None
    ends = [closed.freely().substitute({"depth": exact}).number for closed in (macs, params)]
    assert ends[0] == 160 * Fraction(ends[1] or 0)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("macs - params >= 3", "1:1", "nothing is taken off"),
        ("macs >= -2*params", "1:9", "numbers of at least 0, and this is -2"),
        ("macs >= foo*params", "1:9", "no measure is called 'foo'"),
        ("macs >= params % 2", "1:9", "a side is made of measures"),
        ("macs >= params^layers", "1:9", "a side is made of measures"),
        ("macs >= log2(params)", "1:9", "a side is made of measures"),
        ("top1 >= params", "1:1", "top1 is met by a number, not by a measure"),
        ("macs >= 2 > params", "1:1", "one relation"),
        ("macs = params/0", "1:15", "division by zero"),
    ],
)
def test_mistakes_in_sides(text: str, place: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_comparison(text, ["top1"])
    assert message in str(caught.value)
    assert f"--target:{place}:" in str(caught.value)
