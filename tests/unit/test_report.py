"""Tables, listings, rungs and records."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from layercalc import Model, SpecError, limits, load, loads, specs
from layercalc.closed import Closed
from layercalc.errors import Source
from layercalc.forms.product import Product
from layercalc.inspect.layer_table import LayerRow, rows
from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import MEASURES, measure_all
from layercalc.measures.measure import is_local
from layercalc.report import cells
from layercalc.report.evaluation import heading, measures_table, points_table
from layercalc.report.laws import LawSet, overview
from layercalc.report.layers import TOTALS, layers_table
from layercalc.report.records import closed_record, point_record, row_record
from layercalc.report.rungs import network_text, tree_text, values_text
from layercalc.report.table import Table
from layercalc.syntax.parse import parse
from tests.examples import long_run

CARRY = """input(4)
relu as a
tanh as b
repeat 3 { add { from a | from b } as c  from b as a  from c as b }
"""
NESTED = """param width = 3
block nest(k) { if k > 0 { add { relu -> nest(k - 1) -> conv(width, 3) | conv(width, 3) } } }
input(width, 8, 8) nest(45)
"""
PEELED = "input(3, 8, 8) repeat 3 { conv(4, 3) -> relu } dense(2)"


# -- tables


def test_numbers_stand_to_the_right_and_texts_to_the_left() -> None:
    table = Table(("a", "b", "c"), [("x", "1", "1"), ("xy", "-2.5e-10", "w")])
    assert table.plain().splitlines() == ["a          b  c", "x          1  1", "xy  -2.5e-10  w"]


def test_a_table_without_headers_has_no_first_line() -> None:
    assert Table(("", ""), [("a", "x"), ("b", "y")]).plain() == "a  x\nb  y"
    assert Table(("a", "b"), []).plain() == "a  b"


def test_a_heading_widens_no_column() -> None:
    table = Table(("a", "b"), [["a long heading"], ("x", "1")], ["", "note"])
    assert table.plain() == "a  b\na long heading\nx  1\n\nnote"


# -- cells and evaluation


def test_cells() -> None:
    network = loads("param a = 3 param b = [1, 1/2] param s = true input(a, 4) relu", a="2*k").network
    assert cells.shape(network, network.body.inputs[0]) == "2*k x 4"
    assert [cells.param(network, value) for value in network.params.values()] == ["2*k", "[1, 0.5]", "true"]
    assert cells.number(Closed(Product.of(2) ** -5000)) == "7.0798e-1506"
    assert cells.number(Closed(Fraction(1, 10**5))) == "1.0e-5"
    assert cells.logarithm(Closed(10), exact=True) == "3.3219280948873622"
    assert cells.logarithm(Closed(Product.of(2) ** (10**7) * Product.of(3))) == "10000002"
    assert cells.logarithm(load("mlp", depth="n").measure("layers")) == ""


def test_a_heading_tells_what_all_points_share() -> None:
    points = [MeasuredNetwork(load("densenet", depth=depth).network, {}) for depth in (121, 161)]
    assert heading(points).splitlines()[1] == "classes = 1000, resolution = 224, softmax = false; laws paper"
    assert (
        heading(points[:1]).splitlines()[1].startswith("depth = 121, growth = 32, layers = [6, 12, 24, 16], ")
    )
    assert heading([MeasuredNetwork(loads("network N input(3) relu").network, {})]) == "N\nlaws paper"


def _point(model: Model, *names: str) -> MeasuredNetwork:
    return MeasuredNetwork(model.network, measure_all(model.network, names or None))


def test_logarithms_stand_beside_numbers_only() -> None:
    assert measures_table(_point(load("lenet"), "gsip", "params")).plain().splitlines() == [
        "         value   log2",
        "GSIP    3.7062  1.890",
        "params  61,706",
    ]
    assert measures_table(_point(load("lenet"), "params")).headers == ("", "value")
    table = measures_table(_point(load("mlp", depth="n"), "layers", "gcip", "longest_path"))
    assert table.headers == ("", "")
    assert table.rows[1] == ("GCIP", "0.012755 * 0.584^n")


def test_names_of_shared_parts_are_told_below() -> None:
    point = _point(loads(NESTED, width="w"), "gcc", "params")
    text = measures_table(point, exact=True).plain()
    assert "\n\nIn GCC:\n    s1 = " in text
    assert "In params" not in text
    assert points_table([point], ["width"], exact=True).rows[0][1].count(" where s1 = ") == 1


def test_zero_has_no_logarithm() -> None:
    table = measures_table(_point(load("resnet", laws="literal"), "gcc"))
    assert table.rows == [("GCC", "0", "-")]


# -- records


@pytest.mark.parametrize(
    ("closed", "value", "log2"),
    [
        (Closed(5), 5, True),
        (Closed(Fraction(1, 4)), 0.25, True),
        (Closed(10**400), None, True),
        (Closed(Product.of(2) ** 5000), None, True),
        (Closed(Product.of(2) ** -5000), None, True),
        (Closed(Fraction(1, 10**400)), None, True),
        (Closed(0), 0, False),
    ],
)
def test_a_record_holds_what_a_double_holds(closed: Closed, value: float | None, log2: bool) -> None:
    record = closed_record(closed)
    assert record["value"] == value
    assert type(record["value"]) is type(value)
    assert (record["log2"] is not None) is log2


def test_params_in_a_record() -> None:
    params = (
        "param a = 3 param b = [1, 1/3] param c = 0.5 param d = true param e = 2 param f = 1 param g = same"
    )
    network = loads(f"{params} input(a, 4) relu", a="k + 1", e="log2(3)", f="2^2000").network
    record = point_record(MeasuredNetwork(network, {}), "x")
    assert record == {
        "network": "<text>",
        "spec": "x",
        "laws": "paper",
        "params": {
            "a": "k + 1", "b": [1, "1/3"], "c": 0.5, "d": True, "e": "log2(3)", "f": "2^2000", "g": "same",
        },
        "measures": {},
    }  # fmt: skip


def test_a_row_as_a_record() -> None:
    network = loads("param w = 2 input(w, 4, 4) add { conv(4, 3) | conv(4, 1) }", w="w").network
    conv, one, merge = (row_record(MeasuredNetwork(network, {}), row) for row in rows(network))
    assert (conv["kind"], conv["name"], conv["place"], conv["times"]) == ("layer", "conv", ["add/1"], 1)
    assert (conv["inputs"], conv["output"]) == ([["w", 4, 4]], [4, 4, 4])
    assert conv["params"]["expr"] == "36*w"
    assert conv["cumulative_complexity"]["value"] == pytest.approx(12.679700005769249)
    assert one["complexity"] is None
    assert (merge["kind"], merge["name"], merge["params"]) == ("merge", "add", None)
    assert merge["inputs"] == [[4, 4, 4], [4, 4, 4]]


# -- listings


@cache
def _shipped(spec: str) -> Model:
    return load(spec)


#: In the long run every spec both ways; else one with its repeats as they are, the next with them unrolled.
LISTED = [
    (spec, unroll)
    for at, spec in enumerate(specs())
    for unroll in (False, True)
    if long_run() or at % 2 == unroll
]


@pytest.mark.parametrize(("spec", "unroll"), LISTED)
def test_a_listing_adds_up_to_the_measures(spec: str, unroll: bool) -> None:
    model = _shipped(spec)
    listed = [*rows(model.network, unroll)]
    for law in ("params", "macs"):
        counts = [row.times * (row.layer.law(law) or 0) for row in listed if row.layer is not None]
        assert sum(counts) == model.measure(law).number
    local = [row.times for row in listed if row.layer is not None and is_local(row.layer)]
    assert sum(local) == model.measure("layers").number
    if len(model.network.outputs) > 1:
        return
    assert listed[-1].power == model.measure("gcip").value
    assert listed[-1].complexity == model.measure("gcc").value


def test_a_symbolic_listing_ends_in_the_measures() -> None:
    model = load("resnet", depth="n", width="w")
    listed = [*rows(model.network)]
    assert [str(row.times) for row in listed if row.name == "add"] == [
        "1", "2", "1", "3", "1", "n/3 - 35/3", "1", "2",
    ]  # fmt: skip
    assert Closed.told(listed[-1].complexity, model.network.facts) == model.measure("gcc")


def test_where_a_layer_stands() -> None:
    text = """
    block two(f) { relu add { tanh | one(f) } }
    block one(f) { repeat 2 { sigmoid } }
    input(4) two(4) two(4) for k in [1, 2] { one(k) }
    """
    listed = [*rows(loads(text).network)]
    assert [(row.name, row.place) for row in listed[:6]] == [
        ("relu", ("two 1",)),
        ("tanh", ("two 1", "add/1")),
        ("sigmoid", ("two 1", "add/2", "one", "repeat 2")),
        ("end of repeat 2", ("two 1", "add/2", "one")),
        ("add", ("two 1",)),
        ("relu", ("two 2",)),
    ]
    assert listed[-1].place == ("stage 2", "one 2")


def test_a_repeat_is_written_out_when_asked_for() -> None:
    network = loads("input(4) repeat 3 { relu }").network
    once, all_rounds = ([*rows(network, unroll)] for unroll in (False, True))
    assert [(row.kind, row.times) for row in once] == [("layer", 3), ("repeat", 1)]
    assert [row.place for row in all_rounds] == [(f"round {k} of 3",) for k in (1, 2, 3)]
    assert all_rounds[-1].power == once[-1].power


def test_a_first_round_that_changes_the_shape_stands_apart() -> None:
    names = [(row.name, row.place, row.times) for row in rows(loads(PEELED).network)]
    assert names[0] == ("conv", ("round 1",), 1)
    assert names[2] == ("conv", ("repeat 2",), 2)


def test_every_value_that_a_repeat_carries_is_listed() -> None:
    network = loads(CARRY).network
    ends = [row for row in rows(network) if row.kind == "repeat"]
    assert [row.name for row in ends] == [f"end of repeat 3, value {k}" for k in (1, 2, 3)]
    first, _, last = (row.complexity for row in ends)
    assert first == last == measure_all(network, ["gcc"])["gcc"].value


def test_a_symbolic_repeat_cannot_be_written_out() -> None:
    with pytest.raises(
        SpecError, match=r"mlp\.arch:10:1: error: --unroll: n - 1 rounds cannot be written out"
    ):
        [*rows(load("mlp", depth="n").network, unroll=True)]


def test_a_listing_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    network = loads("input(4) repeat 5 { add { relu | relu } }").network
    monkeypatch.setattr(limits, "ROWS", 15)
    assert len([*rows(network, unroll=True)]) == 15
    monkeypatch.setattr(limits, "ROWS", 14)
    with pytest.raises(SpecError, match="--unroll: 15 layers and merges, and a listing has at most 14 rows"):
        [*rows(network, unroll=True)]


def test_a_listing_beyond_all_measure_is_refused_at_once() -> None:
    network = loads("input(4) repeat 2^20000 { repeat 10^9 { relu } }").network
    with pytest.raises(SpecError, match=r"--unroll: \S+ \* 10\^6029 layers and merges, and a listing"):
        next(rows(network, unroll=True))


def _layers(model: Model) -> Table:
    listed: list[LayerRow] = [*rows(model.network)]
    return layers_table(MeasuredNetwork.of(model.network, TOTALS), listed)


def test_places_become_headings() -> None:
    text = "block a { b } block b { relu -> tanh } input(4) a repeat 2 { a } relu"
    lines = _layers(loads(text)).plain().splitlines()
    assert [line.split("  4  ")[0].rstrip() for line in lines[1:10]] == [
        "a > b", "  relu", "  tanh", "repeat 2 > a > b", "  relu", "  tanh", "end of repeat 2", "relu",
        "network",
    ]  # fmt: skip


def test_the_last_row_is_the_network() -> None:
    table = _layers(load("lenet"))
    assert table.rows[-1] == [
        "network", "1 x 32 x 32", "10", "3.70622", "692.809", "61,706", "416,520", "6.076e-9", "3.830e9",
    ]  # fmt: skip


def test_symbolic_sums_stand_below() -> None:
    table = _layers(load("mlp", depth="n"))
    assert table.rows[-1][0] == "dense"
    assert table.notes[-8] == "network: 784 to 10"
    assert table.notes[-3] == "  GCIP = 0.01276 * 0.584^n"
    assert table.notes[-1] == "holds for n = 1, 2, 3, ..."


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    kept = ["layer", "input", "output", "p", "c", "power", "complexity"]
    assert _layers(loads("input(4) relu")).headers == kept
    assert _layers(loads("input(4) identity")).headers == [*kept[:3], *kept[-2:]]
    assert len(_layers(loads("input(4)")).headers) == 9


# -- rungs and laws


def test_a_tree_shows_every_node_with_its_place() -> None:
    text = 'network N "t"\nparam w = 2 where w > 1\ninput(w) add { relu | }'
    lines = tree_text(parse(Source("a.arch", text))).splitlines()
    assert lines[:3] == ["Spec 1:1", "  Title 1:1", "    kind: 'network'"]
    assert any(line.strip().startswith("where: Chain 2:19") for line in lines)


def test_a_network_shows_its_wires() -> None:
    text = "block b { relu } input(4) b as x repeat 2 { tanh } add { from x | } dense(3)"
    assert network_text(loads(text).network).splitlines() == [
        "network <text>",
        "  %0: 4",
        "  %1 = b %0: 4",
        "    %0: 4",
        "    %1 = relu() %0: 4",
        "    out %1",
        "  %2 = repeat 2 %1: 4",
        "    %0: 4",
        "    %1 = tanh() %0: 4",
        "    out %1",
        "  %3 = add %1, %2: 4",
        "  %4 = dense(units = 3, bias = true, tied = false) %3: 3",
        "  out %4",
    ]


def test_values_are_exact() -> None:
    text = values_text(measure_all(load("mlp", depth="n").network, ["gcip", "gcc"]))
    assert text.splitlines()[0] == "gcip = 5/392 * 0.584^n"
    shared = values_text(measure_all(loads(NESTED, width="w").network, ["gcc"]))
    assert "\n  where s1 = " in shared


def test_every_measure_has_a_line() -> None:
    text = values_text(measure_all(load("lenet").network))
    assert [line.split(" = ")[0] for line in text.splitlines()] == list(MEASURES)


def test_a_law_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.arch"
    path.write_text(
        'laws mine "My laws"\nuse "other.arch"\n\n# far above\n\n\nlayer a { power = 1 }\n'
        "# close above\nlayer b {\n    power = 2 # two\n}\n\n# one line between\n\nlayer c {}\nlayer d {}\n",
        "utf-8",
    )
    law_set = LawSet.read("mine", path)
    assert (law_set.name, law_set.title, law_set.based) == ("mine", "My laws", ("other",))
    assert law_set.layers == {
        "a": "layer a { power = 1 }",
        "b": "# close above\nlayer b {\n    power = 2 # two\n}",
        "c": "# one line between\n\nlayer c {}",
        "d": "layer d {}",
    }
    assert overview([law_set], "mine").rows == [("mine (default)", "My laws", "other + a, b, c, d")]
    assert overview([law_set], "paper").rows[0][0] == "mine"


def test_a_declaration_on_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.arch"
    path.write_text("layer a {}", "utf-8")
    assert LawSet.read("mine", path).layers == {"a": "layer a {}"}
