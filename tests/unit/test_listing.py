"""A listing is as long as the limit says, and what has no rows is not walked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from layercalc import limits
from layercalc.errors import SpecError
from layercalc.inspect.layer_table import rows
from layercalc.measures.measure import Pair, Readings
from layercalc.model import loads
from layercalc.network import Body

CARRIED = """
block cell from a, b {
    add { from a | from b } as n
    from b, n
}
input(4) as x
relu as y
from x, y
repeat 1000000 { cell } as x, y
from y
"""


def test_a_listing_of_one_round_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    network = loads("input(4) relu relu").network
    monkeypatch.setattr(limits, "ROWS", 1)
    with pytest.raises(SpecError, match="<text>:1:15: error: this listing has over 1 rows, the limit"):
        [*rows(network)]


def test_merges_of_carried_rounds_are_counted_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []
    monkeypatch.setattr(Readings, "cumulative", lambda *arguments: walked.append(1))
    with pytest.raises(SpecError, match="1000001 layers and merges, and a listing has at most"):
        next(rows(loads(CARRIED).network, unroll=True))
    assert not walked


def test_rounds_of_nothing_are_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[Body] = []
    cumulative = Readings.cumulative

    def counted(self: Readings, body: Body, entering: Sequence[Pair]) -> list[Pair]:
        walked.append(body)
        return cumulative(self, body, entering)

    monkeypatch.setattr(Readings, "cumulative", counted)
    network = loads("input(4) repeat 5000 { repeat 5000 { } } relu").network
    assert [row.name for row in rows(network, unroll=True)] == ["relu"]
    assert len(walked) < 10


BRANCHED = "input(4) repeat 3 { add { relu | repeat 2 { relu -> dense(4) } } } relu"


@pytest.mark.parametrize("text", [BRANCHED, CARRIED])
def test_the_rows_are_counted_as_they_are_listed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = loads(text.replace("1000000", "7")).network
    listed = len([*rows(network, unroll=True)])
    monkeypatch.setattr(limits, "ROWS", listed - 1)
    with pytest.raises(SpecError, match=f"--unroll: {listed} layers and merges"):
        next(rows(network, unroll=True))
