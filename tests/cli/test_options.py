"""Every param of a spec is an option: how it is spelt, given, explained and mistaken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from layercalc import limits
from layercalc.cli import main
from layercalc.errors import listing
from layercalc.measures import MEASURES

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

SPEC = """network Mine "Mine own"
param in_channels = 2 where in_channels < 99 "channels of the image"
param laws = 3
param shift = -1
param counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
input(in_channels, 8, 8) conv(laws, 3)
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.arch"
    path.write_text(SPEC, "utf-8")
    return str(path)


def _params(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["params"]


@pytest.mark.parametrize("spelling", ["--in_channels", "--in-channels"])
@pytest.mark.parametrize("form", [("{} 4",), ("{}=4",), ("{} 3 {} 4",)], ids=str)
def test_both_spellings_of_a_param(run_cli: Run, mine: str, spelling: str, form: tuple[str]) -> None:
    given = form[0].format(spelling, spelling).split()
    assert _params(run_cli("eval", mine, *given, "--format", "json"))["in_channels"] == 4


@pytest.mark.parametrize(
    "given", [["--shift=-2"], ["--shift", "-2"], ["--set", "shift=-2"], ["--set", " shift = -2 "]]
)
def test_negative_values(run_cli: Run, mine: str, given: list[str]) -> None:
    assert _params(run_cli("eval", mine, *given, "--format", "json"))["shift"] == -2


def test_a_param_that_bears_the_name_of_an_option(run_cli: Run, mine: str) -> None:
    result = run_cli("eval", mine, "--set", "laws=7", "--laws", "channels", "--format", "json")
    assert _params(result)["laws"] == 7
    assert json.loads(result.output)["laws"] == "channels"


@pytest.mark.parametrize(
    "before",
    [
        [],
        ["--"],
        ["--exact"],
        ["--laws", "paper"],
        ["--laws=paper"],
        ["--in-channels", "5"],
        ["--shift", "-5"],
    ],
)
def test_the_spec_is_found_among_the_options(run_cli: Run, mine: str, before: list[str]) -> None:
    assert run_cli("eval", *before, mine).exit_code == 0


def test_the_last_law_set_counts(run_cli: Run, mine: str) -> None:
    result = run_cli(
        "eval", mine, "--laws", "nosuch", "--laws=literal", "--laws", "channels", "--format", "json"
    )
    assert json.loads(result.output)["laws"] == "channels"
    assert run_cli("eval", mine, "--laws").exit_code == 2


def test_a_spec_from_standard_input(run_cli: Run) -> None:
    result = run_cli("eval", "-", "--in-channels", "c", "--measure", "params", input=SPEC)
    assert result.exit_code == 0
    assert "\nparams  27*c\n\nholds for c = 1, 2, 3, ... " in result.output


def test_a_law_set_from_a_file(run_cli: Run, mine: str, tmp_path: Path) -> None:
    laws = tmp_path / "twice.arch"
    laws.write_text("layer conv(filters, kernel) { power = 2  complexity = 3 }", "utf-8")
    result = run_cli("eval", mine, "--laws", str(laws), "--measure", "gcip,gcc")
    assert "laws twice" in result.output
    assert result.output.endswith("GCIP      2  1.000\nGCC       3  1.585\n")


def test_a_param_called_as_a_function_is_the_symbol_of_its_name(run_cli: Run) -> None:
    spec = "param max = 3 input(2) dense(max)"
    told = run_cli("eval", "-", "--max", "max", "--measure", "params", input=spec)
    assert (told.exit_code, told.output.splitlines()[3]) == (0, "params  3*max")


# -- mistakes


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--shift", "1:3"], "--shift:1:2: error: unexpected ':'\n    1 | 1:3\n      |  ^\n"),
        (["--shift", ""], "--shift:1:1: error: the text ends too early; expected an expression\n"),
        (["--shift="], "--shift:1:1: error: the text ends too early; expected an expression\n"),
        (["--shift", "1/0"], "--shift:1:"),
        (
            ["--in-channels", "100"],
            "--in_channels:1:1: error: in_channels = 100 is outside `in_channels < 99`\n",
        ),
        (["--shift", "2*log2"], "--shift:1:3: error: 'log2' is a function of the language, not a name\n"),
        (["--set", "shift=max"], "--shift:1:1: error: 'max' is a function of the language, not a name\n"),
        (["--shift", "NaN"], "--shift:1:1: error: 'NaN' is no number, and no name of a symbol\n"),
        (["--shift", "inf"], "--shift:1:1: error: 'inf' is no number, and no name of a symbol\n"),
        (
            ["--in-channels", "same"],
            "--in_channels:1:1: error: in_channels = same is not what `in_channels < 99` asks for",
        ),
        (["--shift", "5..4"], "error: --shift 5..4: no value lies in this range\n"),
        (["--set", "shift"], "error: --set shift: it takes NAME=VALUE\n"),
        (["--set", "shft=1"], "error: Mine has no param 'shft'\nhint: did you mean 'shift'?\n"),
        (["--shift", "1", "--set", "shift=2"], "error: --set shift=2: shift has a value already\n"),
        (["--set", "shift=1", "--set", "shift=2"], "error: --set shift=2: shift has a value already\n"),
        (
            ["--laws", "papr"],
            "error: no law set is called 'papr', and no such file exists\nhint: did you mean 'paper'?\n",
        ),
    ],
)
def test_a_mistake_in_a_value(run_cli: Run, mine: str, given: list[str], told: str) -> None:
    result = run_cli("eval", mine, *given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told)


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        ("--in-channel", "--in-channels"),
        ("--shft", "--shift"),
        ("--law", "--laws"),
        ("--in_chanels", "--in-channels"),
    ],
)
def test_an_unknown_option_gets_the_nearest(run_cli: Run, mine: str, option: str, nearest: str) -> None:
    result = run_cli("eval", mine, option, "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Did you mean '{nearest}'?" in result.stderr


def test_an_option_unlike_any_gets_none(run_cli: Run, mine: str) -> None:
    result = run_cli("eval", mine, "--xyzzy", "3")
    assert result.exit_code == 2
    assert "Did you mean" not in result.stderr


@pytest.mark.parametrize("arguments", [["--depth", "3"], ["--depth"], ["--depth=3"]])
def test_options_without_a_spec(run_cli: Run, arguments: list[str]) -> None:
    result = run_cli("eval", *arguments)
    assert result.exit_code == 2
    assert "no SPEC is named" in result.stderr


def test_no_spec_at_all(run_cli: Run) -> None:
    result = run_cli("eval", "--exact")
    assert result.exit_code == 2
    assert "Missing argument 'SPEC'" in result.stderr


@pytest.mark.parametrize("command", ["layers", "show"])
def test_several_points_where_one_is_wanted(run_cli: Run, command: str) -> None:
    result = run_cli(command, "resnet", "--depth", "18, 34")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "--depth:1:5: error: depth takes one value here, and 2 are given\n    1 | 18, 34\n      |     ^^\n"
    )


