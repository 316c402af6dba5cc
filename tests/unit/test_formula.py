"""Brackets: whatever is put together, its text reads back as what was put together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.printing.formula import (
    addends,
    call,
    group,
    joined,
    negative,
    numeral,
    quotient,
    raised,
    summed,
    variable,
)
from layercalc.printing.notation import LATEX, MATHML
from layercalc.printing.text import python, text
from layercalc.printing.typeset import typeset
from layercalc.syntax.tree import Expression
from tests.unit.test_text import read

#: A tree, and the number that it stands for where a is 2 and b is 3.
Pair = tuple[Expression, float]
NAMES = {"a": 2.0, "b": 3.0}


def added(terms: Sequence[tuple[bool, Pair]]) -> Pair:
    value = math.fsum(-number if off else number for off, (_, number) in terms)
    return summed([(off, tree) for off, (tree, _) in terms]), value


def divided(above: Sequence[Pair], below: Sequence[Pair], loose: bool) -> Pair:
    under = math.prod(number for _, number in below)
    tree = quotient([tree for tree, _ in above], [tree for tree, _ in below] if under else [], loose)
    return tree, math.prod(number for _, number in above) / (under or 1)


def power(base: Pair, exponent: int) -> Pair:
    return raised(base[0], numeral(str(exponent))), base[1] ** exponent


def remainder(one: Pair, other: Pair) -> Pair:
    """Take a remainder of whole numbers: at others it jumps where a float is rounded."""
    one, other = (pair if "/" not in text(pair[0]) else (numeral("8"), 8.0) for pair in (one, other))
    other = other if other[1] else (numeral("7"), 7.0)
    return joined([one[0], other[0]], " % "), one[1] % other[1]


leaves: st.SearchStrategy[Pair] = st.one_of(
    st.sampled_from([(variable(name), value) for name, value in NAMES.items()]),
    st.integers(0, 9).map(lambda number: (numeral(str(number)), float(number))),
)
pairs: st.SearchStrategy[Pair] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(added, st.lists(st.tuples(st.booleans(), inner), min_size=1, max_size=3)),
        st.builds(divided, st.lists(inner, max_size=3), st.lists(inner, max_size=2), st.booleans()),
        st.builds(power, inner, st.integers(1, 2)),
        st.builds(remainder, inner, inner),
        inner.map(lambda pair: (negative(pair[0]), -pair[1])),
        inner.map(lambda pair: (group(pair[0]), pair[1])),
        st.tuples(inner, inner).map(
            lambda both: (call("max", [both[0][0], both[1][0]]), max(both[0][1], both[1][1]))
        ),
    ),
    max_leaves=8,
)


@given(pairs)
def test_a_text_reads_back_as_what_was_put_together(pair: Pair) -> None:
    tree, value = pair
    assert read(text(tree), NAMES) == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(pairs)
def test_a_tree_is_set_as_its_text(pair: Pair) -> None:
    tree, _ = pair
    for notation in (LATEX, MATHML):
        assert typeset(tree, notation) == typeset(text(tree), notation)


@given(pairs)
def test_a_sum_of_its_terms_is_the_same(pair: Pair) -> None:
    assert text(summed(addends(pair[0]))) == text(pair[0])


def test_python_differs_in_its_powers_and_rounds_alone() -> None:
    tree = quotient(
        [negative(variable("a")), raised(variable("b"), numeral("2"))], [variable("c")], loose=False
    )
    assert (text(tree), python(tree)) == ("(-a)*b^2/c", "(-a)*b**2/c")
