"""All measures of the calculator against the twin, on random specs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layercalc.measures import measure_all
from layercalc.network import Network
from tests.twin import naive
from tests.twin.hard_specs import on_specs
from tests.twin.holding import RATIONAL, agree, check, exactly, many, network_of
from tests.twin.random_places import Text
from tests.twin.random_specs import specs
from tests.twin.unroll import unroll


def stem(laws: str) -> str:
    return Path(laws).stem


def twin(network: Network) -> naive.Measures:
    return naive.measures(unroll(network.body))


@pytest.mark.parametrize("laws", [RATIONAL, "paper"], ids=stem)
@many
@on_specs
def test_measures_are_the_twins(laws: str, spec: Text) -> None:
    network = network_of(spec.text, laws)
    check(measure_all(network), twin(network))


@pytest.mark.parametrize("laws", ["channels", "literal"])
@on_specs
def test_measures_are_the_twins_in_other_readings_of_the_paper(laws: str, spec: Text) -> None:
    network = network_of(spec.text, laws)
    check(measure_all(network), twin(network))


@on_specs
def test_a_repeat_measures_what_its_rounds_written_out_do(spec: Text) -> None:
    """What is written out is folded without powers, so the twin is not needed."""
    folded = measure_all(network_of(spec.text))
    written = measure_all(network_of(spec.flat))
    assert {name: exactly(closed.expr) for name, closed in folded.items()} == {
        name: exactly(closed.expr) for name, closed in written.items()
    }


@pytest.mark.parametrize("laws", [RATIONAL, "paper"], ids=stem)
@given(spec=specs(symbols=True), m=st.integers(1, 6), w=st.integers(1, 9))
def test_symbols_give_what_numbers_in_their_place_do(laws: str, spec: Text, m: int, w: int) -> None:
    symbolic = measure_all(network_of(spec.text, laws, m="m", w="w"))
    numeric = measure_all(network_of(spec.text, laws, m=str(m), w=str(w)))
    put_in = {name: closed.substitute({"m": m, "w": w}) for name, closed in symbolic.items()}
    assert [name for name in numeric if not agree(put_in[name], numeric[name])] == []