@pytest.mark.parametrize("given", [["--in-channels", "1..50", "--shift", "1..3"], ["--shift", "1..101"]])
def test_points_have_a_limit(
    run_cli: Run, mine: str, given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "POINTS", 100)
    result = run_cli("eval", mine, *given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "100" in result.stderr
    assert "the limit" in result.stderr


# -- help


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("command", ["eval", "layers", "show"])
def test_help_of_a_spec_lists_its_params(run_cli: Run, mine: str, command: str, flag: str) -> None:
    result = run_cli(command, mine, flag)
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "Params of Mine:" in text
    assert "--in-channels VALUE channels of the image [default: 2] [where in_channels < 99]" in text
    assert "--set laws=VALUE [default: 3]" in text
    assert "--counts VALUE [has a default]" in text
    assert text.count("--in") == 1


def test_help_without_a_spec(run_cli: Run) -> None:
    result = run_cli("eval", "--help")
    assert result.exit_code == 0
    assert "Params of" not in result.output
    usage, _, options = result.output.partition("Options:")
    with_spec = run_cli("eval", "-", "--help", input="network None input(3) relu").output
    assert with_spec.startswith(f"{usage}Measures declared, for --measure:\n")
    assert with_spec.endswith(f"Options:{options}")


def test_help_names_the_measures_that_a_spec_declares(run_cli: Run) -> None:
    text = run_cli("eval", "-", "--help", input='measure kept "all of it" = sum of out.volume input(3) relu')
    assert "  kept            all of it\n" in text.output
    assert "--number-bytes VALUE  bytes of a number" in text.output


def test_help_names_every_measure(run_cli: Run) -> None:
    text = " ".join(run_cli("eval", "--help").output.split())
    assert f"Only these, of {listing([*MEASURES], 'and')}." in text


def test_help_of_a_spec_with_a_mistake(run_cli: Run) -> None:
    result = run_cli("eval", "-", "--help", input="input(3")
    assert result.exit_code == 2
    assert "--measure NAME" in result.stdout
    assert result.stderr.startswith("<stdin>:1:7: error: the text ends too early")


def test_a_command_bears_the_name_that_it_is_imported_by() -> None:
    assert [command.name for command in main.commands.values()] == [*main.commands]


@pytest.mark.parametrize("command", ["--help", "-h"])
def test_help_names_every_command_in_a_line(run_cli: Run, command: str) -> None:
    lines = run_cli(command).output.splitlines()
    listed = lines[lines.index("Commands:") + 1 :]
    named = [line.split()[0] for line in listed]
    assert named == sorted(main.commands)
    assert not any(line.endswith("...") for line in listed)


def test_version(run_cli: Run) -> None:
    assert run_cli("--version").exit_code == 0


def test_an_unknown_command(run_cli: Run) -> None:
    assert run_cli("evl").exit_code == 2
