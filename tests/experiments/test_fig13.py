"""Figure 13: responses of activations, derived and sampled, and the claims of sections 5.6 to 5.9."""

from __future__ import annotations

import pytest

from layercalc.inspect.ratios import ratios
from layercalc.paper.experiments import Claim, Outcome
from layercalc.paper.experiments.fig13 import EXPERIMENT, LAWS
from layercalc.paper.experiments.responses import DEVIATIONS, DISTRIBUTIONS, SHOWN, responses, softmax_sample


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return EXPERIMENT.run()


def claims(outcome: Outcome) -> dict[str, Claim]:
    return {claim.text: claim for claim in outcome.claims}


def test_each_claim_has_its_verdict(outcome: Outcome) -> None:
    assert {(claim.section, claim.text): claim.holds for claim in outcome.claims} == {
        ("5.1", "the power of an activation is a ratio of variances, eq. (5)"): False,
        ("5.1", "complexity is the inverse of power, eq. (7)"): True,
        ("5.6", "the power of ReLU is around 0.5 for normal and uniform data alike"): True,
        ("5.6", "the power of variants of ReLU is approximately that of ReLU"): False,
        ("5.6", "the data give ReLU a power of 0.584, and a complexity of 1.713"): True,
        ("5.6", "one power tells ReLU at every deviation of the input"): True,
        ("5.7", "the data give TanH a power of 0.628, and a complexity of 1.592"): True,
        ("5.7", "TanH depends highly on the input values"): True,
        ("5.8", "the data give sigmoid a power of 0.208, and a complexity of 4.802"): True,
        ("5.8", "one power tells sigmoid at every deviation of the input"): False,
        ("5.9", "the data give softmax a power of 1.342e-05, and a complexity of 74540"): None,
        ("5.9", "the outputs of softmax lie between 0 and 1, and add up to 1"): True,
        ("A.1", "the variances of sampled data are those that follow from the formulas"): True,
    }


def test_both_readings_are_told(outcome: Outcome) -> None:
    told = claims(outcome)["the data give ReLU a power of 0.584, and a complexity of 1.713"].found
    assert "deviations 0.583819" in told
    assert "variances 0.340845" in told
    assert "0.559017 and 0.3125" in told


def test_the_length_of_softmax_is_told(outcome: Outcome) -> None:
    [told] = [claim.found for claim in outcome.claims if claim.holds is None]
    assert "N = 97,677.5 of deviations, N = 357.8 of variances" in told


def test_every_activation_has_a_point_at_every_input() -> None:
    found = responses(LAWS, 97_678)
    assert len(found) == len(SHOWN) * len(DEVIATIONS) * len(DISTRIBUTIONS)
    assert {point.derived for point in found if (point.name, point.distribution) == ("relu", "normal")} == {
        float(ratios(["relu"])[0].derived.power)
    }
    for name in ("tanh", "sigmoid"):
        falling = [p.derived for p in found if (p.name, p.distribution) == (name, "normal") if p.derived]
        assert falling == sorted(falling, reverse=True)


def test_a_sample_is_the_same_each_time() -> None:
    assert softmax_sample(1000) == softmax_sample(1000)
    least, largest, total = softmax_sample(1000)
    assert 0 < least < largest < 1
    assert total == pytest.approx(1)
