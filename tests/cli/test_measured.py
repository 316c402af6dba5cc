"""Declared measures, real params and partial answers, as the command line tells them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

SPEC = """
param depth = 3
measure held "kept" = sum of cached
measure twice = 2 * held
layer keys(units) { shape = [units] + in.spatial  cached = out.volume }
input(3, 8, 8)
repeat depth { keys(4) }
"""
REAL = "param width: real = 1 where width > 0  input(3, 32, 32) conv(round(32 * width), 3) -> dense(10)"
REFUSED = "layer bad { complexity = -1  params = 7 }  input(3, 8, 8) conv(4, 3) bad conv(4, 3)"


@pytest.mark.parametrize("form", ["json", "csv", "latex", "markdown", "text"])
def test_a_declared_measure_stands_in_every_form(run_cli: Run, form: str) -> None:
    asked = ("--measure", "held,twice,training_bytes", "--depth", "n", "--format", form)
    told = run_cli("eval", "-", *asked, input=SPEC)
    assert told.exit_code == 0
    assert "256" in told.output
    assert "512" in told.output


def test_a_declared_measure_is_scaled_solved_and_listed(run_cli: Run) -> None:
    assert "linear" in run_cli("scale", "-", "--over", "depth", "--measure", "held", input=SPEC).output
    solved = run_cli("solve", "-", "--for", "depth", "--target", "twice = 5120", input=SPEC)
    assert "at depth = 10" in solved.output
    listed = run_cli("layers", "-", "--measure", "held", "--format", "json", input=SPEC)
    assert json.loads(listed.output)["layers"][0]["measures"]["held"]["value"] == 256
    refused = run_cli("layers", "-", "--measure", "twice", input=SPEC)
    assert (refused.exit_code, "no number of its own at each layer" in refused.stderr) == (2, True)


@pytest.mark.parametrize("command", [["eval", "-"], ["scale", "-", "--over", "depth"]])
def test_an_unknown_measure_gets_the_nearest(run_cli: Run, command: list[str]) -> None:
    told = run_cli(*command, "--measure", "hold", input=SPEC)
    assert (told.exit_code, told.stderr) == (
        2, "error: no measure is called 'hold'\nhint: did you mean 'held'?\n",
    )  # fmt: skip


def test_the_bytes_of_a_number_are_a_param_of_the_laws(run_cli: Run) -> None:
    asked = ("eval", "lenet", "--measure", "weights_bytes", "--format", "json")
    four, two = (json.loads(run_cli(*asked, *more).output) for more in ((), ("--number-bytes", "2")))
    assert four["measures"]["weights_bytes"]["value"] == 4 * 61706
    assert two["measures"]["weights_bytes"]["value"] == 2 * 61706
    assert ("number_bytes" in four["params"], two["params"]["number_bytes"]) == (False, 2)


def test_a_refused_measure_leaves_the_others(run_cli: Run) -> None:
    told = run_cli("eval", "-", input=REFUSED)
    assert told.exit_code == 0
    assert "refused: complexity is -1; it must be at least 0 (<stdin>:1:26)" in told.output
    record = json.loads(run_cli("eval", "-", "--format", "json", input=REFUSED).output)["measures"]
    assert record["params"]["value"] == 4 * 27 + 4 * 36 + 7
    assert record["gcc"]["error"] == "complexity is -1; it must be at least 0"
    assert [*record][:3] == ["gcip", "gcc", "gsip"]
    assert run_cli("eval", "-", "--measure", "gcc", input=REFUSED).exit_code == 2
    assert run_cli("eval", "-", "--measure", "params", input=REFUSED).exit_code == 0


def test_a_measure_with_too_many_rounds_leaves_the_others(run_cli: Run) -> None:
    told = run_cli("eval", "-", input="input(3) for i in range(10^6) { dense(i + 1) }")
    rows = {line.split("  ")[0]: line for line in told.output.splitlines()}
    assert (told.exit_code, rows["layers"].split()[-1]) == (0, "1,000,000")
    assert "over 20,000 rounds" in rows["GCC"]
    assert "over 20,000 different logarithms" in rows["GSC"]
    assert "over 100,000 different denominators" in rows["GSIP"]


@pytest.mark.parametrize("law", ["power", "complexity"])
@pytest.mark.parametrize(
    "command",
    [
        ["layers", "-"],
        ["layers", "-", "--format", "json"],
        ["layers", "-", "--n", "n"],
        ["explain", "-"],
        ["explain", "-", "--format", "json"],
        ["explain", "-:3"],
        ["explain", "-:3", "--format", "json"],
        ["compare", "-", "--n", "1,2"],
        ["compare", "-", "mlp", "--n", "m"],
        ["compare", "-", "--n", "1,2", "--format", "json"],
        ["scale", "-", "--over", "n"],
        ["scale", "-", "--over", "depth", "--against", "mlp"],
    ],
    ids=" ".join,
)
def test_each_command_tells_what_it_can(run_cli: Run, law: str, command: list[str]) -> None:
    text = (
        "param n = 2 where n >= 1  param depth = 2 where depth >= 1\n"
        f"layer bad {{ {law} = in.rank - 4  params = 7 }}\n"
        "input(3, 8, 8) conv(4, 3) repeat n { add { bad | } conv(4, 3) } repeat depth { conv(4, 3) }"
    )
    told = run_cli(*command, input=text)
    assert (told.exit_code, told.stderr) == (0, "")
    column = text.split("\n")[1].index("in.rank") + 1
    assert f"{law} is -2; it must be at least 0" in told.output
    assert f"<stdin>:2:{column}" in told.output
    other = {"power": "321.5", "complexity": "0.1481"}[law]  # the values of the other measure stay
    assert command[0] != "layers" or other in told.output or "json" in command
    if command[0] in ("compare", "scale"):
        named = run_cli(
            *command, "--measure", {"power": "gcip", "complexity": "gcc"}[law] + ",params", input=text
        )
        assert (named.exit_code, named.output != "") == (2, True)


def test_a_picture_tells_what_it_can(run_cli: Run) -> None:
    told = run_cli("draw", "-", "--values", "--format", "mermaid", input=REFUSED)
    assert (told.exit_code, told.stderr) == (0, "")
    assert "bad<br/>p = 0.1481, c refused" in told.output
    both = REFUSED.replace("params", "power = -1 params")
    told = run_cli("draw", "-", "--values", input=both)
    assert (told.exit_code, told.stderr.count("must be at least 0")) == (2, 2)
    assert run_cli("draw", "-", input=both).exit_code == 0


def test_check_reads_the_laws(run_cli: Run) -> None:
    told = run_cli("check", "-", input=REFUSED)
    assert (told.exit_code, told.stderr.count("complexity is -1; it must be at least 0")) == (2, 1)
    made = run_cli("check", "-", input=f"{SPEC} measure odd = held / (twice - 2 * held)")
    assert (made.exit_code, "division by zero" in made.stderr) == (2, True)


def test_whole_numbers_are_shortened_on_request(run_cli: Run) -> None:
    assert "25,557,032" in run_cli("eval", "resnet", "--measure", "params").output
    assert "25.557 M" in run_cli("eval", "resnet", "--measure", "params", "--si").output


def test_points_may_be_fractions(run_cli: Run) -> None:
    told = run_cli("eval", "-", "--width", "0.25..1..0.25", "--measure", "params", input=REAL)
    assert [line.split()[0] for line in told.output.splitlines()[4:8]] == ["0.25", "0.5", "0.75", "1"]


def test_a_real_symbol_is_no_whole_number(run_cli: Run) -> None:
    told = run_cli("eval", "-", "--width", "w", "--measure", "params", input=REAL)
    assert "floor((64*w + 1)/2)" in told.output
    assert "holds for w > 0" in told.output
    module = run_cli("eval", "-", "--width", "w", "--measure", "params", "--python", input=REAL).output
    assert 'width > 0, "width > 0"' in module
    assert "% 1 == 0" not in module


def test_a_real_param_is_solved_beside_its_jumps(run_cli: Run) -> None:
    text = "param width: real = 1 where width > 0  input(3, 8, 8) conv(round(8 * width), 3)"
    told = run_cli("solve", "-", "--for", "width", "--target", "params >= 100", input=text)
    assert told.exit_code == 0
    assert "0.437499" in told.output
    assert "0.4375 " in told.output
