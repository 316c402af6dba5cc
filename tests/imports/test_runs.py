"""Runs of equal parts: found in one pass, held to what a comparison of slices finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layercalc.imports.structure.runs import folded, runs_of
from layercalc.imports.structure.terms import Layer, Repeat, Series, cost

TERMS = st.sampled_from([Layer("relu"), Layer("conv", (("filters", 8), ("kernel", 3))), Layer("batchnorm")])


def slices(series: Series, length: int) -> set[tuple[int, int, int]]:
    """Compare part with part: what each run spares, where it is, how many parts it has."""
    found = set()
    for start in range(len(series)):
        part, count = series[start : start + length], 1
        while series[start + count * length : start + (count + 1) * length] == part:
            count += 1
        if count > 1 and (count - 1) * cost(part) > 2:
            found.add(((count - 1) * cost(part) - 2, start, count))
    return found


@given(st.lists(TERMS, max_size=14), st.integers(1, 5))
def test_one_pass_finds_what_slices_find(terms: list[Layer], length: int) -> None:
    found = {(spared, start, count) for spared, _, start, count in runs_of(tuple(terms), length)}
    assert found == slices((*terms,), length)


def test_a_long_chain_is_one_run() -> None:
    assert folded((Layer("tanh"),) * 19_000) == (Repeat(19_000, (Layer("tanh"),)),)
