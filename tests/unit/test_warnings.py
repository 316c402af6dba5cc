"""What `check` warns of, and that no shipped spec gives a false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from layercalc.cli import main
from layercalc.errors import Source, SpecError
from layercalc.inspect.warnings import warnings
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble, load_program
from layercalc.syntax.library import shipped
from tests.checkout import ROOT

IDLE = "this value reaches no output"
ACCEPTED = sorted((ROOT / "tests" / "language" / "accept").glob("*.arch"))


def told(text: str) -> list[str]:
    program = assemble(Source("t.arch", text), Path.cwd() / "-")
    return [f"{warning.span}: {warning.message}" for warning in warnings(resolve(program), program)]


@pytest.mark.parametrize("name", shipped())
def test_no_shipped_spec_is_warned_of(name: str) -> None:
    program = load_program(name)
    assert warnings(resolve(program), program) == ()


def test_accepted_specs_are_warned_of_idle_values_only() -> None:
    for path in ACCEPTED:
        try:
            program = load_program(str(path))
            found = warnings(resolve(program), program)
        except SpecError:  # a param without a default
            continue
        assert {warning.message for warning in found} <= {IDLE}, path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input(224, 224, 3) conv(64, 7)", "t.arch:1:20: a kernel of 7 on an axis of 3"),
        ("input(3, 8, 8) conv(64, 10^5000)",
         "t.arch:1:16: a kernel of a number of 16610 bits on an axis of 8"),
        ("input(32, 3, 224, 224) conv(8, 7)", "t.arch:1:24: a kernel of 7 on an axis of 3"),
        ("input(3, 28, 28) conv(1, 64, 3)", "t.arch:1:18: a kernel of 64 on an axis of 28"),
        ("param idle = 3 input(3) relu", "t.arch:1:7: nothing uses the param idle"),
        ("param w = 3 block b(w) { dense(w) } input(3) b(2)", "t.arch:1:7: nothing uses the param w"),
        ("param d = 5 where d >= 5 input(match d { 4 => 1, else => 2 })",
         "t.arch:1:42: `where d >= 5` refuses 4"),
        ("param d = 5 input(match d { 5 => 1, 5 => 2 })", "t.arch:1:37: an earlier arm takes 5"),
        ("param d = 5 input(match d { else => 1, 5 => 2 })",
         "t.arch:1:40: this arm is never chosen: `else` stands before it"),
        ("param d = 5 input(3) if d > 1 { relu } else if d > 1 { tanh }",
         "t.arch:1:48: this is never chosen: the same condition stands before it"),
        ("param d = 5 where d >= 5 and d % 5 == 0 input(3) if d < 5 { relu }",
         "t.arch:1:53: this is never chosen: `where d >= 5 and d % 5 == 0` refuses it"),
        ("param d = 5 where d <= 5 input(3) if d == 6 { relu }",
         "t.arch:1:38: this is never chosen: `where d <= 5` refuses it"),
        ("param d = 5 where d > 4 input(if 4 < d then 3 else 2)",
         "t.arch:1:34: this condition is always true: `where d > 4` says so"),
        ("input(3) max { relu | | }",
         "t.arch:1:10: branch 3 is the same value as branch 2, and changes no maximum"),
        ("input(3) if 2 > 3 { relu }", "t.arch:1:13: this condition is always false"),
        ("input(3) dense(4) as a dense(5) as b from a", f"t.arch:1:24: {IDLE}"),
        ("input(3) as a input(4) as b from a relu", f"t.arch:1:15: {IDLE}"),
    ],
)  # fmt: skip
def test_what_is_hardly_meant_is_told(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "input(3, 7, 7) conv(4, 7)",
        "input(3, 2, 2) conv(4, 3)",
        "input(8, 1, 1) conv_transpose(4, 4, stride = 4)",
        "input(1, 80, 3000) conv(8, 3)",
        "param a = 2 param b = 3 where b > a input(a)",
        "param side = 64 where side == 64 input(3)",
        "param d = 5 where d >= 5 input(3) if d == 5 { relu } if d <= 5 { relu } if d > 5 { relu }",
        "param d = 5 where d >= 5 block b(d) { if d < 5 { relu } } input(d) b(2)",
        "param d = 5 where d >= 5 or d == 2 input(3) if d < 5 { relu }",
        "input(3) max { relu | } add { | }",
    ],
)
def test_what_may_be_meant_is_not(text: str) -> None:
    assert told(text) == []


def test_strict_ends_with_1_for_a_warning(tmp_path: Path) -> None:
    spec = tmp_path / "a.arch"
    spec.write_text("param idle = 3 input(3) relu", "utf-8")
    assert CliRunner().invoke(main, ["check", str(spec)]).exit_code == 0
    assert CliRunner().invoke(main, ["check", str(spec), "--strict"]).exit_code == 1
    assert CliRunner().invoke(main, ["check", "lenet", "--strict"]).exit_code == 0
