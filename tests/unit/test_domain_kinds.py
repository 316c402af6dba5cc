"""Kinds of loop that the long run over random networks once found wrong, or refused: one network of each."""

from __future__ import annotations

import re

import pytest

from tests.twin.judging import judge
from tests.twin.random_loops import Net

GIVEN = {
    "sizes that are 1 where there are many rounds, and not before": "param n = 4  input(3, 64)  "
    "repeat n - 1 { conv(2 * in.channels, 3, stride = 2) }  conv(4, 5)  "
    "for i in range(n) { if i % 3 == 0 { conv(4, 3, stride = 2) } "
    "else if i % 3 == 1 { conv(4, 1) } else { relu } }",
    "floors of what is below 0": "param w = 4  param m = 3  param n = 8 where n % 6 == 0  input(3, 1, 9)  "
    "conv(4, 3)  for i in range(m, n) { conv(w * 2^(i // 3), 3) }",
    "rounds that give 0, left over": "param n = 8 where n >= 3  input(4)  dense(1)  "
    "for i in range(n) { if i % 2 == 1 { relu } else { dense(1) } }",
    "rounds that give 0, some as one": "param n = 8 where n % 4 == 0  param a = 2  input(4)  dense(4)  "
    "for i in range(n) { dense(1 + sum([j * a for j in range(i % 3)])) relu }",
    "roots that a power of gives a number": "param n = 8  param w = 4  "
    "layer own(u) { complexity = sqrt(u) }  input(w, 8, 8)  conv(w, 1)  for i in range(n) { own(n) }",
    "windows that fit into a number in few rounds": "param n = 2  input(3, 15, 15)  conv(4, 3)  "
    "for j in range(n) { maxpool(2, padding = valid) }",
    "windows that are rounded up": "param r = 64  param n = 2  input(3, r)  conv(4, 3)  "
    "for j in range(n) { maxpool(3, 2, padding = 0, ceil = true) }",
    "one round that says none": "param n = 8  layer own(u) { complexity = if u == 4 then none else u }  "
    "input(3, 6)  conv(4, 3)  for i in range(n) { own(i) relu }",
    "sizes that take turns": "param n = 8  input(3)  dense(4)  for i in range(n) { dense(3 + i % 2) }",
    "sizes that are summed from a later round on": "param n = 8  input(3)  "
    "for i in range(n) { dense(1 + sum([j for j in range(i - 3)])) }",
    "a short range of symbols": "param w = 4  param n = 4 where n >= 3  input(3)  "
    "for i in range(n, n + 3) { dense(w + i) tanh }",
    "a law that is broken in a round": "param n = 8  layer own(u) { params = 6 / (u - 3) }  "
    "input(3, 8, 8)  conv(4, 3)  for i in range(n) { own(i) }",
}
REFUSED_BOTH_WAYS = {
    "a requirement": "param n = 8  layer own(u) { require = u > 2 }  input(3, 8, 8)  conv(4, 3)  "
    "for i in range(n) { own(i + 1) }",
    "half a channel": "param n = 8  input(3, 1, 9)  conv(4, 3)  for i in range(n) { conv(2^(i - 1), 3) }",
    "a negative count": "param n = 8  block stage(f, c) { conv(f, 3) repeat c - 1 { relu } }  "
    "input(3, 8, 8)  for i in range(n) { stage(4, i % 2) }",
}


def net(text: str) -> Net:
    """Read the symbols off the params; each stands for a positive number."""
    return Net("", text, tuple(re.findall(r"param (\w+)", text)), frozenset())


@pytest.mark.parametrize("kind", GIVEN)
def test_kinds_that_were_wrong_or_refused_have_a_form(kind: str) -> None:
    verdict = judge(net(GIVEN[kind]))
    assert (verdict.findings, verdict.refused) == ([], {})
    assert verdict.inside


@pytest.mark.parametrize("kind", REFUSED_BOTH_WAYS)
def test_what_numbers_refuse_in_every_round_is_refused_both_ways(kind: str) -> None:
    verdict = judge(net(REFUSED_BOTH_WAYS[kind]))
    assert (verdict.findings, verdict.refused) == ([], {})
    assert verdict.both
