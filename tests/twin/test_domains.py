"""Random networks with loops of all kinds: closed forms hold inside their domain, are refused outside it.

`python -m tests.twin.domains N SEED` is the run over any number of networks, with a table.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from layercalc.errors import SpecError
from layercalc.model import loads
from tests.examples import long_run
from tests.twin.judging import judge, kind_of
from tests.twin.random_loops import Net, write

#: Networks that are judged, and the points of each, in profile `ci` and in `search`.
NETS, POINTS = (5_000, 24) if long_run() else (40, 6)
#: Of the networks that there are, those that may have no closed form.
REFUSED = 0.02
#: What the language refuses by its contract, with the `where` that decides it, and a place in a list that is
#: no number: no form is looked for.
OPEN = ("_ is open: it depends on ", "the index must be a number here, and it is ")


@st.composite
def nets(draw: DrawFn) -> Net:
    """Draw a network."""
    return write(lambda choices: draw(st.sampled_from(choices)))


def test_closed_forms_hold_inside_their_domain_and_are_refused_outside() -> None:
    judged: dict[str, str] = {}

    @settings(max_examples=NETS)
    @given(net=nets())
    def hold(net: Net) -> None:
        verdict = judge(net, net.points(POINTS))
        if not verdict.vacant:
            told = [kind_of(message) for message in verdict.refused.values()]
            event(f"refused: {told[0]}" if told else net.kind)
            judged[net.text] = told[0] if told else ""
            assert verdict.findings == []

    hold()
    refused = Counter(told for told in judged.values() if told and not told.startswith(OPEN))
    assert refused.total() <= REFUSED * len(judged), refused.most_common()


def test_a_name_that_the_form_does_not_know_is_refused() -> None:
    form = loads("param n = 3 input(3, 8, 8) repeat n { conv(3, 3) }", n="n").measure("params")
    with pytest.raises(SpecError, match="depth"):
        form.substitute({"depth": 3})
