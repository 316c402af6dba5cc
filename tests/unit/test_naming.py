"""Which shared parts of a long closed form get a name, and the sizes from which on they do."""

from __future__ import annotations

from functools import reduce

import pytest
import sympy

from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product, add
from layercalc.numbers.special import recurrence
from layercalc.writing.forms import folded_parts
from layercalc.writing.naming import too_long
from tests.unit.test_text import read_all

W = Product.of(sympy.Symbol("w", positive=True))


def named(value: Product) -> set[Join[Product]]:
    return too_long(postorder(value.joins, lambda node: True), value.joins)


@pytest.mark.parametrize(("levels", "names"), [(40, 0), (41, 1), (81, 1), (82, 2)])
def test_what_nests_deeper_than_forty_is_named(levels: int, names: int) -> None:
    value = reduce(lambda inner, _: add([ONE, W * inner]), range(levels), ONE)
    assert len(named(value)) == names


@pytest.mark.parametrize(("bases", "names"), [(4, 0), (5, 1)])
def test_in_a_long_text_a_part_of_over_forty_characters_is_named(bases: int, names: int) -> None:
    """A base counts as eight characters: five of them and the one that is added are more than forty."""
    letters = [Product.of(sympy.Symbol(f"a{at}", positive=True)) for at in range(bases)]
    part = add([ONE, reduce(lambda a, b: a * b, letters), Product.of(sympy.Symbol("b", positive=True))])
    others = [Product.of(sympy.Symbol(f"c{at}", positive=True)) for at in range(300)]
    value = add([other * part ** (at + 1) for at, other in enumerate(others)] + [ONE])
    assert len(named(value)) == names


def test_a_recurrence_that_stands_in_several_sums_is_named_after_what_stands_in_it() -> None:
    n, w = sympy.symbols("n w", positive=True, integer=True)
    coefficient = 12 * w**3 + 345 * w**2 + 6789 * w + 5
    first, second = (recurrence(n - k, coefficient, 3 * w + 11) for k in (0, 1))
    sums = [first + 3 * second, 5 * w * first + second, first + 7 * w**2 * second]
    value = Product.of(sums[0]) * Product.of(sums[1]) ** n * Product.of(sums[2])
    written = folded_parts(value, 9)
    told = [text for _, text in written.definitions]
    assert told == [
        "12*w^3 + 345*w^2 + 6789*w + 5",
        "recurrence(n - 1, a, 3*w + 11)",
        "recurrence(n, a, 3*w + 11)",
    ]
    assert str(written).count("recurrence") == 2
    expected = value.substitute({n: 3, w: 2}).to_float()
    assert read_all(written, {"n": 3.0, "w": 2.0}) == pytest.approx(expected, rel=1e-8)
