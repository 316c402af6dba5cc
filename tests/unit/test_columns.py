"""Numbers for people: their decimals, their thousands, their prefixes."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.report.columns import column, grouped, logarithm, logarithms, shortened, with_commas

FRACTIONS = st.fractions(min_value=Fraction(1, 10**12), max_value=10**12, max_denominator=10**12)


@pytest.mark.parametrize(("values", "told"), [
    ([1234567, 5, None], ["1,234,567", "5", "-"]),
    ([Fraction(1, 3), 100, 0], ["0.3333", "100.0000", "0.0000"]),
    ([Fraction(1, 30000), 4], ["3.333e-5", "4.000e0"]),
    ([Fraction(99999, 10000), 10], ["10.000", "10.000"]),
    ([Product.of(10) ** 1505, Fraction(1, 2), 0], ["1.000e1505", "5.000e-1", "0"]),
    ([10**15], ["1.000e15"]),
    ([], []),
])  # fmt: skip
def test_a_column_has_equal_decimals(values: list[object], told: list[str]) -> None:
    assert column([None if value is None else Closed(value) for value in values], 4) == told


@given(st.lists(FRACTIONS, min_size=1, max_size=6), st.integers(2, 8))
def test_every_digit_of_a_column_is_one_of_the_value(values: list[Fraction], digits: int) -> None:
    told = column([Closed(int(v) if v.denominator == 1 else v) for v in values], digits)
    assert len({text.partition("e")[0].partition(".")[2].__len__() for text in told}) == 1
    for value, text in zip(values, told, strict=True):
        number = Decimal(text.replace(",", ""))
        unit = Decimal(1).scaleb(number.as_tuple().exponent)  # type: ignore[arg-type]
        nearest = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(unit, ROUND_HALF_EVEN)
        assert abs(number - nearest) <= (unit if len(str(number)) > 20 else 0)


@pytest.mark.parametrize(("number", "told"), [
    (25_557_032, "25.557 M"), (999, ""), (1000, "1.000 k"), (1_000_500, "1.000 M"), (999_999_500, "1.000 G"),
    (4_089_184_256, "4.089 G"), (10**26, "100.000 Y"), (10**27, ""), (0, ""), (Fraction(1, 2), ""),
])  # fmt: skip
def test_prefixes(number: int | Fraction, told: str) -> None:
    assert shortened(Closed(number)) == told


def test_logarithms_have_their_decimals() -> None:
    assert logarithms([Closed(2**20), Closed(Fraction(1, 3)), Closed(0), None]) == [
        "20.000",
        "-1.585",
        "-",
        "",
    ]
    assert (logarithm(1234567.891), logarithm(1.5e12), logarithm(None)) == ("1,234,567.891", "1.500e12", "")


def test_what_is_no_plain_number_stays() -> None:
    assert [*map(with_commas, ["1234", "999", "12*n + 4567", "1.5e1234", "2^4096"])] == [
        "1,234", "999", "12*n + 4567", "1.5e1234", "2^4096",
    ]  # fmt: skip
    assert grouped(Closed(Fraction(24887, 2))) == "12,444"
