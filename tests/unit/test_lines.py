"""Relations and remainders of a line in one whole symbol are those that sympy makes."""

from __future__ import annotations

from itertools import product

import pytest
import sympy

from layercalc.numbers.linear import related, said_whole

S = sympy.S
KINDS: tuple[dict[str, bool], ...] = ({"positive": True}, {"nonnegative": True}, {})
SLOPES = [S(slope) for slope in (-3, 1, 2, "1/3", "-2/3", "4/3")]
NUMBERS = [S(number) for number in (-2, 0, 1, 7, "1/2", "-5/3")]
ORDERS = (sympy.Gt, sympy.Ge, sympy.Lt, sympy.Le)
LINES = [*product(KINDS, SLOPES, NUMBERS)]


def _line(kind: dict[str, bool], slope: sympy.Rational, constant: sympy.Rational) -> sympy.Expr:
    return slope * sympy.Symbol("n", integer=True, **kind) + constant


@pytest.mark.parametrize("sign", ORDERS)
def test_an_order_is_that_of_sympy(sign: type) -> None:
    for (kind, slope, constant), number in product(LINES, (S(0), S(7), S("1/2"))):
        line = _line(kind, slope, constant)
        assert sympy.srepr(related(sign, line, number)) == sympy.srepr(sign(line, number))
        assert sympy.srepr(related(sign, number, line)) == sympy.srepr(sign(number, line))


def test_an_equality_is_decided_where_sympy_does_and_where_no_whole_number_satisfies_it() -> None:
    for (kind, slope, constant), number in product(LINES, (S(0), S(7))):
        line = _line(kind, slope, constant)
        ours, theirs = related(sympy.Eq, line, number), sympy.Eq(line, number)
        assert related(sympy.Ne, line, number) == sympy.Not(ours)
        if ours == theirs:
            continue
        low = 1 if "positive" in kind else 0 if kind else -60
        assert ours == sympy.false
        assert not any(slope * k + constant == number for k in range(low, 60))


def test_that_a_line_is_whole_is_said_as_by_sympy() -> None:
    for kind, slope, constant in LINES:
        line = _line(kind, slope, constant)
        assert sympy.srepr(said_whole(line)) == sympy.srepr(sympy.Eq(sympy.Mod(line, 1), 0))


def test_what_is_no_line_in_one_whole_symbol_is_left_to_sympy() -> None:
    n, m = sympy.symbols("n m", positive=True, integer=True)
    x = sympy.Symbol("x", positive=True)
    for value in (x, n**2, n * m, n + m, n + sympy.pi, 2.5 * n, sympy.oo):
        assert related(sympy.Ge, value, 3) == sympy.Ge(value, 3)
        assert related(sympy.Eq, value, 3) == sympy.Eq(value, 3)
