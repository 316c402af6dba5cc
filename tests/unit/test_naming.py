"""Which shared parts of a long closed form get a name, and the sizes from which on they do."""

from __future__ import annotations

from functools import reduce

import pytest
import sympy

from layercalc.forms.node import Join, postorder
from layercalc.forms.product import ONE, Product, add
from layercalc.writing.naming import too_long

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
