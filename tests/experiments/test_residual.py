"""Figures 8 and 9 beside a walk through every network in plain rationals."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from layercalc import load
from layercalc.measures.measure import is_local
from layercalc.paper.experiments import fig8, fig9
from layercalc.paper.experiments.outcome import Claim, Outcome
from layercalc.paper.experiments.residual import DEPTHS, FAMILIES, MERGE, basic, closed_forms, members
from tests.twin.dynamic import propagate
from tests.twin.naive import COMPLEXITY, POWER
from tests.twin.unroll import unroll

LAWS = ("paper", "channels", "weights")


@pytest.fixture(scope="module")
def eighth() -> Outcome:
    return fig8.run()


@pytest.fixture(scope="module")
def ninth() -> Outcome:
    return fig9.run()


def _log2(value: Fraction) -> float:
    return math.log2(value.numerator) - math.log2(value.denominator)


@pytest.mark.parametrize(
    ("family", "depth", "laws"),
    [
        ("ResNet", 18, "paper"),
        ("PlainNet", 34, "paper"),
        ("ResNet", 50, "channels"),
        ("PlainNet", 50, "paper"),
    ],
)
def test_every_step_has_the_values_of_a_walk(family: str, depth: int, laws: str) -> None:
    graph = unroll(load("resnet", depth=depth, shortcuts=family == "ResNet", laws=laws).network.body)
    walked = [
        (node.layer.name if node.layer else MERGE, _log2(power), _log2(complexity))
        for node, power, complexity in zip(
            graph.nodes, propagate(graph, POWER), propagate(graph, COMPLEXITY), strict=True
        )
        if (len(node.sources) > 1 if node.layer is None else is_local(node.layer))
    ]
    steps = members(laws)[family, depth].steps
    assert [step.name for step in steps] == [name for name, _, _ in walked]
    for place in (1, 2):
        assert [step[place] for step in steps] == pytest.approx([step[place] for step in walked], abs=1e-9)


@pytest.mark.parametrize("laws", LAWS)
def test_a_curve_ends_in_the_global_values(laws: str) -> None:
    for member in members(laws).values():
        assert member.steps[-1][1:] == pytest.approx((member.gcip, member.gcc), abs=1e-9)


def _holding(outcome: Outcome, laws: str) -> list[bool | None]:
    return [claim.holds for claim in outcome.claims if claim.laws == laws]


def _claim(outcome: Outcome, word: str, laws: str) -> Claim:
    [found] = [claim for claim in outcome.claims if word in claim.text and claim.laws == laws]
    return found


def test_which_claims_hold(eighth: Outcome, ninth: Outcome) -> None:
    assert _holding(eighth, "paper") == [True, True, False, True, True, True, False, None, True, True]
    assert _holding(eighth, "channels") == [True, True, True, True, True, True, False, None, True, True]
    assert _holding(eighth, "weights") == [True, True, True, True, True, True, True, None, True, True]
    assert all(_holding(ninth, laws) == [None] * 4 for laws in LAWS)


def test_where_a_measure_does_not_follow_depth_is_told(eighth: Outcome) -> None:
    rising = _claim(eighth, "increases consistently", "paper").found
    assert rising.count("but not from 34 to 50") == 2
    assert "but" not in _claim(eighth, "increases consistently", "channels").found
    falling = _claim(eighth, "decreases with depth", "paper").found
    assert "-28.62, -34.82, -34.82, -48.02, -61.21, but not from 34 to 50" in falling


@pytest.mark.parametrize(("laws", "alike"), [("paper", True), ("channels", True), ("weights", False)])
def test_two_resnets_compress_exactly_alike_unless_weights_count(laws: str, alike: bool) -> None:
    gcip = [load("resnet", depth=depth, laws=laws).measure("gcip").product for depth in (34, 50)]
    assert (gcip[0] == gcip[1]) == alike


def test_merges_are_those_of_the_blocks(eighth: Outcome) -> None:
    assert "of 8, 16, 16, 33, 50 merges" in _claim(eighth, "waves", "paper").found


@pytest.mark.parametrize("shortcuts", [True, False])
@pytest.mark.parametrize("laws", LAWS)
def test_the_family_of_basic_blocks_goes_through_34(shortcuts: bool, laws: str) -> None:
    ours, known = basic("34", shortcuts, laws), load("resnet", depth=34, shortcuts=shortcuts, laws=laws)
    symbolic = basic("n", shortcuts, laws)
    for name in ("gcip", "gcc"):
        assert ours.measure(name).product == known.measure(name).product
        # Its domain leaves 34 out for a `match` in the file that it uses, whose value it replaces.
        at_34 = symbolic.measure(name).freely().substitute({"n": 34}).log2
        assert at_34 == pytest.approx(known.measure(name).log2, abs=1e-9)


def test_every_family_has_its_closed_forms() -> None:
    told = [label for label, _ in closed_forms()]
    assert len(told) == len(set(told)) == 16
    for family in FAMILIES:
        for blocks in ("basic", "bottleneck"):
            assert f"GCIP of {family}s of {blocks} blocks, laws paper and channels" in told
            assert f"GCC of {family}s of {blocks} blocks, laws paper" in told
            assert f"GCC of {family}s of {blocks} blocks, laws channels and weights" in told


def test_the_differences_are_those_of_the_powers(ninth: Outcome) -> None:
    [sheet] = ninth.sheets
    for row in sheet.rows[: len(DEPTHS)]:
        line = dict(zip(sheet.headers, row, strict=True))
        residual, plain = (
            load("resnet", depth=str(line["depth"]), shortcuts=shortcuts).measure("gcip").product.to_float()
            for shortcuts in (True, False)
        )
        assert line["difference_of_gcip"] == pytest.approx((residual or 0) - (plain or 0), rel=1e-12)
    assert [row[1] for row in sheet.rows] == [*DEPTHS] * len(LAWS)


def test_what_the_paper_does_not_print_is_said(ninth: Outcome) -> None:
    assert "CIFAR-10" in ninth.missing[0]
