"""What the page asks, answered without a browser, beside what the commands tell."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from typing import Any

import pytest

from layercalc.inspect.measured import MeasuredNetwork
from layercalc.measures import MEASURES
from layercalc.model import loads
from layercalc.paper.zoo import rows
from layercalc.playground import answer
from layercalc.report.latex import latex
from layercalc.syntax.library import shipped

SPEC = """\
network Net "a net"

param n = 4   where n >= 2   "filters"

input(3, 8, 8)
conv(n, 3) -> relu
add {
    conv(n, 3)
|
}
"""
FACE = "\N{GRINNING FACE}"


def ask(asked: str, /, text: str = SPEC, **more: Any) -> dict[str, Any]:
    """Ask as the page does: what goes over is JSON, there and back."""
    told: dict[str, Any] = json.loads(
        json.dumps(answer(asked, json.loads(json.dumps({"text": text, **more}))))
    )
    return told


def test_the_formulas_are_those_of_eval() -> None:
    told = ask("read", params={"n": "n"})
    model = loads(SPEC, n="n")
    for name in ("gcip", "gcc", "params"):
        assert f'title="{model.measure(name).folded()}"' in told["table"]
    assert "holds for" in told["notes"]
    assert (told["title"], told["settings"]) == ("Net: a net", "n; laws paper")


def test_the_params_are_told_with_the_field_that_suits_them() -> None:
    text = "param a = 3 where a > 1 param b = 0.5 param c = true param d = [1, 2] param e: real = 2 input(a)"
    told = {param["name"]: (param["default"], param["kind"]) for param in ask("read", text)["params"]}
    assert told == {
        "a": ("3", "whole"), "b": ("0.5", "real"), "c": ("true", "switch"), "d": ("[1, 2]", "text"),
        "e": ("2", "real"),
    }  # fmt: skip


def test_a_param_of_another_text_is_left_out() -> None:
    assert "errors" not in ask("read", params={"n": "8", "gone": "3"})


def test_mistakes_stand_where_a_browser_counts_them() -> None:
    text = f"input(3) # {FACE}\ndens(2)\n"
    [mistake] = ask("read", text)["mistakes"]
    units = text.encode("utf-16-le")
    assert units[2 * mistake["from"] : 2 * mistake["to"]].decode("utf-16-le") == "dens"
    assert (mistake["line"], mistake["warning"]) == (2, False)
    assert mistake["message"].startswith("unknown block or layer 'dens'")


@pytest.mark.parametrize("depth", [300, 5000])
def test_brackets_without_end_are_refused_before_a_browser_has_no_stack_left(depth: int) -> None:
    text = f'# {"(" * 5000}\nnetwork A "{"(" * 5000}"\ninput(3)\ndense({"(" * depth}3{")" * depth})\n'
    [mistake] = ask("read", text)["mistakes"]
    assert mistake["message"] == "this nests deeper than 256 levels, the limit"
    assert mistake["line"] == 4


def test_a_value_that_the_spec_refuses_is_told() -> None:
    told = ask("read", params={"n": "1"})
    assert "n >= 2" in told["errors"][0]["message"]
    assert told["mistakes"] == []


def test_what_a_value_leads_to_is_told_at_its_place() -> None:
    text = "param n = 4\ninput(3, 8, 8)\nconv(n, 3)\nconv(4, 3, groups = 2)\n"
    [error] = ask("read", text, params={"n": "5"})["errors"]
    assert text[error["from"] : error["to"]].startswith("conv(4, 3")
    assert error["line"] == 4


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"text": 3}, "a request has a text"),
        ({"text": "", "laws": "../x"}, "no law set is called"),
        ({"text": "input(3)", "params": {"n": "1,2"}}, ""),
    ],
)
def test_what_is_no_request_is_refused(request_: dict[str, Any], told: str) -> None:
    assert all(told in error["message"] for error in answer("read", request_).get("errors", []))


def test_one_value_is_taken() -> None:
    assert ask("read", params={"n": "1,2"})["errors"][0]["message"] == "n takes one value, not '1,2'"


def test_what_is_not_known_is_refused() -> None:
    assert "not known" in ask("erase")["errors"][0]["message"]


def test_hovers_offers_and_layout_are_those_of_the_language_server() -> None:
    here = SPEC.index("conv")
    told = ask("hover", offset=here + 1)
    assert (told["from"], told["to"]) == (here, here + 4)
    assert "| params |" in told["markdown"]
    offers = {offer["label"]: offer for offer in ask("complete", "input(3)\nconv(", offset=14)["offers"]}
    assert offers["filters"]["insert"] == "filters = "
    assert offers["filters"]["first"]
    told = ask("format", f"input(3,8)# {FACE}\nrelu->relu\n")
    assert told["insert"] == f"input(3, 8)   # {FACE}\nrelu -> relu\n"
    assert ask("format") == {}


def test_a_box_knows_its_line_and_its_law() -> None:
    told = ask("diagram")
    assert f'data-from="{SPEC.index("conv")}"' in told["svg"]
    assert "<style" not in told["svg"]
    assert ".layercalc" in told["style"]
    assert "eq. (8), (10)" in ask("explain", offset=SPEC.index("conv"))["html"]
    assert "eq. (19)" in ask("explain", offset=SPEC.index("add"))["html"]
    assert "no layer" in ask("explain", offset=0)["errors"][0]["message"]


def test_a_box_of_a_library_leads_nowhere() -> None:
    told = ask("diagram", 'use "blocks/cells.arch"\ninput(8, 8, 8)\nweighted(8)\n')
    places = re.findall(r'data-from="(\d+)"', told["svg"])
    assert places == []


def test_curves_have_the_values_of_networks() -> None:
    told = ask("curves", param="n")
    assert (told["usual"], told["x"][0]) == (4, 2)
    drawn = {curve["name"]: curve for curve in told["curves"]}
    for place in (0, -1):
        model = loads(SPEC, n=told["x"][place])
        assert drawn["params"]["y"][place] == model.measure("params").number
        assert drawn["gcc"]["y"][place] == pytest.approx(model.measure("gcc").log2)


def test_a_curve_is_drawn_where_there_is_no_closed_form() -> None:
    text = "param n = 3\nlet k = match n { 1 => 3  2 => 5  3 => 7 }\ninput(3, 8, 8)\nconv(4, k)\n"
    assert ask("curves", text, param="n")["x"] == [1, 2, 3]


def test_growth_is_told_in_a_param() -> None:
    told = ask("growth", param="n")
    assert "quadratic" in told["html"]
    assert told["heading"] == "In n, numbers at n = 4"
    assert ask("growth", param="m")["errors"][0]["message"] == "Net has no param 'm'"


def test_law_sets_stand_side_by_side() -> None:
    for params in ({}, {"n": "n"}):
        told = ask("laws", params=params)
        assert told["refused"] == []
        assert "channels" in told["html"]
    refused = ask("laws", "input(3, 8, 8)\nconv(4, 3)\nmystery\n")
    assert "mystery" in refused["errors"][0]["message"]


def test_all_networks_can_be_opened() -> None:
    told = ask("networks")
    assert {*told["specs"]} == {*shipped()}
    assert told["laws"][0] == "paper"
    assert [row["row"] for row in told["zoo"]] == [row.name for row in rows()]
    row = next(row for row in rows() if row.arguments)
    opened = ask("open", name=row.name)
    text = ask("read", **opened)
    assert f"{row.params:,}" in text["table"]


def test_rows_of_the_zoo_are_measured_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = rows()[:3]
    names = [row.name for row in first]
    monkeypatch.setattr("layercalc.playground.tables.MOMENT", 60)
    told = ask("measured", laws="literal", rows=names)
    assert [*told] == names
    for row in first:
        model = row.load("literal")
        expected = {name: model.measure(name).log2 for name in ("gcip", "gcc")}
        finite = {name: log for name, log in expected.items() if log is not None and math.isfinite(log)}
        assert told[row.name] == {"gcip": None, "gcc": None, **finite}
    monkeypatch.setattr("layercalc.playground.tables.MOMENT", 0)
    assert [*ask("measured", laws="literal", rows=names)] == names[:1]
    assert ask("measured", laws="paper", rows=["nosuch"])["errors"]
    assert ask("measured", laws="paper", rows="all")["errors"]
    assert ask("measured", laws=None, rows=names)["errors"]


def test_files_are_those_of_the_commands() -> None:
    model = loads(SPEC)
    point = MeasuredNetwork(model.network, {name: model.measure(name) for name in MEASURES})
    assert ask("file", form="latex")["text"] == latex(point) + "\n"
    assert ask("file", form="csv")["text"].startswith("network,spec,laws,params.n")
    assert ask("file", form="svg")["text"].startswith("<svg")
    assert ask("file", form="exe")["errors"][0]["message"] == "no file is written as 'exe'"


def test_the_texts_of_others_are_never_markup() -> None:
    text = 'network Bad "</title><script>ran</script>"\nparam n = 2 "<img>"\ninput(3, 8, 8) -> conv(n, 3)\n'
    for name, more in {"read": {}, "diagram": {}, "laws": {}, "growth": {"param": "n"}}.items():
        told = ask(name, text, **more)
        shown = "".join(str(told.get(key, "")) for key in ("table", "notes", "svg", "html", "heading"))
        assert "<script" not in shown
        assert "<img" not in shown


def test_the_rehearsal_meets_no_mistake_and_needs_neither_the_protocol_nor_a_terminal() -> None:
    others = {"pygls", "lsprotocol", "click", "rich", "pygments", "matplotlib", "numpy"}
    code = (
        "import sys; from layercalc.playground.rehearsal import rehearse\n"
        f"print(rehearse(), sorted({others!r} & {{*sys.modules}}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"
