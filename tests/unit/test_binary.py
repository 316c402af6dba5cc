"""Floats in whole numbers, held against mpmath."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from mpmath import libmp

from layercalc.numbers import binary, real
from layercalc.numbers.logs import Logs

FLOATS = st.builds(binary.rounded, st.integers(-(2**200), 2**200), st.integers(-260, 60), st.just(180))
POSITIVE = FLOATS.filter(lambda a: a[1]).map(lambda a: (0, *a[1:]))
BITS = st.sampled_from([2, 5, 53, 128, 192, 320])


def _units(found: binary.Real, right: tuple[int, ...], bits: int) -> float:
    """Count the units of the last bit between a float and the right one."""
    if not right[1]:
        return float(found[1])
    gap = libmp.mpf_abs(libmp.mpf_sub(found, right))
    return float(libmp.to_float(libmp.mpf_shift(libmp.mpf_div(gap, libmp.mpf_abs(right), 53), bits)))


@given(FLOATS, FLOATS, BITS)
@example(binary.from_int(5), binary.ZERO, 2)
def test_arithmetic_is_rounded_as_mpmath_does(a: binary.Real, b: binary.Real, bits: int) -> None:
    assert binary.add(a, b, bits) == libmp.mpf_add(a, b, bits, "n")
    assert binary.multiply(a, b, bits) == libmp.mpf_mul(a, b, bits, "n")
    if b[1]:
        assert binary.divide(a, b, bits) == libmp.mpf_div(a, b, bits, "n")
    assert binary.less(a, b) == libmp.mpf_lt(a, b)
    assert binary.whole(a) == libmp.to_int(a, "f")
    assert binary.to_float(a) == libmp.to_float(a, rnd="n")


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30), BITS)
def test_fractions_are_rounded_as_mpmath_does(above: int, below: int, bits: int) -> None:
    assert binary.from_ratio(above, below, bits) == libmp.from_rational(above, below, bits, "n")


@given(POSITIVE, BITS)
def test_logarithms_are_those_of_mpmath(a: binary.Real, bits: int) -> None:
    assert _units(binary.log(a, bits), libmp.mpf_log(a, bits + 60, "n"), bits) <= 2


@given(FLOATS, BITS)
def test_exponentials_are_those_of_mpmath(a: binary.Real, bits: int) -> None:
    assume(a[2] + a[3] < 12)
    assert _units(binary.exp(a, bits), libmp.mpf_exp(a, bits + 60, "n"), bits) <= 2


@pytest.mark.parametrize("bits", [53, 200, 1000])
def test_constants_are_those_of_mpmath(bits: int) -> None:
    assert _units(binary.ln2(bits), libmp.mpf_ln2(bits + 60), bits) <= 1
    assert _units(binary.ln10(bits), libmp.mpf_ln10(bits + 60), bits) <= 1


@given(st.integers(2, 10**12), st.fractions(-3000, 3000, max_denominator=50), st.integers(2, 10**40))
def test_every_digit_printed_is_that_of_mpmath(base: int, power: Fraction, other: int) -> None:
    log = real.log2_sum(
        [real.times(real.log2_integer(base, 256), power, 256), real.log2_integer(other, 256)], 256
    )
    with mpmath.workdps(60):
        exponent = mpmath.mpf(power.numerator) / power.denominator
        total = mpmath.log10(mpmath.mpf(base) ** exponent + other)
        for digits in (1, 5, 17, 30):
            whole = math.floor(total)
            first = mpmath.mpf(10) ** (total - whole + digits - 1)
            near = mpmath.nint(first)
            if abs(first - near) > mpmath.mpf("0.499999999999999999"):
                continue  # half-way
            shown = int(near)
            assert real.decimal(log, digits) == (
                (shown // 10, whole + 1) if shown == 10**digits else (shown, whole)
            )


@given(st.integers(3, 10**9), st.integers(3, 10**9), st.integers(-40, 40))
def test_sums_of_logarithms_are_those_of_mpmath(a: int, b: int, number: int) -> None:
    value = Logs.log2(a) - Logs.log2(b) + number
    if not isinstance(value, Logs):
        return
    with mpmath.workprec(400):
        right = mpmath.log(a, 2) - mpmath.log(b, 2) + number
        assert _units(real.of_logs(value, 128), right._mpf_, 128) <= 2
