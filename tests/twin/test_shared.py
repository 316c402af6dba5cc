"""Shared weights and layers of several values against the twin, and against the same written without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from layercalc.measures import measure_all
from layercalc.network import Body, Inline, Network, Recursion, Repeat, Weights
from tests.examples import USUAL
from tests.twin import naive
from tests.twin.holding import RATIONAL, agree, check, exactly, network_of
from tests.twin.random_shared import Spec, specs
from tests.twin.unroll import TooLargeError, unroll

POINTS = ({"n": "2", "m": "1"}, {"n": "3", "m": "3"}, {"n": "4", "m": "2"})


def counted(network: Network) -> dict[str, object]:
    return {name: exactly(closed.expr) for name, closed in measure_all(network).items()}


@given(spec=specs)
def test_measures_are_the_twins(spec: Spec) -> None:
    network = network_of(spec.shared, RATIONAL)
    try:
        twin = naive.measures(unroll(network.body))
    except TooLargeError:
        return
    check(measure_all(network), twin)


@given(spec=specs)
def test_shared_weights_are_those_of_one_use(spec: Spec) -> None:
    """All else is as it is with weights apart; the params are fewer by those of all uses but one."""
    shared, apart = counted(network_of(spec.shared)), counted(network_of(spec.apart))
    uses, own = _uses(network_of(spec.apart).body), counted(network_of(spec.alone))["params"]
    params = shared.pop("params"), apart.pop("params")
    assert shared == apart
    assert params[0] == params[1] - max(0, uses - 1) * own  # type: ignore[operator]


@pytest.mark.parametrize("laws", [RATIONAL, "paper"], ids=("rational", "paper"))
@given(spec=specs)
@settings(max_examples=max(USUAL, settings().max_examples // 4))
def test_symbols_give_what_numbers_in_their_place_do(laws: str, spec: Spec) -> None:
    symbolic = measure_all(network_of(spec.shared, laws, n="n", m="m"))
    for point in POINTS:
        numeric = measure_all(network_of(spec.shared, laws, **point))
        put_in = {
            name: closed.substitute({key: int(value) for key, value in point.items()})
            for name, closed in symbolic.items()
        }
        assert [name for name in numeric if not agree(put_in[name], numeric[name])] == []


def test_a_shared_layer_is_one_whose_further_uses_are_tied() -> None:
    head = "input(4, 8, 8)"
    tied = f"{head} conv(4, 3) batchnorm repeat 5 {{ conv(4, 3, tied = true) batchnorm(tied = true) }}"
    shared = f"shared c = conv(4, 3) shared b = batchnorm {head} c b repeat 5 {{ c b }}"
    one, other = (measure_all(network_of(text, "paper")) for text in (tied, shared))
    assert one["params"].value == 152
    assert {name: closed.expr for name, closed in one.items()} == {n: c.expr for n, c in other.items()}


def _uses(body: Body) -> int:
    """Count how often `tower` is used, with all rounds."""
    found = 0
    for step in body.steps:
        if isinstance(step, Inline):
            found += 1 if step.name == "tower" else _uses(step.body)
        elif isinstance(step, Repeat):
            assert isinstance(step.count, int)
            found += step.count * _uses(step.body)
        assert not isinstance(step, Recursion | Weights)
    return found
