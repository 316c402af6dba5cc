"""What `explain` says of paths against all paths of the flat graph, on random specs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.assumptions import Facts
from layercalc.closed import Closed
from layercalc.forms.product import Product
from layercalc.inspect.explain.critical_path import PathLayer, PathMerge, PathStep, critical_path
from layercalc.inspect.explain.lengths import Lengths
from layercalc.inspect.explain.merges import merge_values
from layercalc.inspect.layer_table import rows
from layercalc.measures import measure_all
from layercalc.network import Layer, Merge
from tests.examples import examples
from tests.twin import naive
from tests.twin.hard_specs import on_specs
from tests.twin.holding import agree, exactly, network_of
from tests.twin.naive import COMPLEXITY, LENGTH, POWER
from tests.twin.random_places import Text
from tests.twin.random_specs import specs
from tests.twin.unroll import unroll

some = examples(15)


@some
@on_specs
def test_lengths_are_those_of_all_paths(spec: Text) -> None:
    network = network_of(spec.text)
    walked = [*naive.paths(unroll(network.body))]
    counts, weights = Counter[Fraction](), Counter[Fraction]()
    for path in walked:
        counts[LENGTH.along(path)] += 1
        weights[LENGTH.along(path)] += COMPLEXITY.along(path)  # type: ignore[assignment]
    lengths = Lengths(network)
    assert {Fraction(length.layers): length.paths for length in lengths.table} == counts
    for length in lengths.table:
        assert length.share is not None
        share = weights[Fraction(length.layers)] / sum(weights.values())
        assert math.isclose(length.share, share, rel_tol=1e-14)
    at = {str(lengths.x): 3}
    assert exactly(lengths.counts.substitute(at).expr) == sum(n * 3**k for k, n in counts.items())
    assert exactly(lengths.weights.substitute(at).expr) == sum(w * 3**k for k, w in weights.items())


@some
@given(spec=specs(symbols=True), m=st.integers(1, 4), w=st.integers(1, 5))
def test_the_closed_form_of_lengths_gives_their_numbers(spec: Text, m: int, w: int) -> None:
    symbolic, numeric = Lengths(network_of(spec.text, m="m", w="w")), Lengths(network_of(spec.text, m=str(m)))
    put_in = symbolic.counts.substitute({"m": m, "w": w, "x": 2})
    assert exactly(put_in.expr) == exactly(numeric.counts.substitute({"x": 2}).expr)


@some
@on_specs
def test_the_carrier_is_a_path_of_the_greatest_power(spec: Text) -> None:
    network = network_of(spec.text)
    walked = [*naive.paths(unroll(network.body))]
    path = tuple(_flat(critical_path(network)))
    assert path in walked
    assert POWER.along(path) == max(map(POWER.along, walked))


@some
@given(spec=specs(symbols=True), m=st.integers(1, 4), w=st.integers(1, 5))
def test_a_symbolic_carrier_has_the_greatest_power_at_every_number(spec: Text, m: int, w: int) -> None:
    network = network_of(spec.text, m="m", w="w")
    power = _power(critical_path(network))
    if power is not None:
        at = Closed.told(power, network.facts).substitute({"m": m, "w": w})
        numeric = network_of(spec.text, m=str(m), w=str(w))
        assert at.symbols or agree(at, measure_all(numeric, ["gcip"])["gcip"])


@some
@on_specs
def test_branches_meet_in_the_values_of_the_merge(spec: Text) -> None:
    network = network_of(spec.text)
    for row in rows(network):
        if row.site is None or not isinstance(row.site.step, Merge):
            continue
        met = merge_values(row.site, row.site.step, Facts())
        powers = [_number(branch.cumulative[0]) for branch in met.branches]
        complexities = [_number(branch.cumulative[1]) for branch in met.branches]
        best = [place for place, power in enumerate(powers) if power == max(powers)]
        assert [met.winner.branch, *met.winner.ties] == best
        assert sum(complexities) == _number(row.complexity)
        for branch, own in zip(met.branches, complexities, strict=True):
            assert branch.share == pytest.approx(float(own / sum(complexities)), rel=1e-12)
            if branch.own is not None:  # from the fork on: what comes before it is a common factor
                fork = [c / own for c, own in zip(branch.cumulative, branch.own, strict=True)]
                assert fork in [[power, complexity] for power, complexity in row.site.values]


def _power(way: Sequence[PathStep]) -> Product | None:
    """Multiply the powers along a path; None where a part of it is open."""
    whole = Product.of(1)
    for link in way:
        if isinstance(link, PathLayer):
            law = link.layer.law("power")
            power: Product | None = Product.of(1 if law is None else law)
        elif isinstance(link, PathMerge):
            power = None if link.winner.branch is None else _power(link.way)
        else:
            power = None if link.way is None else _power(link.way)
            power = power if power is None or link.rounds is None else power**link.rounds
        if power is None:
            return None
        whole *= power
    return whole


def _flat(way: Sequence[PathStep]) -> Iterator[Layer]:
    """Write the layers of a path out, each as often as it is passed."""
    for link in way:
        if isinstance(link, PathLayer):
            yield link.layer
        elif isinstance(link, PathMerge):
            assert link.winner.branch is not None
            yield from _flat(link.way)
        else:
            assert link.way is not None
            for _ in range(1 if link.rounds is None else int(link.rounds)):
                yield from _flat(link.way)


def _number(value: Product) -> Fraction:
    exact = exactly(value.to_sympy())
    assert exact is not None
    return exact
