"""A listing is as long as the limit says, and what has no rows is not walked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from layercalc import limits
from layercalc.errors import SpecError
from layercalc.inspect.layer_table import LayerRow, rows
from layercalc.measures.measure import Pair, Readings
from layercalc.model import load, loads
from layercalc.network import Body
from layercalc.numbers.scalar import total

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


# -- blocks that are shut


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("spec", ["resnet", "inception_v3", "densenet", "gpt", "unet"])
def test_a_shut_block_has_the_sums_over_its_layers(spec: str, depth: int) -> None:
    network = load(spec).network
    shut, opened = [*rows(network, depth=depth)], [*rows(network)]
    assert len(shut) < len(opened) if depth == 0 else len(shut) <= len(opened)
    for name in ("params", "macs", "complexity", "power"):
        sums = [total([row.times * (row.law(name) or 0) for row in listed]) for listed in (shut, opened)]
        assert sums[0] == sums[1] != 0
    assert (shut[-1].power, shut[-1].complexity) == (opened[-1].power, opened[-1].complexity)


def test_blocks_of_several_values_have_a_row_for_each() -> None:
    spec = "block two from a, b { from a -> dense(3) as c  from b -> relu as d  from c, d }\n"
    model = loads(f"{spec}input(4) relu as a  tanh as b  from a, b -> two as c, d  from c, d")
    shut = [row for row in rows(model.network, depth=0) if row.kind == "block"]
    assert [(row.name, row.law("params"), row.output.sizes) for row in shut] == [
        ("two, value 1", 15, (3,)), ("two, value 2", None, (4,)),
    ]  # fmt: skip


def test_a_shut_block_may_have_a_symbolic_number_of_layers() -> None:
    model = loads("block deep(k) { repeat k { dense(4) } }\nparam n = 2\ninput(4) deep(n)", n="n")
    (row,) = rows(model.network, depth=0)
    assert str(row.law("params")) == "20*n"


@pytest.mark.parametrize("spec", ["resnet", "nasnet", "unet", "transformer"])
def test_the_rows_at_a_place_are_those_of_the_whole_listing(spec: str) -> None:
    network = load(spec).network
    readings = Readings(network)
    listed = [(row.span, _told(row)) for row in rows(network)]
    for place in [*dict.fromkeys(span for span, _ in listed)][::3]:
        at = [_told(row) for row in rows(network, at=place, readings=readings)]
        assert at == [told for span, told in listed if span == place]


def _told(row: LayerRow) -> tuple[object, ...]:
    return row.kind, row.name, row.place, row.times, row.output, row.power, row.complexity
